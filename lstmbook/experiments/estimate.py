r"""How long an experiment will take: a few batches of each contender under each condition."""

import time

import numpy as np

from lstmbook.core.batches import batches
from lstmbook.experiments.book import Book
from lstmbook.experiments.one_run import ScoredOnTheWay

LONG_ENOUGH = 0.5  # seconds of training that are measured


def estimate(book: Book) -> float:
    r"""Return the seconds that the runs without a piece need on one processor.

    Time of the processor, so that other work on the machine does not count. Passes are measured
    on some batches, scores once for each contender and condition; simple rules are left out.
    """
    e, total = book.experiment, 0.0
    for (contender, condition), epochs in book.epochs_left().items():
        runs = [
            *e.tuning_runs(contender, condition),
            *e.stored_runs(contender, condition, e.rates_of(contender)[0]),
        ]
        left = sum(run not in book.done for run in runs)
        if not left:
            continue
        started = time.process_time()
        run = runs[-1]
        parts = e.parts(condition, run.seed)
        engine = ScoredOnTheWay(e, run, parts, lambda: False)
        prepared = time.process_time() - started
        started = time.process_time()
        for part in ("validation", "test"):
            e.measure(engine.model, parts, part)
        scored = time.process_time() - started
        total += left * (prepared + len(run.marks) * scored) + epochs * one_pass(engine, parts, e)
    return total


def one_pass(engine: ScoredOnTheWay, parts, experiment) -> float:
    r"""Return the seconds of one pass over the training part."""
    count = -(-len(parts.train.x) // experiment.batch_size)
    started, done = 0.0, -1  # the first batch only warms up
    with np.errstate(all="ignore"):
        rng = np.random.default_rng(0)
        per_step = engine.model.per_step
        train = engine.checked(parts.train)
        for batch in batches(train, experiment.batch_size, rng, engine.trims, per_step):
            engine.update(batch)
            done += 1
            if done == 0:
                started = time.process_time()
            elif time.process_time() - started > LONG_ENOUGH:
                break
    return (time.process_time() - started) / max(done, 1) * count
