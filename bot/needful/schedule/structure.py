"""What can be said without any duration: the longest chains of jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from needful.schedule.shape import Shape

if TYPE_CHECKING:
    from needful.schedule.recorded import Unfit


class Structure(NamedTuple):
    """What can be said without any duration: the longest chain of jobs that wait for each other, before and after."""

    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class NoPrediction:
    """Why there are no numbers, and what to do to get some."""

    reason: str
    advice: str
    unfit: tuple[tuple[Unfit, int], ...] = ()


def structure(before: Shape, after: Shape) -> Structure:
    """The longest chains of jobs, by their number."""
    return Structure(longest_chain(before), longest_chain(after))


def longest_chain(shape: Shape) -> tuple[str, ...]:
    """The longest chain of jobs that need each other, first things first; of equal ones the first in the file."""
    chains: list[tuple[int, ...]] = [()] * len(shape.jobs)
    for place in sorted(range(len(shape.jobs)), key=lambda place: len(shape.jobs[place].ancestors)):
        above = (chains[need] for need in shape.jobs[place].needs)
        chains[place] = (*max(above, key=len, default=()), place)
    return tuple(shape.jobs[place].written for place in max(chains, key=len, default=()))
