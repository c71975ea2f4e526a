"""The one way to git: plumbing commands with argument lists, never a shell, and nothing of the user's files touched.

Hooks and file system monitors do not run: they are programs that a repository's configuration names.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from needful.errors import UserError

_TIMEOUT = 120
_ALWAYS = (
    "--no-replace-objects",
    "--literal-pathspecs",
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "i18n.commitEncoding=UTF-8"),
)


class Answer(NamedTuple):
    """How a command ended: its exit code, what it wrote, and the first line of its complaint."""

    code: int
    out: bytes
    said: str

    @property
    def text(self) -> str:
        """What it wrote, as one line."""
        return self.out.decode("utf-8", "surrogateescape").rstrip("\n")


class Git:
    """Git in one folder. `environment` is that of the process; what in it would lead git elsewhere is left out."""

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self._root = root
        kept = {name: value for name, value in environment.items() if not name.startswith("GIT_") or name in _WHO}
        quiet = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
        self._environment = {**kept, **quiet}

    def ask(self, *arguments: str, given: bytes = b"", also: Mapping[str, str] | None = None) -> Answer:
        """Run a command. Raises `UserError` where there is no git, or it does not come back."""
        command = ["git", "-C", str(self._root), *_ALWAYS, *arguments]
        try:
            done = subprocess.run(
                command,
                input=given,
                capture_output=True,
                env={**self._environment, **(also or {})},
                timeout=_TIMEOUT,
                check=False,
            )
        except FileNotFoundError:
            raise UserError("git is not installed", hint="it is needed for branches and commits") from None
        except subprocess.TimeoutExpired:
            raise UserError(f"git {arguments[0]} did not end within {_TIMEOUT} s", path=str(self._root)) from None
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        said = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[0] if lines else "")
        return Answer(done.returncode, done.stdout, said.removeprefix("fatal: ").removeprefix("error: "))

    def do(self, *arguments: str, given: bytes = b"", also: Mapping[str, str] | None = None) -> Answer:
        """Run a command that has to succeed. Raises `UserError` with what git says."""
        answer = self.ask(*arguments, given=given, also=also)
        if answer.code:
            raise UserError(f"git {arguments[0]}: {answer.said or 'failed'}", path=str(self._root))
        return answer


_WHO = frozenset(f"GIT_{role}_{what}" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")) | {
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CEILING_DIRECTORIES",
}
"""Who somebody is and where their configuration is: not where the repository is."""
