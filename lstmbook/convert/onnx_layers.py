"""One layer of ours in an ONNX graph.

What ONNX's operators RNN, LSTM and GRU express (`FORMS`) is one node a layer; any other variant,
and any with zoneout, is a Scan over the steps of `onnx_cells`, one a direction. ONNX wants
time-major arrays.
"""

import numpy as np

from lstmbook.convert import onnx_cells
from lstmbook.convert.onnx_forms import FORMS, LINEAR, STANDARD, to_arrays
from lstmbook.convert.onnx_graph import Graph
from lstmbook.core.layout import Layout
from lstmbook.core.merges import merged

SPACE = ((), ("width",), ("height", "width"))


class Writer:
    """Writes one layer into a graph."""

    def __init__(self, onnx, layout: Layout, weights: dict):
        self.onnx, self.layout, self.weights = onnx, layout, weights
        self.g = Graph(onnx, next(iter(weights.values())).dtype)
        self.space = SPACE[max(layout.variant.space)]

    def write(self, x, lengths: bool, state: bool):
        """x (B, T, D) -> y (B, T, H), last states by name."""
        g, s = self.g, self.layout
        self.lengths = g.take_in("lengths", ("B",), "int64") if lengths else None
        self.starts = {}
        if state:
            for name, size in s.states.items():
                self.starts[name] = g.take_in(f"start.{name}", ("B", *size, *self.space))
        elif s.learned_state:
            rows = g.size(x, 0)
            for name, own in s.starts.items():
                start = self.weights[own].reshape(*s.states[name], *[1] * len(self.space))
                width = [g.size(x, 3 + k) for k in range(len(self.space))]
                shape = g.concat([rows, g.ints(*s.states[name]), *width], axis=0)
                self.starts[name] = g.op("Expand", start[None], shape)
        self.ends: dict = {}
        others = list(range(2, 3 + len(self.space)))
        x = g.op("Transpose", x, perm=[1, 0, *others])
        layer = self.node if s.variant.name in FORMS and not s.zoneout else self.scans
        for depth in range(s.layers):
            x = layer(depth, [unit for unit in s.units if unit.layer == depth], x)
        y = g.op("Transpose", x, perm=[1, 0, *others])
        return y, {name: self.ends[name] for name in s.states}

    def real_steps(self, x):
        """Lengths (B,), of x (B, T, ...): T where there are none."""
        if self.lengths is not None:
            return self.lengths
        return self.g.op("Expand", self.g.size(x, 1), self.g.size(x, 0))

    def is_real(self, x):
        """Bools (B, T, 1, ...), true on real steps of x (B, T, ...)."""
        g = self.g
        steps = self.numbers(g.size(x, 1))
        real = g.op("Less", steps, g.op("Unsqueeze", self.lengths, g.ints(1)))
        return g.reshape(real, 0, 0, *[1] * (1 + len(self.space)))

    def numbers(self, size):
        """0, 1, ..., size - 1."""
        g, none = self.g, np.array(0, "int64")
        return g.op("Range", none, g.op("Squeeze", size, g.ints(0)), np.array(1, "int64"))

    def node(self, depth: int, units: list, x):
        """One node of an operator: x (T, B, D) -> (T, B, directions H)."""
        g, s, form = self.g, self.layout, FORMS[self.layout.variant.name]
        own = [{k: self.weights[u.prefix + k] for k in s.names} for u in units]
        arrays = [to_arrays(form, s.variant.blocks, one) for one in own]
        inputs = {
            name: g.constant(np.stack([one[name] for one in arrays]), f"l{depth}.{name}")
            for name in arrays[0]
        }
        attributes = dict(form.attributes)
        activations = ("Relu",) if s.options.get("activation") == "relu" else form.activations
        if activations not in (STANDARD, ("Tanh",), ("Sigmoid", "Tanh")):
            names = list(activations) * len(units)
            attributes["activations"] = names
            if LINEAR in names:  # one number for each activation that takes one, in their order
                attributes["activation_alpha"] = [1.0] * names.count(LINEAR)
                attributes["activation_beta"] = [0.0] * names.count(LINEAR)
        if form.operator == "GRU":
            attributes["linear_before_reset"] = int(s.options["reset_after"])
        shown = None
        if self.lengths is not None:
            shown = g.op("Cast", self.lengths, to=self.onnx.TensorProto.INT32)
        starts = [self.joined(units, name) for name in s.variant.states]
        y, *ends = g.op(
            form.operator,
            *(x, inputs["W"], inputs["R"], inputs["B"], shown, *starts),
            *([inputs["P"]] if "P" in inputs else []),
            out=[f"l{depth}.Y", *(f"l{depth}.Y_{name}" for name in s.variant.states)],
            hidden_size=s.hidden_size,
            direction="bidirectional" if len(units) == 2 else "forward",
            **attributes,
        )
        for name, end in zip(s.variant.states, ends, strict=True):
            for k, unit in enumerate(units):  # (directions, B, H) -> (B, H) of each
                self.ends[unit.prefix + name] = g.op("Gather", end, np.array(k), axis=0)
        if len(units) == 2 and s.merge != "concat":
            return merged(s.merge, *(g.op("Gather", y, np.array(k), axis=1) for k in (0, 1)))
        # (T, directions, B, H) -> (T, B, directions H)
        return g.reshape(g.op("Transpose", y, perm=[0, 2, 1, 3]), 0, 0, -1)

    def joined(self, units: list, state: str):
        """The start state (directions, B, H) of one layer; None for 0."""
        g, names = self.g, [unit.prefix + state for unit in units]
        if not self.starts:
            return None
        return g.concat([g.op("Unsqueeze", self.starts[n], g.ints(0)) for n in names], axis=0)

    def scans(self, depth: int, units: list, x):
        """One Scan a direction: x (T, B, D, ...) -> (T, B, directions H, ...)."""
        outputs = [self.scan(unit, x) for unit in units]
        if len(outputs) == 1:
            return outputs[0]
        merge = self.layout.merge
        return self.g.concat(outputs, axis=2) if merge == "concat" else merged(merge, *outputs)

    def scan(self, unit, x):
        g, s, space = self.g, self.layout, self.space
        names = [unit.prefix + name for name in s.variant.states]
        batch = g.size(x, 1)
        real = g.op("Expand", g.size(x, 0), batch) if self.lengths is None else self.lengths
        if unit.reverse:
            x = g.op("ReverseSequence", x, real, time_axis=0, batch_axis=1)
        width = [g.size(x, 3 + k) for k in range(len(space))]
        starts = [
            self.starts[name]
            if self.starts
            else g.op("Expand", 0.0, g.concat([batch, g.ints(*s.states[name]), *width], axis=0))
            for name in names
        ]
        given = [x] if self.lengths is None else [x, self.numbers(g.size(x, 0))]
        *ends, y = g.op(
            "Scan",
            *starts,
            *given,
            out=[*(f"{name}.end" for name in names), f"{unit.prefix}y"],
            num_scan_inputs=len(given),
            body=self.body(unit).proto(f"{unit.prefix}step"),
        )
        self.ends.update(zip(names, ends, strict=True))
        return g.op("ReverseSequence", y, real, time_axis=0, batch_axis=1) if unit.reverse else y

    def body(self, unit) -> Graph:
        """One step: states and x_t (and t, with lengths) -> new states and y_t."""
        s, space = self.layout, self.space
        g = Graph(self.onnx, self.g.dtype, self.g)
        shapes = {name: ("B", *s.states[unit.prefix + name], *space) for name in s.variant.states}
        old = [g.take_in(f"{unit.prefix}{n}.old", shape) for n, shape in shapes.items()]
        x = g.take_in(f"{unit.prefix}x_t", ("B", unit.input_size, *space))
        p = {name: self.weights[unit.prefix + name] for name in s.names}
        new = onnx_cells.step(g, s, p, x, tuple(old))
        y = new[0]
        if self.lengths is not None:
            t = g.take_in(f"{unit.prefix}t", (), "int64")
            real = g.op("Less", t, self.lengths)
            masks = [g.reshape(real, -1, *[1] * (len(shape) - 1)) for shape in shapes.values()]
            y = g.op("Where", masks[0], y, 0.0)
            new = [g.op("Where", m, n, o) for m, n, o in zip(masks, new, old, strict=True)]
        for one, shape in zip((*new, y), [*shapes.values(), shapes["h"]], strict=True):
            g.give(g.op("Identity", one), shape)
        return g
