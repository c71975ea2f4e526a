"""Tasks of pixi, in `pixi.toml` or `pyproject.toml`."""

from __future__ import annotations

from collections.abc import Iterator

from needful.effects.names import Name, literal
from needful.effects.project.bodies import IN_BRACES, flat, gap, program, shell, templated, together, with_arguments
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import as_name, folder_of, inside, nearest, option, parent, text_of
from needful.effects.project.reading import Table, line_of, parse_toml, table, texts
from needful.effects.shell.model import Script


def pixi(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """A task, once for each feature and platform that defines it; what is none is a program of the environment.

    Tasks that it depends on are commands `pixi run …` in it. Option: `file`, as `--manifest-path`.
    """
    folder, file = folder_of(opening), option(opening, "file")
    target = text_of(opening.targets[0]) if len(opening.targets) == 1 else None
    if folder is None or file is None or not target:
        return None
    if file:
        path = inside(folder, file)
    else:
        path = nearest(files, folder, ("pixi.toml",)) or nearest(files, folder, ("pyproject.toml",))
    text = files.text(path) if path is not None else None
    if path is None or text is None:
        return None
    data = parse_toml(text)
    root = data if not path.endswith("pyproject.toml") else table(data, "tool", "pixi")
    if not root:
        return None
    bodies = []
    for keys, tasks in _groups(root):
        if target in tasks:
            line = line_of(text, (*keys, "tasks", target))
            bodies.append(_body(tasks[target], path, line, target, opening))
    return tuple(bodies) or (Body(path, 1, target, program((target, *opening.arguments)), opening.folder),)


def _groups(root: Table) -> Iterator[tuple[tuple[str, ...], Table]]:
    """All tables of tasks, each with the keys that lead to it."""
    for keys, top in (
        ((), root),
        *((("feature", name), table(root, "feature", name)) for name in table(root, "feature")),
    ):
        yield keys, table(top, "tasks")
        for platform in table(top, "target"):
            yield (*keys, "target", platform), table(top, "target", platform, "tasks")


def _body(task: object, path: str, line: int, target: str, opening: Opening) -> Body:
    settings = (
        table(task) if isinstance(task, dict) else {"depends-on": task} if isinstance(task, list) else {"cmd": task}
    )
    where = settings.get("cwd", ".")
    place = inside(parent(path), where) if isinstance(where, str) else None
    found = table(settings, "env").items()
    variables = {name: literal(value) for name, value in found if isinstance(value, str) and "$" not in value}
    listed = settings.get("depends-on", settings.get("depends_on", []))
    scripts = [_dependency(one) for one in (listed if isinstance(listed, list) else [listed])]
    command = settings.get("cmd")
    if command is not None:
        scripts.append(_command(command, path, opening, variables))
    _, script = together((1, one) for one in scripts)
    return Body(path, line, target, script, as_name(place), environment=variables)


def _command(command: object, path: str, opening: Opening, variables: dict[str, Name]) -> Script:
    if isinstance(command, list) and len(texts(command)) == len(command):
        return program((*texts(command), *opening.arguments))
    if not isinstance(command, str):
        return gap("a command that is neither a text nor a list of texts")
    source = templated(command, IN_BRACES, lambda _: None, path)
    return flat(shell(with_arguments(source, opening.arguments), {**opening.environment, **variables}))


def _dependency(one: object) -> Script:
    settings = table(one) if isinstance(one, dict) else {"task": one}
    task, arguments = settings.get("task"), texts(settings.get("args"))
    return program(("pixi", "run", task, *arguments)) if isinstance(task, str) else gap("a dependency without a name")
