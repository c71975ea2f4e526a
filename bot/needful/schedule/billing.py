"""Runner minutes as they are billed, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from needful.facts.hosted import Runner, runner
from needful.schedule.rounding import billed_minutes
from needful.schedule.simulate import Trace

DAYS_PER_MONTH = 365.25 / 12
_SHORTEST = 3.0  # days that must be recorded before runs a month are told from them


@dataclass(frozen=True)
class KindMinutes:
    """Billed minutes of a run (the mean of all) on one kind of runner. `price`: dollars a minute, None if unknown."""

    kind: str
    price: float | None
    before: float
    after: float


@dataclass(frozen=True)
class Cost:
    """Runner minutes and money. A leg is billed by whole minutes, rounded up; one that never started costs nothing.

    `before` and `after` are billed minutes of a run, the mean of `runs`. `monthly_runs` comes from the time over which
    they were recorded, None where that is under three days. `money_before` and `money_after` are dollars a month, None
    without that or where a price is not known (`unpriced`: minutes of a run on such runners, after).
    """

    runs: int
    before: float
    after: float
    kinds: tuple[KindMinutes, ...]
    monthly_runs: float | None
    money_before: float | None
    money_after: float | None
    unpriced: float = 0.0

    @property
    def minutes_per_month(self) -> tuple[float, float] | None:
        """Billed minutes a month, before and after."""
        runs = self.monthly_runs
        return (self.before * runs, self.after * runs) if runs is not None else None


def billed(trace: Trace) -> dict[Runner, int]:
    """Whole minutes by kind of runner."""
    found: dict[Runner, int] = {}
    for number, leg in enumerate(trace.legs):
        if trace.ran[number]:
            kind = runner(leg.labels)
            seconds = trace.end[number] - trace.start[number]
            found[kind] = found.get(kind, 0) + billed_minutes(seconds)
    return found


def cost(before: Sequence[Trace], after: Sequence[Trace], started: Iterable[float], *, public: bool) -> Cost:
    """What runs cost under both graphs; `started` are the times at which they began. Needs a run.

    In a `public` repository standard runners are free; larger ones are not.
    """
    count = len(before)
    sides: list[dict[Runner, float]] = []
    for traces in (before, after):
        total: dict[Runner, int] = {}
        for trace in traces:
            for kind, minutes in billed(trace).items():
                total[kind] = total.get(kind, 0) + minutes
        sides.append({kind: minutes / count for kind, minutes in total.items()})
    old, new = sides
    kinds = tuple(
        KindMinutes(kind.kind, _price(kind, public), old.get(kind, 0.0), new.get(kind, 0.0))
        for kind in sorted({*old, *new}, key=lambda kind: kind.kind)
    )
    monthly = runs_per_month(started)
    return Cost(
        runs=count,
        before=sum(old.values()),
        after=sum(new.values()),
        kinds=kinds,
        monthly_runs=monthly,
        money_before=_money([(one.price, one.before) for one in kinds], monthly),
        money_after=_money([(one.price, one.after) for one in kinds], monthly),
        unpriced=sum(one.after for one in kinds if one.price is None),
    )


def runs_per_month(started: Iterable[float]) -> float | None:
    """From the times at which runs began, in seconds since 1970."""
    times = sorted(started)
    days = (times[-1] - times[0]) / 86_400 if times else 0.0
    return (len(times) - 1) / days * DAYS_PER_MONTH if days >= _SHORTEST else None


def _price(kind: Runner, public: bool) -> float | None:
    return 0.0 if public and kind.pool and not kind.larger else kind.price


def _money(minutes: Iterable[tuple[float | None, float]], monthly: float | None) -> float | None:
    total = 0.0
    for price, count in minutes:
        if count and price is None:
            return None
        total += (price or 0.0) * count
    return total * monthly if monthly is not None else None
