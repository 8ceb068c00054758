r"""What the attention of all three implementations checks. No framework."""

import numpy as np

from lstmbook.core.checks import check_int, check_seed
from lstmbook.core.initializers import glorot
from lstmbook.errors import ShapeError, ValueRangeError, unknown_name

SCORES = ("additive", "dot")


def check_sizes(query_size, key_size, hidden_size, score) -> dict:
    """Arguments of an Attention as they are used.

    Raises
    ------
    ValueRangeError, UnknownNameError
    """
    if not isinstance(score, str) or score not in SCORES:
        raise unknown_name("score", score, SCORES)
    query_size = check_int("query_size", query_size, 1)
    key_size = check_int("key_size", key_size, 1)
    if score == "dot" and query_size != key_size:
        raise ValueRangeError(
            f"key_size: expected {query_size}, the query_size, for score='dot', got {key_size}; "
            "use score='additive'"
        )
    if hidden_size is None:
        hidden_size = key_size
    hidden_size = check_int("hidden_size", hidden_size, 1)
    return {
        "query_size": query_size,
        "key_size": key_size,
        "hidden_size": hidden_size,
        "score": score,
    }


def start_weights(sizes: dict, seed) -> dict[str, np.ndarray]:
    """Glorot uniform; of the dot score none."""
    rng = np.random.default_rng(check_seed(seed))
    if sizes["score"] == "dot":
        return {}
    hidden = sizes["hidden_size"]
    return {
        "W_q": glorot(rng, (sizes["query_size"], hidden)),
        "W_k": glorot(rng, (sizes["key_size"], hidden)),
        "v": glorot(rng, (hidden, 1))[:, 0],
    }


def check_query_and_keys(query: tuple, keys: tuple, sizes: dict) -> None:
    """Raise ShapeError unless shapes are (B, Q) or (B, L, Q), and (B, T, D)."""
    q, d = sizes["query_size"], sizes["key_size"]
    if len(query) not in (2, 3) or query[-1] != q:
        raise ShapeError(f"query: expected (B, {q}) or (B, L, {q}), got shape {tuple(query)}")
    batch = query[0]
    if len(keys) != 3 or keys[2] != d or (None not in (keys[0], batch) and keys[0] != batch):
        raise ShapeError(f"keys: expected ({batch}, T, {d}), got shape {tuple(keys)}")
    if 0 in query or 0 in keys:
        raise ShapeError(
            "query and keys: expected at least one sequence and step, got "
            f"{tuple(query)} and {tuple(keys)}"
        )
