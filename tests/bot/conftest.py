"""The demonstration on the loopback GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.stage import NOW, PEOPLE, Stage, add_run, demo_files, recorded
from github_server.server import Server
from needful.history.store import Store


@pytest.fixture
def server() -> Iterator[Server]:
    """Whatever the bot asks must keep GitHub's contract."""
    with Server() as running:
        running.state.clock = int(NOW)
        running.state.push("main", demo_files(), "Start")
        running.state.people = dict(PEOPLE)
        running.state.rules = ["lint", "unit (3.12)"]
        yield running
    assert running.broken == []


@pytest.fixture
def stage(server: Server) -> Stage:
    """Without recorded runs, which take time to replay."""
    return Stage(server)


@pytest.fixture
def recorded_stage(server: Server, tmp_path: Path) -> Iterator[Stage]:
    """With the recorded runs of the demonstration, and a store for them."""
    for run in recorded():
        add_run(server, run)
    with Store(tmp_path / "history.sqlite") as store:
        yield Stage(server, store)
