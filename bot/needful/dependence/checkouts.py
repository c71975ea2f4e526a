"""Whether a job may do with the one commit that it works on: the proof that a checkout may be shallow."""

from __future__ import annotations

from collections.abc import Iterator

from needful.dependence.obligations import Obligation, obligation
from needful.dependence.situation import Situation
from needful.effects.looking_back import Look, looks, looks_as_written
from needful.workflow.model import Job, Step

LOOKED = "nothing looks at the history that is no longer fetched"
CHECKOUT = "actions/checkout"


def looks_of(situation: Situation, job: Job) -> Iterator[Look]:
    """All in a job that looks at the history of the repository, or may, in order."""
    for step in situation.steps[job.id.lower()]:
        yield from looks(step, situation.repository)


def why_not_shallow(situation: Situation, job: Job) -> str:
    """Why a job needs more than the commit that it works on, in words that follow its name; `""` where it does not."""
    found = next(_must_see(situation, job), None)
    if found is not None:
        return f"may look at the history: it {found.evidence.text}"
    lasting = situation.signs(job.id.lower()) or any(True for _ in situation.irreversible(job.id.lower()))
    return "publishes or deploys, and may look at tags" if lasting else ""


def _must_see(situation: Situation, job: Job) -> Iterator[Look]:
    for step in situation.steps[job.id.lower()]:
        yield from looks_as_written(step)
    yield from (look for look in looks_of(situation, job) if not look.own)


def of_depth(before: Situation, after: Situation) -> Iterator[Obligation]:
    """What has to be shown where less of the history is fetched."""
    jobs = ((job, after.workflow.job(job.id)) for job in before.workflow.jobs)
    reasons = (f"`{old.id}` {why}" for old, new in jobs if new is not None and (why := _too_little(after, old, new)))
    shown = "all that these jobs run is known, and none of it asks git for more than the files"
    yield obligation(LOOKED, shown, next(reasons, ""))


def _too_little(situation: Situation, old: Job, new: Job) -> str:
    """Why a job may miss what it no longer fetches, in words that follow its name; `""` where it does not."""
    if len(old.steps) != len(new.steps):
        return "has other steps than before"
    changed = [now for was, now in zip(old.steps, new.steps, strict=True) if _depth(was) != _depth(now)]
    if not changed:
        return ""
    if any(_depth(step) or step.uses is None or step.uses.name != CHECKOUT for step in changed):
        return "fetches a part of the history"
    if why := why_not_shallow(situation, new):
        return why
    own = next((look for look in looks_of(situation, new) if look.own), None)
    return f"{own.evidence.text}, which is the project's own code" if own is not None else ""


def _depth(step: Step) -> str:
    depth = step.input("fetch-depth")
    return depth.value if depth is not None else ""
