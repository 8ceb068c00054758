"""The stored models: what the cards say holds, and a bad file is named and changes nothing."""

import importlib
import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from lstmbook import data, experiments, models
from lstmbook import numpy as lb
from lstmbook.core import weight_files
from lstmbook.data.tasks import memory
from lstmbook.errors import DataFileError, UnknownNameError
from lstmbook.experiments.collect import write_model
from lstmbook.models import FOLDER


def test_cards_say_what_matters():
    for name in models.names():
        card = models.card(name)
        assert {"title", "data", "licence", "score", "made by", "versions", "date"} <= set(card)
        assert card["made by"] == f"python -m lstmbook.experiments {name}"


def test_scores_hold():
    pytest.importorskip("sklearn")
    test = data.digits().test
    score = lb.evaluate(models.load("digit_reader"), test)["accuracy"]
    assert score == pytest.approx(models.card("digit_reader")["score"]["test accuracy"], abs=2e-3)
    test = memory(lag=100, classes=4, n=500, seed=100)
    score = lb.evaluate(models.load("memory_keeper"), test)["accuracy"]
    assert score == pytest.approx(models.card("memory_keeper")["score"]["test accuracy"], abs=5e-3)


@pytest.mark.parametrize("implementation", ["torch", "tensorflow"])
def test_the_same_in_all_three(implementation):
    pytest.importorskip(implementation)
    other = importlib.import_module(f"lstmbook.{implementation}")
    x = np.random.default_rng(0).random((5, 8, 8)).astype("float32")
    expected = lb.predict(models.load("digit_reader"), x)
    got = other.predict(models.load("digit_reader", implementation), x)
    np.testing.assert_allclose(got, expected, atol=1e-4)


def test_numpy_alone_is_enough():
    code = (
        "import sys\nfor name in ('safetensors', 'torch', 'tensorflow', 'sklearn', 'pooch'):\n"
        "    sys.modules[name] = None\n"
        "from lstmbook import models\n"
        "print([type(models.load(name)).__name__ for name in models.names()])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout == "['SequenceClassifier', 'SequenceClassifier']\n", ran.stderr


def test_what_is_written_is_what_is_loaded(tmp_path):
    model = lb.SequenceClassifier(lb.GRU(3, 5, layers=2, seed=3), classes=4, seed=3, pooling="mean")
    for place, value in enumerate(model.params.values()):
        value += place + 1
    card = write_model("new", model, {"title": "new"}, tmp_path)
    assert card == json.loads((tmp_path / "new.json").read_text())
    x = np.random.default_rng(0).normal(size=(2, 6, 3)).astype("float32")
    loaded = models.load("new", folder=tmp_path)
    np.testing.assert_array_equal(lb.predict(loaded, x), lb.predict(model, x))


@pytest.mark.parametrize("name", models.names())
def test_each_has_its_recipe(name):
    recipe = experiments.find(name)
    assert models.card(name)["title"] == recipe.TITLE and callable(recipe.make)
    assert models.card(name)["sha256"] == weight_files.sha256(FOLDER / f"{name}.npz")


def test_bad_files_are_named(tmp_path):
    for path in FOLDER.glob("digit_reader.*"):
        shutil.copy(path, tmp_path)
    path = tmp_path / "digit_reader.npz"
    content = path.read_bytes()
    path.write_bytes(content[:1000])
    with pytest.raises(DataFileError, match="truncated or changed"):
        models.load("digit_reader", folder=tmp_path)
    path.unlink()
    with pytest.raises(DataFileError, match="found none"):
        models.load("digit_reader", folder=tmp_path)
    path.write_bytes(content)
    card = tmp_path / "digit_reader.json"
    facts = json.loads(card.read_text())
    facts["layer"]["hidden_size"] = 32
    card.write_text(json.dumps(facts))
    with pytest.raises(DataFileError, match="does not fit its card: weights layer.W"):
        models.load("digit_reader", folder=tmp_path)
    card.write_text("{")
    with pytest.raises(DataFileError, match="is not JSON"):
        models.load("digit_reader", folder=tmp_path)


def test_unknown_names():
    with pytest.raises(UnknownNameError, match="model 'gpt'; expected one of: digit_reader"):
        models.load("gpt")
    with pytest.raises(UnknownNameError, match="unknown implementation 'jax'"):
        models.load("digit_reader", "jax")
