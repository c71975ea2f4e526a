"""Proposals → plan: one change at a time, each judged and proved on the text that the one before it left.

So every prefix of the changes is a valid workflow, gains and gates of one change are known to the next, and a second
run over the result finds nothing more to do: the rules look again until a whole round finds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from needful.config.settings import Ignore
from needful.dependence.analysis import LATENCY, Wants, analyse
from needful.dependence.experience import Experience
from needful.errors import Defect, Refusal, UserError
from needful.planning.guard import Stop, guard, kept
from needful.planning.plan import Change, FilePlan, Held
from needful.planning.step import State, lock_file, make, start
from needful.planning.verify import verify_changes
from needful.rules import RULES
from needful.rules.api import Proposal, Rule, Tier
from needful.workflow.generated import generated
from needful.workflow.model import Workflow
from needful.workflow.reader import read_workflow
from needful.workflow.repository import Repository


@dataclass(frozen=True)
class Choice:
    """What the user asked for: the last tier to apply, and rules by id.

    Where `only` is empty, these are all that run by themselves, and `also`. Changes go by their ids: `wanted` ones are
    applied whatever their tier, `refused` ones never, with the words that say why. What `ignore` covers is no finding.
    `wants` is what rules know of what people want.
    """

    include: Tier = Tier.TRADE
    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[Ignore, ...] = ()
    wants: Wants = LATENCY

    def rules(self) -> tuple[Rule, ...]:
        return tuple(
            rule
            for rule in RULES
            if rule.id not in self.skip
            and (rule.id in self.only if self.only else not rule.on_request or rule.id in self.also)
        )

    def includes(self, change_id: str, tier: Tier) -> bool:
        """Whether a change of that tier is applied."""
        return tier <= self.include or change_id in self.wanted


class Opened(NamedTuple):
    """A workflow of which nothing is planned yet; several plans of it share what is worked out, and want the same.

    `lock` is the text of the repository's lock file for actions.
    """

    original: Workflow
    state: State
    lock: str | None


def opened(repository: Repository, path: str, experience: Experience | None = None, wants: Wants = LATENCY) -> Opened:
    """A workflow to be planned, with what recorded runs say of it. Raises `UserError` if it cannot be read."""
    original = repository.workflow(path)
    if original is None:
        raise UserError("there is no such workflow", path=path)
    return Opened(original, start(analyse(original, repository, experience, wants=wants)), lock_file(repository))


def plan_file(repository: Repository, path: str, choice: Choice, experience: Experience | None = None) -> FilePlan:
    """What to do about one workflow. Raises `UserError` if it cannot be read, `Defect` if a rewrite goes wrong."""
    return plan_opened(opened(repository, path, experience, choice.wants), choice)


def plan_opened(begun: Opened, choice: Choice) -> FilePlan:
    """What to do about a workflow that was read. Raises `Defect` if a rewrite goes wrong."""
    original, state, lock = begun
    path = original.path
    stops = guard(original, choice.ignore)
    changes: dict[str, Change] = {}
    held: list[Held] = []
    prevented: dict[Stop, list[str]] = {}
    found_more = True
    while found_more:
        found_more = False
        held.clear()
        prevented.clear()
        for rule in choice.rules():
            for subject in rule.subjects(state.analysis):
                proposal = rule.propose(state.analysis, subject)
                if proposal is None:
                    continue
                change_id, line = proposal.id_in(path.rsplit("/", 1)[-1]), original.line(proposal.at)
                if stop := stops.stop(state.document, proposal, wanted=change_id in choice.wanted):
                    prevented.setdefault(stop, []).append(change_id)
                    continue
                proposal, made, reason = _attempt(state, proposal, change_id, choice, lock)
                if made is None:
                    held.append(Held(change_id, proposal, line, reason))
                    continue
                if change_id in changes:
                    raise Defect(f"{path}: {change_id} is proposed again after it was applied")
                changes[change_id] = Change(change_id, proposal, line, state.text, made.text)
                state, found_more = made, True
    if changes:
        verify_changes(original, read_workflow(state.document, path), changes.values())
    sources = original.document.source, state.document.source
    in_order = tuple(sorted(held, key=lambda one: one.line))
    return FilePlan(path, *sources, tuple(changes.values()), in_order, kept(stops, prevented))


def _attempt(
    state: State, proposal: Proposal, change_id: str, choice: Choice, lock: str | None
) -> tuple[Proposal, State | None, str]:
    """The proposal, proved if it can be made, and what it makes of the workflow, or None and why it is not made."""
    if proposal.held or not proposal.operations:
        return proposal, None, proposal.held
    if change_id in choice.refused:
        return proposal, None, choice.refused[change_id]
    made, proposal = None, _lasting(state, proposal)
    if choice.includes(change_id, proposal.tier):
        try:
            proposal, made = make(state, proposal, lock)
        except Refusal as refusal:
            return proposal, None, str(refusal)
    # what was not shown when it was proved has made it one for review
    included = choice.includes(change_id, proposal.tier)
    return proposal, made if included else None, f"tier {proposal.tier}: {proposal.because}"


def _lasting(state: State, proposal: Proposal) -> Proposal:
    """The proposal, for review where a program writes the workflow anew: what was changed by hand is lost then."""
    said = generated(state.original.source.text) if proposal.tier < Tier.REVIEW else ""
    why = f"the change is lost when the workflow is written anew: “{said}”"
    return replace(proposal, tier=Tier.REVIEW, because=why) if said else proposal
