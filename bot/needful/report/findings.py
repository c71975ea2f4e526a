"""What was found in a file, whether it is changed or not, and how to get it mended."""

from __future__ import annotations

from typing import TypeAlias

from needful.planning.plan import Change, FilePlan, Held
from needful.rules.api import Tier

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
