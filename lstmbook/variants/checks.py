"""Checks of what a variant says of itself, and of the sizes and options that it is given."""

import math
import re
from collections.abc import Mapping

from lstmbook.core.checks import check_bool, check_int, check_number
from lstmbook.errors import ValueRangeError, unknown_name

ROLES = ("input", "recurrent", "depthwise", "peephole", "bias", "gain", "shift")
SIZES = ((8, 8), (6, 12))  # D and H with which a variant is tried when it is defined


def check_variant(variant) -> None:
    """Try out a variant: every expression in it, and whether they fit together.

    Raises
    ------
    ValueRangeError, UnknownNameError
    """
    if not str(variant.name).isidentifier():
        raise ValueRangeError(f"name: expected the name of a class, got {variant.name!r}")
    if not re.match(r".+? \d{4}\b", variant.reference):
        example = "authors and a year, as in 'Elman 1990'"
        raise wrong(variant, "reference", example, variant.reference)
    if next(iter(variant.states), None) != "h":
        raise wrong(variant, "states", "h, the output, as the first", list(variant.states))
    for name, param in variant.params.items():
        if param.role not in ROLES:
            raise unknown_name(f"role of {variant.name}'s {name}", param.role, ROLES)
    if variant.keeps and variant.keeps.removeprefix("-") not in variant.gates:
        raise unknown_name(f"gate in keeps of {variant.name}", variant.keeps, variant.gates)
    held = dict.fromkeys((*variant.states, "c"))  # the default names c, which some have not
    for name in variant.zoneout:
        if name not in held:
            raise unknown_name(f"state in zoneout of {variant.name}", name, held)
    fits = 0
    for options in choices(variant):
        for sizes in SIZES:
            fits += try_sizes(variant, *sizes, options)
    if not fits:
        raise wrong(variant, "requires", f"D and H such as {SIZES} to fit", variant.requires)


def choices(variant) -> list[dict]:
    """The default options, and every one that is True or False both ways."""
    found: list[dict] = [{}]
    for name, default in variant.options.items():
        if isinstance(default, bool):
            found += [{**some, name: not default} for some in found]
    return found


def try_sizes(variant, input_size: int, hidden_size: int, options: dict) -> bool:
    """Evaluate everything for those sizes; False where the variant does not take them."""
    sample = {**variant.options, **options, "D": input_size, "H": hidden_size}
    sample = {name: 1 if value is None else value for name, value in sample.items()}
    for condition, _ in variant.requires:
        if not value_of(variant, "requires", condition, sample):
            return False
    values = variant.settings(input_size, hidden_size, **options)
    total = 0
    for name, param in variant.params.items():
        if value_of(variant, f"when of {name}", param.when, values):
            total += math.prod(shape_of(variant, name, param.shape, values))
    for name, text in variant.states.items():
        shape = shape_of(variant, f"state {name}", text, values)
        if name == "h" and shape != (value_of(variant, "output", variant.output, values),):
            raise wrong(variant, "output", f"the size of h, {text!r}", variant.output)
    count = value_of(variant, "count", variant.count, values)
    if count != total:
        sizes = f"D = {input_size}, H = {hidden_size}"
        raise wrong(variant, "count", f"the number of weights, {total} for {sizes}", count)
    return True


def shape_of(variant, name: str, expression: str, values) -> tuple[int, ...]:
    shape = as_shape(value_of(variant, f"shape of {name}", expression, values))
    if not shape or not all(type(axis) is int and axis >= 1 for axis in shape):
        expected = f"whole numbers >= 1, which {shape} is not"
        raise wrong(variant, f"shape of {name}", expected, expression)
    return shape


def value_of(variant, what: str, expression: str, values: Mapping[str, object]):
    """Value of an expression, or an error that says where it stands and what it may use."""
    try:
        return evaluate(expression, values)
    except Exception as error:
        expected = f"an expression in {', '.join(sorted(values))} ({error})"
        raise wrong(variant, what, expected, expression) from error


def wrong(variant, what: str, expected: str, got: object) -> ValueRangeError:
    return ValueRangeError(f"{variant.name}, {what}: expected {expected}, got {got!r}")


def check_option(name: str, value: object, default: object, choices=None):
    """Value of an option, of the type of its default, one of the choices if there are any."""
    if isinstance(default, bool):
        return check_bool(name, value)
    if default is None:
        return None if value is None else check_int(name, value, 1)
    if isinstance(default, int):
        return check_int(name, value, 1)
    if isinstance(default, float):
        return check_number(name, value, -math.inf, math.inf)
    if choices and (not isinstance(value, str) or value not in choices):
        raise ValueRangeError(f"{name}: expected {' or '.join(map(repr, choices))}, got {value!r}")
    if not isinstance(value, type(default)):
        raise ValueRangeError(f"{name}: expected a {type(default).__name__}, got {value!r}")
    return value


def evaluate(expression: str, values: Mapping[str, object]):
    """Value of a small arithmetic expression written in `lstmbook.variants`."""
    return eval(expression, {"__builtins__": {}}, dict(values))


def as_shape(value) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, tuple) else (value,)
