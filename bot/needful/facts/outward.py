"""By which words a program of the repository shows that it may reach out: `outward.json`, typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from needful.facts import table


@dataclass(frozen=True)
class Language:
    """`outward` finds what runs other programs or speaks to others; `imports` the files beside it that a file loads.

    `endings` are what a name of such a file may lack.
    """

    outward: re.Pattern[str]
    imports: re.Pattern[str]
    endings: tuple[str, ...]


@cache
def languages() -> Mapping[str, Language]:
    """The languages that are known, by the suffix of their files."""
    rows = table("outward.json")
    found = {}
    for row in rows["languages"]:
        words = "|".join((*rows["any"], *row["words"]))
        pattern = rf"(?<!\w)(?:{words})(?!\w)" + (f"|{row['marks']}" if "marks" in row else "")
        language = Language(re.compile(pattern), re.compile(row["imports"], re.MULTILINE), tuple(row["endings"]))
        found.update(dict.fromkeys(row["suffixes"], language))
    return found
