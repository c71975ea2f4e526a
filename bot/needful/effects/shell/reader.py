"""Which reader a script takes: by the text of `shell:`, or by the runner where there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Protocol

from needful.effects.names import Name
from needful.effects.shell.bash import read_bash
from needful.effects.shell.marks import unread
from needful.effects.shell.model import Script


class _Reader(Protocol):
    def __call__(self, source: Name, variables: Mapping[str, Name], *, workspace: str | None) -> Script: ...


_LANGUAGES = {
    **dict.fromkeys(("bash", "sh", "dash", "ash", "zsh", "ksh"), "bash"),
    **dict.fromkeys(("pwsh", "powershell"), "powershell"),
    **dict.fromkeys(("python", "pypy"), "python"),
    "cmd": "cmd",
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
    language = _language_of(shell)
    if language is None:
        return unread(f"a script for `{shell.strip()[:80]}`")
    return _read(source, language, tuple(sorted(variables.items(), key=itemgetter(0))), workspace)


@lru_cache(maxsize=8192)
def _read(source: Name, language: str, variables: tuple[tuple[str, Name], ...], workspace: str | None) -> Script:
    """Jobs often run the same scripts, and targets that they have in common."""
    return _reader(language)(source, dict(variables), workspace=workspace)


def default_shell(runner_os: str) -> str:
    """The shell of a step that names none, by `runner.os` (`Linux`, `macOS`, `Windows`)."""
    return "pwsh" if runner_os.lower() == "windows" else "bash"


def _reader(language: str) -> _Reader:
    """The reader of a language; those that few repositories need are imported when one does."""
    if language == "powershell":
        from needful.effects.shell.powershell import read_powershell

        return read_powershell
    if language == "python":
        from needful.effects.shell.python import read_python

        return read_python
    if language == "cmd":
        from needful.effects.shell.cmd import read_cmd

        return read_cmd
    return read_bash


@lru_cache(maxsize=256)
def _language_of(shell: str) -> str | None:
    words = [word.strip("'\"") for word in shell.split()]
    if not words:
        return "bash"
    if "${{" in shell:
        return None
    first = _program(words[0])
    if first in _LANGUAGES or first in _WRAPPERS:
        return _LANGUAGES.get(first, "bash")
    # of `nix develop -c bash -e {0}`: the last program in front of the script, with nothing but options between
    for word in reversed(words[: words.index(_SCRIPT)] if _SCRIPT in words else []):
        if _program(word) in _LANGUAGES:
            return _LANGUAGES[_program(word)]
        if not word.startswith(("-", "+")) and word not in ("pipefail", "errexit", "igncr"):
            return None
    return None


def _program(word: str) -> str:
    """The name of a program, without its folder, version and ending."""
    name = re.split(r"[/\\]", word)[-1].lower()
    return name if name in _WRAPPERS else _VERSION.sub("", name)
