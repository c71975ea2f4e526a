"""What recorded runs say of the jobs of a workflow: how long each leg and each step took. Times are seconds.

Made in one place, `history/experience.py`. Rules and proofs see figures by job, leg and step, never records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import NamedTuple, TypeAlias

from needful.workflow.model import Job, Step

Values: TypeAlias = tuple[tuple[str, str], ...]
"""The combination of a matrix that a leg is, `()` without a matrix."""


class StepTime(NamedTuple):
    """What a step took; `post` is what its action did at the end of the job, None where nothing is recorded."""

    seconds: float
    post: float | None = None


@dataclass(frozen=True)
class Case:
    """One leg of a job in one recorded run, that ended by itself; `passed`: it succeeded.

    `run` numbers the attempts of runs, the earliest first; `started` is from when the first job of the run did. `steps`
    are those that ran, by where each begins in the text that the user has.
    """

    run: int
    leg: Values
    pool: str
    seconds: float
    passed: bool
    started: float = 0.0
    steps: Mapping[int, StepTime] = field(default_factory=dict)

    def step(self, step: Step) -> StepTime | None:
        """What a step took, None where it did not run or could not be told from others."""
        return self.steps.get(step.span.start)


@dataclass(frozen=True)
class JobExperience:
    """What is known of a job. `unseen`: a leg of it, or something that the run adds to it, was never recorded.

    `overdue`: how often it was ended because it took longer than it may. `lost_cache`: some of its runs had a step that
    is named for a cache, and which it has no more.
    """

    cases: tuple[Case, ...]
    unseen: bool = False
    overdue: int = 0
    lost_cache: bool = False

    @property
    def passed(self) -> tuple[Case, ...]:
        """The cases in which it succeeded."""
        return tuple(case for case in self.cases if case.passed)

    def legs(self) -> Iterator[tuple[Values, tuple[Case, ...]]]:
        """The cases in which each leg succeeded."""
        found: dict[Values, list[Case]] = {}
        for case in self.passed:
            found.setdefault(case.leg, []).append(case)
        return ((leg, tuple(cases)) for leg, cases in found.items())

    def parted(self, legs: frozenset[Values]) -> tuple[JobExperience, JobExperience]:
        """What is known of those legs, and of all others."""
        moved, kept = (tuple(case for case in self.cases if (case.leg in legs) == is_in) for is_in in (True, False))
        unseen = self.unseen and not legs <= {case.leg for case in moved if case.passed}
        return replace(self, cases=moved, unseen=unseen, overdue=0), replace(self, cases=kept)


def _legs(job: Job) -> frozenset[Values]:
    matrix = job.strategy.matrix if job.strategy is not None else None
    return frozenset(matrix.legs or () if matrix is not None else ())


@dataclass(frozen=True)
class AtOnce:
    """How many jobs the account runs at once: in all, and of single pools (`macos`). None: no limit that matters."""

    total: int | None = None
    pools: tuple[tuple[str, int], ...] = ()


NO_LIMITS = AtOnce()


@dataclass(frozen=True)
class Experience:
    """What recorded runs of a workflow say, by job id in lower case; jobs that never ran are not there."""

    jobs: Mapping[str, JobExperience]
    at_once: AtOnce = NO_LIMITS

    def of(self, job: Job) -> JobExperience | None:
        """What is known of a job."""
        return self.jobs.get(job.id.lower())

    def told_by(self, jobs: Sequence[Job]) -> Experience:
        """The same runs, in which legs that now stand in a copy of their job are that job's.

        A copy is known by its steps, whose place is that of the first ones in the text that the user has.
        """
        found = dict(self.jobs)
        written = {job.steps[0].span: job.id.lower() for job in jobs if job.steps and job.id.lower() in self.jobs}
        for job in jobs:
            origin = written.get(job.steps[0].span, "") if job.steps else ""
            if origin and job.id.lower() not in found:
                found[job.id.lower()], found[origin] = found[origin].parted(_legs(job))
        return self if len(found) == len(self.jobs) else Experience(found, self.at_once)


def high(values: Sequence[float], share: float = 0.99) -> float:
    """The 99th percentile by nearest rank: a value that was measured, of less than 100 the highest. Needs a value."""
    return sorted(values)[ceil(share * len(values)) - 1]


def typical(values: Sequence[float]) -> float:
    """The median. Needs a value."""
    from statistics import median  # imported late: it loads more than a plan without recorded runs needs

    return median(values)


def told(seconds: float) -> str:
    """Seconds as evidence has them: `8 s`, `2.5 min`."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.1f} min"
