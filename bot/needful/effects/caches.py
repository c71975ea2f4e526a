"""Caches that a step uses."""

from __future__ import annotations

from collections.abc import Iterator

from needful.effects.artifacts import given, known
from needful.effects.model import CacheUse, ToolCache
from needful.effects.names import Hole, Name, is_literal, names, resolve, show
from needful.effects.walk import Site
from needful.facts.actions import ToolCacheFacts, catalogued
from needful.facts.caches import asks_for_downloads, holds_downloads
from needful.workflow.model import UsesKind


def caches(site: Site) -> Iterator[CacheUse]:
    """The cache entries that a step names with the inputs of `actions/cache`."""
    facts = known(site.step)
    kind = facts.cache if facts is not None else ""
    key = given(site.step, "key")
    if not kind or key is None:
        return
    restore = given(site.step, "restore-keys")
    prefixes = tuple(_lines(resolve(restore, site.scope))) if restore is not None else ()
    path = given(site.step, "path")
    paths = resolve(path, site.scope) if path is not None else ()
    only = _only_downloads(site)
    for name in names(key, site.scope):
        seen = site.evidence(f"uses the cache `{show(name)}`")
        yield CacheUse((name, *prefixes), kind != "restore", kind != "save", seen, paths, only)


def _only_downloads(site: Site) -> bool:
    """Whether a cache holds what any job can download again, and no job counts on finding it."""
    path, must_hit = given(site.step, "path"), given(site.step, "fail-on-cache-miss")
    if path is None or (must_hit is not None and must_hit.value.strip().lower() != "false"):
        return False
    lines = tuple(_lines(resolve(path, site.scope)))
    return bool(lines) and all(_is_for_downloads(line) for line in lines)


def _is_for_downloads(line: Name) -> bool:
    if is_literal(line):
        return show(line).startswith("!") or holds_downloads(show(line))
    return len(line) == 1 and isinstance(line[0], Hole) and asks_for_downloads(line[0].key)


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
    """The cache that an action keeps by itself, as far as jobs share it: by an input, or because it always does."""
    cache, kind = _switched_on(site)
    if cache is None:
        return
    if not cache.shared:
        yield ToolCache(kind, None, site.evidence(f"uses the cache of {kind}"))
    elif key := given(site.step, cache.shared):
        for name in names(key, site.scope):
            yield ToolCache(kind, name, site.evidence(f"uses the cache `{show(name)}` of {kind}"))


def keeps_a_cache(site: Site) -> bool:
    """Whether the action of a step keeps a cache by itself, whoever else finds it."""
    return _switched_on(site)[0] is not None


def _switched_on(site: Site) -> tuple[ToolCacheFacts | None, str]:
    """The cache that an action keeps by itself, and the action with what it caches; None where it keeps none."""
    uses = site.step.uses
    facts = catalogued(uses.name, uses.ref) if uses is not None and uses.kind is UsesKind.REPOSITORY else None
    cache = facts.tool_cache if facts is not None else None
    if cache is None or uses is None:
        return None, ""
    text = given(site.step, cache.input)
    value = text.value.strip() if text is not None else str(cache.default)
    if value.lower() == "false":
        return None, ""
    what = f" {value}" if text is not None and value.lower() not in ("true", "auto") else ""
    return cache, uses.name + what
