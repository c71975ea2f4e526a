"""Proposals → plan: one change at a time, each judged on the text that the one before it left.

So every prefix of the changes is a valid workflow, gains and gates of one change are known to the next, and a second
run over the result finds nothing more to do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from needful.dependence.analysis import analyse
from needful.errors import Defect, Refusal, UserError
from needful.planning.plan import Change, FilePlan, Held
from needful.planning.verify import verify
from needful.rules import RULES
from needful.rules.api import Proposal, Rule, Tier
from needful.workflow.model import Workflow
from needful.workflow.reader import read_workflow
from needful.workflow.repository import Repository


@dataclass(frozen=True)
class Choice:
    """What the user asked for: the last tier to apply, and rules by id (`only` empty: all that run by themselves)."""

    include: Tier = Tier.TRADE
    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()

    def rules(self) -> tuple[Rule, ...]:
        return tuple(
            rule
            for rule in RULES
            if rule.id not in self.skip and (rule.id in self.only if self.only else not rule.on_request)
        )


def _write(workflow: Workflow, proposal: Proposal) -> Workflow:
    # imported late: where nothing changes, a third of the start would go into it
    from needful.document.writer import write

    return read_workflow(write(workflow.document, proposal.operations), workflow.path)


def plan_file(repository: Repository, path: str, choice: Choice) -> FilePlan:
    """What to do about one workflow. Raises `UserError` if it cannot be read, `Defect` if a rewrite goes wrong."""
    original = repository.workflow(path)
    if original is None:
        raise UserError("there is no such workflow", path=path)
    workflow = original
    found = _proposals(workflow, repository, choice)
    seen = dict(found)
    changes: list[Change] = []
    refused: dict[str, str] = {}
    while True:
        wanted = [item for item in found.items() if item[0] not in refused and _applies(item[1], choice)]
        if not wanted:
            break
        change_id, proposal = wanted[0]
        if any(change.id == change_id for change in changes):
            raise Defect(f"{path}: {change_id} is proposed again after it was applied")
        try:
            rewritten = _write(workflow, proposal)
        except Refusal as refusal:
            refused[change_id] = str(refusal)
            continue
        shown = _as_first_seen(proposal, seen.get(change_id))
        line = original.line(shown.at)
        changes.append(Change(change_id, shown, line, workflow.document.source.text, rewritten.document.source.text))
        workflow = rewritten
        found = _proposals(workflow, repository, choice)
    if changes:
        verify(original, workflow)
    held = tuple(_held(change_id, proposal, original, seen, refused) for change_id, proposal in found.items())
    return FilePlan(path, original.document.source, workflow.document.source, tuple(changes), held)


def _proposals(workflow: Workflow, repository: Repository, choice: Choice) -> dict[str, Proposal]:
    analysis = analyse(workflow, repository)
    file_name = workflow.path.rsplit("/", 1)[-1]
    return {proposal.id_in(file_name): proposal for rule in choice.rules() for proposal in rule.check(analysis)}


def _applies(proposal: Proposal, choice: Choice) -> bool:
    return not proposal.held and bool(proposal.operations) and proposal.tier <= choice.include


def _as_first_seen(proposal: Proposal, first: Proposal | None) -> Proposal:
    """The proposal with the places in the text that the user has, where it was found there already."""
    return proposal if first is None else replace(proposal, at=first.at, evidence=first.evidence)


def _held(
    change_id: str, proposal: Proposal, original: Workflow, seen: dict[str, Proposal], refused: dict[str, str]
) -> Held:
    reason = proposal.held or refused.get(change_id) or f"tier {proposal.tier}: {proposal.because}"
    shown = _as_first_seen(proposal, seen.get(change_id))
    return Held(change_id, shown, original.line(shown.at), reason)
