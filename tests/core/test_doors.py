"""What people bring by mistake to fit, predict and the constructors: named, nothing changed.

Every kind stands with several inputs, and bad data also where it is easily passed over: in the
last row, in the validation data, in a later batch.
"""

import numpy as np
import pytest

from lstmbook.core import optimizers, schedules
from lstmbook.core.arrays import as_plain
from lstmbook.core.checks import check_int, check_number
from lstmbook.errors import ShapeError, UnknownNameError, ValueRangeError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 6, 3)).astype("float32")
Y = (X.sum(axis=(1, 2)) > 0).astype(int)
LENGTHS = RNG.integers(1, 7, 12)
IDS = RNG.integers(0, 5, (12, 6))


def last(array, value):
    """A copy whose very last entry is that value."""
    array = np.array(array, np.result_type(array, np.array(value)))
    array[(-1,) * array.ndim] = value
    return array


def classifier(lb, **more):
    return lb.SequenceClassifier(lb.LSTM(3, 4), 2, **more)


def reader(lb):
    return lb.SequenceClassifier(lb.GRU(3, 4), 2, embedding=lb.Embedding(5, 3))


def regressor(lb, outputs=2, **more):
    return lb.SequenceRegressor(lb.LSTM(3, 4), outputs, **more)


BAD_X = {
    "a NaN": (last(X, np.nan), ValueRangeError, r"finite numbers, .* first at \(11, 5, 2\)"),
    "infinity": (last(X, -np.inf), ValueRangeError, "finite numbers"),
    "too large": (last(X, 1e300), ValueRangeError, "numbers within float32, got up to 1e"),
    "complex": (X + 1j, ValueRangeError, "expected real numbers, got complex64"),
    "masked": (np.ma.masked_greater(X, 1), ValueRangeError, r"fill it with x.filled\(0\)"),
    "list of masked": (list(np.ma.masked_greater(X, 1)), ValueRangeError, "a masked array"),
    "ragged": ([[[1.0, 2, 3]] * n for n in range(1, 13)], ShapeError, "pad sequences"),
    "objects": (np.array([[[1]], [[1, 2]]], object), ShapeError, "pad sequences"),
    "text": (X.astype(str), ValueRangeError, "encode text"),
    "dates": (X.astype("datetime64[s]"), ValueRangeError, "encode text, dates"),
    "features": (X[:, :, :2], ShapeError, "expected D = 3 features"),
    "one sequence": (X[0], ShapeError, r"expected \(B, T, D\)"),
    "no sequence": (X[:0], ShapeError, "at least one sequence"),
    "no step": (X[:, :0], ShapeError, "at least one sequence, step"),
    "nothing": (None, ShapeError, "expected an array of numbers, got NoneType"),
    "a dict": ({"x": X}, ShapeError, "expected an array of numbers, got dict"),
}
BAD_CLASSES = {
    "class 2 of 2": (last(Y, 2), ValueRangeError, r"expected classes 0\.\.1, got 0 to 2"),
    "class -1": (last(Y, -1), ValueRangeError, "expected classes"),
    "floats": (Y + 0.0, ValueRangeError, r"class numbers \(integers\), got float64; use y.astype"),
    "bools": (Y > 0, ValueRangeError, r"\(integers\), got bool; use y.astype"),
    "one-hot": (np.eye(2)[Y], ShapeError, r"y.argmax\(axis=-1\)"),
    "one-hot integers": (np.eye(2, dtype=int)[Y], ShapeError, r"y.argmax\(axis=-1\)"),
    "a column": (Y[:, None], ShapeError, r"drop the last axis with y\[\.\.\., 0\]"),
    "every step": (np.repeat(Y[:, None], 6, 1), ShapeError, "pooling=None"),
    "masked": (np.ma.masked_equal(Y, 0), ValueRangeError, "a masked array"),
    "complex": (Y + 1j, ValueRangeError, "expected real numbers"),
    "text": (Y.astype(str), ValueRangeError, "encode text"),
    "too few": (Y[:5], ShapeError, "as many targets as sequences, got 5 and 12"),
    "nothing": (None, ShapeError, "got NoneType"),
    "a number": (1, ShapeError, "got one number and 12"),
}
BAD_LENGTHS = {
    "0": (last(LENGTHS, 0), ValueRangeError, "1 <= length <= T = 6, got 0 to"),
    "T + 1": (last(LENGTHS, 7), ValueRangeError, "1 <= length <= T = 6"),
    "unsigned 255": (last(LENGTHS, 255).astype("uint8"), ValueRangeError, "T = 6, got 1 to 255"),
    "2^64 - 1": (
        last(LENGTHS.astype("uint64"), np.uint64(2**64 - 1)),
        ValueRangeError,
        "below 2",
    ),
    "negative": (-LENGTHS, ValueRangeError, "1 <= length"),
    "floats": (LENGTHS + 0.0, ValueRangeError, r"use lengths.astype\(int\)"),
    "bools": (LENGTHS > 1, ValueRangeError, r"mask.sum\(axis=1\)"),
    "a mask": (np.arange(6) < LENGTHS[:, None], ValueRangeError, r"mask.sum\(axis=1\)"),
    "a mask of 0 and 1": ((np.arange(6) < LENGTHS[:, None]) * 1, ShapeError, r"mask.sum\(axis=1\)"),
    "too few": (LENGTHS[:3], ShapeError, r"shape \(12,\), got \(3,\)"),
    "a number": (6, ShapeError, r"got \(\)"),
    "masked": (np.ma.masked_equal(LENGTHS, LENGTHS[0]), ValueRangeError, "a masked array"),
    "text": (LENGTHS.astype(str), ValueRangeError, "encode text"),
}
BAD_IDS = {
    "5 of 0..4": (last(IDS, 5), ValueRangeError, r"expected 0\.\.4, got 0 to 5"),
    "negative": (last(IDS, -1), ValueRangeError, r"expected 0\.\.4"),
    "floats": (IDS + 0.5, ValueRangeError, "expected integers, got float64"),
    "whole floats": (IDS + 0.0, ValueRangeError, "expected integers, got float64"),
    "bools": (IDS > 0, ValueRangeError, "expected integers, got bool"),
    "one-hot": (np.eye(5)[IDS], ShapeError, r"x.argmax\(axis=-1\)"),
    "one sequence": (IDS[0], ShapeError, r"expected ids of shape \(B, T\)"),
    "ragged": ([[1], [1, 2]] * 6, ShapeError, "pad sequences"),
    "no step": (IDS[:, :0], ShapeError, "at least one"),
}
BAD_VALUES = {
    "a NaN": (last(X[:, 0, :2], np.nan), ValueRangeError, "target: expected finite numbers"),
    "too large": (last(X[:, 0, :2], 1e300), ValueRangeError, "within float32"),
    "without axis": (X[:, 0, 0], ShapeError, r"add an axis with target\[:, None\]"),
    "too wide": (X[:, 0], ShapeError, "the shape of the prediction"),
    "every step": (X[:, :, :2], ShapeError, "the shape of the prediction"),
    "complex": (X[:, 0, :2] + 1j, ValueRangeError, "expected real numbers"),
    "masked": (np.ma.masked_less(X[:, 0, :2], 0), ValueRangeError, "a masked array"),
}


def cases(table):
    return [pytest.param(*row, id=name) for name, row in table.items()]


def assert_refused(lb, model, call, error, message):
    """The message, and weights that are the same bit by bit."""
    before = lb.get_weights(model)
    with pytest.raises(error, match=message):
        call()
    for name, value in lb.get_weights(model).items():
        np.testing.assert_array_equal(value, before[name])


def assert_all_refused(lb, model, good, bad, error, message):
    """As training data, as validation data, and in `evaluate`."""
    assert_refused(lb, model, lambda: lb.fit(model, bad), error, message)
    assert_refused(lb, model, lambda: lb.fit(model, good, bad), error, message)
    assert_refused(lb, model, lambda: lb.evaluate(model, bad, batch_size=4), error, message)


@pytest.mark.parametrize("bad, error, message", cases(BAD_X))
def test_x(lb, bad, error, message):
    model = classifier(lb)
    y = Y[: len(bad)] if isinstance(bad, list | np.ndarray) else Y
    assert_all_refused(lb, model, (X, Y), (bad, y), error, message)
    assert_refused(lb, model, lambda: lb.predict(model, bad, batch_size=4), error, message)


@pytest.mark.parametrize("bad, error, message", cases(BAD_CLASSES))
def test_classes(lb, bad, error, message):
    assert_all_refused(lb, classifier(lb), (X, Y), (X, bad), error, message)


@pytest.mark.parametrize("bad, error, message", cases(BAD_LENGTHS))
def test_lengths(lb, bad, error, message):
    model = classifier(lb)
    assert_all_refused(lb, model, (X, Y), (X, Y, bad), error, message)
    assert_refused(lb, model, lambda: lb.predict(model, X, bad, batch_size=4), error, message)


@pytest.mark.parametrize("bad, error, message", cases(BAD_IDS))
def test_ids(lb, bad, error, message):
    model, y = reader(lb), Y[: len(bad)]
    assert_all_refused(lb, model, (IDS, Y), (bad, y), error, message)
    assert_refused(lb, model, lambda: lb.predict(model, bad, batch_size=4), error, message)
    assert_refused(lb, model, lambda: model(bad), error, message)


@pytest.mark.parametrize("bad, error, message", cases(BAD_VALUES))
def test_values(lb, bad, error, message):
    assert_all_refused(lb, regressor(lb), (X, X[:, 0, :2]), (X, bad), error, message)


@pytest.mark.parametrize(
    "bad",
    [X, {"x": X, "y": Y}, (X,), (X, Y, LENGTHS, LENGTHS), "data"],
    ids=lambda bad: type(bad).__name__,
)
def test_data_without_targets_is_named(lb, bad):
    message = r"expected \(x, y\) or \(x, y, lengths\) of arrays, got"
    assert_all_refused(lb, classifier(lb), (X, Y), bad, ShapeError, message)


def test_ignored_classes_count_only_past_the_length(lb):
    model = classifier(lb, pooling=None)
    y = np.where(np.arange(6) < LENGTHS[:, None], Y[:, None], -100)
    lb.fit(model, (X, y, LENGTHS), epochs=1, progress=False)
    assert_all_refused(
        lb, model, (X, y, LENGTHS), (X, y), ValueRangeError, r"classes 0\.\.1, got -100 to 1"
    )


BAD_SETTINGS = [
    *(("epochs", bad, ValueRangeError, "an integer >= 1") for bad in (True, 2.0, "3", 0, None, -1)),
    *(("batch_size", bad, ValueRangeError, "an integer >= 1") for bad in (False, 0, 2.5, [4])),
    *(("patience", bad, ValueRangeError, "an integer >= 1") for bad in (0, -1, 1.5, True, "2")),
    *(("seed", bad, ValueRangeError, "an integer from 0") for bad in (-1, 1.5, True, None, "a")),
    *(("clip_norm", bad, ValueRangeError, "above 0") for bad in (0, -1, np.nan, np.inf, "1", True)),
    *(("monitor", bad, UnknownNameError, "one of: loss, acc") for bad in ("f1", "mae", 3, None)),
    *(("progress", bad, ValueRangeError, "True or False") for bad in ("no", 1, None)),
    *(("callbacks", bad, ValueRangeError, "callbacks: expected") for bad in (3, print, [3], None)),
    *(("optimizer", bad, ValueRangeError, "expected SGD, RMS") for bad in ("adam", 3, 0, [])),
]


@pytest.mark.parametrize("name, bad, error, message", BAD_SETTINGS)
def test_settings_of_fit(lb, name, bad, error, message):
    model = classifier(lb)
    how = {"epochs": 1, name: bad}
    assert_refused(lb, model, lambda: lb.fit(model, (X, Y), (X, Y), **how), error, message)


def test_an_optimizer_is_built_before_it_is_given(lb):
    model = classifier(lb)
    call = lambda: lb.fit(model, (X, Y), optimizer=lb.Adam)  # noqa: E731
    assert_refused(lb, model, call, ValueRangeError, r"got Adam; for example lb.Adam\(1e-3\)")


@pytest.mark.parametrize("how", [{"patience": 2}, {"monitor": "accuracy"}])
def test_scores_on_validation_data_need_validation_data(lb, how):
    model = classifier(lb)
    assert_refused(
        lb, model, lambda: lb.fit(model, (X, Y), **how), ValueRangeError, "give validation="
    )


@pytest.mark.parametrize(
    "schedule, message",
    [
        (lambda done: np.nan, "schedule at update 0: expected a number >= 0, got nan"),
        (lambda done: -1e-3, "update 0"),
        (lambda done: 2 - done, "update 3: expected a number >= 0, got -1"),
        (lambda done: "fast", "got 'fast'"),
        (lambda done: None, "got None"),
        (lambda: 1e-3, "got TypeError from it at 0"),
        (lambda done: 1 / (5 - done), "got ZeroDivisionError from it at 5"),
    ],
)
def test_a_schedule_is_asked_before_the_first_update(lb, schedule, message):
    model = classifier(lb)
    call = lambda: lb.fit(  # noqa: E731
        model, (X, Y), epochs=3, batch_size=6, optimizer=lb.SGD(schedule)
    )
    assert_refused(lb, model, call, ValueRangeError, message)


@pytest.mark.parametrize("batch_size", [0, -1, None, 2.5, True, "3"])
def test_batch_sizes_of_predict_and_evaluate(lb, batch_size):
    model = classifier(lb)
    for call in (lb.predict, lb.evaluate):
        data = X if call is lb.predict else (X, Y)
        with pytest.raises(ValueRangeError, match="batch_size: expected an integer >= 1"):
            call(model, data, batch_size=batch_size)


@pytest.mark.parametrize("model", [None, "model", 3, object()])
def test_what_is_no_model_is_named(lb, model):
    for call in (lambda: lb.fit(model, (X, Y)), lambda: lb.predict(model, X)):
        with pytest.raises(ShapeError, match=f"a SequenceClassifier or .* of {lb.__name__}, got"):
            call()
    with pytest.raises(ShapeError, match="expected a SequenceClassifier .*, got LSTM"):
        lb.evaluate(lb.LSTM(3, 4), (X, Y))


@pytest.mark.parametrize(
    "build, error, message",
    [
        (lambda lb: lb.SequenceClassifier("LSTM", 2), ShapeError, "expected a recurrent layer"),
        *(
            (lambda lb, bad=bad: regressor(lb, bad), ValueRangeError, "an integer >= 1")
            for bad in (0, -1, True, 2.0, "2", None)
        ),
        *(
            (
                lambda lb, bad=bad: classifier(lb, label_smoothing=bad),
                ValueRangeError,
                r"label_smoothing: expected a number in \[0, 1\)",
            )
            for bad in (2, 1, -1, np.nan, "a", None, True)
        ),
        *(
            (
                lambda lb, bad=bad: classifier(lb, pooling=bad),
                UnknownNameError,
                "pooling .*; expected one of: last, mean, max",
            )
            for bad in ("sum", 3, ["last"], True)
        ),
        (lambda lb: classifier(lb, embedding=3), ShapeError, "expected an Embedding"),
        (lambda lb: classifier(lb, embedding=lb.Embedding(5, 2)), ShapeError, "expected size 3"),
        (lambda lb: classifier(lb, seed=-1), ValueRangeError, "seed: expected an integer >= 0"),
        (lambda lb: classifier(lb, seed=None), ValueRangeError, r"numpy.random.default_rng\(\)"),
        (
            lambda lb: lb.SequenceClassifier(lb.ConvLSTM1D(3, 4), 2, embedding=lb.Embedding(5, 3)),
            ShapeError,
            r"a layer that reads \(B, T, D\), got ConvLSTM1D",
        ),
    ],
)
def test_models_refuse_what_cannot_be(lb, build, error, message):
    with pytest.raises(error, match=message):
        build(lb)


BAD_LAYERS = [
    *(({"bidirectional": bad}, "True or False") for bad in ("False", 1, 0, None)),
    *(({"layers": bad}, "layers: expected an integer >= 1") for bad in (True, 1.0, "2", 0, None)),
    *(
        ({"layers": 2, name: bad}, rf"{name}: expected a number in \[0, 1\)")
        for name in ("dropout", "recurrent_dropout", "zoneout")
        for bad in (np.nan, 1, -0.1, "a", None, True, [0.1])
    ),
    ({"dropout": 0.5}, "no effect with layers=1; use recurrent_dropout, or layers=2"),
    *(({"seed": bad}, "seed: expected an integer >= 0") for bad in (-1, 1.5, True, None, "a")),
    *(({"hidden_size": bad}, "an integer >= 1") for bad in (0, True, 2.0, "4", None, [4])),
    ({"init": "chrono(1e999)"}, "a finite number in the brackets"),
]


@pytest.mark.parametrize("settings, message", BAD_LAYERS, ids=str)
def test_layers_refuse_what_cannot_be(lb, settings, message):
    with pytest.raises(ValueRangeError, match=message):
        lb.LSTM(**{"input_size": 3, "hidden_size": 4, **settings})


@pytest.mark.parametrize(
    "variant, option, bad",
    [
        *(("SLSTM", "heads", bad) for bad in (0, -1, 1.5, "a", None, True, 3, [2])),
        *(("MLSTM", "heads", bad) for bad in (0, -2, 2.0, 3)),
        *(("ConvLSTM1D", "kernel_size", bad) for bad in (-1, 0, 2, (3, 3), 1.0, None)),
        *(("DepthwiseLSTM", "kernel_size", bad) for bad in (-1, 4, "3")),
        *(("ProjectedLSTM", "proj_size", bad) for bad in (1.5, 0, 9, True, "2")),
        *(("GRU", "reset_after", bad) for bad in (2, "a", None, 1)),
        *(("CoupledLSTM", "peepholes", bad) for bad in ("no", 1, None)),
        *(("DepthwiseLSTM", "mixing", bad) for bad in ("a", 0, None)),
    ],
)
def test_options_of_variants(lb, variant, option, bad):
    with pytest.raises(ValueRangeError, match=option):
        getattr(lb, variant)(4, 4, **{option: bad})


def test_numpys_numbers_are_numbers(lb):
    layer = lb.GRU(np.int64(3), np.uint8(4), layers=np.int32(2), dropout=np.float32(0.5))
    layout = layer.layout
    sizes = (layout.input_size, layout.hidden_size, layout.layers, layout.dropout)
    assert sizes == (3, 4, 2, 0.5) and {type(value) for value in sizes} == {int, float}
    assert lb.LSTM(3, 4, bidirectional=np.True_).layout.bidirectional is True


@pytest.mark.parametrize(
    "build",
    [
        *(lambda bad=bad: optimizers.Adam(bad) for bad in (0, -1, np.nan, np.inf, "a", True, None)),
        *(lambda bad=bad: optimizers.SGD(momentum=bad) for bad in (-1, 1, np.nan, "a", True)),
        *(lambda bad=bad: optimizers.RMSprop(rho=bad) for bad in (-0.1, 1, np.nan)),
        *(lambda bad=bad: optimizers.Adam(beta_1=bad) for bad in (-1, 1, np.nan, None)),
        *(lambda bad=bad: optimizers.Adam(beta_2=bad) for bad in (2, np.inf)),
        *(lambda bad=bad: optimizers.Adam(epsilon=bad) for bad in (0, -1e-8, np.nan)),
        *(lambda bad=bad: optimizers.AdamW(weight_decay=bad) for bad in (-1, np.nan, np.inf)),
        *(lambda bad=bad: schedules.cosine(1e-2, bad) for bad in (0, -1, 2.5, None)),
        *(lambda bad=bad: schedules.cosine(1e-2, 9, end=bad) for bad in (-1, np.nan)),
        *(lambda bad=bad: schedules.warmup(bad, 9) for bad in (0, np.nan, "a")),
        lambda: schedules.warmup(1e-2, 0),
        lambda: schedules.step_decay(1e-2, 0),
        lambda: schedules.step_decay(1e-2, 3, factor=-1),
        lambda: schedules.constant(np.nan),
    ],
)
def test_constants_of_optimizers_and_schedules(build):
    with pytest.raises(ValueRangeError, match="expected a"):
        build()


def test_torch_tensors_are_taken_and_packed_ones_get_advice(lb):
    torch = pytest.importorskip("torch")
    model = classifier(lb)
    x = torch.tensor(X, requires_grad=True)
    np.testing.assert_array_equal(lb.predict(model, x), lb.predict(model, X))
    pad = torch.nn.utils.rnn.pack_padded_sequence(
        torch.tensor(X), torch.tensor(LENGTHS), batch_first=True, enforce_sorted=False
    )
    with pytest.raises(ShapeError, match="pad_packed_sequence"):
        lb.predict(model, pad)
    nested = torch.nested.nested_tensor([torch.zeros(2, 3), torch.zeros(1, 3)])
    with pytest.raises(ShapeError, match="pad sequences"):
        lb.predict(model, nested)
    with pytest.raises(ShapeError, match="to_dense"):
        as_plain("x", torch.eye(3).to_sparse())


def test_ranges_in_words():
    for how, words in [
        ({"least": 0, "below": 1}, r"a number in \[0, 1\)"),
        ({"above": 0}, "a number above 0"),
        ({"least": 0}, "a number >= 0"),
        ({"least": 0, "most": 1}, "a number from 0 to 1"),
        ({"most": 1}, "a number <= 1"),
        ({}, "a finite number"),
    ]:
        with pytest.raises(ValueRangeError, match=f"it: expected {words}, got nan"):
            check_number("it", np.nan, **how)
    with pytest.raises(ValueRangeError, match="it: expected an integer from 1 to 3, got 4"):
        check_int("it", 4, 1, 3)
    assert check_number("it", 10**400 // 10**399, 0) == 10
    with pytest.raises(ValueRangeError):
        check_number("it", 10**400)
