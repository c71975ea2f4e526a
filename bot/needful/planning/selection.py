"""Which changes are worth having: those that save enough together with the others.

Gains overlap. Two changes may save nothing one by one and a lot together, or each may make the other needless. So a
change is weighed by what the whole plan loses without it, and the least of those that are not worth it goes first;
then all are weighed anew. What was let go is tried again at the end, since it may have become worth it. Of very many
that are not worth it, half go at once, which may miss a little, but ends.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple, TypeAlias

from needful.schedule.predict import Weight


class Minimum(NamedTuple):
    """What a change must save: so many seconds, or such a share (0 to 1) of the time; one of them is enough."""

    seconds: float
    share: float

    def reached(self, saving: float, of: float) -> bool:
        """Whether a saving, of a time as it is now, is enough."""
        return saving >= self.seconds > 0 or saving >= self.share * of > 0 or (not self.seconds and not self.share)


ONE_BY_ONE = 8
"""Changes that are not worth it; of more than these, half are let go at once."""

Worthwhile: TypeAlias = Callable[[Weight, Weight], bool]
"""Whether the second plan is worth having instead of the first, which lacks a change."""


def faster(minimum: Minimum, now: Weight) -> Worthwhile:
    """A change must save time, to the end of a run or to the verdict. `now`: the workflow as it is."""

    def worthwhile(without: Weight, with_it: Weight) -> bool:
        return minimum.reached(without.makespan - with_it.makespan, now.makespan) or minimum.reached(
            without.to_verdict - with_it.to_verdict, now.to_verdict
        )

    return worthwhile


def balanced(minimum: Minimum, now: Weight) -> Worthwhile:
    """A change must save time, and not cost more runner minutes than the minutes it saves."""
    fast = faster(minimum, now)

    def worthwhile(without: Weight, with_it: Weight) -> bool:
        saved = max(without.makespan - with_it.makespan, without.to_verdict - with_it.to_verdict)
        return fast(without, with_it) and (with_it.minutes - without.minutes) * 60 <= saved

    return worthwhile


def cheaper(minimum: Minimum, now: Weight) -> Worthwhile:
    """A change must save runner minutes: of the minimum, the share counts."""

    def worthwhile(without: Weight, with_it: Weight) -> bool:
        return without.minutes - with_it.minutes >= max(minimum.share * now.minutes, 1e-9)

    return worthwhile


def select(
    changes: Iterable[str], value: Callable[[frozenset[str]], Weight], worthwhile: Worthwhile
) -> tuple[frozenset[str], int]:
    """The changes that are worth having, and how many plans were weighed. `value`: that of a plan without some changes.

    Every change that is left is worth having beside all others that are left.
    """
    known: dict[frozenset[str], Weight] = {}

    def worth(without: frozenset[str]) -> Weight:
        if without not in known:
            known[without] = value(without)
        return known[without]

    every = tuple(dict.fromkeys(changes))
    gone = _let_go(every, frozenset(), worth, worthwhile)
    for change in [change for change in every if change in gone]:
        back = gone - {change}
        if worthwhile(worth(gone), worth(back)):
            gone = back
    return frozenset(every) - gone, len(known)


def _let_go(
    changes: Collection[str],
    gone: frozenset[str],
    worth: Callable[[frozenset[str]], Weight],
    worthwhile: Worthwhile,
) -> frozenset[str]:
    """Let the least worthy change go, again and again, until all that are left are worth having."""
    while True:
        whole = worth(gone)
        losses = {change: worth(gone | {change}) for change in changes if change not in gone}
        # of equals the last goes first: what comes early in a plan stands by itself
        idle = [change for change in reversed(losses) if not worthwhile(losses[change], whole)]
        if not idle:
            return gone
        ranked = sorted(idle, key=lambda change: _loss(losses[change], whole))
        gone |= set(ranked[: 1 if len(ranked) <= ONE_BY_ONE else len(ranked) // 2])


def _loss(without: Weight, whole: Weight) -> float:
    saved = max(without.makespan - whole.makespan, without.to_verdict - whole.to_verdict)
    return saved + 60 * (without.minutes - whole.minutes)
