"""GitHub on loopback, and a clock that only says how long it was asked to wait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from forge.places import OnDisk, OnGitHub, Place, git
from forge.samples import CI, CI_BYTES, ENVIRONMENT, Clock, Connect
from github_server.server import Server
from github_server.state import Token
from needful.forge.github.connection import Kept
from needful.forge.github.service import GitHub
from needful.forge.local import LocalForge


@pytest.fixture
def server() -> Iterator[Server]:
    """A repository with a workflow. Whatever the bot asks must keep GitHub's contract."""
    with Server() as running:
        running.state.push("main", {CI: CI_BYTES, "README.md": b"# Shop\n"}, "Start")
        running.state.people = {"alice": "admin", "bob": "write", "carol": "read", "dave": "maintain", "erin": "triage"}
        yield running
    assert running.broken == []


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def connect(server: Server, clock: Clock) -> Connect:
    """The forge as an App's token sees it, or another one's: `connect(Token("bob", "classic"))`."""

    def made(token: Token | None = None, kept: dict[str, Kept] | None = None, timeout: int = 30) -> GitHub:
        speaker = token or Token("needful[bot]")
        secret = f"ghs_secret{len(server.tokens)}"
        server.tokens[secret] = speaker
        return GitHub("acme/shop", secret, clock.now, clock.sleep, kept, server.url, timeout)

    return made


@pytest.fixture
def github(connect: Connect) -> GitHub:
    return connect()


@pytest.fixture(params=["github", "local"])
def place(request: pytest.FixtureRequest) -> Place:
    """The same repository on GitHub and on disk."""
    if request.param == "github":
        return OnGitHub(request.getfixturevalue("server"), request.getfixturevalue("github"))
    root = request.getfixturevalue("repository")
    return OnDisk(root, request.getfixturevalue("local"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository on disk with the sample workflow, committed on `main`."""
    root = tmp_path / "shop"
    (root / CI).parent.mkdir(parents=True)
    (root / CI).write_bytes(CI_BYTES)
    (root / "README.md").write_bytes(b"# Shop\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Start")
    return root


@pytest.fixture
def local(repository: Path, clock: Clock) -> LocalForge:
    return LocalForge(repository, clock.now, ENVIRONMENT)
