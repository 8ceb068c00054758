"""Plots of the pages as inline SVG that takes the theme's ink, paper and colours.

A notebook stores a plot as SVG: black on one white plate, which looks right wherever the notebook
is shown. In the built page the plate goes, colours become the variables of `7-plots.css`, letters
are set in the typeface of the page, and ids become unique to the plot.
"""

from __future__ import annotations

import base64
import re
import zlib
from pathlib import Path
from xml.etree import ElementTree

from docutils import nodes

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
GATES = {
    "#d55e00": "f",
    "#009e73": "i",
    "#e69f00": "g",
    "#0072b2": "o",
    "#cc79a7": "c",
    "#56b4e9": "h",
}
NAMED = {
    "#000000": "var(--plot-ink)",
    "#555555": "var(--plot-soft)",
    "#dddddd": "var(--plot-grid)",
    "#ffffff": "var(--plot-paper)",
    "#7a7a7a": "var(--plot-2)",
    "#332288": "var(--plot-3)",
    "#882255": "var(--plot-4)",
    "#6b6b00": "var(--plot-5)",
}
COLOUR = re.compile(r"(?<=: )#[0-9a-f]{6}\b", re.IGNORECASE)
NUMBER = re.compile(r"-?\d+\.\d{3,}")
SMALL = 0.9  # indices and exponents, as a share of the letters beside them


def themed(match: re.Match, suffix: str) -> str:
    """The variable of a colour; other greys are mixtures of ink and paper."""
    colour = match[0].lower()
    if colour in GATES:
        return f"var(--gate-{GATES[colour]}{suffix})"
    if colour in NAMED:
        return NAMED[colour]
    if colour[1:3] == colour[3:5] == colour[5:7]:
        ink = round(100 - int(colour[1:3], 16) / 2.55)
        return f"color-mix(in srgb, var(--plot-ink) {ink}%, var(--plot-paper))"
    return colour


def restyled(element: ElementTree.Element, suffix: str) -> None:
    style = element.get("style", "")
    if not style:
        return
    style = re.sub(r"font-family: [^;]*(; )?", "", style).strip("; ")
    style = COLOUR.sub(lambda m: themed(m, suffix), style)
    element.set("style", style)
    if not style:
        del element.attrib["style"]


def rounded(text: str) -> str:
    return NUMBER.sub(lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), text)


def joined(text: ElementTree.Element) -> None:
    """Make words of a formula that Matplotlib wrote letter by letter, each at its own place.

    The page's typeface is not the one whose widths Matplotlib knew.
    """
    letters = []
    for tspan in text.findall(SVG + "tspan"):
        places = [float(x) for x in tspan.get("x", "0").split()]
        size = float(re.search(r"font-size: ([\d.]+)px", tspan.get("style"))[1])
        slant = "italic" if re.search("oblique|italic", tspan.get("style")) else "normal"
        height = float(tspan.get("y", "0").split()[0])
        signs = tspan.text or ""
        letters += [(x, height, size, slant, s) for x, s in zip(places, signs, strict=True)]
    letters.sort()
    largest = max(size for _, _, size, _, _ in letters)
    ground = next(y for _, y, size, _, _ in letters if size == largest)
    for child in list(text):
        text.remove(child)
    at, last = 0.0, None
    text.text = ""
    for _, y, size, slant, sign in letters:
        look = (y, size, slant)
        if look != last:
            moved = (y - ground) * SMALL
            tspan = ElementTree.SubElement(text, SVG + "tspan", {"dy": f"{moved - at:.2f}"})
            shown = largest if size == largest else SMALL * largest
            tspan.set("style", f"font-size: {shown:g}px; font-style: {slant}")
            tspan.text, at, last = "", moved, look
        tspan.text += sign


def pixels(png: bytes) -> tuple[int, list[bytes]]:
    """Bytes per pixel and rows of a PNG with 8 bits per channel, as Matplotlib writes it."""
    at, packed, width, channels = 8, b"", 0, 0
    while at < len(png):
        size, kind = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + size]
        if kind == b"IHDR":
            width, channels = int.from_bytes(body[:4], "big"), {2: 3, 6: 4}.get(body[9], 0)
        elif kind == b"IDAT":
            packed += body
        at += size + 12
    if not channels:
        return 0, []
    raw, stride, rows = zlib.decompress(packed), width * channels, []
    before = bytearray(stride)
    for start in range(0, len(raw), stride + 1):
        kind, line = raw[start], bytearray(raw[start + 1 : start + 1 + stride])
        for k in range(stride):
            left = line[k - channels] if k >= channels else 0
            corner = before[k - channels] if k >= channels else 0
            line[k] = (line[k] + predicted(kind, left, before[k], corner)) % 256
        rows.append(bytes(line))
        before = line
    return channels, rows


def predicted(kind: int, left: int, up: int, corner: int) -> int:
    """What one of the five filters of PNG adds to a byte."""
    if kind == 4:
        near = left + up - corner
        return min((left, up, corner), key=lambda value: abs(near - value))
    return (0, left, up, (left + up) // 2)[kind]


def is_ink(image: ElementTree.Element) -> bool:
    """A picture in ink alone, which turns light on a dark page: all that is seen of it is black."""
    png = base64.b64decode(image.get(XLINK + "href", "").partition(",")[2])
    channels, rows = pixels(png)
    if channels != 4:
        return False
    return all(not any(row[k : k + 3]) for row in rows for k in range(0, len(row), 4) if row[k + 3])


def without_plate(root: ElementTree.Element) -> None:
    figure = root.find(f"{SVG}g[@id='figure_1']")
    plate = figure.find(f"{SVG}g[@id='patch_1']") if figure is not None else None
    if plate is not None:
        figure.remove(plate)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == SVG + "style" or child.tag.endswith("}metadata"):
                parent.remove(child)


def unique_ids(root: ElementTree.Element, name: str) -> None:
    """Keep only ids that something points at, and make them the plot's own."""
    source = ElementTree.tostring(root, encoding="unicode")
    wanted = set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', source))
    wanted = {one or other for one, other in wanted}
    for element in root.iter():
        own = element.attrib.pop("id", None)
        if own in wanted:
            element.set("id", f"{name}-{own}")
        for key, value in list(element.attrib.items()):
            new = re.sub(r"url\(#", f"url(#{name}-", value)
            if key == XLINK + "href":
                del element.attrib[key]
                key, new = "href", re.sub(r"^#", f"#{name}-", value)
            element.set(key, new)


def in_page(svg: str, alt: str, name: str) -> str:
    """The SVG of a notebook as HTML of a page."""
    root = ElementTree.fromstring(svg.encode())
    without_plate(root)
    for element in list(root.iter()):
        if element.tag == SVG + "image" and is_ink(element):
            element.set("class", "ink")
        if element.tag == SVG + "text" and element.find(SVG + "tspan") is not None:
            joined(element)
        letters = element.tag in (SVG + "text", SVG + "tspan")
        restyled(element, "-text" if letters else "")
        for key in ("d", "x", "y", "transform", "points"):
            if key in element.attrib:
                element.set(key, rounded(" ".join(element.get(key).split())))
    unique_ids(root, name)
    wide = float(root.get("viewBox").split()[2]) / 12  # letters of 12 points are 1rem
    root.attrib = {
        "class": "plot",
        "viewBox": root.get("viewBox"),
        "style": f"max-width: {wide:g}rem",
        "role": "img",
        "aria-label": alt,
    }
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
        if element.tag not in ("text", "tspan"):
            element.text = None
        element.tail = None
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def replace_images(app, doctree) -> None:
    """Put each plot in the place of the picture that the notebook's output became."""
    if app.builder.format != "html":
        return
    for count, image in enumerate(list(doctree.findall(nodes.image))):
        path = Path(app.env.relfn2path(image["uri"], app.env.docname)[1])
        if path.suffix != ".svg" or not path.is_file():
            continue
        svg = path.read_text(encoding="utf-8")
        if 'id="figure_1"' in svg:  # Matplotlib's
            html = in_page(svg, image.get("alt", ""), f"plot{count}")
            image.replace_self(nodes.raw("", html, format="html"))


def setup(app) -> dict[str, bool]:
    app.connect("doctree-read", replace_images, priority=100)  # before pictures are collected
    return {"parallel_read_safe": True, "parallel_write_safe": True}
