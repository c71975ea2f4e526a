"""YAML text to a `Document`: ruamel.yaml's events (its C parser where installed) become nodes with exact spans.

Events, not ruamel's own composer: they carry the place of every alias, and the tree is built without recursion, so
that nesting and aliases are bounded before they cost anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

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

try:  # one object per event, straight from libyaml
    from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]  # handed on from the compiled module
except ImportError:  # pragma: no cover -- no compiled part here: ten times slower; tests switch it off by hand
    CParser = None

MAX_DEPTH = 100
"""GitHub's own template reader stops at the same depth (actions/runner, TemplateReader)."""
MAX_NODES = 100_000
"""Nodes in a document, and nodes after aliases are followed."""

_Event: TypeAlias = Any  # ruamel.yaml's event classes have no types

# YAML 1.1 breaks lines at these, YAML 1.2 does not: a file that holds one has two readings.
_OTHER_BREAKS = re.compile("[\x85\u2028\u2029]")
_STYLES: dict[str | None, Style] = {None: Style.PLAIN, **{style.value: style for style in Style}}
_BLOCK_STYLES = (Style.LITERAL, Style.FOLDED)
_KEEPS_BLANK_LINES = re.compile(r"(?:&\S+\s+)?[|>][0-9]?\+")
_FIRST_INDENT = re.compile(r"(?:[ \t]*(?:\r\n|\r|\n))*( *)")
_BLANK_LINE = re.compile(r"(?:\r\n|\r|\n)([ \t]+)")
_COLON = re.compile(r"\s*:")


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
    if match := _OTHER_BREAKS.search(source.text):
        raise _error(source, match.start(), f"the character U+{ord(match.group()):04X}, a line break to some readers")
    try:
        return Document(source, _Composer(source).compose(_events(source.text)))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        raise _error(source, mark.index if mark else 0, f"not valid YAML: {what}") from None
    except YAMLError as error:
        raise _error(source, 0, f"not valid YAML: {str(error).splitlines()[0]}") from None


def _events(text: str) -> Iterator[_Event]:
    if CParser is None:
        return iter(YAML(typ="safe", pure=True).parse(text))
    return iter(CParser(text).get_event, None)


def _error(source: Source, offset: int, message: str) -> UserError:
    return UserError(message, path=source.path, line=source.line(offset))


class _Open:
    """A collection whose end has not been read yet; `weight` counts its nodes with aliases followed."""

    __slots__ = ("anchor", "children", "flow", "keys", "mapping", "start", "weight")

    def __init__(self, start: int, anchor: str | None, *, flow: bool, mapping: bool) -> None:
        self.start = start
        self.anchor = anchor
        self.flow = flow
        self.mapping = mapping
        self.children: list[Node] = []
        self.keys: set[str] = set()
        self.weight = 1


class _Composer:
    """Events to nodes, within the bounds. Used once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Scalar | Sequence | Mapping, int]] = {}
        self.root: Node | None = None
        self.nodes = 0
        self.asks = "?" in source.text

    def compose(self, events: Iterator[_Event]) -> Node:
        documents = 0
        for event in events:
            kind = type(event)
            if kind is ScalarEvent:
                self._scalar(event)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._close(event.end_mark.index)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._open(event, mapping=kind is MappingStartEvent)
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise self._error(event.start_mark.index, "a second YAML document; a workflow file holds one")
        return self.root if self.root is not None else Scalar(Span(0, 0), "")

    def _error(self, offset: int, message: str) -> UserError:
        return _error(self.source, offset, message)

    def _refuse_tag(self, event: _Event, start: int) -> None:
        if not (event.tag == "!" and event.style in ("'", '"')):
            raise self._error(start, f"the YAML tag {str(event.tag)!r}; workflows have no tags")

    def _scalar(self, event: _Event) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        if event.tag is not None:
            self._refuse_tag(event, start)
        style = _STYLES[event.style]
        if style is Style.LITERAL or style is Style.FOLDED:
            end = self._block_scalar_end(start, end)
        elif start == end and self.stack and self.stack[-1].mapping:
            start = end = self._place_of_nothing(start)
        self._add(Scalar(Span(start, end), event.value, style, event.anchor), 1, start)

    def _place_of_nothing(self, start: int) -> int:
        """Where an absent value stands: behind its colon or key (some parsers say: at what follows)."""
        children = self.stack[-1].children
        if not len(children) & 1:
            return start  # an absent key
        key = children[-1]
        colon = _COLON.match(self.source.text, key.span.end)
        return colon.end() if colon else key.span.end

    def _block_scalar_end(self, begin: int, end: int) -> int:
        text = self.source.text
        header_end = self.source.line_end(begin)
        if _KEEPS_BLANK_LINES.match(text, begin):
            # the last line break ends the last line of the content: it stays outside, as everywhere
            if text.endswith("\r\n", header_end, end):
                return end - 2
            return end - 1 if text.endswith(("\n", "\r"), header_end, end) else end
        content = text[header_end:end].rstrip(" \t\r\n")
        if not content:
            return begin + len(text[begin:header_end].rstrip())
        # a line of nothing but spaces belongs to the text if it reaches further than the indentation
        first = _FIRST_INDENT.match(text, header_end)
        width = first.end() - first.start(1) if first else 0
        at = header_end + len(content)
        for line in _BLANK_LINE.finditer(text, at, end):
            if line.end() - line.start(1) > width:
                at = line.end()
        return at

    def _open(self, event: _Event, *, mapping: bool) -> None:
        start = event.start_mark.index
        if event.tag is not None:
            self._refuse_tag(event, start)
        stack = self.stack
        if len(stack) >= MAX_DEPTH:
            raise self._error(start, f"nested deeper than {MAX_DEPTH} levels")
        if stack and stack[-1].mapping and not len(stack[-1].children) & 1:
            raise self._error(start, "a list or a mapping as a key")
        stack.append(_Open(start, event.anchor, flow=bool(event.flow_style), mapping=mapping))

    def _close(self, end: int) -> None:
        done = self.stack.pop()
        start, children = done.start, done.children
        if not done.flow and children:
            # an absent last value lies before the end of its key if the key has an anchor or quotes
            end = max(children[-1].span.end, children[-2].span.end if done.mapping else 0)
        node: Sequence | Mapping
        if done.mapping:
            keys: list[Scalar] = children[::2]  # type: ignore[assignment]  # _open and _alias refuse all others
            node = Mapping(Span(start, end), tuple(map(Entry, keys, children[1::2])), done.flow, done.anchor)
        else:
            node = Sequence(Span(start, end), tuple(children), done.flow, done.anchor)
        self._add(node, done.weight, start)

    def _alias(self, event: _Event) -> None:
        start = event.start_mark.index
        if self.stack and self.stack[-1].mapping and not len(self.stack[-1].children) & 1:
            raise self._error(start, "an alias as a key")
        target = self.anchors.get(event.anchor)
        if target is None:
            problem = "stands inside itself" if any(o.anchor == event.anchor for o in self.stack) else "is not defined"
            raise self._error(start, f"the alias *{event.anchor}: its anchor {problem}")
        node, weight = target
        self._add(Alias(Span(start, event.end_mark.index), event.anchor, node), weight, start)

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
        if parent.mapping and not len(parent.children) & 1:
            assert isinstance(node, Scalar)
            self._check_key(parent, node)
        parent.children.append(node)
        parent.weight += weight
        if parent.weight > MAX_NODES:
            followed = " once its aliases are followed" if parent.weight > self.nodes + 1 else ""
            raise self._error(start, f"more than {MAX_NODES:,} values{followed}")

    def _check_key(self, parent: _Open, key: Scalar) -> None:
        if key.text in parent.keys:
            raise self._error(key.span.start, f"the key {key.text!r} stands twice in one mapping")
        if key.style in _BLOCK_STYLES or (self.asks and self._is_explicit(key.span.start)):
            raise self._error(key.span.start, "a key introduced by '?'")
        parent.keys.add(key.text)

    def _is_explicit(self, start: int) -> bool:
        before = self.source.text[self.source.line_start(start) : start].rstrip()
        return before.endswith("?") and (before == "?" or before[-2] in " \t-{[,")
