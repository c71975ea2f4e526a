"""Simple commands of bash: their words, redirections and assignments, and what they change in the shell itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from needful.effects.names import Name, is_literal, joined, literal
from needful.effects.shell.marks import hole
from needful.effects.shell.model import Assignment, Command
from needful.effects.shell.places import Place, Reading
from needful.effects.shell.redirects import redirected, targets
from needful.effects.shell.state import POSITIONAL, State, moved
from needful.effects.shell.words import Inner, Span, Words

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_VALUE = 1000
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)\+?=")
_FORGOTTEN = re.compile(rb"[^\s\\]+")
_NAME = re.compile(r"[A-Za-z_]\w*\Z")
# what stands in the place of a program only where a script was misread
_KEYWORDS = frozenset(
    {"}", "]]", "case", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "select", "then"}
    | {"until", "while"}
)
_ENDS = frozenset({"exit", "return", "break", "continue"})
_SETS_NAMES = frozenset({"read", "mapfile", "readarray", "getopts", "let"})
# files that are sourced to find tools: they set variables, and stay where they are
_ENVIRONMENTS = re.compile(
    r"(?:.*[/\\])?(?:activate(?:\.\w+)?|env|environment|\.env|\.?(?:bash|zsh)?_?profile|\.?(?:bash|zsh)rc|nvm\.sh"
    r"|conda\.sh|sdkman-init\.sh|(?:set)?vars\.sh|setup\.(?:ba|z)?sh|emsdk_env\.sh|os-release|asdf\.sh|export\.sh)\Z"
)


class Parts(NamedTuple):
    """What a simple command is written with: words, assignments with the end of each, redirections, groups."""

    words: list[Span]
    assignments: list[tuple[Node, int]]
    redirects: list[Node]
    groups: list[Node]


def simple(
    reading: Reading, place: Place, state: State, node: Node, redirects: Sequence[Node]
) -> tuple[State, list[Inner]]:
    """A simple command, perhaps of redirections only: what is known after it, and what its words run."""
    parts = _parts(reading, place, (*node.children, *redirects) if node.type == "command" else redirects)
    words = reading.words(place, state)
    values = [value for span in parts.words for value in words.words(span)]
    variables = [_variable(words, *assignment) for assignment in parts.assignments]
    own, stdin = redirected(reading, place, words, parts.redirects)
    values, taken, place = _prefixes(reading, place, values, bool(variables))
    if not values and own:
        values = [(":",)]  # `> file` alone makes or empties it
    elif not parts.words:
        for name, value in variables:
            state = assign(reading, place, state, name, value, node.start_byte, exported=False)
    if values and len(values[0]) == 1 and values[0][0] in _KEYWORDS:
        reading.gap(place, node)
        state = state.lost().without(None)
    elif values:
        command = Command(
            tuple(values),
            place.code.line(node.start_byte),
            reading.marks.shown(_written(place, node, parts.redirects)),
            (*variables, *taken),
            own + place.redirects,
            stdin if stdin is not None or place.piped else place.stdin,
            place.piped and stdin is None and not any(redirect.operator == "<" for redirect in own),
            None if state.folder is None else literal(state.folder),
            place.certain,
            place.background,
        )
        reading.command(node.start_byte, place, command)
        state = _after(reading, state, command.words)
    state, inner = reading.taken(state, place, node)
    return state, inner + [Inner(place.code, group) for group in parts.groups]


def _parts(reading: Reading, place: Place, nodes: Sequence[Node]) -> Parts:
    parts = Parts([], [], [], [])
    last: int | None = None
    assigns = False
    for child in nodes:
        kind = child.type
        if kind == "comment":
            continue
        between = _between(reading, place, parts, last, child.start_byte)
        if kind == "variable_assignment":
            parts.assignments.append((child, child.end_byte))
        elif kind.endswith("_redirect"):
            parts.redirects.append(child)
            last = _behind(reading, place, parts, child)
            continue
        elif kind in ("subshell", "compound_statement", "ERROR"):
            parts.groups.append(child)
        elif not between and assigns:
            parts.assignments[-1] = (parts.assignments[-1][0], child.end_byte)
            last = child.end_byte
            continue
        elif not between and parts.words:
            start, _, inside = parts.words[-1]
            parts.words[-1] = Span(start, child.end_byte, (*inside, child))
        else:
            parts.words.append(Span(child.start_byte, child.end_byte, (child,)))
        last = child.end_byte
        assigns = kind == "variable_assignment"
    return parts


def _between(reading: Reading, place: Place, parts: Parts, last: int | None, start: int) -> bool:
    """Whether something parts two words. What the parser forgot there (a lone `-`) is a word."""
    if last is None:
        return True
    between = place.code.gap(last, start)
    if (between.isspace() and b"\n" not in between) or reading.broken(place, last, start):
        return True
    for forgotten in _FORGOTTEN.finditer(between.replace(b"\\\n", b"  ")):
        parts.words.append(Span(last + forgotten.start(), last + forgotten.end()))
    return between.replace(b"\\\n", b"") != b""


def _behind(reading: Reading, place: Place, parts: Parts, redirect: Node) -> int:
    """The words behind a redirection, which the parser gives to it: `> file word`. Returns where it ends."""
    last: int | None = None
    for span in targets(redirect):
        if last is not None:
            _between(reading, place, parts, last, span.start)
            parts.words.append(span)
        last = span.end
    if redirect.type != "heredoc_redirect":
        return redirect.end_byte
    if place.code.text(redirect).lstrip()[:1] == "-":  # of `cat -<<EOF`
        at = place.code.code.index(b"-", redirect.start_byte)
        parts.words.append(Span(at, at + 1))
    end = redirect.start_byte
    for child in redirect.children:
        if child.type == "heredoc_start":
            end = child.end_byte
        elif child.type == "file_redirect":
            parts.redirects.append(child)
            _behind(reading, place, parts, child)
    for word in redirect.children_by_field_name("argument"):
        if b"\n" in place.code.code[end : word.end_byte].replace(b"\\\n", b""):
            break  # of the document, which the parser did not see begin
        parts.words.append(Span(word.start_byte, word.end_byte, (word,)))
    return end


def _written(place: Place, node: Node, redirects: Sequence[Node]) -> str:
    """The text of a command, without its here document."""
    end = node.end_byte if node.type == "command" else node.start_byte
    for redirect in redirects:
        starts = [child.end_byte for child in redirect.children if child.type == "heredoc_start"]
        end = max(end, *starts) if starts else max(end, redirect.end_byte)
    return place.code.part(node.start_byte, end)


def _prefixes(
    reading: Reading, place: Place, words: list[Name], is_assigned: bool
) -> tuple[list[Name], list[tuple[str, Name]], Place]:
    """Words of the shell in front of a command, which the parser takes for its program."""
    assignments: list[tuple[str, Name]] = []
    while words:
        first = words[0]
        if first == ("time",) and not is_assigned:
            words = words[2:] if words[1:2] == [("-p",)] else words[1:]
            while words and words[0] and (given := _ASSIGNED.match(str(words[0][0]))) is not None:
                value = (str(words[0][0])[given.end() :], *words[0][1:])
                assignments.append((given[1], tuple(part for part in value if part)))
                words = words[1:]
        elif first == ("coproc",):
            named = len(words) > 2 and words[2] == ("{",)
            words, place = words[2 if named else 1 :], place._replace(background=True)
        elif first == ("{",):
            reading.braces += 1
            words = words[1:]
        elif first == ("}",) and reading.braces:
            reading.braces -= 1
            words = []
        else:
            break
    return words, assignments, place


def _variable(words: Words, node: Node, end: int) -> tuple[str, Name]:
    """The name and the value of an assignment that ends at a byte. `+=` adds to what is known."""
    target, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    text = words.code.part(node.start_byte, end)
    if target is None or target.type == "subscript" or (value is not None and value.type == "array"):
        words.name(Span(node.start_byte, end, (node,)))
        return re.split(r"[\[=+]", text, maxsplit=1)[0], hole(words.marks.shown(text))
    name = words.code.text(target)
    adds = text[len(name) : len(name) + 1] == "+"
    start = target.end_byte + (2 if adds else 1)
    given = words.name(Span(start, end, tuple(node.children[1:]))) if start < end else ()
    if adds:
        given = joined((words.variables.get(name, hole("$" + name)), given))
    return words.marks.shown(name), given


def assign(reading: Reading, place: Place, state: State, name: str, value: Name, at: int, *, exported: bool) -> State:
    """Note an assignment that lasts, and return what is known after it."""
    if not _NAME.match(name):  # `${{ matrix.name }}=value` sets who knows what
        reading.command(at, place, Command(((*hole(name), "="),), place.code.line(at), name))
        return state.without(None)
    exported = exported or reading.exports_all or name in reading.exported
    if exported:
        reading.exported.add(name)
    reading.assignments.append((place.code.start + at, Assignment(name, value, exported, place.code.line(at))))
    long = sum(len(part) for part in value) > _MAX_VALUE
    return state.assigned(name, None if long else value)


def assigned(
    reading: Reading, place: Place, state: State, node: Node, _redirects: Sequence[Node]
) -> tuple[State, list[Inner]]:
    """`X=1 Y=2` without a command: what is known after it, and what its words run."""
    nodes = node.children if node.type == "variable_assignments" else (node,)
    for assignment, end in _parts(reading, place, nodes).assignments:
        name, value = _variable(reading.words(place, state), assignment, end)
        state = assign(reading, place, state, name, value, assignment.start_byte, exported=False)
    return reading.taken(state, place, node)


def declared(
    reading: Reading, place: Place, state: State, node: Node, _redirects: Sequence[Node]
) -> tuple[State, list[Inner]]:
    """`export`, `declare`, `local`, `readonly`, `typeset`: what is known after them, and what their words run."""
    keyword = node.children[0]
    words = reading.words(place, state)
    parts = _parts(reading, place, node.children[1:])
    flags = " ".join(place.code.part(span.start, span.end) for span in parts.words)
    exported = place.code.text(keyword) == "export" or re.search(r"(?<!\S)-\w*x", flags) is not None
    unknown: list[Name] = []
    for assignment, end in parts.assignments:
        name, value = _variable(words, assignment, end)
        state = assign(reading, place, state, name, value, assignment.start_byte, exported=exported)
    for span in parts.words:
        for value in words.words(span):
            text = value[0] if value and isinstance(value[0], str) else ""
            given = _ASSIGNED.match(text)
            if given is not None:
                rest = tuple(part for part in (text[given.end() :], *value[1:]) if part)
                state = assign(reading, place, state, given[1], rest, span.start, exported=exported)
            elif value == (text,) and _NAME.match(text):
                if exported:
                    known = state.variables.get(text, hole("$" + text))
                    state = assign(reading, place, state, text, known, span.start, exported=True)
            elif not text.startswith("-"):
                unknown.append(value)
    if unknown:
        text = reading.marks.shown(place.code.text(node))
        command = Command((("export",), *unknown), place.code.line(node.start_byte), text, certain=place.certain)
        reading.command(node.start_byte, place, command)
        state = state.without(None)
    return reading.taken(state, place, node)


def unset(
    reading: Reading, place: Place, state: State, node: Node, _redirects: Sequence[Node]
) -> tuple[State, list[Inner]]:
    """`unset`: what is known after it, and what its words run."""
    words = reading.words(place, state)
    names = [value for span in _parts(reading, place, node.children[1:]).words for value in words.words(span)]
    state = state.without([str(name[0]) for name in names if name] if all(map(is_literal, names)) else None)
    return reading.taken(state, place, node)


def _after(reading: Reading, state: State, words: tuple[Name, ...]) -> State:
    """What is known after a command that is no assignment."""
    while len(words) > 1 and words[0] in (("command",), ("builtin",)):
        words = words[1:]
    program = words[0][0] if len(words[0]) == 1 and isinstance(words[0][0], str) else ""
    functions = reading.functions
    if program in functions.names:
        state = state.without(functions.sets)
        return state.lost() if functions.moves else state
    if program in ("cd", "pushd", "popd"):
        return moved(state, words, reading.roots)
    if program in _ENDS or (program == "exec" and len(words) > 1):
        return state._replace(ended=True)
    if program in _SETS_NAMES:
        return state.without({name for word in words[1:] for name in re.findall(r"\w+", str(word[0]) if word else "")})
    if program == "printf" and words[1:2] == (("-v",),):
        return state.without(str(word[0]) for word in words[2:3] if word)
    if program in ("set", "shift"):
        if words[1:] in ((("-a",),), (("-o",), ("allexport",))):
            reading.exports_all = True
        return state.without(POSITIONAL)
    if program in ("source", "."):
        known = len(words) > 1 and words[1] and isinstance(words[1][-1], str) and _ENVIRONMENTS.match(words[1][-1])
        return state.without(None) if known else state.without(None).lost()
    if program == "eval":
        return state.without(None)
    return state
