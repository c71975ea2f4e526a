"""Names of tox environments: `py3{11,12}-{a,b}` as a list, and lines that are meant for some of them only."""

from __future__ import annotations

import re
from typing import NamedTuple

from needful.effects.names import Name

_BRACES = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(\d{1,4})-(\d{1,4})\Z")
_CONDITION = re.compile(r"([\w.{},! \t-]+):(?=\s|\Z)")
_MAX = 300


class TooMuch(Exception):
    """Settings that refer to each other without end."""


class Environment(NamedTuple):
    """What tox says of an environment.

    `installs` and `commands` are lines that no shell reads, `commands` those of all three keys in order; `package`:
    the project itself is installed; `folder` is where they run, relative to the folder of the file (`()` there);
    `keys` lead to the commands in the text of the file.
    """

    name: str
    installs: tuple[Name, ...]
    commands: tuple[Name, ...]
    package: bool
    folder: Name
    variables: dict[str, Name]
    keys: tuple[str, ...]


def expanded(text: str) -> tuple[str, ...] | None:
    """The names that a list stands for, in order; None where they are too many."""
    found: dict[str, None] = {}
    for name in _parts(text):
        names = _product(name)
        if names is None or len(found) > _MAX:
            return None
        found.update(dict.fromkeys(names))
    return tuple(found)


def _parts(text: str) -> list[str]:
    """A list parted by commas and line breaks, which within braces part something else."""
    found, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth = max(0, depth + (character == "{") - (character == "}"))
        if depth == 0 and character in ",\n":
            found.append(text[start:at])
            start = at + 1
    return [part for piece in (*found, text[start:]) if (part := "".join(piece.split()))]


def _product(name: str) -> list[str] | None:
    waiting, done = [name], []
    while waiting:
        one = waiting.pop(0)
        braces = _BRACES.search(one)
        if braces is None:
            done.append(one.strip("-") or one)
            continue
        for choice in braces[1].split(","):
            numbers = _RANGE.match(choice)
            span = range(int(numbers[1]), int(numbers[2]) + 1) if numbers else range(0)
            waiting += [one[: braces.start()] + str(text) + one[braces.end() :] for text in (span or (choice,))]
            if len(waiting) + len(done) > _MAX:
                return None
    return done


def meant_for(line: str, environment: str) -> str | None:
    """A line without the condition in front (`py3: …`), None where the condition leaves the environment out."""
    condition = _CONDITION.match(line)
    if condition is None or any(len(part.split()) != 1 for part in condition[1].split(",")):
        return line
    alternatives = expanded(condition[1])
    factors = set(environment.split("-"))
    if alternatives is None or any(_holds(one, factors, environment) for one in alternatives):
        return line[condition.end() :].strip()
    return None


def _holds(alternative: str, factors: set[str], environment: str) -> bool:
    if alternative == environment:
        return True
    parts = alternative.split("-")
    return all((part[1:] not in factors) if part.startswith("!") else (part in factors) for part in parts)
