"""Scripts with `${{ }}` in them: holes become marks that every language reads as plain names, and come back later."""

from __future__ import annotations

import re
from dataclasses import dataclass

from needful.effects.names import Hole, Name, joined, literal, show
from needful.effects.shell.model import Gap, Script

OWNER = "script"
"""The owner of every hole that a reader makes: what a shell holds may differ from job to job, so it is never *the
same* as anything, not even as itself."""

MAX_LENGTH = 65_536
"""Characters of a script that are read; run steps that people write stay below a few thousand."""

_SHOWN = 100


@dataclass(frozen=True)
class Marked:
    """A script as one text, with the line ends of Unix. `pattern` finds the marks; there is none without holes."""

    text: str
    holes: tuple[Hole, ...]
    pattern: re.Pattern[str] | None

    def name(self, text: str) -> Name:
        """A piece of the text with its holes back in place."""
        if self.pattern is None or not (pieces := self.pattern.split(text))[1:]:
            return literal(text)
        found = ((self.holes[int(piece)],) if index % 2 else literal(piece) for index, piece in enumerate(pieces))
        return joined(found)

    def shown(self, text: str) -> str:
        """A piece of the text for people: expressions as they were written, on one line, shortened."""
        line = " ".join(show(self.name(text[: 4 * _SHOWN])).replace("\\\n", " ").split())
        return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def marked(source: Name) -> Marked:
    """A script with a mark for each hole: letters and digits, and nothing like it stands in the script."""
    whole = "".join(part for part in source if isinstance(part, str))
    stem = "Hole"
    while stem in whole:
        stem += "e"
    holes = tuple(part for part in source if isinstance(part, Hole))
    index = iter(range(len(holes)))
    text = "".join(part if isinstance(part, str) else f"{stem}{next(index)}x" for part in source)
    return Marked(text.replace("\r\n", "\n"), holes, re.compile(rf"{stem}(\d+)x") if holes else None)


def hole(text: str) -> Name:
    """Something of a script whose value is not known before the run, named by its text."""
    return (Hole(text, OWNER),)


def unread(text: str) -> Script:
    """A script that is not read at all, with the reason."""
    return Script(gaps=(Gap(0, text),))
