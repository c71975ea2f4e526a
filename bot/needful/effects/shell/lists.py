"""Lists and pipelines of bash: their commands in order, however the parser nested them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Node

STATEMENTS = frozenset(
    {
        "c_style_for_statement",
        "case_statement",
        "command",
        "compound_statement",
        "declaration_command",
        "for_statement",
        "function_definition",
        "if_statement",
        "list",
        "negated_command",
        "pipeline",
        "redirected_statement",
        "subshell",
        "test_command",
        "unset_command",
        "variable_assignment",
        "variable_assignments",
        "while_statement",
    }
)
"""The nodes that run something, or set variables."""

LISTS = frozenset({"list", "pipeline", "redirected_statement"})

_OPERATORS = frozenset({"&&", "||", "|", "|&"})


class Part(NamedTuple):
    """A command of a list, the operator in front of it, and the redirections behind it."""

    operator: str
    node: Node
    redirects: tuple[Node, ...] = ()


def flat(node: Node) -> list[Part]:
    """A statement as its commands in order, however the parser nested them."""
    found: list[Part] = []
    waiting = [Part("", node)]
    while waiting:
        part = waiting.pop()
        kind = part.node.type
        if kind in ("list", "pipeline"):
            waiting += reversed(_joined(part.operator, part.node.children, part.redirects))
        elif kind == "redirected_statement":
            redirects = tuple(child for child in part.node.children if child.type.endswith("_redirect"))
            behind = [one for redirect in redirects if redirect.type == "heredoc_redirect" for one in _behind(redirect)]
            if behind:
                behind[-1] = behind[-1]._replace(redirects=part.redirects)
            else:
                redirects += part.redirects
            body = part.node.child_by_field_name("body")
            if body is None:
                found.append(Part(part.operator, part.node, redirects))
            waiting += reversed(behind if body is None else [Part(part.operator, body, redirects), *behind])
        else:
            found.append(part)
    return found


def _joined(operator: str, nodes: Sequence[Node], redirects: tuple[Node, ...] = ()) -> list[Part]:
    parts: list[Part] = []
    for node in nodes:
        if node.type in _OPERATORS:
            operator = node.type
        elif node.type != "comment":
            parts.append(Part(operator, node))
    return [*parts[:-1], *(part._replace(redirects=redirects) for part in parts[-1:])]


def _behind(redirect: Node) -> list[Part]:
    """What goes on behind `<<EOF` on the same line: a pipeline, or `&&` and a command."""
    parts: list[Part] = []
    operator = ""
    for child in redirect.children:
        if child.type == "pipeline":
            parts += _joined("", child.children)
        elif child.type in _OPERATORS:
            operator = child.type
        elif child.type in STATEMENTS:
            parts.append(Part(operator, child))
    return parts
