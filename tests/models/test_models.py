"""The stored models: what the cards say holds, and a bad file is named and changes nothing."""

import importlib
import json
import shutil

import numpy as np
import pytest

from lstmbook import data, models
from lstmbook import numpy as lb
from lstmbook.data.tasks import memory
from lstmbook.errors import DataFileError, UnknownNameError
from lstmbook.models import FOLDER


def test_cards_say_what_matters():
    for name in models.names():
        card = models.card(name)
        assert {"title", "data", "licence", "score", "made by", "versions", "date"} <= set(card)
        assert card["made by"] == f"python -m lstmbook.models make {name}"


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


def test_bad_files_are_named(tmp_path):
    for path in FOLDER.glob("digit_reader.*"):
        shutil.copy(path, tmp_path)
    path = tmp_path / "digit_reader.safetensors"
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
