"""Comments written at what is there."""

from __future__ import annotations

from needful.document.layout import Member, insert_above, is_block, last_scalar, members
from needful.document.nodes import Mapping, Path, Scalar, Sequence, Style, resolve
from needful.document.parse import Document
from needful.document.style import style_of
from needful.errors import Refusal
from needful.source import Edit, Source, Span


def add_comment(document: Document, path: Path, text: str) -> list[Edit]:
    """Write a comment beside the value of a key or an item, or above it where there is no room."""
    if not text.strip() or not text.isprintable():
        raise Refusal("a comment of several lines, of none, or of characters that nobody sees")
    source, member = document.source, _member(document, path)
    if _ends_its_line(source, member):
        return [Edit(Span(member.end, member.end), f"{style_of(document).gap}# {text}")]
    if not member.leads:
        raise Refusal("a comment where there is no room for one")
    return [insert_above(source, source.line_start(member.start), [f"{' ' * member.column}# {text}"])]


def _member(document: Document, path: Path) -> Member:
    holder = document.find(path[:-1])
    node = resolve(holder) if holder is not None else None
    assert isinstance(node, Mapping | Sequence), "what is at the path stands in something"
    if not is_block(node):
        raise Refusal("a comment inside brackets")
    keys = [entry.key.text for entry in node.entries] if isinstance(node, Mapping) else [*range(len(node.items))]
    return members(document.source, node)[keys.index(path[-1])]


def _ends_its_line(source: Source, member: Member) -> bool:
    """Whether nothing stands behind the value, and a comment there would be one at it."""
    last = last_scalar(member.node)
    text = isinstance(last, Scalar) and last.style in (Style.LITERAL, Style.FOLDED)
    free = not source.text[member.end : source.line_end(member.end)].strip(" \t")
    return free and not text and not is_block(member.node)
