"""Which changes are worth having: the fewest that together save about as much as all of them.

Gains overlap. Two changes may save nothing one by one and a lot together, or each may make the other needless. So
changes are let go from the whole plan, the one that is missed the least first, as long as what is left comes within a
hundredth of the whole; then all are weighed anew. What is left must save, all together, what the user asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from needful.schedule.predict import Weight

TOLERANCE = 0.01
"""Of a run as it is now: by how much a plan may fall behind the whole one. Nobody notices less."""
ONE_BY_ONE = 8
"""Changes that might go; of more than these, half are let go at once where that is tolerated."""

Objective: TypeAlias = Literal["latency", "balanced", "cost"]


class Minimum(NamedTuple):
    """What the changes must save: so many seconds, or such a share (0 to 1) of the time; one of them is enough."""

    seconds: float
    share: float


@dataclass(frozen=True)
class Aim:
    """What to improve, and by how much."""

    objective: Objective = "latency"
    minimum: Minimum = Minimum(30, 0.05)  # noqa: RUF009 (it cannot be changed)

    def scores(self, weight: Weight) -> tuple[float, ...]:
        """What is to become small: seconds to the end of a run and to the verdict, or minutes, or both together.

        For `balanced` a second of waiting is worth a second of a runner.
        """
        if self.objective == "cost":
            return (weight.minutes,)
        spent = 60 * weight.minutes if self.objective == "balanced" else 0.0
        return weight.makespan + spent, weight.to_verdict + spent

    def enough(self, now: Weight, then: Weight) -> bool:
        """Whether a plan saves what is asked for."""
        if self.objective == "cost":
            return now.minutes - then.minutes >= self.minimum.share * now.minutes
        times = zip(self.scores(now), self.scores(then), strict=True)
        return any(
            before - after >= self.minimum.seconds or before - after >= self.minimum.share * before
            for before, after in times
        )


def select(changes: Iterable[str], value: Callable[[frozenset[str]], Weight], now: Weight, aim: Aim) -> frozenset[str]:
    """The changes that are worth having. `value`: a plan without some changes; `now`: the workflow as it is."""
    every = tuple(dict.fromkeys(changes))
    known: dict[frozenset[str], Weight] = {}

    def worth(without: frozenset[str]) -> Weight:
        if without not in known:
            known[without] = value(without)
        return known[without]

    gone = _let_go(every, worth, now, aim)
    return frozenset(every) - gone if aim.enough(now, worth(gone)) else frozenset()


def _let_go(
    changes: tuple[str, ...], worth: Callable[[frozenset[str]], Weight], now: Weight, aim: Aim
) -> frozenset[str]:
    """What need not be there."""
    starts = aim.scores(now)
    best = aim.scores(worth(frozenset()))
    gone: frozenset[str] = frozenset()

    def behind(without: frozenset[str]) -> float:
        """By which share of a run a plan falls behind the best one that was come by."""
        scores = zip(aim.scores(worth(without)), best, starts, strict=True)
        return max((score - least) / start if start else 0.0 for score, least, start in scores)

    while True:
        # of equals the last goes first: what comes early in a plan stands by itself
        left = [change for change in reversed(changes) if change not in gone]
        losses = {change: behind(gone | {change}) for change in left}
        idle = sorted((change for change in left if losses[change] <= TOLERANCE), key=lambda change: losses[change])
        if not idle:
            return gone
        half = gone | set(idle[: len(idle) // 2])
        gone = half if len(idle) > ONE_BY_ONE and behind(half) <= TOLERANCE else gone | {idle[0]}
        # to let something go may be a gain: of minutes, or where too many jobs wanted runners at once
        best = tuple(map(min, best, aim.scores(worth(gone))))
