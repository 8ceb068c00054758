r"""Synthetic tasks: each says precisely what is asked, from which paper, and the chance level.

Every function takes `n` and `seed` and returns a `Split`. Draw training and test sequences with
`apart`: two draws with two seeds share sequences wherever there are not very many.
"""

from lstmbook.data.tasks.adding import adding
from lstmbook.data.tasks.copying import copying
from lstmbook.data.tasks.counting import counting
from lstmbook.data.tasks.memory import memory
from lstmbook.data.tasks.multiplication import multiplication
from lstmbook.data.tasks.noise_free_lag import noise_free_lag
from lstmbook.data.tasks.parity import parity
from lstmbook.data.tasks.parts import apart
from lstmbook.data.tasks.reber import continual, embedded_reber, legal_symbols
from lstmbook.data.tasks.spikes import spikes
from lstmbook.data.tasks.temporal_order import temporal_order
from lstmbook.data.tasks.two_sequence import two_sequence

__all__ = [
    "adding",
    "apart",
    "continual",
    "copying",
    "counting",
    "embedded_reber",
    "legal_symbols",
    "memory",
    "multiplication",
    "noise_free_lag",
    "parity",
    "spikes",
    "temporal_order",
    "two_sequence",
]
