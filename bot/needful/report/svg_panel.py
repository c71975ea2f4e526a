"""One timeline of a drawing: heading, time axis, a row for each job, the critical path through them, the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from needful.report.durations import duration, ticks
from needful.report.lanes import Lane, Panel
from needful.report.svg_lane import Frame, Place, draw_lane, lane_height
from needful.report.svg_text import draw, fitted, path, safe, width, write

_HEADING, _VERDICT, _AXIS = 26, 17, 20
_TITLE = 15 * 1.1  # semi-bold is a tenth wider
_TINY = 10
_TICK = 80
"""Least room from a tick to the next, in pixels."""
_ROUNDED = 1.0
"""Seconds by which a job may end after the next has begun: GitHub's times are whole seconds."""


def panel_height(panel: Panel, rows: Sequence[Lane]) -> float:
    """How high `draw_panel` draws this, in pixels."""
    return _top(panel) + sum(map(lane_height, rows))


def _top(panel: Panel) -> float:
    return _HEADING + _AXIS + (0 if panel.verdict is None else _VERDICT)


def draw_panel(root: Element, panel: Panel, rows: Sequence[Lane], frame: Frame, top: float, first: float) -> None:
    """Draw a timeline, whose heading begins at `top`. `first` is how long the first one takes, to compare with."""
    group = draw(root, "g")
    makespan = panel.timeline.makespan
    _heading(group, panel, frame, top, first)
    above, below = top + _top(panel), top + panel_height(panel, rows)
    if first - makespan >= 1:
        left, right = frame.x(makespan), frame.x(first)
        draw(group, "rect", "saved", x=left, y=above, width=right - left, height=below - above)
    _axis(group, frame, top + _HEADING + 14, above, below)
    links = draw(group, "g")  # behind the bars that they pass
    places: list[Place] = []
    y = above
    for lane in rows:
        draw(group, "line", "rule", x1=frame.margin, x2=frame.edge, y1=y, y2=y)
        places += draw_lane(group, lane, frame, y, makespan)
        y += lane_height(lane)
    _critical_path(links, places, frame)
    draw(group, "line", "end", x1=frame.x(makespan), x2=frame.x(makespan), y1=above, y2=below)
    if panel.verdict is not None:
        _verdict(group, panel.verdict, frame, above, below)


def _heading(group: Element, panel: Panel, frame: Frame, top: float, first: float) -> None:
    makespan = panel.timeline.makespan
    line = write(group, "strong heading", frame.margin, top + 15, "")
    parts = [("strong heading", fitted(panel.title, _TITLE, (frame.edge - frame.margin) / 2))]
    parts.append(("plain heading", duration(makespan)))
    gain = first - makespan
    if abs(gain) >= 1:
        kind, word = ("gain", "less") if gain > 0 else ("loss", "more")
        share = f" ({abs(gain) / first:.0%})" if first else ""
        parts.append((f"{kind} heading", f"{duration(abs(gain))} {word}{share}"))
    for number, (style, text) in enumerate(parts):
        draw(line, "tspan", style, dx=10 if number else 0).text = safe(text)


def _axis(group: Element, frame: Frame, labels: float, above: float, below: float) -> None:
    for time in ticks(frame.span, max(int((frame.right - frame.left) / _TICK), 2)):
        x = frame.x(time)
        draw(group, "line", "grid", x1=x, x2=x, y1=above, y2=below)
        write(group, "dim tiny middle", x, labels, duration(time) if time else "0")


def _verdict(group: Element, verdict: float, frame: Frame, above: float, below: float) -> None:
    """A line at the time when the required checks have reported, with its label on the side that has room."""
    x = frame.x(verdict)
    draw(group, "line", "verdict", x1=x, x2=x, y1=above - _VERDICT + 3, y2=below)
    text = f"required checks {duration(verdict)}"
    fits = x + 5 + width(text, _TINY) <= frame.edge
    write(group, f"verdict-text tiny{'' if fits else ' right'}", x + 5 if fits else x - 5, above - 5, text)


def _critical_path(group: Element, places: Sequence[Place], frame: Frame) -> None:
    """From the end of each job of the critical path to where the next one begins to wait."""
    for later in places:
        begun = later.bar.start + _ROUNDED
        before = [place for place in places if place is not later and place.bar.end <= begun]
        if before:
            _link(group, max(before, key=lambda place: place.bar.end), later, frame)


def _link(group: Element, sooner: Place, later: Place, frame: Frame) -> None:
    """An arrow. A job that waited for a runner, not for another job, is met where the runner became free."""
    from_x = frame.x(sooner.bar.end)
    to_x = frame.x(max(later.bar.eligible, min(sooner.bar.end, later.bar.start)))
    down = later.top >= sooner.bottom
    from_y, to_y = (sooner.bottom, later.top) if down else (sooner.top, later.bottom)
    tip = to_y - 4 if down else to_y + 4
    middle = (from_y + tip) / 2
    draw(group, "path", "link", d=path((from_x, from_y), (from_x, middle), (to_x, middle), (to_x, tip)))
    draw(group, "path", "head", d=path((to_x - 3.5, tip), (to_x + 3.5, tip), (to_x, to_y)) + "Z")
