"""Files of a repository that a glob matches, as `hashFiles` and set-up actions understand it. Bounded."""

from __future__ import annotations

import fnmatch
import posixpath

from needful.effects.project.model import Files

_MAX_LISTINGS = 2000
_MAX_DEPTH = 8
_HIDDEN = frozenset({"node_modules/", ".git/"})


def found(files: Files, pattern: str) -> tuple[str, ...]:
    """The files that match, in order: `*` and `?` within a name, `**` for any folders. Nothing past a bound."""
    segments = [segment for segment in pattern.strip().removeprefix("./").split("/") if segment]
    todo: list[tuple[str, int, int]] = [("", 0, 0)]
    matches: dict[str, None] = {}
    seen: set[tuple[str, int]] = set()
    while todo and len(seen) < _MAX_LISTINGS:
        folder, at, depth = todo.pop()
        if (folder, at) in seen or at == len(segments) or depth > _MAX_DEPTH:
            continue
        seen.add((folder, at))
        names = [name for name in files.listing(folder) if name not in _HIDDEN]
        if segments[at] == "**":
            todo.append((folder, at + 1, depth))
            todo += [(posixpath.join(folder, name[:-1]), at, depth + 1) for name in names if name.endswith("/")]
            continue
        last = at == len(segments) - 1
        for name in names:
            bare = name.removesuffix("/")
            if fnmatch.fnmatchcase(bare, segments[at]):
                path = posixpath.join(folder, bare)
                if not last:
                    todo.append((path, at + 1, depth + 1))
                elif not name.endswith("/"):
                    matches[path] = None
    return tuple(sorted(matches))
