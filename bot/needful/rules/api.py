"""What a rule is: metadata and one function from the analysis of a workflow to proposals. It performs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from needful.dependence.model import Evidence
from needful.document.operations import Operation
from needful.source import Span

if TYPE_CHECKING:
    from needful.dependence.analysis import Analysis


class Tier(IntEnum):
    """How sure a proposal is. Cumulative: including a tier includes those before it."""

    SAFE = 0  # proved, no trade-off
    TRADE = 1  # proved, with a cost that is named
    REVIEW = 2  # something opaque is named; offered, never applied unless asked for

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class Obligation:
    """One thing a rewrite has to keep, and how it was shown. `shown` is `""` where it could not be."""

    what: str
    shown: str


@dataclass(frozen=True)
class Proposal:
    """A change that a rule would make, or (with `held`) a defect it found and will not touch, with the reason.

    `subject` makes the id unique in its file, e.g. `("test", "lint")` for an edge; `at` is the place it is about;
    `cost` names the trade-off, `""` for none.
    """

    rule: str
    tier: Tier
    subject: tuple[str, ...]
    at: Span
    title: str
    because: str
    evidence: tuple[Evidence, ...]
    operations: tuple[Operation, ...] = ()
    cost: str = ""
    certificate: tuple[Obligation, ...] = ()
    held: str = ""

    def id_in(self, file_name: str) -> str:
        """The stable id, e.g. `drop-false-needs:ci.yml:test:lint`."""
        return ":".join((self.rule, file_name, *self.subject))


@dataclass(frozen=True)
class Rule:
    """A rewrite or an advice. `tier` is the best its proposals can have; `on_request`: only when named by the user."""

    id: str
    tier: Tier
    since: str
    summary: str
    check: Callable[[Analysis], Iterable[Proposal]]
    on_request: bool = False
    defect: bool = False
    """Whether its proposals mend a defect of the workflow: what `needful check` reports."""
