"""Recorded runs: files and the store are opened here, figures are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from needful.app.files import failed
from needful.app.places import store_file
from needful.app.targets import find_targets, repository_of
from needful.errors import UserError
from needful.history.store import Added, Store, Stored

if TYPE_CHECKING:
    from needful.history.matching import Missed
    from needful.history.model import RunRecord
    from needful.history.reading import Reading
    from needful.history.statistics import WorkflowStatistics
    from needful.workflow.model import Workflow
    from needful.workflow.repository import Repository

_ENDINGS = (".json", ".jsonl", ".ndjson")
_MAX_FILES = 100_000


@dataclass(frozen=True)
class Imported:
    """What an import read and kept. `store` is the file as shown, `warnings` what was set aside."""

    reading: Reading
    added: Added
    store: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class WorkflowHistory:
    """A stored workflow with its figures; `missed` where its file is at hand to compare its jobs with."""

    stored: Stored
    statistics: WorkflowStatistics
    missed: Missed | None = None


@dataclass(frozen=True)
class Histories:
    """What is shown. `without` are workflows that were asked for and of which no run is stored."""

    store: str
    workflows: tuple[WorkflowHistory, ...]
    without: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    unreadable: tuple[UserError, ...] = ()


def read_recorded(paths: Sequence[str]) -> Reading:
    """The runs in files, or folders of files, of what GitHub's API returned.

    Raises `UserError` for a path that is not there, or a folder without such files.
    """
    from needful.history.reading import read_runs

    files = [file for path in paths for file in _files(path)]
    return read_runs((str(one), _bytes(one)) for one in files)


def import_runs(paths: Sequence[str], store: str | None, repository: str = "") -> Imported:
    """Read files of recorded runs, or folders of them, and keep the runs.

    `repository` is that of runs that do not say theirs. Raises `UserError` as `read_recorded` and `Store` do.
    """
    reading = read_recorded(paths)
    file = store_file(store)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise failed("cannot be made", str(file.parent), error) from None
    with Store(file) as opened:
        added = opened.add(reading.runs, repository)
        return Imported(reading, added, str(file), opened.warnings)


def show_runs(path: str | None, store: str | None, repository: str = "") -> Histories:
    """Figures of the stored workflows: of those in a repository or a workflow file, or of all.

    Raises `UserError` where there is no store, or where several repositories have a workflow of that path.
    """
    from needful.history.statistics import statistics_of

    file = store_file(store)
    if not file.is_file():
        hint = "`needful history import PATH` makes one from what GitHub's API returns"
        raise UserError("there is no history yet", path=str(file), hint=hint)
    with Store(file) as opened:
        if path is not None:
            return _shown_beside(path, opened, str(file), repository.lower())
        wanted = [one for one in opened.workflows() if repository.lower() in ("", one.repository)]
        found = tuple(WorkflowHistory(one, statistics_of(_runs(opened, one))) for one in wanted)
        return Histories(str(file), found, warnings=opened.warnings)


def _runs(store: Store, stored: Stored) -> tuple[RunRecord, ...]:
    return store.runs(stored.repository, stored.path, "" if stored.path else stored.workflow)


def _shown_beside(path: str, store: Store, file: str, repository: str) -> Histories:
    """The workflows that a path stands for, their recorded jobs compared with the files."""
    (target,) = find_targets([path])
    checkout = repository_of(target)
    found: list[WorkflowHistory] = []
    without: list[str] = []
    unreadable: list[UserError] = []
    known = store.workflows()
    for name in target.workflows:
        try:
            workflow = checkout.workflow(name)
        except UserError as error:
            unreadable.append(error)
            continue
        stored = _stored(known, name, workflow, repository)
        if stored is None:
            without.append(name)
        else:
            found.append(_beside(store, stored, workflow, checkout))
    return Histories(file, tuple(found), tuple(without), store.warnings, tuple(unreadable))


def _stored(known: Iterable[Stored], path: str, workflow: Workflow | None, repository: str) -> Stored | None:
    """What is stored of a workflow, by its path, else by its name."""
    own = [one for one in known if repository in ("", one.repository)]
    named = workflow.name.value if workflow is not None and workflow.name is not None else ""
    same = [one for one in own if one.path == path] or [one for one in own if not one.path and one.workflow == named]
    if len({one.repository for one in same}) > 1:
        names = ", ".join(one.repository or "one without a name" for one in same)
        raise UserError(f"several repositories have this workflow: {names}", path=path, hint="name it by --repository")
    return same[0] if same and (same[0].path or named) else None


def _beside(store: Store, stored: Stored, workflow: Workflow | None, checkout: Repository) -> WorkflowHistory:
    from needful.history.matching import Matcher, missed
    from needful.history.statistics import statistics_of

    runs = _runs(store, stored)
    if workflow is None:
        return WorkflowHistory(stored, statistics_of(runs))
    matcher = Matcher(workflow, checkout)
    return WorkflowHistory(stored, statistics_of(runs), missed(matcher.match(run) for run in runs))


def _files(path: str) -> Iterator[Path]:
    """The files that a path means: itself, or all below it that are called like files of JSON."""
    given = Path(path)
    try:
        if not given.is_dir():
            given.stat()
            yield given
            return
        below = (file for file in sorted(given.rglob("*")) if _is_wanted(file))
        found = list(islice(below, _MAX_FILES + 1))
    except OSError as error:
        raise failed("cannot be read", path, error) from None
    if not found:
        raise UserError(f"no file *{', *'.join(_ENDINGS)} (or one of them .gz) in this folder", path=path)
    if len(found) > _MAX_FILES:
        raise UserError(f"over {_MAX_FILES:,} files in this folder", path=path)
    yield from found


def _is_wanted(file: Path) -> bool:
    return file.name.removesuffix(".gz").endswith(_ENDINGS) and file.is_file() and not file.is_symlink()


def _bytes(file: Path) -> bytes:
    """The bytes of a regular file, not more than are read; whoever reads says that there are too many."""
    from needful.history.files import MAX_BYTES

    try:
        if not file.is_file():
            raise UserError("not a regular file", path=str(file))
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise failed("cannot be read", str(file), error) from None
