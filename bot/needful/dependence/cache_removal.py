"""The proof that a cache may go: it costs more than it saves, or is kept twice, and nobody asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from needful.dependence.cache_faults import keeper
from needful.dependence.cache_times import keeps_downloads, why_not_useless
from needful.dependence.obligations import Obligation, obligation
from needful.dependence.situation import Situation
from needful.effects.names import may_be_same
from needful.effects.step import StepEffects
from needful.expressions import Access
from needful.workflow.model import Job, Step

SLOWER = "a cache that is taken out costs more time than it saves"
TWICE = "what a cache that is taken out held is kept by another step"
ASKED_FOR = "nobody asks what a cache that is taken out had found, or waits for it"


def removed(before: Situation, after: Situation) -> Iterator[tuple[Job, StepEffects]]:
    """The steps that kept downloads and no longer do, in jobs where no step keeps more than before."""
    for job in before.workflow.jobs:
        name = job.id.lower()
        if after.workflow.job(job.id) == job:
            continue
        was, now = (_keeping(situation, name) for situation in (before, after))
        if set(now) < set(was):
            yield from ((job, step) for key, step in was.items() if key not in now)


def _keeping(situation: Situation, job: str) -> dict[int, StepEffects]:
    """The steps of a job that keep downloads, by where they begin."""
    steps = situation.steps[job]
    own = (step for step in steps if step.site.file is step.site.workflow)
    return {step.site.step.span.start: step for step in own if keeps_downloads(step.site)}


def of_removed(before: Situation, after: Situation, gone: Sequence[tuple[Job, StepEffects]]) -> Iterator[Obligation]:
    """What has to be shown of caches that are taken out."""
    keepers = [_keeper(after, job, step) for job, step in gone]
    if kept := [keeper for keeper in keepers if keeper]:
        yield obligation(TWICE, f"{' and '.join(dict.fromkeys(kept))} keeps it as well", "")
    alone = [pair for pair, keeper in zip(gone, keepers, strict=True) if not keeper]
    if alone:
        slower = (why_not_useless(before, job, step) for job, step in alone)
        shown = "runs that found it took longer than runs that found nothing and installed all of it"
        yield obligation(SLOWER, shown, next(filter(None, slower), ""))
    asked = (why for job, step in gone if (why := asks(before, job, step)))
    yield obligation(ASKED_FOR, "no expression reads the step, and no other job restores only", next(asked, ""))


def _keeper(after: Situation, job: Job, step: StepEffects) -> str:
    """The action that goes on keeping what a step kept, `""` where none does."""
    now = after.workflow.job(job.id)
    found = keeper(after, now, step) if now is not None else None
    return found.site.step.uses.name if found is not None and found.site.step.uses is not None else ""


def asks(situation: Situation, job: Job, step: StepEffects) -> str:
    """Who wants to know what a cache had found, or finds nothing without it; `""` for nobody."""
    if reads_outputs(job, step.site.step):
        return f"`{job.id}` asks what the cache had found"
    own = situation.effects[job.id.lower()].caches
    for other in situation.workflow.jobs:
        for cache in situation.effects[other.id.lower()].caches if other.id != job.id else ():
            shared = any(may_be_same(one, key) for mine in own for one in mine.keys for key in cache.keys)
            if shared and not cache.saves:
                return f"`{other.id}` restores the cache that `{job.id}` saves"
    return ""


def reads_outputs(job: Job, step: Step) -> bool:
    """Whether an expression of a job reads what a step said of its cache, or anything of a step that may go."""
    wanted = {None, "*", step.id.lower()} if step.id else {None, "*"}
    return any(
        access[0] == "steps" and _name(access, 1) in wanted
        for text in job.texts
        for expression in text.template.expressions
        for access in expression.accesses
    )


def _name(access: Access, place: int) -> str | None:
    return str(access[place]).lower() if len(access) > place and access[place] is not None else None
