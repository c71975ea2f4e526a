"""Makefiles as rules and assignments. Nothing is expanded here; both branches of a condition are read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple


class Recipe(NamedTuple):
    """One line of a recipe (with those that go on behind a backslash), as written; `line` counts from 1."""

    text: str
    path: str
    line: int
    conditional: bool


class Rule(NamedTuple):
    """`targets: prerequisites` as written. `pattern` is that of a static pattern rule (`objects: %.o: %.c`)."""

    targets: str
    prerequisites: str
    path: str
    line: int
    conditional: bool
    pattern: str = ""
    recipe: tuple[Recipe, ...] = ()


class Assignment(NamedTuple):
    """`NAME = value` as written; `operator` without its colons: `=`, `:` (at once), `?`, `+` or `!` (a command)."""

    name: str
    operator: str
    value: str
    path: str
    line: int
    conditional: bool


class Include(NamedTuple):
    """`include files`, which stands behind so many rules and assignments; `optional`: with a `-` in front."""

    files: str
    line: int
    optional: bool
    rules: int
    assignments: int


class Remark(NamedTuple):
    """A text outside of recipes that is expanded when the file is read."""

    text: str
    path: str
    line: int


@dataclass(frozen=True)
class Makefile:
    """What one makefile says. A `define … endef` is an assignment of several lines."""

    rules: tuple[Rule, ...]
    assignments: tuple[Assignment, ...]
    includes: tuple[Include, ...]
    remarks: tuple[Remark, ...]
    exported: frozenset[str]
    exports_all: bool


_ASSIGNMENT = re.compile(
    r"(?P<words>(?:(?:export|override|private)[ \t]+)*)(?P<name>(?:[^\s:#=?+!$]|\$[({][^(){}\s]{0,80}[)}])+)[ \t]*"
    r"(?P<operator>:{1,3}|\?|\+|!)?=[ \t]*(?P<value>.*)\Z",
    re.DOTALL,
)
_CONDITION = re.compile(r"(ifeq|ifneq|ifdef|ifndef)\b(.*)", re.DOTALL)
_DEFINE = re.compile(r"(?:(?:override|export)\s+)*define\s+([^\s=]+)")
_INCLUDE = re.compile(r"(-include|sinclude|include)\s+(.*)", re.DOTALL)
_EXPORT = re.compile(r"export\b(?!\s*:)(.*)", re.DOTALL)
_COMMENT = re.compile(r"(?<!\\)#.*", re.DOTALL)
_ELSE = re.compile(r"else\b(?!\s*[:=?+])")
_ENDIF = re.compile(r"endif\b")
_IGNORED = re.compile(r"(?:unexport|vpath|undefine)\b|\Z")


def read_makefile(text: str, path: str) -> Makefile:
    """Read a makefile. Lines that make no sense to the reader are remarks: what they call is still seen."""
    reader = _Reader(path)
    for number, line in _logical_lines(text):
        reader.take(line, number)
    return reader.finished()


def _logical_lines(text: str) -> list[tuple[int, str]]:
    """Lines with those that they go on in, each with its number from 1."""
    found: list[tuple[int, str]] = []
    pieces: list[str] = []
    first = 1
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if not pieces:
            first = number
        pieces.append(line)
        if (len(line) - len(line.rstrip("\\"))) % 2 == 0:
            found.append((first, "\n".join(pieces)))
            pieces = []
    if pieces:
        found.append((first, "\n".join(pieces)))
    return found


class _Reader:
    """What is read so far, and where the reader is: below which rule, in which condition or definition."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.rules: list[tuple[Rule, list[Recipe]]] = []
        self.assignments: list[Assignment] = []
        self.includes: list[Include] = []
        self.remarks: list[Remark] = []
        self.exported: set[str] = set()
        self.exports_all = False
        self.recipe: list[Recipe] | None = None
        self.conditions = 0
        self.defined = ("", 0, False)
        self.defining = 0
        self.lines: list[str] = []
        self.prefix = "\t"

    def finished(self) -> Makefile:
        """All that was read."""
        return Makefile(
            tuple(rule._replace(recipe=tuple(recipe)) for rule, recipe in self.rules),
            tuple(self.assignments),
            tuple(self.includes),
            tuple(self.remarks),
            frozenset(self.exported),
            self.exports_all,
        )

    def take(self, raw: str, number: int) -> None:
        """Read one logical line."""
        if self.defining:
            self._define(raw)
        elif raw.startswith(self.prefix) and self.recipe is not None:
            self._recipe(raw[1:].replace(f"\\\n{self.prefix}", "\\\n"), number)
        else:
            line = _COMMENT.sub("", raw).replace("\\\n", " ").strip()
            if line:
                self._statement(line, number)

    def _define(self, raw: str) -> None:
        line = raw.strip()
        self.defining += bool(_DEFINE.match(line)) - line.startswith("endef")
        if self.defining:
            self.lines.append(raw.removeprefix(self.prefix))
            return
        name, number, conditional = self.defined
        value = "\n".join(self.lines)
        self.assignments.append(Assignment(name, "=", value, self.path, number, conditional))

    def _recipe(self, text: str, number: int) -> None:
        assert self.recipe is not None
        self.recipe.append(Recipe(text, self.path, number, self.conditions > 0))

    def _statement(self, line: str, number: int) -> None:
        if condition := _CONDITION.match(line):
            self.conditions += 1
            self._remark(condition[2], number)
        elif _ELSE.match(line):
            self._remark(line, number)
        elif _ENDIF.match(line):
            self.conditions = max(0, self.conditions - 1)
        elif define := _DEFINE.match(line):
            self.recipe = None
            self.defined = (define[1], number, self.conditions > 0)
            self.lines = []
            self.defining = 1
        elif include := _INCLUDE.match(line):
            self.recipe = None
            counts = len(self.rules), len(self.assignments)
            self.includes.append(Include(include[2], number, include[1] != "include", *counts))
        elif assignment := _ASSIGNMENT.match(line):
            self.recipe = None
            if assignment["name"] == ".RECIPEPREFIX":
                self.prefix = assignment["value"][:1] or "\t"
            self._assign(assignment, number, conditional=self.conditions > 0)
        elif export := _EXPORT.match(line):
            self.exported.update(export[1].split())
            self.exports_all |= not export[1].strip()
        elif not _IGNORED.match(line):
            self._rule(line, number)

    def _assign(self, found: re.Match[str], number: int, *, conditional: bool) -> None:
        operator = (found["operator"] or "=")[0]
        if "export" in found["words"]:
            self.exported.add(found["name"])
        self.assignments.append(Assignment(found["name"], operator, found["value"], self.path, number, conditional))

    def _rule(self, line: str, number: int) -> None:
        colon = _colon(line)
        if colon < 0:
            self.recipe = None
            self._remark(line, number)
            return
        rest = line[colon:].lstrip(":")
        if special := _ASSIGNMENT.match(rest.strip()):
            # a variable of one target: elsewhere it has another value
            self._assign(special, number, conditional=True)
            return
        rest, semicolon, recipe = rest.partition(";")
        second = _colon(rest)
        pattern, prerequisites = (rest[:second], rest[second + 1 :]) if second >= 0 else ("", rest)
        targets = line[:colon].rstrip("&").strip()
        rule = Rule(targets, prerequisites.strip(), self.path, number, self.conditions > 0, pattern.strip())
        self.recipe = []
        self.rules.append((rule, self.recipe))
        if semicolon:
            self._recipe(recipe.strip(), number)

    def _remark(self, text: str, number: int) -> None:
        if "$" in text:
            self.remarks.append(Remark(text, self.path, number))


def _colon(line: str) -> int:
    """Where the colon stands that ends the targets, outside of `$(…)`; -1 where there is none."""
    depth = 0
    for at, character in enumerate(line):
        if character in "({":
            depth += 1
        elif character in ")}":
            depth -= 1
        elif character == ":" and depth <= 0:
            return at
    return -1
