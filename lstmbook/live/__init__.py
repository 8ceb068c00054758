r"""Figures that run in the page: each call gives one self-contained HTML output.

>>> from lstmbook import live
>>> live.GateExplorer(id="first")
GateExplorer(id='first')
"""

from lstmbook.live.backward_steps import BackwardSteps
from lstmbook.live.digit_reader import DigitReader
from lstmbook.live.figure import LiveFigure
from lstmbook.live.film_reach import FilmReach
from lstmbook.live.formula import Formula
from lstmbook.live.gate_explorer import GateExplorer
from lstmbook.live.gradient_explorer import GradientExplorer
from lstmbook.live.held_gates import HeldGates
from lstmbook.live.lag_and_start import LagAndStart
from lstmbook.live.norm_scale import NormScale
from lstmbook.live.order import Order
from lstmbook.live.playground import Playground
from lstmbook.live.progress import Progress
from lstmbook.live.quiz import Choice, Number, Quiz
from lstmbook.live.source_code import SourceTabs, source_of, source_tabs
from lstmbook.live.variant_builder import VariantBuilder
from lstmbook.live.who_hears import WhoHears

__all__ = [
    "BackwardSteps",
    "Choice",
    "DigitReader",
    "FilmReach",
    "Formula",
    "GateExplorer",
    "GradientExplorer",
    "HeldGates",
    "LagAndStart",
    "LiveFigure",
    "NormScale",
    "Number",
    "Order",
    "Playground",
    "Progress",
    "Quiz",
    "SourceTabs",
    "VariantBuilder",
    "WhoHears",
    "source_of",
    "source_tabs",
]
