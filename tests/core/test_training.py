"""fit, evaluate and predict, the same in all three implementations."""

import inspect
import pickle

import numpy as np
import pytest

from lstmbook import numpy as ours
from lstmbook.data.dataset import Split
from lstmbook.errors import DivergedError, ValueRangeError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 6, 3))
Y = (X.sum(axis=(1, 2)) > 0).astype(int)
NUMBERS = np.stack([X[:, 0, 0] - X[:, 2, 1], X[:, 1, 1]], axis=1)
LENGTHS = RNG.integers(1, 7, 40)
PAST = np.arange(6) >= LENGTHS[:, None]
IDS = RNG.integers(0, 5, (40, 6))
QUIET = {"progress": False}
INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]


def make_model(lb, kind="Classifier", outputs=2, pooling="last", dtype="float64", **settings):
    layer = lb.LSTM(3, 4, dtype=dtype, **settings)
    return getattr(lb, f"Sequence{kind}")(layer, outputs, pooling=pooling)


def assert_equal_weights(one, two):
    assert list(one) == list(two)
    for name, value in one.items():
        np.testing.assert_array_equal(two[name], value, err_msg=name)


def test_help_and_signature_are_the_same(lb):
    for name in ("fit", "predict", "evaluate", "get_weights", "set_weights", "save", "load"):
        function, other = getattr(lb, name), getattr(ours, name)
        assert inspect.signature(function) == inspect.signature(other)
        assert function.__doc__ == other.__doc__ and len(function.__doc__) > 70
        assert function.__module__.startswith(lb.__name__)
        assert pickle.loads(pickle.dumps(function)) is function


@pytest.mark.parametrize(
    "lb, monitor",
    [*(("numpy", name) for name in ("loss", "mae", "mse", "rmse")), ("torch", "mae")]
    + [("tensorflow", "rmse")],
    indirect=["lb"],
)
def test_early_stopping_by_an_error_keeps_the_smallest(lb, monitor):
    model = make_model(lb, "Regressor")
    data, how = (X, NUMBERS), {"epochs": 6, "patience": 2, "optimizer": lb.Adam(0.02), **QUIET}
    history = lb.fit(model, data, data, monitor=monitor, **how)
    curve = history.curve(monitor)
    assert history.best_epoch == np.argmin(curve) + 1 > 1
    best = history.validation[history.best_epoch - 1]
    assert lb.evaluate(model, data)["loss"] == pytest.approx(best["loss"], rel=1e-6)


def test_early_stopping_goes_back_to_the_best_weights(lb):
    model, seen = make_model(lb), []
    wrong = X, 1 - Y  # learning makes the validation loss rise
    history = lb.fit(
        model,
        (X, Y),
        wrong,
        epochs=30,
        patience=2,
        optimizer=lb.Adam(0.1),
        callbacks=[lambda history: seen.append(lb.get_weights(model))],
        **QUIET,
    )
    best = int(np.argmin(history.curve()))
    assert history.best_epoch == best + 1 and len(history.loss) == best + 3 < 30
    assert_equal_weights(lb.get_weights(model), seen[best])


@pytest.mark.parametrize("pooling", ["last", None])
def test_padding_reaches_neither_loss_nor_scores_nor_weights(lb, pooling):
    """Neither x nor, at steps past the length, y."""
    results = []
    for x, y_past in ((X, 0), (np.where(PAST[..., None], 1e6, X), -100)):
        y = Y if pooling else np.where(PAST, y_past, Y[:, None])
        data, model = (x, y, LENGTHS), make_model(lb, pooling=pooling)
        history = lb.fit(model, data, data, epochs=1, **QUIET)
        results.append((history.loss, history.validation, lb.evaluate(model, data), model))
    assert results[0][:3] == results[1][:3]
    assert_equal_weights(*(lb.get_weights(model) for *_, model in results))


def test_a_target_at_every_step_is_known_from_the_model(lb):
    """As many outputs as steps, with lengths: y (B, K) is not cut as if it were (B, T)."""
    y = RNG.normal(size=(40, 6))
    data = X, y, np.minimum(LENGTHS, 4)
    model = make_model(lb, "Regressor", outputs=6)
    history = lb.fit(model, data, data, epochs=1, batch_size=8, **QUIET)
    outputs = lb.predict(model, X, data[2])
    assert history.validation[0]["loss"] == pytest.approx(((outputs - y) ** 2).mean())


def test_equal_seeds_train_equally_and_others_do_not(lb):
    losses = []
    for seed in (0, 0, np.uint8(1)):
        history = lb.fit(make_model(lb), (X, Y), epochs=2, batch_size=8, seed=seed, **QUIET)
        losses.append(history.loss)
    assert losses[0] == losses[1] != losses[2]


def test_the_last_short_batch_counts_by_its_sequences(lb):
    model = make_model(lb)
    history = lb.fit(model, (X, Y), epochs=1, batch_size=32, optimizer=lb.SGD(1e-12), **QUIET)
    whole = lb.evaluate(model, (X, Y))["loss"]
    assert history.loss == [pytest.approx(whole, rel=1e-9)]


@pytest.mark.parametrize("kind", INTEGERS)
def test_every_integer_type_means_the_same(lb, kind):
    """Lengths, labels and ids; a batch of T sequences, where bytes could be taken for a mask."""
    x, y, lengths, ids = X[:6], Y[:6], LENGTHS[:6], IDS[:6]
    model = make_model(lb)
    small = lengths.astype(kind)
    wanted = lb.predict(model, x, lengths)
    np.testing.assert_array_equal(lb.predict(model, x, small), wanted)
    called = model(lb.asarray(x, "float64"), small)
    np.testing.assert_allclose(lb.to_numpy(called), wanted, rtol=1e-12)
    assert lb.evaluate(model, (x, y.astype(kind), small)) == lb.evaluate(model, (x, y, lengths))
    embedding = lb.Embedding(5, 3, dtype="float64")
    reader = lb.SequenceClassifier(lb.GRU(3, 4, dtype="float64"), 2, embedding=embedding)
    np.testing.assert_array_equal(lb.predict(reader, ids.astype(kind)), lb.predict(reader, ids))
    if kind == "uint8":
        histories = [
            lb.fit(make_model(lb), data, epochs=1, batch_size=6, **QUIET).loss
            for data in ((x, y, lengths), (x, y.astype(kind), small))
        ]
        assert histories[0] == histories[1]


def test_callbacks_end_the_training(lb):
    def stop(history):
        if len(history.loss) == 2:
            raise StopIteration

    history = lb.fit(make_model(lb), (X, Y), epochs=9, callbacks=[stop], **QUIET)
    assert len(history.loss) == 2 and not history.interrupted and history.seconds > 0
    assert repr(history).startswith("History(2 epochs, loss ")


def test_an_interrupt_keeps_the_weights_of_that_moment(lb):
    model, kept = make_model(lb), []

    def interrupt(history):
        kept.append(lb.get_weights(model))
        if len(history.loss) == 3:
            raise KeyboardInterrupt

    history = lb.fit(
        model, (X, Y), (X, 1 - Y), epochs=9, patience=8, callbacks=[interrupt], **QUIET
    )
    assert history.interrupted and len(history.loss) == 3
    assert_equal_weights(lb.get_weights(model), kept[-1])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("patience", [None, 9])
def test_a_training_that_explodes_gives_back_good_weights(lb, patience):
    model, kept = make_model(lb, "Regressor", dtype="float32"), [None]
    kept[0] = lb.get_weights(model)
    data = X, NUMBERS
    rate = lambda done: 1e-3 if done < 4 else 1e30  # noqa: E731 - two epochs go well
    with pytest.raises(DivergedError, match="the model has the weights of epoch 2 again") as error:
        lb.fit(
            model,
            data,
            data,
            epochs=9,
            batch_size=20,
            optimizer=lb.SGD(rate),
            patience=patience,
            callbacks=[lambda history: kept.append(lb.get_weights(model))],
            **QUIET,
        )
    assert isinstance(error.value, ValueRangeError) and "smaller learning rate" in str(error.value)
    assert_equal_weights(lb.get_weights(model), kept[2])


def test_schedule_and_clipping_reach_the_optimizer(lb):
    asked, model = [], make_model(lb)

    def schedule(updates):
        asked.append(updates)
        return 1.0

    start = lb.get_weights(model)
    how = {"epochs": 1, "batch_size": 40, "clip_norm": 1e-3, **QUIET}
    lb.fit(model, (X, Y), optimizer=lb.SGD(schedule), **how)
    assert set(asked) == {0}
    moved = [((value - start[name]) ** 2).sum() for name, value in lb.get_weights(model).items()]
    assert np.sqrt(sum(moved)) == pytest.approx(1e-3, rel=1e-2)
    asked.clear()
    lb.fit(model, (X, Y), optimizer=lb.SGD(schedule), **{**how, "epochs": 2, "batch_size": 10})
    assert set(asked) == set(range(8)) and asked[-8:] == list(range(8))


def test_predict_takes_arrays_splits_lists_and_lengths(lb):
    model = make_model(lb)
    whole = lb.predict(model, (X, Y, LENGTHS), batch_size=7)
    for given in (
        lb.predict(model, X, LENGTHS),
        lb.predict(model, Split(X, Y, LENGTHS)),
        lb.predict(model, (X, Y), LENGTHS.tolist(), batch_size=np.int64(64)),
    ):
        np.testing.assert_allclose(given, whole, atol=1e-14)
    two = lb.predict(model, X[:2].tolist())  # a list of two sequences is no pair (x, y)
    np.testing.assert_allclose(two, lb.predict(model, X[:2]), atol=1e-14)
    steps = make_model(lb, pooling=None)
    assert lb.predict(steps, X, LENGTHS // 2 + 1).shape == (40, 6, 2)


def test_only_what_is_not_frozen_is_trained():
    torch = pytest.importorskip("torch")
    from lstmbook import torch as lb

    model = make_model(lb)
    before = lb.get_weights(model)
    for parameter in model.layer.parameters():
        parameter.requires_grad_(False)
    lb.fit(model, (X, Y), epochs=2, optimizer=lb.AdamW(0.1, weight_decay=0.5), **QUIET)
    after = lb.get_weights(model)
    changed = {name for name in after if (after[name] != before[name]).any()}
    assert changed == {"head.W", "head.b"}
    model.requires_grad_(False)
    with pytest.raises(ValueRangeError, match="expected a weight to train, got all frozen"):
        lb.fit(model, (X, Y), **QUIET)
    assert torch.is_grad_enabled()


def test_only_what_is_not_frozen_is_trained_in_keras():
    pytest.importorskip("tensorflow")
    from lstmbook import tensorflow as lb

    model = make_model(lb)
    before = lb.get_weights(model)
    model.layer.trainable = False
    lb.fit(model, (X, Y), epochs=1, optimizer=lb.AdamW(0.1, weight_decay=0.5), **QUIET)
    after = lb.get_weights(model)
    changed = {name for name in after if (after[name] != before[name]).any()}
    assert changed == {"head.W", "head.b"}
    model.trainable = False
    with pytest.raises(ValueRangeError, match="expected a weight to train, got all frozen"):
        lb.fit(model, (X, Y), **QUIET)


def test_gradients_of_the_reader_play_no_part_in_the_first_update():
    torch = pytest.importorskip("torch")
    from lstmbook import torch as lb

    weights = []
    for stale in (False, True):
        model = make_model(lb)
        if stale:
            (1e3 * model(torch.tensor(X)).sum()).backward()
        lb.fit(model, (X, Y), epochs=1, optimizer=lb.SGD(0.1), **QUIET)
        weights.append(lb.get_weights(model))
    assert_equal_weights(*weights)


def test_modules_go_back_to_the_mode_that_each_was_in():
    pytest.importorskip("torch")
    from lstmbook import torch as lb

    model = make_model(lb).train()
    model.layer.eval()
    lb.fit(model, (X, Y), (X, Y), epochs=1, **QUIET)
    assert model.training and model.head.training and not model.layer.training


@pytest.mark.parametrize("kind", ["Classifier", "Regressor"])
@pytest.mark.parametrize("pooling", ["last", None])
@pytest.mark.parametrize("lengths", [LENGTHS, None], ids=["lengths", "full"])
def test_the_loss_of_training_is_the_loss_of_evaluate(lb, kind, pooling, lengths):
    """40 sequences in batches of 16, 16 and 8, of very different length; nothing is learned."""
    rng = np.random.default_rng(5)
    answers = X.shape[:2] if pooling is None else X.shape[:1]
    y = rng.integers(0, 3, answers)
    y = y if kind == "Classifier" else rng.normal(size=(*answers, 3)) * 5
    model = make_model(lb, kind, 3, pooling)
    data = (X, y) if lengths is None else (X, y, lengths)
    still = lb.SGD(lambda updates: 0.0)
    history = lb.fit(model, data, epochs=2, batch_size=16, optimizer=still, **QUIET)
    expected = lb.evaluate(model, data)["loss"]
    np.testing.assert_allclose(history.loss, expected, rtol=1e-9)
