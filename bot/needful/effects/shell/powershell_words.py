"""Words of PowerShell: quoted and bare texts, variables, and what runs within them."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping

from needful.effects.names import Name, joined, literal
from needful.effects.shell.marks import Marked, hole
from needful.effects.shell.model import Gap

MAX_DEPTH = 20
BLANKS = re.compile(r"(?:[ \t]|`\n|#[^\n]*)*")
LINES = re.compile(r"(?:[ \t\n;]|`\n|#[^\n]*)*")

_MAX_GAPS = 20
_MAX_WORD = 4000  # characters without a blank, but for those of blocks within
_BARE = re.compile(r"[^\s`\"'$(){};|&@<>]+|[$@]")
_SPLAT = re.compile(r"@\w+")
_VARIABLE = re.compile(
    r"\$(?:(env:)|(?:global|script|local|using):)?(\w+)|\$\{(env:)?([^{}\n]{1,60})\}|\$[?^$]", re.IGNORECASE
)
_MEMBER = re.compile(r"(?:\.\w+|::\w+|\[[\w$ :.-]{1,40}\])+")
_SINGLE = re.compile(r"'((?:[^']|'')*+)'")
_HERE = re.compile(r"@(['\"])[ \t]*\n")
_INTERPOLATED = re.compile(r"[^\"`$]+|\"\"|`[^\x00]|\$(?![\w({?^$])")
# methods and functions of .NET that work on texts, numbers, dates, lists and paths
_METHODS = (
    "add adddays addhours addminutes append ceiling changeextension combine contains containskey endswith equals floor "
    "format getdirectoryname getenvironmentvariable getextension getfilename getfilenamewithoutextension getfullpath "
    "getrandomfilename gettemppath gettype getvalue indexof isnullorempty isnullorwhitespace join lastindexof match "
    "matches max min new padleft padright parse readalltext remove replace round split startswith substring "
    "tochararray tolower tostring touniversaltime toupper trim trimend trimstart"
)
_HARMLESS = frozenset(_METHODS.split())


class UnreadError(Exception):
    """A statement that is not understood."""


class WordReader(ABC):
    """Reads words from a script; `at` is how far it is, `variables` what is known of them, by lower-case name."""

    def __init__(self, script: Marked, variables: Mapping[str, Name]) -> None:
        self.script, self.text, self.at, self.depth = script, script.text, 0, 0
        self.variables = dict(variables)
        self.gaps: list[Gap] = []
        self._missing: set[str] = set()

    @abstractmethod
    def block(self, end: str) -> None:
        """Read statements up to a closing mark."""

    @abstractmethod
    def pipeline(self) -> Name | None:
        """Read commands with pipes between them; the value of a lone text or number, None for anything else."""

    def word(self) -> Name:
        """One word, with everything that is written without a blank in it."""
        start = self.at
        pieces: list[Name] = []
        value = False  # whether a value stands before, of which members can be taken
        while not self.is_end(in_word=True):
            if self.at - start > _MAX_WORD:
                raise UnreadError
            character = self.text[self.at]
            before = self.text[start : self.at]
            if character == "(":
                if value and before[-1:] != "]":
                    self._method(start)
                elif before and not re.search(r"[\]!,=+]\Z|\A-\w+\Z", before):
                    raise UnreadError
                self.at += 1
                self.block(")")
                pieces, value = [hole(self.shown(start, self.at))], True
            elif character == "{":
                if before:
                    raise UnreadError
                self.at += 1
                self.block("}")
                pieces.append(hole(self.shown(start, self.at)))
            elif value and (member := _MEMBER.match(self.text, self.at)) is not None:
                self.at = member.end()
                pieces = [hole(self.shown(start, self.at))]
            else:
                pieces.append(self._piece(before))
                value = character in "$\"'@" or self.text[self.at - 1] == "]" or self.text[start] == "["
        if self.at == start:
            raise UnreadError
        return joined(pieces)

    def _piece(self, before: str) -> Name:
        """A quoted or bare part of a word, or a variable."""
        text, start = self.text, self.at
        character = text[start]
        if character == '"':
            return self._interpolated()
        if (single := _SINGLE.match(text, start)) is not None:
            self.at = single.end()
            return self.script.name(single[1].replace("''", "'"))
        if character == "`" and start + 1 < len(text):
            self.at += 2
            return literal(text[start + 1])
        if (here := _HERE.match(text, start)) is not None:
            self.at = here.end() - 1
            end = self._closing(f"\n{here[1]}@")
            if end < 0:
                raise UnreadError
            self.at = end
            inside = text[here.end() : end - 3]
            return hole(self.shown(start, self.at)) if here[1] == '"' and "$" in inside else self.script.name(inside)
        if text.startswith(("$(", "@("), start):
            self.at += 2
            self.block(")")
            return hole(self.shown(start, self.at))
        if text.startswith("@{", start):
            self._table()
            return hole(self.shown(start, self.at))
        if (variable := _VARIABLE.match(text, start)) is not None:
            self.at = variable.end()
            return self._variable(variable)
        if not before and (splat := _SPLAT.match(text, start)) is not None:
            self.at = splat.end()
            return hole(splat[0])
        bare = _BARE.match(text, start)
        if bare is None or (character == "@" and not before):
            raise UnreadError
        self.at = bare.end()
        return self.script.name(bare[0])

    def _interpolated(self) -> Name:
        """A text in double quotes."""
        self.at += 1
        found: list[Name] = []
        while not self.text.startswith('"', self.at) or self.text.startswith('""', self.at):
            if (plain := _INTERPOLATED.match(self.text, self.at)) is not None:
                self.at = plain.end()
                text = plain[0]
                found.append(self.script.name(text[1:] if text[0] == "`" or text == '""' else text))
            elif self.text.startswith("$(", self.at):
                start = self.at
                self.at += 2
                self.block(")")
                found.append(hole(self.shown(start, self.at)))
            elif (variable := _VARIABLE.match(self.text, self.at)) is not None:
                self.at = variable.end()
                found.append(self._variable(variable))
            else:
                raise UnreadError
        self.at += 1
        return joined(found)

    def _variable(self, match: re.Match[str]) -> Name:
        where, name = match[1] or match[3] or "", match[2] or match[4] or ""
        known = self.variables.get((where + name).lower())
        return hole(self.script.shown(f"${where.lower()}{name}" if name else match[0])) if known is None else known

    def _table(self) -> None:
        """`@{ name = value; … }`."""
        self.at += 2
        self.depth += 1
        while True:
            self.skip(LINES)
            if self.text.startswith("}", self.at):
                break
            if self.depth > MAX_DEPTH or self.at >= len(self.text):
                raise UnreadError
            self.word()
            self.skip(BLANKS)
            if not self.text.startswith("=", self.at):
                raise UnreadError
            self.at += 1
            self.skip(LINES)
            self.pipeline()
        self.at += 1
        self.depth -= 1

    def _method(self, start: int) -> None:
        """A call of a method is understood where it only works on texts and the like."""
        name = re.search(r"(?:\.|::)(\w+)\Z", self.text[start : self.at])
        if name is None or name[1].lower() not in _HARMLESS:
            raise UnreadError

    def skip(self, blanks: re.Pattern[str]) -> None:
        """Go past blanks, comments and joined lines (`BLANKS`), or past ends of lines as well (`LINES`)."""
        while True:
            match = blanks.match(self.text, self.at)
            self.at = match.end() if match is not None else self.at
            end = self._closing("#>") if self.text.startswith("<#", self.at) else -1
            if end < 0:
                return
            self.at = end

    def _closing(self, mark: str) -> int:
        """The place behind the next mark, -1 if there is none; asked again, it does not search in vain again."""
        if mark in self._missing:
            return -1
        end = self.text.find(mark, self.at)
        if end < 0:
            self._missing.add(mark)
            return -1
        return end + len(mark)

    def is_end(self, *, in_word: bool = False) -> bool:
        """Whether a command, or a word, ends here."""
        character = self.text[self.at : self.at + 1]
        if in_word and character in " \t<>":
            return True
        return character in "\n;)}|&" or not character or self.text.startswith("`\n", self.at)

    def shown(self, start: int, end: int) -> str:
        """A part of the script, for people."""
        return self.script.shown(self.text[start:end])

    def line(self, place: int) -> int:
        """The line of a place."""
        return self.text.count("\n", 0, place)

    def gap(self, place: int, text: str) -> None:
        """Say that something was not understood."""
        if len(self.gaps) < _MAX_GAPS:
            self.gaps.append(
                Gap(min(self.line(place), self.text.count("\n")), self.script.shown(text) or "a statement")
            )
