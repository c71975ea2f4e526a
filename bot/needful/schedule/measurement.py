"""What a change did to recorded runs: those before it beside those after it, and what was predicted.

Runs are compared within the kind of event that started them, weighed by what ran afterwards: a push does other work
than a pull request. The interval is a bootstrap of both sides (Efron 1979, percentile method).
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import fmean, median, pstdev
from typing import NamedTuple

from needful.schedule.resampling import resampled

_SHORTEST = 0.001
_FEWEST = 3  # of one kind of event on each side; a median of less says nothing
_POWER = 1.96 + 0.84
"""Quantiles of the normal distribution for 5 % of false alarms and 80 % of changes seen."""
_MEDIAN = math.pi / 2
"""How many times the runs a median needs that a mean would (Fisher 1925), for normal noise."""


class Sample(NamedTuple):
    """A run that ended: its `event`, its makespan in `seconds`, and the jobs and steps that ran, by name."""

    event: str
    seconds: float
    work: frozenset[str] = frozenset()


class Finding(Enum):
    """What the runs say so far."""

    NOTHING_ALIKE = "no runs of the same event on both sides"
    TOO_FEW = "too few runs"
    FASTER = "faster"
    SLOWER = "slower"
    NO_CHANGE = "no change to be seen"


@dataclass(frozen=True)
class Measurement:
    """Runs before and after a change, as far as they can be compared. Times are medians in seconds.

    `change` is the share by which the time went up (-0.2: a fifth faster), with its interval `low` to `high`;
    `predicted` is the share that was promised, None for no promise. `needed` is how many runs on each side would show a
    change of the size `visible`. `gone` and `new` are jobs and steps that only one side has.
    """

    finding: Finding
    runs_before: int
    runs_after: int
    events: tuple[str, ...] = ()
    before: float = 0.0
    after: float = 0.0
    change: float = 0.0
    low: float = 0.0
    high: float = 0.0
    predicted: float | None = None
    needed: int = 0
    visible: float = 0.2
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()

    @property
    def same_work(self) -> bool:
        """Whether the same jobs and steps ran on both sides."""
        return not (self.gone or self.new)


def measure(
    before: Sequence[Sample], after: Sequence[Sample], predicted: float | None, seed: int, visible: float = 0.2
) -> Measurement:
    """Compare runs. `visible` is the change that one wants to see where nothing was predicted."""
    old, new = _by_event(before), _by_event(after)
    events = [event for event in new if event in old]
    gone, come = _work(before, after, frozenset(events))
    wanted = abs(predicted) if predicted else visible
    counts = sum(len(old[event]) for event in events), sum(len(new[event]) for event in events)
    if not events:
        return Measurement(Finding.NOTHING_ALIKE, len(before), len(after), predicted=predicted, visible=wanted)
    sides = {event: (old[event], new[event]) for event in events}
    needed = _needed(sides, wanted)
    was, now = _medians(sides)
    change = _change(was, now)
    low, high = _interval(sides, seed)
    few = any(min(len(one), len(other)) < _FEWEST for one, other in sides.values())
    return Measurement(
        finding=_finding(low, high, counts[1] < needed, few),
        runs_before=counts[0],
        runs_after=counts[1],
        events=tuple(events),
        before=was,
        after=now,
        change=change,
        low=low,
        high=high,
        predicted=predicted,
        needed=needed,
        visible=wanted,
        gone=gone,
        new=come,
    )


def _finding(low: float, high: float, short: bool, few: bool) -> Finding:
    if few:
        return Finding.TOO_FEW
    if high < 0:
        return Finding.FASTER
    if low > 0:
        return Finding.SLOWER
    return Finding.TOO_FEW if short else Finding.NO_CHANGE


def _by_event(samples: Iterable[Sample]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for sample in samples:
        found.setdefault(sample.event, []).append(sample.seconds)
    return found


_Sides = Mapping[str, tuple[Sequence[float], Sequence[float]]]


def _medians(sides: _Sides) -> tuple[float, float]:
    """The median of each side, averaged over the events by how often each ran afterwards."""
    total = sum(len(now) for _, now in sides.values())
    was = sum(median(old) * len(now) for old, now in sides.values()) / total
    return was, sum(median(now) * len(now) for _, now in sides.values()) / total


def _change(was: float, now: float) -> float:
    """The share by which a time went up. Of what took less than a millisecond, no share says anything."""
    return now / was - 1 if was >= _SHORTEST else 0.0


def _interval(sides: _Sides, seed: int) -> tuple[float, float]:
    def once(draw: random.Random) -> float:
        drawn = ((draw.choices(old, k=len(old)), draw.choices(new, k=len(new))) for old, new in sides.values())
        was, now = _medians(dict(zip(sides, drawn, strict=True)))
        return _change(was, now)

    return resampled(once, seed)


def _needed(sides: _Sides, wanted: float) -> int:
    """How many runs on each side show a change of that share: the usual formula for two samples, for medians."""
    spreads = [(len(old), pstdev(old) / fmean(old)) for old, _ in sides.values() if fmean(old)]
    runs = sum(count for count, _ in spreads)
    spread = sum(count * each for count, each in spreads) / runs if runs else 0.0
    return max(_FEWEST, math.ceil(2 * _MEDIAN * (_POWER * spread / wanted) ** 2))


def _work(
    before: Iterable[Sample], after: Iterable[Sample], events: frozenset[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Jobs and steps that ran on one side only, in runs of the same events."""
    old = frozenset[str]().union(*(sample.work for sample in before if sample.event in events))
    new = frozenset[str]().union(*(sample.work for sample in after if sample.event in events))
    return tuple(sorted(old - new)), tuple(sorted(new - old))
