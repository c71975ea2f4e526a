"""Timelines as rows to draw: which jobs get one and which are folded. `gantt` and `svg` know the languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from needful.schedule.model import Bar, Timeline

LEGS = 12
"""More legs of a job than these are never drawn one by one."""


@dataclass(frozen=True)
class Panel:
    """One timeline to draw. `verdict` is when the last required check has reported, in seconds, None if not known."""

    title: str
    timeline: Timeline
    verdict: float | None = None


@dataclass(frozen=True)
class Lane:
    """A row for a job, or for the `rest`: that many jobs that have none of their own.

    `bars` are the legs in the order of the workflow. `folded`: they are drawn as one, not one by one.
    """

    label: str
    bars: tuple[Bar, ...]
    folded: bool = False
    rest: int = 0

    @property
    def start(self) -> float:
        return min(bar.start for bar in self.bars)

    @property
    def end(self) -> float:
        return max(bar.end for bar in self.bars)

    @property
    def longest(self) -> float:
        return max(bar.end - bar.start for bar in self.bars)

    @property
    def critical(self) -> Bar | None:
        """The leg that is on the critical path, the first of them."""
        return next((bar for bar in self.bars if bar.critical), None)


_Jobs: TypeAlias = "dict[str, tuple[Bar, ...]]"


def lanes(panels: Sequence[Panel], most: int) -> tuple[tuple[Lane, ...], ...]:
    """The rows of each panel, in order of start: at most `most` jobs and legs in each.

    The same jobs are shown, and the same are folded, in all panels, so that they can be compared: those on a critical
    path come first, then those that take longest.
    """
    groups = [_by_job(panel.timeline.bars) for panel in panels]
    jobs = tuple(dict.fromkeys(job for group in groups for job in group))
    shown = _shown(groups, jobs, most)
    unfolded = _unfolded(groups, shown, max(most - len(jobs), 0))
    return tuple(_panel(group, shown, unfolded) for group in groups)


def leg_labels(bars: Sequence[Bar]) -> tuple[str, ...]:
    """What tells the legs of a job apart: `3.12` of `unit (3.12)`, `callee` of `caller / callee`."""
    first, last = min(bar.name for bar in bars), max(bar.name for bar in bars)
    same = next((i for i, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    stem = first[:same]
    cut = max(stem.rfind("("), stem.rfind("/")) + 1
    rests = [bar.name[cut:].strip() for bar in bars]
    if cut and stem[cut - 1] == "(" and all(rest.endswith(")") for rest in rests):
        rests = [rest[:-1] for rest in rests]
    return tuple(rests)


def at_once(bars: Iterable[Bar], waiting: bool) -> tuple[tuple[float, int], ...]:
    """How many of the bars run (or wait) from each time on, in order of time. The last number is 0."""
    changes: dict[float, int] = {}
    for bar in bars:
        start, end = (bar.eligible, bar.start) if waiting else (bar.start, bar.end)
        if end > start:
            changes[start] = changes.get(start, 0) + 1
            changes[end] = changes.get(end, 0) - 1
    found: list[tuple[float, int]] = []
    number = 0
    for time in sorted(changes):
        number += changes[time]
        found.append((time, number))
    return tuple(found)


def ran(bar: Bar) -> bool:
    """Whether a bar has a length: what was skipped has none."""
    return bar.result != "skipped"


def ended(result: str) -> str:
    """GitHub's word for the end of a job, as people say it."""
    return {"failure": "failed"}.get(result, result.replace("_", " "))


def unusual(bars: Iterable[Bar]) -> tuple[str, ...]:
    """How many of the bars did not end well, and how: `2 failed`."""
    results = [bar.result for bar in bars if bar.result != "success"]
    return tuple(f"{results.count(word)} {ended(word)}" for word in dict.fromkeys(results))


def _by_job(bars: Iterable[Bar]) -> _Jobs:
    groups: dict[str, list[Bar]] = {}
    for bar in bars:
        groups.setdefault(bar.job, []).append(bar)
    return {job: tuple(legs) for job, legs in groups.items()}


def _shown(groups: Sequence[_Jobs], jobs: Sequence[str], most: int) -> frozenset[str]:
    if len(jobs) <= most:
        return frozenset(jobs)

    def rank(job: str) -> tuple[bool, float]:
        legs = [leg for group in groups for leg in group.get(job, ())]
        return not any(leg.critical for leg in legs), -max(leg.end - leg.start for leg in legs)

    return frozenset(sorted(jobs, key=rank)[: most - 1])


def _unfolded(groups: Sequence[_Jobs], shown: frozenset[str], room: int) -> frozenset[str]:
    """The jobs whose legs are drawn one by one: those with the fewest, as long as there is room for more lines."""
    legs = {job: max(len(group.get(job, ())) for group in groups) for job in shown}
    chosen = set()
    for job in sorted(shown, key=lambda job: (legs[job], job)):
        room -= legs[job] - 1
        if room < 0 or legs[job] > LEGS:
            break
        chosen.add(job)
    return frozenset(chosen)


def _panel(group: dict[str, tuple[Bar, ...]], shown: frozenset[str], unfolded: frozenset[str]) -> tuple[Lane, ...]:
    rows = [
        Lane(legs[0].name if len(legs) == 1 else job, legs, folded=len(legs) > 1 and job not in unfolded)
        for job, legs in group.items()
        if job in shown
    ]
    rows.sort(key=lambda row: row.start)
    rest = [legs for job, legs in group.items() if job not in shown]
    if rest:
        bars = tuple(leg for legs in rest for leg in legs)
        rows.append(Lane(f"… and {len(rest)} more", bars, folded=True, rest=len(rest)))
    return tuple(rows)
