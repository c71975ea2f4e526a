"""The name under which a folder's package is published, as its manifest says."""

from __future__ import annotations

import json
from collections.abc import Mapping

from needful.effects.project.model import Files

_NODE, _PYTHON, _RUST = "npm:", "pypi:", "cargo:"


def package_name(registry: str, folder: str, files: Files) -> str | None:
    """What a folder's package is called in a registry (`npm:`, `pypi:`, `cargo:`), None where no manifest says."""
    at = f"{folder}/" if folder else ""
    if registry == _NODE:
        return _text(_json(files.text(f"{at}package.json")), "name")
    if registry == _PYTHON:
        manifest = _toml(files.text(f"{at}pyproject.toml"))
        return _text(manifest, "project", "name") or _text(manifest, "tool", "poetry", "name")
    if registry == _RUST:
        return _text(_toml(files.text(f"{at}Cargo.toml")), "package", "name")
    return None


def _json(text: str | None) -> object:
    try:
        return json.loads(text or "null")
    except (ValueError, RecursionError):
        return None


def _toml(text: str | None) -> object:
    import tomllib

    try:
        return tomllib.loads(text or "")
    except (ValueError, RecursionError):
        return None


def _text(value: object, *keys: str) -> str | None:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) and value else None
