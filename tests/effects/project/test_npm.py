"""Scripts of package.json: hooks, arguments, workspaces, and programs that run other scripts."""

from __future__ import annotations

import json

import pytest

from effects.project.opened import opened, opening
from needful.effects.project.model import Opening

ONE = {
    "package.json": """{
  "name": "app",
  "scripts": {
    "prelint": "echo before",
    "lint": "eslint .",
    "test": "jest && tsc",
    "other": "x",
    "build:js": "tsc",
    "build:css": "sass a b"
  },
  "devDependencies": {
    "vitest": "1"
  }
}
"""
}


def package(**scripts: str) -> dict[str, str]:
    return {"package.json": json.dumps({"scripts": {name.replace("__", ":"): text for name, text in scripts.items()}})}


def commands(files: dict[str, str], asked: Opening) -> list[str]:
    """What runs, without the places."""
    found = opened(files, asked)
    assert found is not None
    return [line.split(": ", 1)[1] for line in found]


def test_a_script_with_its_hooks() -> None:
    assert opened(ONE, opening("npm", "lint", "--fix a<b>")) == [
        "package.json:4 prelint: echo before",
        "package.json:5 lint: eslint . --fix a<b>",
    ]


def test_from_a_folder_below() -> None:
    found = opened(ONE | {"src/a.js": ""}, opening("npm", "test", folder="src"))
    assert found == ["package.json:6 test: jest", "package.json:6 test: tsc (maybe)"]


def test_arguments_go_to_the_last_command_and_keep_their_quotes() -> None:
    asked = opening("npm", "t")._replace(arguments=(("a b",), ()))
    assert commands(package(t="x && y"), asked) == ["x", "y 'a b' '' (maybe)"]


@pytest.mark.parametrize("kind", ["yarn", "pnpm", "bun"])
def test_what_is_no_script_is_a_program(kind: str) -> None:
    assert opened(ONE, opening(kind, "vitest", "run")) == ["package.json:12 vitest: vitest run"]
    assert opened(ONE, opening(kind, "eslint")) == ["package.json:1 eslint: eslint"]


@pytest.mark.parametrize("target", ["src/x", "a:b", "-x", "./x", "x.ts"])
def test_what_can_be_no_program(target: str) -> None:
    assert opened(ONE, opening("yarn", target)) is None


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        pytest.param(ONE, opening("npm", "nothing"), id="no such script"),
        pytest.param(ONE, opening("npm", "<x>"), id="a script that is not known"),
        pytest.param(ONE, opening("npm", "lint", folder=None), id="a folder that is not known"),
        pytest.param({"package.json": "{"}, opening("npm", "lint"), id="no JSON"),
        pytest.param({"package.json": "[]"}, opening("npm", "lint"), id="no object"),
        pytest.param({}, opening("npm", "lint"), id="no package"),
        pytest.param(ONE, opening("npm", "lint", workspaces=""), id="no workspace"),
        pytest.param(ONE, opening("npm", "lint", filter="<x>"), id="a filter that is not known"),
    ],
)
def test_what_cannot_be_seen(files: dict[str, str], asked: Opening) -> None:
    assert opened(files, asked) is None


def test_a_script_that_need_not_exist() -> None:
    assert opened(ONE, opening("npm", "nothing", if_present="")) == []


def test_the_environment_is_known() -> None:
    assert opened(package(t="echo $A"), opening("npm", "t"), A="b") == ["package.json:1 t: echo b"]


# --- workspaces ------------------------------------------------------------------------------------------------------

WORKSPACE = {
    "package.json": '{"name": "root", "workspaces": ["packages/*", "!packages/old"], "scripts": {"t": "root"}}',
    "packages/a/package.json": '{"name": "@x/a", "scripts": {"t": "a"}}',
    "packages/b/package.json": '{"name": "@x/b", "scripts": {"t": "b", "only": "b"}}',
    "packages/c/package.json": '{"name": "c"}',
    "packages/old/package.json": '{"name": "old", "scripts": {"t": "old"}}',
    "packages/none/readme": "",
}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(opening("npm", "t", workspaces=""), ["a", "b"], id="all"),
        pytest.param(opening("npm", "t", workspaces="", folder="packages/a"), ["a", "b"], id="all, from one of them"),
        pytest.param(opening("yarn", "t", workspaces=""), ["root", "a", "b"], id="all, with the root"),
        pytest.param(opening("npm", "only", workspaces=""), ["b"], id="those that have it"),
        pytest.param(opening("npm", "t", workspace="@x/b"), ["b"], id="one by its name"),
        pytest.param(opening("npm", "t", workspace="packages/a"), ["a"], id="one by its folder"),
        pytest.param(opening("pnpm", "t", filter="./packages/*"), ["a", "b"], id="some by their folders"),
        pytest.param(opening("pnpm", "t", filter="{packages/a}"), ["a"], id="a folder in braces"),
        pytest.param(opening("pnpm", "t", filter="@x/*"), ["a", "b"], id="some by their names"),
        pytest.param(opening("pnpm", "t", filter="@x/a..."), ["root", "a", "b"], id="what it needs may be any"),
        pytest.param(opening("pnpm", "t", filter="[main]"), ["root", "a", "b"], id="what changed may be any"),
    ],
)
def test_packages_of_a_workspace(asked: Opening, expected: list[str]) -> None:
    assert commands(WORKSPACE, asked) == expected


@pytest.mark.parametrize("one", ["nobody", "!@x/a", "@x/a nobody"])
def test_filters_that_choose_nothing_clear(one: str) -> None:
    asked = opening("pnpm", "t")._replace(options={"filter": (one,)})
    assert opened(WORKSPACE, asked) is None


def test_two_filters() -> None:
    asked = opening("pnpm", "t")._replace(options={"filter": ("@x/a @x/b",)})
    assert commands(WORKSPACE, asked) == ["a", "b"]


def test_a_program_in_all_packages_is_not_looked_for() -> None:
    assert opened(WORKSPACE, opening("pnpm", "eslint", workspaces="")) is None


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        pytest.param({"pnpm-workspace.yaml": "packages:\n  - apps/**\n"}, ["one", "two"], id="pnpm"),
        pytest.param({"pnpm-workspace.yaml": "{", "lerna.json": '{"packages": ["apps/in"]}'}, ["one"], id="lerna"),
        pytest.param({"package.json": '{"workspaces": {"packages": ["./apps/?n/"]}}'}, ["one"], id="yarn, older"),
        pytest.param({"package.json": '{"workspaces": ["../x", "apps/in"]}'}, ["one"], id="one outside"),
    ],
)
def test_where_a_workspace_is_written_down(declared: dict[str, str], expected: list[str]) -> None:
    files = {
        "package.json": "{}",
        "apps/in/package.json": '{"scripts": {"t": "one"}}',
        "apps/in/deep/er/package.json": '{"scripts": {"t": "two"}}',
        "apps/in/node_modules/x/package.json": '{"scripts": {"t": "never"}}',
        **declared,
    }
    assert commands(files, opening("npm", "t", workspaces="")) == expected


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"package.json": '{"workspaces": ["{a,b}"]}'}, id="a pattern that is not understood"),
        pytest.param({"package.json": '{"workspaces": ["a"]}', "a/package.json": "{"}, id="a package that is broken"),
        pytest.param({"package.json": "{}", "pnpm-workspace.yaml": "x: 1"}, id="a workspace of its root only"),
    ],
)
def test_workspaces_that_are_not_clear(files: dict[str, str]) -> None:
    assert opened(files, opening("npm", "t", workspaces="")) is None


def test_too_many_folders_are_not_looked_at() -> None:
    files = {f"p/{n}/x": "" for n in range(3100)}
    assert opened(files | {"package.json": '{"workspaces": ["p/*/*"]}'}, opening("npm", "t", workspaces="")) is None


def test_too_many_bodies_are_none() -> None:
    files = {f"p/{n}/package.json": '{"scripts": {"t": "x"}}' for n in range(201)}
    assert opened(files | {"package.json": '{"workspaces": ["p/*"]}'}, opening("npm", "t", workspaces="")) is None


# --- what install runs -----------------------------------------------------------------------------------------------


def test_hooks_of_an_installation() -> None:
    files = {
        "package.json": '{"workspaces": ["a"], "scripts": {"prepare": "husky", "postinstall": "x", "test": "y"}}',
        "a/package.json": '{"scripts": {"prepare": "build"}}',
    }
    assert commands(files, opening("npm-hooks", "install")) == ["x", "husky", "build"]
    assert commands(package(prepack="p"), opening("npm-hooks", "publish")) == ["p"]
    assert opened(ONE, opening("npm-hooks", "install")) == []
    assert opened(ONE, opening("npm-hooks", "lint")) is None
    assert opened({}, opening("npm-hooks", "install")) is None


# --- several scripts at once -----------------------------------------------------------------------------------------

SEVERAL = {"lint__js": "eslint", "lint__css": "stylelint", "build": "tsc", "prebuild": "before"}


def several(*targets: str, kind: str = "npm", **options: str) -> Opening:
    return opening(kind, **options)._replace(targets=tuple((target,) for target in targets))


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        pytest.param(["build", "lint:js"], ["before", "tsc", "eslint"], id="one after the other"),
        pytest.param(["lint:*"], ["eslint", "stylelint"], id="a pattern"),
        pytest.param(["*:js*"], ["eslint"], id="another pattern"),
        pytest.param(["build --watch 'a b'"], ["before", "tsc --watch 'a b'"], id="with arguments"),
        pytest.param(["build -- {1}"], ["before", "tsc <{1}>"], id="with arguments that are handed on"),
        pytest.param(["build", "nothing"], None, id="one that is not there"),
        pytest.param(["nothing:*"], None, id="a pattern that fits nothing"),
        pytest.param(["build 'x"], None, id="quotes that do not close"),
        pytest.param(["*:*:*:*:*"], None, id="too long a pattern"),
        pytest.param(["build"] * 101, None, id="too many"),
        pytest.param([""], None, id="an empty one"),
    ],
)
def test_several_scripts(targets: list[str], expected: list[str] | None) -> None:
    found = opened(package(**SEVERAL), several(*targets))
    assert (None if found is None else [line.split(": ", 1)[1] for line in found]) == expected


def test_scripts_and_programs() -> None:
    assert commands(package(**SEVERAL), several("lint:js", "vitest", kind="pnpm")) == ["eslint", "vitest"]
    assert opened(package(**SEVERAL), several("vi*", kind="pnpm")) is None


def test_names_that_are_too_long_for_patterns() -> None:
    assert opened(package(**{"x__" + "y" * 400: "z"}), several("x:*")) is None


# --- wireit ----------------------------------------------------------------------------------------------------------


def wireit(settings: object, script: str = "wireit") -> dict[str, str]:
    return {"package.json": json.dumps({"scripts": {"build": script}, "wireit": {"build": settings}})}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param({"command": "tsc -b"}, ["tsc -b"], id="a command"),
        pytest.param(
            {"command": "x", "dependencies": ["gen", "../other:build", {"script": "y"}, "$WORKSPACES:z"]},
            ["npm run gen", "npm run build @../other", "npm run y", "npm run z --workspaces", "x"],
            id="with what comes before",
        ),
        pytest.param({"dependencies": ["a"]}, ["npm run a"], id="only what comes before"),
        pytest.param({}, ["wireit"], id="nothing"),
        pytest.param({"command": 1}, ["wireit"], id="no text"),
        pytest.param({"command": "x", "dependencies": 1}, ["wireit"], id="no list"),
        pytest.param({"command": "x", "dependencies": [1]}, ["wireit"], id="no names"),
    ],
)
def test_wireit(settings: object, expected: list[str]) -> None:
    assert commands(wireit(settings), opening("npm", "build")) == expected


def test_wireit_with_words_is_something_else() -> None:
    assert commands(wireit({"command": "x"}, "wireit y"), opening("npm", "build")) == ["wireit y"]
