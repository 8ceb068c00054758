"""The playground in Chromium: what it trains, where, what it keeps, says and remembers."""

from __future__ import annotations

import numpy as np
import pytest

from lstmbook import live
from tests.live.conftest import frames
from tests.live.test_cells import compare_training
from tests.live.test_gate_explorer import number

pytestmark = pytest.mark.browser
HOST = "document.querySelector('.lbf').lstmbook"
MANY = f"{HOST}.runs()[0]?.losses.length"


def updates(page, many):
    """One update at a time, so that it is known how many there were."""
    for n in range(many):
        page.locator("[data-k=once]").click()
        page.wait_for_function(f"{MANY} === {n + 1}")


def put(page, key, value):
    page.locator(f"[data-k=in-{key}]").evaluate(
        "(n, v) => { n.value = v; n.dispatchEvent(new Event('input', { bubbles: true })); }", value
    )


WEIGHTS = """(model) => {
  const out = {};
  for (const name in model.net.params) out['layer.' + name] = [...model.net.params[name]];
  return { ...out, 'head.W': [...model.head.W], 'head.b': [...model.head.b] };
}"""


def package_model(page, size):
    from lstmbook import numpy as lb

    model = lb.SequenceClassifier(lb.LSTM(5, size, dtype="float64"), 4)
    start = page.evaluate(f"({WEIGHTS})(window.lab.runs[0].model)")
    lb.set_weights(model, {k: np.reshape(v, model.params[k].shape) for k, v in start.items()})
    return model


def test_updates_of_the_playground_are_those_of_the_package(open_page, javascript):
    """Its batches and start weights, taken from the page, give the same weights in NumPy."""
    from lstmbook import numpy as lb
    from lstmbook.numpy.optimizers import Updater, clip_by_norm

    page = open_page(live.Playground(runs=("chrono",), lag=20, size=4)).page
    page.evaluate(f"() => {{ window.lab = {HOST}.lab(); }}")
    step = f"""() => {{
      const b = {HOST}.step(window.lab);
      return {{ x: [...b.x], y: [...b.y], T: b.T }};
    }}"""
    model = package_model(page, 4)
    updater = Updater(lb.Adam(0.02), model.params)
    losses = []
    for _ in range(3):
        batch = page.evaluate(step)
        x = np.reshape(batch["x"], (batch["T"], 16, 5)).transpose(1, 0, 2)
        loss, dout = model.loss(model(x), np.array(batch["y"]))
        losses.append(float(loss))
        model.backward(dout)
        grads = model.grads
        clip_by_norm(grads, 1.0)
        updater.update(grads)
    for name, value in page.evaluate(f"({WEIGHTS})(window.lab.runs[0].model)").items():
        np.testing.assert_allclose(
            np.reshape(value, model.params[name].shape), model.params[name], atol=1e-9
        )
    compare_training(javascript, "LSTM", "class", clip=1.0)
    # and the worker computes the same
    updates(page, 3)
    assert page.evaluate(f"{HOST}.where()") == "worker"
    assert page.evaluate(f"{HOST}.runs()[0].losses") == pytest.approx(losses, abs=1e-9)


def test_what_is_said_of_the_gates_is_what_the_package_traces(open_page):
    from lstmbook import trace

    page = open_page(live.Playground(runs=("chrono",), lag=20, size=4)).page
    page.evaluate(f"() => {{ window.lab = {HOST}.lab(); }}")
    model = package_model(page, 4)
    x = np.reshape(page.evaluate("[...window.lab.probe.x]"), (21, 1, 5)).transpose(1, 0, 2)
    record = trace(model.layer, x)
    page.wait_for_function(f"{HOST}.runs()[0].gates.f")
    gates = page.evaluate(f"{HOST}.runs()[0].gates")
    for name in "fio":
        np.testing.assert_allclose(gates[name], record[name][0].mean(1), atol=1e-9)
    left = record["f"][0, 1:].prod(0).mean()
    assert page.evaluate(f"{HOST}.runs()[0].left") == pytest.approx(left, abs=1e-9)
    updates(page, 1)
    said = page.locator(".why").inner_text()
    assert said.startswith("Not solved yet, after 16 sequences.")
    assert "step 1" in said and "Over the 20 steps its gates keep 0." in said


@pytest.mark.slow
def test_first_settings_show_what_the_start_decides(open_page):
    """The static table is what the page finds; forget bias 1 stays at chance twice as long."""
    from lstmbook.live.playground import FIRST

    page = open_page(live.Playground(runs=("one", "chrono", "own"))).page
    found = page.evaluate(
        f"""() => {{
          const {{ step, lab }} = {HOST}, made = lab();
          for (let n = 0; n < 500; n++) step(made);
          return made.runs.map((r) => [r.key, r.solved, r.rights.slice(-20)]);
        }}"""
    )
    for key, solved, rights in found:
        if key == "one":
            assert solved == 0 and np.mean(rights) < 0.4
            assert FIRST[key] == "not in 8,000"
        else:
            assert 0 < solved < 8000 and FIRST[key] == f"{solved:,}"


@pytest.mark.parametrize("worker", [True, False])
def test_training_starts_and_stops(worker, open_page):
    page = open_page(live.Playground(lag=20, size=8, worker=worker)).page
    assert page.evaluate(f"{HOST}.where()") == ("worker" if worker else "page")
    train = page.locator("[data-k=train]")
    train.focus()
    page.keyboard.press("Enter")
    assert train.inner_text() == "Pause"
    page.wait_for_function(f"{MANY} > 5")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "document.querySelector('.lbf').shadowRoot.querySelector('[data-k=train]').textContent"
        " === 'Train'"
    )
    stopped = page.evaluate(MANY)
    page.wait_for_timeout(250)
    assert page.evaluate(MANY) == stopped
    loss = number(page.locator("[data-k=rows] td").nth(1).inner_text())
    right = f"{HOST}.runs()[0].losses.slice(-20)"
    assert loss == pytest.approx(np.mean(page.evaluate(right)), abs=6e-4)
    page.locator("[data-k=set-cell]").select_option("GRU")
    assert page.evaluate(MANY) == 0
    assert "start anew" in page.locator("[data-k=note]").inner_text()
    page.locator("[data-k=once]").click()
    page.wait_for_function(f"{MANY} === 1")
    page.locator("[data-k=reset]").click()
    assert page.evaluate(MANY) == 0


def test_without_workers_the_page_computes(browser, tmp_path):
    path = tmp_path / "page.html"
    text = live.Playground(lag=20, size=4).to_page()
    path.write_text(text.replace("<body>", "<body><script>delete window.Worker</script>"))
    page = browser.new_page()
    page.goto(path.as_uri())
    assert page.evaluate(f"{HOST}.where()") == "page"
    updates(page, 2)
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_run_that_is_kept_stays_when_settings_change(width, theme, open_page):
    page = open_page(live.Playground(lag=20, size=4), width=width, theme=theme).page
    keep = page.locator("[data-pin=one]")
    assert keep.is_disabled()  # there is nothing to keep yet
    updates(page, 2)
    shown = page.locator("[data-k=rows] tr").first.locator("td").nth(1).inner_text()
    keep.focus()
    page.keyboard.press("Enter")
    curves = page.locator("[data-k=loss] .curve")
    assert curves.count() == 3
    put(page, "lag", 40)
    page.locator("[data-k=set-rate]").select_option("0.003")
    assert page.evaluate(MANY) == 0
    kept = page.locator("[data-k=rows] tr:has([data-pin=A])")
    assert kept.locator("th").inner_text() == "A: forget bias 1"
    assert kept.locator("td").nth(1).inner_text() == shown
    about = page.locator("[data-k=rows] tr:has([data-pin=A]) + .why").inner_text()
    assert about.startswith("memory, LSTM, lag 20, 4 units, rate 0.02, seed 0.")
    assert page.locator("[data-k=loss] .curve.kept").count() == 1
    assert page.locator("[data-k=flow] .curve.kept").count() == 0  # of another length
    page.locator("[data-pin=A]").click()
    assert page.locator("[data-pin=A]").count() == 0


def test_settings_stand_in_the_address(browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(live.Playground(id="play").to_page(), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    assert "#" not in page.url
    put(page, "lag", 60)
    page.locator("[data-k=set-cell]").select_option("GRU")
    page.locator("[data-k=run-own]").check()
    address = page.url
    assert "lag=60" in address and "starts=one+chrono+own" in address
    other = browser.new_page()
    other.goto(address)
    assert other.locator("[data-k=in-lag]").input_value() == "60"
    assert other.locator("[data-k=set-cell]").input_value() == "GRU"
    assert other.evaluate(f"{HOST}.runs().map((r) => r.key)") == ["one", "chrono", "own"]
    # what no control can show is not taken
    other.goto(path.as_uri() + "#play:lag=61&size=4000&cell=Mamba&rate=1&seed=3&starts=two")
    other.reload()
    assert other.locator("[data-k=in-lag]").input_value() == "100"
    assert other.locator("[data-k=set-cell]").input_value() == "LSTM"
    assert other.locator("[data-k=in-seed]").input_value() == "3"
    page.close()
    other.close()


def test_controls_that_do_nothing_are_off_and_say_why(open_page):
    page = open_page(live.Playground(lag=20, size=4)).page
    assert page.locator("[data-k=in-forget]").is_disabled()  # its start is not ticked
    page.locator("[data-k=run-own]").check()
    assert page.locator("[data-k=in-forget]").is_enabled()
    cell = page.locator("[data-k=set-cell]")
    cell.select_option("NoForgetGateLSTM")
    assert page.locator("[data-k=in-forget]").is_disabled()
    assert page.locator("[data-k=out-forget]").inner_text() == "no forget gate"
    cell.select_option("CoupledLSTM")
    assert page.locator("[data-k=in-input]").is_disabled()
    cell.select_option("RNN")
    for key in ("chrono", "own"):
        assert page.locator(f"[data-k=run-{key}]").is_disabled()
    assert page.locator("[data-k=name-chrono]").inner_text() == "chrono(20): no gates"
    assert page.evaluate(f"{HOST}.runs().map((r) => r.name)") == ["plain start"]
    page.wait_for_function(f"{HOST}.runs()[0].left === null")
    assert page.locator("[data-k=gates]").text_content() == "A plain RNN has no gates."
    updates(page, 1)
    assert "It has no gates" in page.locator(".why").inner_text()
    cell.select_option("LSTM")
    for key in ("one", "chrono", "own"):
        page.locator(f"[data-k=run-{key}]").uncheck()
    assert page.locator("[data-k=train]").is_disabled()
    assert page.locator("[data-k=whose]").is_disabled()
    assert "tick one" in page.locator("[data-k=note]").inner_text()
    assert page.locator("[data-k=gates]").text_content() == "Tick a start first."


def test_the_page_stays_awake_while_long_sequences_are_learned(open_page):
    """An update at lag 200 with 32 units takes longer than a picture; the page does not wait."""
    page = open_page(live.Playground(lag=200, size=32)).page
    page.locator("[data-k=train]").click()
    page.wait_for_function(f"{MANY} > 0")
    gaps = page.evaluate(
        """async () => {
          const gaps = [];
          let last = performance.now();
          for (let k = 0; k < 120; k++) {
            await new Promise(requestAnimationFrame);
            const now = performance.now();
            gaps.push(now - last);
            last = now;
          }
          return gaps.sort((a, b) => a - b);
        }"""
    )
    assert gaps[90] < frames(50), gaps[90:]
    page.locator("[data-k=train]").click()


def test_colours_of_the_starts_are_not_those_of_the_gates():
    from lstmbook.live import figure as base

    sheet = base.asset("playground.css")
    for start in ("r1", "r2", "r3"):
        rule = sheet.split(f".{start} {{")[1].split("}")[0]
        assert not any(f"--{part})" in rule for part in "figoch"), start
