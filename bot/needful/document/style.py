"""How a file is written by its own majority: indentation, quotes, lists, comments. New text follows it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from needful.document.layout import dash
from needful.document.nodes import Alias, Mapping, Node, Scalar, Sequence, Style
from needful.document.parse import Document
from needful.source import Source

_T = TypeVar("_T", bound=Hashable)
_BESIDE = re.compile(r"(?<=[^\s#])([ \t]+)#[ !]")


@dataclass(frozen=True)
class FileStyle:
    """The majorities of a file, in characters. `padded`: `[ a ]`; `spaced`: `{ a: 1 }`.

    `flow_lists` says for a key whether its lists are written in brackets, `offsets` how far its dashes stand to the
    right of it.
    """

    indent: int = 2
    offset: int = 2
    dash: int = 2
    quote: Style = Style.SINGLE
    padded: bool = False
    spaced: bool = False
    gap: str = "  "
    flow_lists: dict[str, bool] = field(default_factory=dict)
    offsets: dict[str, int] = field(default_factory=dict)


def _majority(values: Iterable[_T], default: _T) -> _T:
    counts = Counter(values)
    return max(counts, key=lambda value: counts[value]) if counts else default


def _by_key(pairs: Iterable[tuple[str, _T]]) -> dict[str, list[_T]]:
    found: dict[str, list[_T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def walk(root: Node) -> Iterator[tuple[str, Mapping | Sequence | None, Node]]:
    """Every node with its parent and the key it stands under (an item: that of the list), aliases not followed."""
    pending: list[tuple[str, Mapping | Sequence | None, Node]] = [("", None, root)]
    while pending:
        key, parent, node = pending.pop()
        yield key, parent, node
        if isinstance(node, Mapping):
            pending += [(entry.key.text, node, entry.value) for entry in reversed(node.entries)]
        elif isinstance(node, Sequence):
            pending += [(key, node, item) for item in reversed(node.items)]


@dataclass
class _Seen:
    """What was counted in a walk over the file."""

    indents: list[int] = field(default_factory=list)
    offsets: list[tuple[str, int]] = field(default_factory=list)
    dashes: list[int] = field(default_factory=list)
    quotes: list[Style] = field(default_factory=list)
    padded: list[bool] = field(default_factory=list)
    spaced: list[bool] = field(default_factory=list)
    lists: list[tuple[str, bool]] = field(default_factory=list)


def style_of(document: Document) -> FileStyle:
    """Count what the file does."""
    source = document.source
    seen = _Seen()
    for key, parent, node in walk(document.root):
        if isinstance(node, Scalar):
            if node.style in (Style.SINGLE, Style.DOUBLE):
                seen.quotes.append(node.style)
        elif not isinstance(node, Alias):
            _see_collection(source, key, parent, node, seen)
    indent = _majority(seen.indents, 2)
    offset = _majority((offset for _, offset in seen.offsets), indent)
    lists, offsets = _by_key(seen.lists), _by_key(seen.offsets)
    return FileStyle(
        indent=indent,
        offset=offset,
        dash=_majority(seen.dashes, 2),
        quote=_majority(seen.quotes, Style.SINGLE),
        padded=_majority(seen.padded, False),
        spaced=_majority(seen.spaced, False),
        gap=_majority((match.group(1) for match in _BESIDE.finditer(source.text)), "  "),
        flow_lists={key: _majority(flows, False) for key, flows in lists.items()},
        offsets={key: _majority(offsets.get(key, ()), offset) for key in lists},
    )


def _see_collection(
    source: Source, key: str, parent: Mapping | Sequence | None, node: Mapping | Sequence, seen: _Seen
) -> None:
    text = source.text
    under_key = isinstance(parent, Mapping)
    if isinstance(node, Sequence) and under_key and node.items:
        seen.lists.append((key, node.flow))
    if node.flow:
        inside = text[node.span.start + 1 : node.span.end - 1]
        if inside.strip() and "\n" not in inside and "\r" not in inside:
            (seen.padded if isinstance(node, Sequence) else seen.spaced).append(inside.startswith(" "))
        return
    column = node_column(source, node)
    if isinstance(node, Sequence):
        _see_dashes(source, node, seen)
    if under_key and isinstance(parent, Mapping) and not parent.flow:
        distance = column - node_column(source, parent)
        if isinstance(node, Sequence):
            seen.offsets.append((key, distance))
        else:
            seen.indents.append(distance)


def node_column(source: Source, node: Mapping | Sequence) -> int:
    """The column (from 0) at which the members of a block collection begin."""
    start = node.entries[0].key.span.start if isinstance(node, Mapping) else dash(source.text, node.span.start)
    return start - source.line_start(start)


def _see_dashes(source: Source, node: Sequence, seen: _Seen) -> None:
    at = node.span.start
    for item in node.items:
        marker = dash(source.text, at)
        between = source.text[marker + 1 : item.span.start]
        if between and not between.strip(" ") and item.span.end > item.span.start:
            seen.dashes.append(len(between) + 1)
        at = max(item.span.end, marker + 1)
