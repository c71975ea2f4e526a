"""Environments of tox: what they install and the commands that they run, none of them by a shell."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from needful.effects.names import Name, joined, literal
from needful.effects.project.bodies import MAX_PIECES, gap, program, split, together, words
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import as_name, folder_of, inside, option, parent, text_of, texts_of, upwards
from needful.effects.project.reading import line_of, lines_of, parse_ini, parse_toml, table
from needful.effects.project.tox_ini import Ini
from needful.effects.project.tox_names import Environment, TooMuch
from needful.effects.project.tox_toml import Toml
from needful.effects.shell.model import Script

_FILES = ("tox.ini", "setup.cfg", "pyproject.toml", "tox.toml")
_MARKS = re.compile(r"[-!\s]+")


def tox(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """What the environments run that are asked for (parted by commas, too), without any those of the list.

    Arguments are what stands for `{posargs}`. Option: `file`, as `tox -c`.
    """
    folder, file, asked = folder_of(opening), option(opening, "file"), texts_of(opening.targets)
    if folder is None or file is None or asked is None:
        return None
    candidates = (inside(folder, file),) if file else _candidates(folder)
    for path in candidates:
        text = files.text(path) if path is not None else None
        settings = _settings(path, text, opening) if path is not None and text is not None else None
        if path is not None and text is not None and settings is not None:
            wanted = tuple(name for one in asked for name in one.split(",") if name)
            return _bodies(settings, path, text, wanted)
    return None


def _candidates(folder: str) -> Iterator[str]:
    for above in upwards(folder):
        for name in _FILES:
            yield posixpath.join(above, name)


def _settings(path: str, text: str, opening: Opening) -> Ini | Toml | None:
    """What a file says of tox, None where it says nothing."""
    name = posixpath.basename(path)
    if name.endswith(".toml"):
        data = parse_toml(text) if name == "tox.toml" else table(parse_toml(text), "tool", "tox")
        legacy = data.get("legacy_tox_ini")
        if isinstance(legacy, str):
            return _ini(path, legacy, "tox", opening)
        return Toml(path, data, opening.arguments, opening.environment) if data else None
    return _ini(path, text, "tox:tox" if name == "setup.cfg" else "tox", opening)


def _ini(path: str, text: str, core: str, opening: Opening) -> Ini | None:
    parser = parse_ini(text)
    if parser is None or (core == "tox:tox" and not parser.has_section(core)):
        return None
    return Ini(path, parser, core, opening.arguments, opening.environment)


def _bodies(settings: Ini | Toml, path: str, text: str, asked: tuple[str, ...]) -> tuple[Body, ...] | None:
    try:
        names = asked if asked and "ALL" not in asked else settings.names()
        found = [settings.environment(name) for name in names or ()]
    except TooMuch:
        return None
    if not found or None in found or sum(len(one.commands) for one in found if one is not None) > MAX_PIECES:
        return None
    return tuple(_body(one, path, text) for one in found if one is not None)


def _body(environment: Environment, path: str, text: str) -> Body:
    line = line_of(text, environment.keys)
    installs = _installs(environment)
    pieces = [(line, installs)]
    commands = [_unmarked(one) for one in environment.commands]
    heads = [str(one[0]) if one and isinstance(one[0], str) else "" for one in commands]
    for at, one in zip(lines_of(text, heads, line), commands, strict=True):
        pieces.append((at, words(one)))
    first, script = together(pieces)
    change = text_of(environment.folder)
    return Body(
        path,
        first,
        environment.name,
        script,
        as_name(inside(parent(path), change)) if change is not None else None,
        contained=True,
        environment=environment.variables,
    )


def _unmarked(line: Name) -> Name:
    """A command without the marks in front that say whether it may, or should, fail."""
    if line and isinstance(line[0], str):
        marks = _MARKS.match(line[0])
        return joined((literal(line[0][marks.end() :]), line[1:])) if marks else line
    return line


def _installs(environment: Environment) -> Script:
    """`pip install` of what the environment needs, and of the project."""
    found: list[Name] = []
    for line in environment.installs:
        whole = text_of(line)
        # a condition (`name; python_version < "3.12"`) belongs to the name
        pieces = (line,) if whole is not None and ";" in whole else split(line)
        if pieces is None:
            return gap("dependencies that could not be read")
        found += pieces
    if environment.package:
        found.append(literal("."))
    return program(("python", "-m", "pip", "install", *found)) if found else Script()
