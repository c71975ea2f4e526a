"""Edits of mappings: keys added and removed."""

from __future__ import annotations

from needful.document import blocks, flow
from needful.document.layout import members
from needful.document.nodes import Mapping
from needful.document.operations import AddKey
from needful.document.parse import Document
from needful.document.places import predecessor
from needful.document.render import ends_with_break, entry_lines, flow_text, scalar_text
from needful.document.sequences import without_comments
from needful.document.style import style_of
from needful.source import Edit, Source


def add_key(document: Document, node: Mapping, operation: AddKey) -> list[Edit]:
    """Put a new key where its kind stands in this file."""
    source, style = document.source, style_of(document)
    before = predecessor(operation, document.plain)
    index = [entry.key.text for entry in node.entries].index(before) + 1 if before else 0
    if node.flow:
        key = scalar_text(operation.key, style, flow=True)
        text = f"{key}: {flow_text(without_comments(operation.value), style)}"
        return flow.insert(source, node, index, text, style)
    blank = blocks.has_blank_lines(source, [node])
    if blank is None and operation.path == ("jobs",) and isinstance(document.root, Mapping):
        blank = blocks.has_blank_lines(source, [document.root])
    lines = entry_lines(operation.key, operation.value, members(source, node)[0].column, style)
    closed = ends_with_break(operation.value)
    return blocks.insert(source, node, index, lines, blank=bool(blank), closed=closed)


def remove_key(source: Source, node: Mapping, key: str) -> list[Edit]:
    """Take a key out with its value; there is another."""
    index = [entry.key.text for entry in node.entries].index(key)
    return flow.remove(source, node, index) if node.flow else blocks.remove(source, node, index)
