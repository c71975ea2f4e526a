"""As much of HCL as a bake file needs: blocks with attributes that are texts or lists of texts."""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias

_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n]*|//[^\n]*|/\*(?s:.*?)(?:\*/|\Z))|(?P<text>"(?:[^"\\\n]|\\.)*+"?)|(?P<word>[\w.-]+)|(?P<mark>.)""",
    re.VERBOSE,
)
_MAX_TOKENS = 50_000


Value: TypeAlias = str | list[str] | dict[str, str | None] | None
"""A text as written in quotes, a list of such, or a map to such (None for other values in it); None for all else."""


class Block(NamedTuple):
    """`type "label" { name = value }`; `line` counts from 1."""

    type: str
    label: str
    values: dict[str, Value]
    line: int


def read_hcl(text: str) -> tuple[Block, ...] | None:
    """The blocks at the top of a file, None for what cannot be read."""
    reader = _Reader(text)
    return tuple(reader.blocks) if reader.read() else None


class _Reader:
    """The tokens, and where the reader is among them."""

    def __init__(self, text: str) -> None:
        self.blocks: list[Block] = []
        self.tokens: list[tuple[str, int]] = []
        self.at = 0
        line = 1
        for found in _TOKEN.finditer(text):
            if found["space"] is None:
                self.tokens.append((found[0], line))
            elif "\n" in found[0]:
                self.tokens.append(("\n", line))
            line += found[0].count("\n")

    def read(self) -> bool:
        """Read all blocks, False where one is not understood."""
        if len(self.tokens) > _MAX_TOKENS:
            return False
        while self._skip_lines():
            word, line = self.tokens[self.at]
            self.at += 1
            if not word[0].isalpha():
                return False
            if self._is("="):
                self._value()
                continue
            labels = []
            while self._peek().startswith('"') or self._peek()[:1].isalpha():
                labels.append(self._peek().strip('"'))
                self.at += 1
            if not self._is("{"):
                return False
            block = Block(word, labels[0] if labels else "", {}, line)
            if not self._attributes(block):
                return False
            self.blocks.append(block)
        return True

    def _attributes(self, block: Block) -> bool:
        while self._skip_lines():
            word = self._peek()
            self.at += 1
            if word == "}":
                return True
            if self._is("=") or self._is(":"):
                block.values[word.strip('"')] = self._value()
            elif not self._nested():
                return False
        return False

    def _nested(self) -> bool:
        """Pass over a block within a block."""
        while self.at < len(self.tokens) and self._peek() not in ("{", "\n"):
            self.at += 1
        if not self._is("{"):
            return False
        self._pass_brackets(1)
        return True

    def _value(self) -> Value:
        """The value behind `=`, up to the end of its line or brackets."""
        start = self.at
        while self.at < len(self.tokens):
            word = self._peek()
            if word in ("\n", "}", ","):
                break
            self.at += 1
            if word in "([{":
                self._pass_brackets(1)
        words = [word for word, _ in self.tokens[start : self.at]]
        if words[:1] == ["{"]:
            return _map(words[1:-1])
        words = [word for word in words if word != "\n"]
        if len(words) == 1 and words[0].startswith('"'):
            return _text(words[0])
        inner = [word for word in words[1:-1] if word != ","]
        if words[:1] == ["["] and words[-1] == "]" and all(word.startswith('"') for word in inner):
            return [_text(word) for word in inner]
        return None

    def _pass_brackets(self, depth: int) -> None:
        while self.at < len(self.tokens) and depth:
            word = self._peek()
            depth += (word in "([{") - (word in ")]}")
            self.at += 1

    def _skip_lines(self) -> bool:
        while self._peek() in ("\n", ","):
            self.at += 1
        return self.at < len(self.tokens)

    def _peek(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def _is(self, mark: str) -> bool:
        if self._peek() != mark:
            return False
        self.at += 1
        return True


def _text(token: str) -> str:
    return token[1:].removesuffix('"')


def _map(words: list[str]) -> dict[str, str | None]:
    """The pairs between braces, parted by commas or lines."""
    found: dict[str, str | None] = {}
    pair: list[str] = []
    for word in (*words, ","):
        if word not in ("\n", ","):
            pair.append(word)
            continue
        if len(pair) > 2 and pair[1] in ("=", ":"):
            found[pair[0].strip('"')] = _text(pair[2]) if len(pair) == 3 and pair[2].startswith('"') else None
        pair = []
    return found
