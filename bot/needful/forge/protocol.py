"""What a forge can be asked to do. Whatever cannot be done raises `Stop` with the reason; bad input, `UserError`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from needful.errors import UserError
from needful.forge.model import (
    Ahead,
    Comment,
    Commit,
    Facts,
    File,
    Issue,
    Permission,
    PullRequest,
    Requirements,
)
from needful.history.model import RunRecord


class Forge(Protocol):
    """Branches, commits and pull requests of one repository: all that is needed to propose something."""

    def facts(self) -> Facts:
        """The repository as it is now."""

    def head(self, branch: str) -> str | None:
        """The newest commit of a branch, None where there is no such branch."""

    def commit(self, sha: str) -> Commit:
        """One commit."""

    def files(self, commit: Commit, folder: str) -> tuple[File, ...]:
        """The files, and links, right in a folder of a commit, by path; none where there is no such folder."""

    def every_file(self, commit: Commit) -> tuple[File, ...] | None:
        """All files, and links, of a commit; None where there are more than the forge lists."""

    def content(self, file: File) -> bytes:
        """The exact bytes of a file."""

    def ahead(self, base: str, head: str) -> Ahead:
        """What commit `head` has that commit `base` has not."""

    def put_tree(self, parent: Commit, file: File, content: bytes) -> str:
        """A tree like that of a commit, with one file's bytes replaced. Nothing points to it yet."""

    def put_commit(self, message: str, tree: str, parent: str) -> Commit:
        """A commit that nothing points to yet. Whoever holds the token is its author."""

    def move_branch(self, branch: str, old: str | None, new: str | None) -> None:
        """Let a branch point to `new`, but only if it points to `old` (None: is not there). Nobody is overrun.

        Raises `Stop` with `Moved` where it points elsewhere.
        """

    def pull_requests(self, branch: str) -> tuple[PullRequest, ...]:
        """Every pull request that there ever was from a branch, the newest first."""

    def open_pull_requests(self, prefix: str) -> tuple[PullRequest, ...]:
        """The open pull requests from branches whose names start so."""

    def open_pull_request(self, branch: str, base: str, title: str, body: str) -> PullRequest:
        """Open one; where there already is an open one from this branch, that one."""

    def reread(self, pull: PullRequest) -> PullRequest:
        """The pull request as it is now."""

    def edit_pull_request(
        self, pull: PullRequest, *, title: str | None = None, body: str | None = None, close: bool = False
    ) -> PullRequest:
        """Change what is given, and close it if asked."""

    def dress(self, pull: PullRequest, labels: Sequence[str], reviewers: Sequence[str]) -> tuple[str, ...]:
        """Add labels and ask for reviews (a team is `org/team`), but never what somebody once took away again.

        Returns, in a sentence each, what could not be done: it is not worth stopping for.
        """


class Conversation(Protocol):
    """What is said on pull requests and in issues, and by whom."""

    def pull_request(self, number: int) -> PullRequest | None:
        """Any pull request by its number, also one from a fork."""

    def changed_files(self, number: int) -> tuple[str, ...]:
        """The paths of the files that a pull request changes, as far as the forge lists them (3,000 on GitHub)."""

    def issues(self) -> tuple[Issue, ...]:
        """The issues that the token's own account opened, the newest first."""

    def open_issue(self, title: str, body: str) -> Issue:
        """Open an issue, never twice even where the answer is lost: `body` starts with a line that is its own."""

    def edit_issue(self, issue: Issue, body: str) -> Issue:
        """Replace the text of an issue."""

    def comments(self, number: int) -> tuple[Comment, ...]:
        """All comments on a pull request, the oldest first."""

    def add_comment(self, number: int, body: str) -> Comment:
        """Comment, never twice even where the answer is lost: `body` starts with a hidden line that is its own."""

    def edit_comment(self, comment: Comment, body: str) -> Comment:
        """Replace the text of a comment."""

    def react(self, comment: int, reaction: str) -> None:
        """Add a reaction (`eyes`, `rocket`, `confused`, `+1` …) to the comment with this id."""

    def permission(self, user: str) -> Permission:
        """What somebody may do in the repository."""

    def itself(self) -> str:
        """The login that the token speaks as, `""` where that cannot be asked."""


class Guards(Protocol):
    """What stands between a pull request and its merge."""

    def required_checks(self, branch: str) -> Requirements:
        """The checks that rulesets and branch protection want before something is merged into a branch."""


class Records(Protocol):
    """What ran."""

    def new_runs(
        self, workflow: str, known: Callable[[int, int], bool], newest: int, since: float = 0.0
    ) -> Iterator[RunRecord | UserError]:
        """Of the `newest` completed runs of a workflow's file, made since a time (seconds), those that are not `known`.

        `known` is asked with the id and the attempt of a run. The newest come first, each with its jobs; one that
        cannot be read comes as the reason why, one that waits for an approval without jobs. May raise `Stop` after
        some: those it yielded are whole.
        """


class Service(Forge, Conversation, Guards, Records, Protocol):
    """A forge with people on it."""
