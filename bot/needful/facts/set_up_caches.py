"""The caches that set-up actions can keep, and what keeps the downloads of a package manager: typed."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from needful.facts import table


class Manager(NamedTuple):
    """What a set-up action does for a package manager. `files`: one of these must be there, or the step fails.

    `since` is the first version that can do it; `before` are programs that have to be installed before the step.
    """

    since: tuple[int, ...]
    files: tuple[str, ...]
    before: tuple[str, ...]


class SetUp(NamedTuple):
    """A set-up action with a cache: the `input` that switches it on, and `paths`, which names the files for its key.

    `paths` is `""` where no input does, and `paths_since` the first version that has it, where that is not the first
    with a cache. `value` is what the input takes, None for the name of the package manager; with one of `off` somebody
    decided. `stays`: without the input more is lost than the cache, or nothing is.
    """

    input: str
    paths: str
    paths_since: tuple[int, ...]
    value: bool | None
    off: tuple[str, ...]
    managers: dict[str, Manager]
    stays: bool = False


@cache
def set_up(action: str) -> SetUp | None:
    """What is known of the cache of a set-up action, by its name in lower case."""
    row = table("set_up_caches.json")["actions"].get(action)
    if row is None:
        return None
    managers = {
        name: Manager(_numbers(one["since"]), tuple(one["files"]), tuple(one.get("before", ())))
        for name, one in row["managers"].items()
    }
    since = _numbers(row.get("paths_since", "0"))
    off = tuple(row.get("off", ()))
    return SetUp(row["input"], row["paths"], since, row.get("value"), off, managers, row.get("stays", False))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def may_hold(manager: str, path: str) -> bool:
    """Whether a path that is cached may be where a package manager keeps its downloads, or what it installs."""
    return bool(_paths(manager).search(path.replace("\\", "/")))


@cache
def _paths(manager: str) -> re.Pattern[str]:
    return re.compile(table("set_up_caches.json")["held"][manager]["paths"], re.IGNORECASE)


def keeps(manager: str, action: str) -> bool:
    """Whether an action with a cache of its own (its name in lower case) keeps what a package manager downloads."""
    facts = table("set_up_caches.json")
    return action in facts["held"][manager]["by"] or action in facts["anything"]


def pin(action: str) -> tuple[str, str] | None:
    """How to name an action that a repository does not use yet, by its name in lower case: `uses`, and its version."""
    found = table("set_up_caches.json")["pins"].get(action)
    return (found[0], found[1]) if found is not None else None
