"""The steps that a job really runs: its own, and those of the local composite actions it uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from needful.effects.model import Evidence
from needful.effects.names import Given, Scope
from needful.source import Span
from needful.workflow.model import Action, Step, Text, UsesKind, Workflow
from needful.workflow.repository import Repository

MAX_COMPOSITE_DEPTH = 9
"""Composite actions nest this deep on GitHub's runner (actions/runner, Constants.CompositeActionsMaxDepth)."""


@dataclass(frozen=True)
class Site:
    """A step where it stands: in `file`, reached from line `line` of `workflow` through the `conditions` on the way.

    `optional`: the job goes on when the step fails.
    """

    step: Step
    scope: Scope
    file: Workflow | Action
    workflow: Workflow
    line: int
    conditions: tuple[Text, ...] = ()
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
    here = replace(
        site,
        scope=site.scope.with_env(step.env),
        conditions=(*site.conditions, step.condition) if step.condition else site.conditions,
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
    inner = replace(here.scope, env={}, inputs=_bind(action, here))
    for nested in action.steps:
        yield from _open(replace(here, step=nested, scope=inner, file=action), repository, depth + 1)


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
