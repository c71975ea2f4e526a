"""Plain values to YAML text in a file's style."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from needful.document.nodes import Plain, Scalar, Style, scalar_value
from needful.document.operations import Noted
from needful.document.style import FileStyle
from needful.errors import Refusal
from needful.source import Span

LINE_WIDTH = 100
"""Characters to which a list of names is written on one line where the file does not say how it writes lists."""

# What YAML 1.1 (https://yaml.org/type/) reads as something else than text and YAML 1.2 does not.
_YAML_1_1 = re.compile(
    r"""(?: y|Y|n|N|[yY]es|YES|[nN]o|NO|[oO]n|ON|[oO]ff|OFF | <<|=
    | [-+]?0b[01_]+ | [-+]?0[0-7_]+ | [-+]?0x[0-9a-fA-F_]+ | [-+]?[0-9][0-9_]*
    | [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?
    | [-+]?(?:[0-9][0-9_]*)?\.[0-9_]*(?:[eE][-+]?[0-9]+)?
    | [-+]?[0-9][0-9_]*[eE][-+]?[0-9]+
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt\ \t].*)? )\Z""",
    re.VERBOSE,
)
_PLAIN_START = re.compile(r"[^-?:,\[\]{}#&*!|>'\"%@`\s]|[-?:](?![\s,\[\]{}]|\Z)")
_PLAIN_END = re.compile(r":(?:\s|\Z)|\s#|\s\Z|\A(?:---|\.\.\.)(?:\s|\Z)")
_FLOW_STOPS = re.compile(r"[,\[\]{}:?]")  # `:` and `?` inside are fine in YAML 1.2, not for every reader
_UNPRINTABLE = re.compile("[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_ESCAPED = re.compile(_UNPRINTABLE.pattern + r'|["\\]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


class Written(NamedTuple):
    """A value as text: `head` stands behind the key or dash, `body` are the lines below it, indented."""

    head: str
    body: tuple[str, ...] = ()


def scalar_text(value: Plain, style: FileStyle, *, flow: bool, quote: Style = Style.PLAIN) -> str:
    """A scalar on one line. `quote`: the quotes to keep if the value permits them."""
    if not isinstance(value, str):
        return _literal_name(value)
    if quote is Style.PLAIN and _may_be_plain(value, flow=flow):
        return value
    if quote is Style.PLAIN:
        quote = style.quote
    if quote is Style.SINGLE and not _UNPRINTABLE.search(value):
        return "'" + value.replace("'", "''") + "'"
    return '"' + _ESCAPED.sub(_escape, value) + '"'


def _literal_name(value: Plain) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    return repr(value)


def _may_be_plain(text: str, *, flow: bool) -> bool:
    """Whether text without quotes is read as the same text under YAML 1.1 and 1.2."""
    if not _PLAIN_START.match(text) or _PLAIN_END.search(text) or _YAML_1_1.match(text):
        return False
    if _UNPRINTABLE.search(text) or (flow and _FLOW_STOPS.search(text)):
        return False
    return isinstance(scalar_value(Scalar(Span(0, 0), text)), str)


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    if char in _ESCAPES:
        return _ESCAPES[char]
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def flow_text(value: Plain, style: FileStyle) -> str:
    """A value on one line."""
    if isinstance(value, list):
        inside = ", ".join(flow_text(item, style) for item in value)
        pad = " " if style.padded and inside else ""
        return f"[{pad}{inside}{pad}]"
    if isinstance(value, dict):
        inside = ", ".join(
            f"{scalar_text(key, style, flow=True)}: {flow_text(item, style)}" for key, item in value.items()
        )
        pad = " " if style.spaced and inside else ""
        return f"{{{pad}{inside}{pad}}}"
    return scalar_text(value, style, flow=True)


def block_text(text: str, column: int) -> Written | None:
    """Text as a literal block with its lines at a column; None where only quotes can hold it."""
    body = text.removesuffix("\n")
    lines = body.split("\n")
    if _UNPRINTABLE.search(text.replace("\n", "").replace("\t", "")) or not lines[-1].strip() or lines[0][:1] in " \t":
        return None
    return Written("|" if text.endswith("\n") else "|-", tuple(" " * column + line if line else "" for line in lines))


def write_value(value: Plain, key: str, column: int, style: FileStyle) -> Written:
    """A value for a key that stands at a column."""
    if isinstance(value, str) and "\n" in value:
        block = block_text(value, column + style.indent)
        return block or Written(scalar_text(value, style, flow=False))
    if isinstance(value, dict) and value:
        return Written("", tuple(_mapping_lines(value, column + style.indent, style)))
    if isinstance(value, list) and value and not fits_in_brackets(value, key, column, style):
        offset = style.offsets.get(key, style.offset)
        lines = [line for item in value for line in item_lines(item, column + offset, style.dash, style)]
        return Written("", tuple(lines))
    if isinstance(value, dict | list):
        return Written(flow_text(value, style))
    return Written(scalar_text(value, style, flow=False))


def fits_in_brackets(value: list[Plain], key: str, column: int, style: FileStyle) -> bool:
    """Whether a list is written in brackets: as the file writes those of that key, else where it is short."""
    if any(isinstance(item, list | dict) or (isinstance(item, str) and "\n" in item) for item in value):
        return False
    if key in style.flow_lists:
        return style.flow_lists[key]
    return column + len(key) + 2 + len(flow_text(value, style)) <= LINE_WIDTH


def ends_with_break(value: Plain | Noted) -> bool:
    """Whether the last line of a value, written in lines, is that of a text that ends with a line break."""
    last = value.value if isinstance(value, Noted) else value
    while isinstance(last, list | dict) and last:
        last = last[-1] if isinstance(last, list) else list(last.values())[-1]
    return isinstance(last, str) and last.endswith("\n")


def entry_lines(key: str, value: Plain | Noted, column: int, style: FileStyle) -> list[str]:
    """The lines of a block mapping's entry whose key stands at a column."""
    noted = value if isinstance(value, Noted) else Noted(value)
    name = scalar_text(key, style, flow=False)
    if noted.value is None:
        head = f"{name}:"
        body: tuple[str, ...] = ()
    else:
        written = write_value(noted.value, key, column, style)
        head, body = f"{name}: {written.head}".rstrip(" "), written.body
    return _noted_lines(noted, [" " * column + head, *body], column, style)


def item_lines(value: Plain | Noted, column: int, width: int, style: FileStyle, *, alone: bool = False) -> list[str]:
    """The lines of a block list's item: its dash stands at a column, its content `width` further right.

    `alone`: a mapping begins on the line below its dash.
    """
    noted = value if isinstance(value, Noted) else Noted(value)
    inner = column + width
    lines: list[str]
    if isinstance(noted.value, dict) and noted.value:
        lines = _mapping_lines(noted.value, inner, style)
    elif isinstance(noted.value, list) and any(isinstance(item, list | dict) for item in noted.value):
        lines = [line for item in noted.value for line in item_lines(item, inner, style.dash, style)]
    elif isinstance(noted.value, str) and (block := block_text(noted.value, inner)) and "\n" in noted.value:
        lines = [" " * inner + block.head, *block.body]
    else:
        is_flow = isinstance(noted.value, dict | list)
        text = flow_text(noted.value, style) if is_flow else scalar_text(noted.value, style, flow=False)
        lines = [" " * inner + text]
    dash = " " * column + "-"
    if alone and isinstance(noted.value, dict) and noted.value:
        return _noted_lines(noted, [dash, *lines], column, style, first=1)
    lines[0] = dash + " " * (width - 1) + lines[0][inner:]
    return _noted_lines(noted, lines, column, style)


def _mapping_lines(value: dict[str, Plain], column: int, style: FileStyle) -> list[str]:
    return [line for key, item in value.items() for line in entry_lines(key, item, column, style)]


def _noted_lines(noted: Noted, lines: list[str], column: int, style: FileStyle, first: int = 0) -> list[str]:
    if any("\n" in comment or "\r" in comment for comment in (noted.beside, *noted.above)):
        raise Refusal("a comment of several lines")
    if noted.beside:
        lines[first] += f"{style.gap}# {noted.beside}"
    return [*(" " * column + f"# {comment}".rstrip() for comment in noted.above), *lines]
