"""Dockerfiles as stages of instructions, and the variables in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from needful.effects.names import Hole, Name, joined, literal
from needful.effects.project.bodies import bounded
from needful.effects.project.reading import closing_brace

_DIRECTIVE = re.compile(r"#\s*(escape|syntax)\s*=\s*(\S+)\s*\Z", re.IGNORECASE)
_HEREDOC = re.compile(r"(?<!<)<<-?(?!<)[ \t]*([\"']?)([A-Za-z_]\w{0,80})\1")
_WITH_HEREDOC = frozenset({"RUN", "COPY", "ADD"})
_FLAG = re.compile(r"\s*--([a-z-]+)(?:=(\S*))?(?=\s|\Z)")
_MAX_DEPTH = 5
_MAX_KEY = 80


class Heredoc(NamedTuple):
    """A document that stands below its instruction; `line` is that of its first line, from 1."""

    text: str
    line: int


class Instruction(NamedTuple):
    """One instruction: its name in capitals, its flags and what follows, as written.

    Lines that go on behind a backslash keep it, and comments between them are gone. `text` ends where the first
    document below begins; `whole` has the documents too. `line` (from 1) is where they begin.
    """

    name: str
    flags: tuple[tuple[str, str], ...]
    text: str
    whole: str
    line: int
    heredocs: tuple[Heredoc, ...] = ()

    def flag(self, name: str) -> str:
        """The value of a flag, `""` where it is not given."""
        return next((value for key, value in self.flags if key == name), "")


class Dockerfile(NamedTuple):
    """The instructions of a Dockerfile in order. `syntax` names what else than docker's own reader reads it, if any."""

    instructions: tuple[Instruction, ...]
    escape: str
    syntax: str


def read_dockerfile(text: str) -> Dockerfile:
    """Read a Dockerfile; what is no instruction becomes one that nobody knows."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    escape, syntax = "\\", ""
    for line in lines:
        directive = _DIRECTIVE.match(line.strip())
        if directive is None:
            break
        if directive[1].lower() == "escape":
            escape = directive[2]
        else:
            syntax = directive[2]
    return Dockerfile(tuple(_instructions(lines, escape)), escape, syntax)


def _instructions(lines: list[str], escape: str) -> Iterator[Instruction]:
    at = 0
    while at < len(lines):
        if not lines[at].strip() or lines[at].lstrip().startswith("#"):
            at += 1
            continue
        first = at
        pieces: list[str] = []
        while at < len(lines):
            line, at = lines[at], at + 1
            comment = line.lstrip().startswith("#") or not line.strip()
            if pieces and comment:
                pieces.append("")
            elif line.rstrip().endswith(escape):
                pieces.append(line.rstrip()[:-1])
            else:
                pieces.append(line)
                break
        text = "\\\n".join(pieces).strip()
        name, _, rest = text.replace("\t", " ").partition(" ")
        rest = text[len(name) :]
        heredocs: list[Heredoc] = []
        whole = rest
        if name.upper() in _WITH_HEREDOC:
            for found in _HEREDOC.finditer(rest):
                heredoc, end = _heredoc(lines, at, found[2])
                whole += "\n" + "\n".join(lines[at:end])
                heredocs.append(heredoc)
                at = end
        flags, start = _flags(rest)
        begin = first + 1 + rest[:start].count("\n")
        yield Instruction(name.upper(), flags, rest[start:].strip(), whole[start:].lstrip(), begin, tuple(heredocs))


def _heredoc(lines: list[str], at: int, end: str) -> tuple[Heredoc, int]:
    """The document that begins at a line (from 0), and the line behind its end."""
    for place in range(at, len(lines)):
        if lines[place].lstrip("\t").rstrip() == end:
            return Heredoc("\n".join(lines[at:place]), at + 1), place + 1
    return Heredoc("\n".join(lines[at:]), at + 1), len(lines)


def _flags(text: str) -> tuple[tuple[tuple[str, str], ...], int]:
    """The flags at the beginning of a text, and where they end."""
    found: list[tuple[str, str]] = []
    at = 0
    while True:
        while text.startswith(("\\\n", " ", "\t"), at):
            at += 2 if text[at] == "\\" else 1
        flag = _FLAG.match(text, at)
        if flag is None:
            return tuple(found), at
        found.append((flag[1], flag[2] or ""))
        at = flag.end()


_VARIABLE = re.compile(r"\\(.)|\$(\$|\w+|\{(\w+)(?:(:?[-+?])|\}))", re.DOTALL)


def expand(text: str, variables: Mapping[str, Name], owner: str, depth: int = 0) -> Name:
    """A text of a Dockerfile or compose file with its variables replaced; those that are not known are holes."""
    parts: list[Name] = []
    at = 0
    while (found := _VARIABLE.search(text, at)) is not None:
        parts.append(literal(text[at : found.start()]))
        at = found.end()
        if found[1] is not None:
            parts.append(literal(found[1]))
            continue
        if found[2] == "$":
            parts.append(literal("$"))
            continue
        name = found[3] or found[2]
        known = variables.get(name)
        if found[4] is None:
            parts.append(known if known is not None else (Hole(f"${name}", owner),))
            continue
        end = closing_brace(text, at)
        other = text[at:end]
        at = end + 1
        instead = expand(other, variables, owner, depth + 1) if depth < _MAX_DEPTH else (Hole(other[:_MAX_KEY], owner),)
        parts.append(_alternative(found[4], known, instead, (Hole(f"${name}", owner),)))
    return bounded(joined((*parts, literal(text[at:]))), owner)


def _alternative(operator: str, known: Name | None, instead: Name, hole: Name) -> Name:
    """`${name:-instead}` and its kin."""
    if known is None:
        return hole
    if operator.endswith("+"):
        return instead if known else ()
    return known or (instead if operator.endswith("-") else ())
