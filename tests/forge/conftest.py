"""GitHub on loopback, and a clock that only says how long it was asked to wait."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from forge.samples import CI, CI_BYTES, Clock, Connect
from github_server.server import Server
from github_server.state import Token
from needful.forge.github.connection import Kept
from needful.forge.github.service import GitHub


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

    def made(token: Token | None = None, kept: dict[str, Kept] | None = None) -> GitHub:
        speaker = token or Token("needful[bot]")
        secret = f"ghs_secret{len(server.tokens)}"
        server.tokens[secret] = speaker
        return GitHub("acme/shop", secret, clock.now, clock.sleep, kept, server.url, timeout=1)

    return made


@pytest.fixture
def github(connect: Connect) -> GitHub:
    return connect()
