"""A row of a drawn timeline: the legs of a job with their waiting, steps and slack, or many legs as one area."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element

from needful.report.durations import duration
from needful.report.lanes import Lane, at_once, ended, leg_labels, ran, unusual
from needful.report.svg_text import draw, fitted, path, safe, width, write
from needful.schedule.model import Bar, StepBar

NAMES = 240
"""Most that names take on the left, in pixels."""
_ROW, _BAR = 25, 16
"""Height of a row with one bar, and of the bar."""
_LEG, _THIN = 14, 9
"""The same for a leg among others."""
_AREA, _STRIP = 24, 4
"""Height of legs drawn as one: how many run at once, and below it, when any of them waits."""
_EDGE = 5
"""Room above and below the legs of a job."""
_TEXT, _SMALL, _TINY = 12, 11, 10
_CUT = 60
"""A name of a step is not cut shorter than that, but left out."""
_LEAST = 1.5
"""Least width of a bar, so that it can be seen."""


@dataclass(frozen=True)
class Frame:
    """Where things go, in pixels: names begin at `margin`, time 0 is at `left`, the last at `right`.

    Durations end at `edge`. `span` is the last time, in seconds; `ident` begins the ids of this drawing.
    """

    margin: float
    left: float
    right: float
    edge: float
    span: float
    ident: str

    def x(self, seconds: float) -> float:
        """Where a time of the run is."""
        share = seconds / self.span if self.span else 0.0
        return self.left + (self.right - self.left) * min(share, 1.0)


@dataclass(frozen=True)
class Place:
    """Where a bar of the critical path was drawn."""

    bar: Bar
    top: float
    bottom: float


def lane_height(lane: Lane) -> float:
    """How high `draw_lane` draws this, in pixels."""
    if lane.folded:
        return 2 * _EDGE + _AREA + _STRIP + (_LEG if lane.critical else 0)
    return _ROW if len(lane.bars) == 1 else 2 * _EDGE + _LEG * len(lane.bars)


def name_room(lane: Lane) -> float:
    """How much room the names of a row want on the left, in pixels."""
    name = width(safe(lane.label), _TEXT)
    if lane.folded:
        second = [_counts(lane), *([_critical_label(lane)] if lane.critical else [])]
        return max(name, *(width(text, _SMALL) for text in second))
    if len(lane.bars) == 1:
        return name
    return name + 12 + max(width(safe(label), _SMALL) for label in leg_labels(lane.bars))


def length_room(lane: Lane) -> float:
    """How much room the durations of a row want on the right, in pixels."""
    texts = [_length(bar) for bar in lane.bars] if not lane.folded else [f"up to {duration(lane.longest)}"]
    return max(width(text, _SMALL) for text in texts)


def draw_lane(group: Element, lane: Lane, frame: Frame, top: float, makespan: float) -> Iterator[Place]:
    """Draw a row that begins at `top`; gives the places of what is on the critical path."""
    if lane.folded:
        yield from _draw_folded(group, lane, frame, top, makespan)
    elif len(lane.bars) == 1:
        room = frame.left - frame.margin - 14
        write(group, "plain", frame.margin, top + _ROW / 2 + 4, fitted(lane.label, _TEXT, room))
        yield from _draw_bar(group, lane.bars[0], frame, top + (_ROW - _BAR) / 2, _BAR, makespan)
    else:
        labels = leg_labels(lane.bars)
        names = frame.left - 14 - frame.margin
        for_label = min(names * 0.6, max(width(safe(label), _SMALL) for label in labels))
        write(group, "plain", frame.margin, top + _EDGE + 11, fitted(lane.label, _TEXT, names - for_label - 8))
        for row, (bar, label) in enumerate(zip(lane.bars, labels, strict=True)):
            y = top + _EDGE + row * _LEG + (_LEG - _THIN) / 2
            write(group, "dim small right", frame.left - 14, y + _THIN / 2 + 4, fitted(label, _SMALL, for_label))
            yield from _draw_bar(group, bar, frame, y, _THIN, makespan)


def _draw_bar(group: Element, bar: Bar, frame: Frame, top: float, high: float, makespan: float) -> Iterator[Place]:
    """A leg: hatched while it waits, dotted while it could still wait, its length on the right."""
    leg = draw(group, "g")
    draw(leg, "title").text = safe(_tooltip(bar))
    middle = top + high / 2
    style = "bad" if bar.result not in ("success", "skipped") else "plain" if bar.critical else "dim"
    write(leg, f"{style} small right", frame.edge, middle + 4, _length(bar))
    if not ran(bar):
        draw(leg, "circle", "skipped", cx=frame.x(bar.start), cy=middle, r=4 if high == _BAR else 3)
        return
    _waiting(leg, bar.eligible, bar.start, frame, top, high)
    left, right = frame.x(bar.start), max(frame.x(bar.end), frame.x(bar.start) + _LEAST)
    late = frame.x(min(bar.end + bar.slack, makespan))
    if late - right > 3:
        draw(leg, "line", "slack", x1=right, x2=late, y1=middle, y2=middle)
        draw(leg, "line", "slack", x1=late, x2=late, y1=middle - 3, y2=middle + 3)
    corner = min(3.0, (right - left) / 2)
    draw(leg, "rect", _kind(bar), x=left, y=top, width=right - left, height=high, rx=corner)
    _steps(leg, bar, frame, top, high)
    if bar.critical:
        yield Place(bar, top, top + high)


def _kind(bar: Bar) -> str:
    if bar.result not in ("success", "cancelled"):
        return "bar failed on-path" if bar.critical else "bar failed"
    return "bar critical" if bar.critical else "bar"


def _waiting(group: Element, eligible: float, start: float, frame: Frame, top: float, high: float) -> None:
    left, right = frame.x(eligible), frame.x(start)
    if right > left:
        fill = f"url(#{frame.ident}-hatch)"
        draw(group, "rect", "wait", x=left, y=top + 0.5, width=right - left, height=high - 1, fill=fill)


def _steps(group: Element, bar: Bar, frame: Frame, top: float, high: float) -> None:
    """Faint lines between the steps, and the names of those that have room for it. Steps that overlap have none."""
    steps = [step for step in bar.steps if step.end > step.start]
    for step in steps:
        x = frame.x(step.start)
        if frame.x(step.end) - x >= 3 and x - frame.x(bar.start) >= 3:
            draw(group, "line", "step", x1=x, x2=x, y1=top, y2=top + high)
    if high < _BAR or any(later.start < sooner.end for sooner, later in pairwise(steps)):
        return
    style = "on-bar" if _kind(bar) == "bar" else "on-critical"
    for step in steps:
        room = frame.x(step.end) - frame.x(step.start) - 10
        name = fitted(_step_name(step), _TINY, room, middle=False)
        if "…" not in name or room >= _CUT:
            write(group, f"{style} tiny middle", frame.x((step.start + step.end) / 2), top + high / 2 + 3.5, name)


def _step_name(step: StepBar) -> str:
    return safe(step.name).removeprefix("Run ")


def _draw_folded(group: Element, lane: Lane, frame: Frame, top: float, makespan: float) -> Iterator[Place]:
    """Many legs: an area as high as the number of them that run at once, and the critical one on its own."""
    leg = draw(group, "g")
    draw(leg, "title").text = safe(f"{lane.label}: {_counts(lane)}, up to {duration(lane.longest)}")
    room = frame.left - frame.margin - 14
    write(leg, "plain", frame.margin, top + _EDGE + 11, fitted(lane.label, _TEXT, room))
    bad = unusual(bar for bar in lane.bars if bar.result != "skipped")
    write(leg, f"{'bad' if bad else 'dim'} small", frame.margin, top + _EDGE + 25, fitted(_counts(lane), _SMALL, room))
    write(leg, "dim small right", frame.edge, top + _EDGE + 15, f"up to {duration(lane.longest)}")
    floor = top + _EDGE + _AREA
    _area(leg, at_once(lane.bars, waiting=False), frame, floor)
    for start, end in _spells(at_once(lane.bars, waiting=True)):
        _waiting(leg, start, end, frame, floor, _STRIP + 1)
    if lane.critical:
        y = floor + _STRIP
        write(group, "dim small", frame.margin, y + _THIN + 2, fitted(_critical_label(lane), _SMALL, room))
        yield from _draw_bar(group, lane.critical, frame, y + (_LEG - _THIN) / 2 + 1, _THIN, makespan)


def _area(group: Element, levels: Sequence[tuple[float, int]], frame: Frame, floor: float) -> None:
    most = max((many for _, many in levels), default=0)
    if not most:
        return
    points = [(frame.x(levels[0][0]), floor)]
    for time, many in levels:
        x = frame.x(time)
        points += [(x, points[-1][1]), (x, floor - _AREA * many / most)]
    draw(group, "path", "bar", d=path(*points) + "Z")


def _spells(levels: Sequence[tuple[float, int]]) -> Iterator[tuple[float, float]]:
    """From when to when the number is not 0."""
    begun: float | None = None
    for time, many in levels:
        if many and begun is None:
            begun = time
        elif not many and begun is not None:
            yield begun, time
            begun = None


def _counts(lane: Lane) -> str:
    most = max((many for _, many in at_once(lane.bars, waiting=False)), default=0)
    what = f"{len(lane.bars)} legs" if not lane.rest or len(lane.bars) > lane.rest else f"{lane.rest} jobs"
    return ", ".join([what, *([f"{most} at once"] if most > 1 else []), *unusual(lane.bars)])


def _critical_label(lane: Lane) -> str:
    assert lane.critical is not None
    return leg_labels(lane.bars)[lane.bars.index(lane.critical)] or lane.critical.name


def _length(bar: Bar) -> str:
    if not ran(bar):
        return "skipped"
    took = duration(bar.end - bar.start)
    return took if bar.result == "success" else f"{ended(bar.result)}, {took}"


def _tooltip(bar: Bar) -> str:
    parts = [f"{bar.name}: {_length(bar)}"]
    if ran(bar):
        parts += [f"waited {duration(bar.start - bar.eligible)}"] if bar.start > bar.eligible else []
        parts += ["on the critical path"] if bar.critical else []
        parts += [f"could end {duration(bar.slack)} later"] if bar.slack >= 1 and not bar.critical else []
        longest = max(bar.steps, key=lambda step: step.end - step.start, default=None)
        if longest is not None:
            parts.append(f"longest step {_step_name(longest)} ({duration(longest.end - longest.start)})")
    return ", ".join(parts)
