r"""Colours, sizes and saving: one look for every figure. Matplotlib is loaded inside functions.

Every figure is six inches wide with letters of 12 points: 16 pixels on a desktop, 9 on a phone.
It stands on one white plate and paints no other ground, and heat maps are clear where they are
empty; so whoever takes the plate away and changes the ink has the figure for a dark page.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lstmbook import colours
from lstmbook.errors import import_extra

# The colours of the gates, and of the GRU's, which do the same work.
COLOURS = {**colours.GATES, **colours.GRU}
NAMES = {
    "f": "forget gate",
    "i": "input gate",
    "g": "candidate",
    "o": "output gate",
    "c": "cell state",
    "h": "hidden state",
    "z": "update gate",
    "r": "reset gate",
    "n": "candidate",
}
SIGNED = "gnch"  # letters whose values have a sign; the others are gates from 0 to 1
# Dashes and marks tell curves apart without colour. Gates keep theirs as well.
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
MARKS = ("o", "s", "^", "D", "v")
# Curves that are no gates, such as models: dark, and none of the colours above.
SERIES = ("#000000", "#7A7A7A", "#332288", "#882255", "#6B6B00")
INK, SOFT, GRID, PAPER = "#000000", "#555555", "#DDDDDD", "#FFFFFF"

WIDTH = 6.0  # inches
STYLE = Path(__file__).with_name("book.mplstyle")
# What an SVG would otherwise tell of the day and the program that made it.
UNDATED = {"Date": None, "Creator": None, "Format": None, "Type": None}


@contextmanager
def drawing() -> Iterator:
    r"""Give `matplotlib.pyplot` in the style of the book, and leave the reader's settings alone."""
    plt = import_extra("matplotlib.pyplot", "plots")
    plt.draw_if_interactive()  # loads the backend, whose settings the context would take back
    with plt.style.context(STYLE):
        yield plt


def subplots(rows: int = 1, columns: int = 1, *, height: float = 3.2, **options):
    r"""Give a figure and its axes in the style of the book, to draw something else on.

    Parameters
    ----------
    rows, columns : int
        Panels; letters do not shrink with their number: two columns are many.
    height : float
        Inches. The width is that of every figure, six.
    **options
        For `matplotlib.pyplot.subplots`, such as ``sharex=True`` or ``width_ratios=[2, 1]``.

    Returns
    -------
    figure : matplotlib.figure.Figure
        A notebook shows it at the end of the cell.
    axes : matplotlib.axes.Axes, or array of them

    Raises
    ------
    MissingExtraError
        If Matplotlib is not installed.

    Examples
    --------
    >>> figure, axes = subplots(1, 2, height=2, sharey=True)
    >>> figure.get_size_inches().tolist(), len(axes)
    ([6.0, 2.0], 2)
    >>> _ = finished(import_extra("matplotlib.pyplot", "plots"), figure)
    """
    with drawing() as plt:
        return plt.subplots(rows, columns, figsize=(WIDTH, height), **options)


def above(figure, axis, most: int = 62) -> int:
    r"""Place the legend of an axis above the panels, and return the number of its rows.

    It has as many columns as `most` letters allow.
    """
    handles, said = axis.get_legend_handles_labels()
    columns = max(1, min(len(said), most // (max(map(len, said)) + 7)))
    figure.legend(handles, said, loc="outside upper left", ncols=columns, borderpad=0.1)
    return -(-len(said) // columns)


def finished(plt, figure):
    r"""Take a figure out of pyplot's list, so that a notebook shows it once, and return it."""
    plt.close(figure)
    return figure


def gate_colours(letter: str):
    r"""Return the colour map of a gate: clear where it is shut, its colour where it is open.

    For states and candidates, which have a sign, the middle is clear: grey for negative, the colour
    of the letter for positive values. On paper of any colour the paper is what is clear.
    """
    colors = import_extra("matplotlib.colors", "plots")
    clear = colors.to_rgba(COLOURS[letter], 0)
    stops = [(0, clear), (1, COLOURS[letter])]
    if letter in SIGNED:
        grey = "#6E6E6E"  # to be seen on white and on black
        stops = [(0, grey), (0.499, colors.to_rgba(grey, 0)), (0.5, clear), (1, COLOURS[letter])]
    return colors.LinearSegmentedColormap.from_list(letter, stops)


def shades(colour: str = INK):
    r"""Return the colour map from clear to one colour, ink by default.

    Parameters
    ----------
    colour : str
        A letter of `COLOURS` or any colour of Matplotlib. What is drawn in ink alone turns light on
        a dark page of the book.

    Returns
    -------
    matplotlib.colors.LinearSegmentedColormap

    Raises
    ------
    MissingExtraError
        If Matplotlib is not installed.

    Examples
    --------
    >>> [round(float(share), 1) for share in shades()(0.5)]
    [0.0, 0.0, 0.0, 0.5]
    """
    colors = import_extra("matplotlib.colors", "plots")
    full = COLOURS.get(colour, colour)
    return colors.LinearSegmentedColormap.from_list(f"to {full}", [colors.to_rgba(full, 0), full])


def save(figure, path: str | Path) -> Path:
    r"""Write a figure as PNG, SVG or PDF without the date, so that equal figures are equal files.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    path : str or Path
        The ending names the format.

    Returns
    -------
    Path
    """
    path = Path(path)
    dated = {".svg": UNDATED, ".pdf": {"CreationDate": None, "ModDate": None}}
    with drawing():
        metadata = dated.get(path.suffix.lower())
        figure.savefig(path, metadata=metadata)
    return path
