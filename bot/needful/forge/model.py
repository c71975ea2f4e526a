"""What a forge holds, as values. Commits, trees and blobs are named by their ids, 40 hexadecimal digits."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NamedTuple

WORKFLOWS = ".github/workflows"


@dataclass(frozen=True)
class Facts:
    """A repository: `name` is `owner/name` on GitHub, `branch` what is proposed to, `head` its newest commit."""

    name: str
    branch: str
    head: str
    private: bool = False


class File(NamedTuple):
    """A file of a commit. `mode` is git's: `100644`, `100755` for a program, `120000` for a link."""

    path: str
    mode: str
    blob: str

    @property
    def regular(self) -> bool:
        return self.mode in {"100644", "100755"}


@dataclass(frozen=True)
class Commit:
    """A commit; `message` without the blank lines at its ends."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    message: str


@dataclass(frozen=True)
class Ahead:
    """What a branch has that another has not: `commits`, oldest first, on top of `fork`, the last they share."""

    fork: str
    commits: tuple[Commit, ...] = ()


class State(StrEnum):
    """Of a pull request. `CLOSED` is closed without having been merged: somebody said no."""

    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"


@dataclass(frozen=True)
class PullRequest:
    """A pull request. `fork`: from a branch of another repository, so never one of ours.

    `head` is the newest commit of its branch as the forge told it with the pull request. Without a service behind it,
    `number` is 0 and `url` a file. `created` and `merged` are seconds since 1970.
    """

    number: int
    url: str
    state: State
    title: str
    body: str
    branch: str
    head: str
    base: str
    author: str = ""
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    created: float | None = None
    merged: float | None = None
    fork: bool = False


@dataclass(frozen=True)
class Issue:
    """An issue that is no pull request."""

    number: int
    url: str
    open: bool
    title: str
    body: str


@dataclass(frozen=True)
class Comment:
    """A comment on a pull request. `program`: written by an App or another program; `created`: seconds since 1970."""

    id: int
    author: str
    body: str
    program: bool
    created: float | None = None
    url: str = ""


class Permission(IntEnum):
    """What somebody may do in a repository, as GitHub's API says it; each includes those before it."""

    NONE = 0
    READ = 1
    WRITE = 2
    ADMIN = 3


class Check(NamedTuple):
    """A check that must pass before something may be merged. `app`: the id of the App that must report it, if any."""

    name: str
    app: int | None = None


@dataclass(frozen=True)
class Requirements:
    """The required checks of a branch. `unknown`: in a sentence each, what the token may not ask."""

    checks: tuple[Check, ...] = ()
    unknown: tuple[str, ...] = ()


def blob_id(data: bytes) -> str:
    """Git's id of a file with these bytes."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
