"""A rewritten document told in the places of the text that it was made from, so that messages speak of that text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce

from needful.document.nodes import Alias, Entry, Mapping, Node, Scalar, Sequence
from needful.document.parse import Document
from needful.source import Edit, Source, Span, origins


def relocated(document: Document, source: Source, rounds: Iterable[Iterable[Edit]]) -> Document:
    """The tree of a document over the text `source`, from which the rounds of edits, one after the other, made it.

    What stands in both has the span that it has there; what was written has the place where it was put.
    """
    back = [origins(edits) for edits in rounds][::-1]

    def at(offset: int) -> int:
        return reduce(lambda place, origin: origin(place), back, offset)

    return Document(source, _moved(document.root, at, {}))


def _moved(node: Node, at: Callable[[int], int], known: dict[int, Scalar | Sequence | Mapping]) -> Node:
    """A node with other spans; what aliases share is still shared."""
    span = _carried(node.span, at)
    if isinstance(node, Alias):
        return node._replace(span=span, target=known[id(node.target)])
    moved: Scalar | Sequence | Mapping
    if isinstance(node, Scalar):
        moved = node._replace(span=span)
    elif isinstance(node, Sequence):
        moved = node._replace(span=span, items=tuple(_moved(item, at, known) for item in node.items))
    else:
        moved = node._replace(span=span, entries=tuple(_entry(entry, at, known) for entry in node.entries))
    known[id(node)] = moved
    return moved


def _entry(entry: Entry, at: Callable[[int], int], known: dict[int, Scalar | Sequence | Mapping]) -> Entry:
    key = entry.key._replace(span=_carried(entry.key.span, at))
    return Entry(key, _moved(entry.value, at, known))


def _carried(span: Span, at: Callable[[int], int]) -> Span:
    """A span elsewhere. Of one that begins with what was written and goes on with a copy, the place of the former."""
    start, end = at(span.start), at(span.end)
    return Span(start, max(start, end))
