"""Where tools that no set-up action looks after keep what they download: typed."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from needful.facts import table


class Downloads(NamedTuple):
    """What `actions/cache` needs to know of a tool.

    One of `locks`, in the folder of the project, says what is downloaded. `moved_by` are variables that tell the tool
    to keep it elsewhere than in `paths`, or not at all. `key` are expressions on which it depends as well, each with
    the action (in lower case) that gives it a value. `systems` are those on which it is kept there, by the names of
    `runner.os`, none for all. With one of `fewer` a command downloads less than others do. `fallback`: what was kept
    for another lock file serves as well.
    """

    paths: tuple[str, ...]
    locks: tuple[str, ...]
    moved_by: tuple[str, ...]
    key: tuple[tuple[str, str], ...]
    systems: tuple[str, ...]
    fewer: tuple[str, ...]
    fallback: bool


@cache
def tools() -> dict[str, Downloads]:
    """All tools, by the name of their program."""
    return {
        name: Downloads(
            tuple(row["paths"]),
            tuple(row["locks"]),
            tuple(row["moved_by"]),
            tuple(row.get("key", {}).items()),
            tuple(row.get("systems", ())),
            tuple(row.get("fewer", ())),
            row["fallback"],
        )
        for name, row in table("tool_downloads.json")["tools"].items()
    }
