"""The arguments of `fit`, each checked before a weight changes, and the training they ask for."""

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from lstmbook.core import checkpoints, scores, training
from lstmbook.core.batches import as_batch
from lstmbook.core.checks import check_bool, check_int, check_number
from lstmbook.core.counting import as_counting, check_some
from lstmbook.core.history import History
from lstmbook.core.optimizers import Adam, Optimizer, check_optimizer, check_rates
from lstmbook.core.schedules import Plateau
from lstmbook.core.sources import Arrays, as_stream, is_stream
from lstmbook.core.standing import check_start
from lstmbook.errors import ShapeError, ValueRangeError, unknown_name

PRECISIONS = ("bfloat16", "float16")
SAME = ("batch_size", "clip_norm", "seed", "patience", "monitor", "accumulate", "steps")
"""Arguments that a training which goes on must have as before."""


def train_with(work: training.Engine, given: dict[str, Any]) -> History:
    """Check all arguments of `fit`, by name, and train."""
    model, validation = work.model, given["validation"]
    how = training.Settings(
        epochs=check_int("epochs", given["epochs"], 1),
        batch_size=check_int("batch_size", given["batch_size"], 1),
        patience=check_listening(model, validation, given["monitor"], given["patience"]),
        monitor=given["monitor"],
        seed=check_int("seed", given["seed"], 0, 2**63 - 1),
        progress=check_bool("progress", given["progress"]),
        callbacks=as_callbacks(given["callbacks"]),
        accumulate=check_int("accumulate", given["accumulate"], 1),
    )
    clip_norm = given["clip_norm"]
    if clip_norm is not None:
        clip_norm = check_number("clip_norm", clip_norm, above=0)
    optimizer, plateau = at_work(given["optimizer"], validation)
    steps = check_stateful(model, given["stateful"], given["steps"])
    check_machine(work, given["precision"], given["device"])
    if check_bool("resume", given["resume"]) and given["checkpoint"] is None:
        raise ValueRangeError("resume: expected checkpoint=PATH to go on from, got none")
    path = None if given["checkpoint"] is None else checkpoints.as_path(given["checkpoint"])
    train = as_source(work, given, how.batch_size, steps)
    if validation is not None:
        counts = as_counting(model, ignore=given["ignore"])
        validation = as_batch("validation", validation, model, work.dtype, counts=counts)
        check_some("validation", validation.weights)
    check_start(work.get_weights())
    check_rates(optimizer, how.epochs * -(-train.updates // how.accumulate))
    if path is not None:
        same = {**given, **how._asdict(), "clip_norm": clip_norm, "steps": steps}
        data = train.data if isinstance(train, Arrays) else None
        call = checkpoints.call_of(model, optimizer, data, **{name: same[name] for name in SAME})
        how = how._replace(place=checkpoints.Place(path, given["resume"], call))
    with work.at_work(how.seed, given["device"]), gives_state(model.layer, steps is not None):
        work.prepare(optimizer, clip_norm, given["precision"])
        return training.run(work, train, validation, how._replace(plateau=plateau))


def as_source(work: training.Engine, given: dict[str, Any], size: int, steps: int | None):
    """Where batches come from: arrays, all of them checked now, or a stream."""
    model = work.model
    counts = as_counting(model, given["weights"], given["class_weight"], given["ignore"])
    if is_stream(given["train"]):

        def check(name: str, data, weights):
            one = (given["class_weight"], given["ignore"])
            return as_batch(name, data, model, work.dtype, counts=as_counting(model, weights, *one))

        others = {"checkpoint": given["checkpoint"], "steps": steps}
        return as_stream(given["train"], check, counts, given["steps_per_epoch"], **others)
    if given["steps_per_epoch"] is not None:
        raise ValueRangeError(
            "steps_per_epoch: expected it only where train gives batches; of arrays an epoch is "
            "all of them"
        )
    train = as_batch("train", given["train"], model, work.dtype, counts=counts)
    check_some("train", train.weights)
    return Arrays(train, size, work.trims, model.per_step, steps)


def check_listening(model, validation, monitor, patience) -> int | None:
    """The patience; raise unless what listens to validation data has it, and the score exists."""
    if validation is None and monitor != "loss":
        raise ValueRangeError(
            f"monitor: {monitor!r} is a score on validation data; give validation="
        )
    scores.get(model, monitor)
    if patience is None:
        return None
    if validation is None:
        raise ValueRangeError("patience: early stopping needs validation data; give validation=")
    return check_int("patience", patience, 1)


def at_work(optimizer, validation) -> tuple[Optimizer, Plateau | None]:
    """The optimizer, and its rate if that one listens: begun anew."""
    optimizer = Adam() if optimizer is None else check_optimizer(optimizer)
    plateau = optimizer.learning_rate
    if not isinstance(plateau, Plateau):
        return optimizer, None
    if validation is None:
        raise ValueRangeError("learning_rate: plateau listens to validation data; give validation=")
    plateau = plateau.begin()
    return replace(optimizer, learning_rate=plateau), plateau


def check_stateful(model, stateful, steps) -> int | None:
    """How many steps a piece has; None where no state is carried.

    Raises
    ------
    ValueRangeError, ShapeError
    """
    if not check_bool("stateful", stateful):
        if steps is not None:
            raise ValueRangeError("steps: expected stateful=True beside it, got stateful=False")
        return None
    if steps is None:
        raise ValueRangeError("stateful: expected steps=, the length of a piece, beside it")
    steps = check_int("steps", steps, 1)
    if not model.per_step or getattr(model, "pooling", None) is not None:
        raise ShapeError(
            "stateful: expected a model with an answer at every step, pooling=None, since each "
            "piece is trained on its own answers"
        )
    if model.layer.layout.bidirectional:
        raise ValueRangeError(
            "stateful: expected a layer of one direction; the other begins at the end"
        )
    return steps


def check_machine(work: training.Engine, precision, device) -> None:
    """Raise for a precision or a device that the implementation cannot have."""
    if precision is not None and (not isinstance(precision, str) or precision not in PRECISIONS):
        raise unknown_name("precision", precision, PRECISIONS)
    for name, value in {"precision": precision, "device": device}.items():
        if value is not None and name in work.refuses:
            raise ValueRangeError(f"{name}: expected None, got {value!r}; {work.refuses[name]}")


@contextmanager
def gives_state(layer, wanted: bool):
    """The layer gives its state beside its outputs for a while."""
    if not wanted:  # a layer of the reader's own may have no such switch
        yield
        return
    was, layer.return_state = layer.return_state, True
    try:
        yield
    finally:
        layer.return_state = was


def as_callbacks(callbacks) -> tuple[Callable, ...]:
    """The functions as a tuple."""
    if callable(callbacks) or not isinstance(callbacks, Iterable):
        raise ValueRangeError(
            f"callbacks: expected a list of functions, got {callbacks!r}; write callbacks=[...]"
        )
    callbacks = tuple(callbacks)
    for callback in callbacks:
        if not callable(callback):
            raise ValueRangeError(f"callbacks: expected functions of a History, got {callback!r}")
    return callbacks
