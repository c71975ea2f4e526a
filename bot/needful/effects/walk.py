"""The steps that a job really runs: its own, and those of the local composite actions it uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from needful.effects.model import Evidence
from needful.effects.names import Given, Scope, is_literal, literal, value_of
from needful.expressions import Binary, Context, Literal, Node, Property, conjuncts, number_of
from needful.source import Span
from needful.workflow.model import Action, Step, Text, UsesKind, Workflow
from needful.workflow.repository import Repository

MAX_COMPOSITE_DEPTH = 9
"""Composite actions nest this deep on GitHub's runner (actions/runner, Constants.CompositeActionsMaxDepth)."""


@dataclass(frozen=True)
class Site:
    """A step where it stands: in `file`, reached from line `line` of `workflow`.

    `conditions` are the `if`s of the workflow on the way; `conditional`: there is an `if`, there or in a local action.
    `optional`: the job goes on when the step fails.
    """

    step: Step
    scope: Scope
    file: Workflow | Action
    workflow: Workflow
    line: int
    conditions: tuple[Text, ...] = ()
    conditional: bool = False
    optional: bool = False

    def evidence(self, text: str, span: Span | None = None) -> Evidence:
        """Something seen at this step, as evidence in the workflow, with the place where it really stands."""
        line = self.file.document.source.line((span or self.step.span).start)
        if self.file is self.workflow:
            return Evidence(self.workflow.path, line, text)
        return Evidence(self.workflow.path, self.line, f"{text} (in {self.file.path}:{line})")


def sites(workflow: Workflow, steps: tuple[Step, ...], scope: Scope, repository: Repository) -> Iterator[Site]:
    """Every step below `steps`, local composite actions opened in place. Bounded, whatever calls whatever."""
    for step in steps:
        yield from _open(Site(step, scope, workflow, workflow, workflow.line(step.span)), repository, 0)


def _open(site: Site, repository: Repository, depth: int) -> Iterator[Site]:
    step = site.step
    if never(step.condition, site.scope):
        return
    own = (step.condition,) if step.condition and site.file is site.workflow else ()
    here = replace(
        site,
        scope=site.scope.with_env(step.env),
        conditions=(*site.conditions, *own),
        conditional=site.conditional or step.condition is not None,
        optional=site.optional or may_fail(step.continue_on_error),
    )
    for member in step.steps:
        yield from _open(replace(here, step=member), repository, depth)
    action = None
    if step.uses and step.uses.kind is UsesKind.LOCAL and depth < MAX_COMPOSITE_DEPTH:
        action = repository.action(step.uses.text.value)
    if action is None or not action.steps:
        yield here
        return
    inner = replace(here.scope, env={}, inputs=_bind(action, here), flags=frozenset())
    for nested in action.steps:
        yield from _open(replace(here, step=nested, scope=inner, file=action), repository, depth + 1)


def never(condition: Text | None, scope: Scope) -> bool:
    """Whether an `if` is certainly false for the inputs that the caller of a local action or workflow gives."""
    sole = condition.template.sole if condition is not None and scope.inputs else None
    return sole is not None and any(_is_false(part, scope) for part in conjuncts(sole.tree))


def _is_false(part: Node, scope: Scope) -> bool:
    if isinstance(part, Property):
        return _is_flag(part, scope) and value_of(part, scope) in (literal("false"), ())
    if not isinstance(part, Binary) or part.operator not in ("==", "!=") or not isinstance(part.right, Literal):
        return False
    name, wanted = value_of(part.left, scope), part.right.value
    if name is None or not is_literal(name) or not isinstance(wanted, str) or _is_flag(part.left, scope):
        return False
    value = "".join(str(piece) for piece in name)
    if value.lower() == wanted.lower():
        return part.operator == "!="
    # as numbers they may be equal: inputs of workflows have types
    return part.operator == "==" and (
        number_of(wanted.strip() or "0") is None or number_of(value.strip() or "0") is None
    )


def _is_flag(node: Node, scope: Scope) -> bool:
    """Whether a node is an input of type boolean: it is true or false, and no text."""
    return isinstance(node, Property) and node.of == Context("inputs") and node.name in scope.flags


def may_fail(continue_on_error: Text | None) -> bool:
    """Whether `continue-on-error` says, or may say, that a failure does not count."""
    return continue_on_error is not None and continue_on_error.value.strip().lower() != "false"


def _bind(action: Action, site: Site) -> dict[str, Given]:
    bound = {}
    for port in action.inputs:
        given = site.step.input(port.name)
        if given is not None:
            bound[port.name.lower()] = Given(given, site.scope)
        else:
            default = port.value or Text("", site.step.span)
            bound[port.name.lower()] = Given(default, Scope(site.scope.owner))
    return bound
