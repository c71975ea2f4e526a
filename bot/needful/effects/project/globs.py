"""Folders that patterns of workspaces name: `packages/*`, `apps/**`, `!packages/old`. Bounded, whatever they are."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterable

from needful.effects.project.model import Files
from needful.effects.project.paths import inside

_MAX_LISTINGS = 3000
_MAX_DEPTH = 6  # below `**`
_NOT_SUPPORTED = frozenset("{}()[]\\")


class _TooMuch(Exception):
    """More folders than are looked at."""


class _Folders:
    """Listings of folders, counted."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.left = _MAX_LISTINGS

    def below(self, folder: str) -> list[str]:
        """The folders in a folder, without hidden ones and `node_modules`."""
        self.left -= 1
        if self.left < 0:
            raise _TooMuch
        names = (name[:-1] for name in self.files.listing(folder) if name.endswith("/"))
        return [posixpath.join(folder, name) for name in names if name != "node_modules" and name[:1] != "."]


def folders(files: Files, base: str, patterns: Iterable[str]) -> tuple[str, ...] | None:
    """The folders below `base` that match, in order, each once; None for patterns not understood, and for too many."""
    found: dict[str, None] = {}
    without: set[str] = set()
    seen = _Folders(files)
    try:
        for pattern in patterns:
            expanded = _expand(seen, base, pattern.removeprefix("!"))
            if expanded is None:
                return None
            if pattern.startswith("!"):
                without.update(expanded)
            else:
                found.update(dict.fromkeys(expanded))
    except _TooMuch:
        return None
    return tuple(folder for folder in found if folder not in without)


def _expand(seen: _Folders, base: str, pattern: str) -> list[str] | None:
    frontier = [base]
    for segment in pattern.split("/"):
        if segment in ("", "."):
            continue
        if segment == "**":
            frontier = _descend(seen, frontier)
        elif _NOT_SUPPORTED & set(segment):
            return None
        elif set("*?") & set(segment):
            frontier = [
                child
                for folder in frontier
                for child in seen.below(folder)
                if fnmatch.fnmatchcase(posixpath.basename(child), segment)
            ]
        else:
            joined = [inside(folder, segment) for folder in frontier]
            frontier = [folder for folder in joined if folder is not None]
    return frontier


def _descend(seen: _Folders, start: list[str]) -> list[str]:
    """These folders and all below them."""
    found, frontier = list(start), start
    for _ in range(_MAX_DEPTH):
        frontier = [child for folder in frontier for child in seen.below(folder)]
        found += frontier
    return list(dict.fromkeys(found))
