"""Mend a cache that is never found, kept twice, or keeps nothing.

## Why

A key with the number of the run or the commit in it is new every time: what one run saves, no other finds, and every
run downloads all of it again, and saves it once more. What is kept twice is fetched and saved twice.

## What it does

- Where a key has something that changes with every run (its number, the commit, the time to the second), it adds
  `restore-keys` with the part that stands before, so that the newest cache of that name is restored. A cache that
  holds more than downloads is left alone: a newer run would go on with what an older one made.
- It takes out a step with `actions/cache` that keeps what a set-up action of the job keeps already.

It also says, and changes nothing, where a cache of downloads has a key that never changes (it is saved once, and what
is added to the project later is downloaded in every run), where a path is one of another system, so that nothing is
kept, and where `save-always` is asked for, which never did anything. What is meant is for a person to say.

## The cost

Every run still saves an entry of its own, where the key stays new. Caches share the space that a repository has
(10 GB). A cache of a set-up action is found with the same lock file only, and the first run after the change finds
none. So the tier is `trade`.

## When it is left for review

A comment in the job speaks of caches: somebody has thought of it.

## When it stays silent

- the step has `restore-keys`, or only restores or only saves;
- another job may name the same entry: it is handed over within the run;
- the cache holds more than what package managers download, or a step counts on finding it;
- nothing that is always the same stands before the part that changes;
- the job has write permissions, can ask for an OIDC token, publishes, deploys, or makes what such a job publishes;
- the workflow runs on releases, tags, or events that strangers can start, or is called by other workflows;
- the job runs in a container, on a machine that somebody keeps, or has a `cache-mode` of its own;
- of two caches one may not be kept: a step has a condition, its version or its lock file is not known, an expression
  asks what it had found, or another job only restores it;
- a word of the workflow may tell the tool to keep its downloads elsewhere.

A date in the key is left alone: the runs of that day find the cache, and it is meant to grow old.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from needful.dependence.analysis import Analysis
from needful.dependence.cache_faults import keeper, misplaced
from needful.dependence.cache_removal import asks
from needful.dependence.caching import thought_of, unfit, unfit_as_written
from needful.dependence.parts import Part
from needful.document.operations import AddKey, Operation, RemoveItem
from needful.effects.caches import caches
from needful.effects.model import CacheUse, Evidence
from needful.effects.names import may_be_same
from needful.effects.step import StepEffects
from needful.expressions import Access, Expression
from needful.facts.cache_places import without_effect
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.workflow.model import Job, Text

_EVERY_RUN = frozenset({"run_id", "run_number", "run_attempt", "sha", "timestamp", "pushed_at", "updated_at"})
"""Properties of `github` that are others in the next run, or for the next commit."""
_TO_THE_SECOND = re.compile(r"\bdate\b[^\n)`]*(?:%[sSNTMXcr]|%R|-I(?:s|seconds|ns)\b|--iso-8601=(?:s|ns|minutes))")
_NEVER_SAVED = (
    "a job that fails saves no cache, with it or without: that takes actions/cache/restore, "
    "and actions/cache/save in a step that always runs"
)
_TWICE, _IDLE, _PLACE = "twice", "save-always", "path"
_WORD = re.compile(r"[A-Za-z]{2}")
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)


def subjects(analysis: Analysis) -> Iterator[Subject]:
    """For each job that names a cache, what may be wrong: first with all of them, then with each by its place."""
    for job in analysis.workflow.jobs:
        if job.uses is None and any(step.uses is not None and step.input("key") is not None for step in job.steps):
            yield from ((job.id, what) for what in (_TWICE, _IDLE))
            yield from ((job.id, str(number)) for number, _ in enumerate(_naming(analysis, job)))
            yield (job.id, _PLACE)


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
    job = analysis.workflow.job(subject[0])
    if job is None or job.uses is not None or unfit_as_written(analysis.situation, job):
        return None
    naming = _naming(analysis, job)
    if subject[1] in _OTHERWISE:
        return _OTHERWISE[subject[1]](analysis, job, naming)
    found = {str(number): one for number, one in enumerate(naming)}.get(subject[1])
    return _of_key(analysis, job, subject, found) if found is not None else None


_Naming: TypeAlias = tuple[StepEffects, Text, tuple[CacheUse, ...]]


def _of_key(analysis: Analysis, job: Job, subject: Subject, one: _Naming) -> Proposal | None:
    """A key that is another one in every run, or never is."""
    situation, (found, key, named) = analysis.situation, one
    step = found.site.step
    if not all(cache.downloads and cache.saves and cache.restores for cache in named):
        return None
    constant, prefix = _never_changes(key), _prefix(job, key)
    if not constant and (step.input("restore-keys") is not None or not prefix or _handed(analysis, job, named)):
        return None
    if unfit(situation, job):
        return None
    why = (
        "it is saved once, and what the project needs later is downloaded in every run"
        if constant
        else "no other run finds what a run saves"
    )
    return _proposal(
        analysis,
        job,
        subject,
        found,
        title=f"a cache of `{job.id}` {'is never renewed' if constant else 'is never found'}",
        because=why,
        evidence=found.site.evidence(f"`{job.id}` names a cache `{key.value}`", key.span),
        operations=() if constant else (AddKey((*step.path, "with"), "restore-keys", prefix, after=("key",)),),
        cost="every run still saves an entry of its own, and caches share the repository's space",
        held="what belongs into the key is for a person to say" if constant else "",
    )


def _twice(analysis: Analysis, job: Job, naming: list[_Naming]) -> Proposal | None:
    """A cache of what a set-up action of the job keeps as well: one of them at a time."""
    situation = analysis.situation
    for found, key, named in naming:
        if any(_changes(job, one) for one in key.template.expressions):
            continue  # what is new in every run goes on from the run before, which a set-up action does not
        other = keeper(situation, job, found) if all(cache.downloads and cache.saves for cache in named) else None
        if other is None or found.site.step.condition is not None or asks(situation, job, found) or len(job.steps) < 2:
            continue
        if unfit(situation, job):
            return None
        action = other.site.step.uses.name if other.site.step.uses is not None else ""
        return _proposal(
            analysis,
            job,
            (job.id, _TWICE),
            found,
            title=f"`{job.id}` keeps its downloads twice",
            because=f"{action} keeps them already",
            evidence=other.site.evidence(f"{action} keeps a cache of the same"),
            operations=(RemoveItem(found.site.step.path),),
            cost="a cache of a set-up action is found with the same lock file only",
        )
    return None


def _idle(analysis: Analysis, job: Job, naming: list[_Naming]) -> Proposal | None:
    """Inputs that do nothing."""
    for found, _, _ in naming:
        step = found.site.step
        names = without_effect(step.uses.name) if step.uses is not None else ()
        if any((given := step.input(name)) is not None and given.value != "false" for name in names):
            return _proposal(
                analysis,
                job,
                (job.id, _IDLE),
                found,
                title=f"`save-always` of a cache of `{job.id}` does nothing",
                because=_NEVER_SAVED,
                evidence=found.site.evidence("says `save-always`"),
                held=_NEVER_SAVED,
            )
    return None


def _place(analysis: Analysis, job: Job, naming: list[_Naming]) -> Proposal | None:
    """A path that is one of another system."""
    for found, _, _ in naming:
        if why := misplaced(analysis.situation, job, found):
            return _proposal(
                analysis,
                job,
                (job.id, _PLACE),
                found,
                title=f"a cache of `{job.id}` keeps nothing",
                because=why,
                evidence=found.site.evidence("keeps a cache"),
                held=why,
            )
    return None


_OTHERWISE = {_TWICE: _twice, _IDLE: _idle, _PLACE: _place}


def _proposal(
    analysis: Analysis,
    job: Job,
    subject: Subject,
    found: StepEffects,
    *,
    title: str,
    because: str,
    evidence: Evidence,
    operations: tuple[Operation, ...] = (),
    cost: str = "",
    held: str = "",
) -> Proposal:
    doubt = thought_of(analysis.situation, job)
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW if doubt else Tier.TRADE,
        subject=subject,
        at=found.site.step.span,
        title=title,
        because=doubt or because,
        evidence=(evidence,),
        operations=operations,
        cost=cost,
        parts=frozenset({Part.CACHES}),
        held=held,
    )


def _never_changes(key: Text) -> bool:
    """Whether a key is the same for all versions of a project, but for the machine."""
    return all(
        not expression.functions and all(access[0] == "runner" for access in expression.accesses)
        for expression in key.template.expressions
    )


def _prefix(job: Job, key: Text) -> str:
    """What stands before the part of a key that changes with every run; `""` where that names nothing."""
    changing = next((one for one in key.template.expressions if _changes(job, one)), None)
    if changing is None:
        return ""
    prefix = key.value[: key.value.rfind("${{", 0, changing.start)]
    return prefix if _WORD.search(_EXPRESSION.sub("", prefix)) else ""


def _changes(job: Job, expression: Expression) -> bool:
    return any(
        (access[0] == "github" and str(access[-1]).lower() in _EVERY_RUN) or _is_time(job, access)
        for access in expression.accesses
    )


def _is_time(job: Job, access: Access) -> bool:
    """Whether an output of a step is the time, to the second or the minute."""
    if access[0] != "steps" or len(access) != 4:
        return False
    step = next((one for one in job.steps if one.id and one.id.lower() == str(access[1]).lower()), None)
    lines = step.run.value.splitlines() if step is not None and step.run is not None else []
    named = [line for line in lines if re.search(rf"\b{re.escape(str(access[3]))}=", line)]
    return bool(named) and all(map(_TO_THE_SECOND.search, named))


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
    summary="Mend a cache that is never found, kept twice, or keeps nothing.",
    subjects=subjects,
    propose=propose,
)
