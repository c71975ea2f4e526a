"""YAML text to a `Document`: ruamel.yaml's events (its C parser where installed) become nodes with exact spans.

Events, not ruamel's own composer: they carry the place of every alias, and the tree is built without recursion, so
that nesting and aliases are bounded before they cost anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from needful.document.nodes import Alias, Entry, Mapping, Node, Path, Plain, Scalar, Sequence, Style, find, plain
from needful.errors import UserError
from needful.source import Source, Span

MAX_DEPTH = 100
"""GitHub's own template reader stops at the same depth (actions/runner, TemplateReader)."""
MAX_NODES = 100_000
"""Nodes in a document, and nodes after aliases are followed."""

# YAML 1.1 breaks lines at these, YAML 1.2 does not: a file that holds one has two readings.
_OTHER_BREAKS = re.compile("[\x85\u2028\u2029]")
_STYLES = {style.value: style for style in Style}


@dataclass(frozen=True)
class Document:
    """A YAML file: its text and the tree over it. `root` is the top node (an empty file has an empty scalar)."""

    source: Source
    root: Node

    @cached_property
    def plain(self) -> Plain:
        """The whole document as Python data."""
        return plain(self.root)

    def find(self, path: Path) -> Node | None:
        """The node at a path, looking through aliases."""
        return find(self.root, path)

    def line(self, node: Node | Entry) -> int:
        """The line (from 1) on which a node begins."""
        return self.source.line(node.span.start)


def parse(source: Source) -> Document:
    """Read a YAML document. Raises `UserError` with file and line for all that is broken or not supported."""
    text = source.text
    if match := _OTHER_BREAKS.search(text):
        raise _error(
            source, match.start(), f"the character U+{ord(match.group()):04X}, a line break to some readers only"
        )
    try:
        return Document(source, _Composer(source).compose(YAML(typ="safe").parse(text)))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        raise _error(source, mark.index if mark else 0, f"not valid YAML: {what}") from None
    except YAMLError as error:
        raise _error(source, 0, f"not valid YAML: {str(error).splitlines()[0]}") from None


def _error(source: Source, offset: int, message: str) -> UserError:
    return UserError(message, path=source.path, line=source.line(offset))


@dataclass
class _Open:
    """A collection whose end has not been read yet; `weight` counts its nodes with aliases followed."""

    start: int
    flow: bool
    anchor: str | None
    mapping: bool
    children: list[Node]
    keys: set[str]
    weight: int = 1


class _Composer:
    """Events to nodes, within the bounds. Used once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Scalar | Sequence | Mapping, int]] = {}
        self.root: Node | None = None
        self.nodes = 0

    def compose(self, events: Iterator[Any]) -> Node:
        documents = 0
        for event in events:
            start = event.start_mark.index
            if isinstance(event, ScalarEvent):
                self._refuse_tag(event, start)
                style = _STYLES[event.style or ""]
                end = self._scalar_end(event, style)
                self._add(Scalar(Span(start, end), event.value, style, event.anchor), 1, start)
            elif isinstance(event, (MappingStartEvent, SequenceStartEvent)):
                self._open(event, start)
            elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
                self._close(event.end_mark.index)
            elif isinstance(event, AliasEvent):
                self._alias(event, start)
            elif isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._error(start, "a second YAML document; a workflow file holds one")
        return self.root if self.root is not None else Scalar(Span(0, 0), "")

    def _error(self, offset: int, message: str) -> UserError:
        return _error(self.source, offset, message)

    def _refuse_tag(self, event: Any, start: int) -> None:
        if event.tag is not None and not (event.tag == "!" and event.style in ("'", '"')):
            raise self._error(start, f"the YAML tag {str(event.tag)!r}; workflows have no tags")

    def _scalar_end(self, event: Any, style: Style) -> int:
        end: int = event.end_mark.index
        if style not in (Style.LITERAL, Style.FOLDED):
            return end
        text = self.source.text
        begin: int = event.start_mark.index
        header_end = self.source.line_end(begin)
        if _KEEPS_BLANK_LINES.match(text, begin):
            # the last line break ends the last line of the content: it stays outside, as everywhere
            if text.endswith("\r\n", header_end, end):
                return end - 2
            return end - 1 if text.endswith(("\n", "\r"), header_end, end) else end
        content = text[header_end:end].rstrip(" \t\r\n")
        return header_end + len(content) if content else begin + len(text[begin:header_end].rstrip())

    def _open(self, event: Any, start: int) -> None:
        self._refuse_tag(event, start)
        if len(self.stack) >= MAX_DEPTH:
            raise self._error(start, f"nested deeper than {MAX_DEPTH} levels")
        if self._expects_key():
            raise self._error(start, "a list or a mapping as a key")
        flow = bool(event.flow_style)
        self.stack.append(_Open(start, flow, event.anchor, isinstance(event, MappingStartEvent), [], set()))

    def _close(self, end: int) -> None:
        done = self.stack.pop()
        children = done.children
        if not done.flow and children:
            end = max(child.span.end for child in children[-2:])
        span = Span(done.start, end)
        node: Scalar | Sequence | Mapping
        if done.mapping:
            pairs = zip(children[::2], children[1::2], strict=True)
            entries = tuple(Entry(key, value) for key, value in pairs if isinstance(key, Scalar))
            node = Mapping(span, entries, done.flow, done.anchor)
        else:
            node = Sequence(span, tuple(children), done.flow, done.anchor)
        self._add(node, done.weight, done.start)

    def _alias(self, event: Any, start: int) -> None:
        if self._expects_key():
            raise self._error(start, "an alias as a key")
        target = self.anchors.get(event.anchor)
        if target is None:
            problem = "stands inside itself" if any(o.anchor == event.anchor for o in self.stack) else "is not defined"
            raise self._error(start, f"the alias *{event.anchor}: its anchor {problem}")
        self._add(Alias(Span(start, event.end_mark.index), event.anchor, target[0]), target[1], start)

    def _expects_key(self) -> bool:
        return bool(self.stack) and self.stack[-1].mapping and len(self.stack[-1].children) % 2 == 0

    def _add(self, node: Node, weight: int, start: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._error(start, f"more than {MAX_NODES:,} values")
        if not isinstance(node, Alias) and node.anchor is not None:
            self.anchors[node.anchor] = (node, weight)
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if isinstance(node, Scalar) and self._expects_key():
            self._check_key(parent, node)
        parent.children.append(node)
        parent.weight += weight
        if parent.weight > MAX_NODES:
            raise self._error(start, f"aliases that stand for more than {MAX_NODES:,} values")

    def _check_key(self, parent: _Open, key: Scalar) -> None:
        start = key.span.start
        if key.text in parent.keys:
            raise self._error(start, f"the key {key.text!r} stands twice in one mapping")
        if key.style in (Style.LITERAL, Style.FOLDED) or self._is_explicit(start):
            raise self._error(start, "a key introduced by '?'")
        parent.keys.add(key.text)

    def _is_explicit(self, start: int) -> bool:
        before = self.source.text[self.source.line_start(start) : start].rstrip()
        return before.endswith("?") and (before == "?" or before[-2] in " \t-{[,")


_KEEPS_BLANK_LINES = re.compile(r"(?:&\S+\s+)?[|>][0-9]?\+")
