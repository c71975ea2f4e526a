"""What the user's paths mean: repositories and their workflows."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from needful.app.files import failed, lister, reader, real_path
from needful.errors import UserError
from needful.workflow.repository import Repository

WORKFLOWS = ".github/workflows"
_SUFFIXES = (".yml", ".yaml")


@dataclass(frozen=True)
class Target:
    """Workflows of one repository. `root` is the folder as the user named it, the workflows' paths are below it.

    `named` are those that the user named one by one.
    """

    root: str
    workflows: tuple[str, ...]
    named: frozenset[str] = frozenset()


def find_targets(paths: Sequence[str]) -> tuple[Target, ...]:
    """What the user's paths mean: a repository with all its workflows, or single files; each file once.

    Raises `UserError` for a path that is neither, before anything is read.
    """
    found: dict[Path, tuple[str, dict[str, bool]]] = {}
    for path in paths or (".",):
        root, workflows, named = _look_at(path)
        _, known = found.setdefault(real_path(root), (_shown(root, path), {}))
        known.update({workflow: named or known.get(workflow, False) for workflow in workflows})
    return tuple(
        Target(shown, tuple(sorted(workflows)), frozenset(path for path, named in workflows.items() if named))
        for shown, workflows in found.values()
    )


def repository_of(target: Target) -> Repository:
    """The checkout of a target, with all its workflows."""
    # all of them, also for a single file: another workflow may listen to this one
    return Repository(target.root, reader(target.root), _all_workflows(Path(target.root)), lister(target.root))


def _look_at(path: str) -> tuple[Path, list[str], bool]:
    """The repository that a path leads to, the workflows it stands for, relative to it, and whether it names one."""
    if not path:
        raise UserError("a path is empty", hint="leave it out to mean the current folder")
    absolute = Path(os.path.normpath(Path(path).absolute()))
    try:
        mode = absolute.stat().st_mode
        if stat.S_ISDIR(mode):
            return *_look_into(absolute, path), False
    except OSError as error:
        raise failed("cannot be read", path, error) from None
    if not stat.S_ISREG(mode):
        raise UserError("neither a folder nor a regular file", path=path)
    for folder in absolute.parents:
        if _holds_workflows(folder):
            root = folder.parent.parent
            return root, [absolute.relative_to(root).as_posix()], True
    return absolute.parent, [absolute.name], True


def _look_into(folder: Path, path: str) -> tuple[Path, list[str]]:
    root = folder.parent.parent if _holds_workflows(folder) else folder
    workflows = root / WORKFLOWS
    if not workflows.is_dir():
        above = next((parent for parent in root.parents if (parent / WORKFLOWS).is_dir()), None)
        hint = f"did you mean {_shown(above, path)}?" if above else "name a repository or a workflow file"
        raise UserError(f"no folder {WORKFLOWS} here", path=path, hint=hint)
    found = _all_workflows(root)
    if not found:
        raise UserError(f"no workflow (*.yml, *.yaml) in {WORKFLOWS}", path=path)
    return root, found


def _all_workflows(root: Path) -> list[str]:
    """The workflows of a repository, relative to it."""
    folder = root / WORKFLOWS
    entries = folder.iterdir() if folder.is_dir() else ()
    return sorted(f"{WORKFLOWS}/{entry.name}" for entry in entries if entry.suffix in _SUFFIXES)


def _holds_workflows(folder: Path) -> bool:
    return folder.name == "workflows" and folder.parent.name == ".github"


def _shown(root: Path, path: str) -> str:
    """A repository's folder as the user would type it: relative if the path was."""
    return str(root) if Path(path).is_absolute() else Path(os.path.relpath(root)).as_posix()
