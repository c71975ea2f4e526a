"""What GitHub's REST API says of workflow runs and their jobs → parts of records.

The names of fields are those of the API's description (`workflow-run`, `job`; github/rest-api-description, 2022-11-28).
Nothing about people is kept: no actor, author, e-mail or text of a commit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from needful.errors import UserError
from needful.history.fields import Fields, Json, Place, fields_at
from needful.history.model import JobRecord, RunRecord, StepRecord

_PAGES = {"workflow_runs": "run", "runs": "run", "jobs": "job"}
"""Lists of runs and jobs by the names that GitHub gives them in its pages."""
_SINGLE = {"workflow_run": "run", "run": "run", "workflow_job": "job", "job": "job"}
"""One of them by itself, as in the events of webhooks."""
_ONLY_RUNS = frozenset(("run_attempt", "run_started_at", "run_number", "workflow_id", "event"))
_MAX_DEPTH = 4

_URL_REPOSITORY = re.compile(r"/repos/([^/\s]+/[^/\s]+)(?:/|\Z)")
_URL_RUN = re.compile(r"/actions/runs/(\d{1,18})(?:/|\Z)")
_REF = re.compile(r"(\.ya?ml)@.*\Z", re.DOTALL)


class JobPart(NamedTuple):
    """A job and what it says of its run. `attempt` is 0 where it does not say."""

    run_id: int
    attempt: int
    workflow: str
    branch: str
    head_sha: str
    repository: str
    job: JobRecord


Part: TypeAlias = RunRecord | JobPart
"""A run without its jobs, or a job."""


def parts_of(place: Place, value: Json) -> Iterator[Part | UserError]:
    """The runs and jobs in a value: objects, lists and pages of them, with jobs inside of runs, by id or by name.

    One that is broken becomes an error that says what was expected; the others are still found.
    """
    return _parts(place, value, 0)


def _parts(place: Place, value: Json, depth: int) -> Iterator[Part | UserError]:
    try:
        if depth > _MAX_DEPTH:
            raise place.wrong("runs and jobs nest deeper than any page of GitHub's API")
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from _parts(place.below(index), item, depth + 1)
            return
        fields = fields_at(place, value)
        if "run_id" in fields.values:
            yield _job(fields, None)
        elif "id" in fields.values and _ONLY_RUNS & fields.values.keys():
            yield from _whole_run(fields)
        else:
            yield from _container(fields, depth)
    except UserError as error:
        yield error


def _container(fields: Fields, depth: int) -> Iterator[Part | UserError]:
    names = fields.values.keys()
    single = [name for name in _SINGLE if name in names]
    pages = [name for name in _PAGES if name in names]
    if not single and not pages:
        yield from _by_id(fields, depth)
        return
    run = None
    for name in single:
        below = fields.object(name)
        if _SINGLE[name] == "run":
            run = _run(below)
            yield run
        else:
            yield _job(below, run)
    for name in pages:
        for place, value in fields.items(name):
            if _PAGES[name] == "job":
                yield from _checked_job(place, value, run)
            else:
                yield from _checked_run(place, value)


def _by_id(fields: Fields, depth: int) -> Iterator[Part | UserError]:
    """An object whose keys are ids, or one that is neither runs nor jobs."""
    if fields.values and all(name.isdecimal() for name in fields.values):
        for name, value in fields.values.items():
            yield from _parts(fields.place.below(name), value, depth + 1)
        return
    said = fields.values.get("message")
    reply = f"; GitHub said {said[:80]!r}" if isinstance(said, str) else ""
    yield fields.place.wrong(
        f"neither a run nor a job nor a page of them{reply}",
        "wanted is what `GET /repos/OWNER/REPO/actions/runs` and `…/runs/ID/jobs` return",
    )


def _checked_run(place: Place, value: Json) -> Iterator[Part | UserError]:
    try:
        yield from _whole_run(fields_at(place, value))
    except UserError as error:
        yield error


def _whole_run(fields: Fields) -> Iterator[Part | UserError]:
    """A run with the jobs in it: a list of them, or the page that holds it."""
    run = _run(fields)
    yield run
    page = fields.object("jobs") if isinstance(fields.values.get("jobs"), dict) else fields
    for place, value in page.items("jobs"):
        yield from _checked_job(place, value, run)


def _checked_job(place: Place, value: Json, run: RunRecord | None) -> Iterator[Part | UserError]:
    try:
        yield _job(fields_at(place, value), run)
    except UserError as error:
        yield error


def _run(fields: Fields) -> RunRecord:
    if not fields.has("id"):
        raise fields.place.wrong("a run without `id`")
    return RunRecord(
        id=fields.number("id"),
        attempt=fields.number("run_attempt", 1) or 1,
        workflow=fields.text("name"),
        path=_REF.sub(r"\1", fields.text("path")),
        event=fields.text("event"),
        branch=_branch(fields),
        head_sha=fields.text("head_sha"),
        conclusion=fields.text("conclusion"),
        created=fields.time("created_at"),
        started=fields.time("run_started_at"),
        updated=fields.time("updated_at"),
        repository=_repository(fields),
    )


def _branch(fields: Fields) -> str:
    """The branch of a run; one of a fork as GitHub shows it, `owner:branch`, since anybody may call theirs `main`."""
    branch = fields.text("head_branch")
    home, here = (fields.object(name).text("full_name") for name in ("head_repository", "repository"))
    foreign = home and here and home.lower() != here.lower()
    return f"{home.partition('/')[0]}:{branch}" if foreign else branch


def _repository(fields: Fields) -> str:
    said = fields.object("repository")
    if name := said.text("full_name"):
        return name
    if said.has("name") and (owner := said.object("owner").text("login")):
        return f"{owner}/{said.text('name')}"
    return _in_url(_URL_REPOSITORY, fields, "url", "jobs_url")


def _in_url(pattern: re.Pattern[str], fields: Fields, *names: str) -> str:
    found = (pattern.search(fields.text(name)) for name in names)
    return next((match[1] for match in found if match), "")


def _job(fields: Fields, run: RunRecord | None) -> JobPart:
    if not fields.text("name"):
        raise fields.place.wrong("a job without `name`")
    run_id = fields.number("run_id") or int(_in_url(_URL_RUN, fields, "run_url") or 0) or (run.id if run else 0)
    if not run_id:
        raise fields.place.wrong("a job without `run_id`, and in no run")
    return JobPart(
        run_id=run_id,
        attempt=fields.number("run_attempt") or (run.attempt if run and run.id == run_id else 0),
        workflow=fields.text("workflow_name"),
        branch=fields.text("head_branch"),
        head_sha=fields.text("head_sha"),
        repository=_in_url(_URL_REPOSITORY, fields, "run_url", "url"),
        job=JobRecord(
            id=fields.number("id"),
            name=fields.text("name"),
            conclusion=fields.text("conclusion"),
            labels=fields.texts("labels"),
            created=fields.time("created_at"),
            started=fields.time("started_at"),
            completed=fields.time("completed_at"),
            steps=tuple(_step(fields_at(place, value), place) for place, value in fields.items("steps")),
        ),
    )


def _step(fields: Fields, place: Place) -> StepRecord:
    position = place.keys[-1]
    return StepRecord(
        number=fields.number("number", position + 1 if isinstance(position, int) else 0),
        name=fields.text("name"),
        conclusion=fields.text("conclusion"),
        started=fields.time("started_at"),
        completed=fields.time("completed_at"),
    )
