"""Which adjacent steps of a job may run at once, and whether that is worth a block of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from needful.dependence.conditions import never_both
from needful.dependence.situation import Situation
from needful.dependence.step_conditions import Reaction, reaction
from needful.dependence.step_links import clash, harm, sets, watchers
from needful.dependence.step_runner import not_hosted
from needful.document.nodes import Path
from needful.effects.footprints import may_be_long
from needful.effects.traces import Footprint
from needful.facts.step_syntax import step_syntax
from needful.workflow.model import Job, Step, StepKind


@dataclass(frozen=True)
class Group:
    """Steps `start` up to, not including, `stop` of a job; `members` are their footprints.

    `number` is that of the first among all steps of the job that do work, from 1, however they are grouped.
    """

    job: Job
    start: int
    stop: int
    number: int
    members: tuple[Footprint, ...]

    @property
    def long(self) -> tuple[Footprint, ...]:
        """The members that usually take long, as far as they can run in the same run."""
        found: list[Footprint] = []
        for member in self.members:
            if member.long and not any(_excluded(member, one) for one in found):
                found.append(member)
        return tuple(found)


@dataclass(frozen=True)
class Background:
    """A step of a job that can go on while those behind it run, as far as `until`; `start`, `number` as in a group.

    `beside` are the steps that run meanwhile, and need each other. `waits`: something behind them has to wait for it.
    """

    job: Job
    start: int
    until: int
    number: int
    step: Footprint
    beside: tuple[Footprint, ...]

    @property
    def waits(self) -> bool:
        return self.until < len(self.job.steps)


def backgrounds(situation: Situation, job: Job) -> Iterator[Background]:
    """The steps that take long, and that two or more behind them are independent of, one of which takes long too."""
    if any(step.background for step in job.steps):
        return
    starts = [at for at, step in enumerate(job.steps) if _alone(step) and may_be_long(step) and _long(job, at, 3) > 1]
    if not starts or not_hosted(situation.workflow, job):
        return
    able = _able(situation, job)
    numbers = _numbers(job)
    for start in starts:
        first = able(job.steps[start])
        if first is None or not first.long:
            continue
        beside: list[Footprint] = []
        until = start + 1
        while until < len(job.steps) and (found := _all_beside(first, job.steps[until], able)):
            beside += found
            until += 1
        apart = all(joins(one, beside[:index]) for index, one in enumerate(beside))  # then they make one group
        if not apart and any(one.long and not _excluded(one, first) for one in beside):
            yield Background(job, start, until, numbers[start], first, tuple(beside))
            return


def _all_beside(first: Footprint, step: Step, able: _Able) -> tuple[Footprint, ...]:
    """What a step, or all members of a group, leave, if all of them can run beside another; nothing if not."""
    if not (_alone(step) or step.kind is StepKind.PARALLEL):
        return ()
    found = [able(member) for member in (step.steps or (step,))]
    known = tuple(one for one in found if one is not None)
    return known if len(known) == len(found) and all(joins(one, [first]) for one in known) else ()


def _excluded(one: Footprint, other: Footprint) -> bool:
    return never_both(one.step.condition, other.step.condition)


def groups(situation: Situation, job: Job) -> Iterator[Group]:
    """The groups of steps of a job that are independent of each other, of which at least two take long."""
    likely = [_alone(step) and _long(job, at, 2) > 1 for at, step in enumerate(job.steps)]
    if not any(likely) or not_hosted(situation.workflow, job):
        return
    able = _able(situation, job)
    numbers = _numbers(job)
    start = 0
    while start < len(job.steps):
        members = _trimmed(tuple(_members(job, start, able))) if likely[start] else ()
        group = Group(job, start, start + len(members), numbers[start], members)
        if _worth(group):
            yield group
        start += len(members) if _worth(group) else 1


def _worth(group: Group) -> bool:
    """Whether it is known that at least two members take long. Without that a block is not worth its lines."""
    return len(group.long) > 1


def _alone(step: Step) -> bool:
    return step.kind in (StepKind.RUN, StepKind.USES) and not step.background


def _numbers(job: Job) -> list[int]:
    """For each step, the number (from 1) of the first one that does work in it or behind it."""
    found, count = [], 1
    for step in job.steps:
        found.append(count)
        count += len(step.steps) if step.kind is StepKind.PARALLEL else step.kind in (StepKind.RUN, StepKind.USES)
    return found


def _long(job: Job, start: int, least: int) -> int:
    """How many steps may take long from one on as far as nothing is hidden, by the workflow alone; 0 below `least`."""
    steps: list[bool] = []
    for step in job.steps[start:]:
        known = [may_be_long(member) for member in (step.steps or (step,))]
        if step.background or None in known:
            break
        steps.append(any(known))
    return sum(steps) if len(steps) >= least else 0


_Able: TypeAlias = Callable[[Step], Footprint | None]


def _able(situation: Situation, job: Job) -> _Able:
    """What gives the footprint of a step of a job that can be a member of any group, None for another."""
    prints = situation.footprints[job.id.lower()]
    by_path = {one.step.path: one for one in prints}
    known: dict[Path, Footprint | None] = {}

    def able(step: Step) -> Footprint | None:
        if step.path not in known:
            one = by_path.get(step.path)
            known[step.path] = one if one is not None and not _apart(job, prints, one) else None
        return known[step.path]

    return able


def _apart(job: Job, prints: tuple[Footprint, ...], step: Footprint) -> bool:
    """Whether a step can be a member of no group. What takes the reading of its commands comes last."""
    judges = reaction(step.step.condition) is Reaction.JUDGES
    return judges or any(watchers(job, prints, step.step)) or bool(step.hidden)


def _members(job: Job, start: int, able: _Able) -> Iterator[Footprint]:
    """The steps from one on that can run at once: up to the first that is not independent of all before it."""
    members: list[Footprint] = []
    for step in job.steps[start : start + step_syntax().most]:
        one = able(step) if _alone(step) else None
        if one is None or not (members or one.kinds) or not joins(one, members):
            return
        members.append(one)
        yield one


def _trimmed(members: tuple[Footprint, ...]) -> tuple[Footprint, ...]:
    """Members without those at the end that check nothing; nothing if the first does not."""
    while members and not members[-1].kinds:
        members = members[:-1]
    return members if members and members[0].kinds else ()


def joins(step: Footprint, members: list[Footprint]) -> bool:
    """Whether a step may run beside those that stand before it in the text."""
    if members and _starts_anew(step):
        return False
    if sets(step) and any(sets(member) for member in members):
        return False
    return all(clash(member, step) is None for member in members)


def _starts_anew(step: Footprint) -> bool:
    """Whether it would matter that a step runs although one before it failed."""
    return reaction(step.step.condition) is Reaction.STOPS and harm(step) is not None
