"""Quantiles, and how far they might be off: the bootstrap over runs (Efron 1979), percentile method."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from needful.history.statistics import percentile

RESAMPLES = 1000
_MOST_DRAWS = 200_000  # of runs, all resamples together: this is what it may cost


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share lies below, straight between neighbours (type 7 of Hyndman and Fan). Needs a value."""
    return percentile(sorted(values), share)


def next_of_sorted(ascending: Sequence[float], share: float) -> float:
    """The value that one more of the kind lies below with this probability (type 6), within those that are there."""
    at = share * (len(ascending) + 1) - 1
    return percentile(ascending, min(1.0, max(0.0, at / max(1, len(ascending) - 1))))


def bootstrap(
    pairs: Sequence[tuple[float, float]],
    statistic: Callable[[Sequence[float], Sequence[float]], float],
    seed: int,
    confidence: float = 0.95,
) -> tuple[float, float]:
    """Between which values a statistic of both sides lies, were other runs recorded. Runs stay pairs.

    `statistic` is given each side in ascending order.
    """
    draw = random.Random(seed)
    rounds = max(200, min(RESAMPLES, _MOST_DRAWS // len(pairs)))
    found = []
    for _ in range(rounds):
        chosen = draw.choices(pairs, k=len(pairs))
        found.append(statistic(sorted(one for one, _ in chosen), sorted(other for _, other in chosen)))
    found.sort()
    tail = (1 - confidence) / 2
    return percentile(found, tail), percentile(found, 1 - tail)
