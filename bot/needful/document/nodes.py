"""The tree of a YAML document with exact spans. Values are text; nothing is constructed from tags.

Spans end where the content ends, before the line break: a block collection ends with its last child, and a block
scalar does not run into the blank lines below it (unless it keeps them, `|+`). A node that has an anchor begins at
the anchor.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple, TypeAlias

from needful.source import Span


class Style(Enum):
    """How a scalar is written."""

    PLAIN = ""
    SINGLE = "'"
    DOUBLE = '"'
    LITERAL = "|"
    FOLDED = ">"


class Scalar(NamedTuple):
    """A single value; `text` is what it stands for, without quotes or indentation. Empty plain text is null."""

    span: Span
    text: str
    style: Style = Style.PLAIN
    anchor: str | None = None


class Sequence(NamedTuple):
    """A list, as `- item` lines or, when `flow`, in brackets."""

    span: Span
    items: tuple[Node, ...]
    flow: bool = False
    anchor: str | None = None


class Entry(NamedTuple):
    """A key and its value; its span runs from the key to the end of the value."""

    key: Scalar
    value: Node

    @property
    def span(self) -> Span:
        return Span(self.key.span.start, max(self.key.span.end, self.value.span.end))


class Mapping(NamedTuple):
    """Keys with values in the order of the text; keys are unique scalars."""

    span: Span
    entries: tuple[Entry, ...]
    flow: bool = False
    anchor: str | None = None

    def entry(self, key: str) -> Entry | None:
        for entry in self.entries:
            if entry.key.text == key:
                return entry
        return None

    def get(self, key: str) -> Node | None:
        entry = self.entry(key)
        return entry.value if entry else None


class Alias(NamedTuple):
    """`*name`: stands for the node that carries the anchor. Never itself the target of another alias."""

    span: Span
    name: str
    target: Scalar | Sequence | Mapping


Node: TypeAlias = Scalar | Sequence | Mapping | Alias
Path: TypeAlias = tuple[str | int, ...]
"""Keys and indices from the top of the document, e.g. `("jobs", "test", "steps", 2, "run")`."""

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"
"""The value of a node as Python data."""

_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL_OR_HEX = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_SPECIAL_FLOAT = re.compile(r"(?P<sign>[-+]?)\.(?P<name>inf|Inf|INF|(?<![-+].)(?:nan|NaN|NAN))\Z")
_MAX_DIGITS = 4000  # Python refuses to read integers of more than 4300 digits; such a number stays text
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def resolve(node: Node) -> Scalar | Sequence | Mapping:
    """The node itself, or what an alias stands for."""
    return node.target if isinstance(node, Alias) else node


def scalar_value(scalar: Scalar) -> str | int | float | bool | None:
    """What a scalar means under the YAML 1.2 core schema (https://yaml.org/spec/1.2.2/#103-core-schema)."""
    text = scalar.text
    if scalar.style is not Style.PLAIN:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text) and len(text) <= _MAX_DIGITS:
        return int(text)
    if _OCTAL_OR_HEX.match(text):
        return int(text, 0)
    if _FLOAT.match(text) and len(text) <= _MAX_DIGITS:
        return float(text)
    if match := _SPECIAL_FLOAT.match(text):
        return float(match["sign"] + match["name"])
    return text


def plain(node: Node) -> Plain:
    """A node's value as Python data. What several aliases share is built once and shared."""
    built: dict[int, Plain] = {}

    def build(node: Node) -> Plain:
        if isinstance(node, Alias):
            node = node.target
        if isinstance(node, Scalar):
            return scalar_value(node)
        if node.anchor is not None and id(node) in built:
            return built[id(node)]
        value: Plain
        if isinstance(node, Sequence):
            value = [build(item) for item in node.items]
        else:
            value = {entry.key.text: build(entry.value) for entry in node.entries}
        if node.anchor is not None:
            built[id(node)] = value
        return value

    return build(node)


def find(node: Node, path: Path) -> Node | None:
    """The node at a path, looking through aliases, or None where there is nothing."""
    for part in path:
        node = resolve(node)
        if isinstance(node, Mapping) and isinstance(part, str):
            found = node.get(part)
        elif isinstance(node, Sequence) and isinstance(part, int) and 0 <= part < len(node.items):
            found = node.items[part]
        else:
            return None
        if found is None:
            return None
        node = found
    return node
