"""A plan of the changes that are worth having, where recorded runs can tell.

What mends a defect, what saves nothing within a run that goes well, and what the user asked for by its id, is not
weighed. What is not worth having is held, with what
it would save. Fewer runs than a claim needs weigh nothing: then everything that can be proved is planned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from needful.dependence.experience import AtOnce, Experience
from needful.dependence.parts import TIMED
from needful.history.experience import experience_of
from needful.history.matching import Matcher
from needful.history.model import RunRecord
from needful.planning.plan import Change, FilePlan
from needful.planning.planner import Choice, opened, plan_opened
from needful.planning.pricing import Pricer, Terms, newest
from needful.planning.selection import Aim, select
from needful.planning.weights import Weights
from needful.rules import RULES
from needful.schedule.predict import FEWEST, Weight
from needful.workflow.repository import Repository


def plan_worthwhile(
    repository: Repository, path: str, choice: Choice, runs: Sequence[RunRecord], terms: Terms, aim: Aim
) -> FilePlan:
    """The plan of one workflow, priced. Raises as `plan_file` does."""
    begun = opened(repository, path, _experience(repository, path, runs, terms), choice.wants)
    file = plan_opened(begun, choice)
    if not file.changes:
        return file
    pricer = Pricer(repository, begun.state.analysis, tuple(runs), terms)
    refused = _refused(file, Weights(begun, choice, file, pricer), choice, aim) if pricer.comparable >= FEWEST else {}
    if refused:
        file = plan_opened(begun, replace(choice, refused={**choice.refused, **refused}))
    return replace(file, pricing=pricer.price(file))


def _experience(repository: Repository, path: str, runs: Sequence[RunRecord], terms: Terms) -> Experience | None:
    workflow = repository.workflow(path) if runs else None
    if workflow is None:
        return None
    return experience_of(Matcher(workflow, repository), newest(runs), AtOnce(terms.limits.total, terms.limits.pools))


def _refused(file: FilePlan, weights: Weights, choice: Choice, aim: Aim) -> dict[str, str]:
    """The changes that are not worth having, each with the words that say why."""
    weighed = [change.id for change in file.changes if _is_weighed(change) and change.id not in choice.wanted]
    kept = select(weighed, weights.without, weights.now, aim)
    if not kept:
        return dict.fromkeys(weighed, _too_little(aim, weights.now, weights.without(frozenset())))
    gone = frozenset(weighed) - kept
    whole = weights.without(gone)
    return {change: _needless(aim, whole, weights.without(gone - {change})) for change in weighed if change in gone}


def _is_weighed(change: Change) -> bool:
    mends = any(rule.defect for rule in RULES if rule.id == change.proposal.rule)
    return not mends and change.proposal.parts <= TIMED


def _needless(aim: Aim, without: Weight, with_it: Weight) -> str:
    return f"with the other changes it saves {_saved(aim, without, with_it)}"


def _too_little(aim: Aim, now: Weight, then: Weight) -> str:
    seconds, share = aim.minimum
    asked = f"{share:.0%}" if aim.objective == "cost" else f"{seconds:.0f} s or {share:.0%}"
    return f"all changes together save {_saved(aim, now, then)}, less than the {asked} that is asked for"


def _saved(aim: Aim, before: Weight, after: Weight) -> str:
    minutes = before.minutes - after.minutes
    if aim.objective == "cost":
        return f"{minutes:.1f} billed minutes a run" if minutes >= 0.1 else "no billed minutes"
    seconds = max(before.makespan - after.makespan, before.to_verdict - after.to_verdict)
    saved = f"{seconds:.0f} s" if seconds >= 1 else "no time"
    return f"{saved} and costs {-minutes:.1f} billed minutes a run" if minutes <= -0.1 else saved
