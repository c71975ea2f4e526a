"""From a command that names something of the repository to what that runs, one level deep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import TypeAlias, cast

from needful.effects.project.model import Body, Files, Opening

MAX_BODIES = 200
"""More than these are not looked through."""

KINDS: Mapping[str, str] = {
    "bake": "bake",
    "bun": "npm",
    "cargo": "cargo",
    "compose": "compose",
    "composer": "composer",
    "composer-hooks": "composer.composer_hooks",
    "deno": "deno",
    "dockerfile": "docker.dockerfile",
    "hatch": "hatch",
    "invoke": "invoke",
    "just": "just",
    "lerna": "turbo.lerna",
    "make": "make",
    "nox": "nox",
    "npm": "npm",
    "npm-hooks": "npm.npm_hooks",
    "nx": "nx",
    "pdm": "pdm",
    "pixi": "pixi",
    "pnpm": "npm",
    "poe": "poe",
    "pre-commit": "pre_commit",
    "rake": "rake",
    "script": "scripts.script",
    "task": "task",
    "tox": "tox",
    "turbo": "turbo",
    "yarn": "npm",
}
"""What can be looked through, by the kind of an opening: a module beside this one and, where it is called otherwise,
the function in it. Each says in its docstring which options it knows."""

_Look: TypeAlias = Callable[[Opening, Files], tuple[Body, ...] | None]


@cache
def _look(kind: str) -> _Look:
    """What looks through a kind, imported when it is first asked for: a repository has need of a few of them."""
    module, _, name = KINDS[kind].partition(".")
    return cast("_Look", getattr(import_module(f"{__package__}.{module}"), name or module))


def open_project(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """What a command runs, with the places where it stands; nothing where it runs nothing.

    None where that cannot be seen: a kind, file or target that is not there, or more than can be told. Only one level
    is opened: what the scripts run in their turn is for the caller to ask. Parts that could not be understood are gaps
    of the scripts, texts that are not known before the run are holes.
    """
    found = _look(opening.kind)(opening, files) if opening.kind in KINDS else None
    return found if found is not None and len(found) <= MAX_BODIES else None
