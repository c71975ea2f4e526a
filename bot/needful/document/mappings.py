"""Edits of mappings: keys added and removed."""

from __future__ import annotations

from needful.document import blocks, flow
from needful.document.layout import members, tail
from needful.document.nodes import Alias, Mapping, Path
from needful.document.operations import AddKey
from needful.document.parse import Document
from needful.document.places import predecessor
from needful.document.render import ends_with_break, entry_lines, flow_text, scalar_text
from needful.document.sequences import without_comments
from needful.document.style import style_of, walk
from needful.errors import Refusal
from needful.source import Edit, Source, Span


def add_key(document: Document, node: Mapping, operation: AddKey) -> list[Edit]:
    """Put a new key where its kind stands in this file."""
    source, style = document.source, style_of(document)
    before = predecessor(operation, document.plain)
    index = [entry.key.text for entry in node.entries].index(before) + 1 if before else 0
    if node.flow:
        key = scalar_text(operation.key, style, flow=True)
        text = f"{key}: {flow_text(without_comments(operation.value), style)}"
        return flow.insert(source, node, index, text, style)
    lines = entry_lines(operation.key, operation.value, members(source, node)[0].column, style)
    closed = ends_with_break(operation.value)
    return blocks.insert(
        source, node, index, lines, blank=_needs_blank_line(document, node, operation.path), closed=closed
    )


def _needs_blank_line(document: Document, node: Mapping, path: Path) -> bool:
    gaps = blocks.blank_lines(document.source, [node])
    if path == ("jobs",) and not gaps and isinstance(document.root, Mapping):
        return any(blocks.blank_lines(document.source, [document.root]))
    # one gap is no habit: in `runs-on`, blank line, `steps` the blank line sets off the steps
    return blocks.most(gaps) and (len(gaps) > 1 or path in ((), ("jobs",)))


def copy_key(document: Document, node: Mapping, path: Path, key: str, other: str) -> list[Edit]:
    """Write an entry once more under another key, below it, with blank lines around it as those of its like have."""
    source, style = document.source, style_of(document)
    index = [entry.key.text for entry in node.entries].index(key)
    if node.flow:
        raise Refusal(f"{key!r} stands in braces, where nothing is copied")
    entry, member = node.entries[index], members(source, node)[index]
    if any(not isinstance(each, Alias) and each.anchor is not None for _, _, each in walk(entry.value)):
        raise Refusal(f"{key!r} holds an anchor, which would be there twice")
    end = tail(source, member)
    blank = source.newline if _needs_blank_line(document, node, path) else ""
    name = " " * member.column + scalar_text(other, style, flow=False)
    body = Span(entry.key.span.end, end)
    return [Edit(Span(end, end), source.newline + blank + name + source.text[slice(*body)], body)]


def remove_key(source: Source, node: Mapping, key: str) -> list[Edit]:
    """Take a key out with its value; there is another."""
    index = [entry.key.text for entry in node.entries].index(key)
    return flow.remove(source, node, index) if node.flow else blocks.remove(source, node, index)
