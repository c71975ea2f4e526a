"""Names of packages, from their manifests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.effects.manifests import package_name
from needful.workflow.repository import Repository


def named(registry: str, files: dict[str, str], folder: str = "") -> str | None:
    return package_name(registry, folder, Repository(".", {k: v.encode() for k, v in files.items()}.get))


@pytest.mark.parametrize(
    ("registry", "folder", "files", "name"),
    [
        ("npm:", "", {"package.json": '{"name": "@acme/cli"}'}, "@acme/cli"),
        ("npm:", "cli", {"cli/package.json": '{"name": "cli"}', "package.json": '{"name": "all"}'}, "cli"),
        ("npm:", "", {"package.json": '{"private": true}'}, None),
        ("npm:", "", {"package.json": "[1"}, None),
        ("npm:", "", {}, None),
        ("pypi:", "", {"pyproject.toml": "[project]\nname = 'tide'"}, "tide"),
        ("pypi:", "", {"pyproject.toml": "[tool.poetry]\nname = 'tide'"}, "tide"),
        ("pypi:", "", {"pyproject.toml": "[tool]\npoetry = 1"}, None),
        ("pypi:", "", {"pyproject.toml": "[project"}, None),
        ("cargo:", "", {"Cargo.toml": "[package]\nname = 'ebb'"}, "ebb"),
        ("cargo:", "", {"Cargo.toml": "[workspace]"}, None),
        ("gem:", "", {"package.json": '{"name": "x"}'}, None),
    ],
)
def test_names(registry: str, folder: str, files: dict[str, str], name: str | None) -> None:
    assert named(registry, files, folder) == name


@given(st.text(), st.sampled_from(["npm:", "pypi:", "cargo:"]))
def test_any_text_is_survived(text: str, registry: str) -> None:
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return
    files = dict.fromkeys(("package.json", "pyproject.toml", "Cargo.toml"), data)
    found = package_name(registry, "", Repository(".", files.get))
    assert found is None or found in text or "\\" in text
