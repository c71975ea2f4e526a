"""What a runner costs, how many processors it has and whose limit it counts for: `hosted.json`, typed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from needful.facts import table


class Runner(NamedTuple):
    """A kind of runner.

    `pool` is the account's limit that it counts for, `""` for none. `price` is dollars a minute in a private
    repository: 0 for one's own machines, None where it is not known. Standard runners are free in public repositories,
    `larger` ones never. `public` and `private` are its processors, 0 where not known.
    """

    kind: str
    pool: str = ""
    price: float | None = None
    larger: bool = False
    public: int = 0
    private: int = 0


OWN = Runner("self-hosted", price=0.0)
UNKNOWN = Runner("unknown")


def runner(labels: Iterable[str]) -> Runner:
    """The kind of runner that labels mean."""
    return _runner(tuple(label.lower() for label in labels))


@cache
def _runner(labels: tuple[str, ...]) -> Runner:
    if set(labels) & set(table("hosted.json")["own"]):
        return OWN
    return next((kind for label in labels for names, kind in _kinds() if names.fullmatch(label)), UNKNOWN)


@cache
def _kinds() -> tuple[tuple[re.Pattern[str], Runner], ...]:
    return tuple(
        (
            re.compile(row["labels"]),
            Runner(
                row["kind"],
                row.get("pool", ""),
                row["price"],
                row.get("larger", False),
                row["cpus"]["public"],
                row["cpus"]["private"],
            ),
        )
        for row in table("hosted.json")["runners"]
    )
