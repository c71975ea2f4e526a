"""From a command that names something of the repository to what that runs, one level deep."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from needful.effects.project.bake import bake
from needful.effects.project.cargo import cargo
from needful.effects.project.compose import compose
from needful.effects.project.composer import composer, composer_hooks
from needful.effects.project.deno import deno
from needful.effects.project.docker import dockerfile
from needful.effects.project.hatch import hatch
from needful.effects.project.invoke import invoke
from needful.effects.project.just import just
from needful.effects.project.make import make
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.nox import nox
from needful.effects.project.npm import npm, npm_hooks
from needful.effects.project.nx import nx
from needful.effects.project.pdm import pdm
from needful.effects.project.pixi import pixi
from needful.effects.project.poe import poe
from needful.effects.project.pre_commit import pre_commit
from needful.effects.project.rake import rake
from needful.effects.project.scripts import script
from needful.effects.project.task import task
from needful.effects.project.tox import tox
from needful.effects.project.turbo import lerna, turbo

MAX_BODIES = 200
"""More than these are not looked through."""

KINDS: Mapping[str, Callable[[Opening, Files], tuple[Body, ...] | None]] = {
    "bake": bake,
    "bun": npm,
    "cargo": cargo,
    "compose": compose,
    "composer": composer,
    "composer-hooks": composer_hooks,
    "deno": deno,
    "dockerfile": dockerfile,
    "hatch": hatch,
    "invoke": invoke,
    "just": just,
    "lerna": lerna,
    "make": make,
    "nox": nox,
    "npm": npm,
    "npm-hooks": npm_hooks,
    "nx": nx,
    "pdm": pdm,
    "pixi": pixi,
    "pnpm": npm,
    "poe": poe,
    "pre-commit": pre_commit,
    "rake": rake,
    "script": script,
    "task": task,
    "tox": tox,
    "turbo": turbo,
    "yarn": npm,
}
"""What can be looked through, by the kind of an opening. Each says in its docstring which options it knows."""


def open_project(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """What a command runs, with the places where it stands; nothing where it runs nothing.

    None where that cannot be seen: a kind, file or target that is not there, or more than can be told. Only one level
    is opened: what the scripts run in their turn is for the caller to ask. Parts that could not be understood are gaps
    of the scripts, texts that are not known before the run are holes.
    """
    look = KINDS.get(opening.kind)
    found = look(opening, files) if look is not None else None
    return found if found is not None and len(found) <= MAX_BODIES else None
