"""Programs whose words the tables alone cannot explain. Each reader goes on from what its entry says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from needful.effects.command_runs import filled
from needful.effects.github_addresses import github_api, web
from needful.effects.meanings import NEUTRAL, NOT_KNOWN, Call, Meaning
from needful.effects.names import UNKNOWN, Hole, Name, is_literal, literal
from needful.effects.options import head_of, is_hole, spaced, split, text_of
from needful.effects.program_words import is_installed, program_of
from needful.effects.project.model import Opening
from needful.effects.runner_files import handed, runner_file
from needful.facts.commands import program

_MODULE = ("-m",)
_FILE = ("-file",)
_SHELLS = frozenset({"bash", "sh", "zsh", "dash"})
_MAX_KEY = 200  # characters of a text that are looked at for the command in it
_MAJOR = re.compile(r"v\d+\Z")
_SETS_ENVIRONMENT = re.compile(
    r"[$`(\s]*(?:\S*/)?(?:ssh-agent|brew shellenv|opam (?:config )?env|minikube \S*docker-env|fnm env|mise activate"
    r"|(?:rb|py|nod|pl)env init|luarocks \S*\s*path|direnv (?:hook|export)|perl -I\S* -Mlocal::lib"
    r"|conda shell\.\w+ hook|micromamba shell hook|dircolors|resize)\b"
)
_YARN_SCRIPTS = frozenset({"*", "run", "exec"})
_SCRIPT_OF = re.compile(r"(npm|yarn|pnpm|bun):(\S+)\Z")


def _interpreter(call: Call, found: Meaning) -> Meaning:
    """A shell, or what runs a language: a text, a module, a file, or what it reads from elsewhere."""
    entry = call.entry
    modules = _MODULE if entry.modules else ()
    own, rest = split(call.words, entry, frozenset((*entry.code, *modules, *(_FILE if entry.folded else ()))))
    if texts := own.values(entry.code):
        # shells of Windows take all that follows for the text
        text = spaced((texts[-1], *rest)) if entry.folded else texts[-1]
        return replace(found, scripts=((entry.shell, text),))
    if named := own.values(modules):
        return (
            replace(found, runs=(call.inner((named[-1], *rest)),)) if _is_one(named[-1], entry.modules) else NOT_KNOWN
        )
    if entry.folded:
        rest = own.values(_FILE)[-1:] + rest
    if entry.shell in _SHELLS and own.given(("-s",)):
        rest = ()
    if rest and rest[0] != ("-",):
        return _file(call, found, rest)
    if call.command.stdin is not None:
        return replace(found, scripts=((entry.shell, call.command.stdin),))
    return NOT_KNOWN


def _is_one(word: Name, of: frozenset[str]) -> bool:
    return is_literal(word) and text_of(word) in of


def _file(call: Call, found: Meaning, words: tuple[Name, ...]) -> Meaning:
    """An interpreter runs a file: of an installed tool or a wrapper, which is known by name, or of the repository."""
    if is_hole(words[0]):
        return NOT_KNOWN
    program = program_of(words[0])
    if program is not None and program.entry is not None and (program.entry.local or "/" in text_of(words[0])):
        return replace(found, runs=(call.inner(words),))
    kind = "node" if call.entry.shell == "node" else "script"
    options = {"interpreter": literal(call.path[0])}
    return replace(found, opens=(Opening(kind, words[:1], words[1:], call.command.folder, options),))


def _sourced(call: Call, found: Meaning) -> Meaning:
    """`source file`: its commands run in this very shell. What tools install for this only sets variables."""
    words = call.arguments.words
    if not words or is_hole(words[0]):
        return NOT_KNOWN
    base = text_of(words[0]).replace("\\", "/").rpartition("/")[2]
    if is_installed(words[0]) or re.match(r"activate(?:\.\w+)?\Z", base, re.IGNORECASE):
        return replace(found, neutral=True)
    options = {"sourced": literal("yes")}
    return replace(found, opens=(Opening("script", words[:1], words[1:], call.command.folder, options),))


def _evaluated(call: Call, found: Meaning) -> Meaning:
    """`eval words`: one text of all words, which the shell runs."""
    words = call.words
    if len(words) == 1 and is_hole(words[0]) and all(_sets_environment(part) for part in words[0]):
        return NEUTRAL
    return replace(found, scripts=(("bash", spaced(words)),))


def _sets_environment(part: str | Hole) -> bool:
    return isinstance(part, Hole) and _SETS_ENVIRONMENT.match(part.key[:_MAX_KEY]) is not None


def _find(call: Call, found: Meaning) -> Meaning:
    """`find … -exec command {} ;`: commands among the conditions."""
    runs = []
    words = iter(call.words)
    for word in words:
        if word in (("-exec",), ("-execdir",), ("-ok",), ("-okdir",)):
            inner = []
            for one in words:
                if one in ((";",), ("\\;",), ("+",)):
                    break
                inner.append(one)
            if inner:
                runs.append(call.inner(filled(tuple(inner))))
    return replace(found, runs=tuple(runs), neutral=found.neutral and not runs)


def _go_run(call: Call, found: Meaning) -> Meaning:
    """`go run`: a tool with its version, or a program of this repository, which cannot be looked into."""
    _, rest = split(call.words, call.entry)
    if not rest:
        return NOT_KNOWN
    path, at, _ = text_of(rest[0]).partition("@")
    if at and not is_hole(rest[0]):
        names = [name for name in path.split("/") if not _MAJOR.match(name)]
        return replace(found, runs=(call.inner((literal(names[-1]) if names else UNKNOWN, *rest[1:])),))
    return replace(found, opens=(Opening("program", rest[:1], rest[1:], call.command.folder, {"tool": ("go",)}),))


def _start_process(call: Call, found: Meaning) -> Meaning:
    """PowerShell's `Start-Process`: a program and one text of arguments, or a list of them."""
    arguments = call.arguments
    program = (arguments.values(("-filepath",)) + arguments.words)[:1]
    texts = (
        arguments.values(("-argumentlist", "-args")) + arguments.words[0 if arguments.values(("-filepath",)) else 1 :]
    )
    if not program:
        return NOT_KNOWN
    words = tuple(
        literal(word.strip("'\""))
        for text in texts
        if is_literal(text)
        for word in re.split(r"[\s,]+", text_of(text))
        if word
    )
    return replace(found, runs=(call.inner((*program, *words, *(text for text in texts if not is_literal(text)))),))


def _concurrently(call: Call, found: Meaning) -> Meaning:
    """Each argument is a command, or a script of the package (`npm:lint`)."""
    opens, scripts = [], []
    for word in call.arguments.words:
        script = _SCRIPT_OF.match(head_of(word))
        if script is not None and is_literal(word):
            opens.append(Opening("npm", (literal(script[2]),), (), call.command.folder))
        else:
            scripts.append(("bash", word))
    return replace(found, opens=tuple(opens), scripts=tuple(scripts))


def _quoted(call: Call, found: Meaning) -> Meaning:
    """A program that takes the command it runs as words, or as one text."""
    if len(found.runs) == 1 and len(found.runs[0].words) == 1 and re.search(r"\s", text_of(found.runs[0].words[0])):
        return replace(found, runs=(), scripts=(("bash", found.runs[0].words[0]),))
    return found


def _nix(call: Call, found: Meaning) -> Meaning:
    """`nix develop -c command`: what follows the option is the command."""
    for index, word in enumerate(call.words):
        if word in (("-c",), ("--command",)) and call.words[index + 1 :]:
            return replace(found, runs=(call.inner(call.words[index + 1 :]),))
    return found


def _code(call: Call, found: Meaning) -> Meaning:
    """A program that is known only by the script that it is given."""
    return found if found.scripts else NOT_KNOWN


def _trap(call: Call, found: Meaning) -> Meaning:
    """`trap text signals`: a text that the shell runs later."""
    words = call.arguments.words
    if len(words) < 2 or words[0] in ((), ("-",)):
        return found
    return replace(found, neutral=False, scripts=(("bash", words[0]),))


def _workspace(call: Call, found: Meaning) -> Meaning:
    """`yarn workspace name …`: a command of yarn, or a script, in one package of the workspace."""
    if len(call.words) < 2:
        return NOT_KNOWN
    name, *words = call.words
    if words[0] == ("run",):
        words = words[1:]
    elif (yarn := program("yarn")) is not None and _is_one(words[0], frozenset(yarn.sub) - _YARN_SCRIPTS):
        return replace(found, runs=(call.inner((literal(call.path[0]), *words)),))
    opens = (Opening("yarn", tuple(words[:1]), tuple(words[1:]), call.command.folder, {"workspace": name}),)
    return replace(found, opens=opens)


def _runner_file(call: Call, found: Meaning) -> Meaning:
    """A program that writes text to files that it is given: some speak to the runner."""
    arguments = call.arguments
    files = arguments.words + arguments.values(("-path", "-literalpath", "-filepath"))
    texts = arguments.values(("-value",)) or arguments.words[1:] if call.entry.folded else ()
    content = texts[0] if texts else call.command.stdin
    channels = [channel for word in files if (channel := runner_file(word)) is not None]
    return found.touching(*(touch for channel in channels for touch in handed(channel, content)))


READERS: Mapping[str, Callable[[Call, Meaning], Meaning]] = {
    "code": _code,
    "concurrently": _concurrently,
    "eval": _evaluated,
    "find": _find,
    "github-api": github_api,
    "go-run": _go_run,
    "interpreter": _interpreter,
    "nix": _nix,
    "quoted": _quoted,
    "runner-file": _runner_file,
    "source": _sourced,
    "start-process": _start_process,
    "trap": _trap,
    "web": web,
    "workspace": _workspace,
}
"""By the name that the tables give them (`special`)."""
