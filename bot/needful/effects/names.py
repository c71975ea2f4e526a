"""Names that may hold expressions (of artifacts, caches, groups), compared without running anything.

`artifact-${{ matrix.os }}` becomes a name per matrix leg; what stays unknown becomes a hole. Two names are *the same*
only if that can be shown, and *may be the same* unless the opposite can be shown: a proposal to add an edge asks the
first question, a proposal to drop one asks the second.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from needful.expressions import Access, Expression, Literal, Node, Property
from needful.expressions.tree import accesses_of
from needful.workflow.model import Text, Variable


class Hole(NamedTuple):
    """An expression whose value is not known. Without an `owner` it has the same value in every job of the run."""

    key: str
    owner: str = ""


Name: TypeAlias = tuple[str | Hole, ...]
"""Literal parts and holes in order; neighbouring literals are joined, empty ones left out."""

UNKNOWN: Name = (Hole("?", "?"),)
"""A name that nobody knows: it may be any, and is certainly the same as none."""

# Contexts that have one value for the whole run. `github.job` and `github.action*` are the exceptions.
_SHARED_CONTEXTS = frozenset({"github", "inputs", "vars", "needs", "secrets"})
_UNSHARED_GITHUB = frozenset({"job", "action", "action_path", "action_ref", "action_repository", "action_status"})


Leg: TypeAlias = tuple[tuple[str, str], ...]
"""One combination of a matrix."""


class Known(NamedTuple):
    """An input whose value is known already."""

    name: Name


class Given(NamedTuple):
    """An input as its caller wrote it, and where."""

    text: Text
    scope: Scope


@dataclass(frozen=True)
class Scope:
    """What is known where a text stands. `owner` tells the holes of one job from those of another.

    `env` holds variables and `inputs` the inputs of the local action or reusable workflow around, by lower-case name;
    `flags` are the inputs of type boolean; `action` is the folder of the local action.
    """

    owner: str
    legs: tuple[Leg, ...] = ()
    env: Mapping[str, Text] = field(default_factory=dict)
    inputs: Mapping[str, Known | Given] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    runner: str = ""
    action: str = ""

    def with_env(self, variables: tuple[Variable, ...]) -> Scope:
        if not variables:
            return self
        return replace(self, env={**self.env, **{v.name.lower(): v.value for v in variables}})


def names(text: Text, scope: Scope) -> tuple[Name, ...]:
    """Every name that a text can stand for: one, or one for each matrix leg that makes it different."""
    plain = resolve(text, scope)
    if not scope.legs or not any(isinstance(part, Hole) and "matrix." in part.key.lower() for part in plain):
        return (plain,)
    return tuple(dict.fromkeys(resolve(text, scope, leg) for leg in scope.legs))


def resolve(text: Text, scope: Scope, leg: Leg = ()) -> Name:
    """What a text stands for in one leg; without a leg, what differs between legs stays a hole."""
    return _resolve(text, scope, leg, 0)


# Together these bound what hostile text can cost; names of artifacts that people write stay far below.
_MAX_INDIRECTION = 4
_MAX_EXPRESSIONS = 8


def _resolve(text: Text, scope: Scope, leg: Leg, depth: int) -> Name:
    if len(text.template.expressions) > _MAX_EXPRESSIONS:
        return (Hole(text.value, scope.owner),)
    return joined((part,) if isinstance(part, str) else _value(part, scope, leg, depth) for part in text.template.parts)


_MAX_VARIANTS = 24
_MAX_HOLES = 100


def variants(text: Text, scope: Scope) -> tuple[Name, ...]:
    """The forms of a longer text (a script): one, or one for each matrix leg that makes it different.

    Past a bound of forms, what differs between legs stays a hole; past a bound of expressions, the whole text is one.
    """
    parts = text.template.parts
    if len(text.template.expressions) > _MAX_HOLES:
        return ((Hole(text.value, scope.owner),),)

    def formed(leg: Leg) -> Name:
        return joined((part,) if isinstance(part, str) else _value(part, scope, leg, 0) for part in parts)

    plain = formed(())
    if not scope.legs or not any(isinstance(part, Hole) and "matrix." in part.key.lower() for part in plain):
        return (plain,)
    found = tuple(dict.fromkeys(formed(leg) for leg in scope.legs[:256]))
    return found if len(found) <= _MAX_VARIANTS else (plain,)


def joined(names: Iterable[Name]) -> Name:
    """Names written one behind the other, as one."""
    parts: list[str | Hole] = []
    for name in names:
        for part in name:
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            else:
                parts.append(part)
    return tuple(parts)


def _value(expression: Expression, scope: Scope, leg: Leg, depth: int) -> Name:
    tree = expression.tree
    if isinstance(tree, Literal) and isinstance(tree.value, str):
        return literal(tree.value)
    if isinstance(tree, Property) and depth < _MAX_INDIRECTION:
        known = _known(expression.accesses[0], scope, leg, depth)
        if known is not None:
            return known
    shared = not expression.functions and all(_is_shared(access, scope) for access in expression.accesses)
    return (Hole(re.sub(r"\s+", " ", expression.source), "" if shared else scope.owner),)


def value_of(tree: Node, scope: Scope) -> Name | None:
    """The value of a chain (`inputs.name`) where the scope knows it, else None."""
    return _known(accesses_of(tree)[0], scope, (), 0) if isinstance(tree, Property) else None


def _known(access: Access, scope: Scope, leg: Leg, depth: int) -> Name | None:
    """The value of a chain that the scope knows, else None."""
    context, rest = access[0], ".".join(str(key) for key in access[1:]).lower()
    if context == "matrix":
        return next((literal(value) for key, value in leg if key.lower() == rest), None)
    if context == "env" and rest in scope.env:
        return _resolve(scope.env[rest], scope, leg, depth + 1)
    if context == "inputs" and rest in scope.inputs:
        bound = scope.inputs[rest]
        return bound.name if isinstance(bound, Known) else _resolve(bound.text, bound.scope, leg, depth + 1)
    if access == ("runner", "os") and scope.runner:
        return literal(scope.runner)
    if access == ("github", "action_path") and scope.action:
        return literal(scope.action)
    return None


def _is_shared(access: Access, scope: Scope) -> bool:
    context = access[0]
    if context == "github":
        return len(access) > 1 and str(access[1]).lower() not in _UNSHARED_GITHUB
    # the inputs of a local action or workflow are its caller's business
    return context in _SHARED_CONTEXTS and not (context == "inputs" and bool(scope.inputs))


def literal(text: str) -> Name:
    return (text,) if text else ()


def is_literal(name: Name) -> bool:
    return all(isinstance(part, str) for part in name)


def same(a: Name, b: Name) -> bool:
    """Whether two names are certainly equal."""
    return a == b and all(isinstance(part, str) or not part.owner for part in a)


def may_be_same(a: Name, b: Name) -> bool:
    """Whether two names could be equal, whatever their holes stand for. Case is no difference to count on."""
    a, b = _folded(a), _folded(b)
    if a == b:
        return True
    if is_literal(a):
        return _fits(a, b)
    return _fits(b, a) if is_literal(b) else _ends_agree(a, b)


def _folded(name: Name) -> Name:
    return tuple(part.lower() if isinstance(part, str) else part for part in name)


def fits(text: str, name: Name) -> bool:
    """Whether a name can stand for exactly this text, whatever its holes stand for."""
    return _wildcard(name).match(text) is not None


def _fits(whole: Name, holed: Name) -> bool:
    return _wildcard(holed).match("".join(part for part in whole if isinstance(part, str))) is not None


def _ends_agree(a: Name, b: Name) -> bool:
    """Whether the literal beginnings and ends of two names leave room for both to be equal."""
    for first, second in ((_head(a), _head(b)), (_tail(a)[::-1], _tail(b)[::-1])):
        shorter = min(len(first), len(second))
        if first[:shorter] != second[:shorter]:
            return False
    return True


def _head(name: Name) -> str:
    return name[0] if name and isinstance(name[0], str) else ""


def _tail(name: Name) -> str:
    return name[-1] if name and isinstance(name[-1], str) else ""


@lru_cache(maxsize=4096)
def _wildcard(name: Name) -> re.Pattern[str]:
    """What matches a name with anything in its holes. It takes the first fit of each part and never goes back."""
    found = ""
    for index, part in enumerate(name):
        if isinstance(part, Hole):
            continue
        if index == len(name) - 1 or index == 0:
            found += (".*" if index else "") + re.escape(part)
        else:
            found += f"(?>.*?{re.escape(part)})"
    return re.compile(found + (r"\Z" if not name or isinstance(name[-1], str) else ""), re.DOTALL)


_GLOB = re.compile(r"[*?\[\]{}!+@()\\]")
_CERTAIN_GLOB = re.compile(r"[^{}()!\[\]\\]*\Z")


def matches(pattern: Name, candidate: Name) -> bool:
    """Whether a glob certainly matches a name. Only `*` and `?` are ever certain."""
    if any(isinstance(part, Hole) and part.owner for part in pattern):
        return False
    text = _spelled(pattern)
    if "?" in text and not is_literal(candidate):
        return False  # a hole may stand for nothing
    return bool(_CERTAIN_GLOB.match(text)) and fnmatch.fnmatchcase(_spelled(candidate), text)


def _spelled(name: Name) -> str:
    """A name as one string in which a hole is a mark that no literal and no glob character is part of."""
    return "".join(p if isinstance(p, str) else f"\0{p.owner}\0{p.key}\0".translate(_HIDDEN) for p in name)


_HIDDEN = {ord(character): chr(1 + index) for index, character in enumerate("*?[]{}()!")}


def may_match(pattern: Name, candidate: Name) -> bool:
    """Whether a glob could match a name. Past a class or an alternative, anything could."""
    loose: list[str | Hole] = []
    for part in pattern:
        if isinstance(part, Hole):
            loose.append(part)
            continue
        only_stars = _CERTAIN_GLOB.match(part)
        pieces = _GLOB.split(part) if only_stars else [_GLOB.split(part)[0], ""]
        for index, piece in enumerate(pieces):
            if index:
                loose.append(Hole("*", "*"))
            if piece:
                loose.append(piece)
        if not only_stars:
            break
    return may_be_same(tuple(loose), candidate)


def show(name: Name) -> str:
    """A name for people: holes as the expressions they are."""
    return "".join(part if isinstance(part, str) else "${{ " + part.key + " }}" for part in name)
