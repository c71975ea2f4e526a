"""What actions do that another job can see: `actions.json`, typed. Its schema says what each field means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from needful.facts import table


@dataclass(frozen=True)
class Uploads:
    """An artifact of the run: named by `input`, `default` without it, with what `suffix` adds."""

    default: str
    input: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class Downloads:
    """Artifacts it reads: by name, by glob, by id or by default; any input of `elsewhere` means another run."""

    input: str = ""
    pattern: str = ""
    default: str = ""
    default_pattern: str = ""
    ids: str = ""
    run: str = ""
    elsewhere: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class ToolCacheFacts:
    """A cache of its own: switched by `input`, shared between jobs only under the name in `shared` if that is set."""

    default: bool
    input: str = ""
    shared: str = ""


@dataclass(frozen=True)
class When:
    """Irreversible only if `input` is not false, or any input of `also` is set."""

    input: str
    default: bool
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class ActionFacts:
    """One action of the catalogue. Without any field, all it does stays inside its own job."""

    uploads: Uploads | None = None
    downloads: Downloads | None = None
    cache: str = ""
    tool_cache: ToolCacheFacts | None = None
    does: str = ""
    when: When | None = None
    reports: bool = False
    credential: bool = False


@cache
def action_facts(name: str) -> ActionFacts | None:
    """What is known of an action, by its name in lower case; None for one that is not in the catalogue."""
    row = table("actions.json")["actions"].get(name)
    if row is None:
        return None
    return ActionFacts(**{key: _PARTS[key](**_frozen(value)) if key in _PARTS else value for key, value in row.items()})


_PARTS: Mapping[str, Callable[..., Any]] = {
    "uploads": Uploads,
    "downloads": Downloads,
    "tool_cache": ToolCacheFacts,
    "when": When,
}


def _frozen(row: Mapping[str, object]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
