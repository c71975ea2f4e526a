"""Take out a cache that costs more time than it saves.

## Why

A cache is fetched, unpacked and looked after in every run. Where the packages are many and small, or the package
manager is quick, that takes longer than installing them again.

## What it does

It switches off the cache of a set-up action, or takes out the step with `actions/cache`, where the recorded runs of
this repository show that the job is faster without it. A record does not say whether a cache was found, but its times
do: an action that saves something at the end of the job had not found what it looked for, and one that neither saves
nor was quick had found it. Compared are the step itself, its end, and all steps behind it that may use what it
restores: the typical run that found the cache has to be slower than nine in ten of those that found nothing, without
the time that these took to save it. That a short install follows a long restore says nothing, because it may be short
thanks to the cache.

## The cost

Every run downloads from the registry, and waits or fails with it when that is slow or down. So the tier is `trade`.

## When it is left for review

A comment in the job speaks of caches: somebody has thought of it.

## When it stays silent

- no run is recorded, or fewer than ten that found the cache and five that found nothing, in one of the legs;
- a leg of the matrix is faster with the cache;
- restoring takes less than five seconds;
- the cache holds more than downloads: what else is in it would have to be made again;
- the step has a condition, or an expression reads what it had found;
- another job only restores what this one saves.
"""

from __future__ import annotations

from collections.abc import Iterator

from needful.dependence.analysis import Analysis
from needful.dependence.cache_removal import asks
from needful.dependence.cache_times import Compared, compared, keeps_downloads, users, why_not_useless
from needful.dependence.caching import added_inputs, thought_of, version_of
from needful.dependence.experience import JobExperience, told, typical
from needful.dependence.parts import Part
from needful.document.nodes import Plain
from needful.document.operations import Operation, RemoveItem, RemoveKey, ReplaceValue
from needful.effects.caches import caches
from needful.effects.step import StepEffects
from needful.facts.set_up_caches import set_up
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.workflow.model import Job, Variable

_BY_ITSELF = (5,)
"""From this version on `actions/setup-node` keeps a cache by itself, unless it is told not to."""


def subjects(analysis: Analysis) -> Iterator[Subject]:
    """Each step of the workflow itself that keeps downloads, by its action, and by its line where several use it."""
    for job in analysis.workflow.jobs if analysis.experience is not None else ():
        if job.uses is None and analysis.experience is not None and analysis.experience.of(job) is not None:
            yield from _keeping(analysis, job)


def _keeping(analysis: Analysis, job: Job) -> dict[Subject, StepEffects]:
    own = {step.path for step in job.steps}
    steps = [
        step
        for step in analysis.situation.steps[job.id.lower()]
        if step.site.file is step.site.workflow and step.site.step.path in own and keeps_downloads(step.site)
    ]
    actions = [step.site.step.uses.name.rpartition("/")[2] for step in steps if step.site.step.uses is not None]
    found: dict[Subject, StepEffects] = {}
    for action, step in zip(actions, steps, strict=True):
        line = (str(analysis.workflow.line(step.site.step.span)),) if actions.count(action) > 1 else ()
        found[(job.id, action, *line)] = step
    return found


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation = analysis.situation
    job = situation.workflow.job(subject[0])
    found = _keeping(analysis, job).get(subject) if job is not None else None
    known = analysis.experience.of(job) if analysis.experience is not None and job is not None else None
    if job is None or found is None or known is None:
        return None
    step = found.site.step
    if step.condition is not None or len(job.steps) < 2:
        return None
    if why_not_useless(situation, job, found) or asks(situation, job, found):
        return None
    legs = compared(known, step, users(situation, job, found))
    assert legs is not None, "they were compared before"
    doubt = thought_of(situation, job)
    reason = "it takes longer to restore the cache than to install without it"
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW if doubt else Tier.TRADE,
        subject=subject,
        at=step.span,
        title=f"`{job.id}` is faster without its cache",
        because=doubt or reason,
        evidence=tuple(situation.evidence(step.span, text) for text in _measured(known, legs)),
        operations=tuple(_operations(analysis, found)),
        cost="every run downloads from the registry, and waits or fails with it when that is slow or down",
        parts=frozenset({Part.CACHES}),
    )


def _measured(known: JobExperience, legs: tuple[Compared, ...]) -> Iterator[str]:
    for (values, _), leg in zip(known.legs(), legs, strict=True):
        of_leg = f"with {', '.join(value for _, value in values)}, " if values else ""
        yield (
            f"{of_leg}restoring and installing took {told(typical(leg.found))} where the cache was found "
            f"(median of {len(leg.found)}), installing {told(typical(leg.missed))} where it was not "
            f"(median of {len(leg.missed)})"
        )


def _operations(analysis: Analysis, found: StepEffects) -> Iterator[Operation]:
    step = found.site.step
    facts = set_up(step.uses.name) if step.uses is not None else None
    if facts is None or any(True for _ in caches(found.site)):
        yield RemoveItem(step.path)
        return
    inputs = {one.name.lower(): one for one in step.inputs}
    if facts.off and version_of(analysis.situation, found.site) >= _BY_ITSELF:
        yield from _added(found, facts.off[0], off=False)
        yield from (RemoveKey(_path(found, inputs[name])) for name in (facts.input, facts.paths) if name in inputs)
        return
    off: Plain = "" if facts.value is None else False
    if facts.input in inputs:
        yield ReplaceValue(_path(found, inputs[facts.input]), off)
    else:
        yield from _added(found, facts.input, off)
    if facts.paths in inputs:
        yield RemoveKey(_path(found, inputs[facts.paths]))


def _added(found: StepEffects, name: str, off: Plain) -> Iterator[Operation]:
    """An input that is switched off; one that somebody has set is left alone."""
    step = found.site.step
    if step.input(name) is None:
        yield from added_inputs(step, {name: off}, after=("cache",))


def _path(found: StepEffects, one: Variable) -> tuple[str | int, ...]:
    return (*found.site.step.path, "with", one.name)


RULE = Rule(
    id="drop-useless-cache",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Take out a cache that takes longer to restore than installing takes without it, by recorded runs.",
    subjects=subjects,
    propose=propose,
)
