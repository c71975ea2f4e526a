"""Whether the legs of a matrix may start in another order: the same legs, none of which looks at the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from needful.dependence.obligations import Obligation, obligation
from needful.dependence.parts import jobs_of, mapping
from needful.dependence.situation import Situation
from needful.effects.artifacts import given
from needful.effects.caches import caches
from needful.effects.step import StepEffects
from needful.workflow.model import Job, Matrix

SAME_LEGS = "every matrix has the same legs, under the same names"
APART = "no leg depends on those that start before it"


def of_legs(before: Situation, after: Situation) -> Iterator[Obligation]:
    """What has to be kept where a matrix has its values in another order."""
    moved = [job for job in before.workflow.jobs if _said(job) != _said(after.job(job.id))]
    why_not = next((f"`{job.id}` {why}" for job in moved if (why := _other_legs(before, after, job))), "")
    yield obligation(SAME_LEGS, "the combinations and what people see of them are the same", why_not)
    why_not = next((f"`{job.id}` {why}" for job in moved if (why := meet(before, job))), "")
    yield obligation(
        APART, "they share no outputs, caches, groups or lasting work, and none asks for its place", why_not
    )


def _matrix(job: Job) -> Matrix | None:
    return job.strategy.matrix if job.strategy is not None else None


def _said(job: Job) -> object:
    """All that is known of the legs of a job, wherever it stands."""
    matrix = _matrix(job)
    return (matrix.legs, matrix.values, matrix.shown) if matrix is not None else None


def _other_legs(before: Situation, after: Situation, job: Job) -> str:
    """What differs in the legs of two texts, in words that follow the name of the job; `""` for nothing."""
    old, new = _matrix(job), _matrix(after.job(job.id))
    if old is None or new is None or old.legs is None or new.legs is None:
        return "has legs that only the run knows"
    was, now = (Counter(zip(matrix.legs or (), matrix.shown, strict=True)) for matrix in (old, new))
    if was != now:
        return "would have other legs"
    if was.total() > len(was):
        return "has legs that nobody can tell apart"
    plain = [_plain(situation, job) for situation in (before, after)]
    added = [matrix.get("include") for matrix in plain]
    if repr(added[0]) != repr(added[1]) and set(plain[0]) - {"include"}:
        return "would have what `include` adds in another order"
    return ""


def _plain(situation: Situation, job: Job) -> dict[str, object]:
    found = jobs_of(situation.workflow.document.plain)[job.id]
    return dict(mapping(mapping(found.get("strategy")).get("matrix")))


def meet(situation: Situation, job: Job) -> str:
    """Why the order in which its legs start may matter, in words that follow the name of a job; `""` for no reason."""
    effects = situation.effects[job.id.lower()]
    if job.outputs:
        return "has outputs, of which those of the last leg stand"
    if any(access[0] == "strategy" and access[1:2] != ("fail-fast",) for access in _accesses(job)):
        return "asks for the place of its legs"
    if job.environment is not None or effects.irreversible or effects.signs:
        return "does something lasting, or may, perhaps in this order"
    if effects.disk:
        return "runs on a machine whose disk its legs share"
    if effects.dangers:
        return f"could do something lasting unseen: it {effects.dangers[0].text}"
    if job.concurrency is not None:
        return "has a concurrency group, in which its legs wait for each other"
    if any(upload.replaces for upload in effects.uploads):
        return "has legs that replace each other's artifacts"
    if any(_shares_a_cache(step) for step in situation.steps[job.id.lower()]):
        return "has legs that share a cache, which the first of them fills"
    return ""


def _accesses(job: Job) -> Iterator[tuple[str | None, ...]]:
    for text in job.texts:
        for expression in text.template.expressions:
            yield from expression.accesses


def _shares_a_cache(step: StepEffects) -> bool:
    """Whether a step saves more than downloads under a key that does not name the leg."""
    key = given(step.site.step, "key")
    named = key is not None and "matrix" in key.value.lower()
    return not named and any(cache.saves and not cache.downloads for cache in caches(step.site))
