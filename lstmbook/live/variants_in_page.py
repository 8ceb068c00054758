r"""What the scripts of the figures know of the variants, from `lstmbook.variants`."""

from __future__ import annotations

from lstmbook.variants import VARIANTS

# The switches of the standard cell.
START = {
    "f": True,
    "i": True,
    "o": True,
    "coupled": False,
    "peephole": False,
    "full": False,
    "gLinear": False,
    "hLinear": False,
    "gru": False,
    "after": True,
}
IN_CELLS = ("coupled", "peephole", "gLinear", "hLinear")  # what `cells.js` computes


def specs() -> dict[str, dict]:
    r"""Blocks and departures of the variants that `cells.js` computes, by name.

    >>> specs()["CoupledLSTM"]
    {'blocks': 'igo', 'coupled': True}
    """
    found = {}
    for name, variant in VARIANTS.items():
        if variant.switches is not None and not variant.switches.get("full"):
            more = {switch: True for switch in IN_CELLS if variant.switches.get(switch)}
            found[name] = {"blocks": "".join(variant.blocks), **more}
    return found


def in_builder() -> list[dict]:
    r"""Class, title, paper and switches of the variants that the builder can name."""
    return [
        {
            "cls": name,
            "title": variant.title[0].upper() + variant.title[1:],
            "paper": variant.reference.replace("arXiv:", "").split(", doi:")[0].split("; ")[0],
            "set": {**START, **(variant.switches or {})},
            "peepholes": "peepholes" in variant.options,
        }
        for name, variant in VARIANTS.items()
        if variant.preset
    ]


def presets() -> dict[str, dict]:
    r"""Title, switches and class of every preset of the builder, by its key.

    >>> presets()["nig"]
    {'title': 'No input gate', 'set': {'i': False}, 'class': 'NoInputGateLSTM'}
    """
    return {
        variant.preset[0]: {
            "title": variant.preset[1],
            "set": dict(variant.switches or {}),
            "class": name,
        }
        for name, variant in VARIANTS.items()
        if variant.preset
    }
