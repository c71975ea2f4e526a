"""What a rule is: metadata, what it looks at, and a function to a proposal for it. It performs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

from needful.dependence.model import Evidence
from needful.dependence.obligations import Obligation
from needful.dependence.parts import ONLY_NEEDS, Parts
from needful.document.operations import Operation
from needful.source import Span

if TYPE_CHECKING:
    from needful.dependence.analysis import Analysis

Subject: TypeAlias = tuple[str, ...]
"""What a proposal is about, for an edge the ids `(consumer, producer)` as their keys are written."""


class Tier(IntEnum):
    """How sure a proposal is. Cumulative: including a tier includes those before it."""

    SAFE = 0  # proved, no trade-off
    TRADE = 1  # proved, with a cost that is named
    REVIEW = 2  # something opaque is named; offered, never applied unless asked for

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class Proposal:
    """A change that a rule would make, or (with `held`) a defect it found and will not touch, with the reason.

    `subject` makes the id unique in its file; `at` is the place it is about; `cost` names the trade-off, `""` for none.
    `accepts` are the obligations (by `what`) that the change is meant not to keep, which is its cost. `certificate` is
    filled by the planner, which proves the change when it is made; a rule puts there what it knows cannot be shown.
    `parts` are those of the workflow that the operations mean to change; the proof sees to it that nothing else does.
    """

    rule: str
    tier: Tier
    subject: Subject
    at: Span
    title: str
    because: str
    evidence: tuple[Evidence, ...]
    operations: tuple[Operation, ...] = ()
    cost: str = ""
    accepts: frozenset[str] = frozenset()
    certificate: tuple[Obligation, ...] = ()
    held: str = ""
    parts: Parts = ONLY_NEEDS

    def id_in(self, file_name: str) -> str:
        """The stable id, e.g. `drop-false-needs:ci.yml:test:lint`."""
        return ":".join((self.rule, file_name, *self.subject))


@dataclass(frozen=True)
class Rule:
    """A rewrite or an advice. `tier` is the best its proposals can have; `on_request`: only when named by the user.

    `subjects` are all that may call for a proposal, in the order in which they are looked at, found without judging
    them. `propose` judges one: the planner makes a change before it asks for the next, so the analysis may be another
    than that which gave the subjects, and the subject may be gone.
    """

    id: str
    tier: Tier
    since: str
    summary: str
    subjects: Callable[[Analysis], Iterable[Subject]]
    propose: Callable[[Analysis, Subject], Proposal | None]
    on_request: bool = False
    defect: bool = False
    """Whether its proposals mend a defect of the workflow: what `needful check` reports."""
    together: bool = False
    """Whether its changes of one workflow, each with an id of its own, make one commit: they are read as one."""

    def check(self, analysis: Analysis) -> Iterator[Proposal]:
        """All proposals for one text, none of them made."""
        for subject in self.subjects(analysis):
            proposal = self.propose(analysis, subject)
            if proposal is not None:
                yield proposal
