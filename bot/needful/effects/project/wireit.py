"""Scripts of `package.json` that say no more than `wireit`: what they run stands in settings of their own."""

from __future__ import annotations

from dataclasses import replace

from needful.effects.names import literal
from needful.effects.project.bodies import command, shell
from needful.effects.project.packages import Package
from needful.effects.project.reading import table
from needful.effects.shell.model import Command, Script

_MAX_DEPENDENCIES = 100


def wireit(package: Package, name: str, manager: str) -> Script | None:
    """The command of a script, behind those that it depends on (as commands of the manager); None where unclear."""
    settings = table(package.data, "wireit", name)
    listed = settings.get("dependencies", [])
    own = settings.get("command", "")
    if not settings or not isinstance(own, str) or not isinstance(listed, list) or len(listed) > _MAX_DEPENDENCIES:
        return None
    commands: list[Command] = []
    for item in listed:
        script = item.get("script") if isinstance(item, dict) else item
        if not isinstance(script, str):
            return None
        folder, colon, there = script.rpartition(":")
        if folder.startswith("$WORKSPACES"):
            commands.append(command((manager, "run", there, "--workspaces")))
        elif colon and folder.startswith("."):
            commands.append(replace(command((manager, "run", there)), folder=literal(folder)))
        else:
            commands.append(command((manager, "run", script.removeprefix("<dependencies>#"))))
    inner = shell(own, {}, package.folder)
    return replace(inner, commands=(*commands, *inner.commands))
