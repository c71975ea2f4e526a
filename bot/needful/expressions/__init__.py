"""GitHub's expression language: `${{ … }}` → tree, and which contexts, functions and status checks it reads."""

from __future__ import annotations

from needful.expressions.parser import number_of
from needful.expressions.template import Expression, Template, parse_condition, parse_template
from needful.expressions.tree import (
    Access,
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
    conjuncts,
    disjuncts,
    walk,
)

__all__ = [
    "Access",
    "Binary",
    "Call",
    "Context",
    "Expression",
    "ExpressionError",
    "Index",
    "Literal",
    "Logical",
    "Node",
    "Not",
    "Property",
    "Star",
    "Template",
    "accesses",
    "conjuncts",
    "disjuncts",
    "functions",
    "number_of",
    "parse_condition",
    "parse_template",
    "walk",
]


def accesses(template: Template) -> tuple[Access, ...]:
    """What all expressions of a text read, each chain once, in the order of the text."""
    return tuple(dict.fromkeys(access for expression in template.expressions for access in expression.accesses))


def functions(template: Template) -> frozenset[str]:
    """The functions that the expressions of a text call, in lower case."""
    return frozenset(name for expression in template.expressions for name in expression.functions)
