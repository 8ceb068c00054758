r"""Pieces that the variants share: parameters, and equations in LaTeX.

Notation: row vectors, :math:`z = x W + h U + b`; `D` input size, `H` hidden size. The columns of
`W`, `U`, `b` are blocks of `H` columns in the order of `blocks`. The first state is the output h.
"""

from lstmbook.variants.spec import Param


def dense(blocks: int, recurrent: str = "H") -> dict[str, Param]:
    """W, U and b of a cell with that many blocks."""
    return {
        "W": Param(f"(D, {blocks}*H)", "input"),
        "U": Param(f"({recurrent}, {blocks}*H)", "recurrent"),
        "b": Param(f"{blocks}*H", "bias"),
    }


def peepholes(gates: str, when: str = "True") -> dict[str, Param]:
    """One weight a cell from the cell state to each gate named."""
    return {f"p_{gate}": Param("H", "peephole", when) for gate in gates}


def gate(letter: str, sign: str = r"\sigma", more: str = "") -> str:
    """LaTeX of one block, letter_t = sign(x W + h U + b)."""
    return rf"{letter}_t = {sign}(x_t W_{letter} + h_{{t-1}} U_{letter}{more} + b_{letter})"


F, I, O = gate("f"), gate("i"), gate("o")
G = gate("g", r"\tanh")
C = r"c_t = f_t \odot c_{t-1} + i_t \odot g_t"
Y = r"h_t = o_t \odot \tanh(c_t)"
HC = {"h": "H", "c": "H"}


def peep(letter: str, when: str = "t-1") -> str:
    """LaTeX of a gate with a peephole."""
    return gate(letter, more=rf" + p_{letter} \odot c_{{{when}}}")
