"""Keep the layers of images that are built to be tested.

## Why

A runner begins without any layer: an image is built from its first instruction on in every run, and packages that
have not changed for weeks are installed again. BuildKit can keep its layers in the cache of GitHub Actions.

## What it does

It adds `cache-from` and `cache-to` with `type=gha` to a step with `docker/build-push-action`, and the same as lines of
`set` to one with `docker/bake-action`, where `docker/setup-buildx-action` has set up a builder of its own. Each image
gets a scope, because the last build that writes into a scope replaces what others left there: the file's name, the
job's, and the parts of the matrix on which the image depends. `mode=max` keeps the layers of all stages, and
`ignore-error=true` lets a build pass whose cache cannot be written.

Where a command builds the image (`docker build`), it says so only: the builder that runners have by themselves cannot
write such a cache.

## The cost

Layers are large, and share the space that a repository has for caches (10 GB). A run with other layers than the last
one takes longer, because it saves them. The benefit begins after the first run on the default branch. So the tier is
`trade`.

## When it is left for review

- The matrix has more than four combinations: that many images may push each other out.
- A comment in the job speaks of caches: somebody has thought of it, or has switched one off.

## When it stays silent

- the image is pushed, or may be: who can write into the cache could change what people download;
- the job has write permissions, can ask for an OIDC token, publishes, deploys, or makes what such a job publishes;
- the workflow runs on releases, tags, or events that strangers can start, or is called by other workflows;
- layers are kept already: a cache of any kind is named, in the step or in the file of bake, or another step keeps one;
- the build asks for no cache, or the builder is one of another driver, of a fixed version, or elsewhere;
- the job runs on a machine that is no runner of GitHub's own, in a container, or has a `cache-mode` of its own;
- the Dockerfile is not in the repository;
- no layer that takes time can be taken over: all of the project is copied before anything is installed, or an argument
  that changes with every commit is named before;
- the workflow runs for pull requests alone, whose caches no other run finds;
- recorded runs show that the build takes less than five seconds, or that a cache was taken out.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from needful.dependence.analysis import Analysis
from needful.dependence.cache_times import needless
from needful.dependence.caching import (
    added_inputs,
    is_for_others,
    legs_beyond,
    thought_of,
    unfit,
    unfit_as_written,
    version_of,
)
from needful.dependence.parts import Part
from needful.dependence.step_runner import not_hosted
from needful.document.operations import Operation
from needful.effects.caches import caches
from needful.effects.image_builds import ImageBuild, image_builds
from needful.effects.names import show
from needful.effects.step import StepEffects
from needful.effects.work import Deed
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.workflow.model import Job, Step, Text

_BUILD, _BAKE, _BUILDER = "docker/build-push-action", "docker/bake-action", "docker/setup-buildx-action"
_SINCE = {_BUILD: (2,), _BAKE: (2,)}
_COMMAND = re.compile(r"\bdocker\s+(?:buildx\s+|image\s+|builder\s+)?build\b")
_KEEPS = re.compile(r"cache-(?:from|to)|cache_(?:from|to)|--no-cache")
_STORES = re.compile(r"buildx|buildkit|docker|containerd", re.IGNORECASE)
_DECIDED = ("cache-from", "cache-to", "no-cache", "no-cache-filters", "builder", "call")
_ELSEWHERE = ("version", "endpoint", "append", "use")
_SAYS_NOTHING = frozenset({"tags", "labels", "annotations", "secrets", "load", "push", "github-token"})
"""Inputs that change no layer."""
_PLAIN = re.compile(r"[\w.-]+\Z")
_IN_A_SCOPE = re.compile(r"[\w./:+@-]*\Z")
_PUBLISHES = re.compile(r"registry|push|\$\{\{")
_ON_BRANCHES = frozenset({"push", "schedule", "workflow_call", "workflow_dispatch", "repository_dispatch"})
"""Events whose runs may save a cache that others find: that of a pull request serves the pull request alone."""
_MANY = 4


def subjects(analysis: Analysis) -> Iterator[Subject]:
    """Jobs of which a step builds an image, by an action or in so many words."""
    for job in analysis.workflow.jobs:
        if any(True for _ in _builders(job)) or any(_COMMAND.search(step.run.value) for step in job.steps if step.run):
            yield (job.id,)


def _builders(job: Job) -> Iterator[Step]:
    return (step for step in job.steps if step.uses is not None and step.uses.name in _SINCE)


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation = analysis.situation
    job = situation.workflow.job(subject[0])
    if job is None or job.uses is not None or unfit_as_written(situation, job) or not_hosted(situation.workflow, job):
        return None
    if not any(trigger.event in _ON_BRANCHES for trigger in analysis.workflow.triggers):
        return None
    if is_for_others(situation, job) or not (any(map(_may_have_one, _builders(job))) or not any(_builders(job))):
        return None
    steps = situation.steps[job.id.lower()]
    if any(map(_keeps_layers, steps)):
        return None
    found = [(step, one) for step in steps for one in _worth(analysis, step)]
    able = [(step, one) for step, one in found if _able(analysis, job, step)]
    told = [(step, one) for step, one in found if one.deed is not None and step.site.step.run is not None]
    chosen = able or told
    if not chosen or needless(situation, job, [step for step, _ in chosen]) or unfit(situation, job):
        return None
    scopes = _scopes(job, able, analysis.workflow.path)
    if able and not scopes:
        return None
    return _proposal(analysis, job, chosen, scopes)


def _may_have_one(step: Step) -> bool:
    """Whether a step that builds neither publishes nor has its cache decided, by what its inputs say."""
    if any(step.input(name) is not None for name in _DECIDED):
        return False
    push, outputs, settings = step.input("push"), step.input("outputs"), step.input("set")
    if push is not None and push.value.strip().lower() != "false":
        return False
    if step.uses is not None and step.uses.name == _BAKE:
        return settings is None and step.input("files") is None
    return outputs is None or not _PUBLISHES.search(outputs.value)


def _keeps_layers(step: StepEffects) -> bool:
    """Whether a step keeps layers, or may: by a cache of docker's folders, or an action that nobody knows."""
    uses = step.site.step.uses
    if any(_COMMAND.search(text) and _KEEPS.search(text) for text in map(_written, step.deeds)):
        return True
    if any(_STORES.search(show(cache.paths)) or not cache.downloads for cache in caches(step.site)):
        return True
    return step.unknown is not None and uses is not None and bool(re.search(r"cache|docker|build", uses.name))


def _written(deed: Deed) -> str:
    """All words of a command: its text is shortened for people."""
    return " ".join(show(word) for word in deed.command.words)


def _worth(analysis: Analysis, step: StepEffects) -> Iterator[ImageBuild]:
    """The builds of a step of which a cache saves something."""
    site = step.site
    if site.file is not site.workflow or len(site.step.path) != 4:
        return
    for one in image_builds(step, analysis.repository):
        text = _written(one.deed) if one.deed is not None else ""
        way = one.deed.spot.way if one.deed is not None else ()
        files = [analysis.repository.text(place.path) or "" for place in way]
        if one.pays and not any(map(_KEEPS.search, (text, *files))) and len(way) <= (site.step.uses is not None):
            yield one


def _able(analysis: Analysis, job: Job, step: StepEffects) -> bool:
    """Whether the builder of a step can write a cache."""
    uses = step.site.step.uses
    if uses is None or uses.name not in _SINCE or not _may_have_one(step.site.step):
        return False
    if version_of(analysis.situation, step.site) < _SINCE[uses.name]:
        return False
    if uses.name == _BAKE and _target(step.site.step) is None:
        return False
    before = [one for one in job.steps if one.span.start < step.site.step.span.start]
    builders = [one for one in before if one.uses is not None and one.uses.name == _BUILDER]
    return bool(builders) and all(map(_is_container, builders))


def _is_container(builder: Step) -> bool:
    """Whether a step sets up the newest BuildKit in a container of its own, which can write caches anywhere."""
    driver, options = builder.input("driver"), builder.input("driver-opts")
    if builder.condition is not None or any(builder.input(name) is not None for name in _ELSEWHERE):
        return False
    if options is not None and "image=" in options.value:
        return False
    return driver is None or driver.value.strip() in ("", "docker-container")


def _target(step: Step) -> str | None:
    """The one target that a step with bake builds, None where there may be several."""
    text = step.input("targets")
    words = text.value.replace(",", " ").split() if text is not None and text.template.is_static else []
    return words[0] if len(words) == 1 and _PLAIN.match(words[0]) else None


def _scopes(job: Job, builds: list[tuple[StepEffects, ImageBuild]], path: str) -> dict[Step, str]:
    """A scope for each step that builds, no two the same; none where that cannot be seen to."""
    stem = posixpath.basename(path).rpartition(".")[0]
    by_step: dict[Step, list[ImageBuild]] = {}
    for step, build in builds:
        by_step.setdefault(step.site.step, []).append(build)
    found: dict[Step, str] = {}
    for own, images in by_step.items():
        legs = _legs(job, own)
        if legs is None or (len(images) > 1 and not legs):
            return {}
        image = images[0].target or posixpath.basename(posixpath.dirname(images[0].file)) if len(by_step) > 1 else ""
        parts = [part for part in (stem, job.id, image) if part]
        if not all(map(_PLAIN.match, parts)):
            return {}
        found[own] = "-".join((*parts, *(f"${{{{ matrix.{leg} }}}}" for leg in legs)))
    return found if len(set(found.values())) == len(found) else {}


def _legs(job: Job, step: Step) -> tuple[str, ...] | None:
    """The keys of the matrix on which an image may depend; None where their values are not known, or fit no scope."""
    texts = [one.value for one in step.inputs if one.name.lower() not in _SAYS_NOTHING]
    texts += [*job.runs_on, *(one.value for one in (*job.env, *step.env))]
    keys = dict.fromkeys(key for text in texts for key in _read(text))
    if not keys:
        return ()
    legs = job.strategy.matrix.legs if job.strategy is not None and job.strategy.matrix is not None else None
    if legs is None or not all(all(key in {name.lower() for name, _ in leg} for key in keys) for leg in legs):
        return None
    values = [value for leg in legs for name, value in leg if name.lower() in keys]
    return tuple(keys) if all(map(_IN_A_SCOPE.match, values)) else None


def _read(text: Text) -> Iterator[str]:
    for expression in text.template.expressions:
        for access in expression.accesses:
            if access[0] == "matrix":
                yield ".".join(str(key) for key in access[1:]).lower()


def _proposal(
    analysis: Analysis, job: Job, found: list[tuple[StepEffects, ImageBuild]], scopes: dict[Step, str]
) -> Proposal:
    doubt = _doubt(analysis, job)
    named = " and ".join(dict.fromkeys(f"`{build.file}`" for _, build in found))
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW if doubt else Tier.TRADE,
        subject=(job.id,),
        at=found[0][0].site.step.span,
        title=f"`{job.id}` can keep the layers of its image{'s' if len(found) > 1 else ''}",
        because=doubt or f"`{job.id}` builds every layer of {named} in every run",
        evidence=tuple(
            step.site.evidence(f"builds {build.file} without a cache")
            if build.deed is None
            else step.site.seen(f"runs `{build.deed.command.text}`", build.deed.spot.line, build.deed.spot.way)
            for step, build in found
        ),
        operations=tuple(one for step, scope in scopes.items() for one in _operations(step, scope)),
        cost="a run with other layers saves them, which takes time; caches share the repository's space",
        parts=frozenset({Part.CACHES}),
        held=""
        if scopes
        else "the builder of the runner cannot write such a cache: it takes docker/setup-buildx-action, and "
        "docker/build-push-action with `cache-from` and `cache-to`, `type=gha`, in place of the command",
    )


def _doubt(analysis: Analysis, job: Job) -> str:
    """Why a person should decide, `""` where nothing speaks against the cache."""
    if said := thought_of(analysis.situation, job):
        return said
    return (
        "the layers of every combination of a large matrix may not fit into the repository's space"
        if legs_beyond(job, _MANY)
        else ""
    )


def _operations(step: Step, scope: str) -> Iterator[Operation]:
    origin, to = f"type=gha,scope={scope}", f"type=gha,mode=max,scope={scope},ignore-error=true"
    target = _target(step) if step.uses is not None and step.uses.name == _BAKE else None
    added = (
        {"set": f"{target}.cache-from={origin}\n{target}.cache-to={to}\n"}
        if target is not None
        else {"cache-from": origin, "cache-to": to}
    )
    yield from added_inputs(step, added)


RULE = Rule(
    id="cache-docker-layers",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Keep the layers of images that are built to be tested, in the cache of GitHub Actions.",
    subjects=subjects,
    propose=propose,
)
