"""Which variants the operators RNN, LSTM and GRU of ONNX express, and how.

ONNX wants blocks in the order i, o, f, c (LSTM) and z, r, h (GRU), and two biases a gate. The
writer reads the table `FORMS`, and the reader reads it backwards.
"""

from dataclasses import dataclass, field

import numpy as np

LINEAR = "Affine"  # alpha x + beta, with alpha = 1 and beta = 0 the identity
STANDARD = ("Sigmoid", "Tanh", "Tanh")


@dataclass(frozen=True)
class Form:
    """How an operator expresses a variant.

    `blocks` are our letters in ONNX's order; a letter that the variant does not have is a block of
    zeros. `activations` are those of gates, candidate and output.
    """

    operator: str
    blocks: str
    activations: tuple[str, ...] = STANDARD
    attributes: dict = field(default_factory=dict)


FORMS = {
    "RNN": Form("RNN", "n", ("Tanh",)),
    "LSTM": Form("LSTM", "iofg"),
    "PeepholeLSTM": Form("LSTM", "iofg"),
    "CoupledLSTM": Form("LSTM", "iofg", attributes={"input_forget": 1}),
    "NoInputActivationLSTM": Form("LSTM", "iofg", ("Sigmoid", LINEAR, "Tanh")),
    "NoOutputActivationLSTM": Form("LSTM", "iofg", ("Sigmoid", "Tanh", LINEAR)),
    "GRU": Form("GRU", "zrn", ("Sigmoid", "Tanh")),
}


def to_arrays(form: Form, letters: tuple[str, ...], own: dict) -> dict[str, np.ndarray]:
    """Our weights of one layer and direction as ONNX's W, R, B and P (without directions)."""

    def rows(value: np.ndarray) -> np.ndarray:  # blocks of columns -> ONNX's blocks of rows
        parts = dict(zip(letters, np.split(value, len(letters), axis=-1), strict=True))
        zeros = np.zeros_like(next(iter(parts.values())))
        return np.concatenate([parts.get(c, zeros) for c in form.blocks], axis=-1).T

    b_u = own.get("b_u", np.zeros_like(own["b"]))
    arrays = {"W": rows(own["W"]), "R": rows(own["U"])}
    arrays["B"] = np.concatenate([rows(own["b"]), rows(b_u)])
    if "p_o" in own:
        zeros = np.zeros_like(own["p_o"])
        arrays["P"] = np.concatenate([own.get(f"p_{c}", zeros) for c in "iof"])
    return arrays
