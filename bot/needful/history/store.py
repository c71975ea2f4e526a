"""Recorded runs in one SQLite file, for any number of repositories. It may be deleted: what is lost can be read again.

Two processes may use it at once. A file that is damaged, or of another version, is set aside under another name, never
overwritten; a file that was never such a store is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self, TypeVar

from needful.errors import UserError
from needful.history.model import RunRecord
from needful.history.packing import VERSION, packed, unpacked
from needful.history.reading import begun, merged
from needful.memory import no_collection

if TYPE_CHECKING:
    import sqlite3
    from types import TracebackType

_APPLICATION = 0x4E454544  # "NEED", so that a file of another program is not taken for ours
_HEADER = b"SQLite format 3\0"
_SUFFIXES = (".sqlite", ".sqlite3", ".db")
_PATIENCE = 15.0
"""Seconds to wait for another process that writes."""

_SCHEMA = """
CREATE TABLE runs (
    repository TEXT NOT NULL, path TEXT NOT NULL, workflow TEXT NOT NULL,
    run INTEGER NOT NULL, attempt INTEGER NOT NULL, begun REAL, head_sha TEXT NOT NULL, data TEXT NOT NULL,
    UNIQUE (run, attempt, repository)
);
CREATE INDEX runs_of_workflow ON runs (repository, path, begun);
CREATE TABLE sync (
    repository TEXT NOT NULL, path TEXT NOT NULL, etag TEXT NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (repository, path)
);
CREATE TABLE predictions (
    repository TEXT NOT NULL, path TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL,
    made REAL NOT NULL, version INTEGER NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (repository, path, key, kind)
);
"""

_T = TypeVar("_T")


class Added(NamedTuple):
    """What `add` did, in attempts of runs."""

    new: int = 0
    grown: int = 0
    known: int = 0


class Stored(NamedTuple):
    """A workflow of which runs are stored. `repository` is in lower case; times are seconds since 1970."""

    repository: str
    path: str
    workflow: str
    runs: int
    first: float | None
    last: float | None


class SyncState(NamedTuple):
    """How far a workflow was fetched: the ETag of the last answer, and what whoever fetches wants to remember."""

    etag: str = ""
    state: str = ""


class Entry(NamedTuple):
    """A prediction, or what became of it (`kind`), under a key of one's own. `data` is JSON in the form `version`."""

    key: str
    kind: str
    made: float
    version: int
    data: str


class _DamagedError(Exception):
    """A row that is none."""


class Store:
    """The store in a file. `warnings` says what was set aside. Used in `with`, or closed by hand.

    Raises `UserError` where the file cannot be opened, is of another program, or stays locked.
    """

    def __init__(self, file: Path, patience: float = _PATIENCE) -> None:
        self.file = file
        self.warnings: tuple[str, ...] = ()
        self._patience = patience
        self._identity: tuple[int, int] | None = None
        self._connection: sqlite3.Connection | None = None
        _refuse_foreign(file)
        self._guarded(lambda connection: None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def add(self, runs: Iterable[RunRecord], repository: str = "") -> Added:
        """Keep runs; `repository` is that of runs that do not say theirs. To add them twice changes nothing.

        Another record of a known attempt is merged with it: the attempt may have ended since, or have more jobs.
        """
        given = [run if run.repository or not repository else _of(run, repository) for run in runs]

        def work(connection: sqlite3.Connection) -> Added:
            counts = [0, 0, 0]
            with _writing(connection):
                for run in given:
                    counts[_put(connection, run)] += 1
            return Added(*counts)

        return self._guarded(work)

    def runs(self, repository: str, path: str, workflow: str = "", newest: int = 0) -> tuple[RunRecord, ...]:
        """The runs of a workflow by its file, and those that only know its name; the earliest first.

        `newest`: only so many, the last ones; 0 for all.
        """
        query = (
            "SELECT data FROM runs WHERE repository = ? AND (path = ? OR (path = '' AND workflow = ? AND ? <> ''))"
            " ORDER BY begun DESC, run DESC, attempt DESC LIMIT ?"
        )
        values = (repository.lower(), path, workflow, workflow, newest or -1)
        with no_collection():
            found = self._guarded(lambda connection: [_run(text) for (text,) in connection.execute(query, values)])
        return tuple(reversed(found))

    def workflows(self) -> tuple[Stored, ...]:
        """All workflows of all repositories."""
        query = (
            "SELECT repository, path, max(workflow), count(*), min(begun), max(begun) FROM runs"
            " GROUP BY repository, path, CASE path WHEN '' THEN workflow ELSE '' END ORDER BY 1, 2, 3"
        )
        return self._guarded(lambda connection: tuple(Stored(*row) for row in connection.execute(query)))

    def sync_state(self, repository: str, path: str) -> SyncState:
        """How far a workflow was fetched, an empty state if never."""
        query = "SELECT etag, state FROM sync WHERE repository = ? AND path = ?"
        row = self._guarded(lambda connection: connection.execute(query, (repository.lower(), path)).fetchone())
        return SyncState(*row) if row else SyncState()

    def set_sync_state(self, repository: str, path: str, state: SyncState) -> None:
        """Remember how far a workflow was fetched."""
        self._change("INSERT OR REPLACE INTO sync VALUES (?, ?, ?, ?)", (repository.lower(), path, *state))

    def entries(self, repository: str, path: str) -> tuple[Entry, ...]:
        """Predictions and outcomes of a workflow, the earliest first."""
        query = (
            "SELECT key, kind, made, version, data FROM predictions WHERE repository = ? AND path = ?"
            " ORDER BY made, key, kind"
        )
        values = (repository.lower(), path)
        return self._guarded(lambda connection: tuple(Entry(*row) for row in connection.execute(query, values)))

    def put_entry(self, repository: str, path: str, entry: Entry) -> None:
        """Keep a prediction or an outcome in place of the one with the same key and kind."""
        self._change(
            "INSERT OR REPLACE INTO predictions VALUES (?, ?, ?, ?, ?, ?, ?)", (repository.lower(), path, *entry)
        )

    def _change(self, statement: str, values: tuple[str | float, ...]) -> None:
        def work(connection: sqlite3.Connection) -> None:
            with _writing(connection):
                connection.execute(statement, values)

        self._guarded(work)

    def _guarded(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Do something with the file; where it turns out to be damaged, once more with an empty one."""
        import sqlite3

        try:
            return work(self._open())
        except sqlite3.OperationalError as error:
            raise self._failed(error) from None
        except (sqlite3.DatabaseError, _DamagedError) as error:
            self._set_aside(str(error))
        try:
            return work(self._open())
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def _open(self) -> sqlite3.Connection:
        import sqlite3

        if self._connection is None:
            self._identity = _identity(self.file)
            connection = sqlite3.connect(self.file, timeout=self._patience, isolation_level=None)
            try:
                _prepare(connection, self.file)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
            self._identity = _identity(self.file)
        return self._connection

    def _set_aside(self, why: str) -> None:
        """Give the file another name, unless someone else did: then a new one has taken its place."""
        known = self._identity
        self.close()
        if known is not None and _identity(self.file) != known:
            return
        number = 1
        while (aside := self.file.with_name(f"{self.file.name}.damaged-{number}")).exists():
            number += 1
        try:
            # what SQLite has not yet written into the file itself must not be read into the new one
            for ending in ("-wal", "-shm", ""):
                part = self.file.with_name(self.file.name + ending)
                if part.exists():
                    part.rename(aside.with_name(aside.name + ending))
        except OSError as error:
            raise UserError(f"damaged, and cannot be set aside: {error.strerror}", path=str(self.file)) from None
        self.warnings += (f"{self.file}: {why}; kept as {aside.name}, and begun anew",)

    def _failed(self, error: sqlite3.Error) -> UserError:
        hint = "another process is writing to it; try again" if "locked" in str(error) else ""
        return UserError(f"the history cannot be used: {error}", path=str(self.file), hint=hint)


def _refuse_foreign(file: Path) -> None:
    """Refuse what nobody meant to be a store; a damaged one keeps its ending."""
    try:
        with file.open("rb") as stream:
            head = stream.read(len(_HEADER))
    except FileNotFoundError:
        return
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", path=str(file)) from None
    if head and head != _HEADER and file.suffix not in _SUFFIXES:
        raise UserError("not a history of Needful", path=str(file), hint="name a file that does not exist yet")


def _prepare(connection: sqlite3.Connection, file: Path) -> None:
    """Settings of the connection, and the tables if there are none."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and application != _APPLICATION:
        raise UserError("a database of another program", path=str(file), hint="name a file that does not exist yet")
    if tables and version > VERSION:
        raise UserError("written by a newer version of Needful", path=str(file), hint="name another file")
    if tables and version < VERSION:
        raise _DamagedError(f"written in form {version} by an older version of Needful")
    if not tables:
        connection.execute("PRAGMA journal_mode = WAL")
        with _writing(connection):
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if not tables:  # nobody else was faster
                for statement in _SCHEMA.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {_APPLICATION}")
                connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("PRAGMA synchronous = NORMAL")


@contextmanager
def _writing(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that holds the right to write from its beginning, so that it never has to give up half way."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _put(connection: sqlite3.Connection, run: RunRecord) -> int:
    """Keep one attempt: 0 if it is new, 1 if it grew, 2 if nothing changed."""
    row = _row_of(connection, run)
    before = _run(row[1]) if row else None
    now = merged(before, run) if before else run
    if now == before:
        return 2
    values = (
        now.repository.lower(),
        now.path,
        now.workflow,
        now.id,
        now.attempt,
        begun(now),
        now.head_sha,
        packed(now),
    )
    if row:
        connection.execute("DELETE FROM runs WHERE rowid = ?", (row[0],))
    connection.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    return 1 if row else 0


def _row_of(connection: sqlite3.Connection, run: RunRecord) -> tuple[int, str] | None:
    """The row of the same attempt. Where one of the two does not know its repository, the id is enough."""
    rows = connection.execute(
        "SELECT rowid, data, repository FROM runs WHERE run = ? AND attempt = ?", (run.id, run.attempt)
    ).fetchall()
    own = run.repository.lower()
    fitting = [row for row in rows if row[2] == own] or [row for row in rows if not row[2] or not own]
    return (fitting[0][0], fitting[0][1]) if len(fitting) == 1 else None


def _run(text: str) -> RunRecord:
    try:
        return unpacked(text)
    except (ValueError, TypeError, LookupError):
        raise _DamagedError("a run in it cannot be read") from None


def _of(run: RunRecord, repository: str) -> RunRecord:
    return replace(run, repository=repository)


def _identity(file: Path) -> tuple[int, int] | None:
    """Which file a name stands for."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
