"""Figures: what they draw is what they were given, in the style of the book, with clear errors."""

import numpy as np
import pytest

from lstmbook import errors, plots
from lstmbook.core.training import History
from lstmbook.errors import MissingExtraError, ShapeError, UnknownNameError, ValueRangeError
from lstmbook.live import figure as html
from lstmbook.metrics import confusion_matrix

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("agg")

import matplotlib.pyplot as plt  # noqa: E402

HISTORY = History(
    loss=[1.0, 0.5, 0.25],
    validation=[{"loss": 1.1, "accuracy": a} for a in (0.3, 0.6, 0.9)],
)
RESULT = {
    "contenders": list("ABCDEFG"),
    "conditions": ["30", "50"],
    "budgets": [1, 3, 10],
    "epochs": 6,
    "score": "accuracy",
    "guessing": 0.25,
    "rules": {"always one": {"30": [0.3, 0.5], "50": [0.2, 0.2]}},
    "scores": {
        name: {
            "30": {"1": [0.1 * k, 0.3], "3": [0.5, 0.6], "10": [0.7, 1.0]},
            "50": {"1": [0.0, 0.1], "3": [0.2, 0.3], "10": [0.4, 0.5]},
        }
        for k, name in enumerate("ABCDEFG")
    },
}
RNG = np.random.default_rng(0)
RECORD = {name: RNG.random((2, 7, 4)) for name in "ifo"} | {
    name: RNG.normal(size=(2, 7, 4)) for name in "gch"
}


def drawn(axis):
    """Return label -> (x, y) of the curves of an axis."""
    return {line.get_label(): np.asarray(line.get_data()).tolist() for line in axis.get_lines()}


EVERY = {
    "budget": lambda: plots.budget_curve(RESULT, "30"),
    "training": lambda: plots.training_curve(HISTORY, reference={"chance": 0.1}),
    "models": lambda: plots.training_curve({"LSTM": [HISTORY, HISTORY], "RNN": HISTORY}),
    "maps": lambda: plots.gates(RECORD),
    "lines": lambda: plots.gates(RECORD, unit=1, labels="letters"),
    "lag": lambda: plots.gradient_against_lag({"RNN": 0.5 ** np.arange(90), "LSTM": np.ones(90)}),
    "confusion": lambda: plots.confusion([[5, 1], [0, 4]], ["no", "yes"]),
}


@pytest.mark.parametrize("name", EVERY)
def test_style(name, tmp_path):
    before = dict(matplotlib.rcParams)
    figure = EVERY[name]()
    assert dict(matplotlib.rcParams) == before
    assert plt.get_fignums() == []  # a notebook would show an open one a second time
    width, _ = figure.get_size_inches()
    assert width <= plots.style.WIDTH and figure.get_facecolor() == (1, 1, 1, 1)
    assert all(axis.get_facecolor()[3] == 0 for axis in figure.axes if axis.axison)
    figure.canvas.draw()
    for text in figure.findobj(matplotlib.text.Text):
        if text.get_text() and text.get_visible():
            assert text.get_fontsize() >= 12, text.get_text()
    for axis in figure.axes:
        assert axis.get_label() == "<colorbar>" or axis.get_ylabel()
    assert figure.axes[-1].get_label() == "<colorbar>" or figure.axes[-1].get_xlabel()
    # the same figure twice gives the same file, which holds no date
    one, two = (plots.save(EVERY[name](), tmp_path / f"{k}.svg").read_bytes() for k in "ab")
    assert one == two and b"<dc:date>" not in one
    assert plots.save(figure, tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"


def test_subplots_have_the_style_and_leave_the_reader_their_own():
    before = dict(matplotlib.rcParams)
    figure, (one, two) = plots.subplots(1, 2, height=2.5, sharey=True, width_ratios=[2, 1])
    assert dict(matplotlib.rcParams) == before
    assert plt.get_fignums() == [figure.number]  # open: a notebook shows it
    assert figure.get_size_inches().tolist() == [plots.style.WIDTH, 2.5]
    assert figure.get_constrained_layout() and not one.spines["top"].get_visible()
    assert one.xaxis.label.get_fontsize() == 12
    plt.close(figure)
    assert two.get_gridspec().get_width_ratios() == [2, 1]


def test_shades_are_clear_where_there_is_nothing():
    assert plots.shades()(0.0)[3] == 0 and plots.shades()(1.0) == (0, 0, 0, 1)
    assert matplotlib.colors.to_hex(plots.shades("f")(1.0)).upper() == plots.COLOURS["f"]


def test_colours_are_those_of_the_live_figures():
    assert {name: plots.COLOURS[name] for name in html.COLOURS} == html.COLOURS
    maps = {name: plots.style.gate_colours(name) for name in plots.COLOURS}
    for name, colour in plots.COLOURS.items():
        assert matplotlib.colors.to_hex(maps[name](1.0)).upper() == colour
        middle = maps[name](0.5 if name in plots.style.SIGNED else 0.0)
        assert middle[3] == pytest.approx(0, abs=0.01)


def test_budget_curve_draws_means_and_ranges():
    (axis,) = plots.budget_curve(RESULT, "30").axes
    lines = drawn(axis)
    np.testing.assert_allclose(lines["C"], [[6, 18, 60], [0.25, 0.55, 0.85]])
    assert axis.get_xscale() == "log"
    assert [text.get_text() for text in axis.get_xticklabels()] == ["6", "18", "60"]
    assert lines["guessing"][1] == [0.25, 0.25] and lines["always one"][1] == [0.4, 0.4]
    shade = axis.collections[0].get_paths()[0].vertices
    assert {tuple(v) for v in shade.round(6).tolist()} >= {(6, 0), (6, 0.3), (60, 0.7), (60, 1)}
    looks = {(line.get_color(), line.get_marker(), line.get_linestyle()) for line in axis.lines}
    assert len(looks) == 9  # also the sixth contender looks like no other
    assert not {line.get_color() for line in axis.lines} & set(plots.COLOURS.values())


def test_budget_curve_of_some():
    (axis,) = plots.budget_curve(RESULT, "50", contenders=["B"]).axes
    assert list(drawn(axis)) == ["B", "always one", "guessing"]
    np.testing.assert_allclose(drawn(axis)["B"][1], [0.05, 0.25, 0.45])
    with pytest.raises(UnknownNameError, match="unknown contender 'Z'; expected one of: A"):
        plots.budget_curve(RESULT, contenders=["Z"])
    with pytest.raises(UnknownNameError, match="unknown condition '40'; expected one of: 30, 50"):
        plots.budget_curve(RESULT, "40")


def test_training_curve_draws_the_history():
    loss, score = plots.training_curve(HISTORY, reference={"chance": 0.1}).axes
    assert drawn(loss) == {
        "training": [[1, 2, 3], [1.0, 0.5, 0.25]],
        "validation": [[1, 2, 3], [1.1, 1.1, 1.1]],
    }
    lines = drawn(score)
    assert lines["chance"][1] == [0.1, 0.1]
    assert [1, 2, 3] in [x for x, _ in lines.values()]
    assert [0.3, 0.6, 0.9] in [y for _, y in lines.values()]
    assert score.get_ylabel() == "accuracy (validation)"


def test_training_curve_without_validation_or_with_other_scores():
    assert len(plots.training_curve({"loss": [2.0, 1.0]}).axes) == 1
    mae = {"loss": [2.0, 1.0], "validation": [{"mae": 3.0}, {"mae": 2.0}]}
    assert len(plots.training_curve(mae).axes) == 1
    assert plots.training_curve(mae, metric="mae").axes[1].get_ylabel() == "mae (validation)"


def test_training_curve_names_each_model_once():
    loss, score = EVERY["models"]().axes
    named = [label for label in drawn(loss) if not label.startswith("_")]
    assert named == ["LSTM training", "LSTM validation", "RNN training", "RNN validation"]
    assert len(loss.get_lines()) == 6 and len(score.get_lines()) == 3
    looks = {(line.get_color(), line.get_marker()) for line in loss.get_lines()}
    assert len(looks) == 2  # black circles and grey squares


def test_gates_as_maps():
    figure = plots.gates(RECORD, sample=1)
    maps = [axis for axis in figure.axes if axis.images]
    assert [axis.get_title("left")[0] for axis in maps] == list("fiogch")
    for axis, name in zip(maps, "fiogch"):
        (image,) = axis.images
        np.testing.assert_allclose(image.get_array(), RECORD[name][1].T)
        low, high = image.get_clim()
        assert (low == 0 and high == 1) if name in "fio" else low == -high
        assert np.abs(RECORD[name][1]).max() <= high


def test_gates_as_lines_leave_padding_out():
    record = {name: value.copy() for name, value in RECORD.items()}
    for value in record.values():
        value[0, 5:] = np.nan
    upper, lower = plots.gates(record, unit=2).axes
    for axis, names in ((upper, "fio"), (lower, "gch")):
        lines = {label[0]: line for label, line in drawn(axis).items() if label[0] != "_"}
        assert set(lines) == set(names)
        for name in names:
            assert lines[name] == [list(range(5)), record[name][0, :5, 2].tolist()]
    colours = {line.get_label()[0]: line.get_color() for line in upper.get_lines()}
    assert colours == {name: plots.COLOURS[name] for name in "fio"}


def test_gates_of_a_gru_and_of_one_layer_of_two():
    gru = {f"l1.{name}": RECORD["i"] for name in "rznh"} | {"x": np.zeros((2, 7, 1))}
    figure = plots.gates(gru, layer="l1")
    assert [a.get_title("left")[0] for a in figure.axes if a.images] == list("rznh")


def test_dies_at():
    assert plots.dies_at([1, 0.5, 0.25, 0.125], 0.3) == 2
    assert plots.dies_at([0.1, 1, 0, 1e-9, 1], 0.3) is None  # alive again at the end
    assert plots.dies_at([0, 0, 0]) == 0
    assert plots.dies_at(0.9 ** np.arange(100)) == 66  # 0.9^66 = 0.00095


def test_gradient_against_lag():
    values = np.r_[0.5 ** np.arange(20), 0, 0]
    figure = plots.gradient_against_lag({"RNN": values}, of="c")
    (axis,) = figure.axes
    curve = axis.get_lines()[0].get_ydata()
    np.testing.assert_array_equal(curve[:20], values[:20])
    assert np.isnan(curve[20:]).all() and axis.get_yscale() == "log"
    assert axis.get_lines()[1].get_data()[0] == plots.dies_at(values) == 10
    assert "∂c(T − k)" in axis.get_ylabel() and "lag k" in axis.get_xlabel()


def test_confusion_writes_every_count():
    matrix = confusion_matrix([0, 0, 1, 2, 2, 2], [0, 1, 1, 2, 2, 0])
    (axis,) = plots.confusion(matrix, ["a", "b", "c"]).axes
    got = {t.get_position(): int(t.get_text()) for t in axis.texts}
    assert got == {(j, k): matrix[k, j] for k, j in zip(*np.nonzero(matrix))}
    assert axis.get_title() == "right: 4 of 6 (0.667)"
    assert (axis.get_ylabel(), axis.get_xlabel()) == ("true class", "predicted class")
    assert [t.get_text() for t in axis.get_xticklabels()] == ["a", "b", "c"]


def test_confusion_shades_by_the_share_of_the_row():
    """Also where the rows hold shares: less than 1 together."""
    for scale in (1, 0.01, 40):
        matrix = np.array([[9, 1, 0], [0, 0, 0], [4, 4, 8]]) * scale
        shade = np.asarray(plots.confusion(matrix).axes[0].images[0].get_array())
        expected = np.sqrt([[0.9, 0.1, 0], [0, 0, 0], [0.25, 0.25, 0.5]])
        np.testing.assert_allclose(shade, expected, atol=1e-9)


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: plots.training_curve({}), ValueRangeError, "at least one training"),
        (lambda: plots.training_curve([]), ValueRangeError, "at least one training"),
        (
            lambda: plots.training_curve({"a": {"los": []}}),
            UnknownNameError,
            "'a', which needs",
        ),
        (lambda: plots.training_curve({"loss": []}), ValueRangeError, "at least one epoch"),
        (lambda: plots.training_curve({"a": 3.0}), ShapeError, "'a': expected a History.*float"),
        (
            lambda: plots.gates({"x": RECORD["i"]}),
            UnknownNameError,
            "gate or state to draw",
        ),
        (lambda: plots.gates(RECORD, layer="l0"), UnknownNameError, "missing"),
        (lambda: plots.gates({"i": np.zeros((3, 4))}), ShapeError, r"i: expected \(B, T, H\)"),
        (lambda: plots.gates(RECORD, sample=2), ValueRangeError, "sample: .* 0 to 1, got 2"),
        (lambda: plots.gates(RECORD, unit=4), ValueRangeError, "unit: .* 0 to 3, got 4"),
        (lambda: plots.gates(RECORD, labels="ab"), ShapeError, "each of 7 steps, got 2"),
        (lambda: plots.gradient_against_lag({}), ValueRangeError, "at least one"),
        (
            lambda: plots.gradient_against_lag({"a": np.eye(2)}),
            ShapeError,
            "a: expected one number",
        ),
        (lambda: plots.gradient_against_lag({"a": [1, -1]}), ValueRangeError, "a: expected finite"),
        (lambda: plots.dies_at([1.0, 0.5], share=2), ValueRangeError, "share: .* from 0 to 1"),
        (lambda: plots.confusion(np.zeros((2, 3))), ShapeError, r"\(K, K\), got \(2, 3\)"),
        (lambda: plots.confusion(np.zeros((2, 2))), ValueRangeError, "not all 0"),
        (lambda: plots.confusion(np.eye(2), ["a"]), ShapeError, "expected 2 names, got 1"),
    ],
)
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_without_matplotlib(monkeypatch):
    def absent(name):
        raise ModuleNotFoundError("No module named 'matplotlib'", name="matplotlib")

    monkeypatch.setattr(errors.importlib, "import_module", absent)
    with pytest.raises(MissingExtraError, match=r"'matplotlib', .*pip install lstmbook\[plots\]"):
        plots.confusion(np.eye(2))
