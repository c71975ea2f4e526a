"""What people wrote about a part of a document: the comments above and beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from needful.document.layout import content, is_block, lead, members
from needful.document.nodes import Alias, Mapping, Node, Path, Scalar, Sequence, Style, resolve
from needful.document.parse import Document
from needful.source import Span

_COMMENT = re.compile(r"(?<!\S)#[^\r\n]*")


class Comment(NamedTuple):
    """A comment from its `#` to the end of its line; `alone`: nothing else stands on the line."""

    span: Span
    text: str
    alone: bool


def every_comment(document: Document) -> Iterator[Comment]:
    """All comments of a document in order, with their text without `#`."""
    source = document.source
    at = 0
    for node in (*_leaves(document.root), None):
        start = node.span.start if node else len(source.text)
        yield from _between(document, at, start)
        at = max(at, node.span.end) if node else at
        if isinstance(node, Scalar) and node.style in (Style.LITERAL, Style.FOLDED):
            header = content(source.text, node).start
            yield from _between(document, header, min(source.line_end(header), node.span.end))


def _between(document: Document, start: int, end: int) -> Iterator[Comment]:
    """The comments where no value stands."""
    source = document.source
    for match in _COMMENT.finditer(source.text, start, end):
        before = source.text[source.line_start(match.start()) : match.start()]
        yield Comment(Span(*match.span()), match.group().lstrip("#").strip(), not before.strip())


def _leaves(root: Node) -> Iterator[Scalar | Alias]:
    """All keys, scalars and aliases, in order."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, Mapping):
            pending += [part for entry in reversed(node.entries) for part in (entry.value, entry.key)]
        elif isinstance(node, Sequence):
            pending += reversed(node.items)
        else:
            yield node


def comments(document: Document, path: Path) -> tuple[str, ...]:
    """The comments that belong to the key or item at `path`, each line without its `#`.

    Above it, on lines of their own, and beside its last line. For an item of a flow list, beside that list.
    """
    source = document.source
    parent = document.find(path[:-1])
    if parent is None:
        return ()
    node = resolve(parent)
    if not isinstance(node, Mapping | Sequence):
        return ()
    if not is_block(node):
        return _beside(document, node.span.end)
    keys = [entry.key.text for entry in node.entries] if isinstance(node, Mapping) else [*range(len(node.items))]
    if path[-1] not in keys:
        return ()
    member = members(source, node)[keys.index(path[-1])]
    above = source.text[lead(source, member) : source.line_start(member.start)] if member.leads else ""
    lines = (line.strip().removeprefix("#").strip() for line in above.splitlines())
    return (*(line for line in lines if line), *_beside(document, member.end))


def _beside(document: Document, end: int) -> tuple[str, ...]:
    source = document.source
    rest = source.text[end : source.line_end(end)].strip()
    return (rest.removeprefix("#").strip(),) if rest.startswith("#") and rest.strip("# ") else ()
