"""Which rules of a makefile run for a goal, and in which order: what is needed first comes first."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from typing import NamedTuple

from needful.effects.names import Hole, Name, is_literal, joined, literal, may_be_same, show
from needful.effects.project.make_functions import stem_of
from needful.effects.project.make_variables import TooMuch, Variables, Where, words_of
from needful.effects.project.makefile import Makefile, Rule
from needful.effects.project.paths import text_of

_MAX_REACHED = 500
_MAX_LOOSE = 300
_MAX_NAMES = 20_000
_MAX_COMPARED = 50_000


class Known(NamedTuple):
    """A rule with its names expanded; `pattern` is that of a static pattern rule.

    Not `sure`: conditions decide what its targets are called; `first` are the names that the first may have.
    """

    rule: Rule
    targets: tuple[Name, ...]
    first: tuple[Name, ...]
    needs: tuple[Name, ...]
    pattern: str
    sure: bool


class Step(NamedTuple):
    """A rule that runs for a goal; `needs` is what it needs for this goal.

    `stem` is what `%` stands for in it, None where the name of the goal is not known.
    """

    rule: Rule
    goal: str
    stem: str | None
    needs: tuple[Name, ...]
    certain: bool


class Rules:
    """The rules of a makefile, found by goal; `exists` says whether there is such a file. Raises `TooMuch`."""

    def __init__(self, whole: Makefile, variables: Variables, exists: Callable[[str], bool]) -> None:
        self._variables = variables
        self._exists = exists
        self._first: list[Known] = []
        self._exact: dict[str, list[Known]] = {}
        self._loose: list[tuple[Name, Known]] = []  # with a pattern or a hole in the target
        self._shown: dict[str, list[Known]] = {}  # the same, by how the target is shown
        self._phony: set[str] = set()
        self._left = _MAX_COMPARED
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
        names = [one for target in targets for one in self._variables.alternatives(target)]
        return Known(
            rule,
            tuple(names),
            tuple(self._variables.alternatives(targets[0])) if targets else (),
            tuple(name for name in needs if name != ("|",)),
            (text_of(pattern[0]) or "") if pattern else "",
            names == targets,
        )

    def _keep(self, known: Known) -> None:
        self._first.append(known)
        for target in known.targets:
            name = text_of(target)
            if name == ".PHONY":
                self._phony.update(posixpath.normpath(text) for need in known.needs if (text := text_of(need)))
            elif name is None or "%" in name:
                self._loose.append((target, known))
                self._shown.setdefault(show(target), []).append(known)
            else:
                self._exact.setdefault(posixpath.normpath(name), []).append(known)

    def __contains__(self, goal: str) -> bool:
        return goal in self._exact

    def default(self) -> list[str] | None:
        """The goal that is made when none is asked for: several where conditions decide, None if unknown."""
        found: list[str] = []
        for known in self._first:
            names = [text_of(target) for target in known.first]
            if any(name is not None and ((name.startswith(".") and "/" not in name) or "%" in name) for name in names):
                continue
            if None in names:
                return None
            found += [posixpath.normpath(name) for name in names if name is not None]
            if names and not known.rule.conditional:
                break
        return found or None

    def steps(self, goal: str, *, certain: bool = True) -> list[Step]:
        """The rules for a goal; several, where it is not clear which."""
        if goal in self._shown:
            return [Step(known.rule, goal, None, known.needs, certain=False) for known in self._shown[goal]]
        exact = [self._step(known, goal, certain=certain) for known in self._exact.get(goal, ())]
        if any(step.rule.recipe for step in exact) or goal in self._phony:
            return exact
        fitting = [
            self._step(known, goal, certain=False)
            for target, known in self._loose
            if (_stem(target, goal) is not None if is_literal(target) else may_be_same(target, (goal,)))
        ]
        if not exact and not fitting and not self._exists(goal):
            return [Step(known.rule, goal, "", (), certain) for known in self._exact.get(".DEFAULT", ())]
        return exact + fitting

    def _step(self, known: Known, goal: str, *, certain: bool) -> Step:
        patterns = [known.pattern] if known.pattern else [text for name in known.targets if (text := text_of(name))]
        stem = next((stem for text in patterns if "%" in text and (stem := stem_of(text, goal)) is not None), "")
        needs = tuple(
            tuple(part.replace("%", stem, 1) if isinstance(part, str) else part for part in name)
            for name in known.needs
        )
        return Step(known.rule, goal, stem, needs, certain and known.sure and not known.rule.conditional)

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
        names = self._variables.alternatives(need)
        return [(goal, sure and names == [need]) for name in names for goal, sure in self._called(name)]

    def _called(self, need: Name) -> list[tuple[str, bool]]:
        text = text_of(need)
        if text is not None:
            return [(posixpath.normpath(text), True)]
        if need in self._variables.unset:
            return []
        if any(target == need and known.rule.recipe for target, known in self._loose):
            return [(show(need), False)]
        from_files = self._variables.file_holes.issuperset(part for part in need if isinstance(part, Hole))
        if from_files and len(need) == 1:
            # files that are there: no tools, which lie elsewhere, nothing that is yet to be made, and what needs
            # nothing is not made again
            exact = [
                name
                for name, known in self._exact.items()
                if name not in self._phony and any(one.needs for one in known) and self._exists(name)
            ]
            loose = [target for target, known in self._loose if is_literal(target) and known.needs]
        elif len(need) == 1:
            raise TooMuch  # it may be any goal
        else:
            exact = [name for name in self._exact if not (from_files and name in self._phony)]
            loose = [target for target, _ in self._loose]
        self._left -= len(exact) + len(loose)
        if self._left < 0:
            raise TooMuch
        found = [name for name in exact if may_be_same(need, (name,))]
        found += [show(target) for target in loose if may_be_same(need, _open(target))]
        return [(name, False) for name in dict.fromkeys(found)]


def _open(target: Name) -> Name:
    """A target with a hole where its pattern stands."""
    found: list[Name] = []
    for part in target:
        head, percent, tail = part.partition("%") if isinstance(part, str) else ("", "", "")
        found.append(
            (literal(head) + (Hole("%"),) * bool(percent) + literal(tail)) if isinstance(part, str) else (part,)
        )
    return joined(found)


def _stem(target: Name, goal: str) -> str | None:
    return stem_of("".join(map(str, target)), goal)
