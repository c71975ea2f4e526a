"""Which lines of a comment can be commands: those of plain paragraphs, as a Markdown parser sees them.

Where code, quotes and HTML begin and end in Markdown is not for a few patterns to say: a fence in a list ends with the
list, a quote goes on in the line below it, a code span may cross lines.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

PREFIX = re.compile(r" {0,3}/needful(?=[\s:]|\Z)", re.IGNORECASE)
"""How a command begins. Further in, Markdown takes a line for code."""


def candidates(text: str) -> list[str]:
    """The lines that begin like a command and stand in plain text, in order, without the spaces around them.

    None at all where it is not clear of one of them.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found: list[str] = []
    tokens = _parser().parse(text)
    for opening, inline in pairwise(tokens):
        if opening.level or opening.type not in ("paragraph_open", "heading_open") or not opening.map:
            continue
        own = lines[opening.map[0] : opening.map[0] + inline.content.count("\n") + 1]
        commands = [line.strip() for line in own if PREFIX.match(line)]
        if commands and not _is_plain(inline, len(own)):
            return []
        found += commands
    return found


def _is_plain(inline: Token, lines: int) -> bool:
    """Whether nothing in a paragraph (code, HTML, the address of a link) reaches from one line into the next."""
    breaks = sum(child.type in ("softbreak", "hardbreak") for child in inline.children or ())
    return breaks + 1 == lines


@cache
def _parser() -> MarkdownIt:
    # imported late: only the bot reads comments
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")
