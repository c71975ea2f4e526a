"""Recipes of a justfile, with those that they depend on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from needful.effects.names import Hole, Name, joined, literal
from needful.effects.project.bodies import (
    IN_BRACES,
    MAX_PIECES,
    flat,
    gap,
    in_language,
    shell,
    spaced,
    templated,
    together,
)
from needful.effects.project.justfile import Justfile, Parameter, Recipe, is_closed, quotes_of, read_justfile, tokens
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import as_name, folder_of, inside, nearest, option, parent, text_of
from needful.effects.project.scripts import language_of
from needful.effects.shell.model import Script

_NAMES = ("justfile", "Justfile", ".justfile", "JUSTFILE")
_GIVEN = re.compile(r"([A-Za-z_][\w-]*)=(.*)", re.DOTALL)
_BACKTICKS = re.compile(r"`([^`]+)`")
_QUOTED = re.compile(r"([\"'])([^\"']*)\1")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MAX_KEY = 80
_SHELL_CALL = re.compile(r"\bshell\(")
_UNESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_MAX_FILES = 20
_MAX_RECIPES = 150
_MAX_DEPTH = 8
_MAX_VALUES = 5000
_MARKS = "@- \t"


def just(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """The recipes that are asked for, else the first, with what they depend on.

    Targets and arguments are taken in order, as many for each recipe as it has parameters. Option: `file`.
    """
    folder, file = folder_of(opening), option(opening, "file")
    if folder is None or file is None:
        return None
    path = inside(folder, file) if file else nearest(files, folder, _NAMES)
    found = _load(files, path) if path is not None else None
    if path is None or found is None:
        return None
    words = [*opening.targets, *opening.arguments]
    given: dict[str, Name] = {}
    while words and (variable := _GIVEN.match(text_of(words[0]) or "")):
        given[variable[1]] = literal(variable[2])
        words.pop(0)
    run = _Run(found, folder, given, opening)
    wanted = _asked(run, words) if words else [(name, ()) for name in run.first()]
    if not wanted or not all(run.add(name, arguments, 0) for name, arguments in wanted):
        return None
    return (*run.unclear(), *run.called(), *run.bodies)


def _load(files: Files, path: str) -> list[tuple[str, Justfile]] | None:
    """A justfile and those that it imports, None where one is missing that must be there."""
    found: dict[str, Justfile] = {}
    waiting = [(path, True)]
    while waiting:
        one, must = waiting.pop(0)
        text = files.text(one)
        if one in found or (text is None and not must):
            continue
        if text is None or len(found) > _MAX_FILES:
            return None
        found[one] = read_justfile(text)
        for name, needed in found[one].imports:
            inner = inside(parent(one), name)
            if inner is None:
                return None
            waiting.append((inner, needed))
    return list(found.items())


def _asked(run: _Run, words: list[Name]) -> list[tuple[str, tuple[Name, ...]]]:
    """The recipes that words name, each with its arguments; nothing where one is not known."""
    found = []
    while words:
        name = text_of(words.pop(0)) or ""
        parameters = run.parameters(name)
        if parameters is None:
            return []
        count = len(words) if any(one.many for one in parameters) else len(parameters)
        found.append((name, tuple(words[:count])))
        words = words[count:]
    return found


class _Run:
    """One run of just: recipes as bodies, each once for the same arguments."""

    def __init__(
        self, found: list[tuple[str, Justfile]], folder: str, given: Mapping[str, Name], opening: Opening
    ) -> None:
        self.bodies: list[Body] = []
        self._lines_left = MAX_PIECES
        self._folder = folder
        self._given = given
        self._known = opening.environment
        self._root = parent(found[0][0])
        self._files = found
        self._recipes: dict[str, list[tuple[str, Recipe]]] = {}
        self._variables: dict[str, tuple[str, str]] = {}
        self._aliases: dict[str, str] = {}
        self._settings: dict[str, str] = {}
        self._left = _MAX_VALUES
        self._done: set[tuple[str, tuple[Name, ...]]] = set()
        for path, one in reversed(found):  # what imports comes last, and wins
            for recipe in one.recipes:
                self._recipes.setdefault(recipe.name, []).append((path, recipe))
            self._variables |= {variable.name: (variable.value, path) for variable in one.variables}
            self._aliases |= one.aliases
            self._settings |= one.settings

    def first(self) -> list[str]:
        """The recipe that runs when none is asked for."""
        recipes = self._files[0][1].recipes
        marked = [recipe.name for recipe in recipes if "default" in recipe.attributes]
        return (marked or [recipe.name for recipe in recipes])[:1]

    def parameters(self, name: str) -> tuple[Parameter, ...] | None:
        """The parameters of a recipe, None where there is no such recipe."""
        recipes = self._recipes.get(self._aliases.get(name, name))
        return recipes[0][1].parameters if recipes else None

    def unclear(self) -> list[Body]:
        """Lines that the reader did not understand: what they say is not known."""
        return [
            Body(path, one.unclear[0], "justfile", gap("a line of the justfile that could not be read"))
            for path, one in self._files
            if one.unclear
        ]

    def called(self) -> list[Body]:
        """The commands in backticks that give variables their values."""
        bodies = []
        for path, one in self._files:
            pieces = [(item.line, script) for item in one.variables for script in _commands_in(item.value)]
            if pieces:
                line, script = together(pieces)
                bodies.append(Body(path, line, "variables", script, as_name(self._root)))
        return bodies

    def add(self, name: str, arguments: tuple[Name, ...], depth: int) -> bool:
        """Add a recipe with those around it; False where one is not there, or they are too many."""
        name = self._aliases.get(name, name)
        if (name, arguments) in self._done:
            return True
        self._done.add((name, arguments))
        if name not in self._recipes or depth > _MAX_DEPTH or len(self._done) > _MAX_RECIPES:
            return False
        for path, recipe in self._recipes[name]:
            self._lines_left -= len(recipe.lines)
            if self._lines_left < 0:
                return False
            scope = self._scope(recipe, arguments, path)
            if not all(self._depend(recipe, scope, path, depth, after=False)):
                return False
            body = self._body(recipe, scope, path)
            self.bodies += [body] if body is not None else []
            if not all(self._depend(recipe, scope, path, depth, after=True)):
                return False
        return True

    def _depend(
        self, recipe: Recipe, scope: Mapping[str, Name], path: str, depth: int, *, after: bool
    ) -> Iterator[bool]:
        for one in recipe.dependencies:
            if one.after == after:
                arguments = tuple(self._value(text, scope, path, 0) for text in one.arguments)
                yield self.add(one.name, arguments, depth + 1)

    def _scope(self, recipe: Recipe, arguments: tuple[Name, ...], path: str) -> dict[str, Name]:
        """What the parameters of a recipe stand for."""
        scope: dict[str, Name] = {}
        for index, parameter in enumerate(recipe.parameters):
            if parameter.many and len(arguments) > index:
                scope[parameter.name] = spaced(arguments[index:])
            elif len(arguments) > index:
                scope[parameter.name] = arguments[index]
            elif parameter.default is not None:
                scope[parameter.name] = self._value(parameter.default, scope, path, 0)
            else:
                scope[parameter.name] = () if parameter.many else (Hole(parameter.name, path),)
        return scope

    def _body(self, recipe: Recipe, scope: Mapping[str, Name], path: str) -> Body | None:
        if not recipe.lines:
            return None
        script_line = next((one for one in recipe.attributes if one.startswith("script")), None)
        first = recipe.lines[0][1]
        if first.startswith("#!") or script_line is not None:
            whole = "\n".join(text for _, text in recipe.lines)
            language = language_of(first[2:]) if script_line is None else language_of(_in_quotes(script_line) or "sh")
            source = self._filled(whole, scope, path)
            script = in_language(source, language, self._known, self._root)
            pieces = [(recipe.lines[0][0], script), *self._within(recipe)]
        else:
            pieces = [*self._within(recipe), *self._linewise(recipe, scope, path)]
        line, script = together(pieces)
        return Body(path, line, recipe.name, script, as_name(self._place(recipe)))

    def _within(self, recipe: Recipe) -> list[tuple[int, Script]]:
        """The commands in backticks that stand within the braces of a recipe, or in defaults of its parameters."""
        found = [(recipe.line, one.default) for one in recipe.parameters if one.default is not None]
        found += [(line, place[1]) for line, text in recipe.lines for place in IN_BRACES.finditer(text)]
        return [(line, script) for line, text in found for script in _commands_in(text)]

    def _linewise(self, recipe: Recipe, scope: Mapping[str, Name], path: str) -> Iterator[tuple[int, Script]]:
        understood = language_of(_in_quotes(self._settings.get("shell", "'sh'"))) == "bash"
        text, number = "", 0
        for line, written in recipe.lines:
            text, number = (f"{text}\n{written}", number) if text else (written.lstrip(_MARKS), line)
            if text.endswith("\\"):
                continue
            if text:
                source = self._filled(text, scope, path)
                yield (
                    number,
                    shell(source, self._known, self._root) if understood else gap("for a shell that is not understood"),
                )
            text = ""
        if text:
            yield number, gap("a line that goes on where nothing is")

    def _place(self, recipe: Recipe) -> str | None:
        if "no-cd" in recipe.attributes:
            return self._folder
        given = next((one for one in recipe.attributes if one.startswith("working-directory")), None)
        where = given if given is not None else self._settings.get("working-directory")
        return inside(self._root, _in_quotes(where)) if where is not None else self._root

    def _filled(self, text: str, scope: Mapping[str, Name], path: str) -> Name:
        text = text.replace("{{{{", "{ {")  # four are two: for a shell as good as none
        return templated(text, IN_BRACES, lambda inner: self._value(inner, scope, path, 0), path)

    def _value(self, text: str, scope: Mapping[str, Name], path: str, depth: int) -> Name:
        """What an expression stands for, as far as it is known."""
        hole: Name = (Hole(" ".join(text.split())[:_MAX_KEY], path),)
        pieces = tokens(text)
        self._left -= len(pieces)
        if self._left < 0 or depth > _MAX_DEPTH or len(pieces) % 2 == 0 or any(piece != "+" for piece in pieces[1::2]):
            return hole
        return joined(self._atom(piece, scope, path, depth) for piece in pieces[::2])

    def _atom(self, piece: str, scope: Mapping[str, Name], path: str, depth: int) -> Name:
        quotes = quotes_of(piece)
        if quotes and quotes != "`" and is_closed(piece):
            inner = piece[len(quotes) : -len(quotes)]
            return literal(
                inner if quotes[0] == "'" else _ESCAPE.sub(lambda found: _UNESCAPED.get(found[1], found[1]), inner)
            )
        if piece in scope:
            return scope[piece]
        if piece in self._given:
            return self._given[piece]
        if piece in self._variables:
            value, there = self._variables[piece]
            return self._value(value, {}, there, depth + 1)
        return (Hole(piece[:_MAX_KEY], path),)


def _in_quotes(text: str) -> str:
    """The first text in quotes, `""` where there is none."""
    found = _QUOTED.search(text)
    return found[2] if found else ""


def _commands_in(text: str) -> Iterator[Script]:
    """The commands that an expression runs for its value."""
    for found in _BACKTICKS.finditer(text):
        yield flat(shell(found[1].strip("`")))
    if _SHELL_CALL.search(text):
        yield gap("the function `shell`")
