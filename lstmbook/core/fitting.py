"""`fit`, `predict` and `evaluate`, once for all three implementations.

`bind` makes them for an `Engine` (see `training`). All that can be checked is checked here, before
a weight changes.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from lstmbook.core import scores, training
from lstmbook.core.batches import as_batch
from lstmbook.core.checks import check_bool, check_int, check_number
from lstmbook.core.counting import as_counting, check_some
from lstmbook.core.history import History
from lstmbook.core.optimizers import Adam, check_optimizer, check_rates
from lstmbook.core.training import Settings
from lstmbook.core.weights import named
from lstmbook.errors import ShapeError, ValueRangeError


def bind(engine: type[training.Engine], module: str):
    """`fit, predict, evaluate` of one implementation, as functions of `module`."""

    def fit(
        model,
        train,
        validation=None,
        *,
        epochs: int = 10,
        batch_size: int = 32,
        optimizer=None,
        clip_norm: float | None = None,
        patience: int | None = None,
        monitor: str = "loss",
        seed: int = 0,
        progress: bool = True,
        callbacks: Iterable[Callable[[History], object]] = (),
        weights=None,
        class_weight=None,
        ignore: int | None = None,
    ) -> History:
        """Train a model.

        Everything is checked before the first update, all data in every row; on such an error no
        weight has changed. In PyTorch a model on the CPU is trained on a GPU where there is one,
        and is back on the CPU at the end.

        Parameters
        ----------
        model : SequenceClassifier or SequenceRegressor
        train, validation : (x, y) or (x, y, lengths), arrays
            x (B, T, D), or ids (B, T) for a model with an embedding. y: class numbers (B,), numbers
            (B, K), or with `pooling=None` (B, T) and (B, T, K), where steps past the length of a
            sequence do not count; labels (B, L) with -1 behind the last for a SequenceLabeller or
            an EncoderDecoder; a dict of targets by head for SequenceHeads.
        epochs, batch_size : int
        optimizer : SGD, RMSprop, Adam or AdamW with its constants; Adam(1e-3) by default
        clip_norm : largest norm of all gradients together
        patience : int or None
            Stop after so many epochs without a better `monitor`, and go back to the best weights.
        monitor : str
            A score on the validation data: "loss" or "accuracy" of a classifier; "loss", "mae",
            "mse" or "rmse" of a regressor; "loss" or "error_rate" of a labeller, and "exact" of an
            EncoderDecoder; "loss" or "coverage" of quantiles; "loss", "bits", "perplexity" or
            "accuracy" of a language model; "loss", or "NAME.accuracy" and such, where there are
            heads. Accuracy, exact and coverage are better the higher they are, the others the
            lower.
        seed : int, for the order of batches; in PyTorch also for dropout
        progress : bool, show a bar
        callbacks : functions of the history so far
            Each is called after every epoch. One that raises StopIteration ends the training as if
            it were over; the next ones are not called then.
        weights : floats >= 0, (B,), or (B, T) with `pooling=None`; or None
            How much each sequence, or each step, of the training data counts: the loss is
            sum(w loss) / sum(w) over the answers of a batch.
        class_weight : dict by class (1 for those left out), K floats, "balanced", or None
            The weight of a training answer by its true class, times `weights`. "balanced" is
            n / (K n_k): all classes count alike together.
        ignore : int or None
            Answers with this label count neither in the loss nor in the scores on the validation
            data, and have no gradient; no class need have the number (such as -1).

        Returns
        -------
        History
            Also after an interrupt by keyboard; the model then keeps the weights it has at that
            moment, with `patience` too.

        Raises
        ------
        ShapeError, ValueRangeError, UnknownNameError
            For arguments or data that do not fit, before anything runs.
        DivergedError
            When the loss, a weight or a score becomes NaN or infinite. The model then has the best
            weights that early stopping had kept; without `patience` those of before the epoch in
            which it happened. The message says which.
        """
        work = engine_of(engine, model)
        if validation is None and monitor != "loss":
            raise ValueRangeError(
                f"monitor: {monitor!r} is a score on validation data; give validation="
            )
        scores.get(model, monitor)
        if patience is not None:
            patience = check_int("patience", patience, 1)
            if validation is None:
                raise ValueRangeError(
                    "patience: early stopping needs validation data; give validation="
                )
        how = Settings(
            epochs=check_int("epochs", epochs, 1),
            batch_size=check_int("batch_size", batch_size, 1),
            patience=patience,
            monitor=monitor,
            seed=check_int("seed", seed, 0, 2**63 - 1),
            progress=check_bool("progress", progress),
            callbacks=as_callbacks(callbacks),
        )
        if clip_norm is not None:
            clip_norm = check_number("clip_norm", clip_norm, above=0)
        optimizer = Adam() if optimizer is None else check_optimizer(optimizer)
        counts = as_counting(model, weights, class_weight, ignore)
        train = as_batch("train", train, model, work.dtype, counts=counts)
        check_some("train", train.weights)
        if validation is not None:
            counts = as_counting(model, ignore=ignore)
            validation = as_batch("validation", validation, model, work.dtype, counts=counts)
            check_some("validation", validation.weights)
        training.check_start(work.get_weights())
        check_rates(optimizer, how.epochs * -(-len(train.x) // how.batch_size))
        with work.at_work(how.seed):
            work.prepare(optimizer, clip_norm)
            return training.run(work, train, validation, how)

    def predict(model, x, lengths=None, batch_size: int = 256) -> np.ndarray:
        """What the model gives for x, outside training, as one NumPy array.

        Parameters
        ----------
        model : SequenceClassifier or SequenceRegressor
        x : array (B, T, D), ids (B, T), or (x, y) or (x, y, lengths) as `fit` takes it
        lengths : ints (B,) or None
        batch_size : int, sequences computed at a time

        Returns
        -------
        array (B, K), or (B, T, K) with `pooling=None`
            Logits of a classifier, numbers of a regressor.

        Raises
        ------
        ShapeError, ValueRangeError
        """
        work = engine_of(engine, model)
        batch_size = check_int("batch_size", batch_size, 1)
        if lengths is not None:
            if isinstance(x, tuple) and len(x) == 3 and x[2] is not None:
                raise ValueRangeError("lengths: expected them once, got them in the tuple too")
            x = (x[0] if isinstance(x, tuple) and 2 <= len(x) <= 3 else x, None, lengths)
        data = as_batch("", x, model, work.dtype, targets=False)
        return work.outputs(data, batch_size)

    def evaluate(
        model, data, batch_size: int = 256, *, weights=None, class_weight=None, ignore=None
    ) -> dict[str, float]:
        """Scores of a model: loss and accuracy of a classifier, loss (MSE) and mae of a regressor.

        Of a language model loss, bits (per symbol) and perplexity; of a labeller loss (CTC) and
        error_rate; of an EncoderDecoder loss (with the true symbols before each), exact (the share
        of strings that it writes alone without a mistake) and error_rate; of quantiles loss and
        coverage, the share of targets between the lowest and the highest; where there are heads
        loss, the weighted sum, and the scores of each head behind its name and a dot.

        Parameters
        ----------
        model : SequenceClassifier or SequenceRegressor
        data : (x, y) or (x, y, lengths) as `fit` takes it
        batch_size : int, sequences computed at a time
        weights, class_weight, ignore : as in `fit`
            Losses and scores are means weighted by them. `fit` takes the scores on its validation
            data with `ignore` alone.

        Raises
        ------
        ShapeError, ValueRangeError
        """
        work = engine_of(engine, model)
        batch_size = check_int("batch_size", batch_size, 1)
        counts = as_counting(model, weights, class_weight, ignore)
        data = as_batch("data", data, model, work.dtype, counts=counts)
        check_some("data", data.weights)
        return training.evaluate(work, data, batch_size=batch_size)

    return named((fit, predict, evaluate), module)


def engine_of(engine: type[training.Engine], model) -> training.Engine:
    """The engine for a model of its implementation.

    Raises
    ------
    ShapeError
        For anything else.
    """
    if not isinstance(model, engine.Model) or not hasattr(model, "kind"):
        raise ShapeError(
            "model: expected a SequenceClassifier or SequenceRegressor of "
            f"{engine.__module__.removesuffix('.engine')}, got {type(model).__name__}"
        )
    make: Any = engine  # the protocol says nothing of how it is made
    return make(model)


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
