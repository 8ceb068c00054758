r"""Which class was taken for which."""

from collections.abc import Sequence

import numpy as np

from lstmbook.errors import ShapeError, ValueRangeError
from lstmbook.plots.style import GRID, INK, PAPER, WIDTH, drawing, finished, shades


def confusion(matrix: np.ndarray, classes: Sequence[str] | None = None):
    r"""Draw a confusion matrix with its counts.

    Parameters
    ----------
    matrix : array_like of int, shape (K, K)
        Row k: examples of class k; column j: taken for class j
        (`lstmbook.metrics.confusion_matrix`).
    classes : sequence of str, optional
        Names of the classes; by default their numbers.

    Returns
    -------
    matplotlib.figure.Figure
        The shade is the share of the row, on a scale that shows small shares; cells that are 0 stay
        empty.

    Raises
    ------
    ShapeError
        If the matrix is not square, or the names do not fit.
    ValueRangeError
        If a count is negative or not finite.
    MissingExtraError
        If Matplotlib is not installed.

    Examples
    --------
    >>> figure = confusion([[9, 1], [0, 10]], classes=["no", "yes"])
    >>> figure.axes[0].get_title()
    'right: 19 of 20 (0.950)'
    """
    matrix = np.asarray(matrix)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.size == 0:
        raise ShapeError(f"matrix: expected (K, K), got {matrix.shape}")
    if not np.isfinite(matrix).all() or matrix.min() < 0 or matrix.sum() == 0:
        raise ValueRangeError("matrix: expected counts of at least 0, not all 0, got others")
    count = len(matrix)
    names = [str(k) for k in (range(count) if classes is None else classes)]
    if len(names) != count:
        raise ShapeError(f"classes: expected {count} names, got {len(names)}")
    rows = matrix.sum(axis=1, keepdims=True)
    share = matrix / np.where(rows > 0, rows, 1)
    shade = np.sqrt(share)  # so that one mistake in fifty can be seen
    size = min(WIDTH, 2.4 + 0.4 * count)
    with drawing() as plt:
        figure, axis = plt.subplots(figsize=(size, size))
        axis.imshow(shade, cmap=shades(), vmin=0, vmax=1.3)
        axis.grid(False)
        axis.set_xticks(np.arange(count - 1) + 0.5, minor=True)
        axis.set_yticks(np.arange(count - 1) + 0.5, minor=True)
        axis.grid(True, which="minor", color=GRID)
        axis.tick_params(which="minor", length=0)
        for k, j in zip(*np.nonzero(matrix), strict=True):
            ink = PAPER if shade[k, j] > 0.65 else INK
            bold = "normal" if k == j else "bold"
            axis.text(
                j, k, f"{matrix[k, j]:g}", ha="center", va="center", color=ink, fontweight=bold
            )
        turn = 45 if max(map(len, names)) > 3 else 0
        axis.set_xticks(range(count), names, rotation=turn, ha="right" if turn else "center")
        axis.set_yticks(range(count), names)
        axis.set(xlabel="predicted class", ylabel="true class")
        right, total = np.trace(matrix), matrix.sum()
        axis.set_title(f"right: {right:g} of {total:g} ({right / total:.3f})")
    return finished(plt, figure)
