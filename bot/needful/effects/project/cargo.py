"""Aliases of cargo commands, in `.cargo/config.toml`."""

from __future__ import annotations

import posixpath

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
    if folder is None or not target:
        return None
    for above in upwards(folder):
        for name in _FILES:
            path = posixpath.join(above, name)
            text = files.text(path)
            alias = table(parse_toml(text), "alias").get(target) if text is not None else None
            words = alias.split() if isinstance(alias, str) else texts(alias)
            if text is None or not words:
                continue
            if any(word in ("run", "r") for word in words):
                return None
            script = program(("cargo", *words, *opening.arguments))
            return (Body(path, line_of(text, ("alias", target)), target, script, literal(folder)),)
    return None
