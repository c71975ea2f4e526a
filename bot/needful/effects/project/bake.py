"""Targets of `docker buildx bake`, as commands `docker build`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from needful.effects.names import Hole, Name, joined, literal
from needful.effects.project.bodies import gap, program, templated
from needful.effects.project.hcl import read_hcl
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import as_name, folder_of, inside, option, texts_of
from needful.effects.project.reading import line_of, parse_json, table, texts
from needful.effects.shell.model import Script

_NAMES = ("docker-bake.json", "docker-bake.hcl", "docker-bake.override.json", "docker-bake.override.hcl")
_PLACE = re.compile(r"\$\{([^{}]*)\}")
_MAX_TARGETS = 100
_Values: TypeAlias = Mapping[str, object]


class _Target(NamedTuple):
    path: str
    line: int
    values: dict[str, object]


def bake(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """The targets (or groups) that are asked for, else the group `default`. Option: `file`, several by spaces."""
    folder, file, wanted = folder_of(opening), option(opening, "file"), texts_of(opening.targets)
    if folder is None or file is None or wanted is None:
        return None
    paths = [inside(folder, name) for name in (file.split() or _NAMES)]
    reader = _Reader(opening.environment)
    for path in paths:
        text = files.text(path) if path is not None else None
        if path is None or (text is None and file) or (text is not None and not reader.read(path, text)):
            return None
    names = reader.chosen(wanted or ("default",))
    if names is None:
        return None
    return tuple(
        Body(reader.targets[name].path, reader.targets[name].line, name, reader.build(name), as_name(folder))
        for name in names
    )


class _Reader:
    """The targets, groups and variables of all files."""

    def __init__(self, environment: Mapping[str, Name]) -> None:
        self.targets: dict[str, _Target] = {}
        self._groups: dict[str, tuple[str, ...]] = {}
        self._variables: dict[str, Name] = {}
        self._environment = environment

    def read(self, path: str, text: str) -> bool:
        """Add a file, False where it cannot be read."""
        if path.endswith(".json"):
            data = parse_json(text)
            if not isinstance(data, dict):
                return False
            blocks = [
                (kind, name, table(values), line_of(text, (kind, name)))
                for kind in ("variable", "group", "target")
                for name, values in table(data, kind).items()
            ]
        else:
            found = read_hcl(text)
            if found is None:
                return False
            blocks = [(one.type, one.label, dict(one.values), one.line) for one in found]
        for kind, name, values, line in blocks:
            if kind == "variable":
                default = values.get("default")
                known = self._filled(default, path) if isinstance(default, str) else None
                self._variables |= {name: self._environment.get(name, known)} if known is not None else {}
            elif kind == "group":
                listed = texts(values.get("targets"))
                self._groups[name] = listed
            elif kind == "target":
                before = self.targets.get(name, _Target(path, line, {}))
                self.targets[name] = before._replace(values={**before.values, **values})
        return True

    def chosen(self, wanted: tuple[str, ...]) -> list[str] | None:
        """The targets that names of targets and groups stand for; None where one is not there."""
        found: dict[str, None] = {}
        waiting = list(wanted)
        met: set[str] = set()
        for name in waiting:  # it grows
            if name in met:
                continue
            met.add(name)
            if len(found) > _MAX_TARGETS:
                return None
            if name in self._groups:
                waiting += self._groups[name] or [""]
            elif name in self.targets:
                found[name] = None
                waiting += self._contexts(name)
            else:
                return None
        return list(found) if len(found) <= _MAX_TARGETS else None

    def _contexts(self, name: str) -> list[str]:
        contexts = self.values(name).get("contexts")
        return [
            one.removeprefix("target:") for one in texts(list(table(contexts).values())) if one.startswith("target:")
        ]

    def values(self, name: str) -> _Values:
        """What a target says, with what it inherits."""
        found: dict[str, object] = {}
        waiting = [name]
        order: dict[str, None] = {}
        for one in waiting:  # it grows
            if one in self.targets and one not in order:
                order[one] = None
                waiting += texts(self.targets[one].values.get("inherits"))
        for one in reversed(order):
            found |= self.targets[one].values
        return found

    def build(self, name: str) -> Script:
        """The build of a target as a command."""
        path, values = self.targets[name].path, self.values(name)
        context, file, target = (values.get(key, "") for key in ("context", "dockerfile", "target"))
        if not all(isinstance(one, str) for one in (context, file, target)) or "dockerfile-inline" in values:
            return gap("a target that is not written out")
        given = values.get("args", {})
        if "matrix" in values or not isinstance(given, dict):
            return gap("a target with a matrix, or arguments that are not written out")
        where = str(context) or "."
        words: list[Name | str] = ["docker", "build"]
        if file:
            words += ["-f", self._filled(posixpath.join(where, str(file)), path)]
        if target:
            words += ["--target", self._filled(str(target), path)]
        for tag in texts(values.get("tags")):
            words += ["-t", self._filled(tag, path)]
        for key, value in given.items():
            filled = self._filled(value, path) if isinstance(value, str) else (Hole(str(key), path),)
            words += ["--build-arg", joined((literal(f"{key}="), filled))]
        for output in texts(values.get("output")):
            words += ["--output", self._filled(output, path)]
        return program((*words, self._filled(where, path)))

    def _filled(self, text: str, path: str) -> Name:
        return templated(text, _PLACE, self._variables.get, path)
