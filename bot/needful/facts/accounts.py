"""How many jobs the plans of GitHub run at once: `accounts.json`, typed."""

from __future__ import annotations

from typing import NamedTuple

from needful.facts import table


class AtOnce(NamedTuple):
    """Jobs that run at once on GitHub's standard runners: in all, and of those on macOS."""

    jobs: int
    macos: int


def at_once(plan: str) -> AtOnce:
    """The limits of a plan (`free`, `pro`, `team`, `enterprise`)."""
    known = table("accounts.json")
    return AtOnce(known["jobs"][plan], known["macos"][plan])
