"""The same repository on either forge, and what people do in it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from forge.samples import BRANCH, CI, CI_BYTES
from github_server.server import Server
from needful.app.publish import Named, Patch, Publication
from needful.forge.protocol import Forge

STEPS = (
    CI_BYTES.replace(b"push", b"pull_request"),
    CI_BYTES.replace(b"push", b"pull_request").replace(b"{}", b"{a: {}}"),
)
TEST, DOCS = (Named(f"drop-false-needs:ci.yml:{job}:lint") for job in ("test", "docs"))
PATCHES = (
    Patch((TEST,), "`test` need not wait\n\nBecause.\n\nNeedful-Change: one", STEPS[0]),
    Patch((DOCS,), "`docs` need not wait\n\nBecause.\n\nNeedful-Change: two", STEPS[1]),
)


class Place(Protocol):
    """What a test of both forges needs to see and do."""

    @property
    def forge(self) -> Forge: ...

    def head(self, branch: str) -> str:
        """Where a branch is, "" where there is none."""

    def push(self, branch: str, files: Mapping[str, bytes], message: str = "Work") -> str:
        """A person commits."""

    def file(self, branch: str, path: str) -> bytes: ...

    def messages(self, branch: str) -> list[str]:
        """The first lines of the commits that a branch has more than the default one, the oldest first."""

    def decline(self) -> None:
        """A person does away with the pull request."""

    def merge(self) -> None:
        """A person merges the pull request and removes its branch."""

    def edit_body(self, text: str) -> None:
        """A person rewrites the text of the pull request."""

    def writes(self) -> int:
        """Something that grows with each write."""


class OnGitHub:
    def __init__(self, server: Server, forge: Forge) -> None:
        self._server = server
        self.forge = forge

    def head(self, branch: str) -> str:
        return self._server.state.refs.get(branch, "")

    def push(self, branch: str, files: Mapping[str, bytes], message: str = "Work") -> str:
        return self._server.state.push(branch, dict(files), message)

    def file(self, branch: str, path: str) -> bytes:
        return self._server.state.file(branch, path)

    def messages(self, branch: str) -> list[str]:
        return [made.message.split("\n")[0] for made in self._server.state.log(branch)]

    def decline(self) -> None:
        (pull,) = self._server.state.open_pulls()
        self._server.state.decline(pull.number)

    def merge(self) -> None:
        (pull,) = self._server.state.open_pulls()
        self._server.state.merge(pull.number)

    def edit_body(self, text: str) -> None:
        (pull,) = self._server.state.open_pulls()
        pull.body = text

    def writes(self) -> int:
        return len(self._server.writes)


class OnDisk:
    def __init__(self, root: Path, forge: Forge) -> None:
        self._root = root
        self.forge = forge

    def git(self, *arguments: str, given: bytes = b"") -> str:
        return git(self._root, *arguments, given=given)

    def head(self, branch: str) -> str:
        known = self.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")
        return known.strip()

    def push(self, branch: str, files: Mapping[str, bytes], message: str = "Work") -> str:
        here = self.git("branch", "--show-current").strip()
        exists = bool(self.head(branch))
        if branch != here:
            self.git("switch", "-q", *([] if exists else ["-c"]), branch)
        for path, data in files.items():
            (self._root / path).parent.mkdir(parents=True, exist_ok=True)
            (self._root / path).write_bytes(data)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        self.git("switch", "-q", here)
        return self.head(branch)

    def file(self, branch: str, path: str) -> bytes:
        command = ["git", "-C", str(self._root), "cat-file", "blob", f"{branch}:{path}"]
        return subprocess.run(command, check=True, capture_output=True).stdout

    def messages(self, branch: str) -> list[str]:
        return self.git("log", "--reverse", "--format=%s", f"main..{branch}").splitlines()

    def decline(self) -> None:
        self.git("branch", "-q", "-D", BRANCH)

    def merge(self) -> None:
        self.git("merge", "-q", "--no-ff", "-m", "Merge", BRANCH)
        self.git("branch", "-q", "-D", BRANCH)

    def edit_body(self, text: str) -> None:
        (pull,) = self.forge.open_pull_requests("needful/")
        file = Path(pull.url)
        first, heading = file.read_text("utf-8").split("\n")[:2]
        file.write_text(f"{first}\n{heading}\n\n{text}\n", "utf-8")

    def writes(self) -> int:
        """Objects, entries of reference logs, and times at which a pull request was written."""
        folder = self._root / ".git"
        objects = sum(1 for file in (folder / "objects").rglob("*") if file.is_file())
        logs = sum(len(log.read_bytes()) for log in (folder / "logs").rglob("*") if log.is_file())
        kept = folder / "needful"
        return objects + logs + sum(file.stat().st_mtime_ns for file in kept.rglob("*.md"))


def git(root: Path, *arguments: str, given: bytes = b"") -> str:
    """Git as a person uses it, without that person's configuration."""
    who = {f"GIT_{role}_{what}": "alice@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-c", "core.autocrlf=false", "-C", str(root), *arguments]
    return subprocess.run(command, check=True, capture_output=True, input=given, env=environment).stdout.decode()


def publication(place: Place, **changes: object) -> Publication:
    """Two changes of the sample workflow, proposed to the default branch as it is."""
    usual = Publication(CI, place.head("main"), CI_BYTES, PATCHES, "ci.yml: wait less", lambda _: "It **saves** 3 min.")
    return replace(usual, **changes)  # type: ignore[arg-type]
