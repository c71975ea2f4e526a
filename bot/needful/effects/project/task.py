"""Tasks of a Taskfile, with those that they refer to."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from needful.document.parse import Document
from needful.effects.names import Name, literal
from needful.effects.project.bodies import IN_BRACES, MAX_PIECES, gap, shell, spaced, templated, together, uncertain
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import as_name, folder_of, inside, is_folder, nearest, option, parent, text_of
from needful.effects.project.reading import Table, parse_yaml, table, texts
from needful.effects.shell.model import Script

_NAMES = (
    "Taskfile.yml",
    "taskfile.yml",
    "Taskfile.yaml",
    "taskfile.yaml",
    "Taskfile.dist.yml",
    "taskfile.dist.yml",
    "Taskfile.dist.yaml",
    "taskfile.dist.yaml",
)
_MAX_TASKS = 150
_MAX_DEPTH = 8
_MAX_FILES = 30
_MAX_VALUES = 3000


class _File(NamedTuple):
    """A Taskfile: `space` is what stands in front of its tasks' names, `folder` where they run."""

    path: str
    document: Document
    data: Table
    space: str
    folder: str


class _Task(NamedTuple):
    name: str
    file: _File
    key: str
    data: object


def task(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """The tasks that are asked for, else `default`, with those that they refer to. Arguments are `.CLI_ARGS`.

    Targets of the form `NAME=value` set variables. Option: `file`, as `task --taskfile`.
    """
    folder, file = folder_of(opening), option(opening, "file")
    if folder is None or file is None:
        return None
    start = inside(folder, file) if file else nearest(files, folder, _NAMES)
    found = _load(files, _named(files, start)) if start is not None else None
    if found is None:
        return None
    wanted: list[str] = []
    given: dict[str, Name] = {"CLI_ARGS": spaced(opening.arguments)}
    for word in opening.targets:
        head = word[0] if word and isinstance(word[0], str) else ""
        name, equals, value = head.partition("=")
        if equals:
            given[name] = (*literal(value), *word[1:])
        elif (text := text_of(word)) is None:
            return None
        else:
            wanted.append(text)
    run = _Run(found, given, opening)
    return run.bodies(wanted or ["default"])


def _named(files: Files, path: str) -> str:
    """The Taskfile at a path, which may be that of its folder."""
    if not is_folder(files, path):
        return path
    return next((one for name in _NAMES if files.text(one := posixpath.join(path, name)) is not None), path)


def _load(files: Files, path: str) -> list[_File] | None:
    """A Taskfile and those that it includes; those that cannot be read are left out, the first must be there."""
    found: list[_File] = []
    waiting = [(path, "", parent(path))]
    for one, space, folder in waiting:  # it grows
        if len(found) > _MAX_FILES:
            return None
        text = files.text(one)
        document = parse_yaml(text) if text is not None else None
        if document is None:
            if not found:
                return None
            continue
        read = _File(one, document, table(document.plain), space, folder)
        found.append(read)
        for name, value in table(read.data, "includes").items():
            settings = table(value) if isinstance(value, dict) else {"taskfile": value}
            place, where = settings.get("taskfile"), settings.get("dir")
            inner = inside(parent(one), place) if isinstance(place, str) else None
            moved = inside(folder, where) if isinstance(where, str) else folder
            if inner is not None and moved is not None:
                below = space if settings.get("flatten") is True else f"{space}{name}:"
                waiting.append((_named(files, inner), below, moved))
    return found


def _passed(file: _File) -> Iterator[str]:
    """The variables that one task, or the including file, sets for another: there they have another value."""
    for settings in table(file.data, "includes").values():
        yield from table(table(settings), "vars")
    for one in table(file.data, "tasks").values():
        settings = table(one) if isinstance(one, dict) else {"cmds": one}
        for listed in (settings.get("cmds"), settings.get("deps")):
            for item in listed if isinstance(listed, list) else ():
                yield from table(item, "vars")
                yield from table(item, "defer", "vars")


class _Run:
    """One run of task: tasks as bodies, each once."""

    def __init__(self, found: list[_File], given: Mapping[str, Name], opening: Opening) -> None:
        self._files = found
        self._given = given
        self._known = opening.environment
        self._tasks: dict[str, _Task] = {}
        self._passed = {name for file in found for name in _passed(file)}
        self._left = _MAX_VALUES
        self._items_left = MAX_PIECES
        for file in found:
            for key, data in table(file.data, "tasks").items():
                for name in (key, *texts(table(data).get("aliases"))):
                    self._tasks.setdefault(file.space + name, _Task(file.space + name, file, key, data))
                if key == "default" and file.space:
                    self._tasks.setdefault(file.space[:-1], _Task(file.space[:-1], file, key, data))

    def bodies(self, wanted: list[str]) -> tuple[Body, ...] | None:
        """The bodies of tasks and of all that they refer to; None where one is not there, or they are too many."""
        found: list[Body] = [body for file in self._files for body in self._variables(file)]
        waiting = list(wanted)
        met: set[tuple[str, str, str]] = set()
        for name in waiting:  # it grows
            one = self._task(name)
            if one is None or len(met) > _MAX_TASKS or self._items_left < 0:
                return None
            if (one.file.path, one.key, one.file.space) in met:
                continue
            met.add((one.file.path, one.key, one.file.space))
            body, others = self._body(one)
            found += [body] if body is not None else []
            waiting += others
        return tuple(found)

    def _task(self, name: str) -> _Task | None:
        fitting = (one for key, one in self._tasks.items() if "*" in key and fnmatch.fnmatchcase(name, key))
        return self._tasks.get(name) or next(fitting, None)

    def _variables(self, file: _File) -> Iterator[Body]:
        pieces = [
            (file.document.line(node), script)
            for group in ("vars", "env")
            for name, value in table(file.data, group).items()
            if (node := file.document.find((group, name))) is not None
            for script in self._called(value, file, {})
        ]
        if pieces:
            line, script = together(pieces)
            yield Body(file.path, line, "vars", script, as_name(file.folder))

    def _called(self, value: object, file: _File, own: Table) -> Iterator[Script]:
        """The command that gives a variable its value."""
        command = table(value).get("sh") if isinstance(value, dict) else None
        if isinstance(command, str):
            yield shell(self._filled(command, file, own), self._known, file.folder)

    def _body(self, one: _Task) -> tuple[Body | None, list[str]]:
        """What a task runs, and the names of those that it refers to."""
        settings = table(one.data) if isinstance(one.data, dict) else {"cmds": one.data}
        file, own = one.file, table(settings, "vars")
        where = settings.get("dir", ".")
        place = text_of(self._filled(where, file, own)) if isinstance(where, str) else None
        pieces: list[tuple[int, Script]] = []
        others: list[str] = []
        for key, item, line in self._items(one, settings):
            script, other = self._item(key, item, file, own)
            pieces += [(line, script)] if script is not None else []
            others += [self._full(other, file)] if other is not None else []
        if not pieces:
            return None, others
        first, script = together(pieces)
        folder = inside(file.folder, place) if place is not None else None
        return Body(file.path, first, one.name, script, as_name(folder)), others

    def _items(self, one: _Task, settings: Table) -> Iterator[tuple[str, object, int]]:
        """All that a task may run, each with its key and its line (from 1)."""
        document = one.file.document
        for key in ("vars", "env", "deps", "preconditions", "status", "cmds", "cmd"):
            value = settings.get(key)
            items = (
                list(value.items())
                if isinstance(value, dict)
                else list(enumerate(value if isinstance(value, list) else [value]))
            )
            for number, item in items:
                path = ("tasks", one.key, key, number) if isinstance(value, list | dict) else ("tasks", one.key, key)
                node = (
                    document.find(path)
                    or document.find(("tasks", one.key, number))
                    or document.find(("tasks", one.key))
                )
                self._items_left -= 1
                if item is not None and node is not None and self._items_left >= 0:
                    yield key, item, document.line(node)

    def _item(self, key: str, item: object, file: _File, own: Table) -> tuple[Script | None, str | None]:
        """What one item runs: a script, or another task."""
        settings = table(item) if isinstance(item, dict) else {"task" if key == "deps" else "cmd": item}
        if key in ("vars", "env"):
            return next(self._called(item, file, own), None), None
        if isinstance(settings.get("defer"), dict):
            settings = table(settings, "defer")
        other = settings.get("task")
        command = settings.get("cmd", settings.get("sh", settings.get("defer")))
        if isinstance(other, str):
            name = text_of(self._filled(other, file, own))
            return (gap("a task whose name is not known"), None) if name is None else (None, name)
        if not isinstance(command, str):
            return gap("neither a command nor a task"), None
        script = shell(self._filled(command, file, own), self._known, file.folder)
        sure = settings.keys() <= {"cmd", "silent", "ignore_error"} and key in ("cmds", "cmd")
        return (script if sure else uncertain(script)), None

    def _full(self, name: str, file: _File) -> str:
        """The name of a task as the first file knows it."""
        return name[1:] if name.startswith(":") else file.space + name

    def _filled(self, text: str, file: _File, own: Table, depth: int = 0) -> Name:
        def value(inner: str) -> Name | None:
            name = inner.removeprefix(".")
            self._left -= 1
            if inner == name or depth > _MAX_DEPTH or self._left < 0:
                return None
            if name in self._given or name in self._passed:
                return self._given.get(name)
            written = own.get(name, table(file.data, "vars").get(name, table(self._files[0].data, "vars").get(name)))
            if isinstance(written, str):
                return self._filled(written, file, own, depth + 1)
            return literal(str(written)) if isinstance(written, int | float) and not isinstance(written, bool) else None

        return templated(text, IN_BRACES, value, file.path)
