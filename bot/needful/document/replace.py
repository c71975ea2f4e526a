"""Edits that put another value in place of one that is there."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

from needful.document.layout import Member, colon, content, insert_below, is_block, is_null, members, tail
from needful.document.nodes import Alias, Mapping, Node, Plain, Scalar, Sequence, Style, scalar_value
from needful.document.parse import Document
from needful.document.render import (
    Written,
    block_text,
    ends_with_break,
    fits_in_brackets,
    flow_text,
    item_lines,
    scalar_text,
    write_value,
)
from needful.document.semantics import same
from needful.document.style import FileStyle, node_column, style_of
from needful.source import Edit, Source, Span

_QUOTED = (Style.SINGLE, Style.DOUBLE)


class Place(NamedTuple):
    """Where a value stands: behind `head`, the end of its colon or dash, in a member of a collection.

    `member` is None between brackets; `key` is that of the list for an item.
    """

    head: int
    key: str
    item: bool
    member: Member | None


def place_of(source: Source, parent: Mapping | Sequence, part: str | int, key: str) -> Place:
    """The place of a child. `key` is what the parent itself stands under."""
    if isinstance(parent, Mapping):
        index = [entry.key.text for entry in parent.entries].index(str(part))
        entry = parent.entries[index]
        member = None if parent.flow else members(source, parent)[index]
        return Place(colon(source.text, entry.key), entry.key.text, False, member)
    if parent.flow:
        return Place(parent.items[int(part)].span.start, key, True, None)
    member = members(source, parent)[int(part)]
    return Place(member.start + 1, key, True, member)


def replace_value(document: Document, place: Place, node: Node, value: Plain) -> list[Edit]:
    """Put a value in place of a node; quotes stay if the new value permits them, and so does the style of a list."""
    source = document.source
    style = _like(source, style_of(document), place, node)
    member = place.member
    if member is None:
        return _replace_scalar(source, node, Written(_text_in_brackets(source, node, value, style)), closed=False)
    written = _written(source, place, member, node, value, style)
    closed = ends_with_break(value)
    if is_block(node):
        return _replace_block(source, place, member, node, written, closed=closed)
    return _replace_scalar(source, node, written, closed=closed)


def _like(source: Source, style: FileStyle, place: Place, node: Node) -> FileStyle:
    """The file's style, with the list that is replaced as the model for its successor."""
    if not isinstance(node, Sequence) or not node.items:
        return style
    lists = {**style.flow_lists, place.key: node.flow}
    offsets = style.offsets
    if place.member is not None and not place.item and not node.flow:
        offsets = {**offsets, place.key: node_column(source, node) - place.member.column}
    return dataclasses.replace(style, flow_lists=lists, offsets=offsets)


def _kept_quote(node: Node) -> Style:
    return node.style if isinstance(node, Scalar) and node.style in _QUOTED else Style.PLAIN


def _text_in_brackets(source: Source, node: Node, value: Plain, style: FileStyle) -> str:
    if isinstance(value, list | dict):
        return flow_text(value, style)
    return scalar_text(value, style, flow=True, quote=_kept_quote(node))


def _written(source: Source, place: Place, member: Member, node: Node, value: Plain, style: FileStyle) -> Written:
    if isinstance(value, list | dict):
        if place.item:
            lines = item_lines(value, member.column, _width(source, member, style), style)
            return Written(lines[0][member.column + 1 :].lstrip(" "), tuple(lines[1:]))
        if isinstance(value, list) and value and isinstance(node, Scalar) and same(value[0], scalar_value(node)):
            return _grown_list(source, place, member, node, value, style)
        return write_value(value, place.key, member.column, style)
    if isinstance(value, str) and "\n" in value:
        column = member.column + style.indent
        if isinstance(node, Scalar) and node.style in (Style.LITERAL, Style.FOLDED):
            column = _text_column(source, node) or column
        if block := block_text(value, column):
            return block
    return Written(scalar_text(value, style, flow=False, quote=_kept_quote(node)))


def _grown_list(
    source: Source, place: Place, member: Member, node: Scalar, value: list[Plain], style: FileStyle
) -> Written:
    """A list whose first item was there before, alone: it keeps its quotes."""
    if not fits_in_brackets(value, place.key, member.column, style):
        return write_value(value, place.key, member.column, style)
    first = scalar_text(value[0], style, flow=True, quote=_kept_quote(node))
    if not isinstance(value[0], str):
        first = source.text[slice(*content(source.text, node))]
    pad = " " * style.padded
    return Written(f"[{pad}{', '.join([first, *(flow_text(item, style) for item in value[1:])])}{pad}]")


def _text_column(source: Source, node: Scalar) -> int:
    """The column of the first line of a `|` or `>` text that is not blank; 0 if there is none."""
    body = source.text[source.next_line(node.span.start) : node.span.end]
    lines = [line for line in body.splitlines() if line.strip()]
    return len(lines[0]) - len(lines[0].lstrip(" ")) if lines else 0


def _width(source: Source, member: Member, style: FileStyle) -> int:
    behind = source.text[member.start + 1 : source.line_end(member.start)]
    text = behind.lstrip(" ")
    return 1 + len(behind) - len(text) if text and text[0] not in "#&" else style.dash


def _replace_scalar(source: Source, node: Node, written: Written, *, closed: bool) -> list[Edit]:
    """Something inside one pair of brackets or quotes, or a single text, becomes something else."""
    text = source.text
    span = content(text, node)
    below = insert_below(source, source.line_end(span.end), written.body, closed=closed)
    if is_null(node):
        rest = text[span.end : source.line_end(span.end)]
        free = bool(rest) and not rest.strip(" ")  # spaces at the end of the line serve as the space in front
        at = span.end + len(rest) if free else span.end
        head = written.head if free or not written.head else " " + written.head
        return [Edit(Span(at, at), head), below]
    if written.head:
        return [Edit(span, written.head), below]
    start = len(text[: span.start].rstrip())
    return [Edit(Span(start, span.end), ""), below]


def _replace_block(
    source: Source, place: Place, member: Member, node: Node, written: Written, *, closed: bool
) -> list[Edit]:
    """Lines become something else; a comment beside the key stays."""
    text = source.text
    anchor = None if isinstance(node, Alias) else node.anchor
    at = node.span.start + len(anchor) + 1 if anchor is not None else place.head
    start, end = content(text, node).start, tail(source, member)
    body = insert_below(source, end, written.body, closed=closed).text
    if source.line(start) == source.line(at):
        return [Edit(Span(start, end), written.head + body)]
    head = [Edit(Span(at, at), " " + written.head)] if written.head else []
    return [*head, Edit(Span(source.line_end(at), end), body)]
