"""The words of a command told apart: options with their values, and arguments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from needful.effects.names import Hole, Name, is_literal, joined, literal, matches, may_match
from needful.facts.commands import Entry

_SHORT = re.compile(r"-[A-Za-z0-9]+\Z")
_SWITCH = re.compile(r"/[A-Za-z?]{1,3}\Z|/[A-Za-z]+[:=]")
_OPTIONS = re.compile(r"(?i)arg|opt|flag|param|extra|switch|\[[@*]\]|\$[@*]")
_OFF = frozenset({"false", "none", "no", "0", "off"})


class Option(NamedTuple):
    """An option as it is called, dashes included, and its value if it has one.

    `switch`: it is one that needs no value, so that a value says whether it is on.
    """

    name: str
    value: Name | None = None
    switch: bool = False


@dataclass(frozen=True)
class Arguments:
    """`words` are the arguments that are no options, those `behind` a `--` last.

    `loose`: a word that is only a hole may stand for options.
    """

    words: tuple[Name, ...] = ()
    options: tuple[Option, ...] = ()
    loose: bool = False
    behind: tuple[Name, ...] = ()

    def values(self, names: Iterable[str]) -> tuple[Name, ...]:
        """The values of the options called so, in order."""
        wanted = frozenset(names)
        return tuple(option.value for option in self.options if option.name in wanted and option.value is not None)

    def given(self, conditions: Iterable[str]) -> bool | None:
        """Whether any of these options is there; None if nobody knows.

        A condition is an option, or an option with a glob for its value: `--output=*type=registry*`. Without a glob,
        an option that is switched off (`--push=false`) is not there. Without a dash it is an argument. What stands
        behind a `--` is no option, however it looks.
        """
        perhaps = self.loose
        for condition in conditions:
            if condition[:1] != "-" and (condition,) in self.words:
                return True
            name, _, glob = condition.partition("=")
            for option in self.options:
                if option.name == name:
                    found = _holds(option, glob)
                    if found:
                        return True
                    perhaps = perhaps or found is None
        return None if perhaps else False


def _holds(option: Option, glob: str) -> bool | None:
    value = option.value
    if glob:
        return value is not None and (matches((glob,), value) or (None if may_match((glob,), value) else False))
    if value is None or not option.switch:
        return True
    return text_of(value).lower() not in _OFF if is_literal(value) else None


def text_of(name: Name) -> str:
    """The literal parts of a name, as one text."""
    return "".join(part for part in name if isinstance(part, str))


def head_of(name: Name) -> str:
    """The literal that a name begins with, empty if it begins with a hole."""
    return name[0] if name and isinstance(name[0], str) else ""


def spaced(words: tuple[Name, ...]) -> Name:
    """Words as one text."""
    return joined(part for index, word in enumerate(words) for part in (literal(" " if index else ""), word))


def is_hole(name: Name) -> bool:
    """Whether nothing of a word is known."""
    return bool(name) and all(isinstance(part, Hole) for part in name)


def may_be_options(word: Name, place: int, entry: Entry) -> bool:
    """Whether an argument at this place may stand for options, or for several words."""
    if not is_hole(word):
        return False
    return place >= entry.takes or any(isinstance(part, Hole) and _OPTIONS.search(part.key) for part in word)


def split(
    words: tuple[Name, ...], entry: Entry, last: frozenset[str] = frozenset()
) -> tuple[Arguments, tuple[Name, ...]]:
    """The options in front of the first argument, and the words from that argument on.

    An option of `last` ends them too: all words behind it and its value belong to what it names.
    """
    options: list[Option] = []
    loose = False
    index = 0
    while index < len(words):
        word = words[index]
        if word == ("--",):
            return Arguments((), tuple(options), loose), words[index + 1 :]
        if not _is_option(word, entry):
            return Arguments((), tuple(options), loose or may_be_options(word, 0, entry)), words[index:]
        found, taken, unclear = _option(word, words[index + 1 : index + 2], entry)
        options += found
        loose = loose or unclear
        index += taken
        if options[-1].name in last:
            break
    return Arguments((), tuple(options), loose), words[index:]


def parse(words: tuple[Name, ...], entry: Entry, before: Arguments = Arguments()) -> Arguments:
    """All words of a command told apart, options and arguments in any order; `before` came in front of them."""
    arguments: list[Name] = []
    options = list(before.options)
    loose = before.loose
    index = 0
    while index < len(words):
        word = words[index]
        if word == ("--",):
            behind = words[index + 1 :]
            return Arguments((*arguments, *behind), tuple(options), loose, behind)
        if _is_option(word, entry):
            found, taken, unclear = _option(word, words[index + 1 : index + 2], entry)
            options += found
            loose = loose or unclear
            index += taken
        else:
            loose = loose or may_be_options(word, len(arguments), entry)
            arguments.append(word)
            index += 1
    return Arguments(tuple(arguments), tuple(options), loose)


def _is_option(word: Name, entry: Entry) -> bool:
    head = head_of(word)
    if head[:1] not in entry.marks or not head:
        return False
    return _SWITCH.match(head) is not None if head[0] == "/" else word != ("-",)


def _option(word: Name, after: tuple[Name, ...], entry: Entry) -> tuple[list[Option], int, bool]:
    """The options in one word, how many words they take, and whether more may be hidden in it."""
    head = head_of(word)
    name, equals, rest = head.partition("=")
    name = name.lower() if entry.folded else name
    if equals:
        return [Option(name, joined((literal(rest), word[1:])), name not in entry.values)], 1, False
    if len(word) > 1:
        # `-p$PORT` is an option and its value; `--$NAME` may be anything
        if name[:2] in entry.values and not entry.dashed:
            return [Option(name[:2], joined((literal(name[2:]), word[1:])))], 1, False
        return [Option(name)], 1, True
    if name in entry.values:
        return [Option(name, after[0] if after else None)], 1 + len(after), False
    if name + "?" in entry.values:
        number = bool(after) and (text_of(after[0]).isdigit() or is_hole(after[0]))
        return [Option(name, after[0] if number else None)], 1 + number, False
    if entry.dashed or not _SHORT.match(name):
        return [Option(name)], 1, False
    return _cluster(name, after, entry)


def _cluster(word: str, after: tuple[Name, ...], entry: Entry) -> tuple[list[Option], int, bool]:
    """Options of one letter in one word (`-rf`), the last perhaps with its value (`-xzf file`, `-j4`)."""
    options: list[Option] = []
    for index, letter in enumerate(word[1:], 1):
        name = f"-{letter}"
        takes = name in entry.values
        if takes or name + "?" in entry.values:
            rest = word[index + 1 :]
            if not rest and takes:
                return [*options, Option(name, after[0] if after else None)], 1 + len(after), False
            return [*options, Option(name, literal(rest) or None)], 1, False
        options.append(Option(name))
    return options, 1, False
