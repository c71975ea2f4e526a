"""Plans written: in place, or below another folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from needful.app.files import failed, real_path, write_whole
from needful.errors import UserError
from needful.planning.plan import FilePlan, Plan
from needful.report.terminal import shown_path
from needful.source import MAX_BYTES


def write_in_place(plans: Iterable[Plan]) -> tuple[UserError, ...]:
    """Replace each changed workflow by its new text, whole or not at all. Returns what could not be written."""
    problems: list[UserError] = []
    for plan in plans:
        for file in plan.files:
            try:
                if file.changed:
                    _replace(plan.root, file)
            except UserError as error:
                problems.append(error)
    return tuple(problems)


def write_below(plans: Sequence[Plan], folder: str) -> tuple[UserError, ...]:
    """Write changed workflows, and nothing else, below a folder; several repositories each get their own in it."""
    goals: dict[Path, bytes] = {}
    for plan, prefix in zip(plans, folder_names([plan.root for plan in plans]), strict=True):
        for file in plan.files:
            goal = Path(folder, prefix, file.path)
            if real_path(goal) == real_path(Path(plan.root, file.path)):
                hint = "leave --output out to write in place"
                raise UserError("the output folder is the repository itself", path=folder, hint=hint)
            if file.changed:
                goals[goal] = file.after.to_bytes()
    problems: list[UserError] = []
    for goal, data in goals.items():
        try:
            goal.parent.mkdir(parents=True, exist_ok=True)
            write_whole(goal, data, None)
        except OSError as error:
            problems.append(failed("cannot be written", str(goal), error))
    return tuple(problems)


def write_drawing(file: str, drawing: str) -> None:
    """Write a drawing, whole or not at all. Raises `UserError` where that cannot be."""
    try:
        write_whole(Path(file), drawing.encode(), None)
    except OSError as error:
        raise failed("cannot be written", file, error) from None


def folder_names(roots: Sequence[str]) -> tuple[str, ...]:
    """Where each repository goes in a common folder: nowhere in particular if it is the only one."""
    if len(roots) < 2:
        return ("",) * len(roots)
    names: dict[str, str] = {}
    for root in roots:
        name = real_path(Path(root)).name
        if name in names:
            raise UserError(
                f"two repositories are called {name!r}: {names[name]} and {root}", hint="handle them one at a time"
            )
        names[name] = root
    return tuple(names)


def _replace(root: str, file: FilePlan) -> None:
    goal = real_path(Path(root, file.path))
    shown = shown_path(root, file.path)
    try:
        status = goal.stat()
        with goal.open("rb") as stream:
            now = stream.read(MAX_BYTES + 1)
        if now == file.after.to_bytes():  # two names of one file
            return
        if now != file.before.to_bytes():
            raise UserError("changed by someone else meanwhile, so it is left alone", path=shown, hint="run it again")
        if not os.access(goal, os.W_OK):
            raise UserError("cannot be written: it is read-only", path=shown)
        write_whole(goal, file.after.to_bytes(), status)
    except OSError as error:
        raise failed("cannot be written", shown, error) from None
