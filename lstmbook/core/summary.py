"""A model at a glance: parts, shapes, weights, and which of several equal forms runs."""

from collections.abc import Callable

import numpy as np

from lstmbook.core.batches import as_batch
from lstmbook.core.weights import named
from lstmbook.errors import ShapeError

HEADER = ("part", "is", "gives", "weights", "runs")
FORMS = {
    "steps": "steps: the cell's rule at every step",
    "loop": "one product a step",
    "fast": "fast: the cell's equations in a faster form",
    "at once": "all at once: no loop over steps",
}


class Text(str):
    """A text that a notebook and the prompt show as it is printed."""

    def __repr__(self) -> str:
        return str(self)


def bind(runs: Callable, recurrent: type, module: str):
    """`summary` of one implementation; `runs(layer)` says what its recurrent layer runs."""

    def summary(model, x=None) -> Text:
        """What a model or recurrent layer is made of, as a table.

        Parameters
        ----------
        model : a model or a recurrent layer
        x : array (B, T, D) or ids (B, T), or None
            With it shapes stand in numbers.

        Returns
        -------
        text, a str
            Each part with what it gives, how many weights it has, and which of several equal forms
            runs, see `form=` of the layers.

        Raises
        ------
        ShapeError, ValueRangeError
            If the model cannot read x.

        Examples
        --------
        >>> from lstmbook import numpy as lb          # or torch, or tensorflow
        >>> lb.summary(lb.SequenceClassifier(lb.MinGRU(3, 5), classes=2))
        SequenceClassifier(MinGRU(3, 5), classes=2)
        part     is            gives      weights  runs
        layer    MinGRU(3, 5)  (B, T, 5)       40  all at once: no loop over steps
        pooling  last          (B, 5)           0
        head     Dense(5, 2)   (B, 2)          12
        52 weights, float32
        """
        if isinstance(model, recurrent):
            parts, title = {"layer": model}, None
        elif hasattr(model, "parts") and hasattr(model, "describe"):
            parts, title = model.parts, model.describe()
        else:
            raise ShapeError(
                f"model: expected a model or a recurrent layer of {module.rpartition('.')[0]}, got "
                f"{type(model).__name__}"
            )
        batch, steps = ("B", "T") if x is None else shape_of(model, x, recurrent)
        rows = [
            (name, words(part, recurrent), size(model, name, part, batch, steps), part, recurrent)
            for name, part in parts.items()
        ]
        return table(title, model, rows, runs)

    return named((summary,), module)[0]


def shape_of(model, x, recurrent: type) -> tuple[int, int]:
    """Sequences and steps of x, which the model must be able to read."""
    if isinstance(model, recurrent):
        shape = np.shape(x)
        model.layout.check_input(shape)
    else:
        shape = as_batch("", x, model, "float64", targets=False).x.shape
    return shape[0], shape[1]


def words(part, recurrent: type) -> str:
    """What a part is, as the call that makes it."""
    if isinstance(part, recurrent):
        return f"{type(part).__name__}({part.layout.describe()})"
    sizes = next((tuple(v.shape) for v in part.params.values() if len(v.shape) > 1), ())
    return f"{type(part).__name__}({', '.join(map(str, sizes))})"


def size(model, name: str, part, batch, steps) -> str:
    """The shape of what a part gives, where that is known."""
    if name == "layer" or name == "embedding":
        width = part.output_size
    elif name == "head":
        width = model.outputs
    else:
        return ""
    per_step = name != "head" or model.pooling is None
    space = getattr(part, "layout", None) and part.layout.variant.space
    axes = (batch, steps, width) if per_step else (batch, width)
    more = ", ..." if space and 0 not in space else ""
    return f"({', '.join(map(str, axes))}{more})"


def table(title: str | None, model, rows: list, runs: Callable) -> Text:
    """All of it as text, in columns."""
    lines: list[tuple[str, ...]] = [HEADER]
    total, dtype = 0, ""
    for name, is_, gives, part, recurrent in rows:
        count = sum(int(np.prod(value.shape)) for value in part.params.values())
        total += count
        found = isinstance(part, recurrent)
        dtype = str(getattr(part, "dtype", "")).removeprefix("torch.") if found else dtype
        lines.append((name, is_, gives, f"{count:,}", runs(part) if found else ""))
        pooling = getattr(model, "pooling", None)
        if name == "layer" and pooling is not None:
            head = (*gives[1:-1].split(", ")[:1], *gives[1:-1].split(", ")[2:])
            lines.append(("pooling", pooling.pooling, f"({', '.join(head[:2])})", "0", ""))
    wide = [max(len(line[k]) for line in lines) for k in range(len(HEADER))]
    text = []
    for line in lines:
        cells = [v.rjust(w) if k == 3 else v.ljust(w) for k, (v, w) in enumerate(zip(line, wide))]
        text.append("  ".join(cells).rstrip())
    return Text("\n".join([*([title] if title else []), *text, f"{total:,} weights, {dtype}"]))
