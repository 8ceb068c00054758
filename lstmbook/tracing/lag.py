r"""How far back the gradient of the last output reaches."""

import numpy as np

from lstmbook.core.layout import Layout
from lstmbook.errors import ValueRangeError, unknown_name
from lstmbook.tracing.observed import lengths_of, watched


def gradient_against_lag(layer, x, lengths=None, state=None, to: str = "x") -> np.ndarray:
    r"""How strongly the last output depends on what was k steps before it.

    Entry k is the mean over the batch of

    .. math:: \left\lVert \partial \textstyle\sum_j h_{T,j} \,/\, \partial v_{T-k} \right\rVert_2

    where T is the last real step of each sequence and v is the input x (`to="x"`), one state after
    step T-k (`to="c"`, or `to="l0.c"` with several layers), or all states after that step
    together (`to="state"`). The states count as independent variables: what h_{T-k} owes to
    c_{T-k} is not counted in `to="c"`, so its entry 0 is 0. No dropout.

    The same number in PyTorch: `y[:, -1].sum().backward(); x.grad.norm(dim=-1).mean(0).flip(0)`.

    Parameters
    ----------
    layer, x, lengths, state
        As for `trace`; x (B, T, D).
    to : "x", "state", or the name of a state

    Returns
    -------
    array (T,)
        Sequences shorter than k + 1 steps do not count in entry k; NaN where none is left.

    Raises
    ------
    ValueRangeError
        For a bidirectional layer: it reads from both ends, so that a lag has no one meaning.

    Examples
    --------
    >>> from lstmbook import numpy as lb
    >>> rnn = lb.RNN(1, 8, init="pytorch")
    >>> lag = gradient_against_lag(rnn, np.zeros((1, 50, 1)))
    >>> bool(lag[40] < 1e-3 * lag[0])
    True
    """
    twin, passes, x = watched(layer, x)
    layout = twin.layout
    if layout.bidirectional:
        raise ValueRangeError(
            "gradient_against_lag: expected one direction, got a bidirectional layer; "
            "build a layer of one direction from its weights"
        )
    if to not in ("x", "state", *layout.states):
        raise unknown_name("variable", to, ["x", "state", *layout.states])
    batch, steps = x.shape[:2]
    y = twin(x, state, lengths)[0]
    lengths = lengths_of(lengths, batch, steps)
    dy = np.zeros_like(y)
    dy[np.arange(batch), lengths - 1] = 1
    dx, _ = twin.backward(dy)
    if to == "x":
        squares = (dx.astype("float64") ** 2).reshape(batch, steps, -1).sum(axis=-1)
    else:
        wanted = layout.states if to == "state" else (to,)
        squares = np.zeros((batch, steps))
        for name in wanted:
            squares += state_squares(passes, name, batch, steps)
        if to in ("state", f"{last_prefix(layout)}h"):
            size = np.prod(y.shape[2:])
            squares[np.arange(batch), lengths - 1] += size  # dh_T/dh_T
    lags = lengths[:, None] - 1 - np.arange(steps)  # of every step t
    norms = np.sqrt(squares)
    return np.array(
        [norms[lags == k].mean() if (lags == k).any() else np.nan for k in range(steps)]
    )


def state_squares(passes, name: str, batch: int, steps: int) -> np.ndarray:
    """Squared norm (B, T) of the gradient for one state after every step but the last."""
    squares = np.zeros((batch, steps))
    for run in passes:
        for index, letter_ in enumerate(run.names):
            if run.unit.prefix + letter_ == name:
                for t in range(1, steps):  # what a step returns belongs to the state before it
                    d = run.dstates[t][index].astype("float64")
                    axis = len(run.layer.layout.states[name])
                    squares[:, t - 1] = (np.moveaxis(d, axis, 0).reshape(batch, -1) ** 2).sum(1)
    return squares


def last_prefix(layout: Layout) -> str:
    return layout.units[-1].prefix
