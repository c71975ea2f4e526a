"""Jobs that fail by the results of the jobs before them: what their steps make of those results, where it is plain.

`if: contains(needs.*.result, 'failure')` over `run: exit 1` says it all. So does re-actors/alls-green, which fails
unless all that it is shown succeeded (its README). What other steps make of a result, nobody can say from outside.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from needful.dependence.conditions import asks_nothing
from needful.expressions import Binary, Call, Context, Literal, Logical, Node, Property, conjuncts, walk
from needful.workflow.model import Job, Step, Text, Workflow

_EXIT = re.compile(r"exit [1-9]\d{0,2}\Z")
# a line that only says something: it cannot end the script before the last line does
_SAYS = re.compile(r"(?:echo|printf|Write-(?:Host|Output|Error)) (?:(?!\$\{\{|\b(?:exit|exec|kill|return)\b).)*[^\\]\Z")
_SHELLS = frozenset({"bash", "sh", "pwsh", "powershell", "cmd"})
_ALLS_GREEN = "re-actors/alls-green"
_BAD = ("failure", "cancelled")
_STATUS = frozenset({"always", "failure", "cancelled", "success"})


class Judge(NamedTuple):
    """What a job makes of the results of others.

    `failures`: expressions of which each, where it is true while the job runs, makes the job fail. `steps` do no more
    than fail or pass. Those that are `settled` pass where none of their failures is true; `alone`: there are no others.
    """

    failures: tuple[Node, ...]
    steps: tuple[Step, ...]
    settled: tuple[Step, ...]
    alone: bool


class _Verdict(NamedTuple):
    failures: tuple[Node, ...]
    settled: bool = True


def judge(workflow: Workflow, job: Job) -> Judge:
    """How a job fails by the results of others."""
    found = [(step, verdict) for step in job.steps if (verdict := _verdict(workflow, job, step)) is not None]
    settled = tuple(step for step, verdict in found if verdict.settled)
    failures = tuple(node for _, verdict in found for node in verdict.failures)
    return Judge(failures, tuple(step for step, _ in found), settled, len(settled) == len(job.steps) > 0)


def _verdict(workflow: Workflow, job: Job, step: Step) -> _Verdict | None:
    """When a step makes its job fail; None where that is not plain."""
    asked = _asked(step)
    if asked is None or step.continue_on_error is not None:
        return None
    if step.run is not None:
        return _Verdict((asked,)) if _surely_fails(step.run) and _plain_shell(workflow, job, step) else None
    if step.uses is not None and step.uses.name == _ALLS_GREEN:
        failures, settled = _not_green(job, step)
        return _Verdict(tuple(Logical("&&", (asked, bad)) for bad in failures), settled)
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


def _not_green(job: Job, step: Step) -> tuple[tuple[Node, ...], bool]:
    """When alls-green fails, and whether it passes in all other cases.

    It minds every job that it is shown and that did not succeed, but for those that its inputs allow to be skipped, or
    to fail. An input that is put together at run time may name some that are not known.
    """
    shown = step.input("jobs")
    sole = shown.template.sole if shown is not None else None
    if sole is None or sole.tree != Call("tojson", (Context("needs"),)):
        return (), False
    may_fail, may_be_skipped = (_Allowed.of(step.input(f"allowed-{what}")) for what in ("failures", "skips"))
    if may_fail is None or may_be_skipped is None:
        return (), False
    failures: list[Node] = []
    for name in (need.on.lower() for need in job.needs):
        result = Property(Property(Context("needs"), name), "result")
        if may_fail.may_name(name):
            continue
        if may_be_skipped.may_name(name):
            failures.append(Logical("||", tuple(Binary("==", result, Literal(bad)) for bad in _BAD)))
        else:
            failures.append(Binary("!=", result, Literal("success")))
    return tuple(failures), may_fail.static and may_be_skipped.static


class _Allowed(NamedTuple):
    """Jobs that an input names; not `static`: the texts that it may be made of."""

    texts: tuple[str, ...]
    static: bool

    @classmethod
    def of(cls, text: Text | None) -> _Allowed | None:
        """None where it may be made of texts that are not known."""
        if text is None or text.template.is_static:
            return cls(tuple(re.split(r"[\s,\[\]\"']+", text.value.lower())) if text is not None else (), True)
        found: list[str] = []
        for part in text.template.parts:
            texts = (part,) if isinstance(part, str) else _chosen(part.tree)
            if texts is None:
                return None
            found += texts
        return cls(tuple(text.lower() for text in found), False)

    def may_name(self, job_id: str) -> bool:
        """Whether the input names a job, in lower case, or may do so."""
        return job_id in self.texts if self.static else any(job_id in text for text in self.texts)


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
