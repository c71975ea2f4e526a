"""Where two workflows turn out differently: played in the same courses of events, job by job.

Only jobs behind a change can turn out differently, and one without a status function runs only where all that it waits
for succeeded. So most jobs are played in quiet courses alone; those that look at outcomes, and those that do lasting
work and no longer wait for all that they waited for, in every course.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cached_property

from needful.dependence import conditions
from needful.dependence.outcomes import Course, Play, Steps, courses
from needful.dependence.proof_stage import Stage
from needful.dependence.proof_values import Beyond
from needful.dependence.situation import Situation
from needful.workflow.model import Text

_TROUBLE = {"failure": "fails", "cancelled": "is cancelled", "skipped": "is skipped"}


class Matter(Enum):
    """What a difference is about."""

    QUIET = auto()  # other jobs run although nothing fails, or a job is skipped for no failure
    LASTING = auto()  # work that cannot be taken back is done in other cases, or may be
    JUDGEMENT = auto()  # a job that looks at outcomes runs, or may end, otherwise
    STRICTER = auto()  # a job that only judges fails with a job that was skipped: no harm, and worth saying


@dataclass(frozen=True)
class Played:
    """What came of it. `found`: the first difference of each kind, in plain words; `beyond`: why not all was played.

    `lasting` and `judges` are the jobs behind the change that do lasting work and that look at outcomes (ids in lower
    case); `first`: jobs that read of a need what they could not read before; `courses`: how many were played;
    `stricter`: whether a job that only judges may fail with one that was skipped before.
    """

    found: Mapping[Matter, str]
    lasting: tuple[str, ...]
    judges: tuple[str, ...]
    first: tuple[str, ...]
    courses: int
    beyond: str = ""
    stricter: bool = False


@dataclass(frozen=True)
class _Pair:
    """Two sides of a comparison; `lost` and `gained` are ancestors of each affected job."""

    before: Stage
    after: Stage
    lost: Mapping[str, frozenset[str]]
    gained: Mapping[str, frozenset[str]]

    @cached_property
    def skips(self) -> bool:
        """Whether jobs may be skipped, or no longer, though nothing fails.

        What a job no longer waits for skips it only if something in between has a condition.
        """
        lost = frozenset().union(*self.lost.values())
        return any(self.gained.values()) or any(self.before.parts[job].job.condition is not None for job in lost)

    def awake(self) -> _Pair:
        """The same with conditions that can hold on both sides."""
        return replace(self, before=replace(self.before, awake=True), after=replace(self.after, awake=True))


def play(before: Situation, after: Situation) -> Played:
    """Play both workflows, which must have the same jobs and no cycle.

    Where a condition comes to life that read an empty value, jobs behind see what they never saw. That is said once,
    as a difference in what runs; judges may see it, as if it had been alive before.
    """
    pair = _pair(before, after)
    affected = [job for job in pair.after.order if job in pair.before.affected]
    woken = any(_reads_first(pair.before, job, pair.before.parts[job].job.condition) for job in affected)
    pairs = (pair, pair.awake()) if woken else (pair,)
    found: dict[Matter, str] = {}
    for job in reversed(affected):
        found |= {**dict(_steps_that_wake(pair.before, job)), **dict(_freed(pair, job))}
    steps = Steps()
    number, beyond, stricter = 0, "", False
    try:
        for job in affected:
            possible = _matters(pair.before, job)
            for course in _courses(pair, job):
                number += 1
                differences = [dict(_differences(one, job, course, steps)) for one in pairs]
                stricter = stricter or Matter.STRICTER in differences[0]
                if Matter.JUDGEMENT not in differences[-1]:
                    differences[0].pop(Matter.JUDGEMENT, None)
                found = {**{matter: differences[0][matter] for matter in possible & differences[0].keys()}, **found}
                if possible <= found.keys():
                    break
    except Beyond as reason:
        beyond = str(reason)
    lasting = tuple(job for job in affected if _lasts(pair.before, job))
    judges = tuple(job for job in affected if _judges(pair.before, job))
    first = tuple(job for job in affected if pair.before.unread.get(job))
    return Played(found, lasting, judges, first, number, beyond, stricter)


def _pair(before: Situation, after: Situation) -> _Pair:
    graphs = before.graph, after.graph
    changed = {job for job in before.graph.needs if before.graph.needs[job] != after.graph.needs[job]}
    affected = frozenset(changed.union(*(graph.descendants[job] for job in changed for graph in graphs)))
    above = {job: tuple(graph.ancestors[job] for graph in graphs) for job in affected}
    lost = {job: was - now for job, (was, now) in above.items()}
    gained = {job: now - was for job, (was, now) in above.items()}
    moved = frozenset().union(*lost.values(), *gained.values())
    apart = frozenset(job for job, others in before.graph.ancestors.items() if not moved & {job, *others}) - affected
    unread = {
        job: frozenset(before.reads[job].named) & (before.graph.needs[job] ^ after.graph.needs[job]) for job in changed
    }
    was, now = (Stage(side, affected, apart, unread) for side in (before, after))
    return _Pair(was, now, lost, gained)


def _lasts(stage: Stage, job: str) -> bool:
    """Whether a job does work that cannot be taken back, or may do it unseen."""
    effects = stage.situation.effects[job]
    # what only may do such work waits for as much as before: that is an obligation of its own
    unseen = effects.capabilities and conditions.status_functions(stage.parts[job].job)
    return bool(effects.irreversible or effects.signs or unseen) or stage.parts[job].job.environment is not None


def _judges(stage: Stage, job: str) -> bool:
    """Whether a job decides by the outcomes of others whether it runs or how it ends."""
    reads = stage.situation.reads[job]
    return bool(stage.parts[job].decides or reads.results or reads.everything)


def _matters(stage: Stage, job: str) -> frozenset[Matter]:
    """What a job's turning out otherwise can be about."""
    lasting = {Matter.LASTING} if _lasts(stage, job) else set()
    return frozenset({Matter.QUIET, *lasting, *({Matter.JUDGEMENT} if _judges(stage, job) else ())})


def _reads_first(stage: Stage, job: str, condition: Text | None) -> bool:
    """Whether a condition reads a need that only one side lets its job read."""
    unread = stage.unread.get(job)
    parts = condition.template.expressions if condition is not None and unread else ()
    read = (access for part in parts for access in part.accesses if access[0] == "needs" and len(access) > 1)
    return any(str(access[1]).lower() in (unread or ()) for access in read)


def _steps_that_wake(stage: Stage, job: str) -> Iterator[tuple[Matter, str]]:
    """A step that decides by what its job could not read so far may do lasting work that was never done."""
    steps = stage.parts[job].job.all_steps() if _lasts(stage, job) else ()
    if any(_reads_first(stage, job, step.condition) for step in steps):
        text = f"a step of `{stage.parts[job].job.id}` has a condition that has been reading an empty value"
        yield Matter.LASTING, text


def _courses(pair: _Pair, job: str) -> Iterator[Course]:
    if pair.before.parts[job].decides:
        return courses()
    return courses(quiet=True) if pair.skips or _judges(pair.before, job) else iter(())


def _freed(pair: _Pair, job: str) -> Iterator[tuple[Matter, str]]:
    """A job without a status function that no longer waits for another runs now where that one fails."""
    if pair.before.parts[job].decides or not pair.lost[job]:
        return
    names = pair.before.parts
    lost = min(pair.lost[job], key=pair.before.order.__getitem__)
    text = f"where `{names[lost].job.id}` fails, `{names[job].job.id}` runs, and did not before"
    if _lasts(pair.before, job):
        yield Matter.LASTING, text
    if _judges(pair.before, job):
        yield Matter.JUDGEMENT, text


def _differences(pair: _Pair, job: str, course: Course, steps: Steps) -> Iterator[tuple[Matter, str]]:
    """How a job turns out differently in one course, and what that may be about."""
    before, after = Play(pair.before, course, steps), Play(pair.after, course, steps)
    name, decides = pair.before.parts[job].job.id, pair.before.parts[job].decides
    ran, runs = before.runs(job), after.runs(job)
    lacks = ran and before.lacks(job)
    if ran and runs and not lacks and not _judges_alike(before, after, job):
        if pair.after.parts[job].judge.alone and _fails_with_another(pair, before, after, job):
            yield Matter.STRICTER, ""
        else:
            yield Matter.JUDGEMENT, f"{_where(pair, course)}`{name}` sees other results, and may judge otherwise"
    if ran == runs:
        return
    held_up = ran and any(not after.ended(other, "success") for other in pair.gained[job])
    if held_up and course.trouble and not decides:
        return  # it waits for more now, and not all of that succeeded
    text = f"{_where(pair, course)}`{name}` {'is skipped, and ran before' if ran else 'runs, and did not before'}"
    if not course.trouble or (ran and not decides):
        yield Matter.QUIET, text
    yield Matter.LASTING, text
    yield Matter.JUDGEMENT, text


def _judges_alike(before: Play, after: Play, job: str) -> bool:
    """Whether a job that runs on both sides does the same and ends as before."""
    if before.fails(job) and after.fails(job):
        return before.seen_beside(job) == after.seen_beside(job)
    return before.fails(job) == after.fails(job) and before.seen(job) == after.seen(job)


def _fails_with_another(pair: _Pair, before: Play, after: Play, job: str) -> bool:
    """Whether a job fails now, beside one that it needs and that was skipped before. It lets no more through."""
    return after.fails(job) and any(
        before.ended(need, "skipped") and (after.ended(need, "failure") or after.ended(need, "cancelled"))
        for need in pair.after.parts[job].needs
        if need in pair.before.affected
    )


def _where(pair: _Pair, course: Course) -> str:
    """The course in words, as far as jobs fail in it."""
    names = {"": "the run", **{job: f"`{part.job.id}`" for job, part in pair.before.parts.items()}}
    told = [f"{names[job]} {_TROUBLE[how]}" for job, how in course.trouble.items()]
    return f"where {' and '.join(told[:2])}, " if told else "in a run in which nothing fails, "
