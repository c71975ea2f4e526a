"""Elements of a drawing: names made safe, widths estimated, numbers written in one way."""

from __future__ import annotations

import re
from unicodedata import category, east_asian_width
from xml.etree.ElementTree import Element, SubElement

from needful.report.terminal import clean

# Not in XML at all (https://www.w3.org/TR/xml/#charsets); `clean` shows what else is not.
_NO_XML = re.compile("[\ufffe\uffff\U0001fffe\U0001ffff]")
# Widths in parts of the font's size, those of the widest of the usual fonts (DejaVu Sans, Verdana) or a little more.
_WIDTHS = {
    **dict.fromkeys("ijl|!'.,:;`", 0.35),
    **dict.fromkeys('frtI()[]{}/\\ "-', 0.48),
    **dict.fromkeys("mwMW@%", 1.0),
    **dict.fromkeys("<>=+~^#&", 0.84),
}
_LETTER, _CAPITAL, _FOREIGN, _WIDE = 0.65, 0.78, 1.0, 1.1


def safe(text: str) -> str:
    """One line of text without what XML cannot hold, or what would reorder or hide text."""
    return _NO_XML.sub("", clean(text))


def width(text: str, size: float) -> float:
    """How wide a text is at most, in pixels: no font is known, so the widest of the usual ones counts."""
    return size * sum(map(_part, text))


def _part(char: str) -> float:
    if char in _WIDTHS:
        return _WIDTHS[char]
    if category(char) in ("Mn", "Me", "Cf"):
        return 0.0
    if east_asian_width(char) in "WF" or category(char) == "So":
        return _WIDE
    if not char.isascii():
        return _FOREIGN
    return _CAPITAL if char.isupper() else _LETTER


def fitted(text: str, size: float, room: float, *, middle: bool = True) -> str:
    """The text, cut if it is wider than `room` pixels: in its middle, as both ends tell jobs apart, or at its end."""
    text = safe(text)
    if width(text, size) <= room:
        return text
    for keep in range(len(text) - 1, 0, -1):
        tail = keep // 2 if middle else 0
        short = f"{text[: keep - tail].rstrip()}…{text[len(text) - tail :].lstrip()}"
        if width(short, size) <= room:
            return short
    return "…"


def number(value: float) -> str:
    """A coordinate with two decimals at most."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def path(*points: tuple[float, float]) -> str:
    """Straight lines from point to point, as the `d` of a path."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def draw(parent: Element, name: str, style: str = "", **attributes: float | str) -> Element:
    """Add an element. Names of attributes have `_` for `-`; numbers are pixels."""
    written = {"class": " ".join(f"tl-{one}" for one in style.split())} if style else {}
    for key, value in attributes.items():
        written[key.replace("_", "-")] = value if isinstance(value, str) else number(value)
    return SubElement(parent, name, written)


def write(parent: Element, style: str, x: float, y: float, text: str, **attributes: float | str) -> Element:
    """Add a line of text whose baseline begins (or ends, by its style) at a point."""
    element = draw(parent, "text", style, x=x, y=y, **attributes)
    element.text = safe(text)
    return element
