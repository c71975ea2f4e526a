"""Whether lock files list what manifests ask for."""

from __future__ import annotations

import json

import pytest

from effects.project.opened import Texts
from needful.effects.project.frozen_locks import does_not_fit

ASKED = {"name": "shop", "dependencies": {"a": "^1"}, "devDependencies": {"@x/b": "~2.0"}}
PACKAGES: dict[str, object] = {
    "": {"dependencies": {"a": "^1"}, "devDependencies": {"@x/b": "~2.0"}},
    "node_modules/a": {"dependencies": {"c": "*"}},
    "node_modules/a/node_modules/c": {"optionalDependencies": {"d": "*"}},
    "node_modules/d": {},
    "node_modules/@x/b": {},
}
YARN = '# yarn lockfile v1\n\n\n"@x/b@~2.0", "@x/b@^2":\n  version "2.0.1"\n\na@^1:\n  version "1.0.0"\n'
BUN = """{
  "lockfileVersion": 1,
  "workspaces": {"": {"name": "shop", "dependencies": {"a": "^1"}, "devDependencies": {"@x/b": "~2.0",},},},
}"""


def fit(manager: str, name: str, lock: object, manifest: object = ASKED, **others: str) -> str:
    lock = lock if isinstance(lock, str) else json.dumps(lock)
    there = {name: lock, "package.json": json.dumps(manifest), **others}
    return does_not_fit(manager, "", name, Texts(there))


def npm(packages: dict[str, object], manifest: object = ASKED, **others: str) -> str:
    return fit("npm", "package-lock.json", {"lockfileVersion": 3, "packages": packages}, manifest, **others)


def without(name: str) -> dict[str, object]:
    return {path: entry for path, entry in PACKAGES.items() if path != name}


def test_lock_files_that_list_what_is_asked_for() -> None:
    assert not npm(PACKAGES)
    assert not fit("yarn", "yarn.lock", YARN)
    assert not fit("bun", "bun.lock", BUN)


@pytest.mark.parametrize(
    "name", ["", "node_modules/a", "node_modules/d", "node_modules/@x/b", "node_modules/a/node_modules/c"]
)
def test_every_package_has_to_be_listed(name: str) -> None:
    assert npm(without(name))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"dependencies": {"a": "^2"}}, "package-lock.json does not list what package.json asks for"),
        ({"peerDependencies": {"e": "1"}}, "package-lock.json does not list what package.json asks for"),
        ({"overrides": {"c": "1"}}, "package.json has `overrides`"),
        ({"workspaces": ["w"]}, "package-lock.json lists other workspaces than there are"),
    ],
)
def test_manifest_that_asks_for_something_else(change: dict[str, object], reason: str) -> None:
    assert npm(PACKAGES, {**ASKED, **change}, **{"w/package.json": "{}"}) == reason


def test_packages_of_workspaces_are_compared_as_well() -> None:
    manifest = {"workspaces": {"packages": ["w/*"]}}
    packages = {"": {}, "node_modules/x": {"link": True}, "w/x": {"dependencies": {"a": "1"}}, "node_modules/a": {}}
    assert not npm(packages, manifest, **{"w/x/package.json": '{"dependencies": {"a": "1"}}'})
    assert npm(packages, manifest, **{"w/x/package.json": '{"dependencies": {"a": "2"}}'}) == (
        "package-lock.json does not list what w/x/package.json asks for"
    )


@pytest.mark.parametrize(
    "lock", ["", "[]", '{"lockfileVersion": 1}', '{"lockfileVersion": 3}', '{"lockfileVersion": 3, "packages": []}']
)
def test_lock_file_that_does_not_say_what_was_asked_for(lock: str) -> None:
    assert fit("npm", "package-lock.json", lock)


def test_settings_may_forbid_lock_files() -> None:
    assert npm(PACKAGES, **{".npmrc": "package-lock=false"}) == ".npmrc says what becomes of lock files"
    assert not npm(PACKAGES, **{".npmrc": "audit=false"})


def test_manifest_that_is_none() -> None:
    assert does_not_fit("npm", "", "package-lock.json", Texts({"package-lock.json": "{}", "package.json": "["}))
    assert does_not_fit("npm", "", "package-lock.json", Texts({"package.json": "{}"}))


@pytest.mark.parametrize(
    ("lock", "manifest"),
    [
        (YARN.replace("v1", "v2"), ASKED),
        (YARN.replace("a@^1", "a@^2"), ASKED),
        (YARN, {**ASKED, "packageManager": "yarn@4.1.0"}),
        (YARN, {**ASKED, "workspaces": ["w"]}),
        (YARN, {**ASKED, "optionalDependencies": {"e": "1"}}),
        (YARN + "e@file:e:\n", {**ASKED, "dependencies": {"e": "file:e"}}),
    ],
)
def test_what_yarn_would_refuse(lock: str, manifest: object) -> None:
    assert fit("yarn", "yarn.lock", lock, manifest)


def test_yarn_with_settings_of_a_newer_version() -> None:
    assert fit("yarn", "yarn.lock", YARN, **{".yarnrc.yml": ""})


@pytest.mark.parametrize(
    "lock", ["", "[]", BUN.replace("1,", "0,"), BUN.replace("^1", "^2"), BUN.replace('"": {', '"w": {')]
)
def test_what_bun_would_refuse(lock: str) -> None:
    assert fit("bun", "bun.lock", lock)
