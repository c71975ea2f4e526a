"""From lines of project files to scripts: what is a shell's goes through its reader, what is words stays words."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from needful.effects.names import Hole, Name, joined, literal, show
from needful.effects.shell.model import Command, Gap, Script
from needful.effects.shell.reader import read_script

IN_BRACES = re.compile(r"\{\{(?!\{)((?:[^{}]|\{(?!\{)|\}(?!\}))*)\}\}")
"""`{{ expression }}`, as several tools write what they fill in."""

MAX_PIECES = 2000
"""Lines of scripts that are looked at for one opening."""

_MAX_LENGTH = 1 << 16  # characters that a text may have once it is filled in
_MAX_WORDS = 1 << 16  # characters of a command that is split into words
_MAX_TEXT = 80
_MARK, _END = "\ue000", "\ue001"  # of no meaning to anybody: they stand for a hole while words are split


def shell(source: Name | str, variables: Mapping[str, Name] = {}, folder: str | None = None) -> Script:
    """The commands of a text that a shell runs, in a folder of the repository (None: of which one is not known)."""
    return in_language(literal(source) if isinstance(source, str) else source, "bash", variables, folder)


def in_language(source: Name, language: str | None, variables: Mapping[str, Name], folder: str | None = None) -> Script:
    """The commands of a script in one of the languages of `scripts.language_of`; a gap for no language."""
    if language is None:
        return gap("a script for a program that is not read")
    root = None if folder is None else "/".join(".." for _ in filter(None, folder.split("/")))
    return read_script(source, language, variables, workspace=root)


def flat(script: Script) -> Script:
    """A script that stands in one line of its file, whatever its line breaks (those of a JSON string)."""
    return Script(
        tuple(replace(command, line=0) for command in script.commands),
        tuple(assignment._replace(line=0) for assignment in script.assignments),
        script.functions,
        tuple(gap._replace(line=0) for gap in script.gaps),
    )


def gap(text: str, line: int = 0) -> Script:
    """A script of which nothing is known."""
    return Script(gaps=(Gap(line, text),))


def command(words: Iterable[Name | str], line: int = 0, *, certain: bool = True) -> Command:
    """A command that no shell reads: a program and its arguments."""
    found = tuple(literal(word) if isinstance(word, str) else word for word in words)
    return Command(found, line, shortened(" ".join(show(word) for word in found)), certain=certain)


def program(words: Iterable[Name | str], *, certain: bool = True) -> Script:
    """A script of one command that no shell reads; of none, where there are no words."""
    found = tuple(words)
    return Script((command(found, certain=certain),)) if found and found[0] else Script()


def shortened(text: str) -> str:
    """A command on one line, for people."""
    line = " ".join(text.split())
    return line if len(line) <= _MAX_TEXT else line[: _MAX_TEXT - 1] + "…"


def split(source: Name | str) -> tuple[Name, ...] | None:
    """A command line as words, as `shlex` splits it; None where quotes do not close or it is too long."""
    parts = (source,) if isinstance(source, str) else source
    holes = [part for part in parts if isinstance(part, Hole)]
    text, at = "", 0
    for part in parts:
        if isinstance(part, Hole):
            text += f"{_MARK}{at}{_END}"
            at += 1
        elif _MARK in part or _END in part:
            return None
        else:
            text += part
    if len(text) > _MAX_WORDS:
        return None
    try:
        words = shlex.split(text)
    except ValueError:
        return None
    return tuple(_restored(word, holes) for word in words)


def _restored(word: str, holes: Sequence[Hole]) -> Name:
    if _MARK not in word:
        return literal(word)
    first, *rest = word.split(_MARK)
    found: list[Name] = [literal(first)]
    for piece in rest:
        number, _, after = piece.partition(_END)
        found += ((holes[int(number)],), literal(after))
    return joined(found)


def words(source: Name | str, *, certain: bool = True) -> Script:
    """The command that a tool runs without a shell: its line is split into words, nothing more."""
    found = split(source)
    if found is None:
        return gap("a command whose quotes do not close, or that is too long")
    return program(found, certain=certain)


def templated(text: str, place: re.Pattern[str], value: Callable[[str], Name | None], owner: str) -> Name:
    """A text with what stands at some places (group 1 of a pattern) replaced; what is not known becomes a hole."""
    parts: list[Name] = []
    at = 0
    for found in place.finditer(text):
        inner = " ".join(found[1].split())
        known = value(inner)
        parts += (literal(text[at : found.start()]), known if known is not None else (Hole(inner[:_MAX_TEXT], owner),))
        at = found.end()
    return bounded(joined((*parts, literal(text[at:]))), owner)


def bounded(name: Name, owner: str) -> Name:
    """A name, or a hole where values of values made it too long."""
    long = sum(len(part) for part in name if isinstance(part, str)) > _MAX_LENGTH or len(name) > _MAX_LENGTH
    return (Hole("a text that is too long", owner),) if long else name


def lines_of(name: Name) -> Iterator[Name]:
    """The lines of a text."""
    line: list[Name] = []
    for part in name:
        pieces: list[str | Hole] = [*part.split("\n")] if isinstance(part, str) else [part]
        for index, piece in enumerate(pieces):
            if index:
                yield joined(line)
                line = []
            line.append(literal(piece) if isinstance(piece, str) else (piece,))
    yield joined(line)


def spaced(words: Iterable[Name]) -> Name:
    """Words as they are written in a shell, one behind the other."""
    return joined(piece for index, word in enumerate(words) for piece in (literal(" " if index else ""), quoted(word)))


def quoted(word: Name) -> Name:
    """A word as it is written in a shell, its holes as they are."""
    if not word:
        return literal("''")
    return joined((part,) if isinstance(part, Hole) else literal(shlex.quote(part)) for part in word)


def with_arguments(source: Name | str, arguments: Iterable[Name]) -> Name:
    """A shell's text with arguments written behind it."""
    start = literal(source) if isinstance(source, str) else source
    return joined((start, *(piece for word in arguments for piece in (literal(" "), quoted(word)))))


def together(pieces: Iterable[tuple[int, Script]]) -> tuple[int, Script]:
    """Scripts that stand in lines of one file as one, in this order, and the first line of all (1 for none).

    Each keeps what it found for itself: a folder or a variable of one is not that of the next.
    """
    found = list(pieces)
    first = min((line for line, _ in found), default=1)
    return first, Script(
        tuple(replace(one, line=one.line + line - first) for line, script in found for one in script.commands),
        tuple(one._replace(line=one.line + line - first) for line, script in found for one in script.assignments),
        frozenset().union(*(script.functions for _, script in found)),
        tuple(one._replace(line=one.line + line - first) for line, script in found for one in script.gaps),
    )


def uncertain(script: Script) -> Script:
    """A script that may not run."""
    return replace(script, commands=tuple(replace(one, certain=False) for one in script.commands))
