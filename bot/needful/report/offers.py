"""Every change that the rules have to offer for a workflow, with the text that it would leave and what comes first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from needful.dependence.analysis import Analysis
from needful.document.parse import parse
from needful.document.writer import write
from needful.errors import Refusal
from needful.planning.guard import guard
from needful.planning.plan import FilePlan
from needful.planning.planner import Choice, plan_file
from needful.planning.step import lock_file, make, start
from needful.report.question import file_name
from needful.rules import RULES
from needful.rules.api import Proposal, Rule, Tier
from needful.workflow.repository import Repository


@dataclass(frozen=True)
class Offer:
    """A proposal of a rule: `before` and `after` are the text around it alone, equal where it writes nothing.

    `line` is its place in the text that the user has; `first` are the ids of the changes that have to be made before it
    is offered; `refused` says why it cannot be written, `""` where it can.
    """

    id: str
    proposal: Proposal
    line: int
    before: str
    after: str
    first: tuple[str, ...] = ()
    refused: str = ""

    @property
    def rule(self) -> Rule:
        return next(rule for rule in RULES if rule.id == self.proposal.rule)


def offers(analysis: Analysis, repository: Repository) -> Mapping[str, Offer]:
    """All offers for a workflow, by id in lower case: those for the text as it is, then those that others bring about.

    Rules that run on request only are among them. Raises `Defect` if a rewrite goes wrong.
    """
    plans = (plan_file(repository, analysis.workflow.path, Choice(tier)) for tier in (Tier.TRADE, Tier.REVIEW))
    found: dict[str, Offer] = {}
    for offer in (*first_offers(analysis, repository), *(offer for plan in plans for offer in _later(plan))):
        found.setdefault(offer.id.lower(), offer)
    return found


def first_offers(analysis: Analysis, repository: Repository) -> Iterator[Offer]:
    """The offers for a workflow's text as it is, with what is shown of each and what is not."""
    workflow, lock = analysis.workflow, lock_file(repository)
    state = start(analysis)
    stops = guard(workflow, ())
    for rule in RULES:
        for proposal in rule.check(analysis):
            after, proved, refused = state.text, proposal, ""
            keep = stops.touched(state.document, proposal)
            if keep is not None:
                refused = f"a comment in line {workflow.line(keep.at)} keeps it"
            try:
                if proposal.operations and keep is None:
                    proved, made = make(state, proposal, lock)
                    after = made.text
            except Refusal as refusal:
                refused = str(refusal)
            change_id, line = proposal.id_in(file_name(workflow.path)), workflow.line(proposal.at)
            yield Offer(change_id, proved, line, state.text, after, refused=refused)


def _later(file: FilePlan) -> Iterator[Offer]:
    """What a plan makes one after the other, and what it still finds in the end."""
    done: tuple[str, ...] = ()
    for change in file.changes:
        yield Offer(change.id, change.proposal, change.line, change.before, change.after, done)
        done += (change.id,)
    end = parse(file.after)
    for held in file.held:
        after, refused = end.source.text, ""
        try:
            after = write(end, held.proposal.operations).source.text
        except Refusal as refusal:
            refused = str(refusal)
        yield Offer(held.id, held.proposal, held.line, end.source.text, after, done, refused)
