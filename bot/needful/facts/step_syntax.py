"""Who understands the keys for steps that run at once: `step_syntax.json`, typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from needful.facts import table


@dataclass(frozen=True)
class StepLinter:
    """A program that refuses the keys. `mentions` finds where it is run; `settings` can tell it to `ignore` them.

    `refusals` is what it says of them. Without `settings` it cannot be told. `hides` is what it says of the id of a
    step in a group, where it is asked for, and `ignore_hidden` what makes it say nothing of that.
    """

    name: str
    mentions: re.Pattern[str]
    settings: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    hides: str = ""
    ignore_hidden: str = ""


@dataclass(frozen=True)
class StepSyntax:
    """`most` steps run at once; `hosted` matches labels of GitHub's own runners, `enterprise` signs of another server.

    `rented`: labels of companies that rent out runners and keep them new.

    `places` are files that say which linters run.
    """

    most: int
    hosted: re.Pattern[str]
    rented: re.Pattern[str]
    enterprise: re.Pattern[str]
    places: tuple[str, ...]
    linters: tuple[StepLinter, ...]


@cache
def step_syntax() -> StepSyntax:
    """The whole table."""
    rows = table("step_syntax.json")
    hosted = re.compile(rows["hosted"] + r"\Z", re.IGNORECASE)
    linters = tuple(_linter(row) for row in rows["linters"])
    rented = re.compile(rows["rented"] + r"\Z", re.IGNORECASE)
    return StepSyntax(rows["most"], hosted, rented, re.compile(rows["enterprise"]), tuple(rows["places"]), linters)


def _linter(row: dict[str, Any]) -> StepLinter:
    lists: dict[str, Any] = {key: tuple(row[key]) for key in ("settings", "refusals", "ignore") if key in row}
    hidden = row.get("hides", ""), row.get("ignore_hidden", "")
    return StepLinter(row["name"], re.compile(row["mentions"]), **lists, hides=hidden[0], ignore_hidden=hidden[1])
