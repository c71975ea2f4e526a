"""The values that a text may take where the workflow settles them: by matrix leg, and by `a && 'x' || 'y'`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from needful.effects.names import Hole, Name, Scope, is_literal, names, show
from needful.expressions import Context, Literal, Logical, Node, Property, parse_template
from needful.workflow.model import Job, Text

_MAX_DEPTH = 16


def choices(text: Text, job: Job | None, scope: Scope) -> tuple[str, ...]:
    """All values of a text; an empty one among them where others are possible that nobody knows."""
    return tuple(choice for name in names(text, scope) for choice in choices_of(name, job))


def choices_of(name: Name, job: Job | None) -> tuple[str, ...]:
    """The same of a name in a job."""
    if is_literal(name):
        return (show(name),)
    hole = name[0]
    if len(name) > 1 or not isinstance(hole, Hole):
        return ("",)
    matrix = job.strategy.matrix if job is not None and job.strategy is not None else None
    sole = parse_template("${{" + hole.key + "}}").sole
    return (
        tuple(_values(sole.tree, dict(matrix.values) if matrix is not None else {}, 0)) if sole is not None else ("",)
    )


def _values(tree: Node, values: Mapping[str, tuple[str, ...]], depth: int) -> Iterator[str]:
    """The values of `a && 'x' || 'y'`: the right side of each `&&`, all sides of `||`."""
    if isinstance(tree, Literal) and isinstance(tree.value, str):
        yield tree.value
    elif isinstance(tree, Property) and tree.of == Context("matrix"):
        yield from values.get(tree.name, ("",))
    elif isinstance(tree, Logical) and depth < _MAX_DEPTH:
        # a false left side of `&&` is no value; it is what goes on to the right side of an `||` around
        for operand in tree.operands if tree.operator == "||" else tree.operands[-1:]:
            yield from _values(operand, values, depth + 1)
    else:
        yield ""
