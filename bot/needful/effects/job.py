"""All effects of a job, with the steps of local actions and the jobs of local reusable workflows as its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import chain
from typing import TypeVar

from needful.effects import artifacts, caches, capabilities, irreversible, runners
from needful.effects.action_tokens import holds_runner_token, leaves_runner_token
from needful.effects.actions import metadata_images
from needful.effects.channels import BETWEEN_JOBS, Channel, Way
from needful.effects.events import by_pull_requests, lets_all_in
from needful.effects.images import image_name
from needful.effects.model import Download, Effect, Evidence, Group, JobEffects, Upload
from needful.effects.names import UNKNOWN, Given, Known, Leg, Scope, is_literal, literal, names, resolve, show
from needful.effects.permissions import may_write
from needful.effects.step import StepEffects
from needful.effects.walk import Site, never, sites
from needful.workflow.model import Concurrency, Job, Permissions, Text, UsesKind, Variable, Workflow
from needful.workflow.repository import Repository

MAX_CALL_DEPTH = 10
"""Reusable workflows nest this deep (docs.github.com, Reusing workflow configurations)."""
_Item = TypeVar("_Item")
_RUNNERS = (("ubuntu", "Linux"), ("windows", "Windows"), ("macos", "macOS"))


def job_effects(
    workflow: Workflow, job: Job, repository: Repository, steps: Mapping[str, tuple[StepEffects, ...]]
) -> JobEffects:
    """What a job makes, reads and may do. `steps` are those of each job (`job_steps`), by id in lower case.

    It takes the reading of every command, so it is asked for where that decides.
    """
    open_to_all = by_pull_requests(workflow) and lets_all_in(workflow, job)
    around = _Around(repository, job.permissions or workflow.permissions, open_to_all=open_to_all)
    outer = Scope(job.id.lower())
    if job.uses is not None:
        return _effects(around, workflow, job, outer)
    return _of_steps(around, workflow, job, job_scope(workflow, job, outer), steps[job.id.lower()])


def handed_over(
    workflow: Workflow, job: Job, repository: Repository, steps: Mapping[str, tuple[StepEffects, ...]]
) -> JobEffects:
    """The artifacts and caches of a job, as far as its actions name them: that costs little. `steps` as above."""
    if job.uses is None:
        return _merge(*(_handed(step.site) for step in steps[job.id.lower()]))
    permissions = job.permissions or workflow.permissions
    return _effects(_Around(repository, permissions, commands=False), workflow, job, Scope(job.id.lower()))


def job_steps(workflow: Workflow, job: Job, repository: Repository) -> tuple[StepEffects, ...]:
    """The steps of a job, those of local actions in place, with what each of them does, read when it is asked for."""
    scope = job_scope(workflow, job, Scope(job.id.lower()))
    return _steps(tuple(sites(workflow, job, scope, repository)), repository)


def _steps(found: tuple[Site, ...], repository: Repository) -> tuple[StepEffects, ...]:
    images = {site.step.id.lower(): metadata_images(site) for site in found if site.step.id}
    return tuple(StepEffects(site, repository, images) for site in found)


@dataclass(frozen=True)
class _Around:
    """What holds while the effects of a job are worked out.

    `permissions` are those of its token; `open_to_all`: it runs for everybody's pull requests too.
    """

    repository: Repository
    permissions: Permissions | None
    commands: bool = True
    open_to_all: bool = False
    depth: int = 0


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


def _effects(around: _Around, workflow: Workflow, job: Job, outer: Scope) -> JobEffects:
    scope = job_scope(workflow, job, outer)
    if job.uses is not None:
        called = _call(around, workflow, job, scope)
        return _merge(_of_keys(workflow, job, scope), *called) if around.commands else _merge(*called)
    found = tuple(sites(workflow, job, scope, around.repository))
    if not around.commands:
        return _merge(*map(_handed, found))
    return _of_steps(around, workflow, job, scope, _steps(found, around.repository))


def _of_steps(
    around: _Around, workflow: Workflow, job: Job, scope: Scope, steps: tuple[StepEffects, ...]
) -> JobEffects:
    keys = _of_keys(workflow, job, scope)
    disk = next(iter(keys.disk), None)
    able = capabilities.of_job(workflow, job, around.permissions, steps, disk, open_to_all=around.open_to_all)._asdict()
    handed = (_handed(step.site) for step in steps)
    left = any(leaves_runner_token(step.site) for step in steps)
    return _merge(keys, JobEffects(**able), *handed, *(_step_effects(step, left=left) for step in steps))


def _of_keys(workflow: Workflow, job: Job, scope: Scope) -> JobEffects:
    """What a job's own keys say."""
    disk = runners.lasting(workflow, job, scope)
    return JobEffects(
        irreversible=tuple(irreversible.of_job(workflow, job)),
        signs=tuple(irreversible.signs(workflow, job)),
        guards=tuple(irreversible.guards(workflow, job)),
        disk=(disk,) if disk is not None else (),
        groups=(_group(workflow, job.concurrency, scope),) if job.concurrency is not None else (),
        effects=(*_of_images(workflow, job, scope), *_of_snapshots(workflow, job)),
    )


def _group(workflow: Workflow, group: Concurrency, scope: Scope) -> Group:
    line = workflow.line(group.span)
    return Group(resolve(group.group, scope), Evidence(workflow.path, line, "takes part in a concurrency group"))


def _handed(site: Site) -> JobEffects:
    return JobEffects(
        tuple(artifacts.uploads(site)),
        tuple(artifacts.downloads(site)),
        tuple(caches.caches(site)),
        tuple(caches.tool_caches(site)),
    )


def _step_effects(step: StepEffects, *, left: bool) -> JobEffects:
    makers = tuple(_makers(step, left=left))
    return JobEffects(
        uploads=tuple(_made_otherwise(step)),
        downloads=tuple(_read_otherwise(step)),
        works=step.works,
        irreversible=tuple(step.irreversible),
        opaque=(*makers, *_readers(step)),
        makers=makers,
        unseen=(*step.opaque, *((step.unknown,) if step.unknown is not None else ())),
        effects=tuple(effect for effect in step.effects if effect.channel in BETWEEN_JOBS),
    )


def _made_otherwise(step: StepEffects) -> Iterator[Upload]:
    """Artifacts that a step makes under a name which no input says."""
    known = {upload.name for upload in artifacts.uploads(step.site)}
    for effect in step.effects:
        if effect.channel is Channel.ARTIFACT and effect.way is Way.WRITES and effect.name not in known:
            yield Upload(effect.name, effect.evidence)


def _read_otherwise(step: StepEffects) -> Iterator[Download]:
    """Artifacts that commands read, or actions under a name which no input says; of which run nobody knows."""
    if any(True for _ in artifacts.downloads(step.site)):
        return
    for effect in step.effects:
        if effect.channel is Channel.ARTIFACT and effect.way is Way.READS:
            known = is_literal(effect.name) and bool(effect.name)
            name, pattern = (effect.name, None) if known else (None, literal("*"))
            yield Download(name, pattern, effect.evidence, conditional=True, optional=True)


def _makers(step: StepEffects, *, left: bool) -> Iterator[Evidence]:
    """What may make artifacts and caches unseen: an unknown action, a command that holds the runner's token.

    The job's own token makes none: GitHub's API lists, hands out and deletes artifacts and caches, and takes none in
    (docs.github.com, REST API endpoints for GitHub Actions artifacts, and for the cache). `left`: some step lets all
    commands of the job have the runner's token.
    """
    yield from (step.unknown,) if step.unknown is not None else ()
    if step.meant and (left or holds_runner_token(step.site)):
        yield _with_token(step.meant[0])


def _readers(step: StepEffects) -> Iterator[Evidence]:
    """What may read artifacts unseen: a command that holds the job's token."""
    around = (step.site.workflow.env, step.site.job.env if step.site.job is not None else ())
    texts = (*step.site.step.texts, *(variable.value for variables in around for variable in variables))
    if step.meant and any(map(capabilities.holds_token, texts)):
        yield _with_token(step.meant[0])


def _with_token(hand: Evidence) -> Evidence:
    return hand._replace(text=f"{hand.text}, and holds a token")


def _of_images(workflow: Workflow, job: Job, scope: Scope) -> Iterator[Effect]:
    """The images that a job and its services run in."""
    for container in (job.container, *job.services):
        if container is not None and container.image is not None:
            for image in names(container.image, scope):
                line = workflow.line(container.image.span)
                seen = Evidence(workflow.path, line, f"runs in the image {show(image)}")
                yield Effect(Channel.IMAGE, Way.READS, image_name(image), seen)


def _of_snapshots(workflow: Workflow, job: Job) -> Iterator[Effect]:
    for seen in irreversible.snapshots(workflow, job):
        yield Effect(Channel.SNAPSHOT, Way.WRITES, UNKNOWN, seen)


def _call(around: _Around, workflow: Workflow, job: Job, scope: Scope) -> Iterator[JobEffects]:
    assert job.uses is not None
    line = workflow.line(job.uses.text.span)
    called = around.repository.called_workflow(job.uses) if job.uses.kind is UsesKind.LOCAL else None
    if called is None or around.depth >= MAX_CALL_DEPTH:
        yield _elsewhere(workflow, job, around.permissions)
        return
    flags = frozenset(port.name.lower() for port in called.inputs if port.type == "boolean")
    for inputs in _bindings(called, job, scope):
        outer = Scope("", inputs=inputs, flags=flags)
        for inner in called.jobs:
            if never(inner.condition, outer):
                continue
            owner = f"{scope.owner}/{inner.id.lower()}"
            asked = inner.permissions or called.permissions or around.permissions
            open_to_all = around.open_to_all and lets_all_in(called, inner)
            within = replace(around, permissions=asked, depth=around.depth + 1, open_to_all=open_to_all)
            effects = _effects(within, called, inner, replace(outer, owner=owner))
            if called.concurrency is not None:
                effects = replace(effects, groups=(*effects.groups, _group(called, called.concurrency, outer)))
            yield _seen_from(effects, workflow.path, line)


def _elsewhere(workflow: Workflow, job: Job, permissions: Permissions | None) -> JobEffects:
    """A called workflow that cannot be read: it can do what it is given the power for."""
    assert job.uses is not None
    line = workflow.line(job.uses.text.span)
    seen = Evidence(workflow.path, line, f"calls the workflow {job.uses.text.value}, which is not in this repository")
    powers = ["may name an environment, which has secrets of its own"]
    if job.inherits_secrets:
        powers.append("passes on all secrets")
    powers += [f"passes on the secret {name}" for given in job.secrets for name in capabilities.secrets_of(given.value)]
    if may_write(permissions) or may_write(permissions, "id-token"):
        powers.append(f"gives it {capabilities.token(permissions)}")
    able = tuple(seen._replace(text=f"{seen.text}, and {power}") for power in powers)
    return JobEffects(works=(seen,), capabilities=able, opaque=(seen,), makers=(seen,), disk=(seen,), unseen=(seen,))


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
        uploads=tuple(replace(upload, evidence=moved(upload.evidence)) for upload in effects.uploads),
        # the conditions of another file speak of inputs of its own
        downloads=tuple(
            replace(download, evidence=moved(download.evidence), conditions=(), conditional=True)
            for download in effects.downloads
        ),
        caches=tuple(replace(cache, evidence=moved(cache.evidence)) for cache in effects.caches),
        tool_caches=tuple(replace(cache, evidence=moved(cache.evidence)) for cache in effects.tool_caches),
        works=tuple(map(moved, effects.works)),
        irreversible=tuple(map(moved, effects.irreversible)),
        capabilities=tuple(map(moved, effects.capabilities)),
        opaque=tuple(map(moved, effects.opaque)),
        makers=tuple(map(moved, effects.makers)),
        signs=tuple(map(moved, effects.signs)),
        guards=tuple(map(moved, effects.guards)),
        disk=tuple(map(moved, effects.disk)),
        pushes=tuple(map(moved, effects.pushes)),
        trials=tuple(map(moved, effects.trials)),
        trusted=tuple(map(moved, effects.trusted)),
        unseen=tuple(map(moved, effects.unseen)),
        groups=tuple(group._replace(evidence=moved(group.evidence)) for group in effects.groups),
        effects=tuple(replace(effect, evidence=moved(effect.evidence)) for effect in effects.effects),
    )


def _merge(*parts: JobEffects) -> JobEffects:
    return JobEffects(*(_union(getattr(part, field.name) for part in parts) for field in fields(JobEffects)))


def _union(groups: Iterable[tuple[_Item, ...]]) -> tuple[_Item, ...]:
    """All items in order, each once."""
    return tuple(dict.fromkeys(chain.from_iterable(groups)))
