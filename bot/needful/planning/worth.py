"""What a plan gains, and each change in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from needful.schedule.economy import EdgeSaving
    from needful.schedule.model import Timeline
    from needful.schedule.prediction import Prediction
    from needful.schedule.structure import NoPrediction, Structure


@dataclass(frozen=True)
class Worth:
    """What one change saves, in seconds of the median run, behind the changes before it; less than 0: it costs.

    `edges` are those that it drops, with the minutes that each spared when its producer failed.
    """

    change: str
    makespan: float
    to_verdict: float
    edges: tuple[EdgeSaving, ...] = ()


@dataclass(frozen=True)
class Pricing:
    """What a plan gains. `timelines`: the run of the median makespan, before and after; `each`: by change, in order.

    `at_hand` counts the recorded runs, of which the newest are replayed.
    """

    structure: Structure
    prediction: Prediction | NoPrediction
    timelines: tuple[Timeline, Timeline] | None = None
    each: tuple[Worth, ...] = field(default=())
    at_hand: int = 0

    def worth(self, change_id: str) -> Worth | None:
        """What one change saves, None where that is not known."""
        return next((one for one in self.each if one.change == change_id), None)
