"""Which paths lead to the same place. What stands at an anchor is seen at every alias of it too."""

from __future__ import annotations

import re

from needful.document.nodes import Alias, Mapping, Node, Path, Sequence
from needful.document.parse import Document
from needful.document.places import spell
from needful.errors import Refusal

_ALIAS = re.compile(r"\*[^\s,\[\]{}]")
_BEFORE_ALIAS = frozenset(" \t\r\n[{,:")
MAX_USES = 1000
"""Places that share one node, beyond which no edit of it is made."""


def alias_paths(document: Document) -> list[tuple[Path, Path]]:
    """For every alias where it stands and where its anchor stands (both without passing through an alias)."""
    text = document.source.text
    # most asterisks stand in globs and texts, and most files have no alias
    if not any(text[match.start() - 1] in _BEFORE_ALIAS for match in _ALIAS.finditer(text, 1)):
        return []
    anchors: dict[int, Path] = {}
    found: list[tuple[Path, Path]] = []
    pending: list[tuple[Path, Node]] = [((), document.root)]
    while pending:
        path, node = pending.pop()
        if isinstance(node, Alias):
            found.append((path, anchors[id(node.target)]))
            continue
        if node.anchor is not None:
            anchors[id(node)] = path
        if isinstance(node, Mapping):
            pending += [((*path, entry.key.text), entry.value) for entry in reversed(node.entries)]
        elif isinstance(node, Sequence):
            pending += [((*path, index), item) for index, item in reversed(list(enumerate(node.items)))]
    return found


def canonical(path: Path, aliases: list[tuple[Path, Path]]) -> Path:
    """The path to the same place that passes through no alias; an alias at its very end counts as passed."""
    changed = True
    while changed:
        changed = False
        for alias, target in aliases:
            if path[: len(alias)] == alias:
                path, changed = target + path[len(alias) :], True
    return path


def uses(path: Path, aliases: list[tuple[Path, Path]]) -> list[Path]:
    """Every path that leads to the place of a canonical path, itself first. Raises `Refusal` for too many."""
    found = [path]
    for at in found:
        for alias, target in aliases:
            if at[: len(target)] == target:
                found.append(alias + at[len(target) :])
                if len(found) > MAX_USES:
                    raise Refusal(f"{spell(path)} is shared by more than {MAX_USES} places")
    return found
