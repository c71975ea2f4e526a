"""Tasks of deno, in `deno.json` or `deno.jsonc`; scripts of `package.json` are tasks, too."""

from __future__ import annotations

from needful.effects.project.bodies import flat, gap, program, shell, together, with_arguments
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.npm import matching, npm
from needful.effects.project.paths import as_name, folder_of, nearest, parent, text_of
from needful.effects.project.reading import line_of, parse_jsonc, table, texts
from needful.effects.shell.model import Script


def deno(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """A task (or all that a pattern names); those that it depends on are commands `deno task …`."""
    folder = folder_of(opening)
    target = text_of(opening.targets[0]) if len(opening.targets) == 1 else None
    if folder is None or not target:
        return None
    path = nearest(files, folder, ("deno.json", "deno.jsonc"))
    text = files.text(path) if path is not None else None
    tasks = table(parse_jsonc(text), "tasks") if text is not None else {}
    names = matching(target, tasks)
    if path is None or text is None or not names:
        return npm(opening, files)
    return tuple(
        Body(path, line_of(text, ("tasks", name)), name, _script(tasks[name], opening), as_name(parent(path)))
        for name in names
    )


def _script(task: object, opening: Opening) -> Script:
    settings = table(task) if isinstance(task, dict) else {"command": task}
    command, listed = settings.get("command", ""), texts(settings.get("dependencies"))
    if not isinstance(command, str):
        return gap("a task that is neither a text nor a table with one")
    own = flat(shell(with_arguments(command, opening.arguments), opening.environment)) if command else Script()
    before = [(1, program(("deno", "task", name))) for name in listed]
    return together((*before, (1, own)))[1]
