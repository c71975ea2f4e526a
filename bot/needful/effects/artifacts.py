"""Artifacts that a step makes and reads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from needful.effects.model import Download, Upload
from needful.effects.names import Hole, Name, literal, names, show
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
    archive = given(site.step, "archive")
    if archive is not None and archive.value.strip().lower() == "false":
        return (_file_name(site),)
    text = given(site.step, key) if key else None
    return names(text, site.scope) if text is not None else (literal(default),)


def _file_name(site: Site) -> Name:
    """`archive: false` (upload-artifact v7) uploads one file under its own name, whatever `name` says."""
    path = given(site.step, "path")
    if path is not None and path.template.is_static and not set("*?[\n") & set(path.value.strip()):
        return literal(path.value.strip().rsplit("/", 1)[-1])
    return (Hole("the name of the file", site.scope.owner),)


def downloads(site: Site) -> Iterator[Download]:
    """The artifacts of this run that a step reads."""
    entry = (known(site.step) or {}).get("downloads")
    if entry is None or any(given(site.step, key) for key in entry.get("elsewhere", ())):
        return
    found = partial(
        Download,
        conditions=site.conditions,
        conditional=site.conditional,
        optional=site.optional or bool(entry.get("optional")),
    )
    by_name, by_pattern = (given(site.step, entry.get(kind, "")) for kind in ("input", "pattern"))
    if by_name is not None:
        for name in names(by_name, site.scope):
            yield found(name, None, site.evidence(f"downloads the artifact `{show(name)}`"))
    elif by_pattern is not None:
        for pattern in names(by_pattern, site.scope):
            yield found(None, pattern, site.evidence(f"downloads the artifacts `{show(pattern)}`"))
    elif "default" in entry:
        name = literal(entry["default"])
        yield found(name, None, site.evidence(f"reads the artifact `{show(name)}`"))
    else:
        yield found(None, literal(entry["default_pattern"]), site.evidence("downloads all artifacts of the run"))


def given(step: Step, name: str) -> Text | None:
    """An input that is set to something; an empty text counts as not set, as it does for the actions."""
    text = step.input(name) if name else None
    return text if text is not None and text.value.strip() else None
