"""What has to be kept where something else than `needs` changes: obligations by the part that a change is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from needful.dependence.obligations import Obligation, obligation
from needful.dependence.parts import Part, Parts, jobs_of
from needful.dependence.proof_same import other_steps
from needful.dependence.situation import Situation
from needful.dependence.trust import no_caches

TRUST = "no job that publishes, deploys, signs or may write restores a cache that it did not restore"


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
    jobs = list(changed_jobs(before, after))
    why_not = next((f"`{after.job(job).id}` {why}" for job in jobs if (why := no_caches(after, job))), "")
    names = ", ".join(f"`{after.job(job).id}`" for job in jobs)
    yield obligation(TRUST, f"{names} does no such work and has no such permission", why_not)


_OBLIGATIONS: Mapping[Part, Callable[[Situation, Situation], Iterator[Obligation]]] = {Part.CACHES: _of_caches}
