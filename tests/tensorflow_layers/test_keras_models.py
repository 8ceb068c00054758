"""Our layers in Keras' own models: functional, Sequential, fit, save, masks."""

import copy

import numpy as np
import pytest

from lstmbook.errors import ShapeError, ValueRangeError
from tests.variants.cases import CASES, SPACES, random_problem

RIGHT = np.array([[3, 1, 2, 0], [4, 0, 0, 0], [1, 2, 3, 4]])  # ids; 0 is padding
ONES_OF_A_KIND = [
    ("LSTM", {"bidirectional": True, "layers": 2, "dropout": 0.2}),
    ("GRU", {"reset_after": False}),
    ("PeepholeLSTM", {"init": "chrono(20)"}),
    ("LSTM", {"recurrent_dropout": 0.1, "zoneout": 0.1}),
    ("ProjectedLSTM", {"proj_size": 2}),
    ("MLSTM", {"heads": 2}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_functional_model_knows_its_shapes(lb, keras, case):
    """The shapes that a functional model is told are the shapes that come out."""
    problem = random_problem(case)
    layer = getattr(lb, case.variant)(**case.sizes, **case.options)
    x = keras.Input((None, *problem.x.shape[2:]))
    y, state = layer(x)
    assert y.shape == (None, None, layer.output_size, *SPACES[case.space])
    sizes = layer.layout.states.values()
    assert [s.shape for s in state] == [(None, *size, *SPACES[case.space]) for size in sizes]
    symbolic = [y, *state]
    for got, told in zip([v for v in _flat(layer(problem.x))], symbolic, strict=True):
        assert len(got.shape) == len(told.shape)
        assert all(t in (None, g) for g, t in zip(got.shape, told.shape, strict=True))
        assert got.dtype == told.dtype


def _flat(outputs):
    y, state = outputs
    return [y, *(state.values() if isinstance(state, dict) else state)]


def test_functional_model_with_state_and_lengths(lb, keras):
    encoder, decoder = lb.LSTM(3, 4), lb.LSTM(2, 4)
    x, lengths = keras.Input((5, 3)), keras.Input((), dtype="int32")
    z = keras.Input((None, 2))
    _, state = encoder(x, lengths=lengths)
    y, _ = decoder(z, state=state)
    model = keras.Model([x, lengths, z], y)
    rng = np.random.default_rng(0)
    x, z = rng.normal(size=(3, 5, 3)).astype("f"), rng.normal(size=(3, 2, 2)).astype("f")
    n = np.array([5, 1, 3], "int32")
    want, _ = decoder(z, encoder(x, lengths=n)[1])
    np.testing.assert_allclose(model.predict([x, n, z], verbose=0), want, atol=1e-6)


def test_states_of_stacked_layers_pass_through_a_functional_model(lb, keras):
    layer = lb.GRU(3, 4, layers=2, bidirectional=True)
    x = keras.Input((5, 3))
    first, state = layer(x)
    second, _ = layer(x, state=state)
    model = keras.Model(x, [first, second])
    data = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("f")
    _y, state = layer(data)
    np.testing.assert_allclose(model(data)[1], layer(data, state)[0], atol=1e-6)


def sequential(lb, keras, name="LSTM"):
    layer = getattr(lb, name)(6, 4, return_state=False)
    return keras.Sequential([keras.layers.Embedding(5, 6, mask_zero=True), layer])


@pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM", "MinGRU"])
def test_sequential_with_embedding_mask(lb, keras, name):
    """The mask that Embedding sends is lengths; without states a layer fits in a Sequential."""
    model = sequential(lb, keras, name)
    embedding, layer = model.layers
    y = model(RIGHT)
    want = layer(np.asarray(embedding(RIGHT)), lengths=[3, 1, 4])
    np.testing.assert_allclose(y, want, atol=1e-6)
    assert not np.asarray(y)[RIGHT == 0].any()
    np.testing.assert_allclose(model.predict(RIGHT, verbose=0), want, atol=1e-6)


def test_mask_goes_on_to_the_next_layer(lb, keras):
    layers = [lb.LSTM(6, 4, return_state=False), lb.PeepholeLSTM(4, 3, return_state=False)]
    embedding = keras.layers.Embedding(5, 6, mask_zero=True)
    pooling = keras.layers.GlobalAveragePooling1D()  # reads the mask
    model = keras.Sequential([embedding, *layers, pooling])
    y = layers[1](layers[0](np.asarray(embedding(RIGHT)), lengths=[3, 1, 4]), lengths=[3, 1, 4])
    mean = np.asarray(y).sum(axis=1) / np.array([[3], [1], [4]])
    np.testing.assert_allclose(model(RIGHT), mean, atol=1e-6)


def test_mask_is_kept_beside_a_state(lb, keras):
    """Keras itself drops the mask where a second tensor comes in."""
    embedding, layer = keras.layers.Embedding(5, 6, mask_zero=True), lb.LSTM(6, 4)
    x, h = embedding(RIGHT), np.full((3, 4), 0.5, "f")
    y, state = layer(x, (h, h))
    want, end = layer(np.asarray(x), (h, h), [3, 1, 4])
    np.testing.assert_allclose(y, want, atol=1e-6)
    np.testing.assert_allclose(state[1], end[1], atol=1e-6)


def test_masks_of_left_padding_and_of_nothing_real(lb, keras):
    model = sequential(lb, keras, "PeepholeLSTM")
    embedding, layer = model.layers
    ids = np.array([[0, 0, 1, 2], [1, 2, 3, 0], [0, 0, 0, 0], [4, 3, 2, 1]])
    x = np.asarray(embedding(ids))
    want = np.zeros((4, 4, 4), "float32")
    for row, real in enumerate([slice(2, 4), slice(0, 3), None, slice(0, 4)]):
        if real is not None:
            y = layer(x[row : row + 1, real])
            want[row, real] = y[0]
    np.testing.assert_allclose(model(ids), want, atol=1e-6)
    np.testing.assert_allclose(model.predict(ids, verbose=0), want, atol=1e-6)


@pytest.mark.parametrize("row", [[1, 0, 1, 1], [0, 1, 1, 0]], ids=["hole", "both"])
def test_other_masks_are_refused(lb, keras, tf, row):
    ids = np.array([[1, 2, 3, 4], row])
    model = sequential(lb, keras)
    with pytest.raises(ValueRangeError, match="sequence 1 has a gap or padding on both"):
        model(ids)
    with pytest.raises(tf.errors.InvalidArgumentError, match="to stand together at its start"):
        model.predict(ids, verbose=0)


def test_wrong_shapes_are_named_before_keras_runs(lb, keras):
    layer = lb.LSTM(3, 4)
    with pytest.raises(ShapeError, match=r"^x: expected D = 3 features"):
        layer(keras.Input((5, 2)))
    with pytest.raises(ShapeError, match=r"^lengths: expected shape \(B,\)"):
        layer(keras.Input((5, 3)), lengths=keras.Input((2,), dtype="int32"))
    with pytest.raises(ValueRangeError, match="^lengths: expected integers, got float32"):
        layer(keras.Input((5, 3)), lengths=keras.Input(()))
    with pytest.raises(ShapeError, match=r"^state c: expected shape \(None, 4\), got \(None, 5\)"):
        layer(keras.Input((5, 3)), (keras.Input((4,)), keras.Input((5,))))


def test_keras_fit_learns(lb, keras):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 6, 2)).astype("f")
    y = (x[:, 0, 0] > 0).astype(int)
    layer = lb.PeepholeLSTM(2, 8, return_state=False)
    last = keras.layers.Lambda(lambda v: v[:, -1])
    model = keras.Sequential([layer, last, keras.layers.Dense(2)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.05), loss, jit_compile=False)
    losses = model.fit(x, y, epochs=12, verbose=0).history["loss"]
    assert losses[-1] < 0.5 * losses[0]


@pytest.mark.parametrize("name, settings", ONES_OF_A_KIND, ids=lambda v: str(v))
def test_save_and_load_as_keras_file(lb, keras, tmp_path, name, settings):
    layer = getattr(lb, name)(3, 4, seed=5, name="memory", **settings)
    x = keras.Input((None, 3))
    model = keras.Model(x, layer(x))
    path = tmp_path / "model.keras"
    model.save(path)
    again = keras.saving.load_model(path)
    data = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("f")
    for a, b in zip(keras.tree.flatten(model(data)), keras.tree.flatten(again(data)), strict=True):
        np.testing.assert_array_equal(a, b)
    config = again.get_layer("memory").get_config()
    assert config == layer.get_config()
    assert config["input_size"] == 3 and settings.items() <= config.items()
    for key, value in lb.get_weights(layer).items():
        np.testing.assert_array_equal(lb.get_weights(again.get_layer("memory"))[key], value)


@pytest.mark.parametrize("pooling", ["last", "mean", None])
def test_our_models_save_inside_keras_models(lb, keras, tmp_path, pooling):
    embedding = lb.Embedding(5, 3)
    ours = lb.SequenceClassifier(lb.GRU(3, 4), 2, pooling=pooling, embedding=embedding)
    ids = keras.Input((4,), dtype="int32")
    model = keras.Model(ids, ours(ids))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(model(RIGHT), again(RIGHT))


def test_variables_bear_canonical_names(lb):
    layer = lb.LSTM(3, 4, layers=2, bidirectional=True, name="memory")
    names = {v.path for v in layer.trainable_variables}
    assert names == {f"memory/{name}" for name in layer.layout.shapes}
    assert layer.params["l1.reverse.U"].path == "memory/l1.reverse.U"
    # Keras' own layer, which computes, is not counted
    assert layer.count_params() == 2 * (80 + 16 * (3 + 4 + 1)) - 160 + 2 * 16 * (8 + 4 + 1)
    assert not layer.non_trainable_variables


def test_not_trainable(lb):
    layer = lb.LSTM(3, 4, trainable=False)
    assert not layer.trainable_variables and len(layer.non_trainable_variables) == 3


def test_mixed_precision(lb, keras):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 5, 3))
    for name in ("LSTM", "PeepholeLSTM", "LayerNormLSTM", "SLSTM", "MLSTM", "MinGRU"):
        full, half = (getattr(lb, name)(3, 4, dtype=d) for d in ("float32", "mixed_bfloat16"))
        y, state = half(x, lengths=[5, 2, 1])
        assert y.dtype == state[-1].dtype == "bfloat16" and half.params["W"].dtype == "float32"
        want = full(x, lengths=[5, 2, 1])[0]
        np.testing.assert_allclose(keras.ops.cast(y, "float32"), want, atol=0.05)


def test_copy_is_a_layer_of_its_own(lb):
    layer = lb.LSTM(3, 4)
    other = copy.deepcopy(layer)
    x = np.ones((2, 5, 3), "f")
    y = layer(x)[0]
    lb.set_weights(other, {n: v + 1 for n, v in lb.get_weights(layer).items()})
    np.testing.assert_array_equal(layer(x)[0], y)
    assert np.abs(np.asarray(other(x)[0]) - y).max() > 0.1


def test_clone_model_starts_anew(lb, keras):
    model = keras.Sequential([keras.Input((5, 3)), lb.GRU(3, 4, return_state=False, seed=7)])
    clone = keras.models.clone_model(model)
    assert clone.layers[0].get_config() == model.layers[0].get_config()
    np.testing.assert_array_equal(clone(np.ones((1, 5, 3))), model(np.ones((1, 5, 3))))
