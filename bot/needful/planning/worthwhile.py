"""A plan of the changes that are worth having, where recorded runs can tell.

What mends a defect, what saves nothing within a run that goes well, and what the user asked for by its id, is not
weighed. What is not worth having is held, with what
it would save. Fewer runs than a claim needs weigh nothing: then everything that can be proved is planned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from needful.dependence.experience import AtOnce, Experience
from needful.history.experience import experience_of
from needful.history.matching import Matcher
from needful.history.model import RunRecord
from needful.planning.plan import FilePlan
from needful.planning.planner import Choice, Opened, opened, plan_opened
from needful.planning.pricing import Pricer, Terms
from needful.planning.selection import Minimum, Worthwhile, balanced, cheaper, faster, select
from needful.rules import RULES
from needful.schedule.predict import FEWEST, Weight
from needful.workflow.repository import Repository

Objective: TypeAlias = Literal["latency", "balanced", "cost"]


USUAL = Minimum(30, 0.05)


@dataclass(frozen=True)
class Aim:
    """What to improve, and by how much a change must do it."""

    objective: Objective = "latency"
    minimum: Minimum = USUAL


def plan_worthwhile(
    repository: Repository, path: str, choice: Choice, runs: Sequence[RunRecord], terms: Terms, aim: Aim
) -> FilePlan:
    """The plan of one workflow, priced. Raises as `plan_file` does."""
    begun = opened(repository, path, _experience(repository, path, runs, terms))
    file = plan_opened(begun, choice)
    if not file.changes:
        return file
    pricer = Pricer(repository, begun.state.analysis, tuple(runs), terms)
    weighing = _Weighing(begun, choice, pricer, aim)
    if pricer.comparable >= FEWEST and (refused := weighing.refused(file)):
        file = plan_opened(begun, replace(choice, refused={**choice.refused, **refused}))
    return replace(file, pricing=pricer.price(file))


def _experience(repository: Repository, path: str, runs: Sequence[RunRecord], terms: Terms) -> Experience | None:
    workflow = repository.workflow(path) if runs else None
    if workflow is None:
        return None
    return experience_of(Matcher(workflow, repository), runs, AtOnce(terms.limits.total, terms.limits.pools))


class _Weighing:
    """Plans of one workflow without some of their changes, each weighed once."""

    def __init__(self, begun: Opened, choice: Choice, pricer: Pricer, aim: Aim) -> None:
        self.begun = begun
        self.choice = choice
        self.pricer = pricer
        self.aim = aim
        self.reason = f"less than {_asked(aim)} that a change must save"

    def refused(self, file: FilePlan) -> dict[str, str]:
        """The changes that are not worth having, each with the words that say why."""
        weighed = [change.id for change in file.changes if self._weighed(change.id, change.proposal.rule)]
        now = self.pricer.weights(file)[0]
        kept, _ = select(weighed, self._weight, self._worthwhile(now))
        gone = frozenset(weighed) - kept
        whole = self._weight(gone)
        return {change: self._why(whole, self._weight(gone - {change})) for change in weighed if change in gone}

    def _weighed(self, change: str, rule: str) -> bool:
        of_rule = next(one for one in RULES if one.id == rule)
        return of_rule.weighed and not of_rule.defect and change not in self.choice.wanted

    def _weight(self, without: frozenset[str]) -> Weight:
        refused = {**self.choice.refused, **dict.fromkeys(without, "weighed")}
        return self.pricer.weights(plan_opened(self.begun, replace(self.choice, refused=refused)))[1]

    def _worthwhile(self, now: Weight) -> Worthwhile:
        kinds = {"latency": faster, "balanced": balanced, "cost": cheaper}
        return kinds[self.aim.objective](self.aim.minimum, now)

    def _why(self, without: Weight, with_it: Weight) -> str:
        if self.aim.objective == "cost":
            minutes = without.minutes - with_it.minutes
            saved = f"saves {minutes:.1f} billed minutes a run" if minutes > 0 else "saves no billed minutes"
        else:
            seconds = max(without.makespan - with_it.makespan, without.to_verdict - with_it.to_verdict)
            saved = f"saves {seconds:.0f} s" if seconds >= 1 else "saves no time"
        return f"it {saved} beside the other changes, {self.reason}"


def _asked(aim: Aim) -> str:
    share = f"{aim.minimum.share:.0%}"
    if aim.objective == "cost":
        return f"the {share} of the minutes"
    return f"the {aim.minimum.seconds:.0f} s or {share}"
