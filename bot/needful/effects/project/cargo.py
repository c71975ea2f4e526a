"""Aliases of cargo commands, in `.cargo/config.toml`."""

from __future__ import annotations

import posixpath
from typing import NamedTuple

from needful.effects.names import literal
from needful.effects.project.bodies import program
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import folder_of, text_of, upwards
from needful.effects.project.reading import line_of, parse_toml, table, texts

_FILES = (".cargo/config.toml", ".cargo/config")


def cargo(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """The command that an alias stands for; None for what is none, and for one that runs a program made here."""
    folder = folder_of(opening)
    target = text_of(opening.targets[0]) if len(opening.targets) == 1 else None
    found = alias(files, folder, target) if folder is not None and target else None
    if folder is None or not target or found is None or any(word in ("run", "r") for word in found.words):
        return None
    script = program(("cargo", *found.words, *opening.arguments))
    return (Body(found.path, found.line, target, script, literal(folder)),)


class Alias(NamedTuple):
    """The words behind `cargo` that an alias stands for, and where it is defined."""

    words: tuple[str, ...]
    path: str
    line: int


def alias(files: Files, folder: str, name: str) -> Alias | None:
    """What `cargo NAME` stands for in a folder, None where that is no alias."""
    for above in upwards(folder):
        for file in _FILES:
            path = posixpath.join(above, file)
            text = files.text(path)
            value = table(parse_toml(text), "alias").get(name) if text is not None else None
            words = tuple(value.split()) if isinstance(value, str) else texts(value)
            if text is not None and words:
                return Alias(words, path, line_of(text, ("alias", name)))
    return None
