"""What commands do: `commands.json`, typed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from needful.facts import table


class Irreversible(NamedTuple):
    """A command by its words, and what it does in plain words."""

    words: tuple[str, ...]
    does: str


@cache
def irreversible() -> Mapping[str, tuple[Irreversible, ...]]:
    """Commands whose work cannot be taken back, by their first word."""
    found: dict[str, tuple[Irreversible, ...]] = {}
    for row in table("commands.json")["commands"]:
        words = tuple(row["words"])
        found[words[0]] = (*found.get(words[0], ()), Irreversible(words, row["does"]))
    return found


@cache
def installs() -> tuple[tuple[str, ...], ...]:
    """Commands that only install dependencies."""
    return tuple(tuple(words) for words in table("commands.json")["installs"])


@cache
def neutral() -> frozenset[str]:
    """Commands that do no work worth counting."""
    return frozenset(table("commands.json")["neutral"])
