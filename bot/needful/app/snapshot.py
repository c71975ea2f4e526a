"""The files of one commit, whatever is checked out: a plan is made of exactly what is proposed to.

One request lists them all, some more those of a very large repository. A file of the checkout is used where it has
the id that the commit says, so that hardly any has to be fetched; the checkout is never believed otherwise, and may be
missing.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from needful.errors import UserError
from needful.forge.model import WORKFLOWS, Commit, File, blob_id
from needful.forge.protocol import Forge
from needful.source import MAX_BYTES
from needful.workflow.repository import Repository, normalise

_MOST_LINKS = 20
_ENDINGS = (".yml", ".yaml")


def no_checkout(path: str) -> bytes | None:
    """What reads the checkout where there is none."""
    del path
    return None


@dataclass(frozen=True)
class Snapshot:
    """`files` are those of the commit, by path; `changed` stand in place of some of them, or beside them.

    `fetch` gets the bytes of a file, `at_hand` reads the checkout.
    """

    commit: Commit
    files: Mapping[str, File]
    fetch: Callable[[File], bytes]
    at_hand: Callable[[str], bytes | None] = no_checkout
    changed: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def workflows(self) -> tuple[str, ...]:
        """The paths of all workflows; links are none, as GitHub does not follow them."""
        found = (path for path, file in self.files.items() if file.regular and path.endswith(_ENDINGS))
        return tuple(sorted(path for path in found if path.rpartition("/")[0] == WORKFLOWS))

    def with_files(self, changed: Mapping[str, bytes]) -> Snapshot:
        """The same with other bytes at some paths."""
        return replace(self, changed={**self.changed, **changed})

    def repository(self) -> Repository:
        """As what a plan is made of."""
        return Repository(".", self.read, self.workflows, self.listed)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None where there is none. Raises `UserError` for one that is too large, as `Stop`."""
        inside = self._real(path)
        if inside is None:
            return None
        if inside in self.changed:
            return self.changed[inside]
        file = self.files.get(inside)
        if file is None or not file.regular:
            return None
        data = self.at_hand(inside)
        if data is None or blob_id(data) != file.blob:
            data = self.fetch(file)
        if len(data) > MAX_BYTES:
            raise UserError(f"the file has {len(data):,} bytes; files over {MAX_BYTES:,} bytes are not read", path=path)
        return data

    def listed(self, folder: str) -> tuple[str, ...]:
        """The names in a folder, sorted, folders with a `/` at the end."""
        inside = self._real(folder)
        names = () if inside is None else self._folders.get(inside, ())
        return tuple(sorted(name + self._ending(f"{inside}/{name}" if inside else name) for name in names))

    def _ending(self, path: str) -> str:
        """What marks a link that leads to a folder."""
        if path not in self.files or not self._is_link(path):
            return ""
        return "/" if self._real(path) in self._folders else ""

    @cached_property
    def _folders(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for path in (*self.files, *self.changed):
            inner, ending = path, ""
            while inner:
                folder, _, name = inner.rpartition("/")
                names = found.setdefault(folder, set())
                if name + ending in names:
                    break
                names.add(name + ending)
                inner, ending = folder, "/"
        return found

    def _real(self, path: str) -> str | None:
        """A path with its links followed, None where they lead out of the repository or nowhere."""
        for _ in range(_MOST_LINKS):
            inside = normalise(path)
            if inside is None:
                return None
            link = next((part for part in _prefixes(inside) if part in self.files and self._is_link(part)), None)
            if link is None:
                return inside
            goal = self.fetch(self.files[link]).decode("utf-8", "surrogateescape")
            path = posixpath.join(posixpath.dirname(link), goal) + inside[len(link) :]
        return None

    def _is_link(self, path: str) -> bool:
        return path not in self.changed and self.files[path].mode == "120000"


def snapshot(forge: Forge, sha: str, at_hand: Callable[[str], bytes | None] = no_checkout) -> Snapshot:
    """The files of a commit. Raises `Stop` where they cannot be had, `UserError` where there are too many to list."""
    commit = forge.commit(sha)
    files = forge.every_file(commit)
    if files is None:
        hint = "check it out and use `needful propose --local`, or `needful plan`"
        raise UserError("the repository has more files than can be listed", hint=hint)
    return Snapshot(commit, {file.path: file for file in files}, forge.content, at_hand)


def _prefixes(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: number + 1]) for number in range(len(parts))]
