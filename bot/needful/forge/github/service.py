"""GitHub as a forge: the protocol's questions, answered by the modules beside this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping, Sequence

from needful.errors import UserError
from needful.forge.github import code, guards, issues, pulls, runs, talk
from needful.forge.github.connection import API, TIMEOUT, Connection, Kept
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


class GitHub:
    """One repository (`owner/name`) on GitHub: a `Forge`, a `Conversation`, its `Guards` and its `Records`.

    `now` and `sleep` are the clock. `kept` remembers what was answered, so that the same question costs nothing against
    the limit: what holds for longer than one run of ours makes the next one cheaper. `api` is GitHub's own address or
    that of a server of one's own (`https://github.example.org/api/v3`).
    """

    def __init__(
        self,
        repository: str,
        token: str,
        now: Callable[[], float],
        sleep: Callable[[float], None],
        kept: MutableMapping[str, Kept] | None = None,
        api: str = API,
        timeout: int = TIMEOUT,
    ) -> None:
        self._connection = Connection(repository, token, now, sleep, kept, api, timeout)

    def facts(self) -> Facts:
        return code.facts(self._connection)

    def head(self, branch: str) -> str | None:
        return code.head(self._connection, branch)

    def commit(self, sha: str) -> Commit:
        return code.commit(self._connection, sha)

    def files(self, commit: Commit, folder: str) -> tuple[File, ...]:
        return code.files(self._connection, commit, folder)

    def every_file(self, commit: Commit) -> tuple[File, ...] | None:
        return code.every_file(self._connection, commit)

    def content(self, file: File) -> bytes:
        return code.content(self._connection, file)

    def ahead(self, base: str, head: str) -> Ahead:
        return code.ahead(self._connection, base, head)

    def put_tree(self, parent: Commit, file: File, content: bytes) -> str:
        return code.put_tree(self._connection, parent, file, content)

    def put_commit(self, message: str, tree: str, parent: str) -> Commit:
        return code.put_commit(self._connection, message, tree, parent)

    def move_branch(self, branch: str, old: str | None, new: str | None) -> None:
        code.move_branch(self._connection, branch, old, new)

    def pull_requests(self, branch: str) -> tuple[PullRequest, ...]:
        return pulls.pull_requests(self._connection, branch)

    def open_pull_requests(self, prefix: str) -> tuple[PullRequest, ...]:
        return pulls.open_pull_requests(self._connection, prefix)

    def open_pull_request(self, branch: str, base: str, title: str, body: str) -> PullRequest:
        return pulls.open_pull_request(self._connection, branch, base, title, body)

    def reread(self, pull: PullRequest) -> PullRequest:
        return pulls.reread(self._connection, pull)

    def edit_pull_request(
        self, pull: PullRequest, *, title: str | None = None, body: str | None = None, close: bool = False
    ) -> PullRequest:
        return pulls.edit_pull_request(self._connection, pull, title, body, close=close)

    def dress(self, pull: PullRequest, labels: Sequence[str], reviewers: Sequence[str]) -> tuple[str, ...]:
        return tuple(pulls.dress(self._connection, pull, labels, reviewers))

    def pull_request(self, number: int) -> PullRequest | None:
        return pulls.pull_request(self._connection, number)

    def changed_files(self, number: int) -> tuple[str, ...]:
        return pulls.changed_files(self._connection, number)

    def issues(self) -> tuple[Issue, ...]:
        return issues.issues(self._connection)

    def open_issue(self, title: str, body: str) -> Issue:
        return issues.open_issue(self._connection, title, body)

    def edit_issue(self, issue: Issue, body: str) -> Issue:
        return issues.edit_issue(self._connection, issue, body)

    def comments(self, number: int) -> tuple[Comment, ...]:
        return talk.comments(self._connection, number)

    def add_comment(self, number: int, body: str) -> Comment:
        return talk.add_comment(self._connection, number, body)

    def edit_comment(self, comment: Comment, body: str) -> Comment:
        return talk.edit_comment(self._connection, comment, body)

    def react(self, comment: int, reaction: str) -> None:
        talk.react(self._connection, comment, reaction)

    def permission(self, user: str) -> Permission:
        return talk.permission(self._connection, user)

    def itself(self) -> str:
        return talk.itself(self._connection)

    def required_checks(self, branch: str) -> Requirements:
        return guards.required_checks(self._connection, branch)

    def new_runs(
        self, workflow: str, known: Callable[[int, int], bool], newest: int, since: float = 0.0
    ) -> Iterator[RunRecord | UserError]:
        return runs.new_runs(self._connection, runs.Window(workflow, newest, since), known)
