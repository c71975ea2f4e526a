"""What the tests of the forge share."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Protocol

from github_server.state import Token
from needful.forge.github.connection import Kept
from needful.forge.github.service import GitHub

CI = ".github/workflows/ci.yml"
BRANCH = "needful/ci.yml"
# a byte order mark, Windows line ends, no line end at the end
ENVIRONMENT = {
    **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{role}_{what}": "needful" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}
CI_BYTES = b"\xef\xbb\xbfon: push\r\njobs: {}\r\n# \xc3\xa9"


@dataclass
class Clock:
    """Time passes only where somebody sleeps."""

    time: float = 1_770_000_000.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


class Connect(Protocol):
    def __call__(
        self, token: Token | None = None, kept: dict[str, Kept] | None = None, timeout: int = 30
    ) -> GitHub: ...
