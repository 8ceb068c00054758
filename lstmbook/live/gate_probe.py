r"""The gate probe: what can be read from a memory before and after its output gate."""

from __future__ import annotations

from functools import cache

import numpy as np

from lstmbook.errors import ValueRangeError
from lstmbook.live.figure import LiveFigure, inline, rounded, table

STEPS, LAG, MANY, H, CLASSES = 120, 100, 64, 24, 4
RIDGE = 0.1  # added to the spread of the probe, as a share of its mean
CAPTION = (
    "The stored network of page 3.1 reads 64 new sequences; a symbol is flagged at one of the "
    "first 20 steps. A linear probe names it from *c* and from *h*: fitted at each step to half "
    "of the sequences and tried on the other half, and the other way round. Runs in the page."
)


@cache
def network() -> dict[str, np.ndarray]:
    """Weights of the stored network as the page has them, with 6 digits."""
    from lstmbook import models  # only here: it loads the layers
    from lstmbook.numpy import get_weights

    weights = get_weights(models.load("memory_keeper"))
    return {name: np.array(rounded(value)) for name, value in weights.items()}


@cache
def sequences() -> tuple[np.ndarray, np.ndarray]:
    """Test sequences x (64, 120, 5), four symbols and a flag, and their flagged symbols."""
    from lstmbook.data.tasks import memory

    test = memory(lag=LAG, classes=CLASSES, n=500, seed=100)
    return test.x[:MANY].astype(float), test.y[:MANY]


def run(first: int, last: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Memories, outputs (T, N, H) and mean gates (T,) with output gates 0 from first to last."""
    weights, (x, _) = network(), sequences()
    h = c = np.zeros((len(x), H))
    kept = []
    for t in range(STEPS):
        z = x[:, t] @ weights["layer.W"] + h @ weights["layer.U"] + weights["layer.b"]
        i, f, g, o = np.split(z, 4, axis=-1)
        i, f, o = (1 / (1 + np.exp(-v)) for v in (i, f, o))
        c = f * c + i * np.tanh(g)
        o = np.zeros_like(o) if first <= t <= last else o
        h = o * np.tanh(c)
        kept.append((c, h, o.mean()))
    c, h, o = (np.array(v) for v in zip(*kept, strict=True))
    return c, h, o


def probe(values: np.ndarray, y: np.ndarray) -> float:
    r"""Share of symbols named from values (N, H) by a linear discriminant, two-fold.

    Where all values are 0 there is nothing to read: the share of a guess.
    """
    if not values.any():
        return 1 / CLASSES
    right, even = 0, np.arange(len(y)) % 2 == 0
    for known, new in ((even, ~even), (~even, even)):
        means = np.stack([values[known & (y == k)].mean(axis=0) for k in range(CLASSES)])
        apart = values[known] - means[y[known]]
        spread = apart.T @ apart / len(apart)
        spread = spread + RIDGE * np.trace(spread) / H * np.eye(H)
        weights = np.linalg.solve(spread, means.T)
        scores = values[new] @ weights - (means * weights.T).sum(axis=1) / 2
        right += (scores.argmax(axis=1) == y[new]).sum()
    return float(right / len(y))


def measure(first: int, last: int, step: int) -> dict[str, float]:
    """What the figure says: shares read from c and h at a step, the network's answer at the end."""
    (c, h, o), (_, y), weights = run(first, last), sequences(), network()
    answer = (h[-1] @ weights["head.W"] + weights["head.b"]).argmax(axis=1)
    found = {"c": probe(c[step], y), "h": probe(h[step], y), "gate": float(o[step])}
    return {**found, "size": float(np.abs(c[step]).mean()), "answer": float((answer == y).mean())}


class GateProbe(LiveFigure):
    r"""A trained network with its output gates shut for a while, read before and after the gate.

    Parameters
    ----------
    first, last : int from 0 to 119
        The steps at which all output gates are 0; none if last is below first.
    step : int from 0 to 119
        Where the probes read.
    caption : str, optional
    id : str, optional

    Raises
    ------
    ValueRangeError
        For a step outside.

    Examples
    --------
    >>> GateProbe(first=119, last=119, step=119, id="probe")
    GateProbe(id='probe')
    """

    name = "gate-probe"
    scripts = ("line-chart.js", "parts.js", "probing.js")
    styles = ("line-chart.css",)

    def __init__(
        self,
        first: int = 119,
        last: int = 119,
        step: int = 119,
        caption: str | None = None,
        id: str | None = None,
    ) -> None:
        for name, value in (("first", first), ("last", last), ("step", step)):
            if not 0 <= value < STEPS:
                raise ValueRangeError(f"{name}: expected 0 to {STEPS - 1}, got {value}")
        self.at = {"first": first, "last": last, "step": step}
        caption = CAPTION if caption is None else caption
        x, y = sequences()
        data = {
            **{"T": STEPS, "N": MANY, "H": H, "K": CLASSES, "ridge": RIDGE, "start": self.at},
            "weights": {name.split(".")[1]: v.ravel() for name, v in self.layer().items()},
            "head": {name.split(".")[1]: v.ravel() for name, v in self.layer("head").items()},
            "text": ["".join(map(str, row)) for row in x[:, :, :CLASSES].argmax(axis=2)],
            "flag": x[:, :, CLASSES].argmax(axis=1),
            "y": y,
        }
        super().__init__({**data, "caption": inline(caption)}, caption, id)

    @staticmethod
    def layer(part: str = "layer") -> dict[str, np.ndarray]:
        """The weights of one part of the stored network."""
        return {name: v for name, v in network().items() if name.startswith(part)}

    def fallback(self) -> str:
        """The numbers for three ways to shut the gates."""
        cases = {
            "never shut": (119, 0, 119),
            "shut at the last step": (119, 119, 119),
            "shut from step 20 to 118, read at 118": (20, 118, 118),
        }
        rows = []
        for name, where in cases.items():
            found = measure(*where)
            shares = [f"{found[k]:.2f}" for k in ("c", "h", "answer", "size")]
            rows.append([name, *shares])
        header = ["output gates", "read from *c*", "read from *h*", "its own answer at the end"]
        title = f"Share of {MANY} sequences named right; a guess has 0.25"
        return table([*header, "mean size of *c*"], rows, title)
