r"""What a variant is: its blocks, parameters, states, equations and paper. Data only.

The three implementations, conversion, plots, tests and the tables of the book read this module;
nothing about names and shapes is written down a second time. The notation is that of
`lstmbook.variants.notation`.
"""

from lstmbook.errors import unknown_name
from lstmbook.variants.connections import CONNECTIONS
from lstmbook.variants.gates import GATES
from lstmbook.variants.memory import MEMORY
from lstmbook.variants.spec import Variant

VARIANTS: dict[str, Variant] = {v.name: v for v in (*GATES, *CONNECTIONS, *MEMORY)}
"""Every variant by name."""


def get(name: str) -> Variant:
    """The variant of that name.

    Raises
    ------
    UnknownNameError
        With the names that exist.
    """
    if name not in VARIANTS:
        raise unknown_name("variant", name, VARIANTS)
    return VARIANTS[name]
