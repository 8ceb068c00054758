"""`fit`, `predict` and `evaluate`, once for all three implementations.

`bind` makes them for an `Engine` (see `training`). All that can be checked is checked here, before
a weight changes.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from lstmbook.core import training
from lstmbook.core.batches import as_batch
from lstmbook.core.checks import check_bool, check_int
from lstmbook.core.counting import as_counting, check_some
from lstmbook.core.history import History
from lstmbook.core.options import train_with
from lstmbook.core.weights import named
from lstmbook.errors import ShapeError, ValueRangeError

LOGITS = ("classifier", "language")
"""Models whose outputs become probabilities of classes by a softmax."""


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
        checkpoint: str | os.PathLike | None = None,
        resume: bool = False,
        steps_per_epoch: int | None = None,
        accumulate: int = 1,
        stateful: bool = False,
        steps: int | None = None,
        precision: str | None = None,
        device=None,
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

            train may also give batches, and so be larger than memory: a function that makes a new
            generator for every epoch, PyTorch's `DataLoader`, a `tf.data.Dataset` or what else can
            be read again and again, or one generator (with `steps_per_epoch`). A batch is (x, y),
            (x, y, lengths) or (x, y, lengths, weights), checked when it comes; if it cannot be
            read, the model has the weights of the last whole epoch again.
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
        checkpoint : path of an .npz file, or None
            Written after every epoch, whole or not at all: weights, the best ones, optimizer,
            history, order of batches, dropout. What is there is overwritten, without `resume`.
        resume : bool
            Go on from the checkpoint as if the training had never stopped; where there is none,
            begin. So one and the same call can be made again after a crash. `epochs` may be
            larger than before; for all else the call must be the same.
        steps_per_epoch : int, or None for all batches that come
            Where train gives batches: how many are an epoch. A generator needs it; fit reads on
            in it from epoch to epoch.
        accumulate : int, k
            One update for k batches, with the gradient of all of them as one.
        stateful : bool
            Read long sequences in pieces of `steps` steps, with an update after each; the state
            goes on from piece to piece, gradients do not (truncated backpropagation). Sequences
            keep their order, `batch_size` at a time. For a layer of one direction and
            `pooling=None`.
        steps : int, with `stateful`
        precision : "bfloat16" or "float16", or None for that of the layer
            In PyTorch: automatic mixed precision, for float16 with a scaled loss. In the others
            the layer's `dtype` says it all.
        device : as everywhere in PyTorch, or None for a GPU if there is one
            Where the training runs; afterwards the model is back where it was.

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
        DataFileError
            For a checkpoint that cannot be written, is damaged, or is of another call.
        """
        given = dict(locals())  # all arguments by name
        return train_with(engine_of(engine, model), given)

    def predict(
        model, x, lengths=None, batch_size: int = 256, *, probabilities: bool = False
    ) -> np.ndarray:
        """What the model gives for x, outside training, as one NumPy array.

        Parameters
        ----------
        model : SequenceClassifier or SequenceRegressor
        x : array (B, T, D), ids (B, T), or (x, y) or (x, y, lengths) as `fit` takes it
        lengths : ints (B,) or None
        batch_size : int, sequences computed at a time
        probabilities : bool
            Probabilities of the classes, which add up to 1, in the place of logits.

        Returns
        -------
        array (B, K), or (B, T, K) with `pooling=None`
            Logits of a classifier, or with `probabilities` their softmax; numbers of a regressor.

        Raises
        ------
        ShapeError, ValueRangeError
        """
        work = engine_of(engine, model)
        if check_bool("probabilities", probabilities) and model.kind not in LOGITS:
            raise ValueRangeError(
                "probabilities: expected a model whose outputs are logits of classes, got "
                f"{type(model).__name__}"
            )
        batch_size = check_int("batch_size", batch_size, 1)
        if lengths is not None:
            if isinstance(x, tuple) and len(x) == 3 and x[2] is not None:
                raise ValueRangeError("lengths: expected them once, got them in the tuple too")
            x = (x[0] if isinstance(x, tuple) and 2 <= len(x) <= 3 else x, None, lengths)
        data = as_batch("", x, model, work.dtype, targets=False)
        outputs = work.outputs(data, batch_size)
        return softmax(outputs) if probabilities else outputs

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


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities along the last axis."""
    grown = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return grown / grown.sum(axis=-1, keepdims=True)


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
