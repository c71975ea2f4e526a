"""The jobs of recorded runs ↔ the jobs of the workflow, and their steps.

The API has no link from a job to the YAML: only the name that people see. What the name leaves open is decided by the
labels of the runner, then by the order of the legs where as many were recorded as there are; otherwise it stays open
and is said. Nothing is guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from needful.history.legs import Leg, legs_of
from needful.history.model import JobRecord, RunRecord, StepRecord
from needful.history.pairing import How, Paired, pair
from needful.history.step_matching import StepMatch, match_steps, step_names, steps_of
from needful.workflow.model import Step, Workflow
from needful.workflow.repository import Repository


@dataclass(frozen=True)
class MatchedJob:
    """A recorded job and the leg of the workflow that it is, with its steps as pairs.

    `how` says what decided. `loose` are recorded steps of the workflow that could not be told from each other, or that
    it no longer has.
    """

    leg: Leg
    record: JobRecord
    how: How
    steps: tuple[tuple[Step, StepRecord], ...] = ()
    loose: tuple[StepRecord, ...] = ()

    @property
    def job_id(self) -> str:
        """The job of the workflow itself: for a job of a called workflow, the one that calls."""
        return self.leg.jobs[0]


@dataclass(frozen=True)
class RunMatch:
    """A recorded run beside the workflow. `unmatched` fit no job, `ambiguous` more than one."""

    run: RunRecord
    jobs: tuple[MatchedJob, ...]
    unmatched: tuple[JobRecord, ...] = ()
    ambiguous: tuple[JobRecord, ...] = ()

    @property
    def share(self) -> float:
        """The share of recorded jobs that are matched, 1 for a run without jobs."""
        return len(self.jobs) / len(self.run.jobs) if self.run.jobs else 1.0

    def of(self, job_id: str) -> tuple[MatchedJob, ...]:
        """What was recorded of a job of the workflow: its legs, or the jobs of the workflow that it calls."""
        return tuple(found for found in self.jobs if found.job_id.lower() == job_id.lower())


@dataclass(frozen=True)
class Missed:
    """Names that were recorded and not matched, with how often, the most frequent first."""

    jobs: int
    matched: int
    unmatched: tuple[tuple[str, int], ...]
    ambiguous: tuple[tuple[str, int], ...]


def missed(matches: Iterable[RunMatch]) -> Missed:
    """What matching left open over many runs."""
    jobs = matched = 0
    unmatched: Counter[str] = Counter()
    ambiguous: Counter[str] = Counter()
    for match in matches:
        jobs += len(match.run.jobs)
        matched += len(match.jobs)
        unmatched.update(job.name for job in match.unmatched)
        ambiguous.update(job.name for job in match.ambiguous)
    return Missed(jobs, matched, tuple(_frequent(unmatched)), tuple(_frequent(ambiguous)))


def _frequent(names: Counter[str]) -> list[tuple[str, int]]:
    return sorted(names.items(), key=lambda item: (-item[1], item[0]))


class Matcher:
    """Matches runs with one workflow. Runs that look alike are worked out once."""

    def __init__(self, workflow: Workflow, repository: Repository) -> None:
        self.workflow = workflow
        self.legs = legs_of(workflow, repository)
        self._paired: dict[tuple[tuple[str, tuple[str, ...], bool], ...], tuple[Paired, ...]] = {}
        self._steps: dict[tuple[int, tuple[str, ...]], StepMatch] = {}

    def match(self, run: RunRecord) -> RunMatch:
        """One run. Its jobs are matched whether they ran or were skipped."""
        key = tuple((job.name, job.labels, _unexpanded(job)) for job in run.jobs)
        if key not in self._paired:
            self._paired[key] = self._pair(run.jobs)
        jobs: list[MatchedJob] = []
        unmatched: list[JobRecord] = []
        ambiguous: list[JobRecord] = []
        for record, found in zip(run.jobs, self._paired[key], strict=True):
            if found.how is How.NONE:
                unmatched.append(record)
            elif found.how is How.AMBIGUOUS:
                ambiguous.append(record)
            elif (job := self._matched(record, found)) is not None:
                jobs.append(job)
            else:
                unmatched.append(record)
        return RunMatch(run, tuple(jobs), tuple(unmatched), tuple(ambiguous))

    def _pair(self, records: tuple[JobRecord, ...]) -> tuple[Paired, ...]:
        return pair(self.legs, records, tuple(_unexpanded(record) for record in records))

    def _matched(self, record: JobRecord, found: Paired) -> MatchedJob | None:
        leg = self.legs[found.leg]
        if leg.whole or leg.job.uses is not None:
            return MatchedJob(leg, record, found.how)
        key = (found.leg, tuple(step.name for step in record.steps))
        if key not in self._steps:
            names = [step_names(step, leg.scope, leg.values) for step in steps_of(leg.job)]
            self._steps[key] = match_steps(names, record.steps)
        steps = steps_of(leg.job)
        match = self._steps[key]
        if found.how is How.NAMELESS and not len(match.pairs) > len(match.loose):
            return None  # only its steps could show that it is this job, and they do not
        pairs = tuple((steps[step], record.steps[index]) for step, index in match.pairs)
        return MatchedJob(leg, record, found.how, pairs, tuple(record.steps[index] for index in match.loose))


def _unexpanded(job: JobRecord) -> bool:
    """Whether a job ended before it was expanded: it has no steps, and was skipped, cancelled or could not begin."""
    return not job.steps and job.conclusion in ("skipped", "cancelled", "failure")
