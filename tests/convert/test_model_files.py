"""A whole model in one file, read where it was written and elsewhere."""

import numpy as np
import pytest

from lstmbook import convert
from lstmbook.errors import ConversionError, DataFileError, UnknownNameError
from tests.core.conftest import library

RNG = np.random.default_rng(11)
X, IDS = RNG.normal(size=(2, 6, 3)), RNG.integers(0, 5, (2, 6))


def models(lb):
    """Every class, with settings that are not the usual ones."""

    def table():
        return lb.Embedding(5, 3, dtype="float64", seed=3)

    def layer(**more):
        return lb.GRU(3, 4, dtype="float64", reset_after=False, seed=2, **more)

    heads = {"level": ("regressor", 1), "up": ("classifier", 2)}
    return {
        "layer": (layer(layers=2, bidirectional=True, return_state=False), X),
        "an option": (lb.ConvLSTM2D(3, 2, kernel_size=5, dtype="float64"), None),
        "classifier": (
            lb.SequenceClassifier(
                layer(), 3, pooling="mean", embedding=table(), label_smoothing=0.1
            ),
            IDS,
        ),
        "regressor": (lb.SequenceRegressor(layer(bidirectional=True), 2, pooling=None), X),
        "labeller": (lb.SequenceLabeller(layer(), 3), X),
        "heads": (lb.SequenceHeads(layer(), heads, {"level": 2.0, "up": 0.5}), X),
        "quantiles": (lb.SequenceQuantiles(layer(), (0.1, 0.5, 0.9)), X),
        "language": (lb.LanguageModel(lb.LSTM(3, 3, dtype="float64"), 5, tied=True), IDS),
        "decoder": (
            lb.EncoderDecoder(layer(), layer(), 4, embedding=table(), attention="dot", longest=7),
            IDS,
        ),
    }


def randomized(lb, model):
    weights = lb.get_weights(model)
    lb.set_weights(model, {n: RNG.normal(size=w.shape) for n, w in weights.items()})
    return model


@pytest.mark.parametrize("source, target", [("numpy", "numpy"), ("torch", "numpy")])
def test_every_model_comes_back_with_its_weights_and_answers(source, target, tmp_path):
    lb, there, path = library(source), library(target), tmp_path / "model.npz"
    for name, (model, x) in models(lb).items():
        randomized(lb, model)
        convert.to_file(model, path)
        found = convert.from_file(path, target)
        kept, wanted = there.get_weights(found), lb.get_weights(model)
        assert list(kept) == list(wanted), name
        for key, value in wanted.items():
            np.testing.assert_array_equal(kept[key], value, err_msg=f"{name} {key}")
        if source == target:
            assert repr(found) == repr(model)
        if x is not None and name not in ("layer", "decoder"):
            np.testing.assert_allclose(there.predict(found, x), lb.predict(model, x), rtol=1e-9)
        if name == "layer":
            assert found.return_state is False and found(X).shape == (2, 6, 8)


def test_what_is_no_model_file_is_refused(tmp_path):
    from lstmbook import numpy as lb

    model, path = lb.SequenceClassifier(lb.GRU(3, 4), 2), tmp_path / "m.npz"
    convert.to_file(model, path)
    whole = path.read_bytes()
    for spoil in (
        lambda: path.write_bytes(whole[:-100]),
        lambda: lb.save(model, path),
        lambda: np.savez(path, recipe=np.frombuffer(b'{"class": "fit", "settings": {}}', "uint8")),
        lambda: np.savez(path, recipe=np.frombuffer(b"[1]", "uint8")),
        lambda: path.unlink(),
    ):
        spoil()
        with pytest.raises(DataFileError):
            convert.from_file(path)
    with pytest.raises(UnknownNameError, match="suffix of a model file"):
        convert.to_file(model, tmp_path / "m.safetensors")
    with pytest.raises(ConversionError):
        convert.to_file("model", path)
    assert not path.exists()
