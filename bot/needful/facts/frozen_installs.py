"""Installs of what a project needs, and those of exactly what its lock file lists: `frozen_installs.json`, typed."""

from __future__ import annotations

import re
from typing import NamedTuple

from needful.facts import table


class Frozen(NamedTuple):
    """A command in place of another, and the lock files of `manager`, of which the first that is there counts."""

    manager: str
    command: str
    locks: tuple[str, ...]


def frozen(command: str) -> Frozen | None:
    """What installs exactly what the lock file lists, where a command installs what the manifest asks for.

    None for any other command: the words have to be those of the table, with options that mean the same in both.
    """
    words = command.split()
    options = [word for word in words if word.startswith("-")]
    plain = " ".join(words[: len(words) - len(options)])
    if words[len(words) - len(options) :] != options:
        return None
    for manager, row in table("frozen_installs.json")["managers"].items():
        if plain in row["commands"] and set(options) <= set(row["options"]):
            return Frozen(manager, " ".join((row["frozen"], *options)), tuple(row["locks"]))
    return None


def settles_locks(npmrc: str) -> bool:
    """Whether settings of npm say something of lock files, so that the two commands may differ by more."""
    return bool(re.search(table("frozen_installs.json")["npmrc"], npmrc, re.IGNORECASE))
