"""Where tools keep what they download, by system, and what set-up actions keep of it: `cache_places.json`, typed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from needful.facts import table


class Place(NamedTuple):
    """Where a tool keeps its downloads: paths by the names of `runner.os`, as `actions/cache` takes them.

    `moved_by` are words that tell the tool to keep them elsewhere.
    """

    tool: str
    paths: Mapping[str, tuple[str, ...]]
    moved_by: tuple[str, ...]


@cache
def places() -> tuple[Place, ...]:
    """All places of the table."""
    return tuple(
        Place(tool, {key: tuple(paths) for key, paths in row.items() if key != "moved_by"}, tuple(row["moved_by"]))
        for tool, row in table("cache_places.json")["places"].items()
    )


def places_of(path: str) -> tuple[Place, ...]:
    """The tools that keep their downloads at a path, on whatever system."""
    plain = path.strip().replace("\\", "/").rstrip("/")
    return tuple(place for place in places() if any(plain in paths for paths in place.paths.values()))


def kept_by(action: str, manager: str) -> tuple[str, ...]:
    """The tools whose downloads a set-up action (its name in lower case) keeps for a package manager."""
    return tuple(table("cache_places.json")["kept"].get(action, {}).get(manager, ()))


def without_effect(action: str) -> tuple[str, ...]:
    """Inputs of an action that do nothing."""
    return tuple(table("cache_places.json")["without_effect"].get(action, ()))
