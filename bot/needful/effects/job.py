"""All effects of a job, with the steps of local actions and the jobs of local reusable workflows as its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import TypeVar

from needful.effects import artifacts, caches, capabilities, irreversible
from needful.effects.model import Evidence, JobEffects
from needful.effects.names import Given, Known, Leg, Scope, is_literal, names
from needful.effects.walk import Site, never, sites
from needful.workflow.model import Job, Permissions, StepKind, Text, UsesKind, Variable, Workflow
from needful.workflow.repository import Repository

MAX_CALL_DEPTH = 10
"""Reusable workflows nest this deep (docs.github.com, Reusing workflow configurations)."""
_Item = TypeVar("_Item")
_RUNNERS = (("ubuntu", "Linux"), ("windows", "Windows"), ("macos", "macOS"))


def job_effects(workflow: Workflow, job: Job, repository: Repository) -> JobEffects:
    """What a job makes, reads and may do."""
    permissions = job.permissions or workflow.permissions
    return _effects(workflow, job, Scope(job.id.lower()), permissions, repository, 0)


def job_scope(workflow: Workflow, job: Job, outer: Scope) -> Scope:
    """What is known where the texts of a job stand."""
    legs: tuple[Leg, ...] = ()
    if job.strategy is not None and job.strategy.matrix is not None:
        legs = job.strategy.matrix.legs or ()
    known = tuple(variable for variable in (*workflow.env, *job.env) if not _is_set_on_the_way(variable.name, job))
    scope = replace(outer, legs=legs).with_env(known)
    return replace(scope, runner=_runner_os(job, scope))


def _is_set_on_the_way(name: str, job: Job) -> bool:
    """Whether a step of the job may give a variable another value for the steps behind it."""
    return any("GITHUB_ENV" in step.run.value and name in step.run.value for step in job.all_steps() if step.run)


def _runner_os(job: Job, scope: Scope) -> str:
    systems = set()
    for text in job.runs_on[:1]:
        for label in names(text, scope):
            words = "".join(str(part) for part in label).lower() if is_literal(label) else ""
            systems.add(next((os for prefix, os in _RUNNERS if words.startswith(prefix)), ""))
    return systems.pop() if len(systems) == 1 else ""


def _effects(
    workflow: Workflow, job: Job, outer: Scope, permissions: Permissions | None, repository: Repository, depth: int
) -> JobEffects:
    scope = job_scope(workflow, job, outer)
    own = JobEffects(
        irreversible=tuple(irreversible.of_job(workflow, job)),
        capabilities=tuple(capabilities.of_job(workflow, job, permissions, scope)),
    )
    if job.uses is not None:
        return _merge(own, *_call(workflow, job, scope, permissions, repository, depth))
    found = tuple(_step_effects(site) for site in sites(workflow, job, scope, repository))
    return _merge(own, *found)


def _step_effects(site: Site) -> JobEffects:
    return JobEffects(
        tuple(artifacts.uploads(site)),
        tuple(artifacts.downloads(site)),
        tuple(caches.caches(site)),
        tuple(caches.tool_caches(site)),
        tuple(caches.works(site)),
        tuple(irreversible.of_step(site)),
        tuple(capabilities.of_step(site)),
        tuple(_opaque(site)),
    )


def _opaque(site: Site) -> Iterator[Evidence]:
    """What may use the artifacts and caches of the run unseen: an unknown action, a command that holds the token."""
    step = site.step
    if step.run is not None and capabilities.holds_token(step):
        yield site.evidence("runs commands that hold the token")
    if step.kind is StepKind.USES and step.uses is not None and artifacts.known(step) is None:
        yield site.evidence(f"uses {step.uses.text.value}, an action that is not known here")


def _call(
    workflow: Workflow, job: Job, scope: Scope, permissions: Permissions | None, repository: Repository, depth: int
) -> Iterator[JobEffects]:
    assert job.uses is not None
    line = workflow.line(job.uses.text.span)
    called = repository.called_workflow(job.uses) if job.uses.kind is UsesKind.LOCAL else None
    if called is None or depth >= MAX_CALL_DEPTH:
        text = f"calls the workflow {job.uses.text.value}, which is not in this repository"
        seen = (Evidence(workflow.path, line, text),)
        yield JobEffects(works=seen, capabilities=seen, opaque=seen)
        return
    flags = frozenset(port.name.lower() for port in called.inputs if port.type == "boolean")
    for inputs in _bindings(called, job, scope):
        around = Scope("", inputs=inputs, flags=flags)
        for inner in called.jobs:
            if never(inner.condition, around):
                continue
            owner = f"{scope.owner}/{inner.id.lower()}"
            asked = inner.permissions or called.permissions or permissions
            effects = _effects(called, inner, replace(around, owner=owner), asked, repository, depth + 1)
            if group := inner.concurrency or called.concurrency:
                shared = Evidence(called.path, called.line(group.span), "takes part in a concurrency group")
                effects = replace(effects, capabilities=(*effects.capabilities, shared))
            yield _seen_from(effects, workflow.path, line)


def _bindings(called: Workflow, job: Job, scope: Scope) -> Iterator[dict[str, Known | Given]]:
    """The inputs of a called workflow, once for each leg of the calling job's matrix that makes them different."""
    given = {variable.name.lower(): variable for variable in job.inputs}
    legs = scope.legs if any("matrix" in variable.value.value for variable in job.inputs) else ()
    for leg in legs or ((),):
        known = replace(scope, legs=(leg,) if leg else ())
        yield {
            port.name.lower(): _bound(given.get(port.name.lower()), port.value or Text("", job.uses.text.span), known)
            for port in called.inputs
            if job.uses is not None
        }


def _bound(given: Variable | None, default: Text, scope: Scope) -> Known | Given:
    if given is None:
        return Given(default, Scope(scope.owner))
    return Known(names(given.value, scope)[0])


def _seen_from(effects: JobEffects, path: str, line: int) -> JobEffects:
    """The same effects with evidence at the call, naming the place inside the called workflow."""

    def moved(evidence: Evidence) -> Evidence:
        return Evidence(path, line, f"{evidence.text} (in {evidence.path}:{evidence.line})")

    return JobEffects(
        tuple(replace(upload, evidence=moved(upload.evidence)) for upload in effects.uploads),
        # the conditions of another file speak of inputs of its own
        tuple(
            replace(download, evidence=moved(download.evidence), conditions=(), conditional=True)
            for download in effects.downloads
        ),
        tuple(replace(cache, evidence=moved(cache.evidence)) for cache in effects.caches),
        tuple(replace(cache, evidence=moved(cache.evidence)) for cache in effects.tool_caches),
        tuple(moved(evidence) for evidence in effects.works),
        tuple(moved(evidence) for evidence in effects.irreversible),
        tuple(moved(evidence) for evidence in effects.capabilities),
        tuple(moved(evidence) for evidence in effects.opaque),
    )


def _merge(*parts: JobEffects) -> JobEffects:
    return JobEffects(
        _union(part.uploads for part in parts),
        _union(part.downloads for part in parts),
        _union(part.caches for part in parts),
        _union(part.tool_caches for part in parts),
        _union(part.works for part in parts),
        _union(part.irreversible for part in parts),
        _union(part.capabilities for part in parts),
        _union(part.opaque for part in parts),
    )


def _union(groups: Iterable[tuple[_Item, ...]]) -> tuple[_Item, ...]:
    """All items in order, each once."""
    return tuple(dict.fromkeys(chain.from_iterable(groups)))
