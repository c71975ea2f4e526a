"""The tables: valid, without repetition, in order, and as their readers expect."""

from __future__ import annotations

from typing import Any

import pytest

from needful.facts import table
from needful.facts.runners import is_fresh

COMMANDS = table("commands.json")


@pytest.mark.parametrize("command", COMMANDS["commands"], ids=lambda command: " ".join(command["words"]))
def test_commands_are_plain_words(command: dict[str, Any]) -> None:
    assert set(command) == {"words", "does"}
    assert command["words"]
    assert command["does"]
    assert all(word == word.strip() and not set(word) & set(" ;|&()'\"\\") for word in command["words"])


def test_no_command_is_there_twice() -> None:
    words = [tuple(command["words"]) for command in COMMANDS["commands"]]
    assert len(words) == len(set(words))
    assert len(COMMANDS["installs"]) == len({tuple(install) for install in COMMANDS["installs"]})


def test_every_table_says_where_it_comes_from() -> None:
    for name in ("actions.json", "commands.json", "runners.json"):
        assert table(name)["source"]
        assert table(name)["date"].startswith("20")


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("ubuntu-latest", True),
        ("Ubuntu-24.04-ARM", True),
        ("macos-15-intel", True),
        ("windows-2025", True),
        ("blacksmith-4vcpu-ubuntu-2404", True),
        ("ubuntu", False),
        ("self-hosted", False),
        ("linux", False),
        ("ubuntu-latest\nself-hosted", False),
        ("my-ubuntu-latest", False),
        ("", False),
    ],
)
def test_runners_that_are_new_for_every_job(label: str, expected: bool) -> None:
    assert is_fresh(label) is expected
