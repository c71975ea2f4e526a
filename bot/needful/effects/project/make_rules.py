"""Which rules of a makefile run for a goal, and in which order: what is needed first comes first."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import NamedTuple

from needful.effects.names import Hole, Name, is_literal, may_be_same
from needful.effects.project.make_variables import TooMuch, Variables, Where, stem_of, words_of
from needful.effects.project.makefile import Makefile, Rule
from needful.effects.project.paths import text_of

_MAX_REACHED = 500
_MAX_LOOSE = 300
_MAX_NAMES = 20_000


class Known(NamedTuple):
    """A rule with its names expanded; `pattern` is that of a static pattern rule."""

    rule: Rule
    targets: tuple[Name, ...]
    needs: tuple[Name, ...]
    pattern: str


class Step(NamedTuple):
    """A rule that runs for a goal; `stem` is what `%` stands for in it, `needs` what it needs for this goal."""

    rule: Rule
    goal: str
    stem: str
    needs: tuple[Name, ...]
    certain: bool


class Rules:
    """The rules of a makefile, found by goal. Raises `TooMuch` for too many."""

    def __init__(self, whole: Makefile, variables: Variables) -> None:
        self._variables = variables
        self._first: list[tuple[str | None, bool]] = []
        self._exact: dict[str, list[Known]] = {}
        self._loose: list[tuple[Name, Known]] = []  # with a pattern or a hole among their targets
        self._phony: set[str] = set()
        names = 0
        for rule in whole.rules:
            known = self._expanded(rule)
            names += len(known.targets) + len(known.needs)
            self._keep(known)
        if len(self._loose) > _MAX_LOOSE or names > _MAX_NAMES:
            raise TooMuch

    def _expanded(self, rule: Rule) -> Known:
        where = Where(rule.path, rule.line)
        targets, needs, pattern = (
            words_of(self._variables.expand(text, where)) for text in (rule.targets, rule.prerequisites, rule.pattern)
        )
        return Known(
            rule,
            tuple(targets),
            tuple(name for name in needs if name != ("|",)),
            (text_of(pattern[0]) or "") if pattern else "",
        )

    def _keep(self, known: Known) -> None:
        for target in known.targets:
            name = text_of(target)
            if name == ".PHONY":
                self._phony.update(text for need in known.needs if (text := text_of(need)))
            elif name is None or "%" in name:
                self._loose.append((target, known))
                self._first.append((name, known.rule.conditional))
            else:
                self._exact.setdefault(posixpath.normpath(name), []).append(known)
                self._first.append((name, known.rule.conditional))

    def __contains__(self, goal: str) -> bool:
        return goal in self._exact

    def default(self) -> list[str] | None:
        """The goal that is made when none is asked for: several where conditions decide, None if unknown."""
        found = []
        for name, conditional in self._first:
            if name is not None and ("%" in name or (name.startswith(".") and "/" not in name)):
                continue
            if name is None:
                return None
            found.append(name)
            if not conditional:
                break
        return found or None

    def steps(self, goal: str, *, certain: bool = True) -> list[Step]:
        """The rules for a goal; several, where it is not clear which."""
        exact = [self._step(known, goal, certain=certain) for known in self._exact.get(goal, ())]
        if any(step.rule.recipe for step in exact) or goal in self._phony:
            return exact
        fitting = [
            self._step(known, goal, certain=False)
            for target, known in self._loose
            if (_stem(target, goal) is not None if is_literal(target) else may_be_same(target, (goal,)))
        ]
        return exact + fitting

    def _step(self, known: Known, goal: str, *, certain: bool) -> Step:
        patterns = [known.pattern] if known.pattern else [text for name in known.targets if (text := text_of(name))]
        stem = next((stem for text in patterns if "%" in text and (stem := stem_of(text, goal)) is not None), "")
        needs = tuple(
            tuple(part.replace("%", stem, 1) if isinstance(part, str) else part for part in name)
            for name in known.needs
        )
        return Step(known.rule, goal, stem, needs, certain and not known.rule.conditional)

    def order(self, goals: Iterable[str]) -> list[Step]:
        """All steps that lead to the goals, each goal once, in the order in which make could take them."""
        found: list[Step] = []
        done: set[str] = set()
        waiting: list[tuple[str, bool, list[Step] | None]] = [(goal, True, None) for goal in reversed(list(goals))]
        while waiting:
            goal, certain, ready = waiting.pop()
            if ready is not None:
                found += ready
                continue
            if goal in done:
                continue
            done.add(goal)
            if len(done) > _MAX_REACHED:
                raise TooMuch
            steps = self.steps(goal, certain=certain)
            waiting.append((goal, certain, steps))
            for step in reversed(steps):
                for need in reversed(step.needs):
                    waiting += ((name, sure and step.certain, None) for name, sure in self._goals(need))
        return found

    def _goals(self, need: Name) -> list[tuple[str, bool]]:
        """The goals that a prerequisite may be, each with whether it is one for sure."""
        text = text_of(need)
        if text is not None:
            return [(posixpath.normpath(text), True)]
        holes = [part for part in need if isinstance(part, Hole)]
        if need in self._variables.unset:
            return []
        if self._variables.file_holes.issuperset(holes):
            names = [name for name in self._exact if name not in self._phony and ("." in name or "/" in name)]
        elif len(need) == 1:
            raise TooMuch  # it may be any goal
        else:
            names = list(self._exact)
        return [(name, False) for name in names if may_be_same(need, (name,))]


def _stem(target: Name, goal: str) -> str | None:
    return stem_of("".join(map(str, target)), goal)
