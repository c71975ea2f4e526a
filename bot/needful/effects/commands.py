"""What a command of a script does: its words, understood by the tables of `facts.commands`."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator
from dataclasses import replace

from needful.effects.channels import Channel, Touch, Way
from needful.effects.command_names import FORMS, is_elsewhere, is_local_image, is_own_server, path_name
from needful.effects.command_readers import READERS
from needful.effects.command_runs import ASSIGNMENT, openings, run_by, words_at
from needful.effects.meanings import NEUTRAL, NOT_KNOWN, Call, Meaning, reads, together, writes
from needful.effects.names import UNKNOWN, Name, is_literal, literal
from needful.effects.options import Arguments, head_of, split, text_of
from needful.effects.program_words import Program, program_of
from needful.effects.project.model import Opening
from needful.effects.runner_files import messages, named_files, redirected, runner_file
from needful.effects.shell.model import Command
from needful.facts.commands import Entry, TouchFacts

__all__ = ["Meaning", "calls", "meaning"]

_MAX_WORDS = 1000  # commands that people write have far less
_ASKS = frozenset({"--version", "--help", "-version", "-help", "/?"})


def meaning(command: Command, functions: frozenset[str] = frozenset()) -> Meaning:
    """What a command does. `functions` are those of its script: what they do are commands of their own."""
    word = command.words[0]
    called = len(word) == 1 and word[0] in functions
    program = program_of(word) if not called and len(command.words) <= _MAX_WORDS else None
    if program is None:
        asks = is_literal(word) and len(command.words) == 2 and text_of(command.words[1]) in _ASKS
        found = NEUTRAL if called or asks else NOT_KNOWN
    elif program.entry is None:
        found = Meaning(True, opens=(Opening("script", (program.path,), command.words[1:], command.folder),))
    else:
        found = _of_program(command, program, program.entry)
    around = tuple(_around(command, program))
    neutral = found.neutral and all(touch.way is Way.READS for touch in around)
    return replace(found, neutral=neutral).touching(*around)


def _around(command: Command, program: Program | None) -> Iterator[Touch]:
    """What a command does beside the work of its program: by redirections, by what it prints, by going on."""
    name, entry = (program.name, program.entry) if program is not None else ("", None)
    yield from redirected(command, name)
    yield from messages(command, name)
    if entry is None or entry.special != "runner-file":
        yield from named_files(command, name)
    if entry is not None and not entry.shipped:
        yield reads(Channel.TOOL, literal(name), f"runs {name}")
    if command.background:
        yield writes(Channel.DAEMON, literal(name) or UNKNOWN, "leaves a process in the background")


def _of_program(command: Command, program: Program, entry: Entry) -> Meaning:
    parts = _parts(command, program, entry)
    return together(_of_call(part) if isinstance(part, Call) else part for part in parts)


def calls(command: Command) -> tuple[Call, ...]:
    """The entries of the tables that a command comes down to; none for a program that only says something."""
    program = program_of(command.words[0]) if len(command.words) <= _MAX_WORDS else None
    if program is None or program.entry is None:
        return ()
    return tuple(part for part in _parts(command, program, program.entry) if isinstance(part, Call))


def _parts(command: Command, program: Program, entry: Entry) -> Iterable[Call | Meaning]:
    words = command.words[1:]
    if len(words) == 1 and is_literal(words[0]) and text_of(words[0]) in _ASKS | entry.asks:
        return (NEUTRAL,)
    if entry.bundled and words and head_of(words[0])[:1].isalpha():
        words = (("-" + head_of(words[0]), *words[0][1:]), *words[1:])
    return _leaves(Call(command, (program.name,), entry, Arguments(), words))


def _leaves(call: Call) -> Iterator[Call | Meaning]:
    """The entries that a command comes down to: the last one on the way through its sub-commands, or one per task."""
    while call.entry.sub and not call.entry.special:
        if call.entry.each:
            yield from _tasks(call)
            return
        below = _scanned(call) if call.entry.scan else _below(call)
        if isinstance(below, Meaning):
            yield below
            return
        call = below
    yield call


def _below(call: Call) -> Call | Meaning:
    """The sub-command that the first argument names, or an option in front of it (`brew --prefix x`)."""
    own, rest = split(call.words, call.entry)
    asked = next((option.name for option in own.options if option.name in call.entry.sub), None)
    if asked is not None:
        return Call(call.command, (*call.path, asked), call.entry.sub[asked], call.before, rest)
    before = Arguments((), call.before.options + own.options, call.before.loose or own.loose)
    key = _key(call.entry, rest[0]) if rest else "" if "" in call.entry.sub else None
    if key is not None:
        path = (*call.path, text_of(rest[0])) if rest else call.path
        return Call(call.command, path, call.entry.sub[key], before, rest[1:])
    if "*" in call.entry.sub and (rest or own.options):
        return Call(call.command, call.path, call.entry.sub["*"], before, rest)
    return NOT_KNOWN if rest or own.options else NEUTRAL


def _scanned(call: Call) -> Call:
    """The sub-command that any of the arguments names."""
    words = call.arguments.words
    path = (*call.path, *(text_of(word) for word in words if is_literal(word)))
    keys = {_key(call.entry, word) for word in words}
    key = next((key for key in call.entry.sub if key in keys), "*")
    return Call(call.command, path, call.entry.sub[key], call.before, call.words)


def _tasks(call: Call) -> Iterator[Call | Meaning]:
    """An entry per argument, each of which is a task."""
    options = Arguments((), call.arguments.options, call.arguments.loose)
    words = [part for word in call.arguments.words for part in _pieces(word)]
    for word in words:
        key = _key(call.entry, word)
        if key is None and call.entry.each == "segment" and is_literal(word):
            key = _key(call.entry, literal(text_of(word).rpartition(":")[2]))
        yield Call(call.command, (*call.path, text_of(word)), call.entry.sub["*" if key is None else key], options, ())
    if not words:
        yield Call(call.command, call.path, call.entry.sub[""], options, ())


def _pieces(word: Name) -> list[Name]:
    """`clean; test` in one word is two tasks, `NAME=value` is none."""
    if not is_literal(word):
        return [word]
    if ASSIGNMENT.match(text_of(word)):
        return []
    return [literal(piece.strip()) for piece in text_of(word).split(";") if piece.strip()]


def _key(entry: Entry, word: Name) -> str | None:
    """The key of a sub-command: the word itself, or the first glob that it fits."""
    if not is_literal(word):
        return None
    text = text_of(word).lower() if entry.folded else text_of(word)
    if text in entry.sub:
        return text if text != "*" else None
    return next((key for key in entry.sub if len(key) > 1 and fnmatch.fnmatchcase(text, key)), None)


def _of_call(call: Call) -> Meaning:
    """What an entry says about a command."""
    entry = call.entry
    touches = tuple(touch for facts in entry.touches for touch in _touches(call, facts))
    runs = run_by(call)
    scripts = tuple((entry.shell, text) for text in call.arguments.values(entry.code))
    known = entry.nature != "unknown" and not (entry.unsure and call.arguments.given(entry.unsure))
    if entry.runs is not None and entry.runs.needed and not runs:
        known = any(touch.channel is Channel.DAEMON and touch.certain for touch in touches)
    found = Meaning(
        known,
        touches,
        runs,
        openings(call),
        scripts,
        checks=known and entry.nature in ("checks", "lints"),
        lints=known and entry.nature == "lints",
        installs=known and entry.nature == "installs",
        neutral=known and entry.nature == "neutral" and not runs and all(touch.way is Way.READS for touch in touches),
    )
    return READERS[entry.special](call, found) if entry.special else found


def _touches(call: Call, facts: TouchFacts) -> Iterator[Touch]:
    arguments = call.arguments
    when = arguments.given(facts.when) if facts.when else True
    unless = arguments.given(facts.unless) if facts.unless else False
    if when is False or unless is True:
        return
    if facts.literal and when is None:
        return
    certain = when is True and (unless is False or arguments.loose) and not facts.perhaps
    way = Way.WRITES if facts.writes else Way.READS
    for name in _names(call, facts):
        channel = Channel[facts.channel.upper()]
        if name is None:
            yield Touch(Channel.DAEMON, way, UNKNOWN, "talks to a server of this job", certain)
            continue
        if facts.form == "image" and channel is Channel.IMAGE and is_local_image(name):
            channel = Channel.DOCKER
        yield Touch(channel, way, name, facts.text or f"{way.value} {channel.value}", certain)


def _names(call: Call, facts: TouchFacts) -> Iterator[Name | None]:
    """The names that a touch is about, in its form; None for a server of this job."""
    for word in words_at(call, facts.where) or (() if facts.where.optional else (UNKNOWN,)):
        if facts.form in ("path", "local"):
            if runner_file(word) is None and not is_elsewhere(word, remote=facts.form == "local"):
                yield path_name(word, call.command.folder)
            continue
        name = FORMS[facts.form](word)
        if name is not None or is_own_server(word, facts.form):
            yield name
