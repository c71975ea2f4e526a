"""What happened, as an Actions run is told: the name of an event and its payload, which nobody vouches for.

Payloads: https://docs.github.com/webhooks/webhook-events-and-payloads. Only what is needed is taken out, typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from needful.history.fields import Fields


@dataclass(frozen=True)
class Proposing:
    """Time to look for something to propose: a schedule, a push to the default branch, or a click (`by_hand`)."""

    by_hand: bool = False


@dataclass(frozen=True)
class Checking:
    """A pull request came or changed. `fork`: it comes from another repository, so the token may only read."""

    number: int
    head: str
    branch: str
    fork: bool


@dataclass(frozen=True)
class Commanding:
    """A person wrote a comment. `pull`: it stands at a pull request, not at an issue."""

    number: int
    comment: int
    author: str
    body: str
    pull: bool


@dataclass(frozen=True)
class Ticking:
    """A person edited the text of a pull request: `before` and `after` are its bodies."""

    number: int
    branch: str
    author: str
    before: str
    after: str


@dataclass(frozen=True)
class Measuring:
    """A run of a workflow (`path`) ended on a branch."""

    run: int
    path: str
    branch: str


@dataclass(frozen=True)
class Nothing:
    """Nothing to do, which is no failure; `why` says it in a sentence."""

    why: str


Event: TypeAlias = Proposing | Checking | Commanding | Ticking | Measuring | Nothing


def event_of(name: str, payload: Fields) -> Event:
    """What an event asks for. Raises `UserError` for a payload that is none of GitHub's."""
    match name:
        case "schedule":
            return Proposing()
        case "workflow_dispatch" | "repository_dispatch":
            return Proposing(by_hand=True)
        case "push":
            return _push(payload)
        case "pull_request":
            return _pull_request(payload)
        case "issue_comment":
            return _comment(payload)
        case "workflow_run":
            return _run(payload)
    return Nothing(f"the event `{name}` asks for nothing: see the README for those that do")


def _push(payload: Fields) -> Event:
    default = payload.object("repository").text("default_branch")
    ref = payload.text("ref")
    if ref != f"refs/heads/{default}":
        return Nothing(f"a push to `{ref}`: proposals are made for the default branch, `{default}`")
    return Proposing()


def _pull_request(payload: Fields) -> Event:
    pull, action = payload.object("pull_request"), payload.text("action")
    number, head = pull.number("number"), pull.object("head")
    if action == "edited":
        if not payload.object("changes").has("body"):
            return Nothing("something else than the text of the pull request was edited")
        if _is_program(payload.object("sender")):
            return Nothing("a program edited the pull request")
        before = payload.object("changes").object("body").prose("from")
        author = payload.object("sender").text("login")
        return Ticking(number, head.text("ref"), author, before, pull.prose("body"))
    if action not in ("opened", "synchronize", "reopened", "ready_for_review"):
        return Nothing(f"`{action}` changes nothing in the files of a pull request")
    own = pull.object("base").object("repo").text("full_name")
    return Checking(number, head.text("sha"), head.text("ref"), head.object("repo").text("full_name") != own)


def _comment(payload: Fields) -> Event:
    issue, comment, action = payload.object("issue"), payload.object("comment"), payload.text("action")
    if action != "created":
        return Nothing("only new comments are read, so that nobody can change what was asked for afterwards")
    if _is_program(payload.object("sender")) or _is_program(comment.object("user")):
        return Nothing("a program wrote the comment")
    return Commanding(
        number=issue.number("number"),
        comment=comment.number("id"),
        author=comment.object("user").text("login"),
        body=comment.prose("body"),
        pull=issue.has("pull_request"),
    )


def _run(payload: Fields) -> Event:
    run = payload.object("workflow_run")
    if payload.text("action") != "completed":
        return Nothing("the run has not ended")
    return Measuring(run.number("id"), run.text("path").partition("@")[0], run.text("head_branch"))


def _is_program(user: Fields) -> bool:
    return user.text("type") == "Bot"
