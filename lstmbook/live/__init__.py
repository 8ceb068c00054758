r"""Figures that run in the page: each call gives one self-contained HTML output.

>>> from lstmbook import live
>>> live.GateExplorer(id="first")
GateExplorer(id='first')
"""

from lstmbook.live.backward_steps import BackwardSteps
from lstmbook.live.bottleneck import Bottleneck
from lstmbook.live.descent import Descent
from lstmbook.live.digit_reader import DigitReader
from lstmbook.live.figure import LiveFigure
from lstmbook.live.film_reach import FilmReach
from lstmbook.live.formula import Formula
from lstmbook.live.gate_explorer import GateExplorer
from lstmbook.live.gate_probe import GateProbe
from lstmbook.live.gradient_explorer import GradientExplorer
from lstmbook.live.half_life import HalfLife
from lstmbook.live.held_gates import HeldGates
from lstmbook.live.lag_and_start import LagAndStart
from lstmbook.live.memory_timeline import MemoryTimeline
from lstmbook.live.norm_scale import NormScale
from lstmbook.live.order import Order
from lstmbook.live.playground import Playground
from lstmbook.live.progress import Progress
from lstmbook.live.quiz import Choice, Number, Quiz
from lstmbook.live.sentence_gate import SentenceGate
from lstmbook.live.source_code import SourceTabs, source_of, source_tabs
from lstmbook.live.variant_builder import VariantBuilder
from lstmbook.live.weather import weather_cells
from lstmbook.live.who_can_answer import WhoCanAnswer
from lstmbook.live.who_hears import WhoHears

__all__ = [
    "BackwardSteps",
    "Bottleneck",
    "Choice",
    "Descent",
    "DigitReader",
    "FilmReach",
    "Formula",
    "GateExplorer",
    "GateProbe",
    "GradientExplorer",
    "HalfLife",
    "HeldGates",
    "LagAndStart",
    "LiveFigure",
    "MemoryTimeline",
    "NormScale",
    "Number",
    "Order",
    "Playground",
    "Progress",
    "Quiz",
    "SentenceGate",
    "SourceTabs",
    "VariantBuilder",
    "WhoCanAnswer",
    "WhoHears",
    "source_of",
    "source_tabs",
    "weather_cells",
]
