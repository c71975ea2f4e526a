"""Targets of nx: those of `project.json`, and scripts of `package.json`."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import NamedTuple

from needful.effects.names import Name
from needful.effects.project.bodies import flat, gap, shell, together, with_arguments
from needful.effects.project.globs import folders
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.npm import script_bodies
from needful.effects.project.packages import Package, package_at
from needful.effects.project.paths import as_name, folder_of, inside, nearest, option, parent, texts_of
from needful.effects.project.reading import Table, line_of, parse_json, parse_jsonc, table, texts
from needful.effects.shell.model import Script

_RUNS_COMMANDS = frozenset({"nx:run-commands", "@nrwl/workspace:run-commands", "@nx/workspace:run-commands"})
_MAX_TARGETS = 100
_RUNS_SCRIPT = frozenset({"nx:run-script", "@nrwl/workspace:run-script"})


class _Project(NamedTuple):
    name: str
    folder: str
    path: str
    text: str
    targets: Table
    package: Package | None


def nx(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """The targets (`target`, or `project:target`), and those before them, in all projects that have them.

    Option: `filter`, the names of the projects that are meant, parted by spaces; what comes before runs in any.
    """
    folder, wanted, filters = folder_of(opening), texts_of(opening.targets), option(opening, "filter")
    path = nearest(files, folder, ("nx.json",)) if folder is not None else None
    text = files.text(path) if path is not None else None
    if path is None or text is None or not wanted or filters is None:
        return None
    settings, root = table(parse_jsonc(text)), parent(path)
    below = folders(files, root, ("**",))
    if below is None:
        return None
    projects = [one for place in below if (one := _project(files, place)) is not None]
    asked: list[tuple[str, str]] = []
    for written in wanted:
        name, colon, target = written.partition(":")
        asked += [(name, target.partition(":")[0])] if colon else [(of, written) for of in filters.split() or [""]]
    bodies: list[Body] = []
    if settings.get("plugins"):
        line = line_of(text, ("plugins",))
        bodies.append(Body(path, line, "plugins", gap("plugins of nx may define targets"), as_name(root)))
    before = _before(asked, settings, projects)
    if len(before) > _MAX_TARGETS:
        return None
    for of, target in (*(("", one) for one in before), *asked):
        own = [one for one in projects if of in ("", one.name)]
        found = [body for one in own for body in _bodies(one, target, opening, root, (of, target) in asked)]
        if not found and (of, target) in asked:
            return None
        bodies += found
    return tuple(bodies)


def _project(files: Files, folder: str) -> _Project | None:
    path = posixpath.join(folder, "project.json")
    text = files.text(path)
    package = package_at(files, folder)
    data = table(parse_json(text) if text is not None else None)
    if not data and package is None:
        return None
    name = data.get("name") or (package.name if package is not None else "")
    return _Project(str(name), folder, path, text or "", table(data, "targets"), package)


def _before(asked: list[tuple[str, str]], settings: Table, projects: list[_Project]) -> list[str]:
    """The targets that must run before others, by the defaults and what projects say."""
    found: dict[str, None] = {}
    waiting = [target for _, target in asked]
    for target in waiting:  # it grows
        said = [table(settings, "targetDefaults", target), *(table(one.targets, target) for one in projects)]
        for one in said:
            listed = one.get("dependsOn")
            for item in listed if isinstance(listed, list) else ():
                name = item.get("target") if isinstance(item, dict) else item
                if isinstance(name, str) and (plain := name.removeprefix("^").rpartition(":")[2]) not in found:
                    found[plain] = None
                    waiting.append(plain)
    return list(found)[::-1]


def _bodies(one: _Project, target: str, opening: Opening, root: str, asked: bool) -> list[Body]:
    arguments = opening.arguments if asked else ()
    if target not in one.targets:
        return script_bodies(one.package, target, arguments, opening, hooks=True) if one.package is not None else []
    settings = table(one.targets, target)
    options = table(settings, "options")
    executor = settings.get("executor", "nx:run-commands" if "command" in settings else "")
    if executor in _RUNS_SCRIPT and one.package is not None:
        return script_bodies(one.package, str(options.get("script", target)), arguments, opening, hooks=True)
    if executor == "nx:noop":
        return []
    place: str | None = root
    if executor in _RUNS_COMMANDS:
        script = _commands({**options, **settings}, arguments, opening.environment)
        where = options.get("cwd", ".")
        filled = where.replace("{projectRoot}", one.folder) if isinstance(where, str) else ""
        place = inside(root, filled.replace("{workspaceRoot}", ".")) if filled else None
    else:
        script = gap(f"the executor {str(executor)[:60]}")
    return [Body(one.path, line_of(one.text, ("targets", target)), target, script, as_name(place))]


def _commands(settings: Table, arguments: tuple[Name, ...], environment: Mapping[str, Name]) -> Script:
    listed = settings.get("commands", settings.get("command"))
    items = listed if isinstance(listed, list) else [listed]
    found = [item.get("command") if isinstance(item, dict) else item for item in items]
    if not found or len(texts(found)) != len(found):
        return gap("commands that are not written out")
    scripts = [flat(shell(with_arguments(one, arguments), environment)) for one in texts(found)]
    return together((1, script) for script in scripts)[1]
