"""A recorded run, matched with its workflow → its load: what each leg waited and took, and why jobs did not run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from needful.facts.hosted import runner
from needful.history.matching import MatchedJob, RunMatch
from needful.history.model import JobRecord, RunRecord
from needful.history.reading import begun
from needful.history.steps import Part, parts, ran
from needful.schedule.load import Decision, JobLoad, Leg
from needful.schedule.model import StepBar
from needful.schedule.shape import JobShape, Runs, Shape
from needful.schedule.simulate import FAILED, together

CLOCKS = 2.0
"""Seconds by which recorded times may disagree: the API gives whole seconds, of more than one clock."""
ACCOUNTED = 0.95
"""Share of a run's job time that must be matched with the workflow."""


class Unfit(Enum):
    """Why a run is not replayed."""

    STOPPED = "cancelled, or never run"
    CARRIED = "with jobs carried over from an earlier attempt"
    UNMATCHED = "with jobs that this workflow does not have"
    CONTRADICTS = "in which jobs did not wait for what they need: the workflow was another one then"


@dataclass(frozen=True)
class Recorded:
    """A run that can be replayed.

    `measured` is its recorded makespan in seconds; `passed`: nothing in it failed. `load` has the jobs of the
    workflow that it was matched with; `legs` are those that ran, each with its record.
    """

    match: RunMatch
    begun: float
    measured: float
    passed: bool
    load: Mapping[str, JobLoad]
    legs: tuple[tuple[Leg, MatchedJob], ...] = field(repr=False)


def recorded(match: RunMatch, shape: Shape) -> Recorded | Unfit:
    """The load of a run, or why there is none."""
    run = match.run
    ended = [job for job in run.jobs if ran(job)]
    if any(job.carried for job in run.jobs):
        return Unfit.CARRIED
    if not ended or _conclusion(run) not in ("success", "failure"):
        return Unfit.STOPPED
    # a clock of its own may have set the time of the run
    clocks = (begun(run), *(job.started for job in ended))
    started = min(time for time in clocks if time is not None)
    of_job: dict[str, list[MatchedJob]] = {job.id: [] for job in shape.jobs}
    for found in match.jobs:
        of_job[found.job_id.lower()].append(found)
    done = [found.record for found in match.jobs if ran(found.record)]
    if sum(map(_seconds, done)) < ACCOUNTED * sum(map(_seconds, ended)) or not done:
        return Unfit.UNMATCHED
    times = _Times(shape, started, of_job)
    if times.contradict():
        return Unfit.CONTRADICTS
    load, legs = times.load()
    return Recorded(
        match=match,
        begun=started,
        measured=max(record.completed or 0.0 for record in done) - started,
        passed=_conclusion(run) == "success" or _passed(run, shape, of_job),
        load=load,
        legs=tuple(legs),
    )


def _conclusion(run: RunRecord) -> str:
    """How a run ended; where only its jobs say it, a run with a cancelled job and no failed one was cancelled."""
    if run.conclusion:
        return run.conclusion
    jobs = {job.conclusion for job in run.jobs}
    return "failure" if jobs & FAILED else "cancelled" if "cancelled" in jobs else "success"


def _passed(run: RunRecord, shape: Shape, of_job: Mapping[str, list[MatchedJob]]) -> bool:
    """Whether nothing but jobs whose failure is tolerated failed, where the run itself does not say it."""
    tolerated = {id(one.record) for job in shape.jobs if job.tolerated for one in of_job[job.id]}
    failed = [job for job in run.jobs if job.conclusion in (*FAILED, "cancelled")]
    return not run.conclusion and all(id(job) in tolerated for job in failed)


class _Times:
    """The times of one run, by job."""

    def __init__(self, shape: Shape, started: float, of_job: Mapping[str, list[MatchedJob]]) -> None:
        self.shape = shape
        self.of_job = of_job
        self.ran = {name: [one for one in found if ran(one.record)] for name, found in of_job.items()}
        self.ends = {name: max(map(_end, found), default=started) for name, found in self.ran.items()}
        self.eligible = [max((self._end_of(need) for need in job.needs), default=started) for job in shape.jobs]
        self.results = [self._result(job) for job in shape.jobs]

    def _end_of(self, place: int) -> float:
        """When a job ended; one that was skipped ended when all before it had."""
        job = self.shape.jobs[place]
        above = [self.shape.jobs[other].id for other in (place, *job.ancestors)]
        return max(self.ends[name] for name in above)

    def _result(self, job: JobShape) -> str:
        found = {one.record.conclusion for one in self.of_job[job.id]}
        return together(found or {"skipped"}, job.tolerated)

    def contradict(self) -> bool:
        return any(
            (one.record.started or 0.0) < eligible - CLOCKS
            for job, eligible in zip(self.shape.jobs, self.eligible, strict=True)
            for one in self.ran[job.id]
        )

    def load(self) -> tuple[dict[str, JobLoad], list[tuple[Leg, MatchedJob]]]:
        load: dict[str, JobLoad] = {}
        all_legs: list[tuple[Leg, MatchedJob]] = []
        for job, eligible in zip(self.shape.jobs, self.eligible, strict=True):
            found = self.ran[job.id]
            if job.max_parallel is not None or job.group is not None:
                found = sorted(found, key=lambda one: one.record.started or 0.0)
            released = self._released(job, found, eligible)
            last = max((_end(one) for one in found if one.record.conclusion != "cancelled"), default=0.0)
            legs = [(_leg(one, free, last), one) for one, free in zip(found, released, strict=True)]
            all_legs += legs
            load[job.id] = JobLoad(tuple(leg for leg, _ in legs), self._decision(job))
        return load, all_legs

    def _released(self, job: JobShape, found: Sequence[MatchedJob], eligible: float) -> list[float]:
        """When each leg lacked nothing but a runner: its place within `max-parallel` and its group count too."""
        free = [eligible] * len(found)
        if job.max_parallel is not None:
            ends = sorted(map(_end, found))
            for number in range(job.max_parallel, len(found)):
                free[number] = max(eligible, ends[number - job.max_parallel])
        if job.group is not None:
            names = [
                other.id for other in self.shape.jobs if other.group is not None and other.group[0] == job.group[0]
            ]
            members = [one for name in names for one in self.ran[name]]
            for number, one in enumerate(found):
                before = (_end(other) for other in members if _end(other) <= (one.record.started or 0.0))
                free[number] = max(free[number], max(before, default=eligible))
        return free

    def _decision(self, job: JobShape) -> Decision:
        above = [self.results[place] for place in job.ancestors]
        if self.ran[job.id]:
            as_needs = job.runs is Runs.ALWAYS or all(result == "success" for result in above)
            return Decision.BY_NEEDS if as_needs else Decision.RUNS
        # whether its own `if` would have let it run cannot be seen where a failure came before it
        failed = job.runs is Runs.AFTER_SUCCESS and any(result in ("failure", "cancelled") for result in above)
        return Decision.BY_NEEDS if failed else Decision.SKIPPED


def _leg(one: MatchedJob, eligible: float, last: float) -> Leg:
    """A leg that could start at `eligible`; the last of its matrix that was not cancelled ended at `last`."""
    record = one.record
    labels = record.labels or tuple(sorted(one.leg.labels))
    started = record.started or 0.0
    return Leg(
        name=record.name,
        seconds=_seconds(record),
        queue=max(0.0, started - eligible),
        result=record.conclusion,
        harmless=record.conclusion in FAILED and last > _end(one) + CLOCKS,
        pool=runner(labels).pool,
        labels=labels,
        steps=tuple(_bars(record, started)),
    )


def _bars(record: JobRecord, started: float) -> Iterable[StepBar]:
    for step, part in zip(record.steps, parts(record.steps), strict=True):
        if part is not Part.CONTROL and step.conclusion != "skipped" and step.started is not None:
            begin = max(0.0, step.started - started)
            yield StepBar(step.name, begin, max(begin, (step.completed or step.started) - started))


def _end(one: MatchedJob) -> float:
    return one.record.completed or 0.0


def _seconds(record: JobRecord) -> float:
    return max(0.0, (record.completed or 0.0) - (record.started or 0.0))
