"""Runs of a workflow that are not known yet, with their jobs.

A list of runs costs a request per hundred, the jobs of a run one more (two above a hundred jobs). GitHub lists at most
1,000 runs for one question, so older ones are asked for by the time they were made:
https://docs.github.com/en/rest/actions/workflow-runs#list-workflow-runs-for-a-workflow
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

from needful.errors import UserError
from needful.forge.github.connection import Answer, Connection, Kept, next_page, segment
from needful.history.fields import Json, Place
from needful.history.model import RunRecord
from needful.history.reading import joined
from needful.history.rest import Part, parts_of

_PER_PAGE = 100
_MOST = 1000


@dataclass(frozen=True)
class Window:
    """The runs that are wanted: the newest `newest` completed ones of a workflow file made since a time (seconds)."""

    workflow: str
    newest: int
    since: float = 0.0

    @property
    def name(self) -> str:
        """Under which the tag of its first page is kept."""
        return f"runs of {self.workflow}, newest {self.newest} since {self.since:.0f}"


Known = Callable[[int, int], bool]
"""Whether a run, by its id and attempt, needs no asking any more."""


def new_runs(connection: Connection, window: Window, known: Known) -> Iterator[RunRecord | UserError]:
    """The runs of a window that are not known, the newest first, each with all its jobs; a broken one as its error.

    One that waits for an approval has no jobs yet, and comes again as the same attempt once it ran. Only the latest
    attempt of a run is told. That nothing is new costs one request, which is conditional: the tag of the first page is
    kept once the whole window was seen, so a sync that broke off goes on where it ended.
    """
    kept = connection.kept.get(window.name)
    first: Answer | None = None
    seen: set[int] = set()
    for answer in _pages(connection, window, kept.etag if kept else ""):
        if not answer.changed:
            return
        first = first or answer
        for run in _runs(connection, window, answer):
            if isinstance(run, UserError):
                yield run
                continue
            if len(seen) >= window.newest or (run.created or 0.0) < window.since:
                _remember(connection, window, first)
                return
            if run.id not in seen and not known(run.id, run.attempt):
                yield run if run.unapproved else _with_jobs(connection, run)
            seen.add(run.id)
    if first is not None:
        _remember(connection, window, first)


def _pages(connection: Connection, window: Window, etag: str) -> Iterator[Answer]:
    """Pages of runs, in slices of a thousand; only the first page is asked for on a condition."""
    path = _path(window)
    slice_ = dict[str, str | int]()
    while True:
        wanted: dict[str, str | int] = {"status": "completed", "exclude_pull_requests": "true", "per_page": _PER_PAGE}
        wanted |= slice_
        oldest = ""
        for page in range(1, _MOST // _PER_PAGE + 1):
            answer = connection.ask(path, wanted, etag)
            etag = ""
            if answer.changed:
                body = answer.expect(f"the runs of {window.workflow}", 200)
                oldest = _oldest(body) or oldest
            yield answer
            following = next_page(answer)
            if following is None and page * _PER_PAGE < _MOST:
                return
            wanted |= following or {}
        # the same second again: a thousand runs may end within it
        if not oldest or slice_ == (slice_ := {"created": f"<={oldest}"}):
            return


def _oldest(body: Json) -> str:
    times = [part.created for part in parts_of(Place("GitHub"), body) if isinstance(part, RunRecord) and part.created]
    return datetime.fromtimestamp(min(times), UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if times else ""


def _runs(connection: Connection, window: Window, answer: Answer) -> Iterator[RunRecord | UserError]:
    place = Place(f"{connection.repository}, runs of {window.workflow}")
    for part in parts_of(place, answer.body):
        if isinstance(part, RunRecord | UserError):
            yield part


def _with_jobs(connection: Connection, run: RunRecord) -> RunRecord | UserError:
    place = Place(f"{connection.repository}, run {run.id}")
    path = f"/actions/runs/{run.id}/attempts/{run.attempt}/jobs"
    parts: list[Part] = [run]
    wanted: dict[str, str | int] = {"per_page": _PER_PAGE}
    while True:
        answer = connection.ask(path, wanted, "")
        for part in parts_of(place, answer.expect(f"the jobs of run {run.id}", 200)):
            if isinstance(part, UserError):
                return part
            parts.append(part)
        following = next_page(answer)
        if following is None:
            return joined(parts)[0]
        wanted |= following


def _remember(connection: Connection, window: Window, first: Answer) -> None:
    if etag := first.headers.get("etag", ""):
        connection.kept[window.name] = Kept(etag)


def _path(window: Window) -> str:
    return f"/actions/workflows/{segment(PurePosixPath(window.workflow).name)}/runs"
