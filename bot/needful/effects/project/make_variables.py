"""Variables and functions of make, as far as they are known without running anything; the rest are holes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from needful.effects.names import Hole, Name, is_literal, joined, literal
from needful.effects.project.make_functions import PURE
from needful.effects.project.makefile import Assignment
from needful.effects.project.paths import root_of

_BUILT_IN = {"MAKE": "make", "MAKEFLAGS": "", "CC": "cc", "CXX": "g++", "AR": "ar", "LD": "ld", "RM": "rm -f"}
_HERE = frozenset({"CURDIR", "PWD"})
_MAX_DEPTH = 20
_MAX_STEPS = 20_000
_MAX_LENGTH = 1 << 16
_MAX_WORK = 1 << 22
_MAX_VALUES = 6
_MAX_NAMES = 16
_SILENT = frozenset({"@", "-", "+"})
_NOTHING = frozenset({"info", "warning", "error"})  # they print
_LISTS_FILES = frozenset({"wildcard", "shell"})  # what a command prints is taken for names of files
_FUNCTION = re.compile(r"([a-z][a-z-]*)[ \t\n]+")
_SUBSTITUTION = re.compile(r"([\w.-]+):([^=:\s]*)=(\S*)\Z")
_CLOSING = {"(": ")", "{": "}"}


class TooMuch(Exception):
    """Variables whose values grow without bound."""


class Where(NamedTuple):
    """Where a text stands: in which line (from 1) of a file, and what `$@`, `$(1)` and the like are there."""

    path: str
    line: int
    local: Mapping[str, Name] = {}
    depth: int = 0

    @property
    def deeper(self) -> Where:
        return self._replace(depth=self.depth + 1)


class Called(NamedTuple):
    """A command that make runs itself, for the value of `$(shell …)`."""

    source: Name
    path: str
    line: int


class Variables:
    """The variables of some makefiles, read in order. `given` are those of the command line, which win.

    `folder` is where make runs, relative to the root of the repository.

    What is met while texts are expanded: `called` are commands that make runs, `evaluates`: it reads what it made up
    itself; `file_holes` stand for names of files that exist, or names made from them; `unset` are set nowhere;
    `choices` are the values between which conditions decide.

    `_known` are values that are the same wherever they are asked for: those while which `_here`, which counts what
    only holds at one place, did not grow.
    """

    def __init__(
        self,
        assignments: Iterable[Assignment],
        given: Mapping[str, Name],
        environment: Mapping[str, Name],
        folder: str,
    ) -> None:
        self.given = given
        self.here = root_of(folder)
        self.environment = environment
        self.called: list[Called] = []
        self.file_holes: set[Hole] = set()
        self.unset: set[Name] = set()
        self.choices: dict[Name, tuple[Name, ...]] = {}
        self.evaluates = False
        self._assigned: dict[str, list[Assignment]] = {}
        self._left = _MAX_STEPS
        self._open: set[str] = set()
        self._values: dict[str, list[tuple[str, Assignment]]] = {}
        self._known: dict[str, list[Name]] = {}
        self._here = 0
        for assignment in assignments:
            self._assigned.setdefault(assignment.name, []).append(assignment)

    def sets(self, name: str) -> bool:
        """Whether the makefiles or the command line say anything of a variable."""
        return name in self._assigned or name in self.given

    def call(self, text: str, where: Where) -> None:
        """Remember a command that make runs for its output. Raises `TooMuch`."""
        self.called.append(Called(self.expand(text, where.deeper), where.path, where.line))

    def expand(self, text: str, where: Where) -> Name:
        """A text with its variables replaced. Raises `TooMuch`."""
        parts: list[Name] = []
        at = 0
        while (dollar := text.find("$", at)) >= 0:
            parts.append(literal(text[at:dollar]))
            value, at = self._reference(text, dollar + 1, where)
            parts.append(value)
        return self._checked(joined((*parts, literal(text[at:]))))

    def value(self, name: str, where: Where) -> Name:
        """What a variable stands for. Raises `TooMuch`."""
        hole: Name = (Hole(f"$({name})", where.path),)
        if name in self.given:
            return self.given[name]
        if name in self._open or where.depth > _MAX_DEPTH:
            self._here += 1
            return hole
        assigned = self._assigned.get(name, [])
        if all(one.operator == "?" for one in assigned) and name in self.environment:
            return self.environment[name]
        if not assigned and name in _HERE:
            return self.here
        if not assigned and name in _BUILT_IN:
            return literal(_BUILT_IN[name])
        if not assigned:
            self.unset.add(hole)
            return hole
        found = self._found(name, assigned, where)
        if any(one.operator == "!" for one in assigned) or len(found) > _MAX_VALUES:
            return hole
        if all(is_literal(value) and "".join(map(str, value)).strip() in {"", *_SILENT} for value in found):
            return ()
        sure = any(not one.conditional for one in assigned)
        if sure and len(set(found)) == 1:
            return found[0]
        self.choices[hole] = tuple(found if sure or len(found) > 1 else (*found, ()))
        return hole

    def _found(self, name: str, assigned: list[Assignment], where: Where) -> list[Name]:
        """The values that a variable may have. They are remembered, unless they are others at other places."""
        if name in self._known:
            return self._known[name]
        if name not in self._values:
            self._values[name] = _values(assigned)
        before = self._here
        self._open.add(name)
        try:
            found = [
                self.expand(raw, Where(one.path, one.line, where.local, where.depth + 1))
                for raw, one in self._values[name]
            ]
        finally:
            self._open.discard(name)
        if self._here == before:
            self._known[name] = found
        return found

    def alternatives(self, name: Name) -> list[Name]:
        """The names that a name may be where conditions decide over variables in it; itself, where none do."""
        names = [name]
        for _ in range(_MAX_VALUES):
            found: list[Name] = []
            for one in names:
                at = next((index for index, part in enumerate(one) if (part,) in self.choices), None)
                choices = self.choices[one[at],] if at is not None else ()
                found += [joined((one[:at], choice, one[at + 1 :])) for choice in choices] if at is not None else [one]
            if len(found) > _MAX_NAMES:
                return [name]
            if found == names:
                break
            names = found
        return [word for one in names for word in words_of(one)]

    def _reference(self, text: str, at: int, where: Where) -> tuple[Name, int]:
        """What stands behind a `$`, and the offset after it."""
        self._left -= 1
        if self._left < 0:
            raise TooMuch
        opening = text[at : at + 1]
        if opening == "$":
            return literal("$"), at + 1
        if opening not in _CLOSING:
            return self._inner(opening, where), at + 1
        end = _closing(text, at)
        return self._inner(text[at + 1 : end], where), end + 1

    def _inner(self, inner: str, where: Where) -> Name:
        if inner in where.local:
            self._here += 1
            return where.local[inner]
        if where.depth > _MAX_DEPTH:
            raise TooMuch
        hole = Hole(f"$({' '.join(inner.split())})", where.path)
        if function := _FUNCTION.match(inner):
            found = self._function(function[1], inner[function.end() :], where, hole)
            if function[1] in _LISTS_FILES:
                self.file_holes.add(hole)
            return (hole,) if found is None else found
        if reference := _SUBSTITUTION.match(inner):
            old, new = (("" if "%" in reference[2] else "%") + text for text in (reference[2], reference[3]))
            return self._pure("patsubst", [old, new, f"$({reference[1]})"], where, hole) or (hole,)
        named = self.expand(inner, where.deeper)
        return self.value("".join(map(str, named)), where) if is_literal(named) else (hole,)

    def _function(self, name: str, rest: str, where: Where, hole: Hole) -> Name | None:
        """The value of a function, None where it is not known."""
        if name == "shell":
            self.call(rest, where)
            return self.here if rest.strip() == "pwd" else None
        arguments = _arguments(rest)
        if name == "foreach" and len(arguments) == 3:
            return self._foreach(arguments, where)
        if name == "call":
            return self._call(arguments, where)
        if name in PURE:
            return self._pure(name, arguments, where, hole)
        self.expand(rest, where.deeper)
        if name == "eval":
            self.evaluates = True
            self._here += 1
        return () if name in _NOTHING or name == "eval" else None

    def _pure(self, name: str, arguments: list[str], where: Where, hole: Hole) -> Name | None:
        given = [self.expand(argument, where.deeper) for argument in arguments]
        number, change = PURE[name]
        holes = [part for value in given for part in value if isinstance(part, Hole)]
        if holes or len(given) != number:
            if holes and self.file_holes.issuperset(holes):
                self.file_holes.add(hole)
            return None
        texts = ["".join(map(str, value)) for value in given]
        if len(texts[-1]) * sum(len(text) + 1 for text in texts[:-1]) > _MAX_WORK:
            return None
        return literal(change(texts))

    def _call(self, arguments: list[str], where: Where) -> Name | None:
        given = [self.expand(argument, where.deeper) for argument in arguments]
        called = "".join(map(str, given[0])).strip()
        assigned = self._assigned.get(called, [])
        if len(assigned) != 1 or called in self.given:
            return None
        numbers = {str(number): value for number, value in enumerate(given)}
        return self.expand(assigned[0].value, where.deeper._replace(local={**where.local, **numbers}))

    def _foreach(self, arguments: list[str], where: Where) -> Name:
        name = arguments[0].strip()
        values = words_of(self.expand(arguments[1], where.deeper))
        found: Name = ()
        for value in values:
            local = {**where.local, name: value}
            text = self.expand(arguments[2], where.deeper._replace(local=local))
            found = self._checked(joined((found, literal(" "), text) if found else (text,)))
        return found

    def _checked(self, name: Name) -> Name:
        if sum(len(part) for part in name if isinstance(part, str)) > _MAX_LENGTH or len(name) > _MAX_STEPS:
            raise TooMuch
        return name


def words_of(name: Name) -> list[Name]:
    """The words of a list; a hole is taken for one, or part of one."""
    found: list[Name] = [()]
    for part in name:
        if isinstance(part, Hole):
            found[-1] = (*found[-1], part)
            continue
        for index, piece in enumerate(re.split(r"\s+", part)):
            if index:
                found.append(())
            found[-1] = joined((found[-1], literal(piece)))
    return [word for word in found if word]


def _values(assigned: list[Assignment]) -> list[tuple[str, Assignment]]:
    """The values that a variable may have, each with where it is set."""
    found: list[tuple[str, Assignment]] = []
    for one in assigned:
        if one.operator == "?" and found:
            continue
        new = [(one.value, one)]
        if one.operator == "+" and found:
            new = [(f"{value} {one.value}", first) for value, first in found]
            if any(len(value) > _MAX_LENGTH for value, _ in new):
                raise TooMuch
        found = [*found, *new][: _MAX_VALUES + 1] if one.conditional else new
    return found


def _closing(text: str, at: int) -> int:
    """Where the bracket at an offset is closed; the end of the text where it is not."""
    opening, closing = text[at], _CLOSING[text[at]]
    depth = 0
    for place in range(at, len(text)):
        if text[place] == opening:
            depth += 1
        elif text[place] == closing:
            depth -= 1
            if depth == 0:
                return place
    return len(text)


def _arguments(text: str) -> list[str]:
    """The arguments of a function: commas part them, but not within brackets."""
    found, depth, start = [], 0, 0
    for at, character in enumerate(text):
        if character in "({":
            depth += 1
        elif character in ")}":
            depth -= 1
        elif character == "," and depth == 0:
            found.append(text[start:at])
            start = at + 1
    return [*found, text[start:]]
