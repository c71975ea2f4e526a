"""The proof of a rewrite: what has to be the same before and after, and how that was shown.

It compares two workflows and knows nothing of the rule that made the change, nor of its reasons. What it cannot show
it says by name: the obligation then has `why_not`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from needful.dependence.conditions import status_functions
from needful.dependence.links import in_order, made_outside, may_look, meetings, only_reports, unseen
from needful.dependence.obligations import Obligation, obligation
from needful.dependence.parts import ONLY_NEEDS, Part, Parts, spoken
from needful.dependence.proof_jobs import apart
from needful.dependence.proof_parts import of_parts
from needful.dependence.proof_runs import Matter, Played, play
from needful.dependence.proof_same import kept, locked, work
from needful.dependence.situation import Situation

ORDER = "every producer still ends before its consumers start"
UNSEEN = "nothing else could carry a dependence"
GATES = "what guards irreversible work, checks and collected results does not shrink"
ADDED = "a job waits longer only for what it reads"
QUIET = "the same jobs run when nothing fails"
LASTING = "whatever fails, the same irreversible work is done"
JUDGEMENT = "every job that decides by outcomes decides the same"
KEPT = "nothing changes but what is named"
WORK = "every job does the same work"
LOCK = "the lock file lists every action that is used"

_AS_MUCH = "every job waits for all that it waited for"
_NOBODY = "no job behind guards anything or decides by outcomes"


def prove(before: Situation, after: Situation, lock: str | None, parts: Parts = ONLY_NEEDS) -> tuple[Obligation, ...]:
    """Compare a workflow with its rewrite, which means to change those parts; each has obligations of its own.

    `lock` is the text of the repository's lock file for actions, if any.
    """
    plain = before.workflow.document.plain, after.workflow.document.plain
    only = f"only {spoken(parts)} differs, compared after writing"
    same = [obligation(KEPT, only, kept(*plain, parts)), obligation(WORK, only, work(*plain, parts))]
    if lock is not None:
        same.append(obligation(LOCK, "no action is added", locked(*plain, before.workflow.path, lock)))
    # legs and steps that moved to a job of their own have all waited, and been waited for, like the job that they left
    whole = apart(before, after) if parts & {Part.JOBS, Part.SPLIT} else before
    needs = _of_needs(whole, after) if Part.NEEDS in parts else ()
    return (*needs, *of_parts(before, after, parts), *same)


def _of_needs(before: Situation, after: Situation) -> Iterator[Obligation]:
    """What has to be kept where jobs wait for others than before."""
    if hindrance := _incomparable(before, after):
        yield Obligation(ORDER, "", hindrance)
        return
    shift, played = _shift(before, after), play(before, after)
    yield obligation(ORDER, _parted(shift), next(_order(shift), ""))
    yield obligation(UNSEEN, _hidden(shift), next(_unseen(shift), ""))
    yield obligation(GATES, _guarded(shift, played), next(_gates(shift), ""))
    yield from _added(shift)
    yield from _runs(shift, played)


def _incomparable(before: Situation, after: Situation) -> str:
    """Why the two have no common jobs to compare, `""` where they do."""
    if before.graph.needs.keys() != after.graph.needs.keys():
        return "there are other jobs than before"
    for situation in (before, after):
        if cycle := situation.graph.cycle:
            return f"`{situation.job(cycle[0]).id}` waits for itself"
    return ""


@dataclass(frozen=True)
class _Shift:
    """What changed between two workflows with the same jobs. Ids in lower case, jobs in the order of the workflow.

    `lost`: for each job that waits for less, what it no longer waits for. `dropped` and `added`: edges
    `(producer, consumer)`, the latter without those that only say once more what was so.
    """

    before: Situation
    after: Situation
    lost: Mapping[str, frozenset[str]]
    dropped: tuple[tuple[str, str], ...]
    added: tuple[tuple[str, str], ...]

    def name(self, *jobs: str) -> str:
        """Jobs as their keys are written, the first few by name."""
        told = [f"`{self.before.job(job).id}`" for job in jobs[:3]]
        if len(jobs) > 3:
            told.append(f"{len(jobs) - 3} more")
        return " and ".join((", ".join(told[:-1]), told[-1])) if len(told) > 1 else told[0]


def _shift(before: Situation, after: Situation) -> _Shift:
    jobs = [job.id.lower() for job in before.workflow.jobs]
    was, now = before.graph, after.graph
    lost = {job: was.ancestors[job] - now.ancestors[job] for job in jobs}
    return _Shift(
        before,
        after,
        {job: gone for job, gone in lost.items() if gone},
        tuple((need, job) for job in jobs for need in sorted(was.needs[job] - now.needs[job])),
        tuple((need, job) for job in jobs for need in sorted(now.needs[job] - was.ancestors[job])),
    )


# --- what is read and met --------------------------------------------------------------------------------------------


def _order(shift: _Shift) -> Iterator[str]:
    """What links a job to one that it no longer waits for."""
    for producer, consumer in shift.dropped:
        if producer in shift.before.reads[consumer].named:
            yield f"{shift.name(consumer)} reads `needs.{producer}`, which holds only what it needs itself"
    for flow in shift.before.flows:
        if flow.producer in shift.lost.get(flow.consumer, ()):
            yield f"{shift.name(flow.consumer)} reads {flow.what} of {shift.name(flow.producer)}"
    for job, gone in shift.lost.items():
        for obstacle in (*meetings(shift.before, gone, job), *made_outside(shift.before, gone)):
            yield obstacle.text


def _unseen(shift: _Shift) -> Iterator[str]:
    """What could link them without being seen, and who outside the workflow may look at its jobs."""
    for job, gone in shift.lost.items():
        for obstacle in unseen(shift.before, gone, job):
            yield obstacle.text
    for _, job in shift.dropped:
        hidden = may_look(shift.before, job)
        if hidden and job in shift.lost and status_functions(shift.before.job(job)):
            yield f"{shift.name(job)} may look at jobs that it no longer waits for: {hidden[0].text}"
    if shift.lost:
        yield from (seen.text for seen in shift.before.watchers)
        yield from _callers(shift)


def _callers(shift: _Shift) -> Iterator[str]:
    """Outputs of the whole workflow that come from jobs which now run in more cases."""
    for port in shift.before.workflow.outputs:
        for part in port.value.template.expressions if port.value is not None else ():
            for access in part.accesses:
                job = str(access[1]).lower() if access[0] == "jobs" and len(access) > 1 else ""
                if job in shift.lost:
                    yield f"the callers of this workflow see what {shift.name(job)} gives, which now runs in more cases"


def _parted(shift: _Shift) -> str:
    if not shift.lost:
        return _AS_MUCH
    gone = in_order(shift.before.workflow, frozenset().union(*shift.lost.values()))
    return f"nothing of {shift.name(*gone)} reaches {shift.name(*shift.lost)}"


def _hidden(shift: _Shift) -> str:
    if not shift.lost:
        return _AS_MUCH
    jobs = in_order(shift.before.workflow, frozenset(shift.lost).union(*shift.lost.values()))
    trusted = [seen.text for job in jobs for seen in shift.before.effects[job].trusted]
    unless = f" (taken at its name: {trusted[0]})" if trusted else ""
    return f"no token, secret or disk could carry anything unseen{unless}"


# --- gates -----------------------------------------------------------------------------------------------------------


def _gates(shift: _Shift) -> Iterator[str]:
    for job, gone in shift.lost.items():
        if guard := _guard(shift.before, job):
            yield f"{shift.name(job)} {guard}, and would no longer wait for {shift.name(*sorted(gone))}"
        for other in sorted(gone):
            yield from (guards.text for guards in shift.before.effects[other].guards)
            if shift.before.job(other).environment is not None:
                yield f"{shift.name(job)} would no longer wait for the approval that {shift.name(other)} may need"


def _guard(situation: Situation, job_id: str) -> str:
    """Why what a job waits for guards something, in words that follow its name; `""` where it does not."""
    job, effects, reads = situation.job(job_id), situation.effects[job_id], situation.reads[job_id]
    if effects.irreversible or job.environment is not None:
        return "does irreversible work"
    if effects.dangers or effects.signs:
        return "could do irreversible work"
    if reads.results or reads.everything:
        return "collects results"
    if only_reports(situation, job_id):
        return "works on no code and only reports"
    return ""


def _guarded(shift: _Shift, played: Played) -> str:
    if not shift.lost:
        return _AS_MUCH
    behind = frozenset(shift.lost).union(*(shift.before.graph.descendants[job] for job in shift.lost))
    guards = [job for job in in_order(shift.before.workflow, behind) if _guard(shift.before, job)]
    if not guards:
        return "no job behind guards anything" if played.judges else _NOBODY
    return f"{shift.name(*guards)} still wait{'' if len(guards) > 1 else 's'} for all that came before"


# --- what waits longer -----------------------------------------------------------------------------------------------


def _added(shift: _Shift) -> Iterator[Obligation]:
    """An edge is added only along what is read."""
    if not shift.added:
        return
    flows = {(flow.producer, flow.consumer) for flow in shift.before.flows if flow.certain}
    for producer, consumer in shift.added:
        if (producer, consumer) not in flows and producer not in shift.before.reads[consumer].named:
            why_not = f"{shift.name(consumer)} reads nothing of {shift.name(producer)}"
            yield Obligation(ADDED, "", why_not)
            return
    told = (f"{shift.name(consumer)} reads what {shift.name(producer)} gives" for producer, consumer in shift.added)
    yield Obligation(ADDED, " and ".join(list(told)[:3]))


# --- what runs -------------------------------------------------------------------------------------------------------


def _runs(shift: _Shift, played: Played) -> Iterator[Obligation]:
    nobody = not (played.lasting or played.judges)
    unlike = ", but for what could not be read before" if played.first else ""
    unless = ", unless what it now waits for fails" if shift.added else ""
    lasting, judging = "no job behind does irreversible work", "no job behind decides by outcomes"
    if played.lasting:
        lasting = f"{shift.name(*played.lasting)} runs in the same cases{unless}{unlike}"
    if played.judges:
        number = f"{played.courses} course{'s' if played.courses != 1 else ''} of events"
        besides = ", or fails with a job that was skipped before" if played.stricter else ""
        judging = f"{shift.name(*played.judges)} decides the same{besides}{unlike}, played in {number}"
    for what, matter, shown in (
        (QUIET, Matter.QUIET, "when nothing fails, the same jobs run"),
        (LASTING, Matter.LASTING, _NOBODY if nobody else lasting),
        (JUDGEMENT, Matter.JUDGEMENT, _NOBODY if nobody else judging),
    ):
        yield obligation(what, shown, played.found.get(matter, played.beyond))
