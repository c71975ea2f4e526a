"""Propose the changes of one workflow: its branch, a commit per change, its pull request. On any forge.

Whatever is there already is kept: the same proposal again writes nothing, a branch that holds a person's work is left
as it is, and what somebody declined is not proposed again. A branch is moved only from where it was seen, so another
run of ours, or a person, at the same time is never overrun; then all is looked at again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from needful.forge.branches import PREFIX, branch_of, digest, foreign, meaning, meant_by, sealed
from needful.forge.decisions import Decision, ticked
from needful.forge.marks import NO_MEMORY, Memory, Remembered, remembered, same, title_digest, withdrawn, woven
from needful.forge.model import WORKFLOWS, Ahead, Commit, Facts, File, PullRequest, State
from needful.forge.outcomes import Moved, PersonsWork, Reason, Stop
from needful.forge.protocol import Forge

LOOKS = 3
_OWN_TOKEN = "github-actions[bot]"
"""Who opens what the token of a run opens."""
_APPROVE = (
    "the token of a run opened it, so GitHub starts its workflows only when somebody who may write clicks “Approve "
    "workflows to run”; with the token of an App they start by themselves"
)


class Named(NamedTuple):
    """A change by its id. `reason` is why it is proposed: where it changes, one that was declined may come again."""

    id: str
    reason: str = ""


@dataclass(frozen=True)
class Patch:
    """One commit: the changes in it, its message, and the bytes of the file after it and all before it.

    `path` is the file where it is another than the workflow, `""` where it is not.
    """

    changes: tuple[Named, ...]
    message: str
    content: bytes
    path: str = ""


@dataclass(frozen=True)
class Publication:
    """What is proposed for the workflow at `path`, whose bytes at commit `base` are `before`.

    `body` writes the text of the pull request in so many characters at most. `replaces`: the head of the branch that
    somebody asked by name to have replaced, a person's work or not. `anew`: commit again on top of `base` even where
    the branch already says the same. `memory` is what the text remembers, `seen` the decisions that the open pull
    request held when the plan was made.
    """

    path: str
    base: str
    before: bytes
    patches: tuple[Patch, ...]
    title: str
    body: Callable[[int], str]
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    replaces: str = ""
    anew: bool = False
    memory: Memory = NO_MEMORY
    seen: tuple[Decision, ...] = ()

    @property
    def changes(self) -> tuple[Named, ...]:
        return tuple(change for patch in self.patches for change in patch.changes)


class Done(StrEnum):
    """What became of a pull request."""

    OPENED = "opened"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Published:
    """There is a pull request that says what was to be said. `notes`: what was not worth stopping for."""

    pull: PullRequest
    done: Done
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        said = {Done.OPENED: "is open now", Done.UPDATED: "was updated", Done.UNCHANGED: "says the same already"}
        return f"{self.pull.url} {said[self.done]}"


@dataclass(frozen=True)
class Declined:
    """Somebody closed a pull request with all of this, and neither the workflow nor the reasons changed since."""

    pull: PullRequest

    def __str__(self) -> str:
        return f"{self.pull.url} was declined, and nothing has changed since: reopen it to have it after all"


@dataclass(frozen=True)
class Enough:
    """As many pull requests of ours are open as there may be."""

    pulls: tuple[PullRequest, ...]

    def __str__(self) -> str:
        return f"no more pull requests may be open ({', '.join(pull.url for pull in self.pulls)}): merge or close one"


@dataclass(frozen=True)
class Outdated:
    """The branch that is proposed to is at another commit than the plan was made for: plan again."""

    base: str
    head: str

    def __str__(self) -> str:
        return f"the plan is for {self.base[:10]}, but the branch is at {self.head[:10]} now: plan again"


@dataclass(frozen=True)
class Redecided:
    """Somebody decided something since the plan was made: plan again."""

    pull: PullRequest

    def __str__(self) -> str:
        return f"somebody decided something about {self.pull.url} at the same time: run again"


@dataclass(frozen=True)
class Differs:
    """The plan was made for other bytes than the commit has, such as those of a checkout with changes in it."""

    path: str

    def __str__(self) -> str:
        return f"{self.path} is not what the commit has, or no regular file: commit it first"


@dataclass(frozen=True)
class Nothing:
    """There is nothing to propose. `pull`: one that is still open, from before."""

    pull: PullRequest | None

    def __str__(self) -> str:
        return "nothing to propose" + (f", and {self.pull.url} is still open" if self.pull else "")


Outcome: TypeAlias = Published | Declined | Enough | Outdated | Redecided | Differs | Nothing | Reason


def publish(forge: Forge, wanted: Publication, most: int, looks: int = LOOKS) -> Outcome:
    """Propose, with at most `most` pull requests of ours open. Whatever stops it, running again goes on from there.

    Where somebody moves the branch at the same time, everything is looked at again, `looks` times at most.
    """
    try:
        return _published(forge, wanted, most)
    except Stop as stop:
        if isinstance(stop.reason, Moved) and looks > 1:
            return publish(forge, wanted, most, looks - 1)
        return stop.reason


def withdraw(forge: Forge, pull: PullRequest, memory: Memory = NO_MEMORY) -> PullRequest:
    """Close a pull request of ours that proposes nothing any more. That is no decision of a person's."""
    now = forge.reread(pull)
    return forge.edit_pull_request(now, body=withdrawn(now.body, memory), close=True)


def decided(pull: PullRequest) -> tuple[Decision, ...]:
    """What people decided, by commands and by checkboxes, as the text of a pull request says it."""
    state = remembered(pull.body)
    return ticked(state.memory.decisions, pull.body) if state else ()


def change_digest(wanted: Publication, change: Named) -> str:
    """What identifies a change that may be declined: the workflow's bytes, its id and its reason."""
    return digest(wanted.path, wanted.before, change.id, change.reason)


def _published(forge: Forge, wanted: Publication, most: int) -> Outcome:
    facts = forge.facts()
    if facts.head != wanted.base:
        return Outdated(wanted.base, facts.head)
    branch = branch_of(wanted.path)
    pulls = forge.pull_requests(branch)
    current = next((pull for pull in pulls if pull.state is State.OPEN), None)
    if current is not None and decided(current) != wanted.seen:
        return Redecided(current)
    if not wanted.patches:
        return Nothing(current)
    if current is None:
        if declined := _declined(wanted, pulls):
            return Declined(declined)
        others = tuple(pull for pull in forge.open_pull_requests(PREFIX) if remembered(pull.body))
        if len(others) >= most:
            return Enough(others)
    done = _ensure_branch(forge, wanted, facts, branch)
    if isinstance(done, Differs | PersonsWork):
        return done
    return _ensure_pull(forge, wanted, facts, current, moved=done)


def _declined(wanted: Publication, pulls: tuple[PullRequest, ...]) -> PullRequest | None:
    """The newest closed pull request, if those that people closed had everything that is wanted now."""
    said_no: set[str] = set()
    newest: PullRequest | None = None
    for pull in pulls:
        state = remembered(pull.body)
        if pull.state is State.CLOSED and state and not state.withdrawn:
            said_no |= set(state.changes)
            newest = newest or pull
    return newest if {change_digest(wanted, change) for change in wanted.changes} <= said_no else None


def _ensure_branch(forge: Forge, wanted: Publication, facts: Facts, branch: str) -> bool | Differs | PersonsWork:
    """Let the branch have a commit for each change. Returns whether it had to be moved."""
    head = forge.head(branch)
    ahead = forge.ahead(wanted.base, head) if head else Ahead(wanted.base)
    if (theirs := foreign(ahead)) and head != wanted.replaces:
        return PersonsWork(branch, theirs)
    meant = _meanings(wanted)
    if [meant_by(commit) for commit in ahead.commits] == meant and not wanted.anew:
        return False
    base = forge.commit(wanted.base)
    file = next((file for file in forge.files(base, WORKFLOWS) if file.path == wanted.path), None)
    if file is None or not file.regular or forge.content(file) != wanted.before:
        return Differs(wanted.path)
    last = _commit_all(forge, wanted, file, _kept(base, ahead, meant) if not theirs else [base])
    if last.sha == head:
        return False
    forge.move_branch(branch, head, last.sha)
    return True


def _kept(base: Commit, ahead: Ahead, meant: list[str]) -> list[Commit]:
    """What the new line of commits begins with: the base, and those of the branch that it would make again."""
    line = [base]
    if ahead.fork == base.sha:
        for commit, wanted in zip(ahead.commits, meant, strict=False):
            if meant_by(commit) != wanted:
                break
            line.append(commit)
    return line


def _commit_all(forge: Forge, wanted: Publication, file: File, line: list[Commit]) -> Commit:
    kept = len(line) - 1
    tip = line[-1]
    for patch, meant in list(zip(wanted.patches, _meanings(wanted), strict=True))[kept:]:
        changed = File(patch.path, "100644", "") if patch.path else file
        tree = forge.put_tree(tip, changed, patch.content)
        tip = forge.put_commit(sealed(patch.message, meant, tree), tree, tip.sha)
    return tip


def _meanings(wanted: Publication) -> list[str]:
    last = {wanted.path: wanted.before}
    meant = []
    for patch in wanted.patches:
        path = patch.path or wanted.path
        meant.append(meaning(path, last.get(path, b""), patch.content, patch.message))
        last[path] = patch.content
    return meant


def _ensure_pull(
    forge: Forge, wanted: Publication, facts: Facts, current: PullRequest | None, *, moved: bool
) -> Published | Redecided:
    changes = tuple(change_digest(wanted, change) for change in wanted.changes)
    state = Remembered(changes, title_digest(wanted.title), memory=wanted.memory)
    done = Done.UPDATED if moved else Done.UNCHANGED
    if current is None:
        body = woven("", wanted.body, state)
        current = forge.open_pull_request(branch_of(wanted.path), facts.branch, wanted.title, body)
        if same(current.body, body):  # else somebody was faster
            done = Done.OPENED
    if _texts(wanted, current, state) != (None, None):
        current = forge.reread(current)  # as late as possible: GitHub takes no condition here
        if done is not Done.OPENED and decided(current) != wanted.seen:
            return Redecided(current)
        title, text = _texts(wanted, current, state)
        if (title, text) != (None, None):
            current = forge.edit_pull_request(current, title=title, body=text)
            done = Done.UPDATED
    notes = forge.dress(current, wanted.labels, wanted.reviewers)
    if done is Done.OPENED and current.author == _OWN_TOKEN:
        notes = (_APPROVE, *notes)
    return Published(current, done, notes)


def _texts(wanted: Publication, pull: PullRequest, state: Remembered) -> tuple[str | None, str | None]:
    """The title and the body that are to be written, None for what may stay. A title of a person's stays."""
    known = remembered(pull.body)
    ours = known is not None and known.title == title_digest(pull.title)
    if not ours:
        # what a person called it is remembered as not ours
        state = replace(state, title=known.title if known else "")
    body = woven(pull.body, wanted.body, state)
    title = wanted.title if ours and not same(wanted.title, pull.title) else None
    return title, None if same(body, pull.body) else body
