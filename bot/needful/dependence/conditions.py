"""When jobs run: what their `if`s ask for together, as far as it is a plain conjunction.

A condition is a set of expressions that must all be true. What cannot be compared between jobs (`matrix`, `steps`,
status functions …) is left out, so the set is what is *known* to hold whenever a job runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from needful.dependence.graph import Graph
from needful.expressions import Binary, Call, Literal, Node, Not, conjuncts, disjuncts, walk
from needful.expressions.tree import accesses_of, functions_of
from needful.workflow.model import Job, Text, Workflow

Conditions: TypeAlias = frozenset[Node]

_RUN_WIDE = frozenset({"github", "inputs", "vars", "needs"})
_STATUS = frozenset({"always", "failure", "cancelled", "success"})
_NEGATED = {"==": "!=", "!=": "=="}


def status_functions(job: Job) -> frozenset[str]:
    """The functions by which a job's `if` replaces the implicit `success()`; written out, that one changes nothing."""
    found: set[str] = set()
    for expression in job.condition.template.expressions if job.condition else ():
        found |= expression.status_functions - {"success"}
        if any(isinstance(node, Call) and node.name == "success" and node.arguments for node in walk(expression.tree)):
            found.add("success")
    return frozenset(found)


def of_text(condition: Text | None) -> Conditions:
    """What an `if` asks for, in a form in which equal things are equal."""
    sole = condition.template.sole if condition is not None else None
    if sole is None:
        return frozenset()
    parts = (_normal(part) for part in conjuncts(sole.tree))
    return frozenset(part for part in parts if _comparable(part))


def of_jobs(workflow: Workflow, graph: Graph) -> Mapping[str, Conditions]:
    """What is known to hold when each job (by id in lower case) runs: its own `if` and those of the jobs it needs.

    The graph must have no cycle.
    """
    found: dict[str, Conditions] = {}
    jobs = {job.id.lower(): job for job in workflow.jobs}
    for job_id in graph.order:
        own = of_text(jobs[job_id].condition)
        if not status_functions(jobs[job_id]):
            own = own.union(*(found[need] for need in graph.needs[job_id]))
        found[job_id] = own
    return found


def joined(conditions: Conditions, texts: Iterable[Text]) -> Conditions:
    """Conditions and those of the steps on the way to a place."""
    return conditions.union(*(of_text(text) for text in texts))


def implied(known: Conditions, job: Job) -> bool:
    """Whether a job's own `if` certainly holds where `known` holds."""
    if job.condition is None:
        return True
    sole = job.condition.template.sole
    if sole is None or status_functions(job):
        return job.condition.template.is_static
    parts = (_normal(part) for part in conjuncts(sole.tree))
    return all(part in known or part == Literal(True) or _is_success(part) for part in parts)


def exclusive(a: Conditions, b: Conditions) -> bool:
    """Whether two conditions can never hold in the same run."""
    return any(_contradict(left, right) for left in a for right in b)


def _is_success(node: Node) -> bool:
    return isinstance(node, Call) and node.name == "success" and not node.arguments


def _comparable(node: Node) -> bool:
    return (
        node != Literal(True)
        and not functions_of(node) & (_STATUS | {"hashfiles"})
        and all(access[0] in _RUN_WIDE for access in accesses_of(node))
    )


def _normal(node: Node) -> Node:
    """Negations pushed into comparisons, literals on the right and, since GitHub ignores case there, in lower case."""
    if isinstance(node, Not):
        inner = _normal(node.operand)
        if isinstance(inner, Not):
            return inner.operand
        if isinstance(inner, Binary) and inner.operator in _NEGATED:
            return Binary(_NEGATED[inner.operator], inner.left, inner.right)
        return Not(inner)
    if isinstance(node, Binary) and node.operator in _NEGATED:
        left, right = (node.right, node.left) if isinstance(node.left, Literal) else (node.left, node.right)
        if isinstance(right, Literal) and isinstance(right.value, str):
            right = Literal(right.value.lower())
        return Binary(node.operator, left, right)
    return node


def _contradict(a: Node, b: Node) -> bool:
    """Whether two parts exclude each other; a part that is a choice is excluded when all its options are."""
    options = [(_normal(x), _normal(y)) for x in disjuncts(a) for y in disjuncts(b)]
    return all(_opposite(x, y) or _opposite(y, x) for x, y in options)


def _opposite(a: Node, b: Node) -> bool:
    if b == Not(a):
        return True
    if not (isinstance(a, Binary) and a.operator == "==" and isinstance(a.right, Literal)):
        return False
    if isinstance(b, Binary) and b.left == a.left and isinstance(b.right, Literal):
        return (b.operator == "!=" and b.right == a.right) or (b.operator == "==" and _differ(a.right, b.right))
    if isinstance(b, Call) and b.name == "startswith" and b.arguments[:1] == (a.left,):
        prefix = b.arguments[1]
        if isinstance(prefix, Literal) and isinstance(prefix.value, str) and isinstance(a.right.value, str):
            return not a.right.value.startswith(prefix.value.lower())
    return False


def _differ(a: Literal, b: Literal) -> bool:
    """Whether no value equals both; literals of different types may be equal after conversion."""
    return type(a.value) is type(b.value) and a != b
