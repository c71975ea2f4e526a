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

    def once(draw: random.Random) -> float:
        chosen = draw.choices(pairs, k=len(pairs))
        return statistic(sorted(one for one, _ in chosen), sorted(other for _, other in chosen))

    return resampled(once, seed, max(200, min(RESAMPLES, _MOST_DRAWS // len(pairs))), confidence)


def resampled(
    once: Callable[[random.Random], float], seed: int, rounds: int = RESAMPLES, confidence: float = 0.95
) -> tuple[float, float]:
    """Between which values a statistic lies; `once` works it out for one resample, which it draws."""
    draw = random.Random(seed)
    found = sorted(once(draw) for _ in range(rounds))
    tail = (1 - confidence) / 2
    return percentile(found, tail), percentile(found, 1 - tail)
