"""Git's objects as git has them: real ids, real trees. `git fsck` finds nothing wrong with what is kept here."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


class Entry(NamedTuple):
    """A line of a tree."""

    mode: str
    name: str
    sha: str

    @property
    def is_tree(self) -> bool:
        return self.mode == "40000"


@dataclass(frozen=True)
class Made:
    """A commit. `when`: seconds since 1970."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    message: str
    author: str
    when: int


class Objects:
    """Everything that was ever stored, by its id."""

    def __init__(self) -> None:
        self._stored: dict[str, tuple[str, bytes]] = {}
        self._commits: dict[str, Made] = {}

    def blob(self, data: bytes) -> str:
        return self._put("blob", data)

    def tree(self, entries: list[Entry]) -> str:
        ordered = sorted(entries, key=lambda entry: entry.name.encode() + (b"/" if entry.is_tree else b""))
        lines = (f"{entry.mode} {entry.name}".encode() + b"\0" + bytes.fromhex(entry.sha) for entry in ordered)
        return self._put("tree", b"".join(lines))

    def commit(self, tree: str, parents: tuple[str, ...], message: str, author: str, when: int) -> Made:
        who = f"{author} <{author.replace('[', '').replace(']', '')}@example.org> {when} +0000"
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents), f"author {who}", f"committer {who}"]
        sha = self._put("commit", ("\n".join(lines) + "\n\n" + message).encode())
        self._commits[sha] = Made(sha, tree, parents, message, author, when)
        return self._commits[sha]

    def has(self, sha: str, kind: str) -> bool:
        return sha in self._stored and self._stored[sha][0] == kind

    def data(self, sha: str) -> bytes:
        return self._stored[sha][1]

    def made(self, sha: str) -> Made:
        return self._commits[sha]

    def entries(self, tree: str) -> list[Entry]:
        data, found = self.data(tree), []
        while data:
            head, _, rest = data.partition(b"\0")
            mode, _, name = head.decode().partition(" ")
            found.append(Entry(mode, name, rest[:20].hex()))
            data = rest[20:]
        return found

    def with_file(self, tree: str | None, path: str, mode: str, blob: str) -> str:
        """A tree with a file put in; folders come into being."""
        name, _, below = path.partition("/")
        entries = {entry.name: entry for entry in (self.entries(tree) if tree else [])}
        if below:
            old = entries.get(name)
            inner = self.with_file(old.sha if old and old.is_tree else None, below, mode, blob)
            entries[name] = Entry("40000", name, inner)
        else:
            entries[name] = Entry(mode, name, blob)
        return self.tree(list(entries.values()))

    def files(self, tree: str, prefix: str = "") -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for entry in self.entries(tree):
            if entry.is_tree:
                found |= self.files(entry.sha, f"{prefix}{entry.name}/")
            else:
                found[prefix + entry.name] = entry
        return found

    def history(self, sha: str) -> list[str]:
        """A commit and all before it, the nearest first."""
        found: dict[str, None] = {}
        todo = [sha]
        while todo:
            one = todo.pop(0)
            if one not in found:
                found[one] = None
                todo += self.made(one).parents
        return list(found)

    def fork(self, one: str, other: str) -> str | None:
        shared = set(self.history(other))
        return next((sha for sha in self.history(one) if sha in shared), None)

    def ahead(self, base: str, head: str) -> list[Made]:
        """The commits of `head` that `base` has not, the oldest first."""
        known = set(self.history(base))
        return [self.made(sha) for sha in reversed(self.history(head)) if sha not in known]

    def write_to(self, git_folder: Path) -> None:
        """As loose objects of a repository of git."""
        for sha, (kind, data) in self._stored.items():
            file = git_folder / "objects" / sha[:2] / sha[2:]
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists():
                file.write_bytes(zlib.compress(f"{kind} {len(data)}".encode() + b"\0" + data))

    def _put(self, kind: str, data: bytes) -> str:
        sha = hashlib.sha1(f"{kind} {len(data)}".encode() + b"\0" + data).hexdigest()
        self._stored[sha] = (kind, data)
        return sha
