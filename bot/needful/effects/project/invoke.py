"""Tasks of invoke: the commands of `tasks.py`, read without running it."""

from __future__ import annotations

import ast
from dataclasses import replace
from itertools import islice

from needful.effects.project.bodies import MAX_PIECES, flat, gap, shell, together, uncertain
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import as_name, folder_of, inside, option, parent, texts_of, upwards
from needful.effects.project.python_tasks import (
    Event,
    Follower,
    Function,
    Module,
    called_at_once,
    chain_of,
    decorators,
    named,
    read_module,
    text_in,
)
from needful.effects.shell.model import Script

_DECORATORS = frozenset({("task",), ("invoke", "task")})
_RUNS = frozenset({"run", "sudo", "prefix"})
_MAX_TASKS = 100
_MAX_DEPTH = 20


def invoke(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """The tasks that are asked for, with those before and after them. What they are given by arguments is not known.

    Option: `file`, as `inv --collection`.
    """
    folder, file, wanted = folder_of(opening), option(opening, "file"), texts_of(opening.targets)
    if folder is None or file is None or not wanted:
        return None
    name = file or "tasks"
    paths = [inside(above, f"{name}{end}") for above in upwards(folder) for end in (".py", "/__init__.py")]
    path = next((one for one in paths if one is not None and files.text(one) is not None), None)
    text = files.text(path) if path is not None else None
    module = read_module(text) if text is not None else None
    if path is None or module is None:
        return None
    tasks = _tasks(module)
    order: list[str] = []
    for one in wanted:
        if not _ordered(module, tasks, one.replace("_", "-"), order, 0):
            return None
    follower = Follower(module, path, _RUNS)
    events = {name: list(islice(follower.events(tasks[name]), MAX_PIECES)) for name in order}
    if sum(map(len, events.values())) >= MAX_PIECES:
        return None
    bodies = [_body(path, name, tasks[name], events[name], opening) for name in order]
    if any(call.leaves for call in called_at_once(module)):
        bodies.insert(0, Body(path, 1, "tasks", gap("the file itself runs programs"), as_name(parent(path))))
    return tuple(bodies)


def _tasks(module: Module) -> dict[str, Function]:
    """The tasks by name, with dashes as invoke shows them."""
    found = {}
    for function in module.functions.values():
        for call in decorators(function, _DECORATORS):
            name = text_in(named(call, "name")) or function.name.replace("_", "-")
            found[name] = function
    return found


def _ordered(module: Module, tasks: dict[str, Function], name: str, order: list[str], depth: int) -> bool:
    """Add a task to those that run, each once, with those before and after it; False if one is unknown."""
    if name in order:
        return True
    if name not in tasks or depth > _MAX_DEPTH or len(order) > _MAX_TASKS:
        return False
    before: list[ast.expr] = []
    after: list[ast.expr] = []
    for call in decorators(tasks[name], _DECORATORS):
        before += call.args if call is not None else []
        before += _listed(named(call, "pre"))
        after += _listed(named(call, "post"))
    found = all(_ordered(module, tasks, _task_of(one, tasks), order, depth + 1) for one in before)
    order += [name] if name not in order else []
    return found and all(_ordered(module, tasks, _task_of(one, tasks), order, depth + 1) for one in after)


def _listed(node: ast.expr | None) -> list[ast.expr]:
    if isinstance(node, ast.List | ast.Tuple):
        return node.elts
    return [node] if node is not None else []


def _task_of(node: ast.expr, tasks: dict[str, Function]) -> str:
    """The name of the task that an expression is, or is a call of; `""` for none that is known."""
    if isinstance(node, ast.Call) and node.args:
        node = node.args[0]  # `call(task, argument)`
    chain = chain_of(node)
    return next((name for name, function in tasks.items() if chain == (function.name,)), "")


def _body(path: str, name: str, function: Function, events: list[Event], opening: Opening) -> Body:
    pieces: list[tuple[int, Script]] = []
    moved = False  # to another folder, until the end of a block: which one is not followed
    for event in events:
        line, arguments = event.call.node.lineno, event.call.node.args
        text = event.values.text(arguments[0]) if arguments else ()
        if event.problem:
            pieces.append((line, gap(event.problem)))
        elif event.method in _RUNS and arguments:
            script = flat(shell(text, opening.environment))
            if moved:
                script = replace(script, commands=tuple(replace(one, folder=None) for one in script.commands))
            pieces.append((line, script if event.call.certain else uncertain(script)))
        elif event.method == "cd":
            moved = True
        else:
            pieces.append((line, gap(f"`{event.method[:40]}` of the context")))
    first, script = together(pieces)
    return Body(path, first if pieces else function.lineno, name, script, as_name(parent(path)))
