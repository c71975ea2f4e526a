"""Why a forge stops, as values: each says in one sentence what happened and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from needful.forge.model import Commit


@dataclass(frozen=True)
class CannotPushWorkflows:
    """The token may not write below `.github/workflows`. `said` is GitHub's own sentence."""

    said: str = ""

    def __str__(self) -> str:
        return (
            "the token may not push workflows: use the token of a GitHub App or a fine-grained token with the "
            "permissions Contents, Workflows and Pull requests (each read and write), or a classic one with the scopes "
            "`repo` and `workflow`; the GITHUB_TOKEN of a run can never do it" + _quoted(self.said)
        )


@dataclass(frozen=True)
class CannotOpenPullRequests:
    """The token may push, but not open a pull request. `said` is GitHub's own sentence."""

    said: str = ""

    def __str__(self) -> str:
        return (
            "the token may not open pull requests: give it the permission Pull requests (read and write); for a "
            "GITHUB_TOKEN also tick “Allow GitHub Actions to create and approve pull requests” in the settings of the "
            "repository and of its organisation" + _quoted(self.said)
        )


@dataclass(frozen=True)
class PersonsWork:
    """Commits on our branch that we did not make. They are never overwritten."""

    branch: str
    commits: tuple[Commit, ...]

    def __str__(self) -> str:
        names = ", ".join(commit.sha[:10] for commit in self.commits[:3]) + ("…" if len(self.commits) > 3 else "")
        count = "a commit" if len(self.commits) == 1 else f"{len(self.commits)} commits"
        return f"{self.branch} holds {count} of somebody else ({names}), so it is left as it is"


@dataclass(frozen=True)
class Moved:
    """A branch is not where it was a moment ago: somebody, or another run of ours, was faster. `found`: "" if gone."""

    branch: str
    expected: str
    found: str

    def __str__(self) -> str:
        now = f"is at {self.found[:10]} now" if self.found else "is gone"
        return f"{self.branch} was at {self.expected[:10] or 'nothing'} and {now}: run again"


@dataclass(frozen=True)
class Refused:
    """The forge will not do it, whatever the token: a rule of the repository, an archive, a name that is taken."""

    what: str
    said: str

    def __str__(self) -> str:
        return f"{self.what} was refused: {self.said}"


@dataclass(frozen=True)
class Denied:
    """The token may not do this, or there is no such thing: GitHub does not tell one from the other."""

    what: str
    said: str

    def __str__(self) -> str:
        return f"{self.what} is not there, or the token may not ask for it: {self.said}"


@dataclass(frozen=True)
class ComeBack:
    """A limit on requests is used up. `at`: when to try again, in seconds since 1970."""

    at: float
    said: str = ""

    def __str__(self) -> str:
        when = datetime.fromtimestamp(self.at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        return f"the limit on requests is used up: run again after {when}"


@dataclass(frozen=True)
class Unavailable:
    """The forge did not answer, or not sensibly, however often it was asked."""

    what: str
    said: str

    def __str__(self) -> str:
        return f"{self.what} got no usable answer ({self.said}): run again later"


Reason: TypeAlias = (
    CannotPushWorkflows | CannotOpenPullRequests | PersonsWork | Moved | Refused | Denied | ComeBack | Unavailable
)


def _quoted(said: str) -> str:
    return f" (GitHub says: {said})" if said else ""


class Stop(Exception):
    """A forge cannot go on. What was done before stands, and running again goes on from there."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason
