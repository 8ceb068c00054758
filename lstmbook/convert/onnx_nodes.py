"""One RNN, LSTM or GRU node of an ONNX graph: what it is, checked, and its weights."""

import numpy as np

from lstmbook.convert.onnx_forms import FORMS, LINEAR, STANDARD
from lstmbook.convert.onnx_values import Values
from lstmbook.errors import ConversionError
from lstmbook.variants import VARIANTS

ATTRIBUTES = {
    "RNN": (),
    "LSTM": ("input_forget",),
    "GRU": ("linear_before_reset",),
}
OPERATORS = tuple(ATTRIBUTES)
OTHERS = {"RNN": [("Relu",)]}  # activations that an option of a variant stands for
SHARED = ("activation_alpha", "activation_beta", "activations", "clip", "direction")
TYPES = ("float16", "bfloat16", "float32", "float64")
LARGEST = np.finfo("float32").max  # what onnxruntime clips at where nothing is said


class Node:
    """One node: its attributes checked, its arrays by ONNX's names.

    Attributes
    ----------
    directions, hidden : int
    batch_first : bool, `layout=1`
    dtype : str, the type of its weights
    """

    INPUTS = ("X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P")

    def __init__(self, onnx, node, values: Values):
        self.node, self.values, self.operator = node, values, node.op_type
        self.name = node.name or next((name for name in node.output if name), "(no name)")
        self.inputs = {k: v for k, v in zip(self.INPUTS, node.input, strict=False) if v}
        self.attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        self.check_attributes()
        self.check_weights()
        self.check_start()
        self.activations = self.read_activations()
        self.variant, self.options = self.read_variant()

    def error(self, text: str) -> ConversionError:
        return ConversionError(f"{self.name}: {text}")

    def w(self, name: str) -> np.ndarray:
        """A constant input of the node as an array."""
        found = self.values.get(self.inputs[name])
        if found is None:
            raise self.error(
                f"expected its input {name} to be a constant of the graph, but {self.inputs[name]} "
                "is computed or comes in; run onnx's constant folding (onnxsim, or onnxruntime's "
                "optimizer) first"
            )
        return found

    def text(self, name: str, default: str) -> str:
        value = self.attributes.get(name, default)
        return value.decode() if isinstance(value, bytes) else value

    def check_attributes(self) -> None:
        known = (*SHARED, "hidden_size", "layout", *ATTRIBUTES[self.operator])
        for name in self.attributes:
            if name not in known:
                raise self.error(f"its attribute {name} is not known; expected {', '.join(known)}")
        for name in ("layout", *ATTRIBUTES[self.operator]):
            if self.attributes.get(name, 0) not in (0, 1):
                raise self.error(f"expected {name} 0 or 1, got {self.attributes[name]}")
        self.batch_first = bool(self.attributes.get("layout", 0))
        direction = self.text("direction", "forward")
        if direction == "reverse":
            raise self.error(
                "direction='reverse' alone has no place in a layer of ours; turn the sequences "
                "round and set the node's direction to 'forward'"
            )
        if direction not in ("forward", "bidirectional"):
            raise self.error(f"expected direction forward or bidirectional, got {direction!r}")
        self.directions = 1 + (direction == "bidirectional")
        if self.attributes.get("clip", np.inf) < LARGEST:
            raise self.error(
                f"clip={self.attributes['clip']:g}: our cells do not clip; remove the attribute if "
                "no value reaches it"
            )

    def check_weights(self) -> None:
        for name in ("X", "W", "R"):
            if name not in self.inputs:
                raise self.error(f"expected an input {name}, got none")
        weights = {name: self.w(name) for name in ("W", "R", "B", "P") if name in self.inputs}
        shape = np.shape(weights["R"])
        self.hidden = shape[-1] if shape else 0
        rows, parts = len(FORMS[self.operator].blocks) * self.hidden, self.directions
        wanted = {"W": (parts, rows, *np.shape(weights["W"])[2:3]), "R": (parts, rows, self.hidden)}
        wanted |= {"B": (parts, 2 * rows), "P": (parts, 3 * self.hidden)}
        for name, value in weights.items():
            if value.shape != wanted[name] or 0 in value.shape or value.ndim < 2:
                raise self.error(
                    f"expected {name} of shape {wanted[name]}, got {value.shape}: the node is not "
                    "as ONNX describes it"
                )
        if len(np.shape(weights["W"])) != 3 or self.attributes.get("hidden_size", self.hidden) != (
            self.hidden
        ):
            raise self.error(
                f"hidden_size={self.attributes.get('hidden_size')} and W of shape "
                f"{weights['W'].shape} do not fit R of shape {shape}"
            )
        types = {value.dtype.name for value in weights.values()}
        if len(types) > 1 or not types <= set(TYPES):
            raise self.error(f"expected weights of one float type, got {sorted(types)}")
        self.dtype = types.pop()

    def check_start(self) -> None:
        for state in ("initial_h", "initial_c"):
            name = self.inputs.get(state)
            if (
                name is not None
                and not self.values.is_zero(name)
                and not self.values.is_given(name)
            ):
                kind = (
                    "a constant other than 0" if self.values.get(name) is not None else "computed"
                )
                raise self.error(
                    f"{state} is {kind}, which our layer does not keep; take it out of the node "
                    "and give it as state= at the call"
                )
        self.lengths = None
        if "sequence_lens" in self.inputs:
            self.lengths = self.values.origin(self.inputs["sequence_lens"])
            if self.lengths is None:
                raise self.error(
                    "sequence_lens is held or computed by the graph, and our layer does not keep "
                    "it; take it out of the node and give it as lengths= at the call"
                )

    def read_activations(self) -> tuple[str, ...]:
        """Those of one direction, as ONNX writes them; the identity as `Affine`."""
        default = {"RNN": ("Tanh",), "LSTM": STANDARD, "GRU": ("Sigmoid", "Tanh")}[self.operator]
        got = [a.decode() for a in self.attributes.get("activations", [])]
        got = [name.capitalize() for name in got] or list(default) * self.directions
        if len(got) != len(default) * self.directions:
            raise self.error(
                f"expected {len(default) * self.directions} activations, got {', '.join(got)}"
            )
        # these two count only for activations that take them, one after the other
        for key, identity in (("activation_alpha", 1.0), ("activation_beta", 0.0)):
            numbers = self.attributes.get(key, [])
            if LINEAR in got and any(number != identity for number in numbers):
                raise self.error(
                    f"Affine with {key}={list(numbers)}: ours has the identity alone, alpha 1 and "
                    "beta 0"
                )
        if got.count(LINEAR) > len(self.attributes.get("activation_alpha", [])):
            raise self.error("Affine without activation_alpha; expected 1 for each")
        first, second = got[: len(default)], got[-len(default) :]
        if first != second:
            raise self.error(f"two directions with other activations: {', '.join(got)}")
        return tuple(first)

    def read_variant(self) -> tuple[str, dict]:
        """Our variant and its options."""
        coupled = self.attributes.get("input_forget", 0)
        peepholes = "P" in self.inputs and self.operator == "LSTM"
        fits = [
            name
            for name, form in FORMS.items()
            if form.operator == self.operator
            and self.activations in (form.activations, *OTHERS.get(name, ()))
            and form.attributes.get("input_forget", 0) == coupled
        ]
        if not fits:
            raise self.error(
                f"{self.operator} with the activations {', '.join(self.activations)}"
                f"{' and input_forget=1' if coupled else ''} is none of our variants; those of "
                f"ONNX's that are: {', '.join(FORMS)}"
            )
        variant = "PeepholeLSTM" if peepholes and fits[0] == "LSTM" else fits[0]
        if variant == "GRU":
            return variant, {"reset_after": bool(self.attributes.get("linear_before_reset", 0))}
        if variant == "RNN":
            return variant, {"activation": self.activations[0].lower()}
        if variant in ("LSTM", "PeepholeLSTM"):
            return variant, {}
        return variant, {"peepholes": peepholes}

    def signature(self) -> dict:
        """What stacked layers must share."""
        return {
            "variant": self.variant,
            "hidden": self.hidden,
            "directions": self.directions,
            "options": self.options,
            "lengths": self.lengths,
        }

    def weights(self, direction: int, names) -> dict[str, np.ndarray]:
        """Our weights of one direction."""
        form, letters = FORMS[self.variant], VARIANTS[self.variant].blocks

        def columns(value: np.ndarray) -> np.ndarray:  # ONNX's blocks of rows -> ours of columns
            parts = dict(zip(form.blocks, np.split(value, len(form.blocks)), strict=True))
            return np.concatenate([parts[c] for c in letters]).T

        arrays = {n: self.w(n)[direction] for n in ("W", "R", "B", "P") if n in self.inputs}
        if self.dtype.endswith("float16"):
            arrays = {name: value.astype("float32") for name, value in arrays.items()}
        own = {"W": columns(arrays["W"]), "U": columns(arrays["R"])}
        zeros = np.zeros(2 * len(arrays["W"]), arrays["W"].dtype)
        b, b_u = np.split(arrays.get("B", zeros), 2)
        if "b_u" in names:
            own |= {"b": columns(b), "b_u": columns(b_u)}
        else:
            own["b"] = columns(b + b_u)
        if "P" in arrays and self.operator == "LSTM":
            parts = dict(zip("iof", np.split(arrays["P"], 3), strict=True))
            own |= {f"p_{c}": parts[c] for c in "ifo" if f"p_{c}" in names}
        return own
