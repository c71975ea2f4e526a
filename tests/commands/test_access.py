"""Who may ask for what."""

from __future__ import annotations

from typing import get_args

import pytest

from needful.commands.access import access, objection
from needful.commands.model import (
    Apply,
    Command,
    Drop,
    Edge,
    Explain,
    Help,
    IgnoreRule,
    KeepEdge,
    Measure,
    Rebase,
    ShowPlan,
    Undo,
)

READING: list[Command] = [Help(), ShowPlan(), Explain("a:b")]
WRITING: list[Command] = [
    *(Apply(("a:b",)), Drop(("a:b",)), KeepEdge(Edge("a", "b"), "c"), IgnoreRule("a"), Measure(), Rebase(), Undo()),
]


def test_every_command_is_one_or_the_other() -> None:
    assert {type(command) for command in (*READING, *WRITING)} == set(get_args(Command))


@pytest.mark.parametrize("command", [*READING, *WRITING], ids=lambda command: type(command).__name__)
def test_what_writes_works_on_our_own_pull_requests_only(command: Command) -> None:
    reading = command in READING
    assert access(command) == (True, not reading)
    assert objection(command, writer=True, own=True) == ""
    assert (objection(command, writer=True, own=False) == "") == reading
    assert "may write" in objection(command, writer=False, own=True)


def test_the_reason_is_said() -> None:
    assert objection(Undo(), writer=True, own=False) == "this works on pull requests of Needful only"
