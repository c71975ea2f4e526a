"""Recorded runs fetched for a proposal. That they cannot be had never stops it: it is said, and no number claimed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from needful.errors import UserError
from needful.forge.branches import branch_of
from needful.forge.github.connection import Kept
from needful.forge.outcomes import Stop
from needful.forge.protocol import Records
from needful.history.model import RunRecord
from needful.history.store import Store, SyncState


@dataclass(frozen=True)
class Known:
    """The runs that are known of a workflow, the earliest first, and what went wrong when they were fetched.

    `unapproved` are those that never began, because they wait for an approval.
    """

    runs: tuple[RunRecord, ...] = ()
    notes: tuple[str, ...] = ()
    unapproved: tuple[RunRecord, ...] = ()

    def waiting(self, head: str) -> int:
        """How many runs of a commit wait for an approval."""
        return sum(run.head_sha == head for run in self.unapproved)


@dataclass
class Recording:
    """Where runs come from and where they are kept. `newest`: so many of a workflow are looked at, 0 for none.

    Without a store (`why_not` says why) they are forgotten afterwards. `left` is how many runs may still be fetched:
    each costs a request, of which there are 1,000 in an hour for the token of a run, and those that propose come last.
    """

    records: Records
    repository: str
    newest: int
    store: Store | None = None
    why_not: str = ""
    left: int = 500
    _asked: dict[str, Known] = field(default_factory=dict)

    def of(self, path: str) -> Known:
        """The runs of a workflow, with those that are new: at most a request per new run and five more, once."""
        if path not in self._asked:
            runs, notes = self._of(path)
            began = tuple(run for run in runs if not run.unapproved)
            self._asked[path] = Known(began, notes, tuple(run for run in runs if run.unapproved))
        return self._asked[path]

    def _of(self, path: str) -> tuple[tuple[RunRecord, ...], tuple[str, ...]]:
        if not self.newest:
            return (), ()
        kept = self._kept(path)
        if not self.left:
            return kept, ("the next run of Needful goes on fetching recorded runs: it is enough for one hour",)
        known = {(run.id, run.attempt) for run in kept if not run.unapproved}
        found: list[RunRecord] = []
        notes = [self.why_not] if self.why_not else []
        broken = 0
        try:
            for run in self.records.new_runs(path, lambda *one: one in known, min(self.newest, self.left)):
                self.left -= 1
                if isinstance(run, UserError):
                    broken += 1
                else:  # whose run it is, is known; a repository may have been called otherwise then
                    found.append(replace(run, repository=self.repository))
        except Stop as stop:
            notes.append(f"recorded runs could not all be fetched: {stop.reason}")
        if broken:
            notes.append(f"{broken} recorded runs could not be read")
        if found and self.store is not None:
            try:
                self.store.add(found, self.repository)
                return self._kept(path), tuple(notes)
            except UserError as error:
                notes.append(f"recorded runs could not be kept: {error}")
        return (*kept, *reversed(found)), tuple(notes)

    def _kept(self, path: str) -> tuple[RunRecord, ...]:
        try:
            return self.store.runs(self.repository, path) if self.store is not None else ()
        except UserError:
            return ()


def tags(store: Store | None, repository: str) -> dict[str, Kept]:
    """The tags of lists of runs that were fetched to their end: while one holds, nothing is new."""
    try:
        known = json.loads(store.sync_state(repository, "").state or "{}") if store is not None else {}
    except (UserError, ValueError):
        return {}
    pairs = known.items() if isinstance(known, dict) else ()
    return {name: Kept(tag) for name, tag in pairs if isinstance(tag, str)}


def keep_tags(store: Store | None, repository: str, kept: Mapping[str, Kept]) -> None:
    """Keep them; what was answered in full is not kept, which would be old by the next run."""
    found = {name: one.etag for name, one in kept.items() if not one.body}
    if store is not None and found:
        with suppress(UserError):
            store.set_sync_state(repository, "", SyncState("", json.dumps(found)))


def without_ours(runs: tuple[RunRecord, ...], path: str) -> tuple[RunRecord, ...]:
    """The runs that were made before a proposal for a workflow, or beside it: none on the branch that changes it."""
    branch = branch_of(path)
    return tuple(run for run in runs if run.branch != branch)
