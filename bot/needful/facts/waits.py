"""What waits inside a job for somebody, or for something else than its own work: `waits.json`, typed."""

from __future__ import annotations

import re
from functools import cache

from needful.facts import table


def waits(action: str, *, known: bool) -> bool:
    """Whether an action (its name in lower case) waits for people; of one that nobody knows, its name tells."""
    facts = table("waits.json")
    return action in facts["people"] or (not known and bool(_words().search(action)))


def command_waits(text: str) -> bool:
    """Whether a command waits until somebody ends it, or for another run."""
    return bool(_commands().search(text))


@cache
def _words() -> re.Pattern[str]:
    return re.compile(table("waits.json")["words"])


@cache
def _commands() -> re.Pattern[str]:
    return re.compile(table("waits.json")["commands"])
