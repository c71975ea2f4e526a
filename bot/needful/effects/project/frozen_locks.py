"""Whether a lock file lists what its `package.json` asks for, so that an install from it alone does not fail.

Each function gives `""`, or in plain words what does not fit. What nobody can tell does not fit.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from needful.effects.project.found import found
from needful.effects.project.model import Files
from needful.effects.project.reading import Table, parse_json, parse_jsonc, table, texts
from needful.facts.frozen_installs import settles_locks

_ASKED = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
_INSTALLED = ("dependencies", "optionalDependencies")
_ELSEWHERE = ("file:", "link:", "portal:", "workspace:", "patch:", "catalog:")
_OVERRIDDEN = (
    "overrides",
    "resolutions",
    "bundleDependencies",
    "bundledDependencies",
    "patchedDependencies",
    "catalog",
)
_MODULES = "node_modules"
_NEWER = ("2", "3")
_YARN = "# yarn lockfile v1"


def does_not_fit(manager: str, folder: str, lock: str, files: Files) -> str:
    """Why a package manager would not install from the file `lock` of a folder alone."""
    path, manifest = posixpath.join(folder, lock), posixpath.join(folder, "package.json")
    text, asked = files.text(path), parse_json(files.text(manifest) or "")
    if text is None or not isinstance(asked, dict):
        return f"there is no {manifest} beside {path} that can be read"
    if changed := next((key for key in _OVERRIDDEN if key in asked), ""):
        return f"{manifest} has `{changed}`"
    settings = files.text(posixpath.join(folder, ".npmrc")) or files.text(".npmrc") or ""
    if settles_locks(settings):
        return ".npmrc says what becomes of lock files"
    if manager == "npm":
        return _npm(path, text, asked, folder, files)
    if "workspaces" in asked:
        return f"{manifest} has workspaces"
    return _yarn(path, text, asked, folder, files) if manager == "yarn" else _bun(path, text, asked)


def _npm(path: str, text: str, asked: Table, folder: str, files: Files) -> str:
    whole = parse_json(text)
    lock = whole if isinstance(whole, dict) else {}
    packages = table(lock, "packages")
    if str(lock.get("lockfileVersion")) not in _NEWER or "" not in packages:
        return f"{path} is of a version that does not say what was asked for"
    own = {name: entry for name, entry in packages.items() if _MODULES not in name.split("/")}
    members = {"", *(_members(asked, folder, files))}
    if set(own) != members:
        return f"{path} lists other workspaces than there are"
    for name, entry in own.items():
        manifest = parse_json(files.text(posixpath.join(folder, name, "package.json")) or "")
        if not isinstance(manifest, dict) or not isinstance(entry, dict) or _asked(manifest) != _asked(entry):
            return f"{path} does not list what {posixpath.join(name, 'package.json')} asks for"
    missing = next(_missing(packages), "")
    return f"{path} does not list `{missing}`" if missing else ""


def _asked(manifest: Mapping[str, object]) -> list[tuple[str, object]]:
    """What a manifest asks for, also where it asks for nothing."""
    return [(key, table(manifest, key)) for key in _ASKED]


def _members(asked: Table, folder: str, files: Files) -> Iterator[str]:
    """The folders of the workspaces that a manifest names."""
    listed = asked.get("workspaces")
    for pattern in texts(listed.get("packages") if isinstance(listed, dict) else listed):
        for one in found(files, posixpath.join(folder, pattern, "package.json")):
            yield posixpath.relpath(posixpath.dirname(one), folder or ".")


def _missing(packages: Table) -> Iterator[str]:
    """What a package of a lock file needs and the file does not list where it would be found."""
    for path, entry in packages.items():
        if not isinstance(entry, dict) or entry.get("link"):
            continue
        keys = _INSTALLED if _MODULES in path.split("/") else (*_INSTALLED, "devDependencies")
        for name in (name for key in keys for name in table(entry, key)):
            if not any(place in packages for place in _places(path, name)):
                yield name


def _places(path: str, name: str) -> Iterator[str]:
    """Where a package looks for one that it needs: below itself, and below all folders above."""
    while True:
        yield posixpath.join(path, _MODULES, name)
        if not path:
            return
        path = posixpath.dirname(path)


def _yarn(path: str, text: str, asked: Table, folder: str, files: Files) -> str:
    if _YARN not in text[:200] or files.text(posixpath.join(folder, ".yarnrc.yml")) is not None:
        return f"{path} is none of Yarn 1"
    if not str(asked.get("packageManager", "yarn@1")).startswith("yarn@1"):
        return f"another package manager than Yarn 1 is asked for beside {path}"
    listed = {
        pattern.strip().strip('"')
        for line in text.splitlines()
        if line.endswith(":") and not line.startswith((" ", "#"))
        for pattern in line[:-1].split(", ")
    }
    for key in _ASKED[:3]:
        for name, wanted in table(asked, key).items():
            if str(wanted).startswith(_ELSEWHERE) or f"{name}@{wanted}" not in listed:
                return f"{path} does not list `{name}@{wanted}`"
    return ""


def _bun(path: str, text: str, asked: Table) -> str:
    whole = parse_jsonc(text)
    lock = whole if isinstance(whole, dict) else {}
    entry = table(lock, "workspaces").get("")
    if lock.get("lockfileVersion") != 1 or not isinstance(entry, dict) or _asked(entry) != _asked(asked):
        return f"{path} does not list what package.json asks for"
    return ""
