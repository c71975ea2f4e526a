"""Justfiles as recipes and variables. What stands in braces is not evaluated here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple


class Parameter(NamedTuple):
    """A parameter: `default` is its expression as written, None where there is none; `many`: it takes all the rest."""

    name: str
    default: str | None
    many: bool


class Dependency(NamedTuple):
    """A recipe that runs before (or `after`) another; its arguments are expressions as written."""

    name: str
    arguments: tuple[str, ...]
    after: bool


class Recipe(NamedTuple):
    """A recipe; `lines` are those of its body with the numbers (from 1) on which they begin, indentation removed."""

    name: str
    parameters: tuple[Parameter, ...]
    dependencies: tuple[Dependency, ...]
    attributes: tuple[str, ...]
    lines: tuple[tuple[int, str], ...]
    line: int


class Variable(NamedTuple):
    """`name := expression`, as written."""

    name: str
    value: str
    line: int


@dataclass(frozen=True)
class Justfile:
    """What one justfile says. `imports` are paths with whether they must be there, `unclear` lines not read."""

    recipes: tuple[Recipe, ...]
    variables: tuple[Variable, ...]
    aliases: dict[str, str]
    settings: dict[str, str]
    imports: tuple[tuple[str, bool], ...]
    unclear: tuple[int, ...]


_NAME = r"[A-Za-z_][\w-]*"
_VARIABLE = re.compile(rf"(?:export\s+|eager\s+)?({_NAME})\s*:=\s*(.*)", re.DOTALL)
_ALIAS = re.compile(rf"alias\s+({_NAME})\s*:=\s*([\w:-]+)")
_SETTING = re.compile(rf"set\s+({_NAME})(?:\s*:=\s*(.*))?", re.DOTALL)
_IMPORT = re.compile(r"import(\??)\s+[\"']([^\"']+)[\"']")
_ATTRIBUTES = re.compile(r"\[(.*)\]\Z")
_RECIPE = re.compile(rf"@?({_NAME})")
_PARAMETER = re.compile(rf"\s*([+*]?)\$?({_NAME})")
_IGNORED = re.compile(r"mod\??\s+\w|unexport\s")
# A quoted text or backticks, to the end of the text where they are not closed; else one character.
_TOKEN = re.compile(
    r"""(?s:"{3}(?:(?!"{3}).)*+(?:"{3})?|'{3}(?:(?!'{3}).)*+(?:'{3})?|"(?:[^"\\]|\\.)*+"?|'[^']*+'?|`[^`]*+`?|.)"""
)
_QUOTES = ('"""', "'''", '"', "'", "`")
_MAX_LINES = 200
_MAX_VALUE = 1 << 14


def read_justfile(text: str) -> Justfile:
    """Read a justfile."""
    reader = _Reader(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"))
    reader.read()
    return Justfile(
        tuple(reader.recipes),
        tuple(reader.variables),
        reader.aliases,
        reader.settings,
        tuple(reader.imports),
        tuple(reader.unclear),
    )


class _Reader:
    """What is read so far; `at` is the next line (from 0)."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0
        self.attributes: list[str] = []
        self.recipes: list[Recipe] = []
        self.variables: list[Variable] = []
        self.aliases: dict[str, str] = {}
        self.settings: dict[str, str] = {}
        self.imports: list[tuple[str, bool]] = []
        self.unclear: list[int] = []

    def read(self) -> None:
        """Read all lines."""
        while self.at < len(self.lines):
            line, number = self.lines[self.at], self.at + 1
            self.at += 1
            if not line.strip() or line.startswith("#"):
                continue
            while line.endswith("\\") and self.at < min(len(self.lines), number + _MAX_LINES):
                line = line[:-1] + self.lines[self.at].strip()
                self.at += 1
            line = without_comment(line).rstrip()
            if line[:1] in " \t":
                self.unclear.append(number)
            else:
                self._item(line, number)

    def _item(self, line: str, number: int) -> None:
        attributes = _ATTRIBUTES.match(line)
        if attributes:
            self.attributes.append(attributes[1])
            return
        if alias := _ALIAS.match(line):
            self.aliases[alias[1]] = alias[2]
        elif setting := _SETTING.match(line):
            self.settings[setting[1]] = setting[2] or "true"
        elif imported := _IMPORT.match(line):
            self.imports.append((imported[2], not imported[1]))
        elif variable := _VARIABLE.match(line):
            self._variable(variable[1], variable[2], number)
        elif not _IGNORED.match(line) and not self._recipe(line, number):
            self.unclear.append(number)
        self.attributes = []

    def _variable(self, name: str, value: str, number: int) -> None:
        """A value may go on over lines, in quotes or brackets."""
        last = min(len(self.lines), self.at + _MAX_LINES)
        while self.at < last and len(value) < _MAX_VALUE and not _is_whole(value):
            value += "\n" + self.lines[self.at]
            self.at += 1
        self.variables.append(Variable(name, value, number))

    def _recipe(self, line: str, number: int) -> bool:
        head = _RECIPE.match(line)
        if head is None:
            return False
        parameters, at = [], head.end()
        while (parameter := _PARAMETER.match(line, at)) is not None:
            at = parameter.end()
            default = None
            if line[at : at + 1] == "=":
                end = _expression(line, at + 1)
                default, at = line[at + 1 : end], end
            parameters.append(Parameter(parameter[2], default, bool(parameter[1])))
        rest = line[at:].lstrip()
        if not rest.startswith(":") or rest.startswith(":="):
            return False
        self.recipes.append(
            Recipe(head[1], tuple(parameters), _dependencies(rest[1:]), tuple(self.attributes), self._body(), number)
        )
        return True

    def _body(self) -> tuple[tuple[int, str], ...]:
        found: list[tuple[int, str]] = []
        indent = ""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.strip():
                if line[0] not in " \t":
                    break
                indent = indent or line[: len(line) - len(line.lstrip())]
                found.append((self.at + 1, line.removeprefix(indent)))
            elif found:
                found.append((self.at + 1, ""))
            self.at += 1
        while found and not found[-1][1]:
            found.pop()
        return tuple(found)


def without_comment(line: str) -> str:
    """A line without the comment at its end, which no quotes hold."""
    for token in _TOKEN.finditer(line):
        if token[0] == "#":
            return line[: token.start()]
    return line


def _is_whole(value: str) -> bool:
    depth = 0
    for token in _TOKEN.finditer(value):
        depth += (token[0] in ("(", "{", "[")) - (token[0] in (")", "}", "]"))
        if quotes_of(token[0]) and not is_closed(token[0]):
            return False
    return depth <= 0


def quotes_of(token: str) -> str:
    """The quotes in which a token stands, `""` for none."""
    return next((quotes for quotes in _QUOTES if token.startswith(quotes)), "")


def is_closed(token: str) -> bool:
    """Whether the quotes of a token end with it."""
    quotes = quotes_of(token)
    return len(token) >= 2 * len(quotes) and token.endswith(quotes)


def _expression(line: str, at: int) -> int:
    """Where the default of a parameter ends: at a space or colon outside of quotes and brackets."""
    depth = 0
    for token in _TOKEN.finditer(line, at):
        depth += (token[0] == "(") - (token[0] == ")")
        if depth <= 0 and token[0] in (" ", "\t", ":"):
            return token.start()
    return len(line)


def tokens(text: str) -> list[str]:
    """The pieces of an expression: quoted texts, and what spaces part outside of quotes and brackets."""
    found: list[str] = []
    depth, current = 0, ""
    for token in _TOKEN.finditer(text):
        depth += (token[0] == "(") - (token[0] == ")")
        if depth <= 0 and token[0].isspace():
            found.append(current)
            current = ""
        else:
            current += token[0]
    return [piece for piece in (*found, current) if piece]


def _expressions(pieces: list[str]) -> list[str]:
    """Expressions one behind the other, those together that an operator joins."""
    found: list[str] = []
    joins = False
    for piece in pieces:
        operator = piece in ("+", "/")
        if found and (joins or operator):
            found[-1] += f" {piece}"
        else:
            found.append(piece)
        joins = operator
    return found


def _dependencies(text: str) -> tuple[Dependency, ...]:
    found, after = [], False
    for token in tokens(text):
        if token == "&&":
            after = True
        elif token.startswith("("):
            name, *rest = tokens(token[1:].removesuffix(")")) or [""]
            found.append(Dependency(name, tuple(_expressions(rest)), after))
        else:
            found.append(Dependency(token, (), after))
    return tuple(found)
