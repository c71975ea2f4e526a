"""Which commands make Cargo compile on the runner itself, and which project they build."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from needful.effects.installs import Install, installs
from needful.effects.model import Evidence
from needful.effects.names import is_literal, literal, show
from needful.effects.project.cargo import alias
from needful.effects.step import StepEffects
from needful.effects.work import Deed, inside_repository
from needful.workflow.repository import Repository

_COMPILING = frozenset(
    {
        *("build", "b", "check", "c", "test", "t", "clippy", "bench", "doc", "d", "run", "r", "install", "xtask"),
        *("nextest", "llvm-cov", "tarpaulin", "miri", "hack", "rustdoc"),
    }
)
_WITH_VALUES = frozenset({"-C", "-Z", "--config", "--color", "--manifest-path", "--target-dir"})
_NEVER_KEPT = frozenset({"--root", "--force", "-f", "--list", "--no-track", "--target-dir"})
"""Options with which Cargo compiles a tool again although it is there, or puts it where nobody keeps it."""
_DRIVERS = {
    "maturin": frozenset({"build", "develop", "dev"}),
    "wasm-pack": frozenset({"build", "test", "pack"}),
    "napi": frozenset({"build"}),
    "tauri": frozenset({"build"}),
    "trunk": frozenset({"build"}),
    "cross": frozenset({"build", "check", "test", "clippy", "bench", "run"}),
}
"""Programs that call Cargo themselves, by the sub-commands with which they do."""
_BACKENDS = re.compile(r"""["'](?:maturin|setuptools[-_]rust)\b""")
"""What a Python project is built with where a part of it is Rust."""
_BELOW = {"tauri": "src-tauri"}


class Build(NamedTuple):
    """What makes Cargo compile, where it was `seen`. `folder` is that of the repository, None if not known.

    `tool`: it compiles no project, but a program that it names. `hook`: as a hook of an install.
    """

    folder: str | None
    seen: Evidence
    tool: bool = False
    hook: bool = False


def builds(step: StepEffects, repository: Repository) -> Iterator[Build]:
    """What a step makes Cargo compile, by itself or through a program that calls it."""
    for one in installs(step, repository):
        if one.manager == "cargo" and _compiles(words := _words(one.deed)):
            yield Build(one.folder, _seen(step, one.deed), "install" in words and "--path" not in words)
        elif one.manager == "pip" and one.whole and _is_partly_rust(one, repository):
            yield Build(one.folder, _seen(step, one.deed))
    for deed in step.deeds:
        if not (deed.contained or deed.sealed):
            found = _driven(step, deed) or _through_an_alias(step, deed, repository)
            yield from (found,) if found is not None else ()


def _seen(step: StepEffects, deed: Deed) -> Evidence:
    return step.site.seen(f"runs `{deed.command.text}`", deed.spot.line, deed.spot.way)


def _words(deed: Deed) -> list[str]:
    """The words of a command; what is not known is empty."""
    return [show(word) if is_literal(word) else "" for word in deed.command.words]


def _compiles(words: list[str]) -> bool:
    """Whether a command of Cargo compiles what the next run could take over."""
    todo = iter(words[1:])
    for word in todo:
        if word in _WITH_VALUES:
            next(todo, None)
        elif not word.startswith(("-", "+")):
            return word in _COMPILING and not (word == "install" and _NEVER_KEPT.intersection(words))
    return False


def _is_partly_rust(one: Install, repository: Repository) -> bool:
    if posixpath.basename(_words(one.deed)[0]) in ("tox", "nox"):
        return False
    return any(file.endswith("pyproject.toml") and _BACKENDS.search(repository.text(file) or "") for file in one.files)


def _through_an_alias(step: StepEffects, deed: Deed, repository: Repository) -> Build | None:
    """What an alias builds that runs a program of the project; what other aliases stand for is a deed of its own."""
    words = [word for word in _words(deed) if not word.startswith("+")]
    folder = inside_repository(step.site, deed.folder)
    if posixpath.basename(words[0]) != "cargo" or len(words) < 2 or words[1] in _COMPILING or folder is None:
        return None
    meant = alias(repository, folder, words[1]) if words[1] and not words[1].startswith("-") else None
    runs = meant is not None and not {"run", "r"}.isdisjoint(meant.words)
    return Build(folder, _seen(step, deed)) if runs else None


def _driven(step: StepEffects, deed: Deed) -> Build | None:
    """What a program that calls Cargo builds: the project where it runs, or that it names."""
    words = _words(deed)
    program = posixpath.basename(words[0])
    if program not in _DRIVERS or _DRIVERS[program].isdisjoint(words[1:]):
        return None
    below = _BELOW.get(program, "")
    for option in ("--manifest-path", "-m"):
        if option in words[1:-1]:
            below = posixpath.dirname(words[words.index(option) + 1])
    if program == "wasm-pack" and "/" in words[-1] and not words[-2].startswith("-"):
        below = words[-1]
    if deed.folder is None or not is_literal(deed.folder):
        return Build(None, _seen(step, deed), hook=deed.hook)
    folder = literal(posixpath.join(show(deed.folder), below))
    return Build(inside_repository(step.site, folder), _seen(step, deed), hook=deed.hook)
