"""What recorded runs say of a workflow and its jobs: times, failures, waiting. Each figure has its number of cases.

Times are seconds. A figure of which there is no case is None; a rate says of how many it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from needful.history.model import JobRecord, RunRecord
from needful.history.reading import begun
from needful.history.steps import ran, took, waited

FAILED = frozenset(("failure", "timed_out", "startup_failure"))
"""Conclusions that count as a failure. Who cancels a run, or skips a job, says nothing about it."""


class Spread(NamedTuple):
    """The middle and the upper end of `n` values."""

    n: int
    p50: float
    p90: float


class Rate(NamedTuple):
    """In how many of `n` cases something happened."""

    hits: int
    n: int

    @property
    def share(self) -> float | None:
        return self.hits / self.n if self.n else None


@dataclass(frozen=True)
class JobStatistics:
    """A job by the name that people see. Only what ran in its own attempt counts, not what a re-run carried over.

    `seconds` are those of runs of it that succeeded. `again`: attempts after the first, among all in which it ran.
    `flaky`: commits for which it both failed and succeeded, among those for which it did either. `present`: runs in
    which it ran at all, among those of which jobs are known.
    """

    name: str
    seconds: Spread | None
    failed: Rate
    again: Rate
    flaky: Rate
    present: Rate


@dataclass(frozen=True)
class WorkflowStatistics:
    """All runs of one workflow. `attempts` counts re-runs too; `first` and `last` are when they began.

    `makespan` is from when an attempt began until its last job ended, `work` what all its jobs took together; both of
    attempts that ran everything and succeeded. `waits` has the time between when a job could run and when a runner had
    it, by the labels of the runner.
    """

    runs: int
    attempts: int
    first: float | None
    last: float | None
    events: tuple[tuple[str, int], ...]
    makespan: Spread | None
    work: Spread | None
    failed: Rate
    cancelled: Rate
    waits: tuple[tuple[str, Spread], ...]
    jobs: tuple[JobStatistics, ...]


def selected(runs: Iterable[RunRecord], since: float | frozenset[str]) -> tuple[RunRecord, ...]:
    """The runs since a time, or those of some commits: what a workflow was before it last changed is another one."""
    if isinstance(since, frozenset):
        return tuple(run for run in runs if run.head_sha in since)
    return tuple(run for run in runs if (begun(run) or 0.0) >= since)


def spread(values: Iterable[float | None]) -> Spread | None:
    """Median and 90th percentile of the values that are known."""
    known = sorted(value for value in values if value is not None)
    return Spread(len(known), percentile(known, 0.5), percentile(known, 0.9)) if known else None


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which a share of the ordered values lies, with straight lines between them (Hyndman & Fan, 7)."""
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def makespan(run: RunRecord) -> float | None:
    """Seconds from when an attempt began until its last job ended; None for one that is not over, or re-ran a part."""
    start = begun(run)
    ends = [job.completed for job in run.jobs if job.conclusion != "skipped"]
    if start is None or not ends or any(job.carried for job in run.jobs):
        return None
    known = [end for end in ends if end is not None]
    return max(0.0, max(known) - start) if len(known) == len(ends) else None


def statistics_of(runs: Sequence[RunRecord]) -> WorkflowStatistics:
    """The figures of one workflow's runs."""
    starts = sorted(start for run in runs if (start := begun(run)) is not None)
    good = [run for run in runs if _succeeded(run)]
    ended = [run.conclusion for run in runs if run.conclusion]
    judged = [conclusion for conclusion in ended if conclusion == "success" or conclusion in FAILED]
    events = Counter({run.id: run.event for run in runs if run.event}.values())
    return WorkflowStatistics(
        runs=len({run.id for run in runs}),
        attempts=len(runs),
        first=starts[0] if starts else None,
        last=starts[-1] if starts else None,
        events=tuple(sorted(events.items(), key=lambda item: (-item[1], item[0]))),
        makespan=spread(makespan(run) for run in good),
        work=spread(sum(took(job) or 0.0 for job in run.jobs) for run in good if makespan(run) is not None),
        failed=Rate(sum(conclusion in FAILED for conclusion in judged), len(judged)),
        cancelled=Rate(ended.count("cancelled"), len(ended)),
        waits=_waits(runs),
        jobs=_jobs(runs),
    )


def _succeeded(run: RunRecord) -> bool:
    """Whether a run succeeded; where only its jobs are known, whether all of them did."""
    if run.conclusion:
        return run.conclusion == "success"
    return bool(run.jobs) and all(job.conclusion in ("success", "skipped", "neutral") for job in run.jobs)


def _waits(runs: Iterable[RunRecord]) -> tuple[tuple[str, Spread], ...]:
    by_labels: dict[str, list[float]] = defaultdict(list)
    for run in runs:
        for job in run.jobs:
            seconds = waited(job)
            if seconds is not None and job.labels:
                by_labels[", ".join(job.labels)].append(seconds)
    found = [(labels, known) for labels, values in by_labels.items() if (known := spread(values))]
    return tuple(sorted(found, key=lambda item: (-item[1].n, item[0])))


def _jobs(runs: Sequence[RunRecord]) -> tuple[JobStatistics, ...]:
    with_jobs = len({run.id for run in runs if run.jobs})
    by_name: dict[str, list[tuple[RunRecord, JobRecord]]] = defaultdict(list)
    for run in runs:
        for job in run.jobs:
            by_name[job.name].append((run, job))
    return tuple(_job(name, cases, with_jobs) for name, cases in by_name.items())


def _job(name: str, cases: Sequence[tuple[RunRecord, JobRecord]], runs: int) -> JobStatistics:
    own = [(run, job) for run, job in cases if ran(job)]
    judged = [(run, job) for run, job in own if job.conclusion == "success" or job.conclusion in FAILED]
    outcomes: dict[str, set[bool]] = defaultdict(set)
    for run, job in judged:
        if run.head_sha:
            outcomes[run.head_sha].add(job.conclusion == "success")
    return JobStatistics(
        name=name,
        seconds=spread(took(job) for _, job in own if job.conclusion == "success"),
        failed=Rate(sum(job.conclusion in FAILED for _, job in judged), len(judged)),
        again=Rate(sum(run.attempt > 1 for run, _ in own), len(own)),
        flaky=Rate(sum(len(found) > 1 for found in outcomes.values()), len(outcomes)),
        present=Rate(len({run.id for run, _ in own}), runs),
    )
