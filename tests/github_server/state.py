"""What the server knows of one repository, and what people do in it behind the bot's back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from github_server.objects import Made, Objects

WRITER = frozenset(("contents", "workflows", "pull_requests", "issues", "actions"))


@dataclass
class Token:
    """Who speaks. `kind`: `app` and `actions` are programs, `fine` and `classic` belong to people."""

    login: str
    kind: str = "app"
    may: frozenset[str] = WRITER
    remaining: int = field(default=5000, compare=False)

    @property
    def program(self) -> bool:
        return self.kind in {"app", "actions"}


@dataclass
class Pull:
    number: int
    title: str
    body: str
    branch: str
    base: str
    author: Token
    head: str
    fork: str = ""
    state: str = "open"
    merged: bool = False
    labels: list[str] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    created: int = 0
    merged_at: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Ticket:
    """An issue."""

    number: int
    title: str
    body: str
    author: Token
    state: str = "open"


@dataclass
class Remark:
    """A comment."""

    id: int
    pull: int
    author: Token
    body: str
    reactions: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Repository:
    """`name` is `owner/name`. `rules` and `protection` are what a ruleset and branch protection ask of `main`."""

    name: str = "acme/shop"
    default: str = "main"
    archived: bool = False
    objects: Objects = field(default_factory=Objects)
    refs: dict[str, str] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    has_issues: bool = True
    remarks: dict[int, Remark] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    protection: list[str] | None = None
    actions_may_open: bool = False
    locked: frozenset[str] = frozenset()
    """Branches that a ruleset lets nobody touch."""
    runs: list[dict[str, Any]] = field(default_factory=list)
    jobs: dict[tuple[int, int], list[dict[str, Any]]] = field(default_factory=dict)
    clock: int = 1_770_000_000
    listed_at_once: int = 100_000
    """Files of a commit that one answer holds."""
    _number: int = 0

    def next_number(self) -> int:
        self._number += 1
        return self._number

    def tick(self) -> int:
        self.clock += 1
        return self.clock

    # --- what people do

    def push(
        self, branch: str, files: dict[str, bytes], message: str = "Work", author: str = "alice", mode: str = "100644"
    ) -> str:
        """A person commits on a branch, which comes into being on top of the default one."""
        parent = self.refs.get(branch) or self.refs.get(self.default)
        tree = self.objects.made(parent).tree if parent else None
        for path, data in files.items():
            tree = self.objects.with_file(tree, path, mode, self.objects.blob(data))
        made = self.objects.commit(
            tree or self.objects.tree([]), (parent,) if parent else (), message, author, self.tick()
        )
        self.move(branch, made.sha)
        return made.sha

    def move(self, branch: str, sha: str | None) -> None:
        """Let a branch point elsewhere; pull requests follow, and end where nothing is left of them."""
        if sha is None:
            self.refs.pop(branch, None)
        else:
            self.refs[branch] = sha
        for pull in self.pulls.values():
            if pull.state == "open" and pull.branch == branch and not pull.fork:
                if sha is None or not self.objects.ahead(self.refs[pull.base], sha):
                    pull.state = "closed"
                if sha is not None:
                    pull.head = sha

    def merge(self, number: int) -> str:
        """A person merges a pull request, squashed, and removes its branch."""
        pull = self.pulls[number]
        base = self.refs[pull.base]
        tree = self.objects.made(pull.head).tree
        made = self.objects.commit(tree, (base,), f"{pull.title} (#{number})", "alice", self.tick())
        pull.state, pull.merged, pull.merged_at = "closed", True, self.tick()
        self.refs[pull.base] = made.sha
        self.refs.pop(pull.branch, None)
        return made.sha

    def decline(self, number: int) -> None:
        """A person closes a pull request without merging it."""
        self.pulls[number].state = "closed"

    def unlabel(self, number: int, label: str) -> None:
        """A person takes a label away."""
        self.pulls[number].labels.remove(label)
        self.pulls[number].events.append({"event": "unlabeled", "label": label})

    def comment(self, number: int, body: str, author: str = "alice") -> int:
        """A person comments."""
        remark = Remark(len(self.remarks) + 501, number, Token(author, "fine"), body)
        self.remarks[remark.id] = remark
        return remark.id

    def fork_pull(self, branch: str, title: str, body: str) -> Pull:
        """Somebody opens a pull request from a branch of a fork."""
        number = self.next_number()
        who = Token("mallory", "fine")
        self.pulls[number] = Pull(
            number, title, body, branch, self.default, who, self.refs[self.default], fork="mallory"
        )
        return self.pulls[number]

    # --- what is there

    def file(self, branch: str, path: str) -> bytes:
        files = self.objects.files(self.objects.made(self.refs[branch]).tree)
        return self.objects.data(files[path].sha)

    def log(self, branch: str) -> list[Made]:
        """What a branch has that the default one has not, the oldest first."""
        return self.objects.ahead(self.refs[self.default], self.refs[branch])

    def open_pulls(self) -> list[Pull]:
        return [pull for pull in self.pulls.values() if pull.state == "open" and not pull.fork]
