"""One colour a gate, the same in equations, plots, diagrams, live figures and the logo.

Okabe and Ito's set, which colour-blind readers can tell apart, as fills and lines. Text needs more
contrast: a darker shade on a light page (`ON_LIGHT`), a lighter one on a dark page (`ON_DARK`).
"""

GATES = {
    "f": "#D55E00",
    "i": "#009E73",
    "g": "#E69F00",
    "o": "#0072B2",
    "c": "#CC79A7",
    "h": "#56B4E9",
}
ON_LIGHT = {
    "f": "#A84A00",
    "i": "#00704F",
    "g": "#855A00",
    "o": "#0067A3",
    "c": "#9C3F73",
    "h": "#17698F",
}
ON_DARK = {
    "f": "#FF9A56",
    "i": "#3CCB9F",
    "g": "#F0B43A",
    "o": "#63B7EE",
    "c": "#E5A6C8",
    "h": "#86CCF3",
}
# GRU: z keeps as f does, r lets in as i does, n is the candidate.
GRU = {"z": GATES["f"], "r": GATES["i"], "n": GATES["g"]}


def properties(colours: dict[str, str], suffix: str = "") -> str:
    """CSS custom properties, `--f: #D55E00; ...`; `suffix` as in `--ft` for text.

    >>> properties({"f": "#D55E00"}, "t")
    '--ft: #D55E00;'
    """
    return " ".join(f"--{gate}{suffix}: {colour};" for gate, colour in colours.items())
