"""Which files of a repository say what a package manager fetches: the lock file, or else the next best."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from needful.effects.installs import Install
from needful.effects.names import show
from needful.effects.project.found import found
from needful.facts.set_up_caches import SetUp
from needful.workflow.repository import Repository

_LOCKS = {
    "npm": ("package-lock.json", "npm-shrinkwrap.json"),
    "yarn": ("yarn.lock",),
    "pnpm": ("pnpm-lock.yaml",),
    "pipenv": ("Pipfile.lock",),
    "poetry": ("poetry.lock",),
    "pdm": ("pdm.lock",),
    "uv": ("uv.lock",),
    "go": ("go.sum",),
    "dotnet": ("packages.lock.json",),
    "bundler": ("Gemfile.lock", "Gemfile"),
}
BY_GLOB = ("maven", "gradle", "sbt", "deno")
"""Package managers whose set-up action finds the files itself, wherever they lie."""
_NEWER_YARN = re.compile(r'"packageManager"\s*:\s*"yarn@(?:[2-9]|[1-9]\d)')
_UNLOCKED = frozenset({"install", "i"})
_LINUX = re.compile(r"(?m)^  (?:ruby|x86_64-linux(?:-gnu)?)$")


def key_files(repository: Repository, manager: str, wanted: Iterable[Install], facts: SetUp) -> tuple[str, ...]:
    """The files of the repository that say what is fetched; none where one of the installs has none."""
    files: dict[str, None] = {}
    for one in wanted:
        of_one = _of_one(repository, manager, one, facts)
        if not of_one:
            return ()
        files.update(dict.fromkeys(of_one))
    return tuple(files)


def _of_one(repository: Repository, manager: str, one: Install, facts: SetUp) -> tuple[str, ...]:
    if manager in _LOCKS:
        return _lock(repository, manager, one) or (_unlocked(repository, one) if manager == "npm" else ())
    if manager in BY_GLOB:
        return tuple(pattern for pattern in facts.managers[manager].files if found(repository, pattern))
    files = tuple(file for file in one.files if found(repository, file))
    return files if len(files) == len(one.files) else ()


def _lock(repository: Repository, manager: str, one: Install) -> tuple[str, ...]:
    """The lock file of a folder, or of a folder above it whose project it is part of.

    Where nobody knows the folder, the only one that the repository has; not for what another program runs, which may be
    elsewhere altogether (`docker run`).
    """
    command = one.deed.command
    if one.folder is None and not command.text.startswith(show(command.words[0])):
        return ()
    if one.folder is None:
        paths = [path for name in _LOCKS[manager] for path in found(repository, f"**/{name}")]
        return _fit(repository, manager, paths[0]) if len(paths) == 1 else ()
    folder: str | None = one.folder
    while folder is not None:
        for name in _LOCKS[manager]:
            path = posixpath.join(folder, name)
            if repository.has(path):
                return _fit(repository, manager, path)
        folder = posixpath.dirname(folder) if folder else None
    return ()


def _fit(repository: Repository, manager: str, path: str) -> tuple[str, ...]:
    return (path,) if manager != "yarn" or _is_old_yarn(repository, posixpath.dirname(path)) else ()


def _unlocked(repository: Repository, one: Install) -> tuple[str, ...]:
    """The manifest of a project of npm without a lock file: what it asks for changes less than what it gets."""
    words = [show(word) for word in one.deed.command.words]
    path = posixpath.join(one.folder, "package.json") if one.folder is not None else ""
    return (path,) if path and not _UNLOCKED.isdisjoint(words) and repository.has(path) else ()


def _is_old_yarn(repository: Repository, folder: str) -> bool:
    """Whether the Yarn that stands on every runner can tell where its cache is: newer ones come with the project."""
    if "yarnPath" in (repository.text(posixpath.join(folder, ".yarnrc.yml")) or ""):
        return True
    return not _NEWER_YARN.search(repository.text(posixpath.join(folder, "package.json")) or "")


def lock_fits(repository: Repository, path: str) -> bool:
    """Whether a lock file of Bundler lists what is installed on Linux; a manifest without one does."""
    text = repository.text(path) or ""
    return "PLATFORMS" not in text or bool(_LINUX.search(text))
