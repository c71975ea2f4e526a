"""Every change that the rules have to offer for a workflow, with the text that it would leave and what comes first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from needful.dependence.analysis import Analysis
from needful.document.parse import parse
from needful.document.writer import write
from needful.errors import Refusal
from needful.planning.plan import FilePlan
from needful.planning.planner import Choice, plan_file
from needful.report.question import file_name
from needful.rules import RULES
from needful.rules.api import Proposal, Rule, Tier
from needful.workflow.model import Workflow
from needful.workflow.reader import read_workflow
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
    for offer in (*first_offers(analysis), *(offer for plan in plans for offer in _later(plan))):
        found.setdefault(offer.id.lower(), offer)
    return found


def first_offers(analysis: Analysis) -> Iterator[Offer]:
    """The offers for a workflow's text as it is."""
    workflow = analysis.workflow
    for rule in RULES:
        for proposal in rule.check(analysis):
            yield _offer(workflow, proposal, proposal.id_in(file_name(workflow.path)), workflow.line(proposal.at))


def _offer(workflow: Workflow, proposal: Proposal, change_id: str, line: int) -> Offer:
    before = after = workflow.document.source.text
    refused = ""
    try:
        after = write(workflow.document, proposal.operations).source.text
    except Refusal as refusal:
        refused = str(refusal)
    return Offer(change_id, proposal, line, before, after, refused=refused)


def _later(file: FilePlan) -> Iterator[Offer]:
    """What a plan makes one after the other, and what it still finds in the end."""
    done: tuple[str, ...] = ()
    for change in file.changes:
        yield Offer(change.id, change.proposal, change.line, change.before, change.after, done)
        done += (change.id,)
    end = read_workflow(parse(file.after), file.path)
    for held in file.held:
        yield replace(_offer(end, held.proposal, held.id, held.line), first=done)
