"""A workflow → the legs of its jobs, each with the names under which a run can show it.

A job goes by its `name` or id. Where that holds no expression, the values of a leg follow in brackets, cut after 100
characters; a job of a called workflow stands behind its caller, `caller / callee` (actions/runner, WorkflowParser's
MatrixBuilder.cs and JobNameBuilder.cs). A job that is skipped is never expanded and shows its name as it is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from needful.effects.names import UNKNOWN, Given, Known, Name, Scope, is_literal, joined, literal, resolve
from needful.workflow.model import Job, Text, Workflow
from needful.workflow.repository import Repository

MAX_CALLS = 10
"""Workflows call each other this deep (https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations)."""
MAX_LEGS = 5_000
"""Legs of all jobs together; a workflow with more is not expanded further."""

_MAX_NAME = 100
_MAX_FORMS = 8


@dataclass(frozen=True)
class Leg:
    """One leg of a job. `jobs` are the ids of the jobs whose calls lead to it, and its own; `values` its combination.

    `names` are what it may be called; a hole stands for what only the run knows. `labels` are those of its runner, in
    lower case, as far as they are known. `open`: any number of legs, since the matrix is made when the run is, or the
    called workflow is elsewhere. `whole`: the job before it is expanded, as it stands in a run that skips it.
    """

    jobs: tuple[str, ...]
    job: Job = field(repr=False)
    values: tuple[tuple[str, str], ...] = ()
    names: tuple[Name, ...] = ()
    labels: frozenset[str] = frozenset()
    open: bool = False
    whole: bool = False
    scope: Scope = field(default_factory=lambda: Scope(""), repr=False)

    @property
    def exact(self) -> tuple[str, ...]:
        """The names that hold nothing unknown."""
        return tuple("".join(map(str, name)) for name in self.names if is_literal(name))

    @property
    def patterns(self) -> tuple[Name, ...]:
        """The names that do."""
        return tuple(name for name in self.names if not is_literal(name))


def legs_of(workflow: Workflow, repository: Repository) -> tuple[Leg, ...]:
    """All legs in the order of the file, those of called workflows in place of their callers."""
    return tuple(islice(_legs(workflow, repository, _Around(Scope(""))), MAX_LEGS))


@dataclass(frozen=True)
class _Around:
    """What surrounds a workflow: its inputs, the calls that lead to it, what those jobs may be called."""

    scope: Scope
    jobs: tuple[str, ...] = ()
    names: tuple[Name, ...] = ((),)
    open: bool = False

    def behind(self, names: tuple[Name, ...]) -> tuple[Name, ...]:
        """Names of a job as they stand behind those of its callers."""
        both = (joined((caller, literal(" / " if caller else ""), name)) for caller in self.names for name in names)
        return tuple(islice(dict.fromkeys(both), _MAX_FORMS))


def _legs(workflow: Workflow, repository: Repository, around: _Around) -> Iterator[Leg]:
    for job in workflow.jobs:
        jobs = (*around.jobs, job.id)
        matrix = job.strategy.matrix if job.strategy is not None else None
        called = repository.called_workflow(job.uses) if len(jobs) < MAX_CALLS else None
        for values, names, is_open in _expanded(job, around.scope):
            outer = _Around(
                Scope("", inputs=_inputs(called, job, around.scope, values) if called else {}),
                jobs,
                around.behind(names),
                around.open or is_open,
            )
            if called is not None:
                yield from _legs(called, repository, outer)
            else:
                yield _leg(job, outer, around.scope, values)
        if matrix is not None or job.uses is not None:
            yield Leg(jobs, job, names=around.behind((literal(_written(job)),)), open=around.open, whole=True)


def _leg(job: Job, here: _Around, scope: Scope, values: tuple[tuple[str, str], ...]) -> Leg:
    if job.uses is None:
        return Leg(here.jobs, job, values, here.names, _labels(job, scope, values), here.open, scope=scope)
    # called from elsewhere, or in circles
    inner = tuple(joined((name, literal(" / "), UNKNOWN)) for name in here.names)
    return Leg(here.jobs, job, values, inner, open=True, scope=scope)


def _expanded(job: Job, scope: Scope) -> Iterator[tuple[tuple[tuple[str, str], ...], tuple[Name, ...], bool]]:
    """The legs of a job by its own matrix: values, names, and whether it stands for any number of them."""
    matrix = job.strategy.matrix if job.strategy is not None else None
    if matrix is None:
        yield (), _called(job, scope, (), None), False
    elif matrix.legs is None:
        yield (), _called(job, scope, (), UNKNOWN), True
    else:
        for values, shown in zip(matrix.legs, matrix.shown, strict=True):
            yield values, _called(job, scope, values, literal(", ".join(shown))), False


def _called(job: Job, scope: Scope, values: tuple[tuple[str, str], ...], behind: Name | None) -> tuple[Name, ...]:
    """What a leg may be called; `behind`: the values in brackets, None for a job without matrix."""
    text = job.name
    static = text is None or not text.value or text.template.is_static
    name = literal(job.id) if text is None or not text.value else resolve(text, scope, values)
    bracketed = _cut(joined((name, literal(" ("), behind, literal(")")))) if behind else name
    if static:
        return (bracketed,)
    reads_matrix = text is not None and any("matrix" in part.source.lower() for part in text.template.expressions)
    # what GitHub does where an expression says nothing of the leg is not documented, so both are looked for
    return (name,) if reads_matrix or not behind else (name, bracketed)


def _cut(name: Name) -> Name:
    if not is_literal(name):
        return name
    text = "".join(map(str, name))
    return literal(text if len(text) <= _MAX_NAME else text[: _MAX_NAME - 3] + "...")


def _written(job: Job) -> str:
    """The name of a job as it is written, each expression with one blank at its ends."""
    if job.name is None or not job.name.value:
        return job.id
    parts = job.name.template.parts
    return "".join(part if isinstance(part, str) else "${{ " + part.source + " }}" for part in parts)


def _labels(job: Job, scope: Scope, values: tuple[tuple[str, str], ...]) -> frozenset[str]:
    found = (resolve(text, scope, values) for text in job.runs_on)
    return frozenset("".join(map(str, name)).lower() for name in found if name and is_literal(name))


def _inputs(called: Workflow, job: Job, scope: Scope, values: tuple[tuple[str, str], ...]) -> dict[str, Known | Given]:
    """The inputs of a called workflow as this leg of its caller gives them."""
    given = {variable.name.lower(): variable.value for variable in job.inputs}
    bound: dict[str, Known | Given] = {}
    for port in called.inputs:
        text = given.get(port.name.lower())
        if text is not None:
            bound[port.name.lower()] = Known(resolve(text, scope, values))
        else:
            bound[port.name.lower()] = Given(port.value or Text("", called.document.root.span), Scope(""))
    return bound
