"""One step of a stream: the cell's own step, with as little around it as possible.

For one sequence the products of a step are as quick as the checks before them, so these look at
what comes in once and copy nothing.
"""

import math

import numpy as np

from lstmbook.core.checks import check_finite
from lstmbook.numpy.cells.base import Cell, GatedCell
from lstmbook.numpy.units import state_names


def states_as_given(layer, state, batch: int) -> list[np.ndarray] | None:
    """The states of a layer as feature-major views, or None where they are not as `step` returns
    them, and have to be looked at by all the rules."""
    layout = layer.layout
    if state is None:
        if layout.starts:
            return None
        return [np.zeros((*size, batch), layer.dtype) for size in layout.states.values()]
    if layout.single:
        if type(state) is not tuple or len(state) != len(layout.states):
            return None
        given = state
    elif type(state) is dict and state.keys() == layout.states.keys():
        given = [state[name] for name in layout.states]
    else:
        return None
    found = []
    for value, size in zip(given, layout.states.values()):
        usual = type(value) is np.ndarray and value.dtype == layer.dtype
        if not usual or value.shape != (batch, *size):
            return None
        found.append(value.T if value.ndim == 2 else np.moveaxis(value, 0, -1))
    return found


def check_finite_fast(name: str, array: np.ndarray) -> None:
    """`check_finite`, asked only where a sum is no number: infinity less infinity is none."""
    if not math.isfinite(np.add.reduce(array, axis=None)):
        check_finite(name, array)


def advance(layer, x: np.ndarray, states: list[np.ndarray]) -> tuple[np.ndarray, dict]:
    """One step of all units: x (B, D) and states, features first -> y (B, H), the new states."""
    layout, cell = layer.layout, layer.cell
    given = dict(zip(layout.states, states))
    quick = plain(cell)
    found: dict[str, np.ndarray] = {}
    for unit in layout.units:
        p = {name: layer.params[unit.prefix + name] for name in layout.names}
        names = state_names(layout, unit)
        s = tuple(given[name] for name in names)
        if quick:
            # z_t = x_t W + h_{t-1} U + b, a row for each sequence
            z = x @ p["W"]
            z += s[0].T @ p["U"]
            z += p["b"]
            new, _ = cell.rule(p, np.ascontiguousarray(z.T), s)
        else:
            a = cell.project(p, x.T[None])[0]
            new, _ = cell.step(p, a, s, lambda name, v, p=p: cell.product(cell.part(p, name), v))
        if layout.zoneout:
            new = held(cell, layout.zoneout, new, s)
        found.update(zip(names, new))
        x = new[0].T
    # two arrays: what becomes of y is no matter of the state
    return x.copy(), found


def plain(cell) -> bool:
    """Whether a step is `rule` of one product with x and one with h."""
    kind = type(cell)
    return (
        issubclass(kind, GatedCell)
        and kind.step is GatedCell.step
        and kind.product is Cell.product
        and kind.project is Cell.project
        and (cell.matrices, cell.biases) == (("W",), ("b",))
    )


def held(cell, rate: float, new: tuple, old: tuple) -> tuple:
    """Zoneout outside of training: the mean of the old state and the new one."""
    keeps = cell.variant.zoneout
    return tuple(
        rate * o + (1 - rate) * n if name in keeps else n
        for name, n, o in zip(cell.variant.states, new, old)
    )
