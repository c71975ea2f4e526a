"""The tables: valid, without repetition, in order, and as their readers expect."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from needful import facts
from needful.facts import table
from needful.facts.actions import action_facts
from needful.facts.runners import is_fresh

ACTIONS = table("actions.json")
COMMANDS = table("commands.json")


def test_actions_are_as_their_schema_says() -> None:
    schema = table("actions.schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(ACTIONS)


def test_every_action_is_there_once_and_in_order() -> None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
        assert not twice
        return dict(pairs)

    names = list(
        json.loads(files(facts).joinpath("actions.json").read_text("utf-8"), object_pairs_hook=once)["actions"]
    )
    assert names == sorted(names)


@pytest.mark.parametrize("name", ACTIONS["actions"])
def test_every_action_is_typed(name: str) -> None:
    found = action_facts(name)
    assert found is not None
    if found.when is not None:
        assert found.does, "`when` says when `does` holds"


def test_an_action_that_may_run_any_other_is_not_in_the_catalogue() -> None:
    assert not any(word in name for name in ACTIONS["actions"] for word in ("retry", "github-script", "runtime"))


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
