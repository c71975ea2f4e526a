"""The commits of a pull request: which changes stand in one, and what its message says."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from needful.planning.plan import Change, FilePlan
from needful.report.alike import alike
from needful.report.terminal import clean
from needful.rules import RULES
from needful.rules.api import Proposal

MAX_SUBJECT = 72
_TOGETHER = {rule.id: rule.summary.removesuffix(".") for rule in RULES if rule.together}


def commits(file: FilePlan) -> tuple[tuple[Change, ...], ...]:
    """The changes of each commit, in order: one each, but for rules whose changes are read as one."""
    runs = groupby(file.changes, lambda one: one.proposal.rule if one.proposal.rule in _TOGETHER else one.id)
    return tuple(tuple(changes) for _, changes in runs)


def commit_message(changes: Sequence[Change]) -> str:
    """The message of a commit: what, why, at which cost, the proof, and the ids of its changes."""
    first, *others = changes
    groups = alike(changes)
    shown = dict.fromkeys(clean(text) for group in groups for text in group.each(_shown))
    parts = [_subject(_TOGETHER[first.proposal.rule] if others else first.proposal.title)]
    for group in groups:
        proposal = group.first.proposal
        parts += [
            f"{clean(group.told(proposal.title))}." if others else "",
            sentence(clean(group.told(proposal.because))),
            f"Cost: {clean(group.told(proposal.cost))}" if proposal.cost else "",
        ]
    parts.append("Shown:\n" + "\n".join(f"- {text}" for text in shown) if shown else "")
    parts.append("\n".join(f"Needful-Change: {clean(change.id)}" for change in changes))
    return "\n\n".join(part for part in parts if part) + "\n"


def sentence(text: str) -> str:
    """A text as a sentence."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "”")) else f"{text}."


def _shown(proposal: Proposal) -> list[str]:
    return [item.shown for item in proposal.certificate if item.shown]


def _subject(text: str) -> str:
    subject = clean(text)
    return subject if len(subject) <= MAX_SUBJECT else subject[: MAX_SUBJECT - 1].rstrip() + "…"
