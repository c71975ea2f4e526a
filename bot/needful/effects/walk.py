"""The steps that a job really runs: its own, and those of the local composite actions it uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from needful.effects.choices import choices
from needful.effects.model import Evidence, Place
from needful.effects.names import Given, Name, Scope, is_literal, literal, resolve, value_of
from needful.expressions import Binary, Context, Literal, Node, Property, conjuncts, number_of
from needful.source import Span
from needful.workflow.model import Action, Defaults, Job, Step, Text, UsesKind, Workflow
from needful.workflow.repository import Repository, normalise

_CHECKOUTS = frozenset({"actions/checkout", "taiki-e/checkout-action", "namespacelabs/nscloud-checkout-action"})
"""Actions that check out a repository in full, by default that of the workflow."""
MAX_COMPOSITE_DEPTH = 9
"""Composite actions nest this deep on GitHub's runner (actions/runner, Constants.CompositeActionsMaxDepth)."""


class Checkout(NamedTuple):
    """A folder of the workspace (`""` for all of it) that holds a repository: this one, or another."""

    folder: str
    own: bool


@dataclass(frozen=True)
class Site:
    """A step where it stands: in `file`, reached from the step `outer` of `workflow`, which may be the step itself.

    `conditions` are the `if`s of the workflow on the way; `conditional`: there is an `if`, there or in a local action.
    `optional`: the job goes on when the step fails. `job` is None where a step stands for itself. `checkouts` are the
    checkouts that run before it.
    """

    step: Step
    scope: Scope
    file: Workflow | Action
    workflow: Workflow
    outer: Step
    conditions: tuple[Text, ...] = ()
    conditional: bool = False
    optional: bool = False
    job: Job | None = None
    checkouts: tuple[Checkout, ...] = ()

    @property
    def line(self) -> int:
        """The line of the workflow on which the step stands, or from which it is reached."""
        return self.workflow.line(self.outer.span)

    def evidence(self, text: str, span: Span | None = None) -> Evidence:
        """Something seen at this step, as evidence in the workflow, with the place where it really stands."""
        return self.seen(text, self.file.document.source.line((span or self.step.span).start))

    def seen(self, text: str, line: int, way: tuple[Place, ...] = ()) -> Evidence:
        """Something seen on a line of the file that holds the step, or at the end of a way that begins there."""
        if self.file is self.workflow:
            return Evidence(self.workflow.path, line, _along(text, way))
        return Evidence(self.workflow.path, self.line, _along(text, (Place(self.file.path, line), *way)))

    @property
    def own_line(self) -> int:
        """The line of the step in its file."""
        return self.file.document.source.line(self.step.span.start)

    def first_line(self, text: Text) -> int:
        """The line of the step's file on which a script begins."""
        source = self.file.document.source
        line = source.line(text.span.start)
        return line + 1 if source.text[text.span.start : text.span.start + 1] in ("|", ">") else line

    @property
    def shells(self) -> tuple[str, ...]:
        """What `shell:` may say for this step, nothing where nothing says it.

        A script that `bash` reads where nobody names another shell is written for it: what others read it, read that.
        """
        layers = (self.step.shell, *(default.shell for default in self._defaults))
        text = next((text for text in layers if text is not None), None)
        if text is None:
            return ()
        return tuple(dict.fromkeys(filter(None, choices(text, self.job, self.scope)))) or (text.value,)

    @property
    def folder(self) -> Name:
        """The `working-directory` of this step below the workspace."""
        layers = (self.step.working_directory, *(default.working_directory for default in self._defaults))
        text = next((text for text in layers if text is not None), None)
        return resolve(text, self.scope) if text is not None else ()

    @property
    def _defaults(self) -> tuple[Defaults, ...]:
        owners = (self.job, self.workflow) if self.file is self.workflow else ()
        return tuple(owner.defaults for owner in owners if owner is not None and owner.defaults is not None)

    @property
    def variables(self) -> dict[str, Name]:
        """The environment variables whose values are known, named as written and in capitals."""
        found = {name: resolve(text, self.scope) for name, text in self.scope.env.items()}
        if self.scope.action:
            found["github_action_path"] = literal(self.scope.action)
        return {**{name.upper(): value for name, value in found.items()}, **found}

    def in_repository(self, below: str) -> str | None:
        """A folder of the workspace as a folder of this repository, None where something else lies, or nothing."""
        inside = [part for part in self.checkouts if part.folder in ("", below) or below.startswith(part.folder + "/")]
        if not inside:
            return None
        nearest = max(inside, key=lambda part: len(part.folder))
        return below[len(nearest.folder) :].lstrip("/") if nearest.own else None

    @property
    def own_folder(self) -> Name:
        """The folder of the workspace that holds this repository."""
        return next((literal(part.folder) for part in self.checkouts if part.own), ())


def _along(text: str, way: tuple[Place, ...]) -> str:
    return f"{text} (in {' → '.join(map(str, way))})" if way else text


def sites(workflow: Workflow, job: Job, scope: Scope, repository: Repository) -> Iterator[Site]:
    """Every step of a job, local composite actions opened in place. Bounded, whatever calls whatever."""
    checkouts: tuple[Checkout, ...] = ()
    for step in job.steps:
        first = Site(step, scope, workflow, workflow, step, job=job)
        for site in _open(first, repository, 0):
            yield replace(site, checkouts=checkouts)
            checkouts += tuple(_checkout(site))


def is_checkout(step: Step) -> bool:
    """Whether a step checks out a repository."""
    return step.uses is not None and step.uses.name in _CHECKOUTS


def _checkout(site: Site) -> Iterator[Checkout]:
    if not is_checkout(site.step):
        return
    folder, other, ref = (site.step.input(key) for key in ("path", "repository", "ref"))
    path = normalise(folder.value) if folder is not None and folder.template.is_static else "" if not folder else None
    if path is not None:
        # another branch by name is another state of the files; an expression mostly means the commit in question
        own = not (other is not None and other.value.strip()) and (ref is None or not ref.template.is_static)
        yield Checkout(path, own)


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
    folder = action.path.rpartition("/")[0]
    inner = replace(here.scope, env={}, inputs=_bind(action, here), flags=frozenset(), action=folder)
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
