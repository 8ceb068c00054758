"""How the outputs of two directions become one: arithmetic that arrays of any framework know."""

from lstmbook.errors import ValueRangeError, unknown_name

MERGES = ("concat", "sum", "mean", "product")


def check_merge(merge: str, bidirectional: bool) -> str:
    """Raise unless it is one of `MERGES`, and "concat" where there is one direction only."""
    if not isinstance(merge, str) or merge not in MERGES:
        raise unknown_name("merge", merge, MERGES)
    if merge != "concat" and not bidirectional:
        raise ValueRangeError(
            f"merge={merge!r}: one direction alone has nothing to be merged with; use "
            "bidirectional=True, or leave merge out"
        )
    return merge


def merged(merge: str, forward, reverse):
    """The output of both directions by "sum", "mean" or "product"; "concat" is the framework's.

    >>> merged("mean", 2.0, 4.0), merged("product", 2.0, 4.0)
    (3.0, 8.0)
    """
    if merge == "product":
        return forward * reverse
    return forward + reverse if merge == "sum" else (forward + reverse) * 0.5


def parted(merge: str, dy, forward, reverse) -> tuple:
    """Back through `merged`: the gradient of each direction's output.

    >>> parted("product", 1.0, 2.0, 4.0), parted("sum", 1.0, 2.0, 4.0)
    ((4.0, 2.0), (1.0, 1.0))
    """
    if merge == "product":
        return dy * reverse, dy * forward
    return (dy, dy) if merge == "sum" else (dy * 0.5, dy * 0.5)
