"""What is known of a shell while its script runs: variables with their values, and the folder it is in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from needful.effects.names import Name, is_literal
from needful.effects.shell.folders import located

_MAX_VARIABLES = 500

POSITIONAL = frozenset("0123456789@*#")


class State(NamedTuple):
    """What is certain at one point of a script. A variable that is not listed may hold anything.

    `folder`, `before` (for `cd -`) and `stack` (of `pushd`) are relative to where the script started, None where not
    known. `ended`: nothing comes after (`exit`).
    """

    variables: Mapping[str, Name]
    folder: str | None = ""
    before: str | None = None
    stack: tuple[str | None, ...] = ()
    ended: bool = False

    def assigned(self, name: str, value: Name | None) -> State:
        """After an assignment; None for a value of which nothing is known."""
        if value is None or (name not in self.variables and len(self.variables) >= _MAX_VARIABLES):
            return self.without((name,))
        return self._replace(variables={**self.variables, name: value})

    def without(self, names: Iterable[str] | None) -> State:
        """After something that may have changed variables; None: any of them."""
        if names is None:
            return self._replace(variables={})
        gone = set(names) & self.variables.keys()
        if not gone:
            return self
        return self._replace(variables={name: value for name, value in self.variables.items() if name not in gone})

    def lost(self) -> State:
        """After something that may have changed the folder."""
        return self._replace(folder=None, before=None, stack=())


def merged(states: Sequence[State]) -> State:
    """What is certain after one of several ways, whichever was gone. Those that ended came to no such point."""
    alive = [state for state in states if not state.ended] or list(states)
    result = alive[0]
    for state in alive[1:]:
        if state is result:
            continue
        variables = result.variables
        if variables is not state.variables:
            other = state.variables
            variables = {name: value for name, value in variables.items() if other.get(name) == value}
        result = State(
            variables,
            result.folder if result.folder == state.folder else None,
            result.before if result.before == state.before else None,
            result.stack if result.stack == state.stack else (),
            result.ended and state.ended,
        )
    return result


class Roots(NamedTuple):
    """Where the repository's files lie and which file the script is, seen from where it started; None: not known."""

    workspace: str | None
    script: str | None


def moved(state: State, words: Sequence[Name], roots: Roots) -> State:
    """After `cd`, `pushd` or `popd`."""
    program = words[0]
    arguments = [word for word in words[1:] if not _is_option(word)]
    if program == ("popd",):
        if arguments or not state.stack:
            return state.lost()
        return state._replace(folder=state.stack[-1], before=state.folder, stack=state.stack[:-1])
    if len(arguments) != 1:
        return state.lost()
    target = arguments[0]
    folder = state.before if target == ("-",) else located(target, state.folder, roots.workspace, roots.script)
    if program == ("pushd",):
        if target and isinstance(target[0], str) and target[0][:1] in ("+", "-"):
            return state.lost()
        return state._replace(folder=folder, before=state.folder, stack=(*state.stack[-50:], state.folder))
    return state._replace(folder=folder, before=state.folder)


def _is_option(word: Name) -> bool:
    return is_literal(word) and re.match(r"-[LPen@]+\Z|--\Z", "".join(map(str, word))) is not None


_DOT = r"(?:^|[;&|({]|(?:then|do|else)\s)[ \t]{0,100}\.[ \t]"
MOVES = re.compile(rf"(?<![\w-])(?:cd|pushd|popd|source)(?![\w-])|{_DOT}", re.MULTILINE)
"""What stands in a script that may change its folder. Where nothing of it stands, nothing does."""

_ANYTHING = re.compile(rf"(?<![\w-])(?:eval|source)(?![\w-])|{_DOT}", re.MULTILINE)
_SET = re.compile(r"(?<!\w)([A-Za-z_]\w*+)(?:\[[^\]\n]{0,200}\])?\s{0,20}(?:[-+*/%&|^]|<<|>>)?=")
_COUNTED = re.compile(r"(?<!\w)([A-Za-z_]\w*+)\s?(?:\+\+|--)|(?:\+\+|--)\s?([A-Za-z_]\w*+)")
_DEFAULTED = re.compile(r"\$\{(\w++):?=")
_LISTED = re.compile(r"(?<![\w-])(?:for|select|read|mapfile|readarray|getopts|unset|let)(?![\w-])([^\n;&|]*+)")
_LOCAL = re.compile(r"(?<![\w-])(?:local|declare|typeset)(?![\w-])([^\n;&|]*+)")
_PRINTED = re.compile(r"printf\s{1,20}-v\s{0,20}(\w++)")
_IDENTIFIER = re.compile(r"(?<!\w)[A-Za-z_]\w*+")
_REBOUND = re.compile(r"(?<![\w-])(?:shift|set)(?![\w-])")


def assigned_in(text: str) -> frozenset[str] | None:
    """Every name that a piece of a script may give a value to, and names that it does not; None: any name."""
    if _ANYTHING.search(text):
        return None
    names = {*_SET.findall(text), *_DEFAULTED.findall(text), *_PRINTED.findall(text)}
    for rest in (*_LISTED.findall(text), *_LOCAL.findall(text)):
        names.update(_IDENTIFIER.findall(rest))
    if "((" in text or "let" in text:
        names.update(name for pair in _COUNTED.findall(text) for name in pair if name)
    if _REBOUND.search(text):
        names |= POSITIONAL
    return frozenset(names)


def assigned_by(function: str) -> frozenset[str] | None:
    """The names that a call of a function may give a value to, from the text of the function; None: any name."""
    names = assigned_in(function)
    if names is None:
        return None
    own = {name for rest in _LOCAL.findall(function) for name in _IDENTIFIER.findall(rest)}
    return names - own - POSITIONAL
