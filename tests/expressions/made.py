"""Expressions made by hypothesis: trees, their text, and heaps of tokens that are mostly no expressions."""

from __future__ import annotations

import math
import re

from hypothesis import strategies as st

from needful.expressions import Binary, Call, Context, Index, Literal, Logical, Node, Not, Property, Star
from needful.expressions.vocabulary import CONTEXTS, FUNCTIONS

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
# the looser an operator binds, the lower; a chain ends in something that can be followed by an access
_OR, _AND, _EQUALITY, _COMPARISON, _UNARY, _CHAIN = range(6)


def text_of(node: Node, room: int = _OR) -> str:
    """An expression that reads as this tree; in parentheses where it binds looser than there is room for."""
    text, strength = _text(node)
    return text if strength >= room else f"({text})"


def _text(node: Node) -> tuple[str, int]:
    match node:
        case Literal(value=value):
            return _literal(value), _UNARY
        case Context(name=name):
            return name, _CHAIN
        case Property(of=of, name=name):
            access = f".{name}" if _NAME.match(name) else f"[{_literal(name)}]"
            return text_of(of, _CHAIN) + access, _CHAIN
        case Index(of=of, index=index):
            return f"{text_of(of, _CHAIN)}[{text_of(index)}]", _CHAIN
        case Star(of=of):
            return f"{text_of(of, _CHAIN)}.*", _CHAIN
        case Call(name=name, arguments=arguments):
            return f"{name}({', '.join(map(text_of, arguments))})", _CHAIN
        case Not(operand=operand):
            return f"!{text_of(operand, _UNARY)}", _UNARY
        case Binary(operator=operator, left=left, right=right):
            strength = _EQUALITY if operator in ("==", "!=") else _COMPARISON
            return f"{text_of(left, strength)} {operator} {text_of(right, strength + 1)}", strength
        case Logical(operator=operator, operands=operands):
            strength = _AND if operator == "&&" else _OR
            return f" {operator} ".join(text_of(operand, strength + 1) for operand in operands), strength


def _literal(value: bool | float | str | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return "'" + value.replace("'", "''") + "'"
    if math.isnan(value):
        return "NaN"
    return str(value).replace("inf", "Infinity")


names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,6}", fullmatch=True)
literals = st.builds(Literal, st.none() | st.booleans() | st.floats() | st.text(max_size=8))
contexts = st.builds(Context, st.sampled_from(sorted(CONTEXTS)))


def _accesses(of: st.SearchStrategy[Node], index: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    keys = names | st.text(max_size=5)
    return st.one_of(
        st.builds(lambda of, key: Property(of, key.lower(), key), of, keys),
        st.builds(Index, of, index.filter(lambda node: not (isinstance(node, Literal) and type(node.value) is str))),
        st.builds(Star, of),
    )


@st.composite
def _calls(draw: st.DrawFn, arguments: st.SearchStrategy[Node]) -> Node:
    name = draw(st.sampled_from(sorted(FUNCTIONS)))
    least, most = FUNCTIONS[name]
    count = draw(st.integers(least, min(least + 2, least + 2 if most is None else most)))
    count += name == "case" and count % 2 == 0
    return Call(name, tuple(draw(arguments) for _ in range(count)))


def _larger(below: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    followed = contexts | _calls(below) | below.filter(lambda node: not isinstance(node, Literal))
    operands = st.lists(below, min_size=2, max_size=4).map(tuple)
    return st.one_of(
        _accesses(followed, below),
        _calls(below),
        st.builds(Not, below),
        st.builds(Binary, st.sampled_from(COMPARISONS), below, below),
        st.builds(Logical, st.sampled_from(("&&", "||")), operands),
    )


trees: st.SearchStrategy[Node] = st.recursive(literals | contexts, _larger, max_leaves=12)

_TOKENS = (
    *("github", "GitHub.Ref", "needs", ".x", ".*", "[*]", "['x']", "[0]", "[", "]", "(", ")", ",", ".", "*", "!"),
    *("&&", "||", "==", "!=", "<", ">=", "&", "=", "true", "null", "NaN", "-Infinity", "1", "-1.5e3", "0x1F", ".5"),
    *("'a'", "''''", "'", "contains(", "success()", "case(true, 1, 2)", "format('{0}', 1)", "unknown", "unknown()"),
    *("-", "+", "1-2", "x-y", "${{", "}}", '"', "\t", "\n", "\u00a0", "é"),
)
heaps = st.builds(
    lambda glue, tokens: glue.join(tokens), st.sampled_from(("", " ")), st.lists(st.sampled_from(_TOKENS), max_size=9)
)
"""Texts of which a few are expressions."""
