"""Artifacts and caches that a step names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from needful.effects.model import CacheUse, Download, Upload
from needful.effects.names import Hole, Name, literal, names, resolve, show
from needful.effects.walk import Site
from needful.facts import table
from needful.workflow.model import Step, Text, UsesKind


def known(step: Step) -> dict[str, Any] | None:
    """What the catalogue says of the action that a step uses, or None for an action it does not know."""
    if step.uses is None or step.uses.kind is not UsesKind.REPOSITORY:
        return None
    entry: dict[str, Any] | None = table("actions.json")["actions"].get(step.uses.name)
    return entry


def uploads(site: Site) -> Iterator[Upload]:
    """The artifacts that a step makes: one for each name that the matrix gives it."""
    entry = (known(site.step) or {}).get("uploads")
    if entry is None:
        return
    for name in _named(site, entry.get("input"), entry["default"]):
        yield Upload(name, site.evidence(f"uploads the artifact `{show(name)}`"))


def _named(site: Site, key: str | None, default: str) -> tuple[Name, ...]:
    archive = _input(site.step, "archive")
    if archive is not None and archive.value.strip().lower() == "false":
        return (_file_name(site),)
    text = _input(site.step, key) if key else None
    return names(text, site.scope) if text is not None else (literal(default),)


def _file_name(site: Site) -> Name:
    """`archive: false` (upload-artifact v7) uploads one file under its own name, whatever `name` says."""
    path = _input(site.step, "path")
    if path is not None and path.template.is_static and not set("*?[\n") & set(path.value.strip()):
        return literal(path.value.strip().rsplit("/", 1)[-1])
    return (Hole("the name of the file", site.scope.owner),)


def downloads(site: Site) -> Iterator[Download]:
    """The artifacts of this run that a step reads."""
    entry = (known(site.step) or {}).get("downloads")
    if entry is None or any(_input(site.step, key) for key in entry.get("elsewhere", ())):
        return
    optional = site.optional or bool(entry.get("optional"))
    by_name, by_pattern = (_input(site.step, entry.get(kind, "")) for kind in ("input", "pattern"))
    if by_name is not None:
        for name in names(by_name, site.scope):
            yield Download(name, None, site.evidence(f"downloads the artifact `{show(name)}`"), site.conditions, optional)
    elif by_pattern is not None:
        for pattern in names(by_pattern, site.scope):
            evidence = site.evidence(f"downloads the artifacts `{show(pattern)}`")
            yield Download(None, pattern, evidence, site.conditions, True)
    elif "default" in entry:
        name = literal(entry["default"])
        yield Download(name, None, site.evidence(f"reads the artifact `{show(name)}`"), site.conditions, optional)
    else:
        evidence = site.evidence("downloads all artifacts of the run")
        yield Download(None, literal(entry["default_pattern"]), evidence, site.conditions, True)


def caches(site: Site) -> Iterator[CacheUse]:
    """The cache entries that a step names with the inputs of `actions/cache`."""
    kind = (known(site.step) or {}).get("cache")
    key = _input(site.step, "key")
    if kind is None or key is None:
        return
    restore = _input(site.step, "restore-keys")
    prefixes = () if restore is None else tuple(
        resolve(Text(line.strip(), restore.span), site.scope) for line in restore.value.splitlines() if line.strip()
    )
    for name in names(key, site.scope):
        yield CacheUse(
            (name, *prefixes), kind != "restore", kind != "save", site.evidence(f"uses the cache `{show(name)}`")
        )


def _input(step: Step, name: str) -> Text | None:
    """An input that is set to something; an empty text counts as not set, as it does for the actions."""
    text = step.input(name) if name else None
    return text if text is not None and text.value.strip() else None
