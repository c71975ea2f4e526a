"""Redirections of bash: the files that they name, here documents and here strings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from needful.effects.names import Name
from needful.effects.shell.marks import hole
from needful.effects.shell.model import Redirect
from needful.effects.shell.places import Place, Reading
from needful.effects.shell.words import Code, Span, Words

if TYPE_CHECKING:
    from tree_sitter import Node

_OPERATOR = re.compile(r"\d*([<>&|]+)")
_PLAIN_OPERATORS = {"&>": ">", "&>>": ">>", ">|": ">", ">&": ">", "<&": "<"}
_DESCRIPTOR = re.compile(r"\d+-?\Z|-\Z")


def targets(redirect: Node) -> list[Span]:
    """The file that a redirection names, and words behind it that the parser gives to it as well."""
    spans: list[Span] = []
    for node in redirect.children_by_field_name("destination"):
        if spans and spans[-1].end == node.start_byte:
            spans[-1] = Span(spans[-1].start, node.end_byte, (*spans[-1].nodes, node))
        else:
            spans.append(Span(node.start_byte, node.end_byte, (node,)))
    return spans


def is_here_string(code: Code, redirect: Node) -> bool:
    """Whether `< text` is the rest of `<<< text`, which the parser does not know behind another redirection."""
    start = redirect.start_byte
    return code.code[start - 2 : start + 1] == b"<<<"


def redirected(
    reading: Reading, place: Place, words: Words, nodes: Sequence[Node]
) -> tuple[tuple[Redirect, ...], Name | None]:
    """The files that redirections name, and the text that is put in front of the command, if one is.

    The operator is `<`, `>`, `>>` or `<>`, whichever stream it is about; `2>&1` names no file.
    """
    found: list[Redirect] = []
    stdin: Name | None = None
    for node in nodes:
        operator = _OPERATOR.match(place.code.text(node).lstrip())
        written = operator[1] if operator is not None else ""
        if node.type == "heredoc_redirect":
            stdin = _document(reading, place, words, node)
        elif node.type == "herestring_redirect":
            texts = [child for child in node.named_children if child.type != "file_descriptor"]
            stdin = words.name(Span(texts[0].start_byte, node.end_byte, tuple(texts))) if texts else ()
        elif spans := targets(node):
            value = words.name(spans[0])
            if written == "<" and is_here_string(place.code, node):
                stdin = value
            elif len(written) < 2 or written[-1] != "&" or not _DESCRIPTOR.match(str(value[0]) if value else ""):
                found.append(Redirect(_PLAIN_OPERATORS.get(written, written), value))
    return tuple(found), stdin


def _document(reading: Reading, place: Place, words: Words, node: Node) -> Name:
    """The text of a here document. The parser knows where it ends, but not always where it begins."""
    code = place.code.code
    start = end = None
    for child in node.children:
        if child.type == "heredoc_start":
            start = child
        elif child.type == "heredoc_end":
            end = child.start_byte
        elif child.type in ("heredoc_body", "word", "concatenation", "string"):
            continue  # words of the command, or of a document that begins with a backslash
        elif start is not None and b"\n" in code[start.end_byte : child.end_byte].replace(b"\\\n", b""):
            end = None  # the command goes on behind the document
            break
    delimiter = place.code.text(start) if start is not None else ";"
    if start is None or end is None or re.search(r"[;&|()<>]", delimiter):
        reading.gap(place, node)
        return hole("a here document")
    first = code.find(b"\n", start.end_byte) + 1
    while code[first - 2 : first] == b"\\\n":
        first = code.find(b"\n", first) + 1
    tabs = code[node.start_byte : start.start_byte].rstrip().endswith(b"-")
    if re.search(r"['\"\\]", delimiter) is None:
        return words.document(Span(first, end, (node,)), tabs=tabs)
    text = place.code.part(first, end)
    return reading.marks.name(re.sub(r"^\t+", "", text, flags=re.MULTILINE) if tabs else text)
