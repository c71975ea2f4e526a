"""What has to be kept where something else than `needs` changes: obligations by the part that a change is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from needful.dependence.bounding import least, minutes, too_little_known, unboundable, unseen_power
from needful.dependence.cache_removal import of_removed, removed
from needful.dependence.caching import missing_files
from needful.dependence.cancelling import others_cancelled, same_name, uncancellable, unseen
from needful.dependence.checkouts import of_depth
from needful.dependence.installing import of_installs
from needful.dependence.leg_order import of_legs
from needful.dependence.obligations import Obligation, obligation
from needful.dependence.parts import Part, Parts, jobs_of
from needful.dependence.proof_jobs import of_jobs
from needful.dependence.proof_merge import of_merge
from needful.dependence.proof_same import other_steps
from needful.dependence.proof_shards import of_shards
from needful.dependence.proof_split import of_split
from needful.dependence.situation import Situation
from needful.dependence.step_proof import of_order
from needful.dependence.trust import no_caches
from needful.workflow.model import Job, Trigger

TRUST = "no job that publishes, deploys, signs or may write restores a cache that it did not restore"


ASKED = "what a cache asks for is there"


RUNS = "every pull request is tested as before, and nothing starts that did not"
CANCELLED = "only runs of pull requests that a newer commit supersedes are cancelled"
LONG_ENOUGH = "a job is given more time than any recorded case of it took, with headroom"
WHOLE = "no lasting work is stopped half-way"


def of_parts(before: Situation, after: Situation, parts: Parts) -> Iterator[Obligation]:
    """The obligations of all parts but `needs`, which has a proof of its own."""
    for part in Part:
        if part in parts and part in _OBLIGATIONS:
            yield from _OBLIGATIONS[part](before, after)


def changed_jobs(before: Situation, after: Situation) -> Iterator[str]:
    """The jobs, by id in lower case, whose steps are other ones than before."""
    old, new = (jobs_of(situation.workflow.document.plain) for situation in (before, after))
    for name in old:
        if name in new and any(True for _ in other_steps(old[name], new[name])):
            yield name.lower()


def _of_caches(before: Situation, after: Situation) -> Iterator[Obligation]:
    gone = list(removed(before, after))
    if gone:
        yield from of_removed(before, after, gone)
    less = {job.id.lower() for job, _ in gone}
    jobs = [job for job in changed_jobs(before, after) if job not in less]
    if not jobs:
        return
    why_not = next((f"`{after.job(job).id}` {why}" for job in jobs if (why := no_caches(after, job))), "")
    names = ", ".join(f"`{after.job(job).id}`" for job in jobs)
    yield obligation(TRUST, f"{names} does no such work and has no such permission", why_not)
    sites = [step.site for job in jobs for step in after.steps[job]]
    missing = next((found for site in sites if (found := missing_files(after, site))), "")
    yield obligation(ASKED, "the repository has the files on which the keys stand", missing)


def _of_concurrency(before: Situation, after: Situation) -> Iterator[Obligation]:
    group = after.workflow.concurrency
    if before.workflow.concurrency is not None or group is None:
        why_not = "there was a concurrency group before"
    else:
        why_not = others_cancelled(after.workflow, group) or uncancellable(after)
        why_not = why_not or next((f"{other.path} has the same name" for other in same_name(after)), "")
        why_not = why_not or unseen(after)
    yield obligation(CANCELLED, "every other run has a group of its own, and nothing lasting is done in these", why_not)


def _of_timeouts(before: Situation, after: Situation) -> Iterator[Obligation]:
    bounded = [(job, after.job(job.id)) for job in before.workflow.jobs if job.timeout != after.job(job.id).timeout]
    why_not = next((f"`{old.id}` {why}" for old, new in bounded if (why := _too_short(after, old, new))), "")
    yield obligation(LONG_ENOUGH, "it is given three times the longest and four times the 99th percentile", why_not)
    reasons = ((job, unboundable(after, job) or unseen_power(after, job)) for job, _ in bounded)
    why_not = next((f"`{job.id}` {why}" for job, why in reasons if why), "")
    yield obligation(WHOLE, "the jobs that may be ended do none, and have no means to", why_not)


def _too_short(situation: Situation, old: Job, new: Job) -> str:
    """Why a job is not given time enough, in words that follow its name; `""` where it is."""
    if old.timeout is not None:
        return "had a limit before"
    known = situation.experience.of(old) if situation.experience is not None else None
    if known is None or too_little_known(known):
        return too_little_known(known)
    given = minutes(new)
    needed = least(known)
    return f"is given less than {needed:.0f} minutes" if given is None or given < needed else ""


def _of_events(before: Situation, after: Situation) -> Iterator[Obligation]:
    """`push` may be limited to branches; all other events stay as they were."""
    old, new = ({trigger.event: trigger for trigger in one.workflow.triggers} for one in (before, after))
    changed = sorted(event for event in old.keys() | new.keys() if _filters(old, event) != _filters(new, event))
    why_not = ""
    if changed != ["push"] or "push" not in new:
        why_not = f"`{changed[0]}` is another event than before" if changed else "no event is another than before"
    elif {key: texts for key, texts in _filters(new, "push").items() if key != "branches"} != _filters(old, "push"):
        why_not = "`push` is limited by more than branches"
    yield obligation(RUNS, "only `push` is limited, to branches", why_not)


def _filters(triggers: Mapping[str, Trigger], event: str) -> dict[str, tuple[str, ...]]:
    if event not in triggers:
        return {"": ()}
    return {key: tuple(text.value for text in texts) for key, texts in triggers[event].filters}


_OBLIGATIONS: Mapping[Part, Callable[[Situation, Situation], Iterator[Obligation]]] = {
    Part.CACHES: _of_caches,
    Part.CONCURRENCY: _of_concurrency,
    Part.DEPTH: of_depth,
    Part.EVENTS: _of_events,
    Part.INSTALLS: of_installs,
    Part.JOBS: of_jobs,
    Part.SPLIT: of_split,
    Part.MERGE: of_merge,
    Part.SHARDS: of_shards,
    Part.ORDER: of_order,
    Part.TIMEOUTS: _of_timeouts,
    Part.LEGS: of_legs,
}
