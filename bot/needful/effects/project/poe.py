"""Tasks of poe the poet in `pyproject.toml` or `poe_tasks.toml`."""

from __future__ import annotations

from needful.effects.names import Name, literal
from needful.effects.project.bodies import flat, gap, shell, together, with_arguments, words
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import as_name, folder_of, inside, nearest, parent, text_of
from needful.effects.project.reading import Table, line_of, parse_toml, table, texts
from needful.effects.shell.model import Script

_FILES = ("pyproject.toml", "poe_tasks.toml")
_SHELLS = frozenset({"posix", "sh", "bash", "zsh"})
_MAX_DEPTH = 6


def poe(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """A task; those that it refers to are commands `poe …` in it."""
    folder = folder_of(opening)
    target = text_of(opening.targets[0]) if len(opening.targets) == 1 else None
    path = nearest(files, folder, _FILES) if folder is not None else None
    text = files.text(path) if path is not None else None
    if path is None or text is None or not target:
        return None
    data = parse_toml(text)
    settings = table(data, "tool", "poe") or data
    tasks = table(settings, "tasks")
    if target not in tasks:
        return None
    reader = _Reader(settings, opening)
    script = reader.read(tasks[target], opening.arguments, 0)
    place = reader.folder(tasks[target], parent(path))
    environment = reader.environment(tasks[target])
    return (Body(path, line_of(text, ("tasks", target)), target, script, as_name(place), environment=environment),)


class _Reader:
    """Tasks of one file; `settings` are those of poe itself."""

    def __init__(self, settings: Table, opening: Opening) -> None:
        self.kind = settings.get("default_task_type", "cmd")
        self.array_kind = settings.get("default_array_task_type", "sequence")
        self.item_kind = settings.get("default_array_item_task_type", "ref")
        self.known = opening.environment
        self.shared = _variables(settings.get("env"))

    def environment(self, task: object) -> dict[str, Name]:
        """The variables that a task sets."""
        return {**self.shared, **(_variables(task.get("env")) if isinstance(task, dict) else {})}

    def folder(self, task: object, root: str) -> str | None:
        """Where a task runs, None if that is not known."""
        where = task.get("cwd", ".") if isinstance(task, dict) else "."
        return inside(root, where) if isinstance(where, str) and "$" not in where else None

    def read(self, task: object, arguments: tuple[Name, ...], depth: int) -> Script:
        """The commands of a task; a kind that is not understood is a gap."""
        if depth > _MAX_DEPTH:
            return gap("tasks within tasks, too deep to follow")
        if isinstance(task, str):
            task = {str(self.kind): task}
        elif isinstance(task, list):
            task = {str(self.array_kind): task}
        if not isinstance(task, dict):
            return gap("a task that is no text, list or table")
        before = [*texts(task.get("deps")), *texts(list(table(task, "uses").values()))]
        scripts = [_reference(one, ()) for one in before]
        scripts.append(self._own(table(task), arguments, depth))
        return together((1, script) for script in scripts)[1]

    def _own(self, task: Table, arguments: tuple[Name, ...], depth: int) -> Script:
        variables = {**self.known, **self.environment(task)}
        command, ref = task.get("cmd"), task.get("ref")
        if isinstance(command, str):
            return flat(shell(with_arguments(" ".join(command.split()), arguments), variables))
        if isinstance(ref, str):
            return _reference(ref, arguments)
        if isinstance(task.get("shell"), str) and _SHELLS.issuperset(texts(task.get("interpreter", "posix"))):
            return flat(shell(str(task["shell"]), variables))
        items = task.get("sequence")
        if isinstance(items, list):
            given = [{str(self.item_kind): item} if isinstance(item, str) else item for item in items]
            return together((1, self.read(item, (), depth + 1)) for item in given)[1]
        return gap(f"a task of the kind {', '.join(sorted(task))[:60]}")


def _reference(text: str, arguments: tuple[Name, ...]) -> Script:
    return words(with_arguments(f"poe {text}", arguments))


def _variables(data: object) -> dict[str, Name]:
    """Those that are set to a text without variables of its own."""
    found = table(data).items()
    return {name: literal(value) for name, value in found if isinstance(value, str) and "$" not in value}
