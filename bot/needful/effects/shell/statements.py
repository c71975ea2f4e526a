"""Statements of bash, simple and compound: what they run, and what is known of the shell behind each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from needful.effects.shell.commands import assigned, declared, simple, unset
from needful.effects.shell.lists import LISTS, STATEMENTS, Part, flat
from needful.effects.shell.places import Place, Reading
from needful.effects.shell.redirects import redirected
from needful.effects.shell.state import MOVES, State, assigned_in, merged
from needful.effects.shell.words import Code, Inner, Span, is_arithmetic

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_DEPTH = 40
_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
_OWN_SHELL = frozenset({"subshell", "function_definition", *_SUBSTITUTIONS})
_MOVING = frozenset({"cd", "pushd", "popd", "source", "."})
# a chain of `&&` that begins with one of these does not fail on the way, or the whole job does
_STEADY = re.compile(rb"(?:cd|pushd|popd|mkdir|rm|cp|mv|tar|unzip|curl|wget|echo|export|source|git\s+clone)\b")


def sequence(reading: Reading, place: Place, state: State, nodes: Sequence[Node]) -> State:
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
    if node.type not in LISTS:
        return _element(reading, place, state, Part("", node))
    pipelines: list[list[Part]] = []
    for part in flat(node):
        if part.operator in ("|", "|&") and pipelines:
            pipelines[-1].append(part)
        else:
            pipelines.append([part])
    return _chain(reading, place, state, pipelines)


def _chain(reading: Reading, place: Place, state: State, pipelines: Sequence[list[Part]]) -> State:
    """Pipelines joined by `&&` and `||`: what is known behind them, whichever of them ran."""
    left: list[State] = []  # where the chain ended before its end
    failed: list[State] = []  # where `||` goes on
    last = len(pipelines) - 1
    for index, pipeline in enumerate(pipelines):
        if index and pipeline[0].operator == "||":
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


def _pipeline(reading: Reading, place: Place, state: State, parts: Sequence[Part]) -> State:
    if len(parts) == 1:
        return _element(reading, place, state, parts[0])
    for part in parts:  # each runs in a shell of its own
        _element(reading, place, state, part)
        place = place._replace(piped=True, stdin=None)
    return state


def _element(reading: Reading, place: Place, state: State, part: Part) -> State:
    """One command, simple or compound, with the redirections behind it."""
    node = part.node
    kind = node.type
    if kind == "negated_command":
        for child in node.named_children:
            state = _element(reading, place, state, Part("", child, part.redirects))
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


def _redirected(reading: Reading, place: Place, state: State, part: Part) -> tuple[Place, State]:
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
            sequence(reading, inside, state, node.children)
        elif statements and kind in STATEMENTS:
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
    sequence(reading, place, state, node.children)
    return state


def _group(reading: Reading, place: Place, state: State, node: Node) -> State:
    if node.children[0].type == "((":
        return _test(reading, place, state, node)
    return sequence(reading, place, state, node.children)


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
        before = state
        state = sequence(reading, inside if index else place, before, children[1:then])
        body = [child for child in children[then + 1 :] if child.type not in ("elif_clause", "else_clause")]
        ways.append(sequence(reading, inside, state, body))
        state = merged((before, state))  # where the condition failed, as `cd` may have
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
        ways.append(sequence(reading, inside, state, children[head + 1 :]))
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
            sequence(reading, inside, sequence(reading, place, entry, conditions), child.children)
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
        _element(reading, inside, reading.start, Part("", body, redirects))
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
