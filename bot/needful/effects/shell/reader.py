"""Which reader a script takes: by the text of `shell:`, or by the runner where there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from needful.effects.names import Name
from needful.effects.shell.bash import read_bash
from needful.effects.shell.cmd import read_cmd
from needful.effects.shell.marks import unread
from needful.effects.shell.model import Script
from needful.effects.shell.powershell import read_powershell
from needful.effects.shell.python import read_python


class _Reader(Protocol):
    def __call__(self, source: Name, variables: Mapping[str, Name], *, workspace: str | None) -> Script: ...


_READERS: dict[str, _Reader] = {
    **dict.fromkeys(("bash", "sh", "dash", "ash", "zsh", "ksh"), read_bash),
    **dict.fromkeys(("pwsh", "powershell"), read_powershell),
    **dict.fromkeys(("python", "pypy"), read_python),
    "cmd": read_cmd,
}
# wrappers of actions that hand the script to a POSIX shell, in an environment or a machine of their own
_WRAPPERS = frozenset(
    {
        *("msys2", "wsl-bash", "alpine.sh", "cpa.sh", "micromamba-shell", "cygwin", "chroot.sh"),
        *("freebsd", "openbsd", "netbsd", "dragonflybsd", "solaris", "omnios", "haiku"),
    }
)
_VERSION = re.compile(r"[0-9.]*(?:\.exe)?\Z")
_SCRIPT = "{0}"


def read_script(source: Name, shell: str, variables: Mapping[str, Name] = {}, *, workspace: str | None = "") -> Script:
    """The commands of a script that a shell (as `shell:` names it) reads. Without a shell it is read as bash.

    `variables` and `workspace` are those of `read_bash`. A shell that is not known gives a gap.
    """
    reader = _reader_of(shell)
    if reader is None:
        return unread(f"a script for `{shell.strip()[:80]}`")
    return reader(source, variables, workspace=workspace)


def default_shell(runner_os: str) -> str:
    """The shell of a step that names none, by `runner.os` (`Linux`, `macOS`, `Windows`)."""
    return "pwsh" if runner_os.lower() == "windows" else "bash"


def _reader_of(shell: str) -> _Reader | None:
    words = [word.strip("'\"") for word in shell.split()]
    if not words:
        return read_bash
    if "${{" in shell:
        return None
    first = _program(words[0])
    if first in _READERS or first in _WRAPPERS:
        return _READERS.get(first, read_bash)
    # of `nix develop -c bash -e {0}`: the last program in front of the script, with nothing but options between
    for word in reversed(words[: words.index(_SCRIPT)] if _SCRIPT in words else []):
        if _program(word) in _READERS:
            return _READERS[_program(word)]
        if not word.startswith(("-", "+")) and word not in ("pipefail", "errexit", "igncr"):
            return None
    return None


def _program(word: str) -> str:
    """The name of a program, without its folder, version and ending."""
    name = re.split(r"[/\\]", word)[-1].lower()
    return name if name in _WRAPPERS else _VERSION.sub("", name)
