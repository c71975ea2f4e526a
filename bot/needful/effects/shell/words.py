"""Words of a bash script: what is left of them when quotes, escapes and variables are worked out.

The tree only says where a word begins and ends, and where a substitution in it does; its own reading of words is not
used, because it loses blanks and takes `$b` in `a/$b.c` for a text. What a word runs on its way (`$(…)`, backticks,
`<(…)`) is noted in `Findings.inner`, for the caller to read as commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from needful.effects.names import Hole, Name, joined
from needful.effects.shell.marks import Marked, hole
from needful.effects.shell.syntax import parse
from needful.effects.shell.texts import closing, without_escapes

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_DEPTH = 12
_MAX_EXPANDED = 1_000_000
_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
_OPENED = frozenset({"arithmetic_expansion", "expansion", *_SUBSTITUTIONS})

_NAMED = rb"\$(?:[A-Za-z_]\w*|[0-9@*#?$!-])"
_OPENS = rb"\$[({\[]|`"
_PLAIN = re.compile(rb"[^\\'\"$`{<>]*")
_BARE = re.compile(
    rb"\\[\x00-\x7f]?|'[^']*'|'|\$'(?:[^'\\]|\\[\x00-\xff])*'|\$?\"|[<>]\(|" + _OPENS + rb"|" + _NAMED, re.DOTALL
)
_QUOTED = re.compile(rb"\\[$`\"\\\n]|\"|" + _OPENS + rb"|" + _NAMED)
_HERE = re.compile(rb"\\[$`\\\n]|" + _OPENS + rb"|" + _NAMED)
_SIMPLE = re.compile(rb"\$\{([A-Za-z_]\w*|[0-9]+|[@*#?$!-])\}\Z")
_DEFAULT = re.compile(rb"\$\{([A-Za-z_]\w*|[0-9]+)(:?[-+?=])")
# what looks like `((a) | (b))` may be arithmetic or commands: words with a blank between them are commands
_COMMANDS = re.compile(rb"[;\n`'\"]|[\w)\]}] +[\w(\[$]")
_FIELD = re.compile(r"\s+|\S+")
_BRACES = re.compile(r"\{[^{}]*\}")


class Code(NamedTuple):
    """A text that was parsed, and where it begins in the script: at which byte and on which line.

    `parsed` is what the parser was given where that is not the text itself, byte for byte at the same places: it had
    to be helped with the ends of lines.
    """

    code: bytes
    start: int = 0
    first: int = 0
    parsed: bytes = b""

    def text(self, node: Node) -> str:
        return self.part(node.start_byte, node.end_byte)

    def part(self, start: int, end: int) -> str:
        """The text between two bytes."""
        return self.code[start:end].decode("utf-8", "replace")

    def line(self, place: int) -> int:
        """The line of the script on which a byte of this text stands."""
        return self.first + self.code.count(b"\n", 0, place)

    def gap(self, start: int, end: int) -> bytes:
        """What the parser saw between two bytes."""
        return (self.parsed or self.code)[start:end]


class Inner(NamedTuple):
    """A part of a word that runs commands, in the code that its places belong to."""

    code: Code
    node: Node


class Span(NamedTuple):
    """Where a word stands, and the nodes in it."""

    start: int
    end: int
    nodes: tuple[Node, ...] = ()


class Piece(NamedTuple):
    """A part of a word. One that is `split` makes several words where it holds blanks; `bare`: a text, not quoted."""

    value: Name
    split: bool = False
    bare: bool = False


@dataclass
class Findings:
    """What is noted while words are read: what they run, and the variables that they set (`${X:=x}`).

    `unread` counts parts that could not be understood, `expanded` the characters of values that were filled in.
    """

    inner: list[Inner] = field(default_factory=list)
    defaulted: list[str] = field(default_factory=list)
    unread: int = 0
    expanded: int = 0


class Words:
    """Reads the words at one point of a script, where these variables are known."""

    def __init__(self, code: Code, marks: Marked, variables: Mapping[str, Name], findings: Findings) -> None:
        self.code, self.marks, self.variables, self.findings = code, marks, variables, findings
        self._opened: dict[int, Node] = {}

    def name(self, span: Span) -> Name:
        """The value of a text as one word (of an assignment, a redirection)."""
        if self._is_plain(span):
            return self._text(span.start, span.end)
        self._note_nodes(span.nodes)
        return joined(piece.value for piece in self._bare(span.start, span.end, 0))

    def words(self, span: Span) -> list[Name]:
        """The words that a text makes: one, mostly."""
        if self._is_plain(span):
            return [self._text(span.start, span.end)]
        self._note_nodes(span.nodes)
        pieces = self._bare(span.start, span.end, 0)
        skeleton = "".join(str(piece.value[0]) if piece.bare and piece.value else "_" for piece in pieces)
        if any("," in found or ".." in found for found in _BRACES.findall(skeleton)):
            return [self._hole(self.code.part(span.start, span.end))]
        return list(_fields(pieces))

    def document(self, span: Span, *, tabs: bool) -> Name:
        """A here document in which variables count; `tabs` at the beginning of its lines do not (`<<-`)."""
        self._note_nodes(span.nodes)
        return self._within(span.start, span.end, 0, "stays", tabs=tabs)[0]

    def _is_plain(self, span: Span) -> bool:
        match = _PLAIN.match(self.code.code, span.start, span.end)
        return match is None or match.end() == span.end

    def _note_nodes(self, nodes: Iterable[Node]) -> None:
        """Remember where substitutions begin, as the tree says it. Blanks in front of them belong to the text."""
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node.type in _OPENED:
                text = self.code.code[node.start_byte : node.end_byte]
                self._opened[node.end_byte - len(text.lstrip())] = node
            if node.type not in _SUBSTITUTIONS:
                waiting += node.named_children

    def _bare(self, start: int, end: int, depth: int) -> list[Piece]:
        """A text outside of double quotes."""
        pieces: list[Piece] = []
        last = start
        while (match := _BARE.search(self.code.code, last, end)) is not None:
            if match.start() > last:
                pieces.append(Piece(self._text(last, match.start()), bare=True))
            token, last = match[0], match.end()
            if token[:1] == b"\\":
                pieces.append(Piece(self._text(match.start() + 1, last) if token != b"\\\n" else ()))
            elif token[:1] == b"'":
                if len(token) == 1:
                    self.findings.unread += 1
                pieces.append(Piece(self._text(match.start() + 1, last - 1)))
            elif token[:2] == b"$'":
                text = without_escapes(self.code.part(match.start() + 2, last - 1))
                pieces.append(Piece(self.marks.name(text)))
            elif token[-1:] == b'"':
                value, last = self._within(last, end, depth, "ends")
                arguments = self.code.code[match.start() : last] in (b'"$@"', b'"${@}"')
                pieces.append(Piece(value, split=arguments))
            elif token[:1] in b"<>`" or token[1:] in (b"(", b"{", b"["):
                value, last = self._open(match.start(), end, depth)
                pieces.append(Piece(value, split=True))
            else:
                pieces.append(Piece(self._variable(token[1:].decode(), token.decode()), split=True))
        if last < end:
            pieces.append(Piece(self._text(last, end), bare=True))
        return pieces

    def _within(
        self, start: int, end: int, depth: int, quote: Literal["ends", "goes", "stays"], *, tabs: bool = False
    ) -> tuple[Name, int]:
        """A text as in double quotes: its value, and the byte behind it. `quote` says what a double quote does there.

        It `ends` the text, or `goes` without a trace (in `"${X:-"a"}"`), or `stays` (in a here document).
        """
        tokens = _HERE if quote == "stays" else _QUOTED
        found: list[Name] = []
        last, closed = start, quote != "ends"
        begins = tabs

        def add(upto: int) -> None:
            text = self.code.part(last, upto)
            if tabs:
                text = re.sub(r"\n\t+", "\n", text.lstrip("\t") if begins else text)
            found.append(self.marks.name(text))

        while (match := tokens.search(self.code.code, last, end)) is not None:
            add(match.start())
            token, last, begins = match[0], match.end(), False
            if token == b'"' and quote == "goes":
                continue
            if token == b'"':
                closed = True
                break
            if token[:1] == b"\\":
                found.append(self._text(match.start() + 1, last) if token != b"\\\n" else ())
            elif token == b"`" or token[1:] in (b"(", b"{", b"["):
                value, last = self._open(match.start(), end, depth, quoted=True)
                found.append(value)
            else:
                found.append(self._variable(token[1:].decode(), token.decode()))
        else:
            add(end)
            last = end
        if not closed:
            self.findings.unread += 1
        return joined(found), last

    def _open(self, start: int, end: int, depth: int, *, quoted: bool = False) -> tuple[Name, int]:
        """What `$(`, `${`, `$[`, a backtick, `<(` or `>(` opens: its value, and the byte behind it."""
        code = self.code.code
        node = self._opened.get(start)
        stop = node.end_byte if node is not None and node.end_byte <= end else closing(code, start, end)
        if stop is None or depth > _MAX_DEPTH:
            self.findings.unread += 1
            return self._hole(self.code.part(start, end)), end
        text = code[start:stop]
        if text[:2] == b"${":
            return self._expansion(start, stop, depth, quoted=quoted), stop
        if (
            (text[:1] == b"$" and is_arithmetic(text[1:]))
            or text[:2] == b"$["
            or (node is not None and node.type == "arithmetic_expansion")
        ):
            self._within(start + 2, stop, depth + 1, "stays")
        elif node is None or (text[:1] == b"`" and b"\\" in text):
            self._note_text(start, stop)
        else:
            self.findings.inner.append(Inner(self.code, node))
        return self._hole(self.code.part(start, stop)), stop

    def _note_text(self, start: int, stop: int) -> None:
        """A substitution that the tree does not know as one, or with escapes that go before anything else is read."""
        text = self.code.code[start:stop]
        begin = 1 if text[:1] == b"`" else 2
        text = re.sub(rb"\\([$`\\])", rb"\1", text[1:-1]) if begin == 1 else text[2:-1]
        code = Code(text, self.code.start + start + begin, self.code.line(start + begin))
        root = parse(code.code)
        self.findings.unread += root is None or root.has_error
        self.findings.inner += (Inner(code, tree) for tree in (root,) if tree is not None)

    def _expansion(self, start: int, stop: int, depth: int, *, quoted: bool) -> Name:
        """`${…}` between two bytes."""
        text = self.code.code[start:stop]
        if (simple := _SIMPLE.match(text)) is not None:
            name = simple[1].decode()
            return self._variable(name, "$" + name)
        whole = self.code.part(start, stop)
        given = _DEFAULT.match(text)
        if given is None:
            self._within(start + 2, stop - 1, depth + 1, "stays")
            return self._hole(whole)
        name, operator = given[1].decode(), given[2].decode()
        begin = start + given.end()
        if quoted:
            operand = self._within(begin, stop - 1, depth + 1, "goes")[0]
        else:
            operand = joined(piece.value for piece in self._bare(begin, stop - 1, depth + 1))
        value = self.variables.get(name)
        if operator[-1] == "=":
            self.findings.defaulted.append(name)
        if value is None or (not value and operator[0] != ":"):
            return self._hole("$" + name if operator[-1] == "?" else whole)
        if operator[-1] == "+":
            return operand if value else ()
        return value or operand

    def _variable(self, name: str, text: str) -> Name:
        value = self.variables.get(name)
        if value is None:
            return self._hole(text)
        self.findings.expanded += sum(len(part) for part in value)
        return value if self.findings.expanded < _MAX_EXPANDED else self._hole(text)

    def _text(self, start: int, end: int) -> Name:
        return self.marks.name(self.code.part(start, end))

    def _hole(self, text: str) -> Name:
        return hole(self.marks.shown(text))


def is_arithmetic(text: bytes) -> bool:
    """Whether `((…))` computes something, and does not run commands in a shell within a shell."""
    return text[:2] == b"((" and text[-2:] == b"))" and not _COMMANDS.search(text)


def _fields(pieces: Sequence[Piece]) -> Iterator[Name]:
    """The words that a shell makes of the pieces of one."""
    word: list[Name] = []
    begun = False
    for value, split, _ in pieces:
        if not split:
            word.append(value)
            begun = True
            continue
        for part in value:
            for text in _FIELD.findall(part) if isinstance(part, str) else (part,):
                if isinstance(text, Hole) or not text.isspace():
                    word.append((text,))
                    begun = True
                elif begun:
                    yield joined(word)
                    word, begun = [], False
    if begun:
        yield joined(word)
