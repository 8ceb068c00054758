r"""From pieces to a stored result, and from a trained model to its two files."""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path

from lstmbook.core import stored, weight_files
from lstmbook.errors import ValueRangeError
from lstmbook.experiments.book import Book
from lstmbook.experiments.plan import Experiment


def result(book: Book) -> dict:
    r"""Return what is stored of an experiment whose runs are all done.

    Raises
    ------
    ValueRangeError
        If some are not done.
    """
    e = book.experiment
    if book.left():
        raise ValueRangeError(f"{e.name}: expected all runs to be done, got {book.left()} left")
    trained = {
        (contender, condition): [
            book.done[run]
            for run in e.stored_runs(contender, condition, book.rate(contender, condition))
        ]
        for contender in e.contenders
        for condition in e.conditions
    }

    def each(value: Callable, kept: Callable = lambda value: True) -> dict:
        """value(contender, condition) by contender and condition."""
        return {
            contender: {
                condition: value(contender, condition)
                for condition in e.conditions
                if kept(value(contender, condition))
            }
            for contender in e.contenders
        }

    def scores(contender: str, condition: str) -> dict:
        return {
            str(budget): [p["test"][str(budget * e.epochs)] for p in trained[contender, condition]]
            for budget in e.budgets
        }

    def tuning(contender: str, condition: str) -> dict:
        runs = e.tuning_runs(contender, condition)
        return {
            str(rate): [book.done[r]["validation"][str(r.epochs)] for r in runs if r.rate == rate]
            for rate in e.rates_of(contender)
        }

    def diverged(contender: str, condition: str) -> list:
        return [s for s, p in zip(e.seeds, trained[contender, condition]) if p["diverged"]]

    def pace(contender: str, condition: str) -> float:
        runs = trained[contender, condition]
        passes = len(runs) * e.epochs * max(e.budgets)
        return float(f"{sum(piece['seconds'] for piece in runs) / passes:.3g}")

    def extra(contender: str, condition: str) -> dict:
        given = [piece.get("extra") for piece in trained[contender, condition]]
        names = dict.fromkeys(name for one in given if one for name in one)
        return {name: [finite(one and one.get(name)) for one in given] for name in names}

    return {
        **about(e),
        "weights": {contender: weights(e, trained, contender) for contender in e.contenders},
        "rates": each(book.rate),
        "scores": each(scores),
        "diverged": each(diverged, bool),
        "rules": {
            rule: {
                condition: [
                    book.done[r]["value"]
                    for r in e.rule_runs()
                    if (r.contender, r.condition) == (rule, condition)
                ]
                for condition in e.conditions
            }
            for rule in e.rules
        },
        "extra": each(extra) if e.extra else {},
        "tuning": each(tuning),
        **stored.origin(e.name),
        "seconds_per_pass": each(pace),
        "seconds": round(sum(piece["seconds"] for piece in book.done.values())),
    }


def finite(value: float | None) -> float | None:
    r"""Return a number, or None for what is none or cannot stand in JSON, such as log of 0."""
    return value if value is not None and math.isfinite(value) else None


def about(e: Experiment) -> dict:
    r"""Return what a result says of its recipe."""
    guessing = e.guessing if isinstance(e.guessing, int | float) else dict(e.guessing)
    clip = "no clipping" if e.clip_norm is None else f"clip_norm {e.clip_norm}"
    return {
        "name": e.name,
        "title": e.title,
        "pages": list(e.pages),
        "task": e.task,
        "network": e.network,
        "training": (
            f"Adam at a constant rate, batches of {e.batch_size}, {clip}; budget 1 is {e.epochs} "
            f"passes; the rate by validation at budget {e.tuning_budget} on seeds "
            f"{', '.join(map(str, e.tuning_seeds))}"
        ),
        "contenders": list(e.contenders),
        **({"about": dict(e.about)} if e.about else {}),
        "conditions": list(e.conditions),
        "score": e.score,
        "better": e.better,
        "guessing": guessing,
        "perfect": e.perfect,
        "epochs": e.epochs,
        "budgets": list(e.budgets),
        "seeds": list(e.seeds),
    }


def weights(e: Experiment, trained: dict, contender: str) -> int | dict:
    r"""Return the number of weights, by condition where they differ."""
    counts = {condition: trained[contender, condition][0]["weights"] for condition in e.conditions}
    return counts if len(set(counts.values())) > 1 else next(iter(counts.values()))


def write_result(book: Book, folder: Path) -> Path:
    r"""Write NAME.json and return its path."""
    path = Path(folder) / f"{book.experiment.name}.json"
    text = collapse(json.dumps(result(book), indent=1, ensure_ascii=False, allow_nan=False))
    return write_text(path, text)


def write_text(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(text + "\n", encoding="utf-8")
    return part.replace(path)


def collapse(text: str) -> str:
    """Lists of numbers on one line each.

    >>> collapse('{"seeds": [\\n  0,\\n  1\\n ]}')
    '{"seeds": [0, 1]}'
    """
    return (
        re.sub(r"\[[^\[\]{}]*\]", lambda found: " ".join(found[0].split()), text)
        .replace("[ ", "[")
        .replace(" ]", "]")
    )


def write_model(name: str, model, about: dict, folder: Path) -> dict:
    r"""Write NAME.npz and the card NAME.json of a trained model; return the card."""
    layout = model.layer.layout
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.npz"
    weight_files.write(path, {key: value.copy() for key, value in model.params.items()})
    path.chmod(0o644)
    card = {
        "name": name,
        **about,
        "model": type(model).__name__,
        "layer": {
            "variant": layout.variant.name,
            "input_size": layout.input_size,
            "hidden_size": layout.hidden_size,
            **({"layers": layout.layers} if layout.layers > 1 else {}),
            **({"bidirectional": True} if layout.bidirectional else {}),
            **layout.options,
        },
        "outputs": model.outputs,
        "pooling": model.pooling.pooling if model.pooling else None,
        **stored.origin(name),
        "sha256": weight_files.sha256(path),
    }
    write_text(folder / f"{name}.json", json.dumps(card, indent=2, ensure_ascii=False))
    return card
