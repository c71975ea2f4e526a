"""The tables of programs: valid, without repetition, and with nothing in them that nobody reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from needful import facts
from needful.effects.channels import Channel
from needful.effects.command_names import FORMS
from needful.effects.command_readers import READERS
from needful.facts import table
from needful.facts.commands import AREAS, Where, addresses, program, programs, where

OTHERS = ("kinds", "web")
KINDS = table("programs/kinds.json")["kinds"]
IN_FOLDER = sorted(path.name for path in files(facts).joinpath("programs").iterdir())
CHANNELS = {channel.name.lower() for channel in Channel}
PLACED = {"path", "local"}  # forms that depend on the folder


def rows() -> Iterator[dict[str, Any]]:
    """All rows, with those below them."""
    todo = [row for area in AREAS for row in table(f"programs/{area}.json")["programs"]]
    while todo:
        row = todo.pop()
        yield row
        todo += row.get("sub", ())


ROWS = list(rows())
TOUCHES = [touch for holder in (*ROWS, *KINDS.values()) for touch in holder.get("touches", ())]


def test_every_table_is_read() -> None:
    assert sorted(f"{name}.json" for name in (*AREAS, *OTHERS)) == IN_FOLDER


@pytest.mark.parametrize("name", IN_FOLDER)
def test_tables_are_as_their_schema_says(name: str) -> None:
    schema = table("commands.schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(table(f"programs/{name}"))


def test_no_program_is_there_twice() -> None:
    names = Counter(
        name for area in AREAS for row in table(f"programs/{area}.json")["programs"] for name in row["names"]
    )
    assert not [name for name, count in names.items() if count > 1]


def test_no_word_stands_twice_below_a_program() -> None:
    for row in ROWS:
        names = Counter(name for below in row.get("sub", ()) for name in below["names"])
        assert not [name for name, count in names.items() if count > 1], row["names"]


def test_channels_and_forms_are_known_ones() -> None:
    assert {touch.get("writes") or touch["reads"] for touch in TOUCHES} <= CHANNELS
    assert {address.channel for address in addresses()} <= CHANNELS
    assert {touch["as"] for touch in TOUCHES if "as" in touch} - PLACED <= set(FORMS)


def test_what_others_see_is_told_in_words() -> None:
    between = {channel.name.lower() for channel in list(Channel)[: list(Channel).index(Channel.FILES)]}
    assert not [
        touch for touch in TOUCHES if (touch.get("writes") or touch["reads"]) in between and "text" not in touch
    ]


def test_every_kind_and_reader_is_used() -> None:
    assert {row["like"] for row in ROWS if "like" in row} == set(KINDS)
    assert {row["special"] for row in ROWS if "special" in row} == set(READERS)


def test_every_form_is_used() -> None:
    assert {touch.get("as", "") for touch in TOUCHES} == set(FORMS) | PLACED


def test_every_program_is_typed() -> None:
    assert all(program(name) is not None for name in programs())


def test_modules_are_programs() -> None:
    assert not [name for row in ROWS for name in row.get("modules", ()) if program(name) is None]


def test_a_row_that_is_the_same_as_another_says_nothing_else() -> None:
    assert all(set(row) == {"names", "same"} for row in ROWS if "same" in row)


def test_what_scans_or_takes_tasks_knows_what_to_do_with_any_argument() -> None:
    for row in ROWS:
        if row.get("scan") or "each" in row:
            assert "*" in {name for below in row["sub"] for name in below["names"]}, row["names"]
        if "each" in row:
            assert "" in {name for below in row["sub"] for name in below["names"]}, row["names"]


def test_programs_of_windows_are_known_in_any_case() -> None:
    assert program("Write-Host") == program("write-host")
    assert program("Get-AnyThing") == program("get-childitem")
    assert program("Docker") is None
    assert program("no-such-program") is None


def test_what_is_inherited() -> None:
    docker = program("docker")
    assert docker is not None
    push = docker.sub["push"]
    assert "--host" in push.values
    assert "--host" in push.unsure
    assert docker.sub["image"].sub["push"] == push


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("argument 0", Where("argument", place=0)),
        ("argument -1", Where("argument", place=-1)),
        ("arguments? 1", Where("arguments", optional=True, place=1)),
        ("option -t --tag", Where("option", options=("-t", "--tag"))),
        ("text two words", Where("text", text="two words")),
        ("word", Where("word")),
        ("nowhere", Where()),
    ],
)
def test_places_as_the_tables_write_them(text: str, expected: Where) -> None:
    assert where(text) == expected
