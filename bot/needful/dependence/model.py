"""What a job depends on, as values: the verdict on each `needs` edge, and the edges that are missing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from needful.effects.model import Evidence
from needful.source import Span


class Verdict(Enum):
    """Why a `needs` edge is there."""

    DATA = "data"  # the consumer reads what the producer makes
    ORDER = "order"  # both touch the same thing outside the run
    GATE = "gate"  # the consumer does something irreversible, or reports for others
    ECONOMY = "economy"  # nothing flows; the edge spares the consumer's minutes when the producer fails
    IMPLIED = "implied"  # other edges already order the two
    UNEXPLAINED = "unexplained"  # something opaque that could carry a dependence stands in the way


@dataclass(frozen=True)
class Edge:
    """A `needs` edge and its verdict. `producer` and `consumer` are job ids as their keys are written."""

    producer: str
    consumer: str
    span: Span
    verdict: Verdict
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Missing:
    """A dependence without a path of `needs`. `held` says why no edge is proposed, `""` where one is.

    `consequence` names in plain words what else changes when the edge is added, `""` where nothing does; `judged` says
    that it is what a job further down makes of the outcome.
    """

    producer: str
    consumer: str
    span: Span
    reason: str
    evidence: tuple[Evidence, ...]
    held: str = ""
    consequence: str = ""
    judged: bool = False


__all__ = ["Edge", "Evidence", "Missing", "Verdict"]
