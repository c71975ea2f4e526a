"""The bytes of a file → its JSON values, each with its place: one value or many, one a line or not, gzip or not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple, NoReturn

from needful.errors import UserError
from needful.history.fields import Json, Place

MAX_BYTES = 512 << 20
"""Bytes of one file, after decompression. A page of 100 jobs with steps has about 300 kB."""

_GZIP = b"\x1f\x8b"
_LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")


class Located(NamedTuple):
    """A JSON value and where it stands."""

    place: Place
    value: Json


def values_of(name: str, data: bytes) -> Iterator[Located | UserError]:
    """The values that a file holds behind each other, as `gh api --paginate` prints pages, or one a line.

    Where there is one a line, a line that is no JSON is an error by itself and the others are still read; elsewhere an
    error ends the file.
    """
    try:
        text = _text(name, data)
    except UserError as error:
        yield error
        return
    lines = name.endswith(_LINES) or _looks_like_lines(text)
    at, line, counted = 0, 1, 0
    while (start := _next(text, at)) < len(text):
        line += text.count("\n", counted, start)
        counted = start
        place = Place(name, line if lines or at else None)
        try:
            value, at = _decoded(place, text, start)
            yield Located(place, value)
        except UserError as error:
            yield error
            if not lines:
                return
            at = text.find("\n", start) + 1 or len(text)


def _looks_like_lines(text: str) -> bool:
    """Whether the first line that is not blank is an object by itself, and others follow."""
    first, _, rest = text.lstrip().partition("\n")
    return first.startswith("{") and first.rstrip().endswith("}") and rest.lstrip().startswith("{")


def _next(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def _decoded(place: Place, text: str, start: int) -> tuple[Json, int]:
    """The value that begins at an offset, and where it ends."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise UserError(f"no JSON: {error.msg} at column {error.colno}", path=place.file, line=error.lineno) from None
    except RecursionError:
        raise place.wrong("values nest too deep") from None
    except ValueError as error:  # NaN, Infinity, and numbers of thousands of digits
        raise place.wrong(f"no JSON: {str(error)[:80]}") from None
    return value, end


def _text(name: str, data: bytes) -> str:
    """The text of a file. PowerShell writes what a command prints as UTF-16, so not only UTF-8 is read."""
    if data.startswith(_GZIP):
        data = _inflated(name, data)
    if len(data) > MAX_BYTES:
        raise UserError(f"files over {MAX_BYTES:,} bytes are not read", path=name, hint="cut it into several files")
    try:
        text = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        raise UserError("neither JSON nor gzip: the bytes are no text", path=name) from None
    if not text.strip():
        raise UserError("the file is empty", path=name)
    return text


def _inflated(name: str, data: bytes) -> bytes:
    import gzip
    import zlib

    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(f"a gzip file that cannot be unpacked: {error}", path=name) from None
