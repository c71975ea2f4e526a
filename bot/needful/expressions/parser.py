"""Expression text to tree. The only module that knows lark, which it loads at the first expression."""

from __future__ import annotations

import math
import re
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, cast

from needful.expressions.tree import (
    Binary,
    Call,
    Context,
    ExpressionError,
    Index,
    Literal,
    Logical,
    Node,
    Not,
    Property,
    Star,
)
from needful.expressions.vocabulary import CONTEXTS, FUNCTIONS

if TYPE_CHECKING:
    from lark import Lark, Token

MAX_LENGTH = 21_000
MAX_DEPTH = 50
"""The limits of npm @actions/expressions."""

_DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")
_RADIX = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)\Z")
_WORD = re.compile(r"\S+")
_CHAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*\Z")
_MARK = re.compile(
    r"""(?: '[^']*' | [A-Za-z_][A-Za-z0-9_-]* | [-+.]?[0-9][^\s()\[\],!<>=&|]* )   # nothing that nests
    |   ( \[\s*\*\s*\] | && | \|\| | [!<>=]= | [()\[\].!,<>] )""",
    re.VERBOSE,
)


@lru_cache(maxsize=8192)
def parse_expression(source: str) -> Node:
    """The tree of an expression (without `${{ }}`). Raises `ExpressionError`."""
    if (chain := _plain_chain(source)) is not None:
        return chain
    from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken

    if len(source) > MAX_LENGTH:
        raise ExpressionError(f"an expression of more than {MAX_LENGTH:,} characters", 0)
    if _depth(source) > MAX_DEPTH:
        raise ExpressionError(f"an expression nested deeper than {MAX_DEPTH} levels", 0)
    try:
        return cast("Node", _parser().parse(source))
    except UnexpectedToken as error:
        if error.token.type == "$END":
            raise ExpressionError("the expression ends too early", len(source.rstrip())) from None
        raise ExpressionError(f"unexpected {_shown(str(error.token))}", error.token.start_pos or 0) from None
    except UnexpectedCharacters as error:
        at = cast("int", error.pos_in_stream)
        what = "a text that is not closed" if source[at] == "'" else f"unexpected {_shown(source[at:])}"
        raise ExpressionError(what, at) from None
    except UnexpectedEOF:  # pragma: no cover - lark's LALR parser reports $END as a token
        raise ExpressionError("the expression ends too early", len(source)) from None


def _plain_chain(source: str) -> Node | None:
    """The tree of `github.event.action` and the like, None for all else.

    They are frequent and cost little this way, and many a small workflow is read without loading lark at all.
    """
    names = source.split(".")
    if len(names) > MAX_DEPTH or names[0].lower() not in CONTEXTS or not _CHAIN.match(source):
        return None
    node: Node = Context(names[0].lower())
    for name in names[1:]:
        node = Property(node, name.lower(), name)
    return node


def _depth(source: str) -> int:
    """How deep GitHub's parser goes: a level for each group, argument, access in a chain, `!`, `&&` and `||`."""
    most = 1 + sum(map(source.count, ("(", "[", ".", "!", "&&", "||")))
    if most <= MAX_DEPTH:
        return most
    depth = base = deepest = 1
    disjunction = conjunction = 0
    outer: list[tuple[int, int, int, int]] = []
    for mark in _MARK.findall(source):
        if mark in ("!", ".") or (mark[:1] == "[" and len(mark) > 1):
            depth += 1
        elif mark in ("(", "["):
            outer.append((depth, base, disjunction, conjunction))
            depth = base = depth + 1
            disjunction = conjunction = 0
        elif mark in (")", "]") and outer:
            depth, base, disjunction, conjunction = outer.pop()
            depth += mark == "]"
        elif mark == ",":
            depth, disjunction, conjunction = base, 0, 0
        elif mark == "||":
            depth, disjunction, conjunction = base + 1, 1, 0
        elif mark == "&&":
            depth, conjunction = base + disjunction + 1, 1
        elif mark:
            depth = base + disjunction + conjunction
        deepest = max(deepest, depth)
    return deepest


def _shown(text: str) -> str:
    """The first word of what is wrong; a blank that is none to GitHub by its number."""
    word = _WORD.match(text)
    if word is None:
        return f"character U+{ord(text[0]):04X}"
    return f"`{word[0] if len(word[0]) <= 30 else word[0][:30] + '…'}`"


@cache
def _parser() -> Lark:
    from lark import Lark

    grammar = resources.files(__package__).joinpath("grammar.lark").read_text("utf-8")
    # any object with a method per rule will do: nodes are built while parsing, without a tree of lark's in between
    builder = cast("Any", _Builder())
    return Lark(grammar, parser="lalr", transformer=builder, maybe_placeholders=False)


class _Builder:
    """A method for each rule of the grammar: children to node."""

    def context(self, children: list[Token]) -> Node:
        (token,) = children
        name = token.lower()
        if name not in CONTEXTS:
            raise ExpressionError(f"unknown name `{token}`: no context is called that", token.start_pos or 0)
        return Context(name)

    def call(self, children: list[Any]) -> Node:
        token: Token = children[0]
        name = token.lower()
        at = token.start_pos or 0
        arity = FUNCTIONS.get(name)
        if arity is None:
            raise ExpressionError(f"unknown function `{token}`", at)
        given = len(children) - 1
        too_many = arity.most is not None and given > arity.most
        if given < arity.least or too_many or (name == "case" and given % 2 == 0):
            raise ExpressionError(f"`{token}` cannot take {given} argument{'s' if given != 1 else ''}", at)
        return Call(name, tuple(children[1:]))

    def property(self, children: list[Any]) -> Node:
        of, token = children
        return Property(of, token.lower(), str(token))

    def star(self, children: list[Node]) -> Node:
        return Star(children[0])

    def index(self, children: list[Node]) -> Node:
        of, index = children
        if isinstance(index, Literal) and isinstance(index.value, str):
            return Property(of, index.value.lower(), index.value)
        return Index(of, index)

    def not_(self, children: list[Node]) -> Node:
        return Not(children[0])

    def binary(self, children: list[Any]) -> Node:
        left, operator, right = children
        return Binary(str(operator), left, right)

    def and_(self, children: list[Node]) -> Node:
        return Logical("&&", tuple(children))

    def or_(self, children: list[Node]) -> Node:
        return Logical("||", tuple(children))

    def null(self, _: list[Node]) -> Node:
        return Literal(None)

    def true(self, _: list[Node]) -> Node:
        return Literal(True)

    def false(self, _: list[Node]) -> Node:
        return Literal(False)

    def nan(self, _: list[Node]) -> Node:
        return Literal(math.nan)

    def infinity(self, _: list[Node]) -> Node:
        return Literal(math.inf)

    def number(self, children: list[Token]) -> Node:
        (token,) = children
        value = number_of(token)
        if value is None:
            raise ExpressionError(f"`{token}` is not a number", token.start_pos or 0)
        return Literal(value)

    def string(self, children: list[Token]) -> Node:
        return Literal(children[0][1:-1].replace("''", "'"))


def number_of(text: str) -> float | None:
    """A number as JavaScript's `Number` reads it, None for what is none (surrounding blanks are not expected)."""
    if _DECIMAL.match(text):
        return float(text)
    if _RADIX.match(text):
        try:
            return float(int(text, 0))
        except OverflowError:
            return math.inf
    return {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}.get(text)
