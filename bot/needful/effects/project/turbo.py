"""Tools that run a script in all packages of a workspace: turbo and lerna."""

from __future__ import annotations

import posixpath

from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.npm import script_bodies
from needful.effects.project.packages import Package, Workspace, package_for, selected, workspace
from needful.effects.project.paths import option, texts_of
from needful.effects.project.reading import Table, parse_jsonc, table, texts

_FILES = ("turbo.json", "turbo.jsonc")
_ROOT = "//"
_MAX_TASKS = 100


def turbo(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """The scripts of the tasks, and of the tasks that `turbo.json` puts before them, in all packages that have them.

    Option: `filter`, as `--filter` (several parted by spaces); what is put before runs in any package.
    """
    group, wanted = _group(opening, files), texts_of(opening.targets)
    settings = _settings(files, group.folder) if group is not None else None
    chosen = _chosen(opening, group) if group is not None else None
    if group is None or not wanted or settings is None or chosen is None:
        return None
    tasks = table(settings, "tasks") or table(settings, "pipeline")
    own = {package.name: table(_settings(files, package.folder), "tasks") for package in group.members}
    before = _before(wanted, tasks, tuple(own.values()))
    if len(before) > _MAX_TASKS:
        return None
    bodies: list[Body] = []
    for task in (*before, *wanted):
        arguments = opening.arguments if task in wanted else ()
        of, _, name = task.rpartition("#")
        for package in chosen if task in wanted else group.members:
            if of in ("", package.name):
                bodies += script_bodies(package, name, arguments, opening, hooks=True)
        if group.root is not None and (of == _ROOT or f"{_ROOT}#{name}" in tasks or not group.members):
            bodies += script_bodies(group.root, name, arguments, opening, hooks=True)
    return tuple(bodies) or None


def lerna(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """A script in all packages that have it. Option: `filter`, as `--scope`."""
    group, wanted = _group(opening, files), texts_of(opening.targets)
    chosen = _chosen(opening, group) if group is not None else None
    if group is None or not wanted or chosen is None:
        return None
    nx = files.text(posixpath.join(group.folder, "nx.json"))
    defaults = table(parse_jsonc(nx) if nx is not None else None, "targetDefaults")
    before = _before(wanted, defaults, ())
    if len(before) > _MAX_TASKS:
        return None
    bodies: list[Body] = []
    for task in (*before, *wanted):
        for package in chosen if task in wanted else group.members:
            arguments = opening.arguments if task in wanted else ()
            bodies += script_bodies(package, task, arguments, opening, hooks=True)
    return tuple(bodies) or None


def _group(opening: Opening, files: Files) -> Workspace | None:
    package = package_for(opening, files)
    if package is None:
        return None
    return workspace(files, package) or Workspace(package.folder, package, ())


def _chosen(opening: Opening, group: Workspace) -> tuple[Package, ...] | None:
    filters = option(opening, "filter")
    if not filters:
        return group.members if filters is not None else None
    return selected(group, filters)


def _settings(files: Files, folder: str) -> Table | None:
    for name in _FILES:
        text = files.text(posixpath.join(folder, name))
        data = parse_jsonc(text) if text is not None else None
        if isinstance(data, dict):
            return table(data)
    return None


def _before(wanted: tuple[str, ...], tasks: Table, others: tuple[Table, ...]) -> list[str]:
    """The tasks that must run before some, by what the workspace and its packages say."""
    needs: dict[str, list[str]] = {}
    for said in (tasks, *others):
        for key in said:
            listed = texts(table(said, key).get("dependsOn"))
            names = [one.removeprefix("^") for one in listed if not one.startswith("$")]
            needs.setdefault(key.rpartition("#")[2], []).extend(names)
    found: dict[str, None] = {}
    waiting = list(wanted)
    for task in waiting:  # it grows
        for needed in needs.get(task.rpartition("#")[2], ()):
            if needed not in found and needed not in wanted:
                found[needed] = None
                waiting.append(needed)
    return list(found)[::-1]
