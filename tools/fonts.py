"""Cuts the typefaces of the built pages down to the characters that they use.

    pip install --no-deps font-source-serif-pro fontpkg-inconsolata ziamath fonttools brotli
    python -m tools.fonts        writes _static/fonts/*.woff2 and the licences beside them

Text: Source Serif Pro. Code: Inconsolata, half as wide as it is high, so that a line of 84
characters fits the column. Formulas: STIX Two Math, which a browser needs for its MathML. All three
are under the SIL Open Font License; what is cut down bears other names, as that licence asks.
"""

from __future__ import annotations

import importlib.util
from io import BytesIO
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "_static" / "fonts"
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180), 0x2C6, 0x2DA, 0x2DC]
PUNCTUATION = [*range(0x2010, 0x2028), 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x2044, 0x20AC]
SIGNS = [*range(0x2070, 0x208F), *range(0x2190, 0x2194), 0x21D2, 0x2202, 0x2206, 0x2208, 0x220F]
SIGNS += [0x2211, 0x2212, 0x221A, 0x221E, 0x2248, 0x2260, 0x2264, 0x2265, 0x2299, 0x00D7, 0x25CF]
SIGNS += [0x2295, 0x2297, 0x2713, 0x2717, 0x22C5, 0x2219, 0x22A4, 0x211D, *range(0x2500, 0x2580)]
GREEK = list(range(0x391, 0x3CA))
TEXT = LATIN + PUNCTUATION + SIGNS + GREEK
FORMULAS = [
    *range(0x20, 0x7F), *GREEK, 0xA0, 0xAC, 0xAF, 0xB1, 0xB4, 0xB7, 0xD7, 0xF7, 0x2C6, 0x2C7, 0x2DA,
    0x2DC, 0x302, 0x303, 0x304, 0x305, 0x307, 0x308, 0x20D6, 0x20D7, 0x3D1, 0x3D5, 0x3F5, 0x3F1,
    *range(0x1D400, 0x1D468), *range(0x1D6A8, 0x1D6E1), *range(0x1D6E2, 0x1D71C), 0x210E, 0x211D,
    0x1D49C, 0x1D4AF, 0x2112, 0x1D7D9, 0x2016, 0x2026, 0x2032, 0x2033, 0x203E,
    *range(0x2190, 0x2195),
    0x21A6, 0x21D0, 0x21D2, 0x21D4, 0x2200, 0x2202, 0x2203, 0x2205, 0x2206, 0x2207, 0x2208, 0x2209,
    0x220F, 0x2211, 0x2212, 0x2213, 0x2217, 0x2218, 0x2219, 0x221A, 0x221D, 0x221E, 0x2223, 0x2225,
    0x2229, 0x222A, 0x222B, 0x223C, 0x2243, 0x2245, 0x2248, 0x2254, 0x2260, 0x2261, 0x2264, 0x2265,
    0x226A, 0x226B, 0x2282, 0x2286, 0x2295, 0x2297, 0x2299, 0x22A4, 0x22A5, 0x22C5, 0x22C6, 0x22EE,
    0x22EF, 0x22F1, 0x2308, 0x2309, 0x230A, 0x230B, 0x23DE, 0x23DF, 0x27E8, 0x27E9, 0x25A1, 0x2605,
    0x2061, 0x2062, 0x2063, 0x2064,
]  # fmt: skip
FACES = {  # file: (package, file in it, name in the page, characters, fixed axes)
    "text": ("font_source_serif_pro", "files/SourceSerifPro-Regular.ttf", TEXT, {}),
    "text-italic": ("font_source_serif_pro", "files/SourceSerifPro-It.ttf", TEXT, {}),
    "text-bold": ("font_source_serif_pro", "files/SourceSerifPro-Semibold.ttf", TEXT, {}),
    "code": (
        "fontpkg_inconsolata",
        "files/Inconsolata[wdth,wght].ttf",
        TEXT,
        {"wdth": 100, "wght": (400, 700)},
    ),
    "formulas": ("ziamath", "fonts/STIXTwoMath-Regular.ttf", FORMULAS, {}),
}
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "mkmk", "tnum", "lnum", "ssty", "dtls", "flac"]


def folder(package: str) -> Path:
    """Where an installed package lies, which is not imported for that."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed: see the head of tools/fonts.py")
    return Path(spec.origin).parent


def cut(name: str) -> None:
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    package, source, characters, axes = FACES[name]
    font = TTFont(folder(package) / source)
    if axes:
        fixed = BytesIO()
        instancer.instantiateVariableFont(font, axes).save(fixed)
        fixed.seek(0)
        font = TTFont(fixed)
    options = subset.Options(flavor="woff2", layout_features=FEATURES, hinting=False)
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 4, 6):
            record.string = f"Book-{name}"
    if "DSIG" in font:
        del font["DSIG"]
    target = STATIC / f"{name}.woff2"
    subset.save_font(font, str(target), options)
    print(f"{target.name}: {target.stat().st_size / 1000:.0f} kB")


def main() -> None:
    STATIC.mkdir(exist_ok=True)
    for name in FACES:
        cut(name)


if __name__ == "__main__":
    main()
