"""Timelines as one drawing: an SVG file that stands by itself, light or dark as its reader likes.

It holds no script, no font, no link and nothing foreign, so every browser shows it as an image too. No text is
taken to be narrower than the widest usual font makes it: no name runs into a bar or out of the drawing, whatever it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, tostring

from needful.report.durations import duration
from needful.report.lanes import Lane, Panel, lanes, ran
from needful.report.svg_lane import NAMES, Frame, length_room, name_room
from needful.report.svg_panel import draw_panel, panel_height
from needful.report.svg_style import stylesheet
from needful.report.svg_text import draw, fitted, safe, width, write

LINES = 36
"""A timeline has at most these jobs and legs one by one, so the height of the drawing is bounded."""
WIDTH = 960
_MARGIN = 24
_TITLE, _TEXT, _SMALL = 18 * 1.1, 12, 11  # semi-bold is a tenth wider
_GAP = 26
"""Between two timelines."""


def timeline_svg(title: str, panels: Sequence[Panel], note: str = "", ident: str = "timeline") -> str:
    """The drawing, as text. All panels are on one time scale, and each is compared with the first one.

    `note` says where the numbers come from. `ident` begins the ids in it, letters only: two drawings of one page need
    two.
    """
    rows = lanes(panels, LINES)
    every = [lane for panel in rows for lane in panel]
    names = min(max(map(name_room, every), default=0.0), NAMES)
    left = _MARGIN + names + 14
    edge = WIDTH - _MARGIN
    right = edge - max(map(length_room, every), default=0.0) - 12
    span = max((max(panel.timeline.makespan, panel.verdict or 0.0) for panel in panels), default=0.0)
    frame = Frame(_MARGIN, left, right, edge, span, ident)
    root = _root(title, panels, ident)
    page = draw(root, "rect", "page", x=0.5, y=0.5, width=WIDTH - 1, rx=8)
    write(root, "strong title", _MARGIN, 37, fitted(title, _TITLE, edge - _MARGIN))
    y = 54.0
    if note:
        write(root, "dim", _MARGIN, 57, fitted(note, _TEXT, edge - _MARGIN))
        y += 22
    first = panels[0].timeline.makespan if panels else 0.0
    for panel, drawn in zip(panels, rows, strict=True):
        draw_panel(root, panel, drawn, frame, y, first)
        y += panel_height(panel, drawn) + _GAP
    y = _legend(root, panels, rows, frame, y - 4)
    page.set("height", f"{y - 1:g}")
    root.set("height", f"{y:g}")
    root.set("viewBox", f"0 0 {WIDTH} {y:g}")
    return tostring(root, encoding="unicode") + "\n"


def _root(title: str, panels: Sequence[Panel], ident: str) -> Element:
    """The element of the drawing, with what it says to those who cannot see it, its styles and its pattern."""
    labels = f"{ident}-title {ident}-text"
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", "aria-labelledby": labels})
    root.set("width", str(WIDTH))
    draw(root, "title", id=f"{ident}-title").text = safe(title)
    draw(root, "desc", id=f"{ident}-text").text = safe(" ".join(map(_told, panels)))
    draw(root, "style").text = stylesheet()
    hatch = draw(draw(root, "defs"), "pattern", id=f"{ident}-hatch", width=5, height=5, patternUnits="userSpaceOnUse")
    hatch.set("patternTransform", "rotate(45)")
    draw(hatch, "line", "hatch", x1=0, x2=0, y1=0, y2=5)
    return root


def _told(panel: Panel) -> str:
    """A timeline in a sentence or two."""
    critical = panel.timeline.critical_path
    parts = [f"{panel.title}: {duration(panel.timeline.makespan)}."]
    if critical:
        parts.append(
            "The critical path is " + ", ".join(f"{b.name} ({duration(b.end - b.start)})" for b in critical) + "."
        )
    if panel.verdict is not None:
        parts.append(f"The required checks have reported after {duration(panel.verdict)}.")
    return " ".join(parts)


def _legend(root: Element, panels: Sequence[Panel], rows: Sequence[Sequence[Lane]], frame: Frame, top: float) -> float:
    """What the marks mean that occur; gives where the drawing ends."""
    group = draw(root, "g")
    x, y = float(_MARGIN), top
    for kind, text in _meanings(panels, rows):
        room = 24 + width(text, _SMALL) + 14
        if x + room > frame.edge:
            x, y = float(_MARGIN), y + 18
        _swatch(group, kind, frame, x, y)
        write(group, "dim small", x + 24, y + 9, text)
        x += room
    return y + 26


def _meanings(panels: Sequence[Panel], rows: Sequence[Sequence[Lane]]) -> Iterator[tuple[str, str]]:
    bars = [bar for panel in panels for bar in panel.timeline.bars]
    first = panels[0].timeline.makespan if panels else 0.0
    if any(bar.critical for bar in bars):
        yield "critical", "critical path"
    yield "bar", "other jobs"
    if any(lane.folded for panel in rows for lane in panel):
        yield "area", "how many run at once"
    if any(bar.start > bar.eligible for bar in bars):
        yield "wait", "waits for a runner"
    if any(bar.slack >= 1 and not bar.critical for bar in bars):
        yield "slack", "could end later"
    if any(bar.result not in ("success", "skipped", "cancelled") for bar in bars):
        yield "failed", "failed"
    if not all(map(ran, bars)):
        yield "skipped", "skipped"
    if any(panel.verdict is not None for panel in panels):
        yield "verdict", "required checks done"
    if any(first - panel.timeline.makespan >= 1 for panel in panels):
        yield "saved", "time saved"


def _swatch(group: Element, kind: str, frame: Frame, x: float, y: float) -> None:
    if kind == "wait":
        draw(group, "rect", "wait", x=x, y=y, width=18, height=10, fill=f"url(#{frame.ident}-hatch)")
    elif kind == "area":
        draw(group, "path", "bar", d=f"M{x:g} {y + 10:g}v-4h6v-6h6v3h6v7Z")
    elif kind == "slack":
        draw(group, "path", "slack", d=f"M{x:g} {y + 5:g}h17m0 -3v6")
    elif kind == "skipped":
        draw(group, "circle", "skipped", cx=x + 9, cy=y + 5, r=4)
    elif kind == "verdict":
        draw(group, "line", "verdict", x1=x + 9, x2=x + 9, y1=y - 3, y2=y + 13)
    else:
        draw(group, "rect", f"bar {kind}" if kind != "saved" else kind, x=x, y=y, width=18, height=10, rx=3)
