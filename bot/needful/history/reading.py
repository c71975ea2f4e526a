"""Files of recorded runs → records: jobs joined to the attempts of their runs, what was carried over marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from needful.errors import UserError
from needful.history.files import values_of
from needful.history.model import JobRecord, RunRecord
from needful.history.rest import JobPart, Part, parts_of
from needful.memory import no_collection

MAX_PROBLEMS = 100
"""Errors that are kept to be shown; the others are only counted."""


@dataclass(frozen=True)
class Reading:
    """What was read. `runs` are in the order of time; `wrong` counts all problems, `problems` are the first of them.

    `alone` counts the attempts of which only jobs were there.
    """

    runs: tuple[RunRecord, ...]
    problems: tuple[UserError, ...] = ()
    wrong: int = 0
    files: int = 0
    alone: int = 0


def read_runs(files: Iterable[tuple[str, bytes]]) -> Reading:
    """Files, each as its name and its bytes, in any order. Runs and their jobs may be spread over them."""
    with no_collection():
        return _read(files)


def _read(files: Iterable[tuple[str, bytes]]) -> Reading:
    parts: list[Part] = []
    problems: list[UserError] = []
    wrong = count = 0
    for count, (name, data) in enumerate(files, 1):  # noqa: B007 (it is the number of files)
        for found in _parts(name, data):
            if not isinstance(found, UserError):
                parts.append(found)
                continue
            wrong += 1
            if len(problems) < MAX_PROBLEMS:
                problems.append(found)
    known = {(part.id, part.attempt) for part in parts if isinstance(part, RunRecord)}
    runs = joined(parts)
    alone = sum((run.id, run.attempt) not in known for run in runs)
    return Reading(runs, tuple(problems), wrong, count, alone)


def _parts(name: str, data: bytes) -> Iterator[Part | UserError]:
    for found in values_of(name, data):
        if isinstance(found, UserError):
            yield found
        else:
            yield from parts_of(found.place, found.value)


def joined(parts: Iterable[Part]) -> tuple[RunRecord, ...]:
    """Runs with their jobs, the earliest first. Jobs without their run make one, as far as they know it."""
    runs: dict[tuple[int, int], RunRecord] = {}
    jobs: dict[tuple[int, int], list[JobPart]] = {}
    for part in parts:
        if isinstance(part, RunRecord):
            key = (part.id, part.attempt)
            runs[key] = merged(runs[key], part) if key in runs else part
        else:
            jobs.setdefault((part.run_id, part.attempt or 1), []).append(part)
    of_run = {run.id: run for run in sorted(runs.values(), key=lambda run: run.attempt)}
    for key, found in jobs.items():
        if key not in runs:
            runs[key] = _from_jobs(key, found, of_run.get(key[0]))
    paths = _paths(runs.values())
    whole = (_complete(run, jobs.get(key, []), paths) for key, run in runs.items())
    return tuple(sorted(whole, key=lambda run: (begun(run) or 0.0, run.id, run.attempt)))


def begun(run: RunRecord) -> float | None:
    """When an attempt began, as far as anything says it."""
    if run.started is not None or (run.created is not None and run.attempt == 1):
        return run.started if run.started is not None else run.created
    times = (job.created if job.created is not None else job.started for job in run.jobs if not job.carried)
    return min((time for time in times if time is not None), default=run.created)


def merged(one: RunRecord, other: RunRecord) -> RunRecord:
    """Two records of one attempt as one: what the later does not say is taken from the other, jobs from both."""
    later, earlier = (one, other) if _known(one) > _known(other) else (other, one)
    filled = {name: getattr(earlier, name) for name in _FILLED if getattr(later, name) in ("", None)}
    return _with_jobs(replace(later, **filled), (*earlier.jobs, *later.jobs))


_FILLED = (
    *("workflow", "path", "event", "branch", "head_sha", "conclusion"),
    *("created", "started", "updated", "repository"),
)


def _known(run: RunRecord) -> tuple[bool, float]:
    """How much a record knows of how its run ended."""
    return bool(run.conclusion), run.updated or 0.0


def _from_jobs(key: tuple[int, int], parts: list[JobPart], sibling: RunRecord | None) -> RunRecord:
    """A run of which only jobs are known, and perhaps another attempt."""

    def first(values: Iterable[str]) -> str:
        return next((value for value in values if value), "")

    return RunRecord(
        id=key[0],
        attempt=key[1],
        workflow=first(part.workflow for part in parts) or (sibling.workflow if sibling else ""),
        path=sibling.path if sibling else "",
        event=sibling.event if sibling else "",
        branch=first(part.branch for part in parts) or (sibling.branch if sibling else ""),
        head_sha=first(part.head_sha for part in parts) or (sibling.head_sha if sibling else ""),
        conclusion="",
        created=sibling.created if sibling else None,
        started=None,
        updated=None,
        repository=first(part.repository for part in parts) or (sibling.repository if sibling else ""),
    )


def _paths(runs: Iterable[RunRecord]) -> dict[tuple[str, str], str]:
    """The file of each workflow that goes by a name, where all runs that say it agree."""
    found: dict[tuple[str, str], set[str]] = {}
    for run in runs:
        if run.path and run.workflow:
            found.setdefault((run.repository.lower(), run.workflow), set()).add(run.path)
    return {key: paths.pop() for key, paths in found.items() if len(paths) == 1}


def _complete(run: RunRecord, parts: list[JobPart], paths: dict[tuple[str, str], str]) -> RunRecord:
    repository = run.repository or next((part.repository for part in parts if part.repository), "")
    path = run.path or paths.get((repository.lower(), run.workflow), "")
    return _with_jobs(replace(run, repository=repository, path=path), (part.job for part in parts))


def _with_jobs(run: RunRecord, jobs: Iterable[JobRecord]) -> RunRecord:
    """The run with these jobs: of two records of one job the fuller, and marked where they were carried over."""
    best: dict[tuple[int, str, float | None], JobRecord] = {}
    for job in jobs:
        key = (job.id, "", None) if job.id else (0, job.name, job.started)
        best[key] = max(best[key], job, key=_knows) if key in best else job
    # ids grow in the order in which the jobs were made, which is that of the legs of a matrix
    ordered = sorted(best.values(), key=lambda job: (job.id, job.started or 0.0, job.name))
    marked = (job if job.carried == (now := is_carried(job, run)) else replace(job, carried=now) for job in ordered)
    return replace(run, jobs=tuple(marked))


def _knows(job: JobRecord) -> tuple[bool, int, float]:
    return bool(job.conclusion), len(job.steps), job.completed or 0.0


def is_carried(job: JobRecord, run: RunRecord) -> bool:
    """Whether a job did not run in this attempt: it began before it was made, or was over before the attempt began.

    The API lists such jobs of earlier attempts among those of a re-run, with the time of the re-run as `created`
    (32 of 296 recorded jobs of ionic-team/ionic-framework). A first attempt has none; there, a second of difference is
    that between two clocks.
    """
    if run.attempt <= 1 or job.started is None:
        return False
    before = job.created is not None and job.started < job.created
    ended = job.completed if job.completed is not None else job.started
    return before or (run.started is not None and ended < run.started)
