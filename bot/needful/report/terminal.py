"""Lines for people: wrapped, painted, and safe to print whatever a workflow is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["heading", "title", "label", "good", "bad", "dim"]
Paint: TypeAlias = Callable[[str, Role], str]
"""Adds colour to a piece of text that is already wrapped."""


def unpainted(text: str, role: Role) -> str:
    """The text as it is: no terminal, or no colour wanted."""
    return text


@dataclass(frozen=True)
class Look:
    """How wide lines may be, and how they are painted."""

    width: int = 100
    paint: Paint = unpainted


# Controls, lone surrogates, and characters that reorder or hide text (https://trojansource.codes).
_HOSTILE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\U000e0000-\U000e007f]"
)
_SPACE = re.compile(r"[ \t\r\n]+")
# The runner reads commands from a step's output: `::name::` opening a line, `##[name]` anywhere in it.
_COMMAND = re.compile(r"^(\s*):(?=:)|##(?=\[)")


def clean(text: str) -> str:
    """One line of text in which control characters are shown as escapes, not obeyed."""
    return visible(_SPACE.sub(" ", text)).strip()


def visible(text: str) -> str:
    """Text in which control characters are shown as escapes; spaces stay."""
    return _HOSTILE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def disarmed(line: str) -> str:
    """A line that an Actions runner does not take for a workflow command."""
    return _COMMAND.sub(lambda match: f"{match[1]}: " if match[1] is not None else "# #", line)


def hang(look: Look, lead: str, text: str, *, indent: int = 0, role: Role | None = None) -> Iterator[str]:
    """Text behind a lead (a label or spaces); further lines hang below the first."""
    room = max(look.width - indent - len(lead), 24)
    parts = wrap(clean(text), room, break_long_words=False, break_on_hyphens=False) or [""]
    for number, part in enumerate(parts):
        safe = disarmed(part)
        head = look.paint(lead, "label") if number == 0 and lead.strip() else " " * len(lead)
        yield " " * indent + head + (look.paint(safe, role) if role else safe)


def shown_path(root: str, path: str) -> str:
    """A path of a repository as the user would type it."""
    return path if root in ("", ".") or path.startswith("/") else f"{root.rstrip('/')}/{path}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 change`, `2 changes`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
