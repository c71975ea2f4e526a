"""The tree of an expression, and what it reads.

Nodes are frozen, hashable and equal when GitHub would read them alike: the names of contexts, functions and properties
compare without case, `x['y']` is `x.y`, and parentheses leave no trace.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias


class ExpressionError(ValueError):
    """Text that GitHub would not read as an expression; `offset` counts characters of the text that was parsed."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@dataclass(frozen=True, slots=True, eq=False)
class Literal:
    """`null`, a boolean, a number (always a float) or a text."""

    value: bool | float | str | None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Literal) or type(self.value) is not type(other.value):
            return False
        return self.value == other.value or (self._is_nan and other._is_nan)

    def __hash__(self) -> int:
        return hash((type(self.value), None if self._is_nan else self.value))

    @property
    def _is_nan(self) -> bool:
        return self.value != self.value


@dataclass(frozen=True, slots=True)
class Context:
    """A context, `github`; `name` is in lower case."""

    name: str


@dataclass(frozen=True, slots=True)
class Property:
    """`of.name` or `of['name']`; `name` is in lower case, `written` as in the text."""

    of: Node
    name: str
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Index:
    """`of[index]`, where the index is no literal text."""

    of: Node
    index: Node


@dataclass(frozen=True, slots=True)
class Star:
    """`of.*` or `of[*]`: every member."""

    of: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; `name` is in lower case."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """A comparison; `operator` is one of `== != < <= > >=`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logical:
    """Two or more operands joined by `&&` or `||`, as far as they stand side by side without parentheses."""

    operator: str
    operands: tuple[Node, ...]


Node: TypeAlias = Literal | Context | Property | Index | Star | Call | Not | Binary | Logical

Access: TypeAlias = tuple[str | None, ...]
"""What is read from a context: its name in lower case, then keys as written, `"*"` for all, None for a computed key."""


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below a node, in the order of the text."""
    match node:
        case Literal() | Context():
            return ()
        case Property(of=of) | Star(of=of):
            return (of,)
        case Index(of=of, index=index):
            return (of, index)
        case Call(arguments=nodes) | Logical(operands=nodes):
            return nodes
        case Not(operand=operand):
            return (operand,)
    return (node.left, node.right)


def walk(node: Node) -> Iterator[Node]:
    """A node and all nodes below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def accesses_of(node: Node) -> tuple[Access, ...]:
    """The longest chains that a tree reads from contexts, each once, in the order of the text."""
    found: dict[Access, None] = {}
    _collect(node, found)
    return tuple(found)


def _collect(node: Node, found: dict[Access, None]) -> None:
    keys: list[str | None] = []
    computed: list[Node] = []
    while isinstance(node, Property | Index | Star):
        if isinstance(node, Property):
            keys.append(node.written or node.name)
        elif isinstance(node, Star):
            keys.append("*")
        else:
            keys.append(_literal_key(node.index))
            computed.append(node.index)
        node = node.of
    if isinstance(node, Context):
        found[(node.name, *reversed(keys))] = None
    else:
        for child in children(node):
            _collect(child, found)
    for index in reversed(computed):
        _collect(index, found)


def _literal_key(index: Node) -> str | None:
    """The number of `x[0]` as text; None for an index that has to be computed."""
    if isinstance(index, Literal) and isinstance(index.value, float) and index.value.is_integer():
        return str(int(index.value))
    return None


def functions_of(node: Node) -> frozenset[str]:
    """The functions that a tree calls, in lower case."""
    return frozenset(part.name for part in walk(node) if isinstance(part, Call))


def conjuncts(node: Node) -> tuple[Node, ...]:
    """The parts of a condition that must all hold: `a && (b && c)` → a, b, c. Anything else is its only part."""
    return _parts(node, "&&")


def disjuncts(node: Node) -> tuple[Node, ...]:
    """The parts of a condition of which one must hold: `a || b` → a, b. Anything else is its only part."""
    return _parts(node, "||")


def _parts(node: Node, operator: str) -> tuple[Node, ...]:
    if isinstance(node, Logical) and node.operator == operator:
        return tuple(part for operand in node.operands for part in _parts(operand, operator))
    return (node,)
