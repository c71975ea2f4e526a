"""Timelines as Mermaid gantt charts, which GitHub draws in comments, job summaries and Markdown files.

GitHub takes 50,000 characters for a chart, and draws none in e-mails and in its app. The axis of a chart runs from its
first time to its last, so each chart is filled up to the end of the longest: only then can they be compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from needful.report.durations import duration
from needful.report.lanes import Lane, Panel, ended, lanes, leg_labels, ran, unusual
from needful.report.terminal import clean
from needful.schedule.model import Bar

LINES = 40
"""A chart has at most these jobs and legs."""
LEGEND = "Red: the critical path. Grey: waiting for a runner."

_NAME = 40
"""Characters of a name that are shown."""
_DAY = 86_400
_PLAIN = frozenset(" -_./(),+=*")
# What Mermaid puts into texts for `#`, `&` and `;`, and would take for these if it stood in a name.
_PLACEHOLDERS = {"°": "o", "¶": "P", "ß": "ss"}


def gantt(panels: Sequence[Panel], lines: int = LINES) -> tuple[str, ...]:
    """A chart for each panel, on one axis: sections are jobs, a leg's waiting and its work stand in one line."""
    rows = lanes(panels, lines)
    span = _whole(max((max(panel.timeline.makespan, panel.verdict or 0.0) for panel in panels), default=0.0))
    names = [_text(lane.label) for panel in rows for lane in panel]
    head = _head(span, max(map(len, names), default=0))
    return tuple(
        "\n".join([*head, *_chart(panel, drawn, panels[0].timeline.makespan, span)]) + "\n"
        for panel, drawn in zip(panels, rows, strict=True)
    )


def _head(span: int, widest: int) -> list[str]:
    axis = "%M:%S" if span < 3600 else "%H:%M" if span < _DAY else "day %-j, %H:%M"
    # Mermaid makes no room for the names of sections by itself: letters of 11 pixels
    settings = f'"displayMode": "compact", "leftPadding": {max(75, 24 + 7 * widest)}, "barHeight": 18, "barGap": 3'
    return [
        f'%%{{init: {{"gantt": {{{settings}}}}}}}%%',
        "gantt",
        f"  dateFormat {'HH:mm:ss' if span < _DAY else 'YYYY-MM-DD HH:mm:ss'}",
        f"  axisFormat {axis}",
        "  todayMarker off",
    ]


def _chart(panel: Panel, rows: Sequence[Lane], first: float, span: int) -> Iterator[str]:
    makespan = panel.timeline.makespan
    yield f"  title {_text(panel.title)}"
    yield "  section run"
    gain = first - makespan
    change = f", {duration(abs(gain))} {'less' if gain > 0 else 'more'}" if abs(gain) >= 1 else ""
    yield _task(f"{duration(makespan)}{change}", "active", 0, _whole(makespan), span)
    if _whole(makespan) < span:
        yield _task("·", "done", _whole(makespan), span, span)
    if panel.verdict is not None:
        yield _task(f"{duration(panel.verdict)} required checks", "milestone", _whole(panel.verdict), None, span)
    seen = Counter(["run"])
    for lane in rows:
        name = _text(lane.label)
        seen[name] += 1
        # Mermaid takes two sections of one name for one
        yield f"  section {name}" + (f" ({seen[name]})" if seen[name] > 1 else "")
        if lane.folded:
            yield from _folded(lane, span)
        else:
            labels = leg_labels(lane.bars) if len(lane.bars) > 1 else ("",)
            for bar, label in zip(lane.bars, labels, strict=True):
                yield from _leg(bar, label, span)


def _leg(bar: Bar, label: str, span: int) -> Iterator[str]:
    behind = f" {_text(label)}" if label else ""
    if not ran(bar):
        yield _task(f"· skipped{behind}", "milestone", _whole(bar.start), None, span)
        return
    yield from _waiting(bar.eligible, bar.start, span)
    result = "" if bar.result == "success" else f" {_text(ended(bar.result))}"
    tag = "crit" if bar.critical else ""
    yield _task(f"{duration(bar.end - bar.start)}{result}{behind}", tag, _whole(bar.start), _whole(bar.end), span)


def _folded(lane: Lane, span: int) -> Iterator[str]:
    """Legs as one, from the first start to the last end, and below it the one that is on the critical path."""
    what = [f"{len(lane.bars)} {'of them' if lane.rest else 'legs'}", *map(_text, unusual(lane.bars))]
    yield from _waiting(min(bar.eligible for bar in lane.bars), lane.start, span)
    text = ", ".join([*what, f"up to {duration(lane.longest)}"])
    yield _task(text, "", _whole(lane.start), _whole(lane.end), span)
    if lane.critical:
        yield from _leg(lane.critical, leg_labels(lane.bars)[lane.bars.index(lane.critical)], span)


def _waiting(eligible: float, start: float, span: int) -> Iterator[str]:
    if _whole(start) > _whole(eligible):
        yield _task("·", "done", _whole(eligible), _whole(start), span)


def _task(text: str, tag: str, start: int, end: int | None, span: int) -> str:
    """A line of the chart. `text` begins with a number or a dot, so that no name is taken for a keyword of Mermaid."""
    length = 0 if end is None else end - start
    return f"    {text} : {tag + ', ' if tag else ''}{_clock(start, span)}, {length}s"


def _clock(seconds: int, span: int) -> str:
    """A time of the run as a time of day. A run of days gets dates, of a month in which no clock is changed."""
    if span < _DAY:
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{datetime(2001, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S}"


def _whole(seconds: float) -> int:
    return int(max(seconds, 0) + 0.5)


def _text(name: str) -> str:
    """A name without a character that means something to Mermaid or HTML: those become their full-width forms."""
    text = clean(name)
    short = text if len(text) <= _NAME else f"{text[: _NAME // 2]}…{text[1 - _NAME // 2 :]}"
    return "".join(map(_harmless, short)).strip() or "unnamed"


def _harmless(char: str) -> str:
    if char in _PLACEHOLDERS:
        return _PLACEHOLDERS[char]
    return char if char.isalnum() or char in _PLAIN or not "!" <= char <= "~" else chr(ord(char) + 0xFEE0)
