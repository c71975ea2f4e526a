"""Where the parts of a block collection begin and end as lines: markers, comments, blank lines.

A comment belongs to the node below it (comment lines directly above, at the same indentation) or beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from needful.document.nodes import Alias, Entry, Mapping, Node, Scalar, Sequence, Style
from needful.errors import Refusal
from needful.source import Edit, Source, Span

_SKIPPED = re.compile(r"(?:[ \t\r\n]+|#[^\r\n]*)*")
_ANCHOR = re.compile(r"&[^\s,\[\]{}]+")
_KEEP = re.compile(r"[|>][0-9]?\+")
_COLON = re.compile(r"[ \t]*:")


class Member(NamedTuple):
    """An item of a block list from its dash, or an entry of a block mapping from its key.

    `end` is where its content ends, `floor` where that of the member before ends (0 for the first), `column` counts
    from 0; `leads` says whether it is the first thing on its line; `node` is the value.
    """

    start: int
    end: int
    floor: int
    column: int
    leads: bool
    item: bool
    node: Node


def members(source: Source, node: Mapping | Sequence) -> list[Member]:
    """The members of a block collection, in order."""
    found: list[Member] = []
    floor = 0
    at = node.span.start
    for child in node.entries if isinstance(node, Mapping) else node.items:
        if isinstance(child, Entry):
            start, value = child.key.span.start, child.value
        else:
            start, value = dash(source.text, at), child
        end = max(child.span.end, start + 1)
        line = source.line_start(start)
        leads = not source.text[line:start].strip(" ")
        found.append(Member(start, end, floor, start - line, leads, not isinstance(child, Entry), value))
        floor = at = end
    return found


def dash(text: str, at: int) -> int:
    """The dash of the block item that comes next at or after an offset."""
    anchor = _ANCHOR.match(text, at)
    at = _end(_SKIPPED, text, anchor.end() if anchor else at)
    assert text.startswith("-", at), "only blank space, comments and an anchor stand before a dash"
    return at


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def colon(text: str, key: Scalar) -> int:
    """Where the colon behind a key ends. Raises `Refusal` for a key without one (`{key}`)."""
    match = _COLON.match(text, key.span.end)
    if match is None:
        raise Refusal(f"the key {key.text!r} has no colon")
    return match.end()


def content(text: str, node: Node) -> Span:
    """The span of a value without its anchor; empty, and where the value would stand, for null."""
    start, end = node.span
    if isinstance(node, Alias) or node.anchor is None:
        return node.span
    start = _end(_ANCHOR, text, start)
    start = end if start >= end else _end(_SKIPPED, text, start)
    return Span(start, max(start, end))


def is_null(node: Node) -> bool:
    """Whether a value is absent (`key:`), not written as `null` or `~`."""
    return isinstance(node, Scalar) and node.style is Style.PLAIN and not node.text


def is_block(node: Node) -> bool:
    """Whether a node is a collection of lines."""
    return isinstance(node, Mapping | Sequence) and not node.flow


def last_scalar(node: Node) -> Node:
    """The scalar or alias with which a node ends (an empty flow collection for itself)."""
    while isinstance(node, Mapping | Sequence):
        children = [entry.value for entry in node.entries] if isinstance(node, Mapping) else node.items
        if node.flow or not children:
            return node
        node = children[-1]
    return node


def ends_in_block_scalar(node: Node) -> bool:
    """Whether the last line of a node belongs to a `|` or `>` text, whose value the line break below may change."""
    last = last_scalar(node)
    return isinstance(last, Scalar) and last.style in (Style.LITERAL, Style.FOLDED)


def keeps_blank_lines(source: Source, node: Node) -> bool:
    """Whether a node ends in a text (`|+`) to which all blank lines below it belong."""
    last = last_scalar(node)
    return ends_in_block_scalar(last) and _KEEP.match(source.text, content(source.text, last).start) is not None


def indentation(line: str) -> int:
    """How many spaces a line begins with."""
    return len(line) - len(line.lstrip(" "))


def lead(source: Source, member: Member) -> int:
    """Where the comment lines above a member begin that belong to it, or its own line. It is the first there."""
    at = source.line_start(member.start)
    while at > 0:
        above = source.line_start(at - 1)
        line = source.text[above:at]
        if above < member.floor or indentation(line) != member.column or line[member.column] != "#":
            break
        at = above
    return at


def tail(source: Source, member: Member) -> int:
    """Where the last line of a member ends (before its line break).

    The comment beside it belongs to it, and so do comment lines that follow directly and are indented deeper than the
    member: they stand inside it.
    """
    own = end = source.line_end(member.end)
    while (below := source.next_line(end)) > end:
        line = source.text[below : source.line_end(below)]
        deep = indentation(line)
        if deep <= member.column or not line.startswith("#", deep):
            # directly above the next item it may be meant for that one, so it is left where it is
            return own if member.item and deep == member.column and line.strip() else end
        end = below + len(line)
    return end


def blank_below(source: Source, at: int) -> int:
    """Where the blank lines end that begin at a line start."""
    while at < len(source.text) and not source.text[at : source.line_end(at)].strip(" \t"):
        at = source.next_line(at)
    return at


def blank_above(source: Source, at: int, floor: int) -> int:
    """Where the blank lines begin that end at a line start; none of them at or before the line of `floor`."""
    while at > 0:
        above = source.line_start(at - 1)
        if above <= floor or source.text[above:at].strip(" \t\r\n"):
            break
        at = above
    return at


def blanks_between(source: Source, one: Member, other: Member) -> int:
    """How many blank lines stand between two members that follow each other."""
    between = source.text[source.next_line(tail(source, one)) : lead(source, other)]
    return sum(not line.strip() for line in between.splitlines())


def delete_lines(source: Source, start: int, end: int, *, keep_break: bool = False) -> Edit:
    """Delete whole lines, from a line start up to a line start or the end of the text.

    At the end of a text without a final line break the break above goes along, unless `keep_break`.
    """
    text = source.text
    if end == len(text) and not text.endswith(("\n", "\r")) and start > 0 and not keep_break:
        start = source.line_end(source.line_start(start - 1))
    return Edit(Span(start, end), "")


def insert_below(source: Source, at: int, lines: Iterable[str], *, closed: bool = False) -> Edit:
    """Insert lines below the line that ends at `at`.

    `closed`: the last one needs its line break even at the end of the text, because its value ends with one.
    """
    text = "".join(source.newline + line for line in lines)
    return Edit(Span(at, at), text + source.newline if closed and text and at == len(source.text) else text)


def insert_above(source: Source, at: int, lines: list[str]) -> Edit:
    """Insert lines above the line that begins at `at`."""
    return Edit(Span(at, at), "".join(line + source.newline for line in lines))
