"""The one comment in which commands are answered: the newest answer in full, earlier ones in a line each.

It remembers by hidden lines which comments are answered, so that none is answered twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from needful.report.markdown import code, folded, link, plain

KEY = "status"
"""By which the comment is found again."""
_ANSWERED = re.compile(r"^<!-- needful:answered ([0-9 ]*) -->$", re.MULTILINE)
_EARLIER = "<!-- needful:earlier -->"
_NOW = re.compile(r"^<!-- needful:now -->\n(- .*)$", re.MULTILINE)
_MOST_EARLIER, _MOST_ANSWERED, _MOST_SHOWN = 20, 100, 160


@dataclass(frozen=True)
class Answer:
    """What is said to a comment with commands. `asked` is its first command, `text` Markdown; `done`: all was done."""

    comment: int
    author: str
    url: str
    asked: str
    done: bool
    text: str


def answered(body: str) -> tuple[int, ...]:
    """The ids of the comments that our comment has answered."""
    found = _ANSWERED.search(body.replace("\r\n", "\n"))
    return tuple(int(one) for one in found[1].split()) if found else ()


def status(before: str, answer: Answer, *, final: bool = True) -> str:
    """The comment with one more answer; `before` is what it said, `""` for a new one. `final`: never ask again."""
    known = answered(before)
    ids = (*known, answer.comment) if final and answer.comment else known
    parts = [
        f"<!-- needful:answered {' '.join(map(str, ids[-_MOST_ANSWERED:]))} -->",
        f"<!-- needful:now -->\n{_line(answer)}",
        answer.text,
    ]
    if earlier := _earlier(before)[:_MOST_EARLIER]:
        parts.append(folded("Earlier", "\n".join(["", _EARLIER, *earlier, ""])))
    return "\n\n".join(parts)


def _line(answer: Answer) -> str:
    asked = answer.asked if len(answer.asked) <= _MOST_SHOWN else f"{answer.asked[:_MOST_SHOWN]}…"
    shown = link(code(asked), answer.url)
    return f"- {shown} by {plain(answer.author)}: {'done' if answer.done else 'not done'}"


def _earlier(before: str) -> list[str]:
    """The lines of earlier answers, the newest first."""
    text = before.replace("\r\n", "\n")
    newest = _NOW.search(text)
    _, _, below = text.partition(f"{_EARLIER}\n")
    lines = below.split("\n") if below else []
    listed = [line for line in lines[: lines.index("") if "" in lines else len(lines)] if line.startswith("- ")]
    return [*([newest[1]] if newest else []), *listed]
