"""What programs and actions leave where others at work on the same machine could meet it: `footprints.json`, typed.

Only what stands there may run beside something else. Its schema says what the fields mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from typing import Any, NamedTuple

from needful.facts import table

CARRIER = "carrier"
"""The kind of a program that does nothing but run what it is told to."""
CHORES = frozenset({"set-up", "install", "fetch", "upload"})
"""The kinds of what prepares for others, and of what hands on what they made. All other kinds are checks."""


@dataclass(frozen=True)
class Said:
    """Something that a file in the folder says: one of `files` (globs) holds the regular expression `says`.

    `unless`: options that name another file, of which nobody knows what it says.
    """

    files: tuple[str, ...]
    says: str
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Write:
    """A path that is written, as a glob, or those that options name (`named`); under the conditions that are given."""

    path: str = ""
    named: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    absent: str = ""
    said: Said | None = None


@dataclass(frozen=True)
class Row:
    """One program or action.

    `needs`, `unless`, `variables`: options, and variables, without or with which nobody knows what it writes. `whole`:
    what the other tables say that it writes is all. `takes` and `gives` are what it needs, and leaves, of what is
    installed: `programs` (of the system), `packages` (of any kind), or packages of one kind by its name. `post` is what
    it does at the end of the job: it keeps a `cache`, or anything `else`.
    """

    kind: str
    long: bool = False
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    settled: Said | None = None
    reads: tuple[str, ...] = ("*",)
    skips: tuple[str, ...] = ()
    writes: tuple[Write, ...] = ()
    meets: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    fetches: str = ""
    package: str = ""
    post: str = ""
    whole: bool = False
    takes: tuple[str, ...] = ("programs", "packages")
    gives: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it usually takes, an assumption that only tells what is worth a block from what is not."""
        known: Mapping[str, float] = table("footprints.json")["seconds"]
        return known["long" if self.long else self.kind] if self.kind != CARRIER else 0.0


def program_row(words: tuple[str, ...]) -> Row | None:
    """What is known of a command by the words that lead to it, None if nothing is.

    Whatever a manager of system packages is told to do, it does to the same system.
    """
    rows = _rows("programs")
    row = rows.get(" ".join(words))
    first = rows.get(words[0]) if row is None else None
    return first if first is not None and "programs" in first.gives else row


def action_row(name: str) -> Row | None:
    """What is known of an action by its name (`owner/name`, in lower case), None if nothing is."""
    return _rows("actions").get(name)


class Part(Enum):
    """What a script seems to do by a look at its words, which costs next to nothing and says little.

    `ASIDE`: nothing that takes its time. `BUILDS`: something of which nobody knows where it is put.
    """

    ASIDE = "aside"
    INSTALLS = "installs"
    BUILDS = "builds"
    CHECKS = "checks"


@lru_cache(maxsize=4096)
def part(script: str) -> Part:
    """What a script seems to do by the programs of the table that it names."""
    words = _words()
    if words.installs.search(script):
        return Part.INSTALLS
    if words.builds.search(script) and not words.known_builds.search(script):
        return Part.BUILDS
    return Part.CHECKS if words.all.search(script) else Part.ASIDE


def names_check(script: str) -> bool:
    """Whether a script names a program of the table that checks."""
    return _words().checks.search(script) is not None


class _Words(NamedTuple):
    checks: re.Pattern[str]
    all: re.Pattern[str]
    installs: re.Pattern[str]
    builds: re.Pattern[str]
    known_builds: re.Pattern[str]


_PLAIN = frozenset({"cd", "pushd", "popd", "echo", "printf", "export", "set", "exit", "true", "false", ":", "sleep"})
"""Carriers that are in nearly every script and run nothing that is written in it."""


@cache
def _words() -> _Words:
    rows = _rows("programs")
    carriers = {name for name, row in rows.items() if row.kind == CARRIER} - _PLAIN
    checks = {name.split()[-1] for name, row in rows.items() if row.kind != CARRIER}
    installs = [name for name, row in rows.items() if row.kind == "install"]
    known = [name for name, row in rows.items() if row.kind == "build"]
    return _Words(
        re.compile(_any(checks)),
        re.compile(_any(checks | {name.split()[0] for name in carriers}) + r"|\./\w"),
        re.compile(_any(installs) + r"|(?<![\w-])[\w-]+ (?:install|add)(?![\w-])"),
        re.compile(r"(?<![\w-])(?:build|compile)(?![\w-])"),
        re.compile(_any(known)),
    )


def _any(words: Iterable[str]) -> str:
    return rf"(?<![\w-])(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})(?![\w-])"


@cache
def _rows(what: str) -> Mapping[str, Row]:
    return {name: _row(row) for row in table("footprints.json")[what] for name in row["names"]}


def _row(row: Mapping[str, Any]) -> Row:
    lists: dict[str, Any] = {
        key: tuple(row[key])
        for key in ("needs", "unless", "variables", "reads", "skips", "meets", "after", "takes", "gives")
        if key in row
    }
    plain = {key: row[key] for key in ("kind", "long", "fetches", "package", "post", "whole") if key in row}
    settled = _said(row["settled"]) if "settled" in row else None
    return Row(**plain, **lists, settled=settled, writes=tuple(_write(write) for write in row.get("writes", ())))


def _write(row: Mapping[str, Any]) -> Write:
    lists: dict[str, Any] = {key: tuple(row[key]) for key in ("named", "when", "unless") if key in row}
    plain = {key: row[key] for key in ("path", "absent") if key in row}
    return Write(**plain, **lists, said=_said(row) if "says" in row else None)


def _said(row: Mapping[str, Any]) -> Said:
    others = row.get("named_by", ()) if "path" in row else row.get("unless", ())
    return Said(tuple(row["files"]), row["says"], tuple(others))
