"""Edits inside brackets and braces, on one line or with a part on each line."""

from __future__ import annotations

import re

from needful.document.layout import Member, blank_below, delete_lines, insert_above, insert_below, lead
from needful.document.nodes import Entry, Mapping, Sequence
from needful.document.style import FileStyle
from needful.errors import Refusal
from needful.source import Edit, Source, Span

_COMMA = re.compile(r"\s*,")
_COMMENT = re.compile(r"(?:^|\s)#")


def parts(source: Source, node: Mapping | Sequence) -> list[Member]:
    """The items or entries between the brackets, in order."""
    found: list[Member] = []
    floor = node.span.start + 1
    for child in node.entries if isinstance(node, Mapping) else node.items:
        line = source.line_start(child.span.start)
        value = child.value if isinstance(child, Entry) else child
        leads = not source.text[line : child.span.start].strip(" \t")
        found.append(Member(*child.span, floor, child.span.start - line, leads, isinstance(node, Sequence), value))
        floor = child.span.end
    return found


def opening(source: Source, node: Mapping | Sequence) -> int:
    """The offset behind the opening bracket. Raises `Refusal` for `[a: b]`, a mapping without braces."""
    bracket = "{" if isinstance(node, Mapping) else "["
    at = source.text.find(bracket, node.span.start, node.span.end)
    if at < 0 or (node.anchor is None and at != node.span.start):
        raise Refusal("a mapping without braces inside a list")
    return at + 1


def insert(source: Source, node: Mapping | Sequence, index: int, text: str, style: FileStyle) -> list[Edit]:
    """Put a part before the one with that index, or behind the last."""
    first = opening(source, node)
    there = parts(source, node)
    if not there:
        return [_fill(source, node, first, text, style)]
    if index < len(there):
        part = there[index]
        if part.leads:
            return [insert_above(source, lead(source, part), [" " * part.column + text + ","])]
        return [Edit(Span(part.start, part.start), text + _separator(source, there))]
    last = there[-1]
    comma = _COMMA.match(source.text, last.end)
    if not last.leads:
        if comma:
            return [Edit(Span(comma.end(), comma.end()), f" {text},")]
        return [Edit(Span(last.end, last.end), _separator(source, there) + text)]
    at = comma.end() if comma else last.end
    rest = source.text[at : source.line_end(at)].strip()
    line = " " * last.column + text + ("," if comma else "")
    missing = [] if comma else [Edit(Span(last.end, last.end), ",")]
    if rest and not rest.startswith("#"):  # the bracket closes on the line of the last part
        return [Edit(Span(at, at), ("" if comma else ",") + source.newline + line)]
    return [*missing, insert_below(source, source.line_end(at), [line])]


def _fill(source: Source, node: Mapping | Sequence, first: int, text: str, style: FileStyle) -> Edit:
    if source.text[first : node.span.end - 1].strip():
        raise Refusal("a comment in empty brackets")
    pad = " " if (style.padded if isinstance(node, Sequence) else style.spaced) else ""
    return Edit(Span(first, node.span.end - 1), pad + text + pad)


def _separator(source: Source, there: list[Member]) -> str:
    if len(there) > 1:
        between = source.text[there[0].end : there[1].start]
        if not between.strip(" ,"):
            return between
    return ", "


def remove(source: Source, node: Mapping | Sequence, index: int) -> list[Edit]:
    """Take a part out; there is another."""
    opening(source, node)
    there = parts(source, node)
    part = there[index]
    before = there[index - 1] if index else None
    behind = there[index + 1] if index + 1 < len(there) else None
    text = source.text
    if behind and source.line(behind.start) == source.line(part.end):
        return [Edit(Span(part.start, behind.start), "")]
    if before and source.line(before.end) == source.line(part.start):
        return [_cut(source, before.end, part.end)]
    comma = _COMMA.match(text, part.end)
    end = comma.end() if comma else part.end
    rest = text[end : source.line_end(end)].strip()
    if part.leads and (not rest or rest.startswith("#")):
        return _remove_lines(source, there, index, end, last_comma=comma is not None)
    cut = Span(part.start, behind.start) if behind else Span(there[index - 1].end, part.end)
    return [_cut(source, *cut)]


def _cut(source: Source, start: int, end: int) -> Edit:
    # the part itself may hold a `#` in quotes: then this refuses more than it must, never less
    if _COMMENT.search(source.text, start, end):
        raise Refusal("a comment inside a list or mapping in brackets over several lines")
    return Edit(Span(start, end), "")


def _remove_lines(source: Source, there: list[Member], index: int, end: int, *, last_comma: bool) -> list[Edit]:
    part = there[index]
    owned = index > 0 or any(lead(source, other) < source.line_start(other.start) for other in there[1:] if other.leads)
    start = lead(source, part) if owned else source.line_start(part.start)
    stop = source.next_line(end)
    if index == 0:
        stop = blank_below(source, stop)
    edits = [delete_lines(source, start, stop)]
    if index == len(there) - 1 and not last_comma:
        comma = _COMMA.match(source.text, there[index - 1].end)
        if comma:
            edits.insert(0, Edit(Span(comma.end() - 1, comma.end()), ""))
    return edits


def move(source: Source, node: Sequence, index: int, to: int) -> list[Edit]:
    """Put the item with that index where the result has it at `to`; commas and spaces stay."""
    _refuse_comments(source, node)
    texts = [source.text[slice(*item.span)] for item in node.items]
    texts.insert(to, texts.pop(index))
    return [
        Edit(item.span, text)
        for item, text in zip(node.items, texts, strict=True)
        if text != source.text[slice(*item.span)]
    ]


def wrap(source: Source, node: Sequence, start: int, stop: int, key: str, style: FileStyle) -> list[Edit]:
    """Put the items `start` up to `stop` into `{key: [...]}`."""
    opening(source, node)
    brace, bracket = " " * style.spaced, " " * style.padded
    first, last = node.items[start].span.start, node.items[stop - 1].span.end
    return [
        Edit(Span(first, first), f"{{{brace}{key}: [{bracket}"),
        Edit(Span(last, last), f"{bracket}]{brace}}}"),
    ]


def _refuse_comments(source: Source, node: Sequence) -> None:
    opening(source, node)
    ends = [node.span.start, *(item.span.end for item in node.items)]
    starts = [*(item.span.start for item in node.items), node.span.end]
    if any(_COMMENT.search(source.text, start, end) for start, end in zip(ends, starts, strict=True)):
        raise Refusal("a comment inside a list in brackets")
