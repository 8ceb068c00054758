"""The form in which `lstmbook.variants` describes a recurrent cell."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lstmbook.core.checks import check_int
from lstmbook.errors import ValueRangeError, unknown_name
from lstmbook.variants import checks
from lstmbook.variants.checks import as_shape, evaluate


@dataclass(frozen=True)
class Param:
    """One parameter: its shape as an expression in D, H and the options, and its role.

    The role decides how it starts: `input` glorot, `recurrent` orthogonal, `depthwise` and
    `peephole` small and uniform, `bias` 0 (the keeping gate: `keep_bias`), `gain` 1, `shift` 0.
    """

    shape: str
    role: str
    when: str = "True"


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A recurrent cell as data, in the notation of `lstmbook.variants.notation`.

    It is tried out when it is defined: every expression in it, and whether they fit together.

    Attributes
    ----------
    name : the class in all three implementations
    title : in words
    blocks : the letters of the column blocks of W, U and b
    params : name -> Param
    states : name -> shape without batch and space axes; the first is h, the output
    count : formula for the number of weights
    equations : LaTeX, one line each, in the order of computation
    reference : papers, "Authors 1997, ...", the one that had it first in front
    use : what it is for, in a few words
    options : name -> default; the type of the default is that of the option: True or False, an
        integer >= 1 (or None, where that is the default), a number, a text
    choices : name of an option that is a text -> what it may be
    requires : (condition, message) pairs on sizes and options
    output : size of h
    space : numbers of space axes that x may have after (B, T, D)
    keeps : the gate whose bias decides how long a memory is kept; `-i`: keeps when it is shut
    keep_bias : what that bias starts with by default
    parallel : whether all steps can be computed at once
    zoneout : states that may keep their old value one by one
    preset : key and short title in the variant builder; () where it is not in it
    switches : for the figures that compute in the page: how it differs from the LSTM, by the
        switches of the variant builder; None where they do not have it

    Raises
    ------
    ValueRangeError, UnknownNameError
        For an expression that cannot be evaluated, letters that are not known, a reference without
        a year, or a `count` that is not the number of weights.
    """

    name: str
    title: str
    blocks: tuple[str, ...]
    params: Mapping[str, Param]
    states: Mapping[str, str]
    count: str
    equations: tuple[str, ...]
    reference: str
    use: str
    options: Mapping[str, object] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    requires: tuple[tuple[str, str], ...] = ()
    output: str = "H"
    space: tuple[int, ...] = (0,)
    keeps: str = "f"
    keep_bias: float = 1.0
    parallel: bool = False
    zoneout: tuple[str, ...] = ("h", "c")
    preset: tuple[str, ...] = ()
    switches: Mapping[str, bool] | None = None

    def __post_init__(self):
        checks.check_variant(self)

    @property
    def gates(self) -> tuple[str, ...]:
        """Blocks and gates that have a bias of their own."""
        own = (name[2:] for name, param in self.params.items() if param.role == "bias")
        return tuple(dict.fromkeys((*self.blocks, *(g for g in own if g and g != "u"))))

    def settings(self, input_size: int, hidden_size: int, **options) -> dict:
        """Names and values that the shape expressions may use; checks sizes and options.

        Raises
        ------
        UnknownNameError
            For an option that this variant does not have.
        ValueRangeError
            For a size below 1, an option of another type or out of its range, or sizes that do not
            fit together.
        """
        for name in options:
            if name not in self.options:
                known = sorted(self.options) or ["(none)"]
                raise unknown_name(f"option of {self.name}", name, known)
        for name, value in options.items():
            default, choices = self.options[name], self.choices.get(name)
            options[name] = checks.check_option(name, value, default, choices)
        values = {
            **self.options,
            **options,
            "D": check_int("input_size", input_size, 1),
            "H": check_int("hidden_size", hidden_size, 1),
        }
        if values.get("proj_size", 0) is None:
            values["proj_size"] = max(1, values["H"] // 2)
        for condition, message in self.requires:
            if not evaluate(condition, values):
                shown = {k: v for k, v in values.items() if k in condition}
                raise ValueRangeError(f"{self.name}: {message}, got {shown}")
        return values

    def shapes(self, input_size: int, hidden_size: int, **options) -> dict[str, tuple[int, ...]]:
        """Shape of every parameter of one layer in one direction.

        >>> from lstmbook.variants import get
        >>> get("LSTM").shapes(3, 5)
        {'W': (3, 20), 'U': (5, 20), 'b': (20,)}
        """
        values = self.settings(input_size, hidden_size, **options)
        return {
            name: as_shape(evaluate(param.shape, values))
            for name, param in self.params.items()
            if evaluate(param.when, values)
        }

    def state_shapes(self, input_size: int, hidden_size: int, **options):
        """Shape of every state without batch and space axes.

        >>> from lstmbook.variants import get
        >>> get("LSTM").state_shapes(3, 5)
        {'h': (5,), 'c': (5,)}
        """
        values = self.settings(input_size, hidden_size, **options)
        return {name: as_shape(evaluate(shape, values)) for name, shape in self.states.items()}

    def output_size(self, input_size: int, hidden_size: int, **options) -> int:
        """Size of y_t: H, or P with projection."""
        return evaluate(self.output, self.settings(input_size, hidden_size, **options))

    def parameter_count(self, input_size: int, hidden_size: int, **options) -> int:
        """Number of weights by the formula `count`, for one layer in one direction.

        >>> from lstmbook.variants import get
        >>> get("LSTM").parameter_count(10, 64)
        19200
        """
        return evaluate(self.count, self.settings(input_size, hidden_size, **options))
