"""Runners that can run a part of their tests."""

from __future__ import annotations

import pytest

from needful.facts import table
from needful.facts.commands import program
from needful.facts.sharding import sharding


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (("vitest",), "--shard=2/3"),
        (("cargo", "nextest"), "--partition hash:2/3"),
        (("pytest",), "--splits 3 --group 2"),
    ],
)
def test_options_of_a_part(words: tuple[str, ...], options: str) -> None:
    found = sharding(words)
    assert found is not None
    assert found.part("2", 3) == options
    assert any(option in options for option in found.by)


def test_other_programs_run_no_parts() -> None:
    assert sharding(("mocha",)) is None


def test_every_runner_is_a_known_program() -> None:
    for row in table("sharding.json")["runners"]:
        for name in row["names"]:
            assert program(name.split()[0]) is not None
