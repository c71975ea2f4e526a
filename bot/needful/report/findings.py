"""What was found in a file, whether it is changed or not, and how to get it mended."""

from __future__ import annotations

from typing import TypeAlias

from needful.document.operations import AddName
from needful.planning.plan import Change, FilePlan, Held
from needful.rules.api import Proposal, Tier

Finding: TypeAlias = Change | Held


def findings(file: FilePlan) -> tuple[Finding, ...]:
    """All findings of a file: what changes first."""
    return (*file.changes, *file.held)


def offered(finding: Finding, included: Tier) -> bool:
    """Whether only the tier keeps a finding from being a change: the user can have it by a word."""
    proposal = finding.proposal
    return not proposal.held and bool(proposal.operations) and proposal.tier > included


def remedy(finding: Finding, included: Tier) -> str:
    """What mends a finding: a command, or the user's own hand."""
    proposal = finding.proposal
    if isinstance(finding, Change):
        return f"needful apply --only {proposal.rule}"
    if offered(finding, included):
        return f"needful apply --only {proposal.rule} --include {proposal.tier}"
    return f"by hand: {finding.reason}"


def moved_gates(proposal: Proposal) -> str:
    """Edges that other jobs get, so that what they guard stays guarded; `""` for none."""
    names: dict[str, list[str]] = {}
    for operation in proposal.operations:
        if isinstance(operation, AddName) and operation.path[1] != proposal.subject[0]:
            names.setdefault(str(operation.path[1]), []).append(f"`{operation.name}`")
    return "; ".join(f"`{job}` now waits for {' and '.join(on)} by an edge of its own" for job, on in names.items())
