r"""What the pointer-generators check. No framework."""

from lstmbook.errors import ShapeError, ValueRangeError


def check_pointing(embedding, Embedding: type, symbols: int, attention) -> None:
    """Raise unless every id of the source is a symbol that can be written, and there is attention.

    Raises
    ------
    ShapeError, ValueRangeError
    """
    if not isinstance(embedding, Embedding):
        raise ShapeError(
            f"embedding: expected an Embedding of the source, got {type(embedding).__name__}; "
            "what is copied are its ids"
        )
    if embedding.vocabulary > symbols:
        raise ValueRangeError(
            f"embedding: expected at most {symbols} ids, the symbols that can be written, got "
            f"{embedding.vocabulary}; number source and target alike"
        )
    if attention is None:
        raise ValueRangeError("attention: expected 'additive' or 'dot', which points, got None")
