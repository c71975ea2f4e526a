"""Jobs that fail by the results of the jobs before them: what their steps make of those results, where it is plain.

`if: contains(needs.*.result, 'failure')` over `run: exit 1` says it all. So does re-actors/alls-green, which fails
unless all that it is shown succeeded (its README). What other steps make of a result, nobody can say from outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from needful.dependence.conditions import asks_nothing
from needful.expressions import Binary, Call, Context, Literal, Logical, Node, Property, conjuncts, walk
from needful.workflow.model import Job, Step, StepKind, Text, Workflow

_EXIT = re.compile(r"exit [1-9]\d{0,2}\Z")
# a line that only says something: it cannot end the script before the last line does
_SAYS = re.compile(r"(?:echo|printf|Write-(?:Host|Output|Error)) (?:(?!\$\{\{|\b(?:exit|exec|kill|return)\b).)*[^\\]\Z")
_SHELLS = frozenset({"bash", "sh", "pwsh", "powershell", "cmd"})
_ALLS_GREEN = "re-actors/alls-green"
_BAD = ("failure", "cancelled")
_STATUS = frozenset({"always", "failure", "cancelled", "success"})


class Judge(NamedTuple):
    """What a job makes of the results of others.

    `failures`: expressions of which each, where it is true while the job runs, makes the job fail; `steps`: those that
    do so. `alone`: nothing else decides how the job ends, because no step does anything but fail where it runs.
    """

    failures: tuple[Node, ...]
    steps: tuple[Step, ...]
    alone: bool


def judge(workflow: Workflow, job: Job) -> Judge:
    """How a job fails by the results of others."""
    found = [(step, _of_step(workflow, job, step)) for step in job.steps]
    steps = tuple(step for step, asked in found if asked is not None)
    alone = len(steps) == len(job.steps) > 0 and all(step.kind is StepKind.RUN for step in steps)
    return Judge(tuple(node for _, asked in found for node in asked or ()), steps, alone)


def _of_step(workflow: Workflow, job: Job, step: Step) -> tuple[Node, ...] | None:
    """When a step makes its job fail; None where that is not plain."""
    asked = _asked(step)
    if asked is None or step.continue_on_error is not None:
        return None
    if step.run is not None:
        return (asked,) if _surely_fails(step.run) and _plain_shell(workflow, job, step) else None
    if step.uses is not None and step.uses.name == _ALLS_GREEN:
        return tuple(Logical("&&", (asked, bad)) for bad in _not_green(job, step))
    return None


def _asked(step: Step) -> Node | None:
    """What a step's `if` asks for, but for the success of the steps before it: without that the job fails anyway."""
    if step.condition is None:
        return Literal(True)
    sole = step.condition.template.sole
    if sole is None:
        return None
    parts = tuple(part for part in conjuncts(sole.tree) if not asks_nothing(part))
    if any(isinstance(node, Call) and node.name in _STATUS for part in parts for node in walk(part)):
        return None
    return Logical("&&", (Literal(True), *parts))


def _surely_fails(script: Text) -> bool:
    lines = [line.strip() for line in script.value.splitlines() if line.strip()]
    return bool(lines) and _EXIT.match(lines[-1]) is not None and all(map(_SAYS.match, lines[:-1]))


def _plain_shell(workflow: Workflow, job: Job, step: Step) -> bool:
    """Whether the script is run by a shell that ends as `exit` says."""
    said = (step.shell, *(part.shell for part in (job.defaults, workflow.defaults) if part is not None))
    return all(shell.value.strip().lower() in _SHELLS for shell in said if shell is not None)


def _not_green(job: Job, step: Step) -> Iterator[Node]:
    """alls-green fails for each job that it is shown and that failed, unless its inputs may allow it."""
    shown = step.input("jobs")
    sole = shown.template.sole if shown is not None else None
    if sole is None or sole.tree != Call("tojson", (Context("needs"),)):
        return
    allowed = [_possible_texts(text) for text in (step.input("allowed-failures"), step.input("allowed-skips")) if text]
    for need in job.needs:
        name = need.on.lower()
        if not any(texts is None or any(name in text.lower() for text in texts) for texts in allowed):
            result = Property(Property(Context("needs"), name), "result")
            yield Logical("||", tuple(Binary("==", result, Literal(bad)) for bad in _BAD))


def _possible_texts(text: Text) -> tuple[str, ...] | None:
    """The texts that a value may be made of, None where it may be made of others too."""
    found: list[str] = []
    for part in text.template.parts:
        texts = (part,) if isinstance(part, str) else _chosen(part.tree)
        if texts is None:
            return None
        found += texts
    return tuple(found)


def _chosen(tree: Node) -> tuple[str, ...] | None:
    """The values of `a && 'x' || 'y'`: what its left sides ask does not show in it."""
    if isinstance(tree, Literal) and isinstance(tree.value, str):
        return (tree.value,)
    if not isinstance(tree, Logical):
        return None
    if tree.operator == "&&":
        return _chosen(tree.operands[-1])  # a false left side is no name of a job
    choices = [_chosen(operand) for operand in tree.operands]
    return None if None in choices else tuple(text for choice in choices for text in choice or ())
