"""What a change gains, as values: each with its range, its source and how far it can be trusted. Times are seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from needful.schedule.billing import Cost
from needful.schedule.estimates import Basis
from needful.schedule.recorded import Unfit


class Interval(NamedTuple):
    """The 95 % interval of the bootstrap over runs, percentile method."""

    low: float
    high: float


@dataclass(frozen=True)
class Gain:
    """One time, before and after: its median and 90th percentile over the runs.

    `saving` is by how much the median falls, `interval` its range. `shorter` and `longer` are the shares of runs that
    end at least 1 % earlier or later: a change may save nothing in half of the runs and a lot in the others. Nine of
    ten runs to come are expected within `expected`, as long as the work stays what it was.
    """

    before: float
    before_p90: float
    after: float
    after_p90: float
    saving: float
    interval: Interval
    shorter: float
    longer: float
    expected: tuple[float, float]

    @property
    def share(self) -> float:
        """The saving as a part of the median before, 0 to 1."""
        return self.saving / self.before if self.before else 0.0


@dataclass(frozen=True)
class JobGain:
    """One job: when its last leg ends (median), and in which share of the runs it lies on the critical path.

    Both are None for a job that the workflow does not have, or that never ran.
    """

    job: str
    end_before: float | None
    end_after: float | None
    critical_before: float | None
    critical_after: float | None


@dataclass(frozen=True)
class Calibration:
    """How well replaying the runs under their own graph gives the makespan that was measured, as shares of it.

    `median` and `p90`: with the runs' own durations, but every job waiting for its runner as long as usual; that is
    the error that is to be set beside a saving. `exact_median` and `exact_p90`: with their own waiting as well, which
    can only differ where the graph or the limits are not those of the runs.
    """

    runs: int
    median: float
    p90: float
    exact_median: float
    exact_p90: float


class Bound(NamedTuple):
    """What no schedule of these jobs can beat, as medians over the runs.

    `critical_path` is their longest chain without any waiting, `work` the seconds of all jobs that count for the
    account's limit, `at_once` that limit (None: none). `makespan` is that of the plan.
    """

    critical_path: float
    work: float
    at_once: int | None
    makespan: float

    @property
    def seconds(self) -> float:
        """The larger of the two."""
        return max(self.critical_path, self.work / self.at_once if self.at_once else 0.0)

    @property
    def closeness(self) -> float:
        """How close the plan is, from 0 to 1: the bound as a part of its makespan."""
        return min(1.0, self.seconds / self.makespan) if self.makespan else 1.0


@dataclass(frozen=True)
class Verdict:
    """What a person waits for: ids of jobs, or names of single legs as checks show them (`test (3.12)`).

    `known`: they are the required checks; else `basis` says how they were chosen.
    """

    jobs: tuple[str, ...]
    basis: str
    known: bool = False


class Claim(NamedTuple):
    """Whether the numbers carry the claim that time is saved, and why (not)."""

    holds: bool
    reason: str


@dataclass(frozen=True)
class Prediction:
    """What the new graph gains, by replaying recorded runs.

    `makespan` is the time to the end of a run, `to_verdict` that to the end of the jobs of `verdict`; both over the
    `timed` runs in which nothing failed, `cost` over all `replayed` ones. `bases` are durations that were not measured
    where they are used now; `unknown` is work of which no duration is known, counted as nothing. `assumed`: no run was
    recorded, every duration is a published one.
    """

    replayed: int
    timed: int
    unfit: tuple[tuple[Unfit, int], ...]
    makespan: Gain
    verdict: Verdict
    to_verdict: Gain
    makespan_claim: Claim
    verdict_claim: Claim
    jobs: tuple[JobGain, ...]
    cost: Cost
    bound: Bound
    calibration: Calibration
    bases: tuple[Basis, ...] = ()
    unknown: tuple[str, ...] = ()
    assumed: bool = False
    seed: int = 0
