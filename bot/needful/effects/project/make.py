"""Targets of a makefile: the recipes that make runs for them and for what they need first."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from needful.effects.names import Hole, Name, joined, literal
from needful.effects.project.bodies import MAX_PIECES, flat, gap, lines_of, shell, together, uncertain
from needful.effects.project.make_files import load
from needful.effects.project.make_rules import Rules, Step
from needful.effects.project.make_variables import TooMuch, Variables, Where
from needful.effects.project.makefile import Makefile, Recipe
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import as_name, folder_of, inside, option, text_of
from needful.effects.project.scripts import language_of
from needful.effects.shell.model import Script

_NAMES = ("GNUmakefile", "makefile", "Makefile")
_GIVEN = re.compile(r"([A-Za-z_][\w.-]*)(?::{1,3}|\?|\+)?=(.*)", re.DOTALL)
_SHELL = re.compile(r"\b(?:ba|da|k|z)?sh\b")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*\Z")
_PREFIX = "@+- \t\n"
_MAX_EXPORTED = 200


def make(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """The recipes of the targets (without any: of the default goal), those that are needed first in front.

    Targets and arguments of the form `NAME=value` set variables. Option: `file`, as `make -f`.
    """
    folder, file = folder_of(opening), option(opening, "file")
    if folder is None or file is None:
        return None
    paths = (inside(folder, name) for name in ((file,) if file else _NAMES))
    path = next((one for one in paths if one is not None and files.text(one) is not None), None)
    goals, given = _asked(opening)
    if path is None or goals is None:
        return None
    try:
        whole, loaded = load(files, folder, path, given, opening.environment)
        variables = Variables(whole.assignments, given, opening.environment, folder)
        gaps = list(_read(whole, variables))
        exists = _Existing(files, folder)
        rules = Rules(whole, variables, exists)
        wanted = goals or _default(variables, rules)
        if not wanted or not all(rules.steps(goal) or exists(goal) for goal in wanted):
            return None
        remade = [one for one in loaded if one in rules]
        run = _Run(whole, variables, {**opening.environment, **given}, folder)
        steps = rules.order((*remade, *wanted))
        if sum(len(step.rule.recipe) for step in steps) + len(variables.called) > MAX_PIECES:
            return None
        bodies = [run.body(step) for step in steps]
        return (*_called(variables, folder), *gaps, *(body for body in bodies if body is not None))
    except TooMuch:
        return None


def _asked(opening: Opening) -> tuple[list[str] | None, dict[str, Name]]:
    """The goals and the variables of a command line; None for goals where one is not known."""
    goals: list[str] = []
    given: dict[str, Name] = {}
    for word in (*opening.targets, *opening.arguments):
        found = _GIVEN.match(word[0]) if word and isinstance(word[0], str) else None
        text = text_of(word)
        if found:
            given[found[1]] = (*literal(found[2]), *word[1:])
        elif text is None:
            return None, {}
        elif text:
            goals.append(posixpath.normpath(text))
    return goals, given


def _default(variables: Variables, rules: Rules) -> list[str] | None:
    said = variables.value(".DEFAULT_GOAL", Where("", 0)) if variables.sets(".DEFAULT_GOAL") else None
    if said is None:
        return rules.default()
    goal = text_of(said)
    return [goal] if goal else None


class _Existing:
    """Whether there is a file or folder of some name where make runs."""

    def __init__(self, files: Files, folder: str) -> None:
        self._files = files
        self._folder = folder
        self._listed: dict[str, tuple[str, ...]] = {}

    def __call__(self, name: str) -> bool:
        path = inside(self._folder, name)
        if not path:
            return path == ""
        folder, last = posixpath.split(path)
        if folder not in self._listed:
            self._listed[folder] = self._files.listing(folder)
        return last in self._listed[folder] or f"{last}/" in self._listed[folder]


def _read(whole: Makefile, variables: Variables) -> Iterator[Body]:
    """What is expanded while the file is read; where it makes up rules of its own, nobody knows which."""
    texts = [(one.text, one.path, one.line) for one in whole.remarks]
    texts += [(one.value, one.path, one.line) for one in whole.assignments if one.operator in (":", "!")]
    for text, path, line in texts:
        try:
            variables.expand(text, Where(path, line))
        except TooMuch:
            variables.evaluates = True
        if variables.evaluates:
            variables.evaluates = False
            yield Body(path, line, "$(eval)", gap("what it expands to is not known"))
    for one in whole.assignments:
        if one.operator == "!":
            variables.call(one.value, Where(one.path, one.line))


def _called(variables: Variables, folder: str) -> Iterator[Body]:
    """The commands that make runs for values of variables, by file."""
    by_path: dict[str, dict[tuple[int, Name], None]] = {}
    for called in variables.called:
        by_path.setdefault(called.path, {})[called.line, called.source] = None
    for path, sources in by_path.items():
        line, script = together((line, shell(source, {}, folder)) for line, source in sources)
        yield Body(path, line, "$(shell)", script, as_name(folder))


class _Run:
    """How recipes run: with which variables and which shell."""

    def __init__(self, whole: Makefile, variables: Variables, environment: dict[str, Name], folder: str) -> None:
        self.variables = variables
        self.folder = folder
        self.one_shell = any(rule.targets == ".ONESHELL" for rule in whole.rules)
        self.understood = all(_is_shell(one.value) for one in whole.assignments if one.name == "SHELL")
        names = {one.name for one in whole.assignments} if whole.exports_all else set(whole.exported)
        self.exported = {
            name: variables.value(name, Where("", 0))
            for name in sorted(names)[:_MAX_EXPORTED]
            if _IDENTIFIER.match(name) and variables.sets(name)
        }
        self.environment = {**environment, **self.exported}

    def body(self, step: Step) -> Body | None:
        """The recipe of a rule; None where there is nothing to run."""
        pieces = [(recipe.line, script) for recipe in self._lines(step) if (script := self._script(recipe, step))]
        if not pieces:
            return None
        line, script = together(pieces)
        return Body(
            step.rule.path,
            line,
            step.goal,
            script,
            as_name(self.folder),
            environment=dict(sorted(self.exported.items())),
        )

    def _lines(self, step: Step) -> tuple[Recipe, ...]:
        recipe = step.rule.recipe
        if not self.one_shell or not recipe:
            return recipe
        return (recipe[0]._replace(text="\n".join(line.text for line in recipe)),)

    def _script(self, recipe: Recipe, step: Step) -> Script | None:
        source = self.variables.expand(recipe.text, Where(recipe.path, recipe.line, _automatic(step, recipe.path)))
        lines = [source] if self.one_shell else _lines(source)
        found = [_unmarked(line) for line in lines]
        if not any(found):
            return None
        if not self.understood:
            return gap("the recipe is not for a shell that is understood")
        _, script = together((1, flat(shell(line, self.environment, self.folder))) for line in found if line)
        if len(found) == 1:
            script = shell(found[0], self.environment, self.folder)
        return script if step.certain and not recipe.conditional else uncertain(script)


def _lines(source: Name) -> list[Name]:
    """The lines of a recipe that variables of several lines became; a backslash joins two."""
    found: list[Name] = []
    open_line = False
    for line in lines_of(source):
        if open_line:
            found[-1] = joined((found[-1], literal("\n"), line))
        else:
            found.append(line)
        last = line[-1] if line else ""
        open_line = isinstance(last, str) and last.endswith("\\")
    return found


def _unmarked(line: Name) -> Name:
    """A line without the marks in front that say how make runs it."""
    if line and isinstance(line[0], str):
        return joined((literal(line[0].lstrip(_PREFIX)), line[1:]))
    return line


def _is_shell(text: str) -> bool:
    return language_of(text) == "bash" or ("$" in text and _SHELL.search(text) is not None)


def _automatic(step: Step, path: str) -> dict[str, Name]:
    """What `$@` and its kin stand for in a recipe."""
    unknown: Name = (Hole("$?", path),)
    if step.stem is None:
        return dict.fromkeys(("@", "@D", "@F", "<", "^", "+", "?", "*"), unknown)
    every = joined(piece for index, need in enumerate(step.needs) for piece in (literal(" " if index else ""), need))
    folder, name = posixpath.split(step.goal)
    return {
        "@": literal(step.goal),
        "@D": literal(folder or "."),
        "@F": literal(name),
        "<": step.needs[0] if step.needs else (),
        "^": every,
        "+": every,
        "?": unknown,
        "*": literal(step.stem),
    }
