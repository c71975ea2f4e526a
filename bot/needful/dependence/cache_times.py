"""Whether a cache pays, by what the steps of recorded runs took.

A record does not say whether a cache was found. What can be told from times: an action that saves at the end of the job
had not found the entry it looked for; one that neither saves nor was quick had found it. What lies between the two is
left out. Only where both kinds of runs are there can they be compared: a short install says nothing by itself, because
it may be short thanks to the cache.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from needful.dependence.experience import Case, JobExperience, high, typical
from needful.dependence.situation import Situation
from needful.effects.caches import caches, keeps_a_cache
from needful.effects.installs import installs
from needful.effects.names import show
from needful.effects.step import StepEffects
from needful.effects.walk import Site
from needful.facts.set_up_caches import may_hold, set_up
from needful.workflow.model import Job, Step, StepKind

SLOW = 5.0
"""Seconds that a step takes at least of which it is told that it restored something that matters."""
SAVED, NOTHING = 3.0, 1.0
"""Seconds at the end of the job: so long at least for something saved, so long at most for nothing."""
FOUND, MISSED = 10, 5
"""Cases of either kind, the least that are compared."""
GAIN = 3.0
"""Seconds that a job must be faster without its cache; recorded times are whole seconds."""
QUICK, CASES = 5.0, 5
"""Installs under so many seconds, in at least so many cases of each leg, need no cache."""


class Compared(NamedTuple):
    """What a leg took where its cache was found, and where nothing was found, without the time to save it.

    Seconds of the step that restores, of its end, and of the steps that may use what it restores.
    """

    found: tuple[float, ...]
    missed: tuple[float, ...]

    @property
    def slower(self) -> float:
        """By how many seconds a typical run that finds the cache is slower than one that finds nothing."""
        return typical(self.found) - typical(self.missed)

    @property
    def useless(self) -> bool:
        """Whether a typical run with the cache is slower than nine in ten of those without it."""
        return self.slower >= GAIN and typical(self.found) > high(self.missed, 0.9)


def compared(known: JobExperience, cache: Step, using: Iterable[Step]) -> tuple[Compared, ...] | None:
    """Both kinds of runs, for each leg of a job; None where one has too few of a kind."""
    steps = tuple(using)
    found = [_of_leg(cases, cache, steps) for _, cases in known.legs()]
    legs = [leg for leg in found if leg is not None]
    return tuple(legs) if legs and len(legs) == len(found) and not known.unseen else None


def _of_leg(cases: Iterable[Case], cache: Step, using: tuple[Step, ...]) -> Compared | None:
    told = [one for case in cases if (one := _told(case, cache, using)) is not None]
    found = [one for one in told if one.end <= NOTHING and one.restoring >= SLOW]
    if len(found) < FOUND:
        return None
    quick = typical([one.restoring for one in found]) / 2
    missed = [one for one in told if one.end >= SAVED and one.restoring <= quick]
    if len(missed) < MISSED:
        return None
    with_it = tuple(one.restoring + one.using + one.end for one in found)
    return Compared(with_it, tuple(one.restoring + one.using for one in missed))


class _Told(NamedTuple):
    restoring: float
    using: float
    end: float


def _told(case: Case, cache: Step, using: tuple[Step, ...]) -> _Told | None:
    """The times of one case, None where a step is missing."""
    restored, times = case.step(cache), [case.step(step) for step in using]
    if restored is None or restored.post is None or any(time is None for time in times):
        return None
    return _Told(restored.seconds, sum(time.seconds for time in times if time is not None), restored.post)


def users(situation: Situation, job: Job, cache: StepEffects) -> tuple[Step, ...]:
    """The steps behind a cache that may use what it restores; all others do the same with and without it.

    What npm and its like, or pip and its like, downloaded is used by what installs. Other caches hold what compilers
    made, too, so that all may use them that does more than set up.
    """
    behind = [
        step for step in job.steps[_index(job, cache.site.step) + 1 :] if step.kind in (StepKind.RUN, StepKind.USES)
    ]
    plain = _is_for_packages(cache.site)
    effects = situation.steps[job.id.lower()]
    using = {outer(job, step) for step in effects if _may_use(situation, step, plain=plain)}
    return tuple(step for step in behind if step.kind in _WORKING and step.span.start in using)


_WORKING = (StepKind.RUN, StepKind.USES)


def _index(job: Job, step: Step) -> int:
    return next((number for number, one in enumerate(job.steps) if one.path == step.path), len(job.steps))


_PACKAGES = ("npm", "yarn", "pnpm", "pip", "pipenv", "poetry")
_FETCHES = re.compile(r"\b(?:pre-commit|npx|dlx|pipx|uvx|bunx|hatch|pdm)\b")
"""Commands that install what they run."""


def _is_for_packages(site: Site) -> bool:
    """Whether a cache holds nothing but packages as their manager downloaded them."""
    named = list(caches(site))
    if named:
        lines = [line for cache in named for line in show(cache.paths).splitlines() if line.strip()]
        return all(any(may_hold(manager, line) for manager in _PACKAGES) for line in lines)
    return any(one.value.value.strip() in _PACKAGES for one in site.step.inputs if one.name.lower() == "cache")


def _may_use(situation: Situation, step: StepEffects, *, plain: bool) -> bool:
    if step.opaque or step.unknown is not None or any(installs(step, situation.repository)):
        return True
    if any(deed.meaning.installs or _FETCHES.search(deed.command.text) for deed in step.deeds):
        return True
    return not plain and bool(step.checks or step.works)


def outer(job: Job, step: StepEffects) -> int:
    """Where the step of the workflow begins that a step of a local action belongs to, or that it is; -1 for nowhere."""
    if step.site.file is step.site.workflow:
        return step.site.step.span.start
    return next((own.span.start for own in job.steps if own.path == step.site.outer.path), -1)


def needless(situation: Situation, job: Job, steps: Iterable[StepEffects]) -> bool:
    """Whether recorded runs speak against a cache: the steps that it would serve are quick, or one was taken out."""
    return installs_quickly(situation, job, steps) or taken_out(situation, job)


def installs_quickly(situation: Situation, job: Job, steps: Iterable[StepEffects]) -> bool:
    """Whether recorded runs show that steps which install are so quick that a cache could save nothing.

    A step takes no less than the install in it, so nothing is concluded of those that do more.
    """
    known = situation.experience.of(job) if situation.experience is not None else None
    if known is None:
        return False
    places = {outer(job, step) for step in steps}
    by_leg = [[_in_all(case, places) for case in cases] for _, cases in known.legs()]
    return bool(by_leg) and all(len(times) >= CASES and typical(times) < QUICK for times in by_leg)


def _in_all(case: Case, places: set[int]) -> float:
    return sum(case.steps[place].seconds if place in case.steps else QUICK for place in places)


def taken_out(situation: Situation, job: Job) -> bool:
    """Whether recorded runs of a job had a cache that it has no more: somebody, or this plan, took it out."""
    known = situation.experience.of(job) if situation.experience is not None else None
    if known is None:
        return False
    there = {step.span.start for step in job.all_steps()}
    return known.lost_cache or any(place not in there for case in known.cases for place in _with_end(case))


def _with_end(case: Case) -> Iterator[int]:
    return (place for place, time in case.steps.items() if time.post is not None)


def keeps_downloads(site: Site) -> bool:
    """Whether a step keeps what a package manager downloads and no more: with `actions/cache`, or by setting it up."""
    uses = site.step.uses
    if uses is None:
        return False
    named = list(caches(site))
    if named:
        return all(cache.downloads and cache.saves and cache.restores for cache in named)
    facts = set_up(uses.name)
    return facts is not None and not facts.stays and keeps_a_cache(site)


def why_not_useless(situation: Situation, job: Job, cache: StepEffects) -> str:
    """Why recorded runs do not show that a job is faster without a cache, `""` where they do."""
    known = situation.experience.of(job) if situation.experience is not None else None
    if known is None:
        return f"no run of `{job.id}` is recorded"
    legs = compared(known, cache.site.step, users(situation, job, cache))
    if legs is None:
        return f"too few runs of `{job.id}` are recorded with and without what the cache holds"
    return "" if all(leg.useless for leg in legs) else f"`{job.id}` is not slower with the cache"
