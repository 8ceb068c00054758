r"""Figures with Matplotlib, which is loaded when the first one is drawn.

Each function returns the figure. What it shows is in its arguments or in a number beside it:
`dies_at` for the lag at which a gradient is gone.
"""

from lstmbook.plots._budget import budget_curve
from lstmbook.plots._confusion import confusion
from lstmbook.plots._curves import dies_at, gradient_against_lag, training_curve
from lstmbook.plots._gates import gates
from lstmbook.plots.style import COLOURS, save, shades, subplots

__all__ = [
    "COLOURS",
    "budget_curve",
    "confusion",
    "dies_at",
    "gates",
    "gradient_against_lag",
    "save",
    "shades",
    "subplots",
    "training_curve",
]
