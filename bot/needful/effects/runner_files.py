"""What a command writes to the files that redirections name, and to those through which it speaks to the runner."""

from __future__ import annotations

import re
from collections.abc import Iterator

from needful.effects.channels import Channel, Touch
from needful.effects.command_names import path_name
from needful.effects.meanings import reads, writes
from needful.effects.names import UNKNOWN, Hole, Name, joined, literal
from needful.effects.options import head_of, spaced
from needful.effects.program_words import variable_of
from needful.effects.shell.model import Command

_CHANNELS = {
    "GITHUB_ENV": Channel.ENV,
    "GITHUB_OUTPUT": Channel.STEP_OUTPUT,
    "GITHUB_PATH": Channel.PATH,
    "GITHUB_STATE": Channel.POST,
    "GITHUB_STEP_SUMMARY": Channel.LOG,
    "github.env": Channel.ENV,
    "github.output": Channel.STEP_OUTPUT,
    "github.path": Channel.PATH,
    "github.state": Channel.POST,
    "github.step_summary": Channel.LOG,
}
SUMMARY = "writes the summary of the job"
"""Every step has one of its own."""
_TEXTS = {
    Channel.ENV: "sets environment variables of later steps",
    Channel.STEP_OUTPUT: "sets outputs of the step",
    Channel.PATH: "adds to the search path of later steps",
    Channel.POST: "keeps state for the end of the job",
    Channel.LOG: SUMMARY,
}
_ASSIGNED = re.compile(r"\s*([A-Za-z_][\w-]*)=")
_DELIMITED = re.compile(r"\s*([A-Za-z_][\w-]*)<<")
_NOWHERE = re.compile(r"/dev/(?:null|stdout|stderr|tty|fd/\d)\Z|&?[\d-]+\Z|(?:NUL|nul|\$null)\Z")
_MESSAGE = re.compile(r"\s*::(set-output|set-env|add-path|add-mask|add-matcher|remove-matcher|stop-commands)\b([^:]*)")
_MESSAGE_CHANNELS = {"set-output": Channel.STEP_OUTPUT, "set-env": Channel.ENV, "add-path": Channel.PATH}
_MESSAGE_NAME = re.compile(r"\bname=([^,\s]+)")
_PRINTERS = frozenset({"echo", "printf", "write-output", "write-host"})


def runner_file(word: Name) -> Channel | None:
    """The channel behind a file of the runner (`$GITHUB_ENV` and the like), None for any other word."""
    if len(word) != 1:
        return None
    part = word[0]
    return _CHANNELS.get(variable_of(part if isinstance(part, Hole) else Hole(part)))


def redirected(command: Command, program: str) -> Iterator[Touch]:
    """What a command's redirections read and write. `program` is its program as the tables call it."""
    for redirect in command.redirects:
        channel = runner_file(redirect.target)
        if redirect.target == () or (len(redirect.target) == 1 and _NOWHERE.match(head_of(redirect.target) or "?")):
            continue
        if ">" not in redirect.operator:
            yield reads(Channel.FILES, path_name(redirect.target, command.folder), "reads a file")
        elif channel is None:
            yield writes(Channel.FILES, path_name(redirect.target, command.folder), "writes a file")
        else:
            yield from handed(channel, printed(command, program))


def named_files(command: Command, program: str) -> Iterator[Touch]:
    """What a command does that is given a file of the runner as an argument (`tee -a "$GITHUB_ENV"`)."""
    for word in command.words[1:]:
        channel = runner_file(word)
        if channel is not None and program not in _PRINTERS:
            yield from handed(channel, None)


def handed(channel: Channel, content: Name | None) -> Iterator[Touch]:
    """What a text means that is written to a file of the runner; None: nobody knows the text."""
    text = _TEXTS[channel]
    if channel in (Channel.POST, Channel.LOG) or content is None:
        yield writes(channel, UNKNOWN, text)
    elif channel is Channel.PATH:
        yield from (writes(channel, line, text) for line in lines(content))
    else:
        yield from (writes(channel, name, text) for name in dict.fromkeys(_assigned(content)))


def _assigned(content: Name) -> Iterator[Name]:
    """The names that a text assigns: `name=value`, or `name<<MARK` with the value up to a line that is the mark.

    A line of anything else that is known is taken for a part of a value whose first line another command wrote.
    """
    mark: Name | None = None
    for line in lines(content):
        head = head_of(line)
        if mark is not None:
            mark = None if line == mark else mark
        elif found := _ASSIGNED.match(head):
            yield literal(found[1])
        elif found := _DELIMITED.match(head):
            yield literal(found[1])
            mark = literal(head[found.end() :]) + line[1:]
        elif len(line) > 1 or not head:
            yield UNKNOWN


def lines(text: Name) -> Iterator[Name]:
    """The lines of a text that are not empty."""
    line: list[str | Hole] = []
    for part in text:
        if isinstance(part, Hole):
            line.append(part)
            continue
        first, *others = part.split("\n")
        line += literal(first)
        for other in others:
            if line:
                yield tuple(line)
            line = [*literal(other)]
    if line:
        yield tuple(line)


def printed(command: Command, program: str) -> Name | None:
    """What a command prints, None if nobody knows."""
    words = command.words[1:]
    if program == "cat":
        return command.stdin if len(words) == 0 else None
    if program not in _PRINTERS:
        return None
    escapes = program == "printf"
    while program == "echo" and words and words[0] in (("-e",), ("-n",), ("-E",), ("-ne",), ("-en",)):
        escapes = escapes or "e" in head_of(words[0])
        words = words[1:]
    if program == "printf" and words and head_of(words[0]).startswith("%"):
        return joined(part for word in words[1:] for part in (word, literal("\n")))
    text = words[0] if program == "printf" and words else spaced(words)
    return tuple(part.replace("\\n", "\n") if escapes and isinstance(part, str) else part for part in text)


def messages(command: Command, program: str) -> Iterator[Touch]:
    """What a command tells the runner by what it prints (`::add-mask::`)."""
    for line in lines(printed(command, program) or ()):
        found = _MESSAGE.match(head_of(line))
        if found is not None:
            channel = _MESSAGE_CHANNELS.get(found[1], Channel.LOG)
            name = _MESSAGE_NAME.search(found[2])
            yield writes(channel, literal(name[1]) if name else UNKNOWN, f"tells the runner `::{found[1]}::`")
