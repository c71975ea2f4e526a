"""All effects of a job, with the steps of local actions and the jobs of local reusable workflows as its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from itertools import chain
from typing import TypeVar

from needful.effects import artifacts, caches, capabilities, irreversible, runners
from needful.effects.actions import metadata_images
from needful.effects.channels import BETWEEN_JOBS, Channel, Way
from needful.effects.images import image_name
from needful.effects.model import Download, Effect, Evidence, JobEffects
from needful.effects.names import Given, Known, Leg, Scope, is_literal, literal, names, show
from needful.effects.permissions import may_write
from needful.effects.step import StepEffects, step_effects
from needful.effects.walk import never, sites
from needful.workflow.model import Job, Permissions, Text, UsesKind, Variable, Workflow
from needful.workflow.repository import Repository

MAX_CALL_DEPTH = 10
"""Reusable workflows nest this deep (docs.github.com, Reusing workflow configurations)."""
_Item = TypeVar("_Item")
_SEEN = ("works", "irreversible", "capabilities", "opaque", "signs", "disk")
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
    disk = runners.lasting(workflow, job, scope)
    own = JobEffects(
        irreversible=tuple(irreversible.of_job(workflow, job)),
        signs=tuple(irreversible.signs(workflow, job)),
        disk=(disk,) if disk is not None else (),
    )
    if job.uses is not None:
        return _merge(own, *_call(workflow, job, scope, permissions, repository, depth))
    found = tuple(sites(workflow, job, scope, repository))
    images = {site.step.id: metadata_images(site) for site in found if site.step.id}
    steps = tuple(step_effects(site, repository, images) for site in found)
    able = JobEffects(capabilities=tuple(capabilities.of_job(workflow, job, permissions, steps)))
    return _merge(own, able, *(_step_effects(step, permissions) for step in steps), _of_images(workflow, job, scope))


def _step_effects(step: StepEffects, permissions: Permissions | None) -> JobEffects:
    site = step.site
    return JobEffects(
        tuple(artifacts.uploads(site)),
        (*artifacts.downloads(site), *_read_by_commands(step)),
        tuple(caches.caches(site)),
        tuple(caches.tool_caches(site)),
        step.works,
        tuple(irreversible.of_step(step)),
        opaque=tuple(_hidden(step)),
        effects=tuple(effect for effect in step.effects if effect.channel in BETWEEN_JOBS),
    )


def _read_by_commands(step: StepEffects) -> Iterator[Download]:
    """Artifacts that commands read; of which run they are nobody knows."""
    for effect in step.effects:
        if effect.channel is Channel.ARTIFACT and effect.way is Way.READS:
            known = is_literal(effect.name) and bool(effect.name)
            name, pattern = (effect.name, None) if known else (None, literal("*"))
            yield Download(name, pattern, effect.evidence, conditional=True, optional=True)


def _hidden(step: StepEffects) -> Iterator[Evidence]:
    """What may use the artifacts and caches of the run unseen: an unknown action, a command that holds the token."""
    if step.unknown is not None:
        yield step.unknown
    if step.opaque and any(capabilities.holds_token(text) for text in step.site.step.texts):
        yield step.opaque[0]._replace(text=f"{step.opaque[0].text}, and holds the token")


def _of_images(workflow: Workflow, job: Job, scope: Scope) -> JobEffects:
    """The images that a job and its services run in."""
    found = []
    for container in (job.container, *job.services):
        if container is not None and container.image is not None:
            for image in names(container.image, scope):
                line = workflow.line(container.image.span)
                seen = Evidence(workflow.path, line, f"runs in the image {show(image)}")
                found.append(Effect(Channel.IMAGE, Way.READS, image_name(image), seen))
    return JobEffects(effects=tuple(found))


def _call(
    workflow: Workflow, job: Job, scope: Scope, permissions: Permissions | None, repository: Repository, depth: int
) -> Iterator[JobEffects]:
    assert job.uses is not None
    line = workflow.line(job.uses.text.span)
    called = repository.called_workflow(job.uses) if job.uses.kind is UsesKind.LOCAL else None
    if called is None or depth >= MAX_CALL_DEPTH:
        yield _elsewhere(workflow, job, permissions)
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


def _elsewhere(workflow: Workflow, job: Job, permissions: Permissions | None) -> JobEffects:
    """A called workflow that cannot be read: it can do what it is given the power for."""
    assert job.uses is not None
    line = workflow.line(job.uses.text.span)
    seen = Evidence(workflow.path, line, f"calls the workflow {job.uses.text.value}, which is not in this repository")
    powers = []
    if job.inherits_secrets:
        powers.append("passes on all secrets")
    powers += [f"passes on the secret {name}" for given in job.secrets for name in capabilities.secrets_of(given.value)]
    if may_write(permissions) or may_write(permissions, "id-token"):
        powers.append(f"gives it {capabilities.token(permissions)}")
    able = tuple(seen._replace(text=f"{seen.text}, and {power}") for power in powers)
    return JobEffects(works=(seen,), capabilities=able, opaque=(seen,), disk=(seen,))


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
        *(tuple(map(moved, getattr(effects, name))) for name in _SEEN),
        effects=tuple(replace(effect, evidence=moved(effect.evidence)) for effect in effects.effects),
    )


def _merge(*parts: JobEffects) -> JobEffects:
    return JobEffects(*(_union(getattr(part, field.name) for part in parts) for field in fields(JobEffects)))


def _union(groups: Iterable[tuple[_Item, ...]]) -> tuple[_Item, ...]:
    """All items in order, each once."""
    return tuple(dict.fromkeys(chain.from_iterable(groups)))
