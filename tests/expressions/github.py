"""What GitHub's parser says, in our types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from needful.expressions import Binary, Call, Context, Index, Literal, Logical, Node, Not, Property, Star

Ask: TypeAlias = Callable[[str, str], dict[str, Any]]


def tree_of(said: list[Any]) -> Node:
    """The tree that an answer describes."""
    kind, *rest = said
    match kind:
        case "null" | "boolean" | "text":
            return Literal(rest[0] if rest else None)
        case "number":
            return Literal(float(rest[0].replace("Infinity", "inf")))
        case "context":
            return Context(rest[0])
        case "star":
            return Star(tree_of(rest[0]))
        case "index":
            of, index = tree_of(rest[0]), tree_of(rest[1])
            if isinstance(index, Literal) and isinstance(index.value, str):
                return Property(of, index.value.lower())
            return Index(of, index)
        case "call":
            return Call(rest[0], tuple(map(tree_of, rest[1:])))
        case "not":
            return Not(tree_of(rest[0]))
        case "binary":
            return Binary(rest[0], tree_of(rest[1]), tree_of(rest[2]))
        case "logical":
            return Logical(rest[0], tuple(map(tree_of, rest[1:])))
    raise AssertionError(f"GitHub's parser has a node that is new to this test: {kind}")
