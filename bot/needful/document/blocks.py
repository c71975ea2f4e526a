"""Edits of block collections by whole lines; the same for lists and mappings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from needful.document.layout import (
    Member,
    blank_above,
    blank_below,
    blanks_between,
    delete_lines,
    ends_in_block_scalar,
    insert_above,
    insert_below,
    keeps_blank_lines,
    lead,
    members,
    tail,
)
from needful.document.nodes import Mapping, Sequence
from needful.errors import Refusal
from needful.source import Edit, Source, Span

_ONE_DASH = re.compile(r" *-[ \t]+\Z")


def remove(source: Source, node: Mapping | Sequence, index: int) -> list[Edit]:
    """Take a member out; there is another.

    Its comments go along, except those above the first: they may head the whole list (unless another member has
    comments of its own above it).
    """
    all_of_it = members(source, node)
    member = all_of_it[index]
    if not member.leads:
        return _remove_inline(source, member, all_of_it[index + 1])
    owned = index > 0 or any(lead(source, other) < source.line_start(other.start) for other in all_of_it[1:])
    start = lead(source, member) if owned else source.line_start(member.start)
    stop = source.next_line(tail(source, member))
    above, below = blank_above(source, start, member.floor), blank_below(source, stop)
    before = all_of_it[index - 1].node if index else None
    if before and keeps_blank_lines(source, before):
        stop = below
    elif index == len(all_of_it) - 1:
        start = above
    elif index == 0 or above < start:
        stop = below
    held = before is not None and ends_in_block_scalar(before)
    return [delete_lines(source, start, stop, keep_break=held)]


def _remove_inline(source: Source, member: Member, following: Member) -> list[Edit]:
    """Take out what stands behind a dash: the next member moves up to the dash, its comments go above it."""
    line = source.line_start(member.start)
    between = source.text[source.next_line(tail(source, member)) : source.line_start(following.start)]
    comments = [text.strip() for text in between.splitlines() if text.strip()]
    edits = [Edit(Span(member.start, following.start), "")]
    if comments:
        prefix = source.text[line : member.start]
        if not _ONE_DASH.match(prefix):
            raise Refusal("comments between two parts of a list inside a list")
        indent = " " * prefix.index("-")
        edits.insert(0, insert_above(source, line, [indent + comment for comment in comments]))
    return edits


def insert(
    source: Source, node: Mapping | Sequence, index: int, lines: list[str], *, blank: bool, closed: bool
) -> list[Edit]:
    """Put lines before the member with that index, or behind the last.

    `blank`: a blank line parts them from others; `closed` as in `insert_below`.
    """
    all_of_it = members(source, node)
    separation = [""] if blank else []
    if index > 0:
        if keeps_blank_lines(source, all_of_it[index - 1].node):
            separation = []
        return [insert_below(source, tail(source, all_of_it[index - 1]), [*separation, *lines], closed=closed)]
    first = all_of_it[0]
    if first.leads:
        return [insert_above(source, lead(source, first), [*lines, *separation])]
    text = source.newline.join([*lines, *separation, " " * first.column])
    return [Edit(Span(first.start, first.start), text[first.column :])]


def blank_lines(source: Source, nodes: Iterable[Mapping | Sequence]) -> list[bool]:
    """For all members that follow each other in these block collections: whether blank lines stand between them."""
    return [blanks_between(source, one, other) > 0 for node in nodes for one, other in pairwise(members(source, node))]


def most(answers: list[bool]) -> bool:
    """Whether more than half of the answers are yes."""
    return sum(answers) * 2 > len(answers)
