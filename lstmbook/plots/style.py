r"""Colours, sizes and saving: one look for every figure. Matplotlib is loaded inside functions.

Figures are opaque and white, so they look the same on light and dark pages, and 700 pixels wide
with letters of 14 pixels and more.
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

RC = {
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "savefig.facecolor": "white",
    "savefig.transparent": False,
    "figure.dpi": 100,
    "savefig.dpi": 100,
    "font.family": "DejaVu Sans",  # comes with Matplotlib, so that every machine draws the same
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.labelsize": 11,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "legend.fontsize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "lines.linewidth": 2,
    "legend.framealpha": 0.85,
    "legend.edgecolor": "none",
    "svg.hashsalt": "lstmbook",  # the same figure gives the same SVG, byte for byte
    "text.usetex": False,
}
WIDTH = 7.0  # inches; 700 pixels


@contextmanager
def drawing() -> Iterator:
    r"""Give `matplotlib.pyplot` in the style of the book, and leave the reader's settings alone."""
    plt = import_extra("matplotlib.pyplot", "plots")
    with plt.rc_context(RC):
        yield plt


def finished(plt, figure):
    r"""Take a figure out of pyplot's list, so that a notebook shows it once, and return it."""
    plt.close(figure)
    return figure


def gate_colours(letter: str):
    r"""Return the colour map of a gate: white where it is shut, its colour where it is open.

    For states and candidates, which have a sign, white is in the middle: dark grey for negative,
    the colour of the letter for positive values.
    """
    colors = import_extra("matplotlib.colors", "plots")
    stops = ["#FFFFFF", COLOURS[letter]]
    if letter in SIGNED:
        stops = ["#333333", *stops]
    return colors.LinearSegmentedColormap.from_list(letter, stops)


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
    dated = {".svg": {"Date": None}, ".pdf": {"CreationDate": None, "ModDate": None}}
    with drawing():
        metadata = dated.get(path.suffix.lower())
        figure.savefig(path, metadata=metadata, bbox_inches="tight")
    return path
