"""Quotes and escapes of a shell's texts."""

from __future__ import annotations

import re

_IN_BACKTICKS = re.compile(rb"(?:[^`\\]|\\[\x00-\xff])*+`")
_TOKEN = re.compile(rb"\\[\x00-\xff]|['\"`(){}\[\]]|\$[({\[]")
_CLOSERS = {b"$(": b")", b"${": b"}", b"$[": b"]", b"<(": b")", b">(": b")", b"(": b")"}
_ANSI = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|([0-7]{1,3})|(.))", re.DOTALL)
_ANSI_LETTERS = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def without_escapes(text: str) -> str:
    """The inside of `$'…'`."""

    def character(match: re.Match[str]) -> str:
        code, wide, octal, letter = match.groups()
        if letter is not None:
            return _ANSI_LETTERS.get(letter, letter if letter in "\\'\"?" else match[0])
        value = int(octal, 8) if octal is not None else int(code or wide, 16)
        return "\ufffd" if 0xD800 <= value < 0xE000 else chr(value)

    return _ANSI.sub(character, text)


def closing(text: bytes, start: int, end: int) -> int | None:
    """The byte behind what `$(`, `${`, `$[`, `<(` or a backtick opens at a byte of a text; None if it stays open."""
    if text[start : start + 1] == b"`":
        found = _IN_BACKTICKS.match(text, start + 1, end)
        return found.end() if found else None
    waiting = [_CLOSERS[text[start : start + 2]]]
    place = start + 2
    while (match := _TOKEN.search(text, place, end)) is not None:
        token, place = match[0], match.end()
        if token == waiting[-1]:
            waiting.pop()
            if not waiting:
                return place
        elif token in _CLOSERS and (token != b"(" or waiting[-1] == b")"):
            waiting.append(_CLOSERS[token])
        elif token == b'"':
            waiting.append(token)
        elif token == b"'" and waiting[-1] != b'"':
            place = text.find(b"'", place, end) + 1
            if not place:
                return None
    return None
