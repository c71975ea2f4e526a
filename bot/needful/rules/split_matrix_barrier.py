"""Give slow legs of a matrix a job of their own, where a job behind it uses only what the other legs make.

## Why

A job that needs a job with a matrix waits for every leg of it. Often it uses the artifact of one or a few of them, and
the slowest leg is another: an emulated architecture, a platform with few runners. Then tests of what was ready long ago
wait for it.

## What it does

It writes the job once more, directly below, with the slow legs only, and takes those out of the first one. Nothing
else of the two differs, and every leg keeps its check name: what is shown of a leg is the `name` of its job and its
values, so a job without a name gets its old id as `name`. Whoever waited for the job now waits for both, but for those
jobs that use nothing of the slow legs. Jobs behind these that publish, deploy or collect results go on waiting.

Which legs are slow follows from the recorded runs: they take at least twice what the slowest of the others takes. The
lines of the job stand there twice, so each of them has to save three seconds, and the whole at least a minute.

## The cost

The job is written twice. Where `fail-fast` is not switched off, a leg that fails no longer cancels those of the other
job; and caches that go by the id of the job (rust-cache, setup-gradle) begin anew for the legs that moved. The jobs
that no longer wait spend their minutes although a slow leg fails. So the tier is `trade`.

## When it is only shown

- no run is recorded, so that nobody knows which legs are slow;
- the job behind reads artifacts in one go, all of them or one that several legs make: then only a person can say
  whether it needs those of the slow legs.

## When it is left for review

Something that cannot be seen through could carry a dependence, and is named: as for `drop-false-needs`.

## When it stays silent

- some leg has succeeded in fewer than ten recorded runs, or only the run knows which legs there are;
- the legs belong together: a concurrency group, an environment, `max-parallel`, a step that asks for `strategy` or for
  the id of the job;
- somebody asks for the result or an output of the job by its id, or counts the results of all jobs;
- the matrix cannot be cut between values of one key or between entries of `include`.
"""

from __future__ import annotations

from collections.abc import Iterator

from needful.dependence import proof, proof_jobs
from needful.dependence.analysis import Analysis
from needful.dependence.barriers import Barrier, barriers
from needful.dependence.experience import told
from needful.dependence.matrix_parts import cached_by_id, stops_together
from needful.dependence.model import Evidence, Verdict
from needful.dependence.obligations import Obligation
from needful.dependence.parts import Part
from needful.document.operations import AddKey, AddName, CopyKey, Operation, RemoveItem
from needful.rules.api import Proposal, Rule, Subject, Tier

_DOUBTS = {Verdict.GATE: proof.JUDGEMENT, Verdict.ORDER: proof.ORDER, Verdict.DATA: proof.ORDER}


def subjects(analysis: Analysis) -> Iterator[Subject]:
    for barrier in barriers(analysis.situation):
        yield barrier.job.id, barrier.name


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    found = (each for each in barriers(analysis.situation) if (each.job.id, each.name) == subject)
    barrier = next(found, None)
    if barrier is None:
        return None
    held = _held(analysis, barrier)
    doubts = [Obligation(_DOUBTS.get(each.verdict, proof.UNSEEN), "", each.text) for each in barrier.doubts]
    freed, slow = _names(analysis, barrier.freed or barrier.blind), _legs(barrier)
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW if doubts else Tier.TRADE,
        subject=subject,
        at=barrier.job.key_span,
        title=f"{freed} {'may not need' if held else 'need not wait for'} {slow} of `{barrier.job.id}`",
        because=doubts[0].why_not if doubts else _because(barrier, freed, slow),
        evidence=tuple(_evidence(analysis, barrier)),
        operations=() if held else _operations(analysis, barrier),
        cost=_cost(analysis, barrier),
        accepts=frozenset({proof_jobs.TOGETHER, proof_jobs.BY_ID}),
        certificate=tuple({doubt.what: doubt for doubt in reversed(doubts)}.values())[::-1],
        held=held,
        parts=frozenset({Part.NEEDS, Part.JOBS}),
    )


def _because(barrier: Barrier, freed: str, slow: str) -> str:
    if barrier.blind:
        return f"{slow} of `{barrier.job.id}` takes much longer than its other legs, and {freed} has to wait for it"
    return f"nothing that {slow} of `{barrier.job.id}` gives reaches {freed}"


def _names(analysis: Analysis, jobs: tuple[str, ...]) -> str:
    names = [f"`{analysis.situation.job(job).id}`" for job in jobs]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _legs(barrier: Barrier) -> str:
    """The slow legs as people call them."""
    shown = ["(" + ", ".join(leg.shown) + ")" for leg in barrier.cut.moved]
    if len(barrier.cut.values) == 1:
        return f"`{barrier.cut.values[0]}`"
    return shown[0] if len(shown) == 1 else f"{len(shown)} legs, such as {shown[0]},"


def _held(analysis: Analysis, barrier: Barrier) -> str:
    """Why it is for a person to decide, and what there is to do; `""` where it can be done."""
    how = f"to part them, copy `{barrier.job.id}` as `{barrier.name}` with these legs only, under the same `name`"
    if barrier.blind:
        who = _names(analysis, barrier.blind)
        return f"artifacts of all legs go to {who} in one go, and nobody can see which of them are needed; {how}"
    if barrier.slow is None:
        return f"no recorded run says how long each leg takes; if those are the slow ones, {how}"
    return ""


def _evidence(analysis: Analysis, barrier: Barrier) -> Iterator[Evidence]:
    situation, job = analysis.situation, barrier.job
    if barrier.slow is not None and barrier.others is not None:
        said = f"{_legs(barrier)} took {told(barrier.slow)}, the slowest of the other legs {told(barrier.others)}"
        counted = f"medians of {barrier.runs} recorded successes of each leg, or more"
        yield situation.evidence(job.key_span, f"{said} ({counted})")
    for consumer in barrier.freed or barrier.blind:
        for download in situation.handed[consumer].downloads[:2]:
            yield download.evidence
    for obstacle in barrier.doubts:
        yield from obstacle.evidence[:1]


def _operations(analysis: Analysis, barrier: Barrier) -> tuple[Operation, ...]:
    job, situation = barrier.job, analysis.situation
    copy = (*job.path[:-1], barrier.name)
    matrix = ("strategy", "matrix")
    waiting = [each for each in situation.workflow.jobs if job.id.lower() in situation.graph.needs[each.id.lower()]]
    on_both = [each.id.lower() for each in waiting if each.id.lower() not in barrier.freed]
    named = () if job.name is not None else (AddKey(copy, "name", job.id, after=("",)),)
    return (
        CopyKey(job.path, barrier.name),
        *named,
        *(RemoveItem((*job.path, *matrix, *place)) for place in barrier.cut.gone),
        *(RemoveItem((*copy, *matrix, *place)) for place in barrier.cut.left),
        *(
            AddName((*situation.job(each).path, "needs"), barrier.name, after=("name", ""))
            for each in dict.fromkeys((*on_both, *barrier.moves))
        ),
    )


def _cost(analysis: Analysis, barrier: Barrier) -> str:
    job = barrier.job
    freed = _names(analysis, barrier.freed or barrier.blind)
    costs = [f"`{job.id}` is written twice", f"when {_legs(barrier)} of it fails, {freed} runs all the same"]
    if stops_together(job):
        costs.append("a leg that fails cancels only the legs of its own job")
    if action := cached_by_id(job):
        costs.append(f"the cache of {action} begins anew for the legs that move")
    return "; ".join(costs)


RULE = Rule(
    id="split-matrix-barrier",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Give slow legs of a matrix a job of their own, where a job behind it uses only what the others make.",
    subjects=subjects,
    propose=propose,
)
