"""Commands as values. Ids of changes and jobs hold letters, digits and `_.-` only: nothing that leads anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Edge:
    """An edge of `needs`: the consumer waits for the producer."""

    producer: str
    consumer: str

    def __str__(self) -> str:
        return f"{self.producer}->{self.consumer}"


@dataclass(frozen=True)
class Help:
    """Say which commands there are."""


@dataclass(frozen=True)
class ShowPlan:
    """Say what would change now."""


@dataclass(frozen=True)
class Apply:
    """Make these changes part of the pull request, whatever their tier."""

    ids: tuple[str, ...]


@dataclass(frozen=True)
class Drop:
    """Take these changes out of the pull request, and do not propose them again; `because` may be `""`."""

    ids: tuple[str, ...]
    because: str = ""


@dataclass(frozen=True)
class Explain:
    """Say why a change is offered (its id), or why an edge is there."""

    about: str | Edge


@dataclass(frozen=True)
class KeepEdge:
    """Write `# needful: keep` at an edge."""

    edge: Edge
    because: str


@dataclass(frozen=True)
class Measure:
    """Compare what was promised with the runs since."""


@dataclass(frozen=True)
class Rebase:
    """Work the changes out anew on the base branch as it is now."""


@dataclass(frozen=True)
class Undo:
    """Take the last command back."""


@dataclass(frozen=True)
class IgnoreRule:
    """Write into the settings that a rule is ignored; `job` `""`: everywhere."""

    rule: str
    job: str = ""


Command: TypeAlias = Help | ShowPlan | Apply | Drop | Explain | KeepEdge | Measure | Rebase | Undo | IgnoreRule


@dataclass(frozen=True)
class Malformed:
    """A comment that is meant for us and of which nothing is done: `text` is the line at fault, `problem` says why."""

    text: str
    problem: str
