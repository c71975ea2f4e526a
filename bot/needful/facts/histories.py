"""Who looks at the history of a repository, and not only at the commit that is checked out: `histories.json`, typed.

What is not named there may look at it: the table is one of those that do not.
"""

from __future__ import annotations

import fnmatch
import re
from enum import Enum
from functools import cache, lru_cache

from needful.facts import table


class Sight(Enum):
    """What a program sees of the history."""

    BLIND = "nothing"
    OWN = "what the project's own code asks for"
    PYTHON = "what the project's build asks for"
    GIT = "nothing, unless its arguments say so"
    ALL = "anything"


_SIGHTS = (
    ("never", Sight.ALL),
    ("git", Sight.GIT),
    ("python", Sight.PYTHON),
    ("blind", Sight.BLIND),
    ("own", Sight.OWN),
)


@lru_cache(maxsize=2048)
def sight_of_program(words: str) -> Sight | None:
    """What a program sees, by the words that lead to it in the tables (`ruff check`); None where none is named."""
    programs = table("histories.json")["programs"]
    for key, sight in _SIGHTS:
        if any(fnmatch.fnmatchcase(words, glob) or f"{words} *" == glob for glob in programs[key]):
            return sight
    return Sight.ALL if words.startswith("git ") else None


@lru_cache(maxsize=1024)
def is_blind_action(name: str) -> bool:
    """Whether an action (its name in lower case) looks at no history, for all that is known of it."""
    facts = table("histories.json")["actions"]
    if name in facts["blind"]:
        return True
    row = table("actions.json")["actions"].get(name, {})
    return row.get("kind") in facts["kinds"] and not re.search(facts["unlike"], name) and not row.get("opens")


def speaks_of_history(text: str) -> bool:
    """Whether the words of a command, or of an input, name commits or branches to compare with."""
    return bool(_pattern("words").search(text))


def is_about_history(variable: str) -> bool:
    """Whether an environment variable is one by which tools are told of commits."""
    return bool(_pattern("variables").search(variable))


def takes_its_version(text: str) -> bool:
    """Whether the manifest or build script of a Python project may take its version from git."""
    return bool(_pattern("versioning").search(text))


def depends_on_history(manifest: str) -> bool:
    """Whether a `package.json` names a package that reads the history."""
    return bool(_pattern("javascript").search(manifest))


def settings_about_history(program: str) -> tuple[tuple[str, ...], re.Pattern[str]] | None:
    """Files of a program's settings, and what in them makes it look at the history."""
    row = table("histories.json")["settings"].get(program)
    return (tuple(row[0]), re.compile(row[1])) if row is not None else None


@cache
def _pattern(key: str) -> re.Pattern[str]:
    return re.compile(table("histories.json")[key], re.IGNORECASE)
