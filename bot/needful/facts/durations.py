"""How long things take that a repository's own runs do not show: `durations.json`, typed."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from needful.facts import table


class Distribution(NamedTuple):
    """Values by how many lie below: `quantiles` are pairs `(share, value)` in ascending order."""

    name: str
    what: str
    source: str
    date: str
    quantiles: tuple[tuple[float, float], ...]

    def at(self, share: float) -> float:
        """The value that this share (0 to 1) lies below: straight between the known ones, flat outside them."""
        below = self.quantiles[0]
        for point in self.quantiles:
            if share < point[0]:
                width = point[0] - below[0]
                part = (share - below[0]) / width if width > 0 else 1.0
                return below[1] + (point[1] - below[1]) * max(0.0, part)
            below = point
        return below[1]


@cache
def distribution(name: str) -> Distribution:
    """A distribution by its name in the file. Raises `KeyError` for another name."""
    row = table("durations.json")["durations"][name]
    points = tuple((float(share), float(value)) for share, value in row["quantiles"])
    return Distribution(name, row["what"], row["source"], row["date"], points)


def of_action(name: str) -> Distribution | None:
    """How long an action takes (`owner/name[/path]` in lower case), None where nobody measured it."""
    found = _by_action().get(name)
    return distribution(found) if found is not None else None


@cache
def _by_action() -> dict[str, str]:
    return {action: name for name, actions in table("durations.json")["actions"].items() for action in actions}
