"""The README lists every option, with the commands that have it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from needful.cli import cli

README = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")


def rows() -> list[tuple[set[str], set[str]]]:
    """The options and the commands of each row of the table."""
    table = README.split("| option | of | meaning |\n|---|---|---|\n", 1)[1].split("\n\n", 1)[0]
    cells = [re.split(r"(?<!\\)\|", line)[1:3] for line in table.splitlines()]
    return [(set(re.findall("--[a-z-]+", first)), set(re.findall("`([a-z]+)`", second))) for first, second in cells]


def options() -> Iterator[tuple[str, str]]:
    commands = getattr(get_command(cli), "commands", {})
    for name, command in commands.items():
        parts = getattr(command, "commands", {"": command}).values()
        for option in {
            flag for part in parts for one in part.params if not getattr(one, "hidden", 0) for flag in one.opts
        }:
            if option.startswith("--") and option not in ("--help", "--version"):
                yield name, option


@pytest.mark.parametrize(("command", "option"), sorted(options()))
def test_every_option_is_listed_with_its_command(command: str, option: str) -> None:
    assert [listed for names, listed in rows() if option in names and command in listed], f"{command} {option}"


def test_nothing_is_listed_that_there_is_not() -> None:
    known = set(options())
    listed = {(command, option) for names, commands in rows() for option in names for command in commands}
    assert listed - known == set()
