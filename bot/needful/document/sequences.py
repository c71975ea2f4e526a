"""Edits of lists: items inserted, removed, moved, wrapped."""

from __future__ import annotations

from needful.document import blocks, flow
from needful.document.layout import (
    Member,
    blank_above,
    blank_below,
    delete_lines,
    ends_in_block_scalar,
    insert_above,
    insert_below,
    lead,
    members,
    tail,
)
from needful.document.nodes import Alias, Node, Plain, Scalar, Sequence, Style
from needful.document.operations import Noted
from needful.document.parse import Document
from needful.document.render import ends_with_break, flow_text, item_lines, scalar_text
from needful.document.semantics import bare
from needful.document.style import FileStyle, style_of, walk
from needful.errors import Refusal
from needful.source import Edit, Source, Span


def insert_item(document: Document, node: Sequence, key: str, index: int, value: Plain | Noted) -> list[Edit]:
    """Put an item before the one with that index, or behind the last. `key` is that of the list, `""` for none."""
    source, style = document.source, style_of(document)
    if node.flow:
        return flow.insert(source, node, index, flow_text(without_comments(value), style), style)
    there = members(source, node)
    gaps = blocks.blank_lines(source, [node])
    if not gaps:
        found = [other for name, _, other in walk(document.root) if name == key]
        alike = [other for other in found if isinstance(other, Sequence) and not other.flow]
        gaps = blocks.blank_lines(source, alike)
    width, alone = _dashes(source, there, style)
    lines = item_lines(value, there[0].column, width, style, alone=alone)
    return blocks.insert(source, node, index, lines, blank=blocks.most(gaps), closed=ends_with_break(value))


def without_comments(value: Plain | Noted) -> Plain:
    """A value for a place where no comment can stand. Raises `Refusal` if it has one."""
    if isinstance(value, Noted) and (value.beside or value.above):
        raise Refusal("a comment inside brackets")
    return bare(value)


def _dashes(source: Source, there: list[Member], style: FileStyle) -> tuple[int, bool]:
    """How far right of its dash the content of a list's items stands, and whether the dash has a line of its own."""
    alone = 0
    for member in there:
        behind = source.text[member.start + 1 : source.line_end(member.start)]
        content = behind.lstrip(" ")
        if content and content[0] not in "#&":
            return 1 + len(behind) - len(content), False
        start = member.node.span.start
        if not content and start > source.line_end(member.start):
            alone = start - source.line_start(start) - member.column
    return alone or style.dash, alone > 0


def remove_item(source: Source, node: Sequence, index: int) -> list[Edit]:
    """Take an item out; there is another."""
    return flow.remove(source, node, index) if node.flow else blocks.remove(source, node, index)


def move_item(source: Source, node: Sequence, index: int, to: int) -> list[Edit]:
    """Move an item, with its comments and the blank lines that part it from the next."""
    if index == to:
        return []
    if node.flow:
        return flow.move(source, node, index, to)
    there = members(source, node)
    item, target = there[index], there[to]
    if not there[0].leads:
        raise Refusal("a list that begins on the line of another list's dash")
    start, stop = lead(source, item), source.next_line(tail(source, item))
    lines = _lines(source.text[start:stop])
    if index < len(there) - 1:
        below = blank_below(source, stop)
        separation = _lines(source.text[stop:below])
        deleted = delete_lines(source, start, below)
    else:
        above = blank_above(source, start, item.floor)
        separation = _lines(source.text[above:start])
        deleted = delete_lines(source, above, stop, keep_break=ends_in_block_scalar(there[index - 1].node))
    if to < index:
        return [insert_above(source, lead(source, target), lines + separation), deleted]
    return [deleted, insert_below(source, tail(source, target), separation + lines)]


def copy_item(document: Document, node: Sequence, other: Sequence, index: int) -> list[Edit]:
    """Write the item of `other` with that index behind the last one of `node`, with the comments that are its own."""
    source = document.source
    if node.flow or other.flow:
        raise Refusal("an item in brackets is not copied into another list")
    if any(not isinstance(each, Alias) and each.anchor is not None for _, _, each in walk(other.items[index])):
        raise Refusal("the item holds an anchor, which would be there twice")
    there, item = members(source, node), members(source, other)[index]
    if there[0].column != item.column or not item.leads:
        raise Refusal("the two lists are not indented alike")
    start, end = lead(source, item), tail(source, item)
    blank = [""] if blocks.most(blocks.blank_lines(source, [node])) else []
    closed = ends_in_block_scalar(item.node) and source.text[end - 1 : end] == "\n"
    edit = insert_below(source, tail(source, there[-1]), [*blank, *_lines(source.text[start:end])], closed=closed)
    whole = edit.text.endswith(source.text[start:end])
    return [edit._replace(copies=Span(start, end)) if whole else edit]


def _lines(text: str) -> list[str]:
    r"""Lines as YAML breaks them (not `str.splitlines`, which breaks at `\f` and others)."""
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n") if text else []


def wrap_items(document: Document, node: Sequence, start: int, stop: int, key: str) -> list[Edit]:
    """Put adjacent items below a new one, `- key:`; each of their lines is indented further."""
    source, style = document.source, style_of(document)
    if node.flow:
        return flow.wrap(source, node, start, stop, scalar_text(key, style, flow=True), style)
    there = members(source, node)
    first, last = there[start], there[stop - 1]
    if not first.leads:
        raise Refusal("a list that begins on the line of another list's dash")
    width, alone = _dashes(source, there, style)
    shift = width + style.offsets.get(key, style.offset)
    top = lead(source, first)
    header = item_lines({key: None}, first.column, width, style, alone=alone)
    edits = [insert_above(source, top, header)]
    texts = [span for item in node.items[start:stop] for span in block_scalars(item)]
    at, end = top, source.next_line(tail(source, last))
    while at < end:
        if _moves_right(source, at, first.column, texts):
            edits.append(Edit(Span(at, at), " " * shift))
        at = source.next_line(at)
    return edits


def _moves_right(source: Source, at: int, column: int, texts: list[Span]) -> bool:
    line = source.text[at : source.line_end(at)]
    content = line.strip(" \t")
    if not content:
        # a blank line is left as it is, unless it is part of a text that may begin with these spaces
        return bool(line) and any(span.start < at <= span.end for span in texts)
    return not (content.startswith("#") and len(line) - len(line.lstrip(" ")) < column)


def block_scalars(node: Node) -> list[Span]:
    """The spans of all `|` and `>` texts in a node."""
    return [
        child.span
        for _, _, child in walk(node)
        if isinstance(child, Scalar) and child.style in (Style.LITERAL, Style.FOLDED)
    ]
