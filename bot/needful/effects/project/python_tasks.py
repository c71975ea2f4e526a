"""Python files that define tasks as functions (noxfile, tasks.py): their calls and the texts that these are given."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from needful.effects.names import Hole, Name, joined, literal
from needful.effects.project.reading import parse_python

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_MAX_DEPTH = 12
_MAX_VALUES = 3000
_BRANCHES = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.Try,
    ast.IfExp,
    ast.BoolOp,
    ast.Match,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.Lambda,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
)
# What runs programs or reaches the network without the tool.
_OUTSIDE = frozenset(
    {"boto3", "docker", "http", "httpx", "importlib", "pexpect", "plumbum", "requests", "runpy", "sh", "socket"}
) | {"subprocess", "urllib", "urllib3"}
_OUTSIDE_CALLS = frozenset({"exec", "eval", "compile", "__import__", "system", "popen", "startfile"})
_OUTSIDE_STARTS = ("exec", "spawn", "posix_spawn")


class Call(NamedTuple):
    """A call, in the order of the text. Not `certain`: it may not run, or run more than once."""

    node: ast.Call
    certain: bool

    @property
    def chain(self) -> tuple[str, ...]:
        """`("session", "run")` for `session.run(…)`; nothing where it is no chain of names."""
        return chain_of(self.node.func)

    @property
    def leaves(self) -> bool:
        """Whether it may run a program, or reach the network, by other means than those of the tool."""
        chain = self.chain
        if not chain:
            return False
        last = chain[-1]
        return (
            chain[0] in _OUTSIDE
            or (last in _OUTSIDE_CALLS and (len(chain) == 1 or chain[0] == "os"))
            or (chain[0] == "os" and last.startswith(_OUTSIDE_STARTS))
        )


class Module(NamedTuple):
    """A module: its functions, and the values of the names that it sets once."""

    functions: Mapping[str, Function]
    constants: Mapping[str, ast.expr]
    body: tuple[ast.stmt, ...]


def read_module(text: str) -> Module | None:
    """A module, None for what is no Python."""
    tree = parse_python(text)
    if tree is None:
        return None
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    stored = Counter(
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    )
    constants: dict[str, ast.expr] = {}
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if len(targets) == 1 and isinstance(targets[0], ast.Name) and stored[targets[0].id] == 1 and value is not None:
            constants[targets[0].id] = value
    return Module(functions, constants, tuple(tree.body))


def chain_of(node: ast.expr) -> tuple[str, ...]:
    """The names of `a.b.c`, nothing for what is no such chain."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return (node.id, *reversed(names)) if isinstance(node, ast.Name) else ()


def calls_in(statements: Iterable[ast.stmt]) -> list[Call]:
    """The calls in statements, those of functions within them among them."""
    found: list[Call] = []
    waiting: list[tuple[ast.AST, bool]] = [(node, True) for node in statements]
    while waiting:
        node, certain = waiting.pop()
        if isinstance(node, ast.Call):
            found.append(Call(node, certain))
        certain = certain and not isinstance(node, _BRANCHES)
        waiting += ((child, certain) for child in ast.iter_child_nodes(node))
    return sorted(found, key=lambda call: (call.node.lineno, call.node.col_offset))


def called_at_once(module: Module) -> Iterator[Call]:
    """The calls outside of functions and classes: they run before any task does."""
    kept = [node for node in module.body if not isinstance(node, (*_BRANCHES[-2:], ast.ClassDef))]
    yield from calls_in(kept)


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword argument."""
    return next((one.value for one in call.keywords if one.arg == name), None)


def named(call: ast.Call | None, name: str) -> ast.expr | None:
    """The value of a keyword argument of a decorator that may stand without brackets."""
    return keyword(call, name) if call is not None else None


def decorators(function: Function, names: frozenset[tuple[str, ...]]) -> Iterator[ast.Call | None]:
    """For each decorator of one of these names its call, or None where it stands without brackets."""
    for node in function.decorator_list:
        if isinstance(node, ast.Call) and chain_of(node.func) in names:
            yield node
        elif chain_of(node) in names:
            yield None


def text_in(node: ast.expr | None) -> str | None:
    """The text of a constant."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


class Values:
    """What expressions stand for: `known` names, and the module's constants."""

    def __init__(self, module: Module, owner: str, known: Mapping[tuple[str, ...], tuple[Name, ...]] = {}) -> None:
        self.module = module
        self.owner = owner
        self.known = known
        self._left = _MAX_VALUES

    def text(self, node: ast.expr, depth: int = 0) -> Name:
        """The text that an expression is, as far as it is known."""
        self._left -= 1
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float):
            return literal(str(node.value))
        if depth < _MAX_DEPTH and self._left > 0:
            if isinstance(node, ast.JoinedStr):
                return joined(self.text(part, depth + 1) for part in node.values)
            if isinstance(node, ast.FormattedValue) and node.format_spec is None and node.conversion == -1:
                return self.text(node.value, depth + 1)
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                return joined((self.text(node.left, depth + 1), self.text(node.right, depth + 1)))
            if isinstance(node, ast.Name) and node.id in self.module.constants:
                return self.text(self.module.constants[node.id], depth + 1)
            found = self.known.get(chain_of(node), ())
            if len(found) == 1:
                return found[0]
        return (self._hole(node),)

    def list(self, node: ast.expr, depth: int = 0) -> tuple[Name, ...]:
        """The texts that an expression is a list of; one hole, where it is not known."""
        self._left -= 1
        if depth < _MAX_DEPTH and self._left > 0:
            if isinstance(node, ast.List | ast.Tuple):
                return tuple(name for item in node.elts for name in self.arguments(item, depth + 1))
            if isinstance(node, ast.Name) and node.id in self.module.constants:
                return self.list(self.module.constants[node.id], depth + 1)
            if chain_of(node) in self.known:
                return self.known[chain_of(node)]
        return ((self._hole(node),),)

    def arguments(self, node: ast.expr, depth: int = 0) -> tuple[Name, ...]:
        """An argument, or those that `*argument` stands for."""
        return self.list(node.value, depth + 1) if isinstance(node, ast.Starred) else (self.text(node, depth + 1),)

    def _hole(self, node: ast.expr) -> Hole:
        chain = ".".join(chain_of(node))
        return Hole(chain or f"line {node.lineno}, column {node.col_offset + 1}", self.owner)


class Event(NamedTuple):
    """A call of a method of what a task was handed, or (`method` is `""`) one that is a `problem`."""

    call: Call
    method: str
    values: Values
    problem: str = ""


class Follower:
    """Follows what a tool hands to its tasks (`session`, `c`), into the functions to which they hand it on.

    `runs` are its methods that run something; `known` says what its attributes are.
    """

    def __init__(
        self, module: Module, owner: str, runs: frozenset[str], known: Mapping[str, tuple[Name, ...]] = {}
    ) -> None:
        self._module = module
        self._owner = owner
        self._runs = runs
        self._known = known

    def events(self, function: Function, place: int | None = 0) -> Iterator[Event]:
        """What a function does; it is handed the thing as its parameter at `place` (from 0), None for not at all."""
        return self._follow(function, place, True, 0, set())

    def _follow(
        self, function: Function, place: int | None, certain: bool, depth: int, met: set[str]
    ) -> Iterator[Event]:
        met.add(function.name)
        parameters = [*function.args.posonlyargs, *function.args.args]
        handed = parameters[place].arg if place is not None and place < len(parameters) else ""
        values = Values(self._module, self._owner, {(handed, key): value for key, value in self._known.items()})
        for call in calls_in(function.body):
            one = call._replace(certain=call.certain and certain)
            chain = one.chain
            shown = ".".join(chain)[:60]
            if len(chain) == 2 and chain[0] == handed:
                yield Event(one, chain[1], values)
                continue
            on = _handed_on(one.node, handed, self._runs) if handed else None
            inner = self._module.functions.get(chain[0]) if len(chain) == 1 else None
            if one.leaves:
                yield Event(one, "", values, f"it calls `{shown}`")
            elif inner is not None and on != _LOST:
                if inner.name in met and on is None:
                    continue
                if depth >= _MAX_DEPTH:
                    yield Event(one, "", values, f"it calls `{shown}`, too deep to follow")
                elif inner.name not in met:
                    yield from self._follow(inner, on, one.certain, depth + 1, met)
            elif on is not None:
                yield Event(one, "", values, f"it hands `{handed}` to `{shown}`")


_LOST = -1


def _handed_on(call: ast.Call, name: str, methods: frozenset[str]) -> int | None:
    """The place of a name among the arguments of a call (from 0), None where it is none of them.

    As a keyword, or as one of its methods, it is `_LOST`: handed on, but not in a way that can be followed.
    """
    for place, argument in enumerate(call.args):
        if chain_of(argument) == (name,):
            return place
    for value in (*call.args, *(one.value for one in call.keywords)):
        chain = chain_of(value)
        if chain[:1] == (name,) and (len(chain) == 1 or chain[-1] in methods):
            return _LOST
    return None
