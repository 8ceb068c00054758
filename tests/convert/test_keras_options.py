"""Every constructor option of Keras' layers, alone and in pairs: its numbers, or a refusal.

Keras is the oracle. All weights are random and differ.
"""

import inspect

import numpy as np
import pytest

from lstmbook import convert, trace
from lstmbook.core.merges import merged
from lstmbook.errors import ConversionError
from tests.convert.options import alone_and_in_pairs

keras = pytest.importorskip("keras")
L = keras.layers

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2, 4, 3)).astype("float32")
KINDS = ("SimpleRNN", "LSTM", "GRU")
# options that change what a layer computes or gives: tried alone and in pairs
TABLE = {
    "activation": ["tanh", "relu", None],
    "recurrent_activation": ["sigmoid", "hard_sigmoid"],
    "use_bias": [False],
    "return_sequences": [False],
    "return_state": [True],
    "go_backwards": [True],
    "stateful": [True],
    "unroll": [True],
    "dropout": [0.3],
    "recurrent_dropout": [0.3],
    "reset_after": [False],
    "dtype": ["float64", "float16", "bfloat16", "mixed_float16", "mixed_bfloat16"],
    "trainable": [False],
    "bidirectional": [True],
    "merge_mode": ["sum", "mul", "ave", None],
    "backward_layer": ["same", "use_bias", "activation", "kind"],
}
# those that say how weights start and how they are trained: tried alone
QUIET = {
    "unit_forget_bias": [False],
    "kernel_initializer": ["zeros"],
    "recurrent_initializer": ["identity"],
    "bias_initializer": ["ones"],
    "kernel_regularizer": ["l2"],
    "recurrent_regularizer": ["l1"],
    "bias_regularizer": ["l2"],
    "activity_regularizer": ["l2"],
    "kernel_constraint": ["non_neg"],
    "recurrent_constraint": ["unit_norm"],
    "bias_constraint": ["max_norm"],
    "seed": [3],
    "use_cudnn": [True, False],
    "name": ["mine"],
}
# values that no pair needs: the defaults, and a second one of a kind
ALONE = ("tanh", "sigmoid", "mixed_bfloat16", "bfloat16", "float16", "mul", "ave", "None")
OF_BIDIRECTIONAL = ("bidirectional", "merge_mode", "backward_layer")
WORDS = {  # option -> values that must be refused; the option's name must be in the refusal
    "activation": ("relu", None),
    "recurrent_activation": ("hard_sigmoid",),
    "go_backwards": (True,),
    "stateful": (True,),
    "merge_mode": (None,),
    "backward_layer": ("activation", "kind"),
}
ATOL = {"float64": 1e-12, "float16": 5e-3, "bfloat16": 5e-2}


def exists(kind: str, name: str) -> bool:
    known = inspect.signature(getattr(L, kind).__init__).parameters
    return name in known or name in (*OF_BIDIRECTIONAL, "trainable", "dtype", "name")


def cases():
    combined = [*alone_and_in_pairs(TABLE), *[c for c in alone_and_in_pairs(QUIET) if len(c) == 1]]
    combined = [c for c in combined if len(c) < 2 or not {*map(str, c.values())} & set(ALONE)]
    for number, options in enumerate(combined):
        fits = [kind for kind in KINDS if all(exists(kind, name) for name in options)]
        # alone: every layer; in pairs: each layer in its turn
        fits = fits if len(options) < 2 else [fits[number % len(fits)]]
        if len({*options} & {"merge_mode", "backward_layer", "bidirectional"}) < 2 or (
            "merge_mode" in options and "backward_layer" in options
        ):
            yield from ((kind, options) for kind in fits)


CASES = list(cases())


def make(kind: str, options: dict):
    own = {k: v for k, v in options.items() if k not in OF_BIDIRECTIONAL}
    if "dtype" in own:
        own["dtype"] = keras.DTypePolicy(own["dtype"])
    # Keras draws no orthogonal matrix of bfloat16
    own = {"return_sequences": True, "recurrent_initializer": "glorot_uniform"} | own
    layer = getattr(L, kind)(5, **own)
    if set(options) & set(OF_BIDIRECTIONAL):
        more = {"dtype": own["dtype"]} if "dtype" in own else {}
        if "merge_mode" in options:
            more["merge_mode"] = options["merge_mode"]
        other = options.get("backward_layer")
        if other is not None:
            own["go_backwards"] = not own.get("go_backwards", False)
            own |= {"activation": {"activation": "relu"}, "use_bias": {"use_bias": False}}.get(
                other, {}
            )
            second = getattr(L, {"LSTM": "GRU"}.get(kind, "LSTM") if other == "kind" else kind)
            known = inspect.signature(second.__init__).parameters
            own = {k: v for k, v in own.items() if k in (*known, "trainable", "dtype")}
            more["backward_layer"] = second(5, **own)
        layer = L.Bidirectional(layer, **more)
    return built(layer)


def built(layer):
    layer.build((2, 4, 3))
    layer.set_weights([RNG.normal(0, 0.5, w.shape).astype("float32") for w in layer.get_weights()])
    return layer


def array(value) -> np.ndarray:
    return keras.ops.convert_to_numpy(keras.ops.cast(value, "float64"))


def check_same(ours, theirs, options: dict):
    out = theirs(X.astype(theirs.compute_dtype), training=False)
    out = out if isinstance(out, list | tuple) else [out]
    dtype = theirs.compute_dtype
    atol = ATOL.get(dtype, 1e-5)
    y, state = ours(X, training=False)
    wanted = array(out[0])
    if wanted.ndim == 2:  # what each direction read last
        last = [state[0]] if isinstance(state, tuple) else [state["l0.h"], state["l0.reverse.h"]]
        merge = ours.layout.merge
        y = np.concatenate(last, axis=1) if merge == "concat" else merged(merge, *last)
    np.testing.assert_allclose(y, wanted, atol=atol)
    ends = list(state.values()) if isinstance(state, dict) else list(state)
    for mine, end in zip(ends, out[1:], strict=bool(out[1:])):
        np.testing.assert_allclose(mine, array(end), atol=atol)


def refused(options: dict, kind: str = "") -> list[str]:
    words = [name for name, value in options.items() if value in WORDS.get(name, ())]
    if kind == "SimpleRNN" and options.get("activation") == "relu":  # ours has it
        if options.get("backward_layer") != "kind":
            words.remove("activation")
        if options.get("backward_layer") == "activation":  # then relu in both directions
            words.remove("backward_layer")
    return [options[w] if w == "backward_layer" else w for w in words]


def test_the_table_holds_every_option_there_is():
    for kind in KINDS:
        taken = set(inspect.signature(getattr(L, kind).__init__).parameters)
        assert taken - {"self", "units", "kwargs"} <= set(TABLE) | set(QUIET)
    taken = set(inspect.signature(L.Bidirectional.__init__).parameters)
    assert taken - {"self", "layer", "kwargs", "weights"} <= set(OF_BIDIRECTIONAL)


@pytest.mark.parametrize(("kind", "options"), CASES, ids=str)
def test_every_option_alone_and_with_every_other(kind, options):
    try:
        theirs = make(kind, options)
        theirs(X.astype(theirs.compute_dtype))
    except (ValueError, TypeError, AttributeError) as error:
        pytest.skip(f"Keras itself refuses: {error}")
    words = refused(options, kind)
    if words:
        with pytest.raises(ConversionError, match="|".join(words)):
            convert.from_keras(theirs)
        with pytest.raises(ConversionError, match="|".join(words)):
            trace(theirs, X)
        return
    ours = convert.from_keras(theirs)
    check_same(ours, theirs, options)


def sequential(*layers, size=3):
    model = keras.Sequential([keras.Input((None, size)), *layers])
    model.set_weights([RNG.normal(0, 0.5, w.shape) for w in model.get_weights()])
    return model


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16", "mixed_float16"])
def test_three_layers_both_directions_and_every_type(kind, dtype):
    policy = keras.DTypePolicy(dtype)
    options = {"return_sequences": True, "dtype": policy, "recurrent_initializer": "zeros"}
    layers = [L.Bidirectional(getattr(L, kind)(5, **options), dtype=policy) for _ in range(3)]
    dropout = L.Dropout(0.2, dtype=policy)
    model = sequential(layers[0], dropout, layers[1], L.Dropout(0.2, dtype=policy), layers[2])
    for given in (model, [*model.layers]):
        ours = convert.from_keras(given)
        assert ours.layout.dropout == 0.2
        y = ours(X, training=False)[0]
        np.testing.assert_allclose(
            y, array(model(X)), atol=4 * ATOL.get(policy.compute_dtype, 1e-6)
        )
    ours = convert.from_keras(model, "tensorflow")
    assert ours.dtype_policy.name == dtype
    np.testing.assert_allclose(convert.to(ours)(X, training=False)[0], y, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_masks_are_lengths(kind):
    theirs = make(kind, {"return_state": True})
    lengths = np.array([2, 4])
    mask = np.arange(4) < lengths[:, None]
    y, *ends = theirs(X, mask=mask)
    got, got_ends = convert.from_keras(theirs)(X, lengths=lengths)
    np.testing.assert_allclose(got[mask], array(y)[mask], atol=1e-5)
    for mine, end in zip(got_ends, ends, strict=True):
        np.testing.assert_allclose(mine, array(end), atol=1e-5)


def test_cells_in_rnn_and_subclasses():
    class Mine(L.LSTM):
        def get_config(self):
            return super().get_config()

    for theirs in (
        L.RNN(L.LSTMCell(5), return_sequences=True, return_state=True),
        L.Bidirectional(L.RNN(L.GRUCell(5, reset_after=False), return_sequences=True)),
        Mine(5, return_sequences=True, return_state=True),
    ):
        theirs = built(theirs)
        check_same(convert.from_keras(theirs), theirs, {})


def test_the_way_round_a_merge_mode_holds():
    theirs = make("GRU", {"merge_mode": None})
    twin = make("GRU", {"bidirectional": True})
    twin.set_weights(theirs.get_weights())
    halves = np.split(convert.from_keras(twin)(X)[0], 2, axis=2)
    for half, wanted in zip(halves, theirs(X), strict=True):
        np.testing.assert_allclose(half, array(wanted), atol=1e-5)


def test_two_merge_modes_in_one_stack():
    layers = [
        L.Bidirectional(L.GRU(5, return_sequences=True), merge_mode=m) for m in ("sum", "mul")
    ]
    with pytest.raises(ConversionError, match=r"one merge_mode in all .* got \['mul', 'sum'\]"):
        convert.from_keras(sequential(*layers))


def test_the_way_round_a_layer_that_goes_backwards_holds():
    theirs, twin = make("LSTM", {"go_backwards": True}), make("LSTM", {})
    twin.set_weights(theirs.get_weights())
    np.testing.assert_allclose(convert.from_keras(twin)(X[:, ::-1])[0], array(theirs(X)), atol=1e-5)
    theirs = make("LSTM", {"backward_layer": "same", "go_backwards": True})
    twin = make("LSTM", {"bidirectional": True})
    weights = theirs.get_weights()
    twin.set_weights([*weights[3:], *weights[:3]])
    forward, backward = np.split(convert.from_keras(twin)(X)[0], 2, axis=2)
    # Bidirectional turns its second half round, whichever way that one reads
    wanted = np.concatenate([backward[:, ::-1], forward[:, ::-1]], axis=2)
    np.testing.assert_allclose(wanted, array(theirs(X)), atol=1e-5)


def tanh(x):
    return 2 * keras.ops.tanh(x)


class Doubled(L.LSTM):
    def call(self, sequence, **more):
        return super().call(2 * sequence, **more)


class Started(L.GRUCell):
    def get_initial_state(self, batch_size=None):
        return [keras.ops.ones((batch_size, self.units))]


class LSTMCell(L.Layer):
    units = state_size = output_size = 5

    def call(self, x, states):
        return states[0], states


def functional():
    x = keras.Input((None, 3))
    y = L.LSTM(5, return_sequences=True)(x) + L.LSTM(5, return_sequences=True)(x)
    return keras.Model(x, y)


def patched(layer):
    layer.call = lambda x, **more: x
    return layer


def deep(name="LSTM", **more):
    return getattr(L, name)(5, return_sequences=True, **more)


REFUSED = {
    "got keras.layers.Dense": lambda: built(L.Dense(3)),
    "got keras.layers.Masking": lambda: sequential(L.Masking(), deep()),
    "got keras.layers.SpatialDropout1D": lambda: sequential(
        deep(), L.SpatialDropout1D(0.2), deep()
    ),
    "got keras.layers.RNN 'stacked' around keras.layers.StackedRNNCells": lambda: built(
        L.RNN([L.LSTMCell(5), L.LSTMCell(5)], name="stacked")
    ),
    "around .*LSTMCell": lambda: L.RNN(LSTMCell()),
    "activation='tanh'.*'tanh of": lambda: built(L.LSTM(5, activation=tanh)),
    "Doubled has its own call": lambda: built(Doubled(5)),
    "Started has its own get_initial_state": lambda: built(L.RNN(Started(5))),
    "has its own call": lambda: patched(built(L.GRU(5))),
    "has no weights yet": lambda: L.GRU(5),
    "has no weights": lambda: L.Bidirectional(L.GRU(5)),
    "how the layers of another model follow": functional,
    "return_sequences=True below": lambda: [built(L.LSTM(3)), built(L.LSTM(3))],
    "they do not follow each other": lambda: [built(deep()), built(deep())],
    "'units': 4": lambda: sequential(deep(), L.LSTM(4)),
    "'kind': 'GRU'": lambda: sequential(deep(), deep("GRU")),
    "'directions': 1": lambda: sequential(L.Bidirectional(deep()), deep()),
    "'reset_after': False": lambda: sequential(deep("GRU"), deep("GRU", reset_after=False)),
    "'dtype': 'float64'": lambda: sequential(deep(), deep(dtype="float64")),
    "Dropout": lambda: sequential(deep(), L.Dropout(0.1), deep(), L.Dropout(0.2), deep()),
    "one Dropout": lambda: sequential(deep(), L.Dropout(0.1), deep(), deep()),
    "Dropout layer of one rate": lambda: sequential(deep(), L.Dropout(0.1), L.Dropout(0.1), deep()),
    "rate below 1": lambda: sequential(deep(), L.Dropout(1.0), deep()),
    "at least one layer": lambda: [],
    "NoneType": lambda: None,
    "got int": lambda: [1, 2],
}


@pytest.mark.parametrize("word", REFUSED)
def test_other_layers_are_named(word):
    with pytest.raises(ConversionError, match=word):
        convert.from_keras(REFUSED[word]())


def test_a_layer_of_ours_is_sent_to_the_right_function():
    from lstmbook import tensorflow as lk

    with pytest.raises(ConversionError, match="use convert.to"):
        convert.from_keras(lk.LSTM(3, 5))
