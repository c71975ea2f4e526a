"""The functions of make that turn texts into texts, whatever machine it runs on."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping


def _words(change: Callable[[str], str]) -> Callable[[list[str]], str]:
    return lambda arguments: " ".join(change(word) for word in arguments[-1].split())


def _fitting(word: str, patterns: str) -> bool:
    return any(stem_of(pattern, word) is not None for pattern in patterns.split())


def _patsubst(pattern: str, new: str, text: str) -> str:
    found = []
    for word in text.split():
        stem = stem_of(pattern, word)
        found.append(word if stem is None else new.replace("%", stem, 1))
    return " ".join(found)


def stem_of(pattern: str, word: str) -> str | None:
    """What `%` stands for in a word (`""` for a pattern without `%` that is the word), None where it does not fit."""
    head, percent, tail = pattern.partition("%")
    if not percent:
        return "" if word == pattern else None
    fits = len(word) >= len(head) + len(tail) and word.startswith(head) and word.endswith(tail)
    return word[len(head) : len(word) - len(tail)] if fits else None


# Functions of texts: how many arguments they take, and what they make of them.
PURE: Mapping[str, tuple[int, Callable[[list[str]], str]]] = {
    "strip": (1, lambda given: " ".join(given[0].split())),
    "sort": (1, lambda given: " ".join(sorted(set(given[0].split())))),
    "subst": (3, lambda given: given[2].replace(given[0], given[1]) if given[0] else given[2]),
    "patsubst": (3, lambda given: _patsubst(given[0].strip(), given[1].strip(), given[2])),
    "filter": (2, lambda given: " ".join(word for word in given[1].split() if _fitting(word, given[0]))),
    "filter-out": (2, lambda given: " ".join(word for word in given[1].split() if not _fitting(word, given[0]))),
    "addprefix": (2, lambda given: " ".join(given[0].strip() + word for word in given[1].split())),
    "addsuffix": (2, lambda given: " ".join(word + given[0].strip() for word in given[1].split())),
    "notdir": (1, _words(posixpath.basename)),
    "basename": (1, _words(lambda word: posixpath.splitext(word)[0])),
    "dir": (1, _words(lambda word: (posixpath.dirname(word) or ".") + "/")),
}
