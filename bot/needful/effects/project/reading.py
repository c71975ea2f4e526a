"""Project files as data, by the parsers of the standard library (YAML: of `document`), and lines of what is found.

What cannot be parsed is None. Each text is parsed once for as long as it is asked for often.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from needful.document.parse import Document, parse
from needful.errors import UserError
from needful.source import Source

if TYPE_CHECKING:
    import configparser

Table: TypeAlias = dict[str, object]

_MAX_TOML = 1 << 18  # the parser is written in Python: a second for every million characters
_MAX_DOTS = 300  # in one line; a key of many parts costs their number squared
_MAX_PYTHON = 1 << 18
_MAX_HEAD = 8  # words
_FAR = 1000
_NEAR = 200  # lines below its key in which a text is looked for


@lru_cache(maxsize=64)
def parse_json(text: str) -> object:
    """JSON, None for what is none."""
    try:
        found: object = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    return found


# A string is skipped whole, so that what looks like a comment or a last comma in it stays.
_STRING = r'"(?:[^"\\\n]|\\.)*+"?'
_COMMENT = re.compile(rf"({_STRING})|//[^\n]*+|/\*.*?(?:\*/|\Z)", re.DOTALL)
_LAST_COMMA = re.compile(rf"({_STRING})|,(?=\s*[\]}}])", re.DOTALL)


def parse_jsonc(text: str) -> object:
    """JSON with comments and commas at the end of lists, None for what is none."""
    plain = _COMMENT.sub(lambda found: found[1] or " ", text)
    return parse_json(_LAST_COMMA.sub(lambda found: found[1] or "", plain))


@lru_cache(maxsize=64)
def parse_toml(text: str) -> Table:
    """TOML, empty for what is none or too large."""
    if len(text) > _MAX_TOML or any(line.count(".") > _MAX_DOTS for line in text.splitlines()):
        return {}
    import tomllib

    try:
        return tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except (ValueError, RecursionError):
        return {}


@lru_cache(maxsize=64)
def parse_yaml(text: str) -> Document | None:
    """YAML of one document, None for what is none."""
    try:
        return parse(Source("", text.removeprefix("\ufeff")))
    except UserError:
        return None


@lru_cache(maxsize=64)
def parse_ini(text: str) -> configparser.RawConfigParser | None:
    """An ini file as tox reads it: values may go on in indented lines. None for what is none."""
    import configparser

    parser = configparser.RawConfigParser(
        default_section="\0", strict=False, comment_prefixes=("#",), inline_comment_prefixes=(), allow_no_value=True
    )
    try:
        parser.read_string(text.removeprefix("\ufeff"))
    except (configparser.Error, AttributeError):  # the latter for a line that goes on a key without a value
        return None
    return parser


@lru_cache(maxsize=64)
def parse_python(text: str) -> ast.Module | None:
    """Python, None for what is none or too large."""
    if len(text) > _MAX_PYTHON:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it says of escapes is for the file's owner
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def table(data: object, *keys: str) -> Table:
    """The table at a path of keys, empty where there is none."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return {str(key): value for key, value in data.items()} if isinstance(data, dict) else {}


def texts(data: object) -> tuple[str, ...]:
    """The texts of a list, or the one text; nothing of what is neither."""
    if isinstance(data, str):
        return (data,)
    return tuple(item for item in data if isinstance(item, str)) if isinstance(data, list) else ()


def closing_brace(text: str, at: int) -> int:
    """Where the brace `{` is closed that is open at an offset; the end of the text where it is not."""
    depth = 1
    for place in range(at, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return place
    return len(text)


def line_of(text: str, keys: Iterable[str], start: int = 0) -> int:
    """The line (from 1) to which a chain of keys leads, as far as they are found one behind the other.

    Good for JSON, TOML, YAML and ini files alike: a key may stand in quotes, brackets or before a colon.
    """
    at = place_of(text, keys, start)
    return text.count("\n", 0, at) + 1


def place_of(text: str, keys: Iterable[str], start: int = 0) -> int:
    """The offset to which a chain of keys leads, as `line_of`."""
    at = end = start
    for key in filter(None, keys):
        found = re.compile(rf"(?<![\w-]){re.escape(key)}(?=[\"']?\s{{0,8}}[:=\].])").search(text, end)
        if found is None:
            break
        at, end = found.start(), found.end()
    return at


def lines_of(text: str, wanted: Iterable[str], line: int) -> Iterator[int]:
    """For each of some texts the line (from 1) in which it stands, at `line` or not far below it, or anywhere.

    Failing that, it is the line below of its first words, as many as are found; else `line` itself.
    """
    lines = text.split("\n")
    near = lines[line - 1 : line - 1 + _NEAR]
    for piece in wanted:
        words = piece.strip().split("\n", 1)[0].split(" ")[:_MAX_HEAD]
        heads = [" ".join(words[:count]) for count in range(len(words), 0, -1)]
        at = _holding(near, heads[0])
        if at is None and len(words) > 1 and (far := _holding(lines[:_FAR], heads[0])) is not None:
            yield far + 1
        else:
            yield line + next((place for head in heads if (place := _holding(near, head)) is not None), 0)


def _holding(lines: Iterable[str], text: str) -> int | None:
    return next((at for at, line in enumerate(lines) if text in line), None)
