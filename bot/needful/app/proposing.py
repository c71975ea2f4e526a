"""Propose for every workflow of a repository: plan on the newest commit, publish, and take back what is void.

Nothing that goes wrong with one workflow stops the others, except what would go wrong with them as well: a limit on
requests, or a forge that does not answer. Whatever was done stands, and the next run goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeAlias

from needful.app.choosing import Wishes, settings_in
from needful.app.drafting import Draft, Ground, draft
from needful.app.publish import LOOKS, Nothing, Outcome, Outdated, Redecided, decided, publish, withdraw
from needful.app.recording import Known
from needful.app.snapshot import no_checkout, snapshot
from needful.config.occasion import may_open
from needful.errors import BUGS, Defect, UserError, blame
from needful.forge.branches import PREFIX, branch_of, foreign
from needful.forge.decisions import Decision
from needful.forge.marks import NO_MEMORY, Memory, remembered
from needful.forge.model import PullRequest, Requirements, State
from needful.forge.outcomes import (
    CannotOpenPullRequests,
    CannotPushWorkflows,
    ComeBack,
    Moved,
    PersonsWork,
    Stop,
    Unavailable,
)
from needful.forge.protocol import Forge
from needful.workflow.repository import normalise


@dataclass(frozen=True)
class Proposer:
    """What a run of the bot has at hand.

    `now` is the time. `by_hand`: a person started it, who may open pull requests at any time. `dry_run`: nothing is
    written. `server` is the address that links lead to (`https://github.com`), `""` for none. `only`: workflows or
    folders that alone are looked at, all where there is none.
    """

    forge: Forge
    wishes: Wishes
    now: datetime
    at_hand: Callable[[str], bytes | None] = no_checkout
    runs_of: Callable[[str], Known] = lambda _: Known()
    requirements: Callable[[str], Requirements | None] = lambda _: None
    server: str = ""
    by_hand: bool = False
    dry_run: bool = False
    only: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotNow:
    """The settings have it that no new pull request is opened at this time."""

    def __str__(self) -> str:
        return "there is something to propose, but the settings (`pull-requests: propose`) open nothing new now"


@dataclass(frozen=True)
class Dry:
    """It would have been proposed."""

    def __str__(self) -> str:
        return "not proposed: this is a dry run"


@dataclass(frozen=True)
class Withdrawn:
    """There is nothing left of a pull request, so it was closed. `why` says it in a sentence."""

    pull: PullRequest
    why: str

    def __str__(self) -> str:
        return f"{self.why}, so {self.pull.url} is closed"


@dataclass(frozen=True)
class Trouble:
    """The workflow, or the settings, cannot be used; `ours`: it is our defect."""

    error: str
    ours: bool = False

    def __str__(self) -> str:
        return f"internal error, left alone: {self.error}" if self.ours else self.error


Ending: TypeAlias = Outcome | NotNow | Dry | Withdrawn | Trouble


@dataclass(frozen=True)
class Proposed:
    """What became of one workflow. `draft` is what was to be proposed, None where nobody got that far."""

    path: str
    ending: Ending
    draft: Draft | None = None


@dataclass(frozen=True)
class Ask:
    """What a person asks for just now: `decide` makes new decisions of those that stand, or raises `UserError`.

    `comment` is the id of the comment that asks, by which it is done once only. `anew`: on top of the base branch.
    `objection` says of a draft why it is not what was asked for, `""` if it is; then nothing is done. It can ask for
    the draft that there would be without the question.
    """

    decide: Callable[[tuple[Decision, ...]], tuple[Decision, ...]] = lambda decisions: decisions
    comment: int = 0
    anew: bool = False
    objection: Callable[[Draft, Callable[[], Draft]], str] = lambda _, __: ""


NOTHING_ASKED = Ask()


@dataclass(frozen=True)
class Standing:
    """What there is of a workflow's proposals: `current` is open; `memory` is that of the newest that has one."""

    pulls: tuple[PullRequest, ...] = ()
    current: PullRequest | None = None
    memory: Memory = NO_MEMORY
    seen: tuple[Decision, ...] = field(default=())


def propose(proposer: Proposer) -> tuple[Proposed, ...]:
    """Propose all that there is to propose.

    Raises `UserError` for settings that are wrong, `Stop` where the forge tells nothing of the repository.
    """
    ground = ground_of(proposer)
    paths = workflows_of(proposer, ground)
    standing = {path: standing_of(proposer.forge, path) for path in paths}
    opened = [pull.created for one in standing.values() for pull in one.pulls if pull.created is not None]
    last = datetime.fromtimestamp(max(opened), UTC) if opened else None
    done = _orphans(proposer, ground.facts.head, paths)
    drafts = [_drafted(ground, path, standing[path]) for path in paths]
    drafts.sort(key=lambda one: (standing[one.path].current is None, -(one.draft.saving if one.draft else 0.0)))
    ended: Stop | None = None
    for one in drafts:
        if ended is not None:
            done.append(replace(one, ending=ended.reason) if one.draft else one)
            continue
        try:
            done.append(_published(proposer, ground, one, standing[one.path], last))
        except Stop as stop:
            done.append(replace(one, ending=stop.reason))
        if isinstance(done[-1].ending, ComeBack | Unavailable | CannotPushWorkflows | CannotOpenPullRequests):
            ended = Stop(done[-1].ending)
    return tuple(sorted(done, key=lambda one: one.path))


def propose_one(proposer: Proposer, path: str, ask: Ask = NOTHING_ASKED) -> Proposed:
    """Propose for one workflow, as somebody asks. Raises `UserError` and `Stop` as `propose`."""
    ground = ground_of(proposer)
    standing = standing_of(proposer.forge, path)
    one = _drafted(ground, path, standing, ask)
    try:
        return _published(replace(proposer, by_hand=True), ground, one, standing, None, ask)
    except Stop as stop:
        return replace(one, ending=stop.reason)


def ground_of(proposer: Proposer) -> Ground:
    """The newest commit of the branch that is proposed to, and what is known around it."""
    facts = proposer.forge.facts()
    files = snapshot(proposer.forge, facts.head, proposer.at_hand)
    blob = f"{proposer.server}/{facts.name}/blob/{facts.head}" if proposer.server else ""
    requirements, now = proposer.requirements(facts.branch), proposer.now.timestamp()
    return Ground(facts, files, proposer.wishes, proposer.runs_of, requirements, blob, now)


def workflows_of(proposer: Proposer, ground: Ground) -> tuple[str, ...]:
    """The workflows that the settings include. Raises `UserError` for settings that are wrong."""
    found = settings_in(ground.files.read, ".", proposer.wishes)
    if found.wrong:
        raise found.wrong[0]
    included = (path for path in ground.files.workflows if found.settings.workflows.includes(path))
    return tuple(path for path in included if not proposer.only or any(_is_in(path, one) for one in proposer.only))


def _is_in(path: str, named: str) -> bool:
    inside = normalise(named)
    return inside is not None and (inside in ("", path) or path.startswith(f"{inside}/"))


def standing_of(forge: Forge, path: str) -> Standing:
    """What there is of a workflow's proposals."""
    pulls = forge.pull_requests(branch_of(path))
    current = next((pull for pull in pulls if pull.state is State.OPEN), None)
    known = next((state for pull in pulls if (state := remembered(pull.body))), None)
    return Standing(pulls, current, known.memory if known else NO_MEMORY, decided(current) if current else ())


def _drafted(ground: Ground, path: str, standing: Standing, ask: Ask = NOTHING_ASKED) -> Proposed:
    memory, known = standing.memory, standing.seen or standing.memory.decisions
    if standing.current is None:  # what an earlier pull request promised is none of the next one's
        memory = replace(memory, promise=None)
    decisions = known
    try:
        if not (ask.comment and ask.comment in memory.handled):
            decisions = ask.decide(known)
            memory = replace(memory, handled=(*memory.handled, ask.comment) if ask.comment else memory.handled)
        head = standing.current.head if standing.current else ""
        made = draft(ground, path, decisions, memory, head)
        if why := ask.objection(made, lambda: draft(ground, path, known, memory, head)):
            return Proposed(path, Trouble(why))
    except Stop as stop:
        return Proposed(path, stop.reason)
    except UserError as error:
        return Proposed(path, Trouble(_without_path(error, path)))
    except (Defect, *BUGS) as defect:
        return Proposed(path, Trouble(blame(defect), ours=True))
    anew = made.publication.anew or ask.anew
    wanted = replace(made.publication, seen=standing.seen, anew=anew)
    return Proposed(path, Nothing(standing.current), replace(made, publication=wanted))


def _without_path(error: UserError, path: str) -> str:
    """What is wrong, for whoever knows in which file."""
    if error.path != path:
        return str(error)
    hint = f" ({error.hint})" if error.hint else ""
    return f"line {error.line}: {error.message}{hint}" if error.line else f"{error.message}{hint}"


def _published(
    proposer: Proposer,
    ground: Ground,
    one: Proposed,
    standing: Standing,
    last: datetime | None,
    ask: Ask = NOTHING_ASKED,
    looks: int = LOOKS,
) -> Proposed:
    made = one.draft
    if made is None:
        return one
    wanted, limits = made.publication, made.settings.pull_requests
    if not wanted.patches and standing.current is None:
        return one
    if proposer.dry_run:
        return replace(one, ending=Dry())
    if standing.current is None and not may_open(limits, proposer.now, last, by_hand=proposer.by_hand):
        return replace(one, ending=NotNow())
    ending = publish(proposer.forge, wanted, limits.limit)
    if isinstance(ending, Outdated | Redecided | Moved) and looks > 1:
        ground, standing = ground_of(proposer), standing_of(proposer.forge, one.path)
        again = _drafted(ground, one.path, standing, ask)
        return _published(proposer, ground, again, standing, last, ask, looks - 1)
    if isinstance(ending, Nothing) and ending.pull is not None:
        return replace(one, ending=_taken_back(proposer.forge, wanted.base, ending.pull, wanted.memory, _NOTHING_LEFT))
    return replace(one, ending=ending)


_NOTHING_LEFT = "There is nothing left to propose for this workflow"


def _taken_back(forge: Forge, base: str, pull: PullRequest, memory: Memory, why: str) -> Ending:
    """Close what is void, unless somebody works on it."""
    head = forge.head(pull.branch)
    if head and (theirs := foreign(forge.ahead(base, head))):
        return PersonsWork(pull.branch, theirs)
    return Withdrawn(withdraw(forge, pull, memory), why)


def _orphans(proposer: Proposer, base: str, paths: tuple[str, ...]) -> list[Proposed]:
    """Open pull requests of workflows that are gone, or that the settings leave out by now."""
    known = {branch_of(path) for path in paths}
    found = []
    for pull in proposer.forge.open_pull_requests(PREFIX):
        state = remembered(pull.body)
        if pull.branch in known or state is None or proposer.dry_run or proposer.only:
            continue
        why = "The workflow is gone, or the settings leave it out"
        try:
            ending = _taken_back(proposer.forge, base, pull, state.memory, why)
        except Stop as stop:
            ending = stop.reason
        found.append(Proposed(pull.branch, ending))
    return found
