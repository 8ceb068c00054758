r"""What a variant is: its blocks, parameters, states, equations and paper. Data only.

The three implementations, conversion, plots, tests and the tables of the book read this module;
nothing about names and shapes is written down a second time. The notation is that of
`lstmbook.family.notation`.
"""

from lstmbook.errors import unknown
from lstmbook.family.connections import CONNECTIONS
from lstmbook.family.gates import GATES
from lstmbook.family.memory import MEMORY
from lstmbook.variant import Variant

VARIANTS: dict[str, Variant] = {v.name: v for v in (*GATES, *CONNECTIONS, *MEMORY)}
"""Every variant by name."""


def get(name: str) -> Variant:
    """The variant of that name.

    Raises
    ------
    NameNotKnown
        With the names that exist.
    """
    if name not in VARIANTS:
        raise unknown("variant", name, VARIANTS)
    return VARIANTS[name]
