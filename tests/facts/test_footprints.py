"""The tables of what may run beside something else: valid, and about programs that the other tables know."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import jsonschema
import pytest

from needful.facts import table
from needful.facts.actions import catalogued
from needful.facts.commands import program
from needful.facts.footprints import action_row, program_row
from needful.facts.step_syntax import step_syntax

PROGRAMS: list[dict[str, Any]] = table("footprints.json")["programs"]
ACTIONS: list[dict[str, Any]] = table("footprints.json")["actions"]


@pytest.mark.parametrize("name", ["footprints", "step_syntax"])
def test_the_table_is_as_its_schema_says(name: str) -> None:
    schema = table(f"{name}.schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(table(f"{name}.json"))


def test_nothing_is_there_twice() -> None:
    names = Counter(name for row in (*PROGRAMS, *ACTIONS) for name in row["names"])
    assert not [name for name, count in names.items() if count > 1]


@pytest.mark.parametrize("name", [name for row in PROGRAMS for name in row["names"]])
def test_a_command_is_one_that_the_tables_of_programs_know(name: str) -> None:
    first, *words = name.split()
    entry = program(first)
    assert entry is not None
    for word in words:
        assert word in entry.sub
        entry = entry.sub[word]
    assert program_row(tuple(name.split())) is not None


@pytest.mark.parametrize("name", [name for row in ACTIONS for name in row["names"]])
def test_an_action_is_one_that_the_catalogue_knows(name: str) -> None:
    assert catalogued(name, "v9") is not None
    assert action_row(name) is not None


def test_what_changes_files_on_request_names_the_request() -> None:
    for row in PROGRAMS:
        if row["kind"] in ("format", "lint"):
            assert row.get("unless") or row.get("needs"), row["names"]


def test_test_suites_share_what_nobody_can_name() -> None:
    assert all("test suites" in row.get("meets", ()) for row in PROGRAMS if row["kind"] == "test")


def test_regular_expressions_can_be_read() -> None:
    for row in PROGRAMS:
        for said in (row.get("settled", {}), *row.get("writes", ())):
            re.compile(said.get("says", ""))


def test_every_refusal_of_a_linter_is_one_that_it_can_be_told_to_ignore() -> None:
    for linter in step_syntax().linters:
        assert bool(linter.refusals) == bool(linter.ignore) == bool(linter.settings)
        for refusal in linter.refusals:
            assert any(re.search(pattern, refusal) for pattern in linter.ignore)
