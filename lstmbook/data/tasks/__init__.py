r"""Synthetic tasks: each says precisely what is asked, from which paper, and the chance level.

Every function takes `n` and `seed` and returns a `Split`. Draw training and test sequences with
`apart`: two draws with two seeds share sequences wherever there are not very many.
"""

from lstmbook.data.tasks._adding import adding
from lstmbook.data.tasks._copying import copying
from lstmbook.data.tasks._counting import counting
from lstmbook.data.tasks._memory import memory
from lstmbook.data.tasks._multiplication import multiplication
from lstmbook.data.tasks._noise_free_lag import noise_free_lag
from lstmbook.data.tasks._parity import parity
from lstmbook.data.tasks._reber import continual, embedded_reber, legal_symbols
from lstmbook.data.tasks._spikes import spikes
from lstmbook.data.tasks._temporal_order import temporal_order
from lstmbook.data.tasks._two_sequence import two_sequence
from lstmbook.data.tasks.parts import apart

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
