"""Bash scripts (and those of other POSIX shells) as the commands that they may run.

tree-sitter finds the parts; how they hang together is worked out here anew, because the parser nests pipelines and
lists in ways that the shell does not, and takes line ends for blanks now and then. What runs on the way to a word, in
a function or in a branch that is not taken is listed as well. Values of variables are filled in where they are certain
at that point; everything else of the shell stays a hole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from needful.effects.names import Name
from needful.effects.shell.commands import assigned, declared, simple, unset
from needful.effects.shell.marks import MAX_LENGTH, Marked, marked, unread
from needful.effects.shell.model import Script
from needful.effects.shell.places import Functions, Place, Reading, script_of
from needful.effects.shell.redirects import is_here_string, redirected
from needful.effects.shell.state import MOVES, POSITIONAL, Roots, State, assigned_by, assigned_in, merged
from needful.effects.shell.syntax import parse
from needful.effects.shell.texts import closing
from needful.effects.shell.words import Code, Inner, Span, is_arithmetic

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_DEPTH = 40
_MAX_ATTEMPTS = 3
_STATEMENTS = frozenset(
    {
        "c_style_for_statement",
        "case_statement",
        "command",
        "compound_statement",
        "declaration_command",
        "for_statement",
        "function_definition",
        "if_statement",
        "list",
        "negated_command",
        "pipeline",
        "redirected_statement",
        "subshell",
        "test_command",
        "unset_command",
        "variable_assignment",
        "variable_assignments",
        "while_statement",
    }
)
_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
_OPERATORS = frozenset({"&&", "||", "|", "|&"})
_READ_ANEW = frozenset({"expansion", "arithmetic_expansion"})
_OWN_SHELL = frozenset({"subshell", "function_definition", *_SUBSTITUTIONS})
_MOVING = frozenset({"cd", "pushd", "popd", "source", "."})
# a chain of `&&` that begins with one of these does not fail on the way, or the whole job does
_STEADY = re.compile(rb"(?:cd|pushd|popd|mkdir|rm|cp|mv|tar|unzip|curl|wget|echo|export|source|git\s+clone)\b")
_LAST = re.compile(rb"(?<!\\)(?:\\\n|\\\Z|[ \t\n])+\Z")  # a joined line at the end joins nothing
_FUNCTION = re.compile(rb"\(\s*\)|\bfunction\b")


def read_bash(source: Name, variables: Mapping[str, Name] = {}, *, workspace: str | None = "") -> Script:
    """The commands of a script.

    `variables` are those of its environment; `0` is the path of the script itself, `1` … its arguments. `workspace` is
    where the repository's files lie, seen from where the script starts; None if that is not known.
    """
    script = marked(source)
    if len(script.text) > MAX_LENGTH or "\0" in script.text:
        return unread("a script that is too long to be read" if len(script.text) > MAX_LENGTH else "a binary script")
    own = variables.get("0", ())
    roots = Roots(workspace, own[0] if len(own) == 1 and isinstance(own[0], str) else None)
    text = parsed = _LAST.sub(b"\n", script.text.encode("utf-8", "replace"))
    for _ in range(_MAX_ATTEMPTS):
        reading = _read(script, text, parsed, roots, variables)
        if reading is None:
            return unread("a script that is too tangled to be read")
        if not reading.breaks:
            return script_of(reading)
        parsed = _mended(parsed, reading.breaks)
    return unread("commands that run into each other")


def _mended(code: bytes, breaks: Sequence[tuple[int, int]]) -> bytes:
    """A script with a semicolon at line ends that the parser overlooked. No place in it moves."""
    mended = bytearray(code)
    for start, end in breaks:
        between = code[start:end].replace(b"\\\n", b"  ")
        stop = between.find(b"\n")
        mended[start : start + stop + 1] = b" " * stop + b";"
    return bytes(mended)


def _read(script: Marked, text: bytes, parsed: bytes, roots: Roots, variables: Mapping[str, Name]) -> Reading | None:
    root = parse(parsed)
    if root is None:
        return None
    code = Code(text, parsed=parsed)
    reading = Reading(script, roots, State({}), {"PATH", "HOME", *variables})
    place = Place(code)
    if root.has_error:
        _note_errors(reading, place, root)
    if _FUNCTION.search(text):
        reading.functions = _functions(code, root)
        changed = assigned_in(script.text)
        start = State(variables).without(None if changed is None else changed | POSITIONAL)
        reading.start = start.lost() if MOVES.search(script.text) else start
    _sequence(reading, place, State(variables), root.children)
    return reading


def _note_errors(reading: Reading, place: Place, root: Node) -> None:
    """Say what the parser could not read, but for here strings and the inside of `${…}`, which are read without it."""
    code = place.code.code
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            after = node.next_sibling
            if after is None or after.type != "file_redirect" or not is_here_string(place.code, after):
                reading.gap(place, node)
        elif node.has_error:
            text = place.code.text(node)
            start = node.start_byte + len(text) - len(text.lstrip())
            if node.type not in _READ_ANEW or closing(code, start, len(code)) != node.end_byte:
                waiting += reversed(node.children)


def _functions(code: Code, root: Node) -> Functions:
    names: set[str] = set()
    sets: set[str] | None = set()
    moves = False
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "function_definition" and (name := node.child_by_field_name("name")) is not None:
            names.add(code.text(name))
            text = code.text(node)
            changed = assigned_by(text)
            sets = None if sets is None or changed is None else sets | changed
            moves = moves or MOVES.search(text) is not None
        waiting += node.named_children
    return Functions(frozenset(names), None if sets is None else frozenset(sets), moves)


class _Part(NamedTuple):
    """A command of a list, the operator in front of it, and the redirections behind it."""

    operator: str
    node: Node
    redirects: tuple[Node, ...] = ()


def _flat(node: Node) -> list[_Part]:
    """A statement as its commands in order, however the parser nested them."""
    found: list[_Part] = []
    waiting = [_Part("", node)]
    while waiting:
        part = waiting.pop()
        kind = part.node.type
        if kind in ("list", "pipeline"):
            waiting += reversed(_joined(part.operator, part.node.children, part.redirects))
        elif kind == "redirected_statement":
            redirects = tuple(child for child in part.node.children if child.type.endswith("_redirect"))
            behind = [one for redirect in redirects if redirect.type == "heredoc_redirect" for one in _behind(redirect)]
            if behind:
                behind[-1] = behind[-1]._replace(redirects=part.redirects)
            else:
                redirects += part.redirects
            body = part.node.child_by_field_name("body")
            if body is None:
                found.append(_Part(part.operator, part.node, redirects))
            waiting += reversed(behind if body is None else [_Part(part.operator, body, redirects), *behind])
        else:
            found.append(part)
    return found


def _joined(operator: str, nodes: Sequence[Node], redirects: tuple[Node, ...] = ()) -> list[_Part]:
    parts: list[_Part] = []
    for node in nodes:
        if node.type in _OPERATORS:
            operator = node.type
        elif node.type != "comment":
            parts.append(_Part(operator, node))
    return [*parts[:-1], *(part._replace(redirects=redirects) for part in parts[-1:])]


def _behind(redirect: Node) -> list[_Part]:
    """What goes on behind `<<EOF` on the same line: a pipeline, or `&&` and a command."""
    parts: list[_Part] = []
    operator = ""
    for child in redirect.children:
        if child.type == "pipeline":
            parts += _joined("", child.children)
        elif child.type in _OPERATORS:
            operator = child.type
        elif child.type in _STATEMENTS:
            parts.append(_Part(operator, child))
    return parts


def _sequence(reading: Reading, place: Place, state: State, nodes: Sequence[Node]) -> State:
    """Statements one after the other."""
    for index, node in enumerate(nodes, 1):
        if not node.is_named or node.type == "comment":
            continue
        if index < len(nodes) and nodes[index].type == "&":
            _statement(reading, place._replace(background=True), state, node)
        else:
            state = _statement(reading, place, state, node)
    return state


def _statement(reading: Reading, place: Place, state: State, node: Node) -> State:
    if place.depth > _MAX_DEPTH:
        reading.gap(place, node)
        return state.lost().without(None)
    place = place._replace(depth=place.depth + 1)
    if node.type not in ("list", "pipeline", "redirected_statement"):
        return _element(reading, place, state, _Part("", node))
    pipelines: list[list[_Part]] = []
    for part in _flat(node):
        if part.operator in ("|", "|&") and pipelines:
            pipelines[-1].append(part)
        else:
            pipelines.append([part])
    return _chain(reading, place, state, pipelines)


def _chain(reading: Reading, place: Place, state: State, pipelines: Sequence[list[_Part]]) -> State:
    """Pipelines joined by `&&` and `||`: what is known behind them, whichever of them ran."""
    left: list[State] = []  # where the chain ended before its end
    failed: list[State] = []  # where `||` goes on
    last = len(pipelines) - 1
    for index, pipeline in enumerate(pipelines):
        if pipeline[0].operator == "||":
            before, left, failed = merged(failed), [], []
            after = _pipeline(reading, place, before, pipeline)
            state = merged((state, after))
        else:
            before = state
            after = state = _pipeline(reading, place, before, pipeline)
        steady = _STEADY.match(place.code.code, pipeline[0].node.start_byte) is not None
        failed.append(before if steady else merged((before, after)))
        if not steady and index < last:
            left.append(failed[-1])
        place = place._replace(certain=False)
    return merged((state, *left))


def _pipeline(reading: Reading, place: Place, state: State, parts: Sequence[_Part]) -> State:
    if len(parts) == 1:
        return _element(reading, place, state, parts[0])
    for part in parts:  # each runs in a shell of its own
        _element(reading, place, state, part)
        place = place._replace(piped=True, stdin=None)
    return state


def _element(reading: Reading, place: Place, state: State, part: _Part) -> State:
    """One command, simple or compound, with the redirections behind it."""
    node = part.node
    kind = node.type
    if kind == "negated_command":
        for child in node.named_children:
            state = _element(reading, place, state, _Part("", child, part.redirects))
        return state
    if part.redirects and kind not in ("command", "redirected_statement"):
        place, state = _redirected(reading, place, state, part)
    plain = _PLAIN.get(kind)
    if plain is not None:
        redirects = (node,) if kind == "file_redirect" else part.redirects  # `$(<file)`
        after, inner = plain(reading, place, state, node, redirects)
        _run_inner(reading, place, state, inner)
        return after
    compound = _COMPOUNDS.get(kind)
    if compound is not None:
        return compound(reading, place, state, node)
    _visit(reading, place._replace(certain=False), state, node)
    return state


def _redirected(reading: Reading, place: Place, state: State, part: _Part) -> tuple[Place, State]:
    """The place inside of a group or loop with redirections behind it: all its commands may use them."""
    redirects, stdin = redirected(reading, place, reading.words(place, state), part.redirects)
    after, inner = reading.taken(state, place, part.node)
    _run_inner(reading, place, state, inner)
    reads = stdin is not None or any(redirect.operator == "<" for redirect in redirects)
    inside = place._replace(
        redirects=redirects + place.redirects,
        stdin=stdin if reads else place.stdin,
        piped=place.piped and not reads,
    )
    return inside, after


def _run_inner(reading: Reading, place: Place, state: State, inner: Sequence[Inner]) -> None:
    """What runs on the way to a word: in a shell of its own, its output in no file."""
    for code, node in inner:
        _visit(reading, place._replace(code=code, redirects=()), state, node)


def _visit(reading: Reading, place: Place, state: State, node: Node, *, statements: bool = True) -> None:
    """Everything that runs somewhere in a part of the tree, each in a shell of its own.

    Without `statements` only substitutions do: in conditions and arithmetic.
    """
    if place.depth > _MAX_DEPTH:
        reading.gap(place, node)
        return
    place = place._replace(depth=place.depth + 1)
    waiting = [node]
    while waiting:
        node = waiting.pop()
        kind = node.type
        if kind in _SUBSTITUTIONS or kind == "program":
            inside = place._replace(piped=True) if node.children and node.children[0].type == ">(" else place
            _sequence(reading, inside, state, node.children)
        elif statements and kind in _STATEMENTS:
            _statement(reading, place, state, node)
        elif node.child_count:
            waiting += reversed(node.children)
        elif kind in ("regex", "word", "extglob_pattern"):
            reading.words(place, state).name(Span(node.start_byte, node.end_byte))
            _, inner = reading.taken(state, place, node)
            _run_inner(reading, place, state, inner)


def _subshell(reading: Reading, place: Place, state: State, node: Node) -> State:
    if is_arithmetic(place.code.code[node.start_byte : node.end_byte]):
        return _test(reading, place, state, node)
    _sequence(reading, place, state, node.children)
    return state


def _group(reading: Reading, place: Place, state: State, node: Node) -> State:
    if node.children[0].type == "((":
        return _test(reading, place, state, node)
    return _sequence(reading, place, state, node.children)


def _test(reading: Reading, place: Place, state: State, node: Node) -> State:
    """`[ … ]`, `[[ … ]]`, `(( … ))`: no command, but there may be some on the way."""
    _visit(reading, place, state, node, statements=False)
    text = place.code.text(node)
    return state.without(assigned_in(text)) if text.startswith("((") else state


def _if(reading: Reading, place: Place, state: State, node: Node) -> State:
    inside = place._replace(certain=False)
    ways: list[State] = []
    otherwise = False
    clauses = [node, *(child for child in node.children if child.type in ("elif_clause", "else_clause"))]
    for index, clause in enumerate(clauses):
        children = clause.children
        then = next((place for place, child in enumerate(children) if child.type == "then"), 0)
        state = _sequence(reading, inside if index else place, state, children[1:then])
        body = [child for child in children[then + 1 :] if child.type not in ("elif_clause", "else_clause")]
        ways.append(_sequence(reading, inside, state, body))
        otherwise = otherwise or clause.type == "else_clause"
    return merged(ways if otherwise else [*ways, state])


def _case(reading: Reading, place: Place, state: State, node: Node) -> State:
    inside = place._replace(certain=False)
    ways = [state]
    for child in node.named_children:
        if child.type != "case_item":
            _visit(reading, place, state, child)
            continue
        children = child.children
        head = next((place for place, one in enumerate(children) if one.type == ")"), len(children))
        for one in children[:head]:
            _visit(reading, inside, state, one)
        ways.append(_sequence(reading, inside, state, children[head + 1 :]))
    return merged(ways)


def _loop(reading: Reading, place: Place, state: State, node: Node) -> State:
    """A loop may run often: what it changes anywhere is not known anywhere in it, nor behind it."""
    text = place.code.text(node)
    entry = state.without(assigned_in(text)).without(reading.functions.sets)
    if reading.functions.moves or (MOVES.search(text) and _moves(place.code, node)):
        entry = entry.lost()
    inside = place._replace(certain=False)
    conditions: list[Node] = []
    for child in node.children:
        if child.type in ("do_group", "compound_statement"):
            _sequence(reading, inside, _sequence(reading, place, entry, conditions), child.children)
        elif node.type == "while_statement":
            conditions.append(child)
        else:
            _visit(reading, place, state, child, statements=False)
    return entry


def _moves(code: Code, node: Node) -> bool:
    """Whether a part of a script changes the folder of its own shell."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node.type == "command_name" and code.text(node) in _MOVING:
            return True
        waiting += (child for child in node.named_children if child.type not in _OWN_SHELL)
    return False


def _function(reading: Reading, place: Place, state: State, node: Node) -> State:
    """A definition runs nothing; what a call of it runs is listed here."""
    inside = Place(place.code, place.depth, certain=False, function=True)
    redirects = tuple(child for child in node.children if child.type == "file_redirect")
    for body in node.children_by_field_name("body"):
        _element(reading, inside, reading.start, _Part("", body, redirects))
    return state


_Plain = Callable[[Reading, Place, State, "Node", Sequence["Node"]], tuple[State, list[Inner]]]
_Compound = Callable[[Reading, Place, State, "Node"], State]

_PLAIN: dict[str, _Plain] = {
    "command": simple,
    "declaration_command": declared,
    "file_redirect": simple,
    "redirected_statement": simple,
    "unset_command": unset,
    "variable_assignment": assigned,
    "variable_assignments": assigned,
}
_COMPOUNDS: dict[str, _Compound] = {
    "c_style_for_statement": _loop,
    "case_statement": _case,
    "compound_statement": _group,
    "for_statement": _loop,
    "function_definition": _function,
    "if_statement": _if,
    "subshell": _subshell,
    "test_command": _test,
    "while_statement": _loop,
}
