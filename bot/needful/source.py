"""Text with exact positions, and how to replace parts of it. Knows nothing of YAML.

Offsets count characters (code points) of the text without its byte order mark; lines and columns count from 1.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from needful.errors import Defect, UserError

MAX_BYTES = 1 << 20
"""The largest file that is read (bytes). The largest workflow seen in public repositories has 425 kB."""

_BOM = "\ufeff"
_LINE_END = re.compile(r"\r\n|\r|\n")


class Span(NamedTuple):
    """Characters from `start` up to, not including, `end`."""

    start: int
    end: int


class Position(NamedTuple):
    """Line and column, both from 1."""

    line: int
    column: int


class Edit(NamedTuple):
    """Put `text` in place of what stands at `span`. An empty span inserts.

    `copies`: the text ends with what stands there, so that its places are told as those.
    """

    span: Span
    text: str
    copies: Span = Span(0, 0)


@dataclass(frozen=True)
class Source:
    """A file's text. `path` is how people name it; `bom` says whether a byte order mark stood in front."""

    path: str
    text: str
    bom: bool = False

    @classmethod
    def from_bytes(cls, path: str, data: bytes) -> Source:
        """Decode UTF-8. Raises `UserError` for binary, other encodings and files over `MAX_BYTES`."""
        if len(data) > MAX_BYTES:
            raise UserError(
                f"the file has {len(data):,} bytes; files over {MAX_BYTES:,} bytes are not read",
                path=path,
                hint="is this really a workflow?",
            )
        if b"\0" in data:
            line = data[: data.index(b"\0")].count(b"\n") + 1
            raise UserError("a binary file, not a workflow (it holds a NUL byte)", path=path, line=line)
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise UserError("not UTF-8 text", path=path, line=line, hint="save it as UTF-8") from None
        bom = text.startswith(_BOM)
        return cls(path, text[1:] if bom else text, bom)

    def to_bytes(self) -> bytes:
        """The exact bytes of the file."""
        return ((_BOM if self.bom else "") + self.text).encode("utf-8")

    def with_text(self, text: str) -> Source:
        """The same file with another text."""
        return Source(self.path, text, self.bom)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    def position(self, offset: int) -> Position:
        """Where an offset lies."""
        row = bisect_right(self._line_starts, offset) - 1
        return Position(row + 1, offset - self._line_starts[row] + 1)

    def line(self, offset: int) -> int:
        """The line (from 1) in which an offset lies."""
        return bisect_right(self._line_starts, offset)

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        return self._line_starts[bisect_right(self._line_starts, offset) - 1]

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends, before its line break."""
        match = _LINE_END.search(self.text, offset)
        return match.start() if match else len(self.text)

    def next_line(self, offset: int) -> int:
        """Where the line after that of an offset begins, or the end of the text."""
        row = bisect_right(self._line_starts, offset)
        return self._line_starts[row] if row < len(self._line_starts) else len(self.text)

    @cached_property
    def newline(self) -> str:
        r"""The line break that the file uses most: `\n`, `\r\n` or `\r`; `\n` when it has none."""
        crlf = self.text.count("\r\n")
        counts = {
            "\n": self.text.count("\n") - crlf,
            "\r\n": crlf,
            "\r": self.text.count("\r") - crlf,
        }
        return max(counts, key=lambda style: counts[style])


def splice(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made at once; every character outside their spans stays.

    Edits may touch but not overlap; several insertions at one place keep their order. Raises `Defect` otherwise.
    """
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        if not at <= edit.span.start <= edit.span.end <= len(text):
            raise Defect(f"edits overlap or leave the text at {edit.span}")
        parts += (text[at : edit.span.start], edit.text)
        at = edit.span.end
    parts.append(text[at:])
    return "".join(parts)


def origins(edits: Iterable[Edit]) -> Callable[[int], int]:
    """From an offset in the text after the edits to the place in the text before them.

    What an edit wrote stands where the edit does, what it copied where that was. The edits are such as `splice` takes.
    """
    starts, places, shift = (
        [0],
        [(0, False)],
        0,
    )  # from each start on: its place before, and whether that is the same for all
    for edit in sorted(edits, key=lambda edit: edit.span):
        start = edit.span.start + shift
        shift += len(edit.text) - (edit.span.end - edit.span.start)
        # inside what was written, every offset means the place of the edit
        end = start + len(edit.text)
        starts += (start, end - (edit.copies.end - edit.copies.start), end)
        places += ((edit.span.start, True), (edit.copies.start, False), (edit.span.end, False))

    def origin(offset: int) -> int:
        row = bisect_right(starts, offset) - 1
        place, fixed = places[row]
        return place if fixed else place + offset - starts[row]

    return origin
