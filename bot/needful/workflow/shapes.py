"""Nodes to texts: checks that a node has the shape GitHub expects there, and collects what holds expressions.

Aliases are followed everywhere; a text's span is where it is written, at the anchor.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Protocol, TypeAlias, TypeVar

from needful.document.nodes import Mapping, Node, Plain, Scalar, Sequence, Style, resolve, scalar_value
from needful.document.parse import Document
from needful.errors import UserError
from needful.expressions import ExpressionError
from needful.source import Span
from needful.workflow.model import Text, Variable

_OPEN = "${{"
_INSERT = "insert"
"""`${{ insert }}: …` as a key merges a mapping; the word is no expression."""

Fields: TypeAlias = dict[str, Node]
"""A mapping's values by key."""

_Shape = TypeVar("_Shape", Scalar, Sequence, Mapping)
_NAMES: dict[type[Scalar | Sequence | Mapping], str] = {Scalar: "a text", Sequence: "a list", Mapping: "a mapping"}


class _Placed(Protocol):
    """Anything with a place in the document."""

    @property
    def span(self) -> Span: ...


def broken(document: Document, node: _Placed, message: str, hint: str = "") -> UserError:
    """The error for something that GitHub would refuse."""
    return UserError(message, path=document.source.path, line=document.source.line(node.span.start), hint=hint)


def _shaped(document: Document, node: Node, what: str, shape: type[_Shape]) -> _Shape:
    resolved = resolve(node)
    if isinstance(resolved, shape):
        return resolved
    found = "empty" if is_null(resolved) else _NAMES[type(resolved)]
    raise broken(document, node, f"{what} must be {_NAMES[shape]}, not {found}")


def mapping_of(document: Document, node: Node, what: str) -> Mapping:
    """The node as a mapping. Raises `UserError` naming `what` for anything else."""
    return _shaped(document, node, what, Mapping)


def fields_of(document: Document, node: Node, what: str) -> Fields:
    """The node's values by key. Raises `UserError` naming `what` for anything but a mapping."""
    return {entry.key.text: entry.value for entry in mapping_of(document, node, what).entries}


def sequence_of(document: Document, node: Node, what: str) -> Sequence:
    """The node as a list. Raises `UserError` naming `what` for anything else."""
    return _shaped(document, node, what, Sequence)


def is_null(node: Node) -> bool:
    """Whether nothing, or `null`, is written there."""
    resolved = resolve(node)
    return isinstance(resolved, Scalar) and scalar_value(resolved) is None


def is_expression(node: Node) -> bool:
    """Whether a text with an expression stands there, whatever shape that will have."""
    resolved = resolve(node)
    return isinstance(resolved, Scalar) and _OPEN in resolved.text


def shown(value: Plain) -> str:
    """A value as GitHub writes it into a text: `3.10` is the number 3.1, null is nothing. Collections are nothing."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"{number_in(value):.15G}"
    return ""


def number_in(value: float) -> float:
    """A number as the floating point number that GitHub keeps; one with too many digits is infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def text_of(document: Document, node: Node, what: str, *, condition: bool = False) -> Text:
    """The node as a text. Raises `UserError` naming `what` for a list or a mapping."""
    scalar = _shaped(document, node, what, Scalar)
    return Text(_value(scalar), scalar.span, condition)


_FIRST_OF_SPECIAL = frozenset("0123456789+-.~nNtTfF")


def _value(scalar: Scalar) -> str:
    text = scalar.text
    if scalar.style is not Style.PLAIN or (text and text[0] not in _FIRST_OF_SPECIAL):
        return text
    return shown(scalar_value(scalar))


def text_at(document: Document, fields: Fields, key: str, *, condition: bool = False) -> Text | None:
    """The text of a key, None where the key is missing or empty."""
    node = fields.get(key)
    if node is None or (is_null(node) and not condition):
        return None
    return text_of(document, node, f"`{key}`", condition=condition)


def texts_of(document: Document, node: Node, what: str) -> tuple[Text, ...]:
    """One text or a list of texts; none for null."""
    resolved = resolve(node)
    if is_null(resolved):
        return ()
    if isinstance(resolved, Sequence):
        return tuple(text_of(document, item, f"an item of {what}") for item in resolved.items)
    return (text_of(document, resolved, what),)


def variables_at(document: Document, fields: Fields, key: str) -> tuple[Variable, ...]:
    """The names and texts below a key; none where it is missing, empty, or one expression for the whole mapping."""
    node = fields.get(key)
    if node is None or is_null(node) or is_expression(node):
        return ()
    what = f"`{key}`"
    return tuple(
        Variable(entry.key.text, text_of(document, entry.value, f"`{entry.key.text}` in {what}"))
        for entry in mapping_of(document, node, what).entries
    )


def flag_at(document: Document, fields: Fields, key: str) -> bool:
    """A key that is literally true or false; false where it is missing. Raises `UserError` for anything else."""
    node = fields.get(key)
    if node is None:
        return False
    resolved = resolve(node)
    value = scalar_value(resolved) if isinstance(resolved, Scalar) else None
    if not isinstance(value, bool):
        raise broken(document, node, f"`{key}` must be true or false")
    return value


def condition_at(document: Document, fields: Fields, key: str = "if") -> Text | None:
    """The condition at a key, checked. Raises `UserError` for a broken one."""
    text = text_at(document, fields, key, condition=True)
    node = fields.get(key)
    if text is not None and node is not None:
        _check(document, node, text)
    return text


def texts_below(document: Document, node: Node) -> Iterator[Text]:
    """Every text in a node that holds an expression, keys included. Raises `UserError` for a broken expression."""
    todo = [node]
    while todo:
        current = todo.pop()
        current = resolve(current)
        if isinstance(current, Scalar):
            if _OPEN in current.text:
                text = Text(current.text, current.span)
                _check(document, current, text)
                yield text
        elif isinstance(current, Sequence):
            todo += reversed(current.items)
        else:
            for entry in reversed(current.entries):
                todo.append(entry.value)
                if _OPEN in entry.key.text and entry.key.text.strip("${} \t") != _INSERT:
                    todo.append(entry.key)


def _check(document: Document, node: Node, text: Text) -> None:
    try:
        _ = text.template
    except ExpressionError as error:
        at = _place(document, resolve(node).span, text.value.count(_OPEN, 0, error.offset + len(_OPEN)))
        raise UserError(
            f"broken expression: {error.message}", path=document.source.path, line=document.source.line(at)
        ) from None


def _place(document: Document, span: Span, number: int) -> int:
    """Where the expression of that number (from 1) begins in the file, whatever the style of its text."""
    at = span.start - 1
    for _ in range(number):
        at = max(at, document.source.text.find(_OPEN, at + 1, span.end))
    return max(at, span.start)
