"""Scripts of hatch's environments, in `pyproject.toml` or `hatch.toml`."""

from __future__ import annotations

import re
from typing import NamedTuple

from needful.effects.names import Name, literal
from needful.effects.project.bodies import flat, gap, program, shell, spaced, templated, together
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import as_name, folder_of, inside, nearest, parent, text_of
from needful.effects.project.reading import Table, line_of, lines_of, parse_toml, table, texts
from needful.effects.shell.model import Script

_FILES = ("hatch.toml", "pyproject.toml")
_FIELD = re.compile(r"\{([a-z]+(?::[^{}]*)?)\}")
_MAX_DEPTH = 8
_MAX_COMMANDS = 300


class _Environment(NamedTuple):
    name: str
    scripts: Table
    settings: Table


def hatch(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """What `hatch run` runs: a script (`name`, or `environment:name`), or else a program in the environment."""
    folder = folder_of(opening)
    target = text_of(opening.targets[0]) if len(opening.targets) == 1 else None
    if folder is None or not target or target.startswith(("+", "-")):
        return None
    path = nearest(files, folder, ("hatch.toml",)) or nearest(files, folder, ("pyproject.toml",))
    text = files.text(path) if path is not None else None
    if path is None or text is None:
        return None
    data = parse_toml(text)
    environments = table(data, "envs") if path.endswith("hatch.toml") else table(data, "tool", "hatch", "envs")
    name, colon, script = target.partition(":")
    name, script = (name, script) if colon else ("default", target)
    environment = _environment(environments, name, 0)
    if environment is None or not script:
        return None
    written = environment.scripts.get(script)
    items = texts(written) if written is not None else ()
    if len(items) > _MAX_COMMANDS:
        return None
    line = line_of(text, ("envs", name, "scripts", script) if items else ("envs", name))
    reader = _Reader(environment, path, opening)
    pieces = [(line, reader.installs())]
    if written is None:
        pieces.append((line, program((literal(script), *opening.arguments))))
    elif isinstance(written, str | list) and len(items) == (1 if isinstance(written, str) else len(written)):
        for at, item in zip(lines_of(text, items, line), items, strict=True):
            pieces.append((at, reader.commands(item, opening.arguments, 0)))
    else:
        return None
    first, found = together(pieces)
    root = parent(path)
    return (Body(path, first, target, found, as_name(inside(root, ".")), contained=True, environment=reader.variables),)


def _environment(environments: Table, name: str, depth: int) -> _Environment | None:
    """An environment with what it has from its template; None where there is none of that name."""
    own = table(environments, name if name in environments else name.partition(".")[0])  # `test.py3.12`: of a matrix
    if (not own and name != "default") or depth > _MAX_DEPTH:
        return None
    template = own.get("template", "default")
    detached = own.get("detached") is True
    base = None
    if name not in ("default", template) and not detached and isinstance(template, str):
        base = _environment(environments, template, depth + 1)
    scripts = {**(base.scripts if base else {}), **table(own, "scripts"), **table(own, "extra-scripts")}
    return _Environment(name, scripts, {**(base.settings if base else {}), **own})


class _Reader:
    """The commands of an environment's scripts."""

    def __init__(self, environment: _Environment, path: str, opening: Opening) -> None:
        self.environment = environment
        self.path = path
        self.known = opening.environment
        found = table(environment.settings, "env-vars").items()
        self.variables = {key: literal(value) for key, value in found if isinstance(value, str) and "{" not in value}
        self._left = _MAX_COMMANDS

    def installs(self) -> Script:
        """What the environment installs before anything runs in it."""
        settings = self.environment.settings
        listed = (*texts(settings.get("dependencies")), *texts(settings.get("extra-dependencies")))
        project = settings.get("skip-install") is not True and settings.get("detached") is not True
        found = (*listed, *((".",) if project else ()))
        return program(("python", "-m", "pip", "install", *found)) if found else Script()

    def commands(self, item: str, arguments: tuple[Name, ...], depth: int) -> Script:
        """A line of a script; where it begins with the name of another script, that one's lines."""
        self._left -= 1
        if self._left < 0 or depth > _MAX_DEPTH:
            return gap("scripts within scripts, too deep to follow")
        line = item.strip().removeprefix("- ")
        head, _, rest = line.partition(" ")
        if head in self.environment.scripts:
            given = (*((literal(rest),) if rest else ()), *arguments)
            inner = texts(self.environment.scripts[head])
            return together((1, self.commands(one, given, depth + 1)) for one in inner)[1]
        return flat(shell(self._filled(line, arguments), {**self.known, **self.variables}))

    def _filled(self, line: str, arguments: tuple[Name, ...]) -> Name:
        def value(inner: str) -> Name | None:
            name, _, default = inner.partition(":")
            if name == "args":
                return spaced(arguments) if arguments else literal(default)
            return literal(".") if inner == "root" else None

        return templated(line, _FIELD, value, self.path)
