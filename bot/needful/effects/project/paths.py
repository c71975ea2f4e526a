"""Where files of a repository are: folders and names, relative to its root, never outside it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from needful.effects.names import Hole, Name, is_literal, literal
from needful.effects.project.model import Files, Opening
from needful.workflow.repository import normalise

MAX_UP = 32
"""How many folders up a tool's file is looked for."""


def text_of(name: Name | None) -> str | None:
    """A name without holes as text, None for one that has some (and for none)."""
    if name is None or not is_literal(name):
        return None
    return "".join(str(part) for part in name)


def texts_of(names: Iterable[Name]) -> tuple[str, ...] | None:
    """Names without holes as texts, None where any has some."""
    found = [text_of(name) for name in names]
    return None if None in found else tuple(text for text in found if text is not None)


def option(opening: Opening, key: str) -> str | None:
    """The text of an option, `""` where it is not given, None where its value is not known."""
    return text_of(opening.options.get(key, ()))


def folder_of(opening: Opening) -> str | None:
    """The folder in which a command looks, `""` for the root; None where it is not known or outside."""
    folder = text_of(opening.folder)
    return normalise(folder) if folder is not None else None


def inside(folder: str, path: str) -> str | None:
    """A path as written in a folder, from the root on; None for what leads out of the repository."""
    return normalise(posixpath.join(folder, path)) if "\0" not in path else None


def parent(path: str) -> str:
    """The folder that a path stands in, `""` for the root."""
    return posixpath.dirname(path)


def as_name(folder: str | None) -> Name | None:
    """A folder as the name that a body carries."""
    return None if folder is None else literal(folder)


def upwards(folder: str) -> Iterator[str]:
    """A folder and those above it, up to the root."""
    for _ in range(MAX_UP):
        yield folder
        if not folder:
            return
        folder = parent(folder)


def root_of(folder: str) -> Name:
    """A folder of the repository by its path on the runner."""
    return (Hole("github.workspace"), *literal("/" + folder if folder else ""))


def nearest(files: Files, folder: str, names: Iterable[str]) -> str | None:
    """The path of the first of these files in a folder, or else in the nearest one above that has any."""
    wanted = tuple(names)
    paths = (posixpath.join(above, name) for above in upwards(folder) for name in wanted)
    return next((path for path in paths if files.text(path) is not None), None)


def is_folder(files: Files, path: str) -> bool:
    """Whether there is such a folder with anything in it."""
    return bool(files.listing(path))
