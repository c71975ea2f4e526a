"""Which steps of a job may run at once, and whether that is worth a block of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from needful.dependence.conditions import never_both
from needful.dependence.situation import Situation
from needful.dependence.step_conditions import Reaction, reaction
from needful.dependence.step_doubts import may_stand_beside, seconds, seems_something, words_allow
from needful.dependence.step_links import clash, harm, harm_seen, sets, watchers
from needful.dependence.step_runner import never_able
from needful.dependence.step_windows import Role, partners, roles
from needful.document.nodes import Path
from needful.effects.likely import measures
from needful.effects.traces import Footprint
from needful.facts.step_syntax import step_syntax
from needful.workflow.model import Job, Step, StepKind

ENOUGH = 10.0
"""Seconds that a block has to save to be worth its lines, as long as steps take what they usually take."""
LEAST = 5.0
"""Seconds below which nobody is even asked."""


@dataclass(frozen=True)
class Group:
    """Steps of a job that may run at once: those at `places`, which are moved behind the first one.

    `members` are their footprints. `number` is that of the first among all steps of the job that do work, from 1,
    however they are grouped. `doubted`: not all that they do is seen.
    """

    job: Job
    places: tuple[int, ...]
    number: int
    members: tuple[Footprint, ...]
    doubted: bool = False

    @property
    def saves(self) -> float:
        """The seconds that all but the longest usually take, as far as they can run in the same run."""
        found: list[Footprint] = []
        for member in self.members:
            if not any(_excluded(member, one) for one in found):
                found.append(member)
        taken = [seconds(one) for one in found]
        return sum(taken) - max(taken, default=0.0)


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
    known = roles(job)
    starts = [at for at, role in enumerate(known) if role is Role.CHECK and partners(known, at)]
    starts = [at for at in starts if _alone(job.steps[at])]
    if not starts or never_able(situation.workflow, job):
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
    """The groups of steps of a job that are independent of each other, and worth a block.

    Those that are seen to be so come first; those that only may be so stand beside them, and have no member in common.
    """
    known = roles(job)
    windows = {at: found for at in range(len(known)) if (found := partners(known, at)) and _alone(job.steps[at])}
    if not windows or never_able(situation.workflow, job):
        return
    taken: set[int] = set()
    for doubted in (False, True):
        able = _able(situation, job, doubted=doubted)
        for start, others in windows.items():
            if start not in taken:
                steps = range(start, others[-1] + 1)
                group = _group(job, steps, able, taken, doubted=doubted)
                if group is not None and group.saves >= LEAST:
                    taken.update(range(group.places[0], group.places[-1] + 1))
                    yield group


def _group(job: Job, steps: range, able: _Able, taken: set[int], *, doubted: bool) -> Group | None:
    """The steps from the first one on that can run at once, others left where they are; None for none."""
    places: list[int] = []
    members: list[Footprint] = []
    passed: list[Footprint] = []
    for place in steps:
        one = able(job.steps[place]) if _alone(job.steps[place]) and place not in taken else None
        if one is None:
            break  # nobody can tell what it would be to stand behind it, or before it
        counts = seems_something(one) or bool(one.kinds or one.chores)
        if counts and joins(one, members, doubted=doubted) and all(_goes_before(one, other) for other in passed):
            places.append(place)
            members.append(one)
        elif not members:
            return None
        else:
            passed.append(one)
        if len(members) == step_syntax().most:
            break
    return Group(job, tuple(places), _numbers(job)[steps.start], tuple(members), doubted) if len(members) > 1 else None


def _goes_before(step: Footprint, other: Footprint) -> bool:
    """Whether a step may be over before another one starts that stands before it in the text.

    Then the other does not run where the step fails: so it must do nothing that anybody would miss.
    """
    if step.hides or other.hides or sets(step) or clash(other, step) is not None:
        return False
    if reaction(step.step.condition) is Reaction.STOPS and harm(step) is not None:
        return False
    return reaction(other.step.condition) is Reaction.BLIND or harm(other) is None


def _alone(step: Step) -> bool:
    return step.kind in (StepKind.RUN, StepKind.USES) and not step.background


def _numbers(job: Job) -> list[int]:
    """For each step, the number (from 1) of the first one that does work in it or behind it."""
    found, count = [], 1
    for step in job.steps:
        found.append(count)
        count += len(step.steps) if step.kind is StepKind.PARALLEL else step.kind in (StepKind.RUN, StepKind.USES)
    return found


_Able: TypeAlias = Callable[[Step], Footprint | None]


def _able(situation: Situation, job: Job, *, doubted: bool = False) -> _Able:
    """What gives the footprint of a step of a job that can be a member of any group, None for another."""
    prints = situation.footprints[job.id.lower()]
    by_path = {one.step.path: one for one in prints}
    known: dict[Path, Footprint | None] = {}

    def able(step: Step) -> Footprint | None:
        if step.path not in known:
            one = by_path.get(step.path)
            fits = (
                one is not None
                and not _apart(job, prints, one)
                and ((doubted and seems_something(one)) or not one.hides)
            )
            known[step.path] = one if fits else None
        return known[step.path]

    return able


def _apart(job: Job, prints: tuple[Footprint, ...], step: Footprint) -> bool:
    """Whether a step can be a member of no group, whatever it does."""
    judges = reaction(step.step.condition) is Reaction.JUDGES
    return judges or measures(step.step) or any(watchers(job, prints, step.step))


def joins(step: Footprint, members: list[Footprint], *, doubted: bool = False) -> bool:
    """Whether a step may run beside those that stand before it in the text; `doubted`: as far as anybody can see."""
    if doubted and not all(words_allow(member, step) for member in members):
        return False
    if members and _starts_anew(step) and not (doubted and _only_hands_on([*members, step])):
        return False
    if any(sets(member) for member in members) and sets(step):
        return False
    if doubted:
        return all(may_stand_beside(member, step) for member in members)
    return all(clash(member, step) is None for member in members)


def _starts_anew(step: Footprint) -> bool:
    """Whether it would matter that a step runs although one before it failed."""
    return reaction(step.step.condition) is Reaction.STOPS and harm_seen(step) is not None


def _only_hands_on(steps: list[Footprint]) -> bool:
    """Whether steps do nothing but upload: then only another upload that failed has kept the next from running."""
    return all(step.chores == {"upload"} and not step.hidden for step in steps)
