"""Caches that a step uses, and the commands that do no more than fill them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from needful.effects.artifacts import given, known
from needful.effects.model import CacheUse, Evidence, ToolCache
from needful.effects.names import Hole, Name, names, resolve, show
from needful.effects.walk import Site
from needful.facts.commands import installs, neutral

_SET_UP = re.compile(r"setup|set-up|install|toolchain|checkout|cache|harden-runner")
_SEPARATOR = re.compile(r"[;&|\n]+")


def caches(site: Site) -> Iterator[CacheUse]:
    """The cache entries that a step names with the inputs of `actions/cache`."""
    facts = known(site.step)
    kind = facts.cache if facts is not None else ""
    key = given(site.step, "key")
    if not kind or key is None:
        return
    restore = given(site.step, "restore-keys")
    prefixes = tuple(_lines(resolve(restore, site.scope))) if restore is not None else ()
    for name in names(key, site.scope):
        yield CacheUse(
            (name, *prefixes), kind != "restore", kind != "save", site.evidence(f"uses the cache `{show(name)}`")
        )


def _lines(name: Name) -> Iterator[Name]:
    """The lines of a text that is resolved already: an expression may itself run over several."""
    line: list[str | Hole] = []
    for part in name:
        pieces: list[str | Hole] = [*part.split("\n")] if isinstance(part, str) else [part]
        for index, piece in enumerate(pieces):
            if index and line:
                yield tuple(line)
                line = []
            if piece := piece.strip() if isinstance(piece, str) else piece:
                line.append(piece)
    if line:
        yield tuple(line)


def tool_caches(site: Site) -> Iterator[ToolCache]:
    """The cache that an action keeps by itself: by an input, or because it always does."""
    facts = known(site.step)
    cache = facts.tool_cache if facts is not None else None
    if cache is None or site.step.uses is None:
        return
    text = given(site.step, cache.input)
    value = text.value.strip() if text is not None else str(cache.default)
    if value.lower() != "false":
        what = f" {value}" if text is not None and value.lower() not in ("true", "auto") else ""
        kind = site.step.uses.name + what
        if not cache.shared:
            yield ToolCache(kind, None, site.evidence(f"uses the cache of {kind}"))
        elif key := given(site.step, cache.shared):
            for name in names(key, site.scope):
                yield ToolCache(kind, name, site.evidence(f"uses the cache `{show(name)}` of {kind}"))


def works(site: Site) -> Iterator[Evidence]:
    """A step that does more than set up and install."""
    step = site.step
    if step.uses is not None and not (known(step) is not None and _SET_UP.search(step.uses.name)):
        yield site.evidence(f"uses {step.uses.text.value}")
    if step.run is not None:
        script = re.sub(r"\\\r?\n", " ", step.run.value)
        for command in _SEPARATOR.split(script):
            words = command.split("#")[0].split()
            if words and not _only_installs(words):
                yield site.evidence(f"runs `{words[0]}`", step.run.span)
                return


def _only_installs(words: list[str]) -> bool:
    while words and re.match(r"[A-Za-z_]\w*=", words[0]):
        words = words[1:]
    if not words or words[0] in neutral():
        return True
    for install in installs():
        rest = words[len(install) :]
        if tuple(words[: len(install)]) == install and (len(install) > 1 or all(word.startswith("-") for word in rest)):
            return True
    return False
