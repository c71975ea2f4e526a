"""What a job runs on: a machine that is new for every job, or one whose disk outlives it."""

from __future__ import annotations

from collections.abc import Mapping

from needful.effects.model import Evidence
from needful.effects.names import Hole, Name, Scope, is_literal, names, show
from needful.expressions import Context, Literal, Logical, Node, Property, parse_template
from needful.facts.runners import is_fresh
from needful.workflow.model import Job, Text, Workflow

_MAX_DEPTH = 16


def lasting(workflow: Workflow, job: Job, scope: Scope) -> Evidence | None:
    """Why the disk of a job's machine may outlive it, None where the machine is new for every job."""
    if job.uses is not None:
        return None
    line = workflow.line(job.runs_on[0].span if job.runs_on else job.key_span)
    if job.runner_group is not None or not job.runs_on:
        return Evidence(workflow.path, line, f"`{job.id}` runs on a runner group, whose disks may be shared")
    values = _values_of(job)
    for text in job.runs_on:
        for label in names(text, scope):
            if not all(is_fresh(choice) for choice in _choices(label, values)):
                said = f"`{job.id}` may run on a self-hosted runner ({show(label)}), whose disk outlives it"
                return Evidence(workflow.path, line, said)
    return None


def labels(text: Text, job: Job, scope: Scope) -> tuple[str, ...]:
    """The labels that a text of `runs-on` can stand for; an empty one where that is not known."""
    values = _values_of(job)
    return tuple(choice for label in names(text, scope) for choice in _choices(label, values))


def _values_of(job: Job) -> Mapping[str, tuple[str, ...]]:
    return dict(job.strategy.matrix.values) if job.strategy is not None and job.strategy.matrix is not None else {}


def _choices(label: Name, values: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The labels that a name can stand for; an empty one where that is not known."""
    if is_literal(label):
        return (show(label),)
    hole = label[0]
    if len(label) > 1 or not isinstance(hole, Hole):
        return ("",)
    sole = parse_template("${{" + hole.key + "}}").sole
    return tuple(_values(sole.tree, values, 0)) if sole is not None else ("",)


def _values(tree: Node, values: Mapping[str, tuple[str, ...]], depth: int) -> tuple[str, ...]:
    """The values of `a && 'x' || 'y'`: the right side of each `&&`, all sides of `||`."""
    if isinstance(tree, Literal) and isinstance(tree.value, str):
        return (tree.value,)
    if isinstance(tree, Property) and tree.of == Context("matrix"):
        return values.get(tree.name, ("",))
    if isinstance(tree, Logical) and depth < _MAX_DEPTH:
        # a false left side of `&&` is no label; it is what goes on to the right side of an `||` around
        chosen = tree.operands if tree.operator == "||" else tree.operands[-1:]
        return tuple(value for operand in chosen for value in _values(operand, values, depth + 1))
    return ("",)
