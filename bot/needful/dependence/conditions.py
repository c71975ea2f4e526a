"""When jobs run: what their `if`s ask for together, as far as it is a plain conjunction.

A condition is a set of expressions that must all be true. What cannot be compared between jobs (`matrix`, `steps`,
status functions …) is left out, so the set is what is *known* to hold whenever a job runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from needful.dependence.graph import Graph
from needful.expressions import Access, Binary, Call, Literal, Node, Not, conjuncts, disjuncts, number_of, walk
from needful.expressions.tree import accesses_of, functions_of
from needful.workflow.model import Job, Text, Workflow

Conditions: TypeAlias = frozenset[Node]

_RUN_WIDE = frozenset({"github", "inputs", "vars", "needs"})
# what is another value in every job, or may be
_OF_ONE_JOB = frozenset({"", "*", "job", "action", "action_path", "action_ref", "action_repository", "action_status"})
_STATUS = frozenset({"always", "failure", "cancelled", "success"})
_NEGATED = {"==": "!=", "!=": "=="}


def status_functions(job: Job) -> frozenset[str]:
    """The functions by which a job's `if` replaces "all jobs before me succeeded"; `success() && …` says just that."""
    if job.condition is None:
        return frozenset()
    template = job.condition.template
    if template.sole is not None:
        asked = [part for part in conjuncts(template.sole.tree) if not _is_success(part)]
    else:
        asked = [expression.tree for expression in template.expressions]
    calls = {node for part in asked for node in walk(part) if isinstance(node, Call)}
    return frozenset(call.name for call in calls) & _STATUS


def always_runs(job: Job) -> bool:
    """Whether a job runs whatever becomes of those before it: `always()` or `!cancelled()` is a part of its `if`."""
    sole = job.condition.template.sole if job.condition is not None else None
    if sole is None:
        return False
    parts = conjuncts(sole.tree)
    calls = {node.name for node in walk(sole.tree) if isinstance(node, Call)} & _STATUS
    return calls <= {"always", "cancelled"} and any(_lets_all_run(part) for part in parts)


def asks_for_nothing(job: Job) -> bool:
    """Whether a job runs in every case but a cancelled run: its `if` asks for nothing more."""
    sole = job.condition.template.sole if job.condition is not None else None
    return sole is not None and all(map(_lets_all_run, conjuncts(sole.tree)))


def _lets_all_run(node: Node) -> bool:
    if isinstance(node, Not):
        return isinstance(node.operand, Call) and node.operand.name == "cancelled" and not node.operand.arguments
    return isinstance(node, Call) and node.name == "always" and not node.arguments


def asks_nothing(node: Node) -> bool:
    """Whether a part of a condition is `always()`, `!cancelled()` or `success()`: no more than when to be asked."""
    return _lets_all_run(node) or _is_success(node)


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
        own = frozenset(part for part in of_text(jobs[job_id].condition) if _sees(jobs[job_id], part))
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
    return all((part in known and _sees(job, part)) or part == Literal(True) or _is_success(part) for part in parts)


def exclusive(a: Conditions, b: Conditions) -> bool:
    """Whether two conditions can never hold in the same run."""
    return any(_contradict(left, right) for left in a for right in b)


def _is_success(node: Node) -> bool:
    return isinstance(node, Call) and node.name == "success" and not node.arguments


def _sees(job: Job, node: Node) -> bool:
    """Whether a job has all of the `needs` context that a part reads: it holds direct needs only."""
    read = {str(access[1]).lower() for access in accesses_of(node) if access[0] == "needs" and len(access) > 1}
    return read <= {need.on.lower() for need in job.needs}


def _comparable(node: Node) -> bool:
    return (
        node != Literal(True)
        and not functions_of(node) & (_STATUS | {"hashfiles"})
        and all(access[0] in _RUN_WIDE and _second(access) not in _OF_ONE_JOB for access in accesses_of(node))
    )


def _second(access: Access) -> str:
    """The key below a context in lower case, `""` for the whole context and for a computed key."""
    return (access[1] or "").lower() if len(access) > 1 else ""


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
        value = a.right.value
        if isinstance(value, str) and isinstance(prefix, Literal) and isinstance(prefix.value, str):
            return _number(a.right) is None and not value.startswith(prefix.value.lower())
    return False


def _differ(a: Literal, b: Literal) -> bool:
    """Whether no value equals both. A number equals every text that stands for it: `1` is `'1'` and `'1.0'`."""
    if type(a.value) is not type(b.value) or a == b:
        return False
    number = _number(a)
    return number is None or number != _number(b)


def _number(literal: Literal) -> float | None:
    """The number that a text is equal to, None for a text that is equal to texts only."""
    if not isinstance(literal.value, str):
        return None
    stripped = literal.value.strip()
    return number_of(stripped) if stripped else 0.0


def never_both(a: Text | None, b: Text | None) -> bool:
    """Whether two `if`s of one job, asked at the same moment, can never both hold."""
    trees = [text.template.sole for text in (a, b) if text is not None]
    if len(trees) < 2 or any(sole is None for sole in trees):
        return False
    left, right = (conjuncts(sole.tree) for sole in trees if sole is not None)
    return any(_contradict(one, other) for one in left for other in right)
