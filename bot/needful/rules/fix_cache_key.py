"""Let a cache be found whose key is another one in every run.

## Why

A key with the number of the run or the commit in it is new every time: what one run saves, no other finds, and every
run downloads all of it again, and saves it once more.

## What it does

It adds `restore-keys` with the part of the key that stands before what changes, so that the newest cache of that name
is restored. A cache that holds more than downloads is left alone: a newer run would go on with what an older one made.

It also says where a cache of downloads has a key that never changes. Such a cache is saved once, and what is added to
the project later is downloaded in every run. What belongs into the key is for a person to say, so nothing is changed.

## The cost

Every run still saves an entry of its own. Caches share the space that a repository has (10 GB). So the tier is `trade`.

## When it is left for review

A comment in the job speaks of caches: somebody has thought of it.

## When it stays silent

- the step has `restore-keys`, or only restores or only saves;
- another job may name the same entry: it is handed over within the run;
- the cache holds more than what package managers download, or a step counts on finding it;
- nothing that is always the same stands before the part that changes;
- the job has write permissions, can ask for an OIDC token, publishes, deploys, or makes what such a job publishes;
- the workflow runs on releases, tags, or events that strangers can start, or is called by other workflows;
- the job runs in a container, on a machine that somebody keeps, or has a `cache-mode` of its own.

A date in the key is left alone: the runs of that day find the cache.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from needful.dependence.analysis import Analysis
from needful.dependence.caching import spoken_of, unfit
from needful.dependence.parts import Part
from needful.document.operations import AddKey
from needful.effects.caches import caches
from needful.effects.model import CacheUse
from needful.effects.names import may_be_same
from needful.effects.step import StepEffects
from needful.expressions import Expression
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.workflow.model import Job, Text

_EVERY_RUN = frozenset({"run_id", "run_number", "run_attempt", "sha"})
"""Properties of `github` that are others in the next run, or for the next commit."""
_WORD = re.compile(r"[A-Za-z]{2}")
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)


def subjects(analysis: Analysis) -> Iterator[Subject]:
    """Each step of the workflow itself that names a cache, by its place among those of its job."""
    for job in analysis.workflow.jobs:
        if job.uses is None and any(step.uses is not None and step.input("key") is not None for step in job.steps):
            yield from ((job.id, str(number)) for number, _ in enumerate(_naming(analysis, job)))


def _naming(analysis: Analysis, job: Job) -> list[tuple[StepEffects, Text, tuple[CacheUse, ...]]]:
    """The steps of a job that restore and save a cache, each with its key and the entries that it may name."""
    own = {step.path for step in job.steps}
    found = []
    for step in analysis.situation.steps[job.id.lower()]:
        key, named = step.site.step.input("key"), tuple(caches(step.site))
        if key is not None and named and step.site.file is step.site.workflow and step.site.step.path in own:
            found.append((step, key, named))
    return found


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation = analysis.situation
    job = situation.workflow.job(subject[0])
    naming = {str(number): one for number, one in enumerate(_naming(analysis, job))} if job is not None else {}
    if job is None or subject[1] not in naming:
        return None
    found, key, named = naming[subject[1]]
    step = found.site.step
    if not all(cache.downloads and cache.saves and cache.restores for cache in named) or unfit(situation, job):
        return None
    constant = _never_changes(key)
    if not constant and (step.input("restore-keys") is not None or not _prefix(key) or _handed(analysis, job, named)):
        return None
    doubt = spoken_of(situation, job)
    why = (
        "it is saved once, and what the project needs later is downloaded in every run"
        if constant
        else "no other run finds what a run saves"
    )
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW if doubt else Tier.TRADE,
        subject=subject,
        at=step.span,
        title=f"a cache of `{job.id}` {'is never renewed' if constant else 'is never found'}",
        because=f"a comment in `{job.id}` speaks of caches: “{doubt}”" if doubt else why,
        evidence=(found.site.evidence(f"`{job.id}` names a cache `{key.value}`", key.span),),
        operations=() if constant else (AddKey((*step.path, "with"), "restore-keys", _prefix(key), after=("key",)),),
        cost="every run still saves an entry of its own, and caches share the repository's space",
        parts=frozenset({Part.CACHES}),
        held="what belongs into the key is for a person to say" if constant else "",
    )


def _never_changes(key: Text) -> bool:
    """Whether a key is the same for all versions of a project, but for the machine."""
    return all(
        not expression.functions and all(access[0] == "runner" for access in expression.accesses)
        for expression in key.template.expressions
    )


def _prefix(key: Text) -> str:
    """What stands before the part of a key that changes with every run; `""` where that names nothing."""
    changing = next((one for one in key.template.expressions if _changes(one)), None)
    if changing is None:
        return ""
    prefix = key.value[: key.value.rfind("${{", 0, changing.start)]
    return prefix if _WORD.search(_EXPRESSION.sub("", prefix)) else ""


def _changes(expression: Expression) -> bool:
    return any(access[0] == "github" and str(access[-1]).lower() in _EVERY_RUN for access in expression.accesses)


def _handed(analysis: Analysis, job: Job, named: tuple[CacheUse, ...]) -> bool:
    """Whether another job of the workflow may name one of the entries."""
    mine = [key for cache in named for key in cache.keys]
    return any(
        may_be_same(one, key)
        for other in analysis.workflow.jobs
        if other.id != job.id
        for cache in analysis.situation.effects[other.id.lower()].caches
        for key in cache.keys
        for one in mine
    )


RULE = Rule(
    id="fix-cache-key",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Let a cache be found whose key is another one in every run, with `restore-keys`.",
    subjects=subjects,
    propose=propose,
)
