"""cells.js and training.js against NumPy: forward, backward, losses, Adam, random numbers."""

from __future__ import annotations

import numpy as np
import pytest

from lstmbook import numpy as lb
from lstmbook.live import draws
from lstmbook.numpy.optimizers import Updater, clip_by_norm
from tests.live import conftest, reference

T, B, D, H = 4, 2, 3, 5

RUN = """
const net = core.layer(data.spec, data.D, data.H, data.params);
const tape = core.forward(net, Float64Array.from(data.x), data.T, data.B, data);
const F = (list) => (list ? Float64Array.from(list) : undefined);
const back = core.backward(net, tape, { dy: F(data.dy), dc: F(data.dc) });
const lists = (o) => Object.fromEntries(Object.entries(o).map(([k, v]) => [k, [...v]]));
return { h: [...tape.h].slice(data.B * data.H),
  c: tape.c ? [...tape.c].slice(-data.B * data.H) : null,
  dx: [...back.dx], dh: [...back.dh], dc: [...back.dc], grads: lists(back.grads) };
"""


def problem(spec, seed=0):
    """Random weights, inputs, a state with h0 != c0, and cotangents for everything."""
    rng = np.random.default_rng(seed)
    params = {name: rng.normal(0, 0.6, size) for name, size in reference.shapes(spec, D, H).items()}
    x, dy = rng.normal(size=(T, B, D)), rng.normal(size=(T, B, H))
    h, c, dc = rng.normal(size=(3, B, H))
    return params, x, h, c, dy, dc


def flat(params):
    return {name: value.ravel().tolist() for name, value in params.items()}


def run(javascript, spec, params, x, h, c, dy, dc):
    data = {"spec": spec, "params": flat(params), "T": T, "B": B, "D": D, "H": H}
    arrays = {"x": x, "h": h, "c": c, "dy": dy, "dc": dc}
    return javascript(RUN, {**data, **{k: v.ravel().tolist() for k, v in arrays.items()}})


@pytest.mark.parametrize("name", reference.SPECS)
def test_forward_and_backward_equal_numpy(name, javascript):
    spec = reference.SPECS[name]
    params, x, h, c, dy, dc = problem(spec)
    memory = spec["blocks"] not in ("n", "rzn")
    # by name where the script knows one, so that its own table of variants is tested too
    found = run(javascript, name if name in reference.NAMES else spec, params, x, h, c, dy, dc)
    y, _, last = reference.forward(spec, params, x, h, c)
    np.testing.assert_allclose(np.reshape(found["h"], y.shape), y, atol=1e-12)
    if memory:
        np.testing.assert_allclose(np.reshape(found["c"], (B, H)), last, atol=1e-12)
    expected = reference.numeric_gradients(spec, params, x, h, c, dy, dc if memory else 0 * dc)
    for key, value in params.items():
        np.testing.assert_allclose(
            np.reshape(found["grads"][key], value.shape), expected[key], atol=1e-7, err_msg=key
        )
    np.testing.assert_allclose(np.reshape(found["dx"], x.shape), expected["x"], atol=1e-7)
    np.testing.assert_allclose(np.reshape(found["dh"], h.shape), expected["h"], atol=1e-7)
    if memory:
        np.testing.assert_allclose(np.reshape(found["dc"], c.shape), expected["c"], atol=1e-7)


@pytest.mark.parametrize("name", reference.NAMES)
def test_forward_and_backward_equal_the_package(name, javascript):
    """Same names, same order of blocks, same numbers as lstmbook.numpy."""
    layer = getattr(lb, name)(D, H, dtype="float64")
    params, x, h, c, dy, dc = problem(reference.NAMES[name], seed=1)
    assert {k: v.shape for k, v in params.items()} == {k: v.shape for k, v in layer.params.items()}
    lb.set_weights(layer, params)
    found = run(javascript, name, params, x, h, c, dy, dc)
    memory = name not in ("RNN", "GRU")
    state = (h, c) if memory else (h,)
    y, _ = layer(x.transpose(1, 0, 2), state)
    np.testing.assert_allclose(np.reshape(found["h"], (T, B, H)), y.transpose(1, 0, 2), atol=1e-12)
    dstate = (np.zeros((B, H)), dc) if memory else (np.zeros((B, H)),)
    dx, before = layer.backward(dy.transpose(1, 0, 2), dstate)
    np.testing.assert_allclose(
        np.reshape(found["dx"], (T, B, D)), dx.transpose(1, 0, 2), atol=1e-10
    )
    np.testing.assert_allclose(np.reshape(found["dh"], (B, H)), before[0], atol=1e-10)
    for key, grad in layer.grads.items():
        np.testing.assert_allclose(
            np.reshape(found["grads"][key], grad.shape), grad, atol=1e-10, err_msg=key
        )


def test_rows_of_cotangents_give_a_jacobian(javascript):
    params, x, h, c, _, _ = problem(reference.NAMES["LSTM"])
    body = """
    const net = core.layer("LSTM", data.D, data.H, data.params);
    const tape = core.forward(net, Float64Array.from(data.x), data.T, 1, data);
    const unit = new Float64Array(data.H * data.H);
    for (let k = 0; k < data.H; k++) unit[k * data.H + k] = 1;
    const back = core.backward(net, tape, { dh: unit, rows: data.H, weights: false });
    return { dh: [...back.dh], dc: [...back.dc] };
    """
    one = {"x": x[:, :1], "h": h[:1], "c": c[:1]}
    found = javascript(
        body,
        {"params": flat(params), "T": T, "D": D, "H": H}
        | {k: v.ravel().tolist() for k, v in one.items()},
    )
    for name in "hc":
        jacobian = np.reshape(found[f"d{name}"], (H, H))
        for k in range(H):
            moved = {key: one[key].copy() for key in "hc"}
            moved[name][0, k] += 1e-6
            up = reference.forward(reference.NAMES["LSTM"], params, one["x"], **moved)[1]
            moved[name][0, k] -= 2e-6
            down = reference.forward(reference.NAMES["LSTM"], params, one["x"], **moved)[1]
            np.testing.assert_allclose(jacobian[:, k], ((up - down) / 2e-6)[0], atol=1e-7)


TRAIN = """
const net = core.layer(data.name, data.D, data.H, data.layer);
const model = core.model(net, data.K, { W: data.head.W, b: data.head.b });
const losses = [], norms = [];
for (const batch of data.batches) {
  const y = data.kind === "class" ? batch.y : Float64Array.from(batch.y);
  const out = core.lossAndGrads(model, Float64Array.from(batch.x), y, data.T, data.B, data.kind);
  losses.push(out.loss);
  norms.push(core.clip(out.grads, data.clip));
  core.adam(model, out.grads, data.rate);
}
const params = {};
for (const [k, v] of Object.entries(core.parameters(model))) params[k] = [...v];
return { losses, norms, params };
"""


def compare_training(javascript, name, kind, clip):
    """Three updates in JavaScript and in lstmbook.numpy from the same weights."""
    outputs, rng = 3, np.random.default_rng(7)
    layer = getattr(lb, name)(D, H, dtype="float64")
    model = lb.SequenceClassifier(layer, outputs)
    if kind == "regress":
        model = lb.SequenceRegressor(layer, outputs)
    weights = {k: rng.normal(0, 0.5, v.shape) for k, v in model.params.items()}
    lb.set_weights(model, weights)
    parts = {"layer": {}, "head": {}}
    for key, value in weights.items():
        part, short = key.split(".")
        parts[part][short] = value.ravel().tolist()
    batches = []
    for _ in range(3):
        x = rng.normal(size=(B, T, D))
        y = rng.integers(outputs, size=B) if kind == "class" else rng.normal(size=(B, outputs))
        batches.append((x, y))
    data = {"name": name, "kind": kind, "T": T, "B": B, "D": D, "H": H, "K": outputs}
    data |= {"clip": clip, "rate": 0.01, **parts}
    data["batches"] = [
        {"x": x.transpose(1, 0, 2).ravel().tolist(), "y": y.ravel().tolist()} for x, y in batches
    ]
    found = javascript(TRAIN, data)
    updater = Updater(lb.Adam(0.01), model.params)
    for step, (x, y) in enumerate(batches):
        loss, dout = model.loss(model(x), y)
        model.backward(dout)
        grads = model.grads
        norm = clip_by_norm(grads, clip)
        updater.update(grads)
        assert found["losses"][step] == pytest.approx(loss, abs=1e-10)
        assert found["norms"][step] == pytest.approx(norm, abs=1e-9)
    for key, value in model.params.items():
        np.testing.assert_allclose(
            np.reshape(found["params"][key], value.shape), value, atol=1e-10, err_msg=key
        )


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU", "PeepholeLSTM", "CoupledLSTM"])
@pytest.mark.parametrize("kind", ["class", "regress"])
def test_three_steps_of_adam_equal_the_package(name, kind, javascript):
    compare_training(javascript, name, kind, clip=0.3)


def test_start_weights_equal_their_python_form(javascript):
    body = """
    const out = {};
    const add = (name, net) => {
      out[name] = {};
      for (const [k, v] of Object.entries(net.params)) out[name][k] = [...v];
    };
    add("rnn", core.start("RNN", 3, 5, 4));
    add("lstm", core.start("LSTM", 3, 5, 4, { chrono: 50 }));
    add("five", core.start("LSTM", 3, 5, 4, { forget: 5, input: -5 }));
    return out;
    """
    found = javascript(body)
    expected = {
        "lstm": draws.start("ifgo", 3, 5, 4, chrono=50),
        "rnn": draws.start("n", 3, 5, 4),
        "five": draws.start("ifgo", 3, 5, 4, forget=5, input=-5),
    }
    for name, weights in expected.items():
        for key, value in weights.items():
            np.testing.assert_allclose(found[name][key], value.ravel(), atol=1e-12)
    u = np.reshape(found["rnn"]["U"], (5, 5))
    np.testing.assert_allclose(u @ u.T, np.eye(5), atol=1e-12)
    b_i, b_f = np.reshape(found["lstm"]["b"], (4, 5))[:2]
    np.testing.assert_allclose(b_i, -b_f)
    assert (b_f >= 0).all() and (b_f <= np.log(49)).all()


def test_random_numbers_are_spread_as_they_should(javascript):
    body = """
    const rng = core.random(3), u = [], n = [];
    for (let k = 0; k < 20000; k++) { u.push(rng.uniform()); n.push(rng.normal()); }
    return { u, n };
    """
    found = javascript(body)
    assert np.mean(found["u"]) == pytest.approx(0.5, abs=0.01)
    assert np.std(found["u"]) == pytest.approx(np.sqrt(1 / 12), abs=0.01)
    assert np.mean(found["n"]) == pytest.approx(0, abs=0.03)
    assert np.std(found["n"]) == pytest.approx(1, abs=0.03)


def test_tasks_say_what_their_answers_say(javascript):
    body = """
    const out = {};
    for (const name of ["memory", "order", "adding"]) {
      const task = tasks[name], b = task.batch(40, 6, core.random(1));
      out[name] = { x: [...b.x], y: [...b.y], T: b.T, D: task.D };
    }
    return out;
    """
    found = javascript(body, more=conftest.TASKS)
    cases = {k: (np.reshape(v["x"], (v["T"], 6, v["D"])), v["y"]) for k, v in found.items()}
    x, y = cases["memory"]
    assert x.shape == (41, 6, 5)
    assert (x[0, :, :4].argmax(1) == y).all() and (x[:, :, 4].sum(0) == 1).all()
    x, y = cases["order"]
    for j in range(6):
        marks = [t for t in range(41) if x[t, j, 6:].any()]
        assert len(marks) == 2 and 4 <= marks[0] <= 8 and 20 <= marks[1] <= 24
        assert 2 * x[marks[0], j, 7] + x[marks[1], j, 7] == y[j]
    x, y = cases["adding"]
    for j in range(6):
        marked = x[:, j, 1] == 1
        assert marked.sum() == 2
        assert 0.5 + x[marked, j, 0].sum() / 4 == pytest.approx(y[j])
