"""What programs and actions leave where others at work on the same machine could meet it: `footprints.json`, typed.

Only what stands there may run beside something else. Its schema says what the fields mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from needful.facts import table

CARRIER = "carrier"
"""The kind of a program that does nothing but run what it is told to."""


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

    `needs`, `unless`, `variables`: options, and variables, without or with which nobody knows what it writes.
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
    post: bool = False


def program_row(words: tuple[str, ...]) -> Row | None:
    """What is known of a command by the words that lead to it, None if nothing is."""
    return _rows("programs").get(" ".join(words))


def action_row(name: str) -> Row | None:
    """What is known of an action by its name (`owner/name`, in lower case), None if nothing is."""
    return _rows("actions").get(name)


@cache
def _rows(what: str) -> Mapping[str, Row]:
    return {name: _row(row) for row in table("footprints.json")[what] for name in row["names"]}


def _row(row: Mapping[str, Any]) -> Row:
    lists: dict[str, Any] = {
        key: tuple(row[key])
        for key in ("needs", "unless", "variables", "reads", "skips", "meets", "after")
        if key in row
    }
    plain = {key: row[key] for key in ("kind", "long", "fetches", "package", "post") if key in row}
    settled = _said(row["settled"]) if "settled" in row else None
    return Row(**plain, **lists, settled=settled, writes=tuple(_write(write) for write in row.get("writes", ())))


def _write(row: Mapping[str, Any]) -> Write:
    lists: dict[str, Any] = {key: tuple(row[key]) for key in ("named", "when", "unless") if key in row}
    plain = {key: row[key] for key in ("path", "absent") if key in row}
    return Write(**plain, **lists, said=_said(row) if "says" in row else None)


def _said(row: Mapping[str, Any]) -> Said:
    others = row.get("named_by", ()) if "path" in row else row.get("unless", ())
    return Said(tuple(row["files"]), row["says"], tuple(others))
