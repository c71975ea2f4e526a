"""Tasks of a Rakefile, with those that they need."""

from __future__ import annotations

import posixpath
import re

from needful.effects.names import Hole, Name, literal
from needful.effects.project.bodies import MAX_PIECES, flat, gap, program, shell, templated, together
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import as_name, folder_of, nearest, parent, texts_of
from needful.effects.project.rakefile import Line, Task, read_rakefile
from needful.effects.shell.model import Script

_NAMES = ("rakefile", "Rakefile", "rakefile.rb", "Rakefile.rb")
_COMMAND = re.compile(r"(?:sh|system)[ (]+(?P<arguments>[\"'].*?[\"'])\s*\)?\Z")
_ARGUMENT = re.compile(r"([\"'])((?:(?!\1)[^\\]|\\.)*)\1\s*(?:,\s*|\Z)")
_TICKS = re.compile(r"`([^`]*)`\Z")
_INVOKED = re.compile(r"Rake::Task\[[:\"']?([\w:]+)[\"']?\]\.(?:invoke|execute)(?:\(\))?\Z")
_PRINTS = re.compile(r"(?:puts|warn|print)\b[^`#]*\Z")
_IN_TEXT = re.compile(r"#\{([^{}]*)\}")
_MAX_TASKS = 150


def rake(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """The tasks that are asked for (without arguments), else `default`, with those that they need."""
    folder, wanted = folder_of(opening), texts_of(opening.targets)
    path = nearest(files, folder, _NAMES) if folder is not None else None
    text = files.text(path) if path is not None else None
    if path is None or text is None or wanted is None:
        return None
    sources = [(path, text)]
    library = posixpath.join(parent(path), "rakelib")
    for name in files.listing(library):
        inner = files.text(posixpath.join(library, name))
        if name.endswith(".rake") and inner is not None:
            sources.append((posixpath.join(library, name), inner))
    tasks: dict[str, list[tuple[str, Task]]] = {}
    bodies: list[Body] = []
    for one, source in sources:
        read = read_rakefile(source)
        for task in read.tasks:
            tasks.setdefault(task.name, []).append((one, task))
        if read.unclear:
            line = read.unclear[0]
            bodies.append(Body(one, line.line, "Rakefile", gap(f"`{line.text[:60]}` may define or do anything")))
    waiting = [_plain(name) for name in wanted] or ["default"]
    done: set[str] = set()
    left = MAX_PIECES
    for name in waiting:  # it grows
        if name in done:
            continue
        done.add(name)
        left -= sum(len(task.body) for _, task in tasks.get(name, ()))
        if name not in tasks or len(done) > _MAX_TASKS or left < 0:
            return None
        for one, task in tasks[name]:
            waiting += [_within(need, name, tasks) for need in task.needs]
            pieces = _pieces(task, one)
            waiting += [found[1] for line in task.body if (found := _INVOKED.match(line.text))]
            if pieces:
                line_number, script = together(pieces)
                bodies.append(Body(one, line_number, name, script, as_name(parent(path))))
    return tuple(bodies)


def _plain(name: str) -> str:
    return name.partition("[")[0]


def _within(need: str, name: str, tasks: dict[str, list[tuple[str, Task]]]) -> str:
    """The full name of a task that another needs: of the same namespace, or of one around it."""
    space = name.rpartition(":")[0]
    while space:
        if f"{space}:{need}" in tasks:
            return f"{space}:{need}"
        space = space.rpartition(":")[0]
    return need


def _pieces(task: Task, path: str) -> list[tuple[int, Script]]:
    pieces = [(task.line, program(task.program))] if task.program else []
    runs = (line for line in task.body if not _INVOKED.match(line.text) and not _PRINTS.match(line.text))
    return [*pieces, *((line.line, _line(line, path)) for line in runs)]


def _line(line: Line, path: str) -> Script:
    """What a line of Ruby runs: nothing but plain ways to run a command is understood."""
    if ticks := _TICKS.match(line.text):
        return flat(shell(_text(ticks[1], path)))
    command = _COMMAND.match(line.text)
    if command is None:
        return gap(f"`{line.text[:60]}`")
    arguments, at = [], 0
    while (found := _ARGUMENT.match(command["arguments"], at)) is not None:
        arguments.append(_text(found[2], path) if found[1] == '"' else literal(found[2]))
        at = found.end()
    if at < len(command["arguments"]):
        return gap(f"`{line.text[:60]}`")
    return flat(shell(arguments[0])) if len(arguments) == 1 else program(arguments)


def _text(inner: str, path: str) -> Name:
    plain = inner.replace('\\"', '"')
    return templated(plain, _IN_TEXT, lambda expression: (Hole(expression, path),), path)
