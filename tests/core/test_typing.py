"""What a type checker says to a user of the package: `py.typed` promises that it knows."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYRIGHT = Path(sys.executable).parent / "pyright"

# after each arrow what the type is, or what its name begins with
USER = """
import numpy as np

import lstmbook
from lstmbook import convert, data, metrics
from lstmbook import numpy as lb
from lstmbook import torch as lt
from lstmbook.core.schedules import cosine
from lstmbook.tracing import gradient_against_lag

layer = lb.LSTM(input_size=3, hidden_size=5, layers=2, seed=1)
reveal_type(layer)  # -> LSTM
reveal_type(layer.params)  # -> dict[str, ndarray
reveal_type(layer.output_size)  # -> int
x = lb.asarray([[[0.0] * 3] * 4] * 2)
reveal_type(x)  # -> ndarray
y, state = layer(x)
y_t, state = layer.step(x[:, 0])
reveal_type(y_t)  # -> ndarray
dx, dstate = layer.backward(y)
reveal_type(dx)  # -> ndarray
(h, c) = state

digits = data.digits()
reveal_type(digits)  # -> Dataset
reveal_type(digits.validation.x)  # -> ndarray
reveal_type(digits.train.real_steps)  # -> ndarray
model = lb.SequenceClassifier(lb.GRU(8, 16, dtype="float64"), classes=10, pooling=None)
adam = lb.Adam(cosine(0.01, 9))
history = lb.fit(model, digits.train, digits.validation, epochs=2, optimizer=adam)
reveal_type(history)  # -> History
reveal_type(history.loss)  # -> list[float]
reveal_type(lb.predict(model, digits.test.x))  # -> ndarray
reveal_type(lb.evaluate(model, digits.test)["accuracy"])  # -> float
reveal_type(model.params)  # -> dict
reveal_type(lb.get_weights(layer))  # -> dict[str, ndarray
lb.set_weights(layer, lb.get_weights(layer))
lb.save(layer, "weights.npz")

reveal_type(lstmbook.metrics.rmse(y, y))  # -> float
record = lstmbook.trace(layer, x)
reveal_type(record)  # -> Record
reveal_type(record["c"])  # -> ndarray
reveal_type(gradient_against_lag(layer, x))  # -> ndarray
reveal_type(metrics.accuracy(np.zeros(3, int), np.zeros(3, int)))  # -> float

twin = convert.to(layer, "torch")
reveal_type(lt.to_numpy(twin(lt.asarray(x))[0]))  # -> ndarray
other = lt.PeepholeLSTM(3, 5, dtype="float64")
reveal_type(other.params["p_i"])  # -> Tensor
reveal_type(other.step(lt.asarray(x)[:, 0])[0])  # -> Tensor
reveal_type(lt.fit(lt.SequenceRegressor(other), (x, y)))  # -> History
reveal_type(convert.to_torch(layer).num_layers)  # -> int
"""

WRONG = """
from lstmbook import numpy as lb

lb.LSTM("3", 5)  # a size is no text
lb.LSTM(3, 5, bidirectional="no")
lb.fit(lb.SequenceClassifier(lb.LSTM(3, 5), 2), ([], []), epochs="ten")
lb.fit(lb.SequenceClassifier(lb.LSTM(3, 5), 2), ([], []), epoch=10)
lb.LSMT(3, 5)
lb.evaluate(lb.SequenceClassifier(lb.LSTM(3, 5), 2), ([], [])).accuracy
"""


def checked(folder: Path, text: str) -> list[dict]:
    """What pyright says of a file whose environment has the package installed.

    Of an installed package with `py.typed` pyright guesses nothing that is not written down.
    """
    packages = folder / "venv" / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    packages.mkdir(parents=True)
    (packages / "lstmbook").symlink_to(ROOT / "lstmbook")
    for path in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for name in ("numpy", "torch", "onnx"):
            if (Path(path) / name).is_dir() and not (packages / name).exists():
                (packages / name).symlink_to(Path(path) / name)
    (folder / "user.py").write_text(text)
    settings = {"include": ["user.py"], "venvPath": str(folder), "venv": "venv"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    done = run("--outputjson", "--project", str(folder))
    return json.loads(done.stdout)["generalDiagnostics"]


def run(*arguments: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    command = [str(PYRIGHT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment)


@pytest.fixture(scope="module")
def _pyright():
    try:
        starts = run("--version").returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        starts = False
    if not starts:
        pytest.skip("pyright, or what it would fetch, is not there")


@pytest.mark.usefixtures("_pyright")
def test_types_that_a_user_sees(tmp_path):
    pytest.importorskip("torch")
    found = checked(tmp_path, USER)
    assert [one["message"] for one in found if one["severity"] == "error"] == []
    said = {
        one["range"]["start"]["line"]: one["message"].split(' is "', 1)[1][:-1]
        for one in found
        if one["severity"] == "information"
    }
    lines = enumerate(USER.splitlines())
    wanted = {k: line.split("# -> ")[1] for k, line in lines if "# -> " in line}
    assert len(said) == len(wanted) > 20
    for k, name in wanted.items():
        assert said[k].startswith(name), USER.splitlines()[k]


@pytest.mark.usefixtures("_pyright")
def test_faults_that_a_type_checker_finds_before_a_run(tmp_path):
    found = checked(tmp_path, WRONG)
    lines = {one["range"]["start"]["line"] for one in found if one["severity"] == "error"}
    assert lines == {k for k, line in enumerate(WRONG.splitlines()) if line.startswith("lb.")}
