"""Programs in scripts of `package.json` that run other scripts of it: npm-run-all, concurrently, wireit."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from needful.effects.names import Hole, Name, literal
from needful.effects.project.bodies import MAX_PIECES, command, in_place_of, shell
from needful.effects.project.packages import Package
from needful.effects.project.paths import text_of, texts_of
from needful.effects.project.reading import table
from needful.effects.shell.model import Command, Script

# What may stand in front of a program of a package and changes nothing of it.
_RUNNERS = (
    ("npx",),
    ("npm", "exec"),
    ("yarn",),
    ("yarn", "run"),
    ("yarn", "exec"),
    ("pnpm",),
    ("pnpm", "exec"),
    ("pnpm", "run"),
    ("bunx",),
    ("bun", "run"),
)
_HARMLESS = frozenset({"-y", "--yes", "--no-install", "--no", "--", "--silent", "-s"})


def expand(script: Script, package: Package, name: str, manager: str) -> Script:
    """A script of a package (called `name`) with what such programs run in their place; unclear ones stay."""
    commands: list[Command] = []
    found = replace(script, commands=())
    for one in script.commands:
        inner = _opened(one, package, name, manager)
        if inner is None:
            commands.append(one)
            continue
        placed = in_place_of(one, inner)
        commands += placed.commands
        found = Script(
            (),
            found.assignments + placed.assignments,
            found.functions | placed.functions,
            found.gaps + placed.gaps,
        )
    return replace(found, commands=tuple(commands))


def _opened(one: Command, package: Package, name: str, manager: str) -> Script | None:
    words = _without_runner(one.words)
    program = text_of(words[0]) if words else None
    if program == "wireit" and len(words) == 1:
        return _wireit(package, name, manager)
    open_one = _PROGRAMS.get(program or "")
    arguments = texts_of(words[1:])
    return open_one(arguments, package, manager) if open_one is not None and arguments is not None else None


def _without_runner(words: tuple[Name, ...]) -> tuple[Name, ...]:
    for runner in sorted(_RUNNERS, key=len, reverse=True):
        if tuple(text_of(word) for word in words[: len(runner)]) == runner:
            words = words[len(runner) :]
            while words and text_of(words[0]) in _HARMLESS:
                words = words[1:]
            break
    return words


def matching(pattern: str, names: Mapping[str, object]) -> list[str]:
    """The scripts that a pattern of npm-run-all names: `*` is a part between colons, `**` any number of parts.

    None are found where the pattern or a name is too long to be tried.
    """
    if "*" not in pattern:
        return [pattern] if pattern in names else []
    if pattern.count("*") > _MAX_STARS or any(len(name) > _MAX_NAME for name in names):
        return []
    wanted = "".join(
        {"**": ".*", "*": "[^:]*"}.get(piece, re.escape(piece)) for piece in re.split(r"(\*\*|\*)", pattern)
    )
    return [name for name in names if re.fullmatch(wanted, name)]


_MAX_STARS, _MAX_NAME, _MAX_ARGUMENTS = 4, 300, 100

# --- npm-run-all, run-s, run-p ---------------------------------------------------------------------------------------

_RUN_ALL_VALUES = frozenset({"--max-parallel", "--npm-path"})


def _run_all(arguments: tuple[str, ...], package: Package, manager: str) -> Script | None:
    if len(arguments) > _MAX_ARGUMENTS:
        return None
    if "--" in arguments:
        arguments = arguments[: arguments.index("--")]  # they are for `{1}` and `{@}`, which are holes here
    commands: list[Command] = []
    patterns = iter(arguments)
    for argument in patterns:
        if argument in _RUN_ALL_VALUES:
            next(patterns, None)
        elif not argument.startswith("-"):
            pattern, *rest = argument.split(" ")
            names = matching(pattern, package.scripts)
            handed = _handed_on(rest)
            if not names or handed is None:
                return None
            commands += (_run(manager, name, handed) for name in names)
    return Script(tuple(commands)) if 0 < len(commands) <= MAX_PIECES else None


def _handed_on(rest: list[str]) -> tuple[Name, ...] | None:
    try:
        words = shlex.split(" ".join(rest))
    except ValueError:
        return None
    return tuple((Hole(word, "npm-run-all"),) if "{" in word else literal(word) for word in words if word != "--")


def _run(manager: str, name: str, arguments: tuple[Name, ...] = ()) -> Command:
    return command((manager, "run", name, *(("--",) if arguments and manager == "npm" else ()), *arguments))


# --- concurrently ----------------------------------------------------------------------------------------------------

_FLAGS = frozenset(
    [
        "-k",
        "--kill-others",
        "--kill-others-on-fail",
        "-r",
        "--raw",
        "--no-color",
        "-g",
        "--group",
        "--timings",
        "-P",
        "--passthrough-arguments",
        "-i",
        "--handle-input",
        "--pad-prefix",
        "--prefix-colors-auto",
    ]
)
_VALUES = frozenset(
    [
        "-n",
        "--names",
        "-c",
        "--prefix-colors",
        "-p",
        "--prefix",
        "-l",
        "--prefix-length",
        "-t",
        "--timestamp-format",
        "-m",
        "--max-processes",
        "-s",
        "--success",
        "--restart-tries",
        "--restart-after",
        "--name-separator",
        "--hide",
        "--default-input-target",
        "--kill-signal",
        "--ks",
        "--kill-timeout",
    ]
)
_SHORTCUT = re.compile(r"(npm|yarn|pnpm|bun):(\S+)(.*)", re.DOTALL)


def _concurrently(arguments: tuple[str, ...], package: Package, manager: str) -> Script | None:
    commands: list[Command] = []
    found = Script()
    texts = list(_commands_of(arguments))
    if not texts or None in texts or len(texts) > _MAX_ARGUMENTS:
        return None
    for text in texts:
        shortcut = _SHORTCUT.fullmatch(text or "")
        if shortcut is None:
            inner = shell(text or "", {}, package.folder)
            commands += inner.commands
            found = replace(
                found,
                assignments=found.assignments + inner.assignments,
                functions=found.functions | inner.functions,
                gaps=found.gaps + inner.gaps,
            )
            continue
        names = matching(shortcut[2].replace("*", "**"), package.scripts)
        handed = _handed_on(shortcut[3].split(" "))
        if not names or handed is None:
            return None
        commands += (_run(shortcut[1], name, handed) for name in names)
    return replace(found, commands=tuple(commands))


def _commands_of(arguments: tuple[str, ...]) -> Iterator[str | None]:
    """The texts that it runs; None for an option that is not known, which may take the next word with it."""
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            return
        if not argument.startswith("-"):
            yield argument
        elif argument in _VALUES:
            next(rest, None)
        elif argument not in _FLAGS and argument.partition("=")[0] not in _FLAGS | _VALUES:
            yield None


_PROGRAMS: Mapping[str, Callable[[tuple[str, ...], Package, str], Script | None]] = {
    "npm-run-all": _run_all,
    "npm-run-all2": _run_all,
    "run-s": _run_all,
    "run-p": _run_all,
    "concurrently": _concurrently,
    "conc": _concurrently,
}

# --- wireit ----------------------------------------------------------------------------------------------------------


def _wireit(package: Package, name: str, manager: str) -> Script | None:
    settings = table(package.data, "wireit", name)
    listed = settings.get("dependencies", [])
    if not settings or not isinstance(listed, list) or len(listed) > _MAX_ARGUMENTS:
        return None
    commands: list[Command] = []
    for item in listed:
        script = item.get("script") if isinstance(item, dict) else item
        if not isinstance(script, str):
            return None
        folder, colon, there = script.rpartition(":")
        if folder.startswith("$WORKSPACES"):
            commands.append(command((manager, "run", there, "--workspaces")))
        elif colon and folder.startswith("."):
            commands.append(replace(command((manager, "run", there)), folder=literal(folder)))
        else:
            commands.append(_run(manager, script.removeprefix("<dependencies>#")))
    own = settings.get("command", "")
    if not isinstance(own, str):
        return None
    inner = shell(own, {}, package.folder)
    return replace(inner, commands=(*commands, *inner.commands))
