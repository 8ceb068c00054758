"""A training that was cut goes on from its file to the end that it would have had."""

import numpy as np
import pytest

from lstmbook.core.schedules import plateau
from lstmbook.errors import DataFileError, UnknownNameError, ValueRangeError
from tests.core.conftest import library

RNG = np.random.default_rng(4)
X = RNG.normal(size=(24, 5, 3))
Y = (X[:, 0, 0] > 0) * 1
OTHER = X[:9], 1 - Y[:9]  # learning makes this loss rise, after a while


class Cut(Exception):  # noqa: N818
    pass


def cut(history):
    if len(history.loss) == 3:
        raise Cut


def make(lb, seed=0):
    layer = lb.LSTM(3, 4, dtype="float64", recurrent_dropout=0.3, seed=seed)
    return lb.SequenceClassifier(layer, 2, seed=seed)


def how(lb, **more):
    rate = plateau(0.03, patience=1, least=1e-3)
    return {
        "epochs": 6, "batch_size": 8, "patience": 4, "optimizer": lb.Adam(rate), "progress": False,
        **more,
    }  # fmt: skip


def test_it_ends_as_if_it_had_never_been_cut(lb, tmp_path):
    path = tmp_path / "training.npz"
    whole, first, second = make(lb), make(lb), make(lb, seed=1)  # whose weights play no part
    data = (X, Y), OTHER
    wanted = lb.fit(whole, *data, **how(lb))
    with pytest.raises(Cut):
        lb.fit(first, *data, callbacks=[cut], checkpoint=path, resume=True, **how(lb))
    assert [file.name for file in tmp_path.iterdir()] == ["training.npz"]
    found = lb.fit(second, *data, checkpoint=path, resume=True, **how(lb))
    exact = lb.__name__.endswith("numpy")
    rtol = 0 if exact else 1e-9
    np.testing.assert_allclose(found.loss, wanted.loss, rtol=rtol)
    np.testing.assert_allclose(found.curve(), wanted.curve(), rtol=rtol)
    assert found.best_epoch == wanted.best_epoch < len(wanted.loss)
    for name, value in lb.get_weights(whole).items():
        np.testing.assert_allclose(lb.get_weights(second)[name], value, rtol=rtol, err_msg=name)
    assert found.seconds > 0
    if exact:  # once more, where nothing is left to do
        again = lb.fit(make(lb), *data, checkpoint=path, resume=True, **how(lb))
        assert again.loss == wanted.loss


def test_without_resume_it_begins_anew_and_more_epochs_may_follow(tmp_path):
    from lstmbook import numpy as lb

    path, quiet = tmp_path / "t.npz", {"progress": False, "batch_size": 8}
    whole, model = make(lb), make(lb)
    wanted = lb.fit(whole, (X, Y), epochs=4, **quiet)
    lb.fit(make(lb, 2), (X, Y), epochs=1, checkpoint=path, **quiet)
    lb.fit(model, (X, Y), epochs=2, checkpoint=path, **quiet)
    found = lb.fit(model, (X, Y), epochs=4, checkpoint=path, resume=True, **quiet)
    assert found.loss == wanted.loss and len(found.loss) == 4
    for name, value in lb.get_weights(whole).items():
        np.testing.assert_array_equal(lb.get_weights(model)[name], value)


@pytest.mark.parametrize("name", ["numpy", "torch"])
def test_what_a_model_draws_itself_goes_on_too(name, tmp_path):
    """Teacher forcing by chance; and a generator of another kind than NumPy's default."""
    lb = library(name)
    ids, y = RNG.integers(0, 4, (9, 5)), RNG.integers(0, 4, (9, 3))

    def build():
        layers = [lb.GRU(3, 4, dtype="float64", seed=k) for k in (0, 1)]
        embedding = lb.Embedding(4, 3, dtype="float64")
        seed = np.random.Generator(np.random.MT19937(5))
        how = {"embedding": embedding, "teacher_forcing": 0.5, "seed": seed}
        return lb.EncoderDecoder(*layers, 4, **how)

    whole, model, quiet = build(), build(), {"progress": False, "batch_size": 4}
    wanted = lb.fit(whole, (ids, y), epochs=2, **quiet)
    place = {"checkpoint": tmp_path / "t.npz", "resume": True}
    lb.fit(model, (ids, y), epochs=1, **place, **quiet)
    assert lb.fit(build(), (ids, y), epochs=2, **place, **quiet).loss == wanted.loss


def half(path, lb):
    path.write_bytes(path.read_bytes()[:-200])


def foreign(path, lb):
    np.savez(path, a=np.zeros(3))


def text(path, lb):
    path.write_text("epoch 3")


def weights(path, lb):
    lb.save(make(lb), path)


@pytest.mark.parametrize("spoil", [half, foreign, text, weights])
def test_a_spoilt_file_is_refused_and_nothing_changes(spoil, tmp_path):
    from lstmbook import numpy as lb

    path, model = tmp_path / "t.npz", make(lb)
    given = {"epochs": 2, "checkpoint": path, "progress": False}
    lb.fit(model, (X, Y), **given)
    spoil(path, lb)
    before, contents = lb.get_weights(model), path.read_bytes()
    with pytest.raises(DataFileError, match=r"t\.npz is (damaged|no checkpoint)"):
        lb.fit(model, (X, Y), resume=True, **given)
    assert path.read_bytes() == contents
    for name, value in lb.get_weights(model).items():
        np.testing.assert_array_equal(before[name], value)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"batch_size": 7}, "with batch_size 32, got 7"),
        ({"optimizer": "sgd"}, "with optimizer"),
        ({"seed": 1}, "with seed 0, got 1"),
        ({"data": (X + 1, Y)}, "with train"),
        ({"model": 5}, "with model SequenceClassifier"),
    ],
)
def test_another_call_is_refused(change, message, tmp_path):
    from lstmbook import numpy as lb

    given = {"epochs": 1, "checkpoint": tmp_path / "t.npz", "progress": False}
    lb.fit(make(lb), (X, Y), **given)
    model, data = make(lb), change.pop("data", (X, Y))
    if change.pop("model", None):
        model = lb.SequenceClassifier(lb.LSTM(3, 5, dtype="float64"), 2)
    if "optimizer" in change:
        change = {"optimizer": lb.SGD(0.1)}
    with pytest.raises(DataFileError, match=message):
        lb.fit(model, data, resume=True, **{**given, **change})


def test_a_place_that_cannot_be_is_refused_before_training(tmp_path):
    from lstmbook import numpy as lb

    for path, error in [
        (tmp_path / "none" / "t.npz", DataFileError),
        (tmp_path / "t.safetensors", UnknownNameError),
        (7, DataFileError),
    ]:
        with pytest.raises(error):
            lb.fit(make(lb), (X, Y), checkpoint=path, progress=False)
    with pytest.raises(ValueRangeError, match="expected checkpoint=PATH"):
        lb.fit(make(lb), (X, Y), resume=True)


def test_the_rate_falls_where_validation_stands_still():
    from lstmbook import numpy as lb

    rate = plateau(0.4, factor=0.5, patience=2, least=0.15)
    started, heard = rate.begin(), [True, False, False, True, False, False, False, False]
    rates = []
    for better in heard:
        started.hear(better)
        rates.append(started(0))
    assert rates == [0.4, 0.4, 0.2, 0.2, 0.2, 0.15, 0.15, 0.15] and rate(0) == 0.4
    with pytest.raises(ValueRangeError, match="plateau listens to validation data"):
        lb.fit(make(lb), (X, Y), optimizer=lb.SGD(rate))


def test_fit_tells_the_rate_how_each_epoch_was():
    """Each epoch is one update of SGD, so that the steps show the rate that was used."""
    from lstmbook import numpy as lb

    layer = lb.LSTM(3, 4, dtype="float64")
    model, seen = lb.SequenceClassifier(layer, 2), []
    seen.append(lb.get_weights(model)["head.b"])
    worse = (X[:9], 1 - Y[:9])

    def one(history):
        seen.append(lb.get_weights(model)["head.b"])

    optimizer = lb.SGD(plateau(1e-6, factor=0.1, patience=1))
    given = {"batch_size": 99, "progress": False, "optimizer": optimizer, "callbacks": [one]}
    history = lb.fit(model, (X, Y), worse, epochs=3, **given)
    losses = history.curve()
    assert losses[0] < losses[1]  # else the test would show nothing
    steps = [np.abs(seen[k + 1] - seen[k]).max() for k in range(3)]
    assert steps[1] == pytest.approx(steps[0], rel=0.05)
    assert steps[2] / steps[1] == pytest.approx(0.1, rel=0.05)
