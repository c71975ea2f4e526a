"""Texts that may hold expressions: `parse_template` for any scalar, `parse_condition` for an `if:`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from needful.expressions.parser import parse_expression
from needful.expressions.tree import Access, ExpressionError, Literal, Node, accesses_of, functions_of
from needful.expressions.vocabulary import STATUS_FUNCTIONS

_BLANK = "\t\n\v\f\r \xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000\ufeff"
"""What JavaScript trims; it is not what Python strips."""
_OPEN = "${{"
# `}}` inside a text does not close an expression; an apostrophe opens or closes a text wherever it stands
_INNER = re.compile(r"((?:[^'}]++|'[^']*+'|\}(?!\}))*+)\}\}")


@dataclass(frozen=True)
class Expression:
    """One expression. `source` is its text without the blanks around it, `start` where that begins in the scalar."""

    source: str
    start: int
    tree: Node

    @cached_property
    def accesses(self) -> tuple[Access, ...]:
        """The longest chains read from contexts: `needs.build.result` → `("needs", "build", "result")`."""
        return accesses_of(self.tree)

    @cached_property
    def functions(self) -> frozenset[str]:
        """The functions called, in lower case."""
        return functions_of(self.tree)

    @property
    def status_functions(self) -> frozenset[str]:
        """Those of `always`, `cancelled`, `failure` and `success` that are called."""
        return self.functions & STATUS_FUNCTIONS


@dataclass(frozen=True)
class Template:
    """A text cut into literal parts and expressions; an empty text has no parts."""

    parts: tuple[str | Expression, ...]

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        return tuple(part for part in self.parts if isinstance(part, Expression))

    @property
    def is_static(self) -> bool:
        """Whether the text holds no expression."""
        return not self.expressions

    @property
    def literal(self) -> str | None:
        """The text where it is static, else None."""
        return "".join(part for part in self.parts if isinstance(part, str)) if self.is_static else None

    @property
    def sole(self) -> Expression | None:
        """The expression that is the whole text, else None.

        A condition that is more than one expression (`${{ a }} && ${{ b }}`) has none: GitHub makes a text of it, and
        a text that is not empty is true.
        """
        return part if len(self.parts) == 1 and isinstance(part := self.parts[0], Expression) else None


@lru_cache(maxsize=16_384)
def parse_template(text: str) -> Template:
    """Cut a scalar at its `${{ }}`. Raises `ExpressionError` where an expression is broken, empty or not closed."""
    return Template(tuple(_parts(text)))


@lru_cache(maxsize=4096)
def parse_condition(text: str) -> Template:
    """An `if:`. Without `${{` the whole text is one expression; an empty one is a static template (`success()`).

    Raises `ExpressionError`.
    """
    if _OPEN in text:
        template = parse_template(text)
        if template.sole and isinstance(template.sole.tree, Literal) and isinstance(template.sole.tree.value, str):
            # GitHub makes `${{ 'text' }}` the plain text first, which is then the condition
            return _bare_condition(template.sole.tree.value, template.sole.start + 1)
        return template
    return _bare_condition(text, 0)


def _bare_condition(text: str, offset: int) -> Template:
    expression = _expression(text, offset)
    return Template((expression,) if expression else ())


def _parts(text: str) -> Iterator[str | Expression]:
    at = 0
    while (start := text.find(_OPEN, at)) >= 0:
        if start > at:
            yield text[at:start]
        inner = _INNER.match(text, start + len(_OPEN))
        if inner is None:
            raise ExpressionError("`${{` without its `}}`", start)
        expression = _expression(inner[1], inner.start())
        if expression is None:
            raise ExpressionError("nothing stands between `${{` and `}}`", start)
        yield expression
        at = inner.end()
    if at < len(text):
        yield text[at:]


def _expression(text: str, offset: int) -> Expression | None:
    """The expression of a text that begins at an offset of the scalar; None where there are only blanks."""
    rest = text.lstrip(_BLANK)
    source = rest.rstrip(_BLANK)
    start = offset + len(text) - len(rest)
    if not source:
        return None
    try:
        return Expression(source, start, parse_expression(source))
    except ExpressionError as error:
        raise ExpressionError(error.message, start + error.offset) from None
