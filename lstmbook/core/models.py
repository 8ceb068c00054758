"""What the models of all three implementations share: parts, names of parameters, checks."""

from collections.abc import Mapping
from typing import Any

from lstmbook.core.checks import check_int, check_number
from lstmbook.errors import ShapeError, ValueRangeError, unknown_name

POOLINGS = ("last", "mean", "max", None)
USUAL = {
    "pooling": "last",
    "label_smoothing": 0.0,
    "outputs": 1,
    "tied": False,
    "attention": None,
    "teacher_forcing": 1.0,
    "longest": 50,
}


def check_pooling(pooling, layout=None):
    """The pooling: last, mean, max or None (an output at every step).

    Raises
    ------
    UnknownNameError
        For another.
    ValueRangeError
        For "last" on a layer whose two directions, which end at two places, are no longer apart.
    """
    merge = getattr(layout, "merge", "concat")
    if pooling == "last" and merge != "concat":
        raise ValueRangeError(
            f"pooling='last' with merge={merge!r}: the last steps of the two directions "
            "stand at two places; use pooling='mean' or 'max', or a layer with merge='concat'"
        )
    if not isinstance(pooling, str | None) or pooling not in POOLINGS:
        raise unknown_name("pooling", pooling, POOLINGS)
    return pooling


def check_parts(layer, outputs, embedding, Recurrent: type, Embedding: type) -> int:
    """Check what a model is made of; return the number of outputs as an int.

    Raises
    ------
    ShapeError, ValueRangeError
    """
    if not isinstance(layer, Recurrent):
        raise ShapeError(
            f"layer: expected a recurrent layer of {Recurrent.__module__.rpartition('.')[0]}, got "
            f"{type(layer).__name__}"
        )
    outputs = check_int("outputs", outputs, 1)
    if embedding is None:
        return outputs
    if not isinstance(embedding, Embedding):
        raise ShapeError(
            f"embedding: expected an Embedding of {Embedding.__module__.rpartition('.')[0]} or "
            f"None, got {type(embedding).__name__}"
        )
    if embedding.output_size != layer.layout.input_size:
        raise ShapeError(
            f"embedding: expected size {layer.layout.input_size}, the layer's input_size, got "
            f"{embedding.output_size}"
        )
    if 0 not in layer.layout.variant.space:
        raise ShapeError(
            f"embedding: expected a layer that reads (B, T, D), got {layer.layout.variant.name}, "
            "whose steps have space"
        )
    return outputs


def check_smoothing(label_smoothing) -> float:
    """Raise ValueRangeError unless it is in [0, 1)."""
    return check_number("label_smoothing", label_smoothing, 0, below=1)


def taught(model, target) -> dict:
    """What a model is given beside x and lengths: the target, if it reads that."""
    return {"target": target} if model.reads_target else {}


class Parts:
    """Names of a model's parts and of their parameters."""

    kind: str  # "classifier", "regressor", "labeller": which loss, targets and scores it has
    # parts of the implementation, which has types of its own for them
    layer: Any
    embedding: Any
    pooling: Any
    head: Any
    outputs: int
    own_embedding = False  # made by the model itself, not given to it
    reads_target = False  # while it learns, what it should answer goes in too

    @property
    def per_step(self) -> bool:
        """Whether there is a target at every step."""
        return self.pooling is None

    @property
    def recurrent_layers(self) -> tuple:
        """The layers that the constructor takes, in order."""
        return (self.layer,)

    @property
    def counted(self) -> tuple[str, int]:
        """What the constructor takes after the layer, by its name there."""
        return {"classifier": "classes"}.get(self.kind, "outputs"), self.outputs

    @property
    def settings(self) -> dict:
        """What the constructor takes beside parts and counts."""
        pooling = None if self.pooling is None else self.pooling.pooling
        smoothing = getattr(self, "label_smoothing", None)
        more = {} if smoothing is None else {"label_smoothing": smoothing}
        return {"pooling": pooling, **more}

    @property
    def parts(self) -> dict:
        """The parts that have parameters, by the prefix of their names."""
        parts = {"embedding": self.embedding, "layer": self.layer, "head": self.head}
        return {name: part for name, part in parts.items() if part is not None}

    @property
    def params(self) -> dict:
        """All parameters by name: `layer.W`, ..., `head.W`, `head.b`."""
        return self.by_name("params")

    def by_name(self, attribute: str) -> dict:
        """A dict that each part has, with its names after the part's."""
        found: dict[str, Mapping] = {p: getattr(part, attribute) for p, part in self.parts.items()}
        return {f"{p}.{name}": v for p, values in found.items() for name, v in values.items()}

    def describe(self) -> str:
        """The call that builds a model like this one."""
        layers = [f"{type(one).__name__}({one.layout.describe()})" for one in self.recurrent_layers]
        shown = {
            name: v for name, v in self.settings.items() if name not in USUAL or v != USUAL[name]
        }
        more = "".join(f", {name}={value!r}" for name, value in shown.items())
        if self.embedding is not None and not self.own_embedding:
            sizes = f"{self.embedding.vocabulary}, {self.embedding.output_size}"
            more += f", embedding=Embedding({sizes})"
        name, count = self.counted
        return f"{type(self).__name__}({', '.join(layers)}, {name}={count}{more})"
