"""Pieces of GitHub's Markdown that nothing in them can break out of.

Names, reasons and comments come from workflow files: they may hold markup, mentions (`@team`), references (`#1`) and
HTML. GitHub follows those in text, not in code spans (https://github.github.com/gfm/).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from needful.report.terminal import clean

_MARKS = re.compile(r"[\\`*_\[\]#|~$]|^[-+=](?=\s|$)|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
_LINKED = re.compile(r"(?<=[@#:])(?=\w|/)|(?<=w)(?=ww\.)|(?<=GH)(?=-\d)", re.IGNORECASE)
"""Where GitHub would make a mention, a reference or a link of plain text."""
_NO_SPACE = "\u200b"
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def plain(text: str) -> str:
    """Text that is shown as it is, on one line. Code in it, between single backticks, becomes a code span."""
    parts = clean(text).split("`")
    if len(parts) % 2 == 0:  # an odd backtick is one that somebody put into a name
        return _escaped("`".join(parts))
    return "".join(code(part) if number % 2 else _escaped(part) for number, part in enumerate(parts))


def code(text: str) -> str:
    """A code span, on one line, that holds whatever text is given."""
    inner = clean(text) or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", inner)), default=0))
    pad = " " if inner.startswith("`") or inner.endswith("`") else ""
    return f"{fence}{pad}{inner}{pad}{fence}"


def link(label: str, url: str) -> str:
    """A link with a label that is Markdown already; without one, the label alone."""
    return f"[{label}]({url})" if url else label


def fenced(language: str, text: str) -> str:
    """A block of code that no line of the text can close."""
    longest = max((len(run) for run in re.findall("^ *(`+)", text, re.MULTILINE)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip(chr(10))}\n{fence}"


def folded(summary: str, body: str) -> str:
    """A section that is closed until somebody opens it; `summary` is plain text."""
    return f"<details><summary>{_entities(clean(summary))}</summary>\n\n{body}\n\n</details>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are Markdown already, each on one line. A first letter `>` of a head aligns to the right."""
    rule = ["--:" if title.startswith(">") else "---" for title in head]
    cells = [[_cell(text) for text in row] for row in rows]
    lines = [[title.lstrip(">") for title in head], rule, *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    """In a table a bar ends a cell, in code too (https://github.github.com/gfm/#tables-extension-)."""
    return re.sub(r"(?<!\\)\|", r"\\|", text)


def _escaped(text: str) -> str:
    # a space that nobody sees, so that there is no name behind the mark
    apart = _LINKED.sub(_NO_SPACE, text)
    return _MARKS.sub(lambda match: "\\" + match.group(), _entities(apart)).replace(_NO_SPACE, "&#8203;")


def _entities(text: str) -> str:
    return re.sub("[&<>]", lambda match: _ENTITIES[match.group()], text)
