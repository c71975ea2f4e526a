"""Bash scripts (and those of other POSIX shells) as the commands that they may run.

tree-sitter finds the parts; how they hang together is worked out here anew (`lists`, `words`), because the parser nests
pipelines and lists in ways that the shell does not, takes some words apart, and some line ends for blanks. What runs on
the way to a word, in a function or in a branch that is not taken is listed as well. Values of variables are filled in
where they are certain at that point; everything else of the shell stays a hole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from needful.effects.names import Name
from needful.effects.shell.marks import MAX_LENGTH, Marked, marked, unread
from needful.effects.shell.model import Script
from needful.effects.shell.places import Functions, Place, Reading, script_of
from needful.effects.shell.redirects import is_here_string
from needful.effects.shell.state import MOVES, POSITIONAL, Roots, State, assigned_by, assigned_in
from needful.effects.shell.statements import sequence
from needful.effects.shell.syntax import parse
from needful.effects.shell.texts import closing
from needful.effects.shell.words import Code

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_ATTEMPTS = 3
_READ_ANEW = frozenset({"expansion", "arithmetic_expansion"})
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
    text = parsed = _trimmed(script.text.encode("utf-8", "replace"))
    for _ in range(_MAX_ATTEMPTS):
        reading = _read(script, text, parsed, roots, variables)
        if reading is None:
            return unread("a script that is too tangled to be read")
        if not reading.breaks:
            return script_of(reading)
        parsed = _mended(parsed, reading.breaks)
    return unread("commands that run into each other")


def _trimmed(code: bytes) -> bytes:
    """A script without blanks at its end, and without a last joined line, which joins nothing."""
    end = len(code)
    while end:
        begin = len(code[:end].rstrip(b"\\")) if code[end - 1 : end] == b"\\" else end
        if (end - begin) % 2 == 0 and code[end - 1 : end] not in (b" ", b"\t", b"\n"):
            break
        end -= 1
    return code[:end] + b"\n"


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
    sequence(reading, place, State(variables), root.children)
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
