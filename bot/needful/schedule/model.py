"""When everything runs, as values. Times are seconds from the start of the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class StepBar(NamedTuple):
    """When one step runs. Steps that run side by side overlap. `critical`: the job's end waits for it."""

    name: str
    start: float
    end: float
    critical: bool = False


@dataclass(frozen=True)
class Bar:
    """When one leg of a job runs: `job` is its id in the workflow, `name` what people see (`test (3.12)`).

    It is `eligible` when its needs are done, starts when a runner has it, and waits in between. `slack` is by how much
    it could end later without the run ending later; `critical`: it lies on the critical path. A leg that is skipped has
    `start == end`. `result` is GitHub's word.
    """

    job: str
    name: str
    eligible: float
    start: float
    end: float
    result: str = "success"
    critical: bool = False
    slack: float = 0.0
    steps: tuple[StepBar, ...] = ()


@dataclass(frozen=True)
class Timeline:
    """One run of a workflow, recorded, replayed or simulated. Bars are in the order of the workflow's jobs."""

    bars: tuple[Bar, ...]

    @property
    def makespan(self) -> float:
        """When the last job ends."""
        return max((bar.end for bar in self.bars), default=0.0)

    @property
    def critical_path(self) -> tuple[Bar, ...]:
        """What the end of the run waited for, one after the other. Gaps are waiting for a runner."""
        return tuple(sorted((bar for bar in self.bars if bar.critical), key=lambda bar: (bar.start, bar.end)))
