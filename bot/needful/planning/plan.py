"""The plan: for each workflow file, what is changed, what is offered, and what was found but stays."""

from __future__ import annotations

from dataclasses import dataclass

from needful.errors import UserError
from needful.planning.worth import Pricing
from needful.rules.api import Proposal, Tier
from needful.source import Source


@dataclass(frozen=True)
class Change:
    """A proposal that was carried out: `before` and `after` are the file's text around this change alone.

    `line` is the place (from 1) in the text that the user has.
    """

    id: str
    proposal: Proposal
    line: int
    before: str
    after: str


@dataclass(frozen=True)
class Held:
    """A proposal that is not carried out, and why: its tier, the user's choice, or what stands in the way."""

    id: str
    proposal: Proposal
    line: int
    reason: str


@dataclass(frozen=True)
class Kept:
    """What stays because a person said so: in the workflow, or in the settings, where `path` is `""`.

    `what` says what stays, `reason` why (`""` where nobody says), `prevents` are the ids of the changes that are not
    proposed for that.
    """

    path: str
    line: int
    what: str
    reason: str
    prevents: tuple[str, ...] = ()


@dataclass(frozen=True)
class FilePlan:
    """One workflow file: `path` is relative to the repository, with `/`. `after` equals `before` if nothing changes.

    `pricing` is what the changes gain, None where nobody asked.
    """

    path: str
    before: Source
    after: Source
    changes: tuple[Change, ...] = ()
    held: tuple[Held, ...] = ()
    kept: tuple[Kept, ...] = ()
    pricing: Pricing | None = None

    @property
    def changed(self) -> bool:
        return self.after.text != self.before.text


@dataclass(frozen=True)
class Failure:
    """A rule or the writer that broke on a file: ours to mend. Nothing of that file is changed."""

    path: str
    message: str


@dataclass(frozen=True)
class Plan:
    """What a run over one repository found. `root` is the folder as the user named it; files are in order of path.

    `included` is the last tier that was applied; `settings` the settings file that was followed, as people name it
    (`""` for none); `left_out` are the workflows that it leaves out.
    """

    root: str
    files: tuple[FilePlan, ...] = ()
    unreadable: tuple[UserError, ...] = ()
    failures: tuple[Failure, ...] = ()
    included: Tier = Tier.TRADE
    settings: str = ""
    left_out: tuple[str, ...] = ()
