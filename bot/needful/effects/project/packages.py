"""Packages of JavaScript: `package.json`, its scripts, and the packages of its workspace."""

from __future__ import annotations

import fnmatch
import posixpath
from typing import NamedTuple

from needful.effects.project.globs import folders
from needful.effects.project.model import Files, Opening
from needful.effects.project.paths import folder_of, inside, nearest, parent, upwards
from needful.effects.project.reading import Table, line_of, parse_json, parse_yaml, table, texts

_MANIFEST = "package.json"


class Package(NamedTuple):
    """A `package.json` that could be read."""

    path: str
    text: str
    data: Table

    @property
    def folder(self) -> str:
        return parent(self.path)

    @property
    def name(self) -> str:
        name = self.data.get("name")
        return name if isinstance(name, str) else ""

    @property
    def scripts(self) -> dict[str, str]:
        return {key: value for key, value in table(self.data, "scripts").items() if isinstance(value, str)}

    def line(self, *keys: str) -> int:
        """The line (from 1) of a value in it."""
        return line_of(self.text, keys)


class Workspace(NamedTuple):
    """Packages that belong together: the one at `folder`, if there is one, and the others."""

    folder: str
    root: Package | None
    members: tuple[Package, ...]

    @property
    def all(self) -> tuple[Package, ...]:
        return (self.root, *self.members) if self.root is not None else self.members


def package_at(files: Files, folder: str) -> Package | None:
    """The package in a folder, None where there is none that can be read."""
    path = posixpath.join(folder, _MANIFEST)
    text = files.text(path)
    data = parse_json(text) if text is not None else None
    return Package(path, text, table(data)) if text is not None and isinstance(data, dict) else None


def package_for(opening: Opening, files: Files) -> Package | None:
    """The package that a command works on: of its folder, or of the nearest one above."""
    folder = folder_of(opening)
    path = nearest(files, folder, (_MANIFEST,)) if folder is not None else None
    return package_at(files, parent(path)) if path is not None else None


def workspace(files: Files, package: Package) -> Workspace | None:
    """The workspace that a package is in, None where it is in none that can be read."""
    for folder in upwards(package.folder):
        patterns = _patterns(files, folder)
        if patterns is not None:
            return _members(files, folder, patterns)
    return None


def _patterns(files: Files, folder: str) -> tuple[str, ...] | None:
    """What a folder says of its members, None where it is the root of no workspace."""
    listed = files.text(posixpath.join(folder, "pnpm-workspace.yaml"))
    if listed is not None:
        document = parse_yaml(listed)
        if document is not None:
            return texts(table(document.plain).get("packages"))  # none: the root is the only member
    package = package_at(files, folder)
    declared = package.data.get("workspaces") if package is not None else None
    if isinstance(declared, dict):
        declared = declared.get("packages")
    if isinstance(declared, list):
        return texts(declared)
    lerna = files.text(posixpath.join(folder, "lerna.json"))
    found = table(parse_json(lerna) if lerna is not None else None).get("packages")
    return texts(found) if isinstance(found, list) else None


def _members(files: Files, root: str, patterns: tuple[str, ...]) -> Workspace | None:
    found = folders(files, root, patterns)
    if found is None:
        return None
    members = []
    for folder in found:
        package = package_at(files, folder)
        if package is None and files.text(posixpath.join(folder, _MANIFEST)) is not None:
            return None
        if package is not None and folder != root:
            members.append(package)
    return Workspace(root, package_at(files, root), tuple(members))


def selected(group: Workspace, filters: str) -> tuple[Package, ...] | None:
    """The packages that filters (parted by spaces) choose by name or folder; None where one chooses none, or unclear.

    What a filter adds by relations between packages (`name...`) or since a commit (`[main]`) may be any package.
    """
    chosen: dict[str, Package] = {}
    for one in filters.split():
        if "..." in one or "[" in one:
            return group.all
        fitting = {package.path: package for package in group.all if _fits(package, one, group.folder)}
        if not fitting or one.startswith("!"):
            return None
        chosen |= fitting
    return tuple(chosen.values())


def _fits(package: Package, one: str, root: str) -> bool:
    path = inside(root, one.strip("{}").rstrip("/"))
    return fnmatch.fnmatchcase(package.name, one) or (path is not None and fnmatch.fnmatchcase(package.folder, path))
