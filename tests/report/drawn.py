"""A drawing read back: its bars with their times by the axis that it shows, its texts with the room that they take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring

from needful.report.svg_text import width

SVG = "{http://www.w3.org/2000/svg}"
_UNITS = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
_SIZES = {"tl-title": 18.0, "tl-heading": 15.0, "tl-small": 11.0, "tl-tiny": 10.0}


class Box(NamedTuple):
    """A rectangle with what it is (`bar critical`, `text small` …) and whose."""

    style: str
    of: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


class Axis(NamedTuple):
    """Where time 0 is, and how many pixels a second takes; by the ticks that are shown."""

    left: float
    second: float

    def time(self, x: float) -> float:
        return (x - self.left) / self.second


def root_of(drawing: str) -> Element:
    return fromstring(drawing)


def axes(root: Element) -> list[Axis]:
    """The axis of each panel that has two ticks or more."""
    found = []
    for panel in root.findall(f"{SVG}g")[:-1]:
        ticks = [
            (seconds_of(text.text or ""), float(text.get("x", "")))
            for text in panel.findall(f"{SVG}text")
            if text.get("class") == "tl-dim tl-tiny tl-middle"
        ]
        (first, left), (last, right) = ticks[0], ticks[-1]
        assert first == 0
        for time, x in ticks:
            assert abs(x - left - (right - left) * time / last) < 0.1, "ticks are even"
        found.append(Axis(left, (right - left) / last))
    return found


def seconds_of(text: str) -> float:
    """`2m 10s` → 130."""
    return sum(float(number) * _UNITS[unit] for number, unit in re.findall(r"([\d.]+)([dhms])", text))


def boxes(root: Element) -> Iterator[Box]:
    """All bars, waits and texts of a drawing."""
    parents = {child: parent for parent in root.iter() for child in parent}
    for element in root.iter():
        style = element.get("class", "").replace("tl-", "")
        title = parents[element].find(f"{SVG}title") if element in parents else None
        whose = (title.text or "") if title is not None else ""
        if element.tag == f"{SVG}rect" and style:
            x, y = (float(element.get(key, "nan")) for key in ("x", "y"))
            wide, high = (float(element.get(key, "nan")) for key in ("width", "height"))
            yield Box(style, whose, x, y, x + wide, y + high)
        elif element.tag == f"{SVG}text":
            yield _text_box(element, style, whose)


def _text_box(element: Element, style: str, whose: str) -> Box:
    x, y = float(element.get("x", "nan")), float(element.get("y", "nan"))
    size = next((size for name, size in _SIZES.items() if name in element.get("class", "")), 12.0)
    parts = [element.text or "", *(span.text or "" for span in element)]
    wide = sum(width(part, size) for part in parts) + 10 * max(len(element) - 1, 0)
    left = x - wide if "right" in style else x - wide / 2 if "middle" in style else x
    return Box(f"text {style}", whose or "".join(parts), left, y - 0.72 * size, left + wide, y + 0.2 * size)
