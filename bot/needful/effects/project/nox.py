"""Sessions of nox: the commands of `noxfile.py`, read without running it."""

from __future__ import annotations

import ast
from dataclasses import replace

from needful.effects.names import Name, is_literal, literal
from needful.effects.project.bodies import MAX_PIECES, command, gap, together
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import as_name, folder_of, inside, option, parent, texts_of
from needful.effects.project.python_tasks import (
    Call,
    Event,
    Follower,
    Function,
    Module,
    Values,
    called_at_once,
    decorators,
    keyword,
    named,
    read_module,
    text_in,
)
from needful.effects.shell.model import Script

_DECORATORS = frozenset({("nox", "session"), ("session",), ("nox_poetry", "session")})
_RUNS = frozenset({"run", "run_always", "run_install"})
_INSTALLS = {
    "install": ("python", "-m", "pip", "install"),
    "conda_install": ("conda", "install"),
    "install_and_run_script": ("python",),  # what it installs is named in the script
}
_HANDED = _RUNS | _INSTALLS.keys()
_CHANGES = frozenset({"chdir", "cd"})
_QUIET = frozenset({"log", "debug", "warn", "error", "skip", "create_tmp", "bin_paths", "cache_dir"})
_MAX_SESSIONS = 100


def nox(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """The sessions that are asked for, else those that run by default. Arguments are `session.posargs`.

    Option: `file`, as `nox -f`.
    """
    folder, file, wanted = folder_of(opening), option(opening, "file"), texts_of(opening.targets)
    if folder is None or file is None or wanted is None:
        return None
    path = inside(folder, file or "noxfile.py")
    text = files.text(path) if path is not None else None
    module = read_module(text) if text is not None else None
    if path is None or module is None:
        return None
    sessions = _sessions(module)
    chosen = _chosen(module, sessions, wanted)
    if chosen is None:
        return None
    bodies = [_at_once(module, path)] if any(call.leaves for call in called_at_once(module)) else []
    done: set[str] = set()
    left = MAX_PIECES
    for name in chosen:  # it grows
        if name in done:
            continue
        if name not in sessions or len(done) > _MAX_SESSIONS:
            return None
        done.add(name)
        reader = _Reader(path)
        for event in Follower(module, path, _HANDED, {"posargs": opening.arguments}).events(sessions[name][0]):
            left -= 1
            if left < 0:
                return None
            reader.take(event)
        line, script = together(reader.pieces)
        line = line if reader.pieces else sessions[name][0].lineno
        bodies.append(Body(path, line, name, script, as_name(parent(path)), contained=True))
        chosen += reader.notified
    return tuple(bodies)


def _at_once(module: Module, path: str) -> Body:
    line = next(call.node.lineno for call in called_at_once(module) if call.leaves)
    return Body(path, line, "noxfile", gap("the file itself runs programs"), as_name(parent(path)))


def _sessions(module: Module) -> dict[str, tuple[Function, bool]]:
    """The sessions by name, each with whether it runs by default."""
    found = {}
    for function in module.functions.values():
        for call in decorators(function, _DECORATORS):
            name, default = text_in(named(call, "name")), named(call, "default")
            runs = not (isinstance(default, ast.Constant) and default.value is False)
            found[name or function.name] = function, runs
    return found


def _chosen(module: Module, sessions: dict[str, tuple[Function, bool]], wanted: tuple[str, ...]) -> list[str] | None:
    """The names of the sessions that run; None where they are not known."""
    if not wanted:
        listed = _default(module)
        if listed is None and _has_others(module, sessions):
            return None
        if listed is None:
            return [name for name, (_, runs) in sessions.items() if runs] or None
        names = Values(module, "").list(listed)
        wanted = texts_of(names) or ()
    chosen = []
    for one in wanted:
        # with a version of Python, or with parameters: `tests-3.12`, `tests(a=1)`
        fitting = [name for name in sessions if one == name or one.startswith((f"{name}-", f"{name}("))]
        if not fitting:
            return None
        chosen.append(max(fitting, key=len))
    return chosen or None


def _has_others(module: Module, sessions: dict[str, tuple[Function, bool]]) -> bool:
    """Whether sessions are defined elsewhere than at the top of the file."""
    known = {id(function) for function, _ in sessions.values()}
    return any(
        isinstance(node, ast.FunctionDef) and id(node) not in known and any(True for _ in decorators(node, _DECORATORS))
        for statement in module.body
        for node in ast.walk(statement)
    )


def _default(module: Module) -> ast.expr | None:
    """The value of `nox.options.sessions`, None where it is not set."""
    for statement in module.body:
        if isinstance(statement, ast.Assign) and any(
            isinstance(target, ast.Attribute) and target.attr == "sessions" for target in statement.targets
        ):
            return statement.value
    return None


class _Reader:
    """The commands of a session; `notified` are the sessions that it asks for."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.pieces: list[tuple[int, Script]] = []
        self.notified: list[str] = []
        self._folder: Name | None = ()

    def take(self, event: Event) -> None:
        """Add what an event runs."""
        name, values, call = event.method, event.values, event.call
        words = tuple(word for argument in call.node.args for word in values.arguments(argument))
        if event.problem:
            self._gap(call, event.problem)
        elif name in _RUNS and words:
            self._add(call, words, values)
        elif name in _INSTALLS:
            self._add(call, (*map(literal, _INSTALLS[name]), *words), values)
        elif name in _CHANGES:
            self._folder = words[0] if words and is_literal(words[0]) else None
        elif name == "notify" and words and is_literal(words[0]):
            self.notified.append("".join(map(str, words[0])))
        elif name not in _QUIET:
            self._gap(call, f"`{name[:40]}` of the session")

    def _add(self, call: Call, words: tuple[Name, ...], values: Values) -> None:
        given = keyword(call.node, "env")
        variables = tuple(
            (name, values.text(value))
            for key, value in (zip(given.keys, given.values, strict=True) if isinstance(given, ast.Dict) else ())
            if (name := text_in(key)) is not None
        )
        one = replace(command(words, certain=call.certain), variables=variables, folder=self._folder)
        self.pieces.append((call.node.lineno, Script((one,))))

    def _gap(self, call: Call, text: str) -> None:
        self.pieces.append((call.node.lineno, gap(text)))
