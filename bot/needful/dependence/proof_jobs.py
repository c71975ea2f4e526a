"""What has to be kept where legs of a matrix move to a job of their own.

The change is taken in two. First the job becomes several, and all that waited for it wait for all of them: then nobody
may notice, which is shown here. After that some of them wait for less, which is a change of `needs` like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from needful.dependence.matrix_parts import cached_by_id, noticed, parted_alike, stops_together, tied
from needful.dependence.obligations import Obligation, obligation
from needful.dependence.parts import Part, came_of, jobs_of
from needful.dependence.situation import Situation, rewired
from needful.workflow.model import Job, Need

EACH_LEG = "every leg runs once, under the check name that it had"
BY_ITSELF = "nothing in a job depends on which other legs it has"
UNNOTICED = "nobody who waited for the job can tell that it became several"
TOGETHER = "a leg that fails stops the same legs as before"
BY_ID = "caches are found under the keys that they had"


def of_jobs(before: Situation, after: Situation) -> Iterator[Obligation]:
    """The obligations of jobs of which legs moved to jobs of their own."""
    old, new = (jobs_of(situation.workflow.document.plain) for situation in (before, after))
    found = came_of(old, new, frozenset({Part.JOBS}))
    parted = {name: made for name, made in (found or {}).items() if len(made) > 1}
    unlike = "there are other jobs than before" if found is None else ""
    for name, made in parted.items():
        why_not = parted_alike(old[name], name, [new[each] for each in made])
        unlike = unlike or (why_not and f"`{name}` {why_not}")
    names = " and ".join(f"`{name}`" for name in parted)
    yield obligation(EACH_LEG, f"the legs of {names} were compared after writing", unlike)
    jobs = [before.job(name) for name in parted]
    ties = next((f"`{job.id}` {why}" for job in jobs if (why := tied(job))), "")
    yield obligation(BY_ITSELF, "it has no group, no environment, no limit, and does not ask for itself", ties)
    seen = next((seen.text for job in jobs if (seen := noticed(before, job.id.lower())) is not None), "")
    yield obligation(UNNOTICED, "its result is asked for only together with all others, for failures", seen)
    stopped = next((job.id for job in jobs if stops_together(job)), "")
    why_not = f"a leg of `{stopped}` that fails no longer cancels those of the other job" if stopped else ""
    yield obligation(TOGETHER, "`fail-fast` is off", why_not)
    cached = next(
        (f"the cache of {action} goes by the id of the job" for job in jobs if (action := cached_by_id(job))), ""
    )
    yield obligation(BY_ID, "no action in it is known to name its cache after the job", cached)


def apart(before: Situation, after: Situation) -> Situation:
    """A rewritten workflow in which all jobs still wait for all that they waited for.

    The workflow as it was, where the two have nothing in common.
    """
    old, new = ({job.id: job for job in one.workflow.jobs} for one in (before, after))
    found = came_of(old, new, frozenset({Part.JOBS}))
    if found is None:
        return before
    origin = {each: name for name, made in found.items() for each in made}
    jobs = tuple(_waiting(job, old[origin[job.id]], found) for job in after.workflow.jobs)
    return rewired(after, replace(after.workflow, jobs=jobs))


def _waiting(job: Job, was: Job, found: Mapping[str, list[str]]) -> Job:
    """A job that waits for all that came of what it waited for."""
    parts = {name.lower(): made for name, made in found.items()}
    needs = (Need(each, need.span) for need in was.needs for each in parts.get(need.on.lower(), [need.on]))
    return replace(job, needs=tuple(needs))
