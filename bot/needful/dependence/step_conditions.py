"""What a step's `if` makes of the failure of a step before it."""

from __future__ import annotations

from enum import Enum

from needful.expressions import Binary, Call, Literal, Logical, Node, Not, walk
from needful.workflow.model import Text

_ASKS = frozenset({"success", "failure"})


class Reaction(Enum):
    """`STOPS`: after a failure the step does not run. `BLIND`: a failure makes no difference. `JUDGES`: all else."""

    STOPS = "stops"
    BLIND = "blind"
    JUDGES = "judges"


def reaction(condition: Text | None) -> Reaction:
    """How a step takes the failure of another. Without a status function GitHub puts `success() &&` in front."""
    if condition is None:
        return Reaction.STOPS
    template = condition.template
    if template.sole is None:
        asks = any(expression.functions & (_ASKS | {"always", "cancelled"}) for expression in template.expressions)
        return Reaction.JUDGES if asks else Reaction.STOPS
    tree = template.sole.tree
    calls = {node.name for node in walk(tree) if isinstance(node, Call)} & (_ASKS | {"always", "cancelled"})
    if not calls:
        return Reaction.STOPS
    well, ill = _known(tree, failed=False), _known(tree, failed=True)
    if ill == Literal(False):
        return Reaction.STOPS
    return Reaction.BLIND if well == ill else Reaction.JUDGES


def _known(node: Node, *, failed: bool) -> Node:
    """An expression with `success()` and `failure()` as they are, made shorter where that decides something."""
    match node:
        case Call("success", ()):
            return Literal(not failed)
        case Call("failure", ()):
            return Literal(failed)
        case Not(operand):
            inner = _known(operand, failed=failed)
            return (
                Literal(not inner.value) if isinstance(inner, Literal) and isinstance(inner.value, bool) else Not(inner)
            )
        case Binary(operator, left, right):
            return Binary(operator, _known(left, failed=failed), _known(right, failed=failed))
        case Logical(operator, operands):
            return _joined(operator, [_known(operand, failed=failed) for operand in operands])
    return node


def _joined(operator: str, operands: list[Node]) -> Node:
    """`a && true` is `a` for an `if`, `a && false` is false; the other way round for `||`."""
    neutral, decides = Literal(operator == "&&"), Literal(operator != "&&")
    if decides in operands:
        return decides
    rest = tuple(operand for operand in operands if operand != neutral)
    return neutral if not rest else rest[0] if len(rest) == 1 else Logical(operator, rest)
