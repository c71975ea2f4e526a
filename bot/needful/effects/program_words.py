"""Which program the first word of a command means: one of the tables, a file of the repository, or nobody knows."""

from __future__ import annotations

import re
from typing import NamedTuple

from needful.effects.names import Hole, Name
from needful.effects.options import head_of, text_of
from needful.facts.commands import Entry, program

_VARIABLE = re.compile(r"[$%]?\{?(?:env[:.])?(\w+)[}%]?\Z")
_HOMES = frozenset(
    {
        "ANDROID_HOME",
        "ANDROID_SDK_ROOT",
        "CARGO_HOME",
        "CONDA",
        "GOPATH",
        "GOROOT",
        "HOME",
        "JAVA_HOME",
        "NVM_DIR",
        "Python_ROOT_DIR",
        "RUNNER_TOOL_CACHE",
        "USERPROFILE",
        "VIRTUAL_ENV",
        "pythonLocation",
    }
)  # fmt: skip
_MAX_PATH = 500  # characters of a program's word; longer ones are no programs
_WORKSPACE = frozenset({"GITHUB_WORKSPACE", "github.workspace", "PWD"})
_ENDING = re.compile(r"\.(?:exe|cmd|bat|com|ps1)\Z", re.IGNORECASE)
_SCRIPT = re.compile(r"\.(?:sh|bash|zsh|ps1|bat|cmd|py|rb|pl|mjs|js|ts)\Z", re.IGNORECASE)
_VERSION = re.compile(r"-?\d[\w.]*\Z|-\Z")
# where package managers put the programs that they install, as seen from a project
_TOOL_FOLDERS = re.compile(r"(?:.*/)?(?:node_modules/\.bin|vendor/bin|\.?[\w-]*venv[\w.-]*/(?:bin|Scripts))/[^/]+\Z")


class Program(NamedTuple):
    """A program of the tables by its name there, or (`entry` None) a file of the repository at `path`."""

    name: str
    entry: Entry | None
    path: Name = ()


def program_of(word: Name) -> Program | None:
    """What a program's word means, None if nobody knows."""
    text = text_of(word).replace("\\", "/")
    if len(text) > _MAX_PATH:
        return None
    home = False
    if word and isinstance(word[0], Hole):
        variable = variable_of(word[0])
        if variable in _WORKSPACE and len(word) == 2 and text.startswith("/"):
            return _inside(text[1:], word)
        if variable not in _HOMES or len(word) != 2:
            return None
        home = True
    elif any(isinstance(part, Hole) for part in word):
        return _with_version(word)
    if text.startswith("@"):
        return _named(text)  # a package with a scope, run by its name
    base = text.rpartition("/")[2]
    if home or text[:1] in ("/", "~") or text[1:2] == ":" or "/" not in text:
        return _named(base) or _beside(base, word)
    return _inside(text, word)


def is_installed(path: Name) -> bool:
    """Whether a path leads to what was installed on the machine, not to a file of the repository."""
    if path and isinstance(path[0], Hole):
        return variable_of(path[0]) in _HOMES
    return head_of(path).startswith(("/etc/", "/opt/", "/usr/", "~/"))


def variable_of(hole: Hole) -> str:
    """The variable (or context) that a hole stands for, without the marks of its shell."""
    found = _VARIABLE.match(hole.key.strip("\"'"))
    return found[1] if found else hole.key


def _with_version(word: Name) -> Program | None:
    """`python${{ matrix.version }}` is a Python, whichever."""
    head = head_of(word)
    found = program(head.rstrip("-.0123456789")) if len(word) == 2 and "/" not in head else None
    return Program(head.rstrip("-.0123456789"), found) if found is not None and found.versioned else None


def _named(base: str) -> Program | None:
    """A program by its name alone, perhaps with a version behind it."""
    plain = _ENDING.sub("", base)
    for name in dict.fromkeys((base, plain)):
        if (found := program(name)) is not None:
            return Program(name.lower() if found.folded else name, found)
    name = _VERSION.sub("", plain)
    found = program(name)
    return Program(name, found) if found is not None and found.versioned else None


def _beside(base: str, word: Name) -> Program | None:
    """In a shell of Windows, a script of the folder may stand there without a path."""
    return Program(base, None, word) if _SCRIPT.search(base) and word == (base,) else None


def _inside(path: str, word: Name) -> Program | None:
    """A program by its path in the workspace: a wrapper, an installed tool, or a file of the repository."""
    base = path.rpartition("/")[2]
    found = _named(base)
    if _TOOL_FOLDERS.match(path) or (found is not None and found.entry is not None and found.entry.local):
        return found
    return Program(base, None, tuple(part.replace("\\", "/") if isinstance(part, str) else part for part in word))
