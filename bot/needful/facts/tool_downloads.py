"""Where tools that no set-up action looks after keep what they download: typed."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from needful.facts import table


class Downloads(NamedTuple):
    """What `actions/cache` needs to know of a tool.

    One of `locks`, in the folder of the project, says what is downloaded; without them, or where the tool asks for
    newer ones, one of `unlocked` says what is asked for. `everywhere` are patterns for the files that do, wherever they
    lie, as long as no file is there for `instead`. `moved_by` are words that tell the tool to keep its downloads
    elsewhere than in `paths`, or not at all: variables and options. `key` are expressions on which it depends as well,
    each with the action (in lower case) that gives it a value. `systems` are those on which it is kept there, by the
    names of `runner.os`, none for all. With one of `fewer` a command downloads other things than without. `fallback`:
    what was kept for another lock file serves as well. `programs` are those that are called, by name. `elsewhere` are
    the paths on systems where they are others than `paths`.
    """

    paths: tuple[str, ...]
    locks: tuple[str, ...]
    moved_by: tuple[str, ...]
    key: tuple[tuple[str, str], ...]
    systems: tuple[str, ...]
    fewer: tuple[str, ...]
    fallback: bool
    unlocked: tuple[str, ...]
    everywhere: tuple[str, ...]
    instead: tuple[str, ...]
    programs: tuple[str, ...]
    elsewhere: dict[str, tuple[str, ...]]


@cache
def tools() -> dict[str, Downloads]:
    """All tools, by the name that their package manager has here."""
    return {
        name: Downloads(
            tuple(row["paths"]),
            tuple(row["locks"]),
            tuple(row["moved_by"]),
            tuple(row.get("key", {}).items()),
            tuple(row.get("systems", ())),
            tuple(row.get("fewer", ())),
            row["fallback"],
            tuple(row.get("unlocked", ())),
            tuple(row.get("everywhere", ())),
            tuple(row.get("instead", ())),
            tuple(row.get("programs", (name,))),
            {system: tuple(paths) for system, paths in row.get("elsewhere", {}).items()},
        )
        for name, row in table("tool_downloads.json")["tools"].items()
    }
