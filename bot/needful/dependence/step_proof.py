"""The proof that steps may run at once: what has to be kept where steps no longer wait for each other.

It compares two texts of each job and knows nothing of the rule. The checklist is that of GitHub's documentation of
`parallel` and of what the runner does with it (actions/runner 2.336.0): no member sees what another sets, all run
although one fails, actions made of steps are not kept apart, two members that add to the environment may break the run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from needful.dependence.obligations import Obligation, obligation
from needful.dependence.parts import jobs_of
from needful.dependence.situation import Situation
from needful.dependence.step_conditions import Reaction, reaction
from needful.dependence.step_links import asks_for, clash, harm, is_asked_for, sets, step_name, watchers
from needful.dependence.step_order import Ordered, loosened, matched, ordered, tightened
from needful.dependence.step_runner import enterprise, not_hosted, refusers
from needful.effects.traces import Footprint
from needful.facts.step_syntax import step_syntax
from needful.workflow.model import Job

APART = "steps that run at once touch nothing that another of them changes"
HARMLESS = "what now runs although an earlier step failed does no harm"
MISSED = "nothing is missed that ran before a step that fails, and it sees the same"
CONDITIONS = "every step runs in the same cases when nothing fails"
OUTCOMES = "nobody looks at outcomes or outputs that may be other ones"
TOGETHER = "the runner takes the steps together"
RUNNER = "the machine knows steps that run at once"
READERS = "no linter of the repository refuses them"


def of_order(before: Situation, after: Situation) -> Iterator[Obligation]:
    """The obligations of a change of which steps run at once."""
    shifts = list(_shifts(before, after))
    for what, shown, question in (
        (APART, "compared pair by pair: files, variables, tools, ports, locks", _meeting),
        (HARMLESS, "the later ones only check, or ran in any case", _harmful),
        (MISSED, "what now stands behind others only checks, and they set nothing", _missed),
        (CONDITIONS, "no `if` of them asks for another of them or for failures", _judging),
        (OUTCOMES, "no expression reads them", _watched),
        (TOGETHER, "one sets variables at most, none is made of other steps, and they are few enough", _refused),
        (RUNNER, "GitHub's own runners", _unable),
    ):
        yield obligation(what, shown, next((why for shift in shifts for why in question(shift)), ""))
    asked = any(is_asked_for(shift.prints, shift.prints[index].step) for shift in shifts for index in shift.loose)
    found = refusers(before.repository, before.workflow.path, asked=asked)
    refusal = next((f"{one.name} refuses them ({one.where})" for one in found), "")
    yield obligation(READERS, "none is found in its workflows and settings", refusal)


@dataclass(frozen=True)
class _Shift:
    """One job whose steps are ordered otherwise. `pairs`: of each, the first no longer ends before the second starts.

    `behind`: of each, the second now waits for the first, and did not have to.
    `prints` are the footprints of the steps as they were. Not `comparable`: other steps than before.
    """

    situation: Situation
    job: Job
    now: Ordered
    prints: tuple[Footprint, ...]
    pairs: tuple[tuple[int, int], ...]
    behind: tuple[tuple[int, int], ...] = ()
    comparable: bool = True

    @property
    def loose(self) -> tuple[int, ...]:
        """The steps that no longer wait for one before them, or are no longer waited for."""
        return tuple(sorted({index for pair in self.pairs for index in pair}))

    @property
    def later(self) -> tuple[int, ...]:
        """The steps that no longer wait for one before them."""
        return tuple(sorted({later for _, later in self.pairs}))

    def name(self, index: int) -> str:
        return f"“{step_name(self.prints[index].step)}”"


def _shifts(before: Situation, after: Situation) -> Iterator[_Shift]:
    old, new = (jobs_of(situation.workflow.document.plain) for situation in (before, after))
    for name in old.keys() & new.keys():
        was, now = ordered(old[name].get("steps")), ordered(new[name].get("steps"))
        if repr(old[name].get("steps")) == repr(new[name].get("steps")):
            continue
        job, prints = before.job(name), before.footprints[name.lower()]
        places = matched(was, now)
        if places is None or len(prints) != len(was.work):
            yield _Shift(before, job, now, prints, (), comparable=False)
            continue
        pairs, behind = tuple(loosened(was, now, places)), tuple(tightened(was, now, places))
        yield _Shift(before, job, now, prints, pairs, behind)


def _meeting(shift: _Shift) -> Iterator[str]:
    if not shift.comparable:
        yield f"`{shift.job.id}` has other steps than before"
    for earlier, later in shift.pairs:
        if (found := clash(shift.prints[earlier], shift.prints[later])) is not None:
            yield f"{shift.name(earlier)} and {shift.name(later)}: {found.text}"


def _harmful(shift: _Shift) -> Iterator[str]:
    for index in shift.later:
        if reaction(shift.prints[index].step.condition) is Reaction.STOPS and (seen := harm(shift.prints[index])):
            yield f"{shift.name(index)} does more than check: {seen.text}"


def _missed(shift: _Shift) -> Iterator[str]:
    for earlier, later in shift.behind:
        first, second = shift.prints[earlier], shift.prints[later]
        if sets(first):
            yield f"{shift.name(later)} would see what {shift.name(earlier)} sets"
        if reaction(second.step.condition) is not Reaction.BLIND and (seen := harm(second)):
            yield f"{shift.name(later)} would not run where {shift.name(earlier)} fails: {seen.text}"


def _judging(shift: _Shift) -> Iterator[str]:
    for index in shift.loose:
        step = shift.prints[index].step
        if reaction(step.condition) is Reaction.JUDGES:
            yield f"the `if` of {shift.name(index)} asks for failures"
    for earlier, later in shift.pairs:
        if asks_for(shift.prints[later].step, shift.prints[earlier].step.id):
            yield f"{shift.name(later)} asks for {shift.name(earlier)} by its id"


def _watched(shift: _Shift) -> Iterator[str]:
    for index in shift.loose:
        for why in watchers(shift.job, shift.prints, shift.prints[index].step):
            yield f"{shift.name(index)}: {why}"


def _refused(shift: _Shift) -> Iterator[str]:
    for index in shift.loose:
        step = shift.prints[index].step
        if step.uses is not None and shift.prints[index].hidden:
            yield f"{shift.name(index)} may be made of other steps, which the runner does not keep apart"
    for index in shift.later:
        others = {earlier for earlier, later in shift.pairs if later == index}
        if sets(shift.prints[index]) and any(sets(shift.prints[other]) for other in others):
            yield f"{shift.name(index)} is not the only one of them that sets variables or the search path"
    if shift.pairs and shift.now.alongside > step_syntax().most:
        yield f"more than {step_syntax().most} steps would run at once"


def _unable(shift: _Shift) -> Iterator[str]:
    if why := not_hosted(shift.situation.workflow, shift.job) or enterprise(shift.situation.repository):
        yield why
