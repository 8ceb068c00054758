r"""The embedded Reber grammar, as single strings and as a stream without marked ends."""

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.data.dataset import Split
from lstmbook.data.tasks.common import generator, one_hot, pad
from lstmbook.errors import ShapeError, ValueRangeError

SYMBOLS = "BTPSXVE"
# Reber grammar: node -> {symbol: next node}. Each node has one or two ways out, equally likely.
GRAPH = (
    {"B": 1},
    {"T": 2, "P": 3},
    {"S": 2, "X": 4},
    {"T": 3, "V": 5},
    {"X": 3, "S": 6},
    {"P": 4, "V": 6},
    {"E": 7},
)


def reber_string(rng: np.random.Generator) -> str:
    r"""Draw one string of the embedded Reber grammar: B, T or P, a Reber string, the same, E."""
    outer = "TP"[rng.integers(2)]
    inner, node = "", 0
    while node < len(GRAPH):
        ways = tuple(GRAPH[node].items())
        symbol, node = ways[rng.integers(len(ways))]
        inner += symbol
    return f"B{outer}{inner}{outer}E"


def _numbers(text: str) -> np.ndarray:
    return np.array([SYMBOLS.index(symbol) for symbol in text])


def embedded_reber(n: int = 256, seed: int = 0) -> Split:
    r"""Predict the next symbol of strings that repeat their second symbol before the last.

    A string is B, then T or P, a string of the Reber grammar, the same T or P again, E. The
    shortest has 9 symbols. Between the second symbol and its repetition lie at least 5 others.

    Parameters
    ----------
    n, seed : int
        Number of strings; the same seed gives the same ones.

    Returns
    -------
    Split
        x (n, T, 7) float32 one-hot in the order B T P S X V E, y (n, T) int64, the next symbol;
        lengths (n,): a string of L symbols has L - 1 steps. Steps past the length have y = 0.

    Raises
    ------
    ValueRangeError
        If n < 1 or seed < 0.

    Notes
    -----
    Inside the grammar two symbols are possible, so the next one cannot be known. The paper counts
    a string as right if at every step all possible symbols are the most active ones: see
    `legal_symbols`. Chance level for the repeated symbol: accuracy 1/2. Strings drawn with two
    seeds overlap, the short ones always: they are the frequent ones.

    References
    ----------
    S. Hochreiter, J. Schmidhuber (1997), Long Short-Term Memory, Neural Computation
    9(8):1735-1780, experiment 1, https://doi.org/10.1162/neco.1997.9.8.1735.

    Examples
    --------
    >>> task = embedded_reber(n=1, seed=0)
    >>> "".join(SYMBOLS[k] for k in task.x[0].argmax(1))
    'BPBPVPXTTTTVVEP'
    >>> "".join(SYMBOLS[k] for k in task.y[0])
    'PBPVPXTTTTVVEPE'
    """
    rng, n = generator(n, seed)
    rows = [_numbers(reber_string(rng)) for _ in range(n)]
    table, lengths = pad([row[:-1] for row in rows], -1)
    y, _ = pad([row[1:] for row in rows], 0)
    return Split(one_hot(table, len(SYMBOLS)), y.astype(np.int64), lengths)


def continual(steps: int = 300, n: int = 100, seed: int = 0) -> Split:
    r"""Predict the next symbol of an endless stream of embedded Reber strings.

    One string follows the other without a mark and without a reset of the state. A cell that
    cannot forget accumulates: this is the task for which the forget gate was made.

    Parameters
    ----------
    steps : int
        Steps of each stream, at least 10; the last string may be cut.
    n, seed : int
        Number of streams; the same seed gives the same ones.

    Returns
    -------
    Split
        x (n, steps, 7) float32 one-hot in the order B T P S X V E, y (n, steps) int64, the next
        symbol.

    Raises
    ------
    ValueRangeError
        If steps < 10, n < 1 or seed < 0.

    References
    ----------
    F. A. Gers, J. Schmidhuber, F. Cummins (2000), Learning to Forget: Continual Prediction with
    LSTM, Neural Computation 12(10):2451-2471, https://doi.org/10.1162/089976600300015015.

    Examples
    --------
    >>> task = continual(steps=40, n=1, seed=0)
    >>> "".join(SYMBOLS[k] for k in task.x[0].argmax(1))
    'BPBPVPXTTTTVVEPEBPBPVVEPEBPBPVVEPEBPBTXS'
    """
    steps = check_int("steps", steps, least=10)
    rng, n = generator(n, seed)
    table = np.empty((n, steps + 1), dtype=np.int64)
    for row in table:
        text = ""
        while len(text) <= steps:
            text += reber_string(rng)
        row[:] = _numbers(text[: steps + 1])
    return Split(one_hot(table[:, :-1], len(SYMBOLS)), table[:, 1:])


def legal_symbols(split: Split) -> np.ndarray:
    r"""Return which symbols may follow at each step, for `embedded_reber` and `continual`.

    Parameters
    ----------
    split : Split
        What one of the two tasks returned.

    Returns
    -------
    ndarray of bool, shape (n, T, 7)
        All False past the length.

    Raises
    ------
    ShapeError
        If x is not (n, T, 7).
    ValueRangeError
        If a sequence does not follow the grammar.

    Examples
    --------
    >>> task = embedded_reber(n=1, seed=0)
    >>> legal = legal_symbols(task)[0]
    >>> ["".join(s for s, ok in zip(SYMBOLS, row) if ok) for row in legal[:4]]
    ['TP', 'B', 'TP', 'TV']
    """
    if split.x.ndim != 3 or split.x.shape[2] != len(SYMBOLS):
        raise ShapeError(f"x: expected (n, T, {len(SYMBOLS)}), got {split.x.shape}")
    legal = np.zeros(split.x.shape, dtype=bool)
    for k, row in enumerate(split.x.argmax(2)):
        steps = len(row) if split.lengths is None else split.lengths[k]
        node, outer = "start", ""
        for t, symbol in enumerate(SYMBOLS[s] for s in row[:steps]):
            node, outer = _follow(node, outer, symbol)
            legal[k, t, [SYMBOLS.index(s) for s in _ways(node, outer)]] = True
    return legal


def _ways(node: str | int, outer: str) -> str:
    if isinstance(node, int):
        return "".join(GRAPH[node])
    return {"start": "B", "choice": "TP", "repeat": outer, "end": "E"}[node]


def _follow(node: str | int, outer: str, symbol: str) -> tuple[str | int, str]:
    if symbol not in _ways(node, outer):
        raise ValueRangeError(
            f"x: expected one of {', '.join(_ways(node, outer))} in the grammar, got {symbol}"
        )
    if isinstance(node, int):
        after = GRAPH[node][symbol]
        return (after if after < len(GRAPH) else "repeat"), outer
    if node == "choice":
        return 0, symbol
    return {"start": "choice", "repeat": "end", "end": "start"}[node], outer
