"""turbo, lerna and nx: one task in many packages."""

from __future__ import annotations

import json

import pytest

from effects.project.opened import opened, opening
from needful.effects.project.model import Opening


def commands(files: dict[str, str], asked: Opening) -> list[str] | None:
    """What runs, with the folder."""
    found = opened(files, asked)
    return None if found is None else [line.split(" ", 1)[1] for line in found]


def packages(**scripts: dict[str, str]) -> dict[str, str]:
    root = {"workspaces": ["p/*"], "scripts": {"build": "never", "fmt": "root fmt"}}
    made = {f"p/{name}/package.json": json.dumps({"name": name, "scripts": own}) for name, own in scripts.items()}
    return {"package.json": json.dumps(root), **made}


WORKSPACE = packages(a={"build": "tsc", "test": "jest", "gen": "g"}, b={"build": "vite", "pretest": "p", "test": "t"})
TURBO = json.dumps(
    {
        "tasks": {
            "build": {"dependsOn": ["^build", "$X"]},
            "test": {"dependsOn": ["build"]},
            "//#fmt": {},
            "a#gen": {"dependsOn": ["b#build"]},
        }
    }
)
ONE = ["build in p/a: tsc", "build in p/b: vite", "build in p/b: vite", "gen in p/a: g"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(opening("turbo", "build", "-q"), ["build in p/a: tsc -q", "build in p/b: vite -q"], id="all"),
        pytest.param(
            opening("turbo", "test", filter="b"),
            ["build in p/a: tsc", "build in p/b: vite", "pretest in p/b: p", "test in p/b: t"],
            id="one, with what comes before",
        ),
        pytest.param(opening("turbo", "fmt"), ["fmt: root fmt"], id="of the root"),
        pytest.param(opening("turbo", "a#gen"), ONE, id="of one package"),
    ],
)
def test_turbo(asked: Opening, expected: list[str]) -> None:
    assert commands(WORKSPACE | {"turbo.json": TURBO}, asked) == expected


def test_turbo_in_other_forms() -> None:
    older = WORKSPACE | {"turbo.json": '{"pipeline": {"gen": {"dependsOn": ["test"]}}}', "p/a/turbo.json": "{}"}
    assert commands(older, opening("turbo", "gen")) == [
        "test in p/a: jest",
        "pretest in p/b: p",
        "test in p/b: t",
        "gen in p/a: g",
    ]
    own = WORKSPACE | {"turbo.jsonc": "{/* no */}", "p/a/turbo.json": '{"tasks": {"gen": {"dependsOn": ["build"]}}}'}
    assert commands(own, opening("turbo", "gen")) == ["build in p/a: tsc", "build in p/b: vite", "gen in p/a: g"]
    alone = {"package.json": '{"scripts": {"build": "tsc"}}', "turbo.json": "{}"}
    assert commands(alone, opening("turbo", "build")) == ["build: tsc"]


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        pytest.param({}, opening("turbo", "build"), id="no package"),
        pytest.param(WORKSPACE, opening("turbo", "build"), id="no settings"),
        pytest.param(WORKSPACE | {"turbo.json": "["}, opening("turbo", "build"), id="broken settings"),
        pytest.param(WORKSPACE | {"turbo.json": TURBO}, opening("turbo"), id="no task"),
        pytest.param(WORKSPACE | {"turbo.json": TURBO}, opening("turbo", "nothing"), id="no such task"),
        pytest.param(WORKSPACE | {"turbo.json": TURBO}, opening("turbo", "<x>"), id="a task that is not known"),
        pytest.param(
            WORKSPACE | {"turbo.json": TURBO}, opening("turbo", "build", filter="<x>"), id="a filter that is not known"
        ),
        pytest.param({}, opening("lerna", "build"), id="no package, for lerna"),
        pytest.param(WORKSPACE, opening("lerna", "nothing"), id="no such script"),
        pytest.param(WORKSPACE, opening("lerna", "build", filter="nobody"), id="no such package"),
    ],
)
def test_turbo_and_lerna_that_cannot_be_seen(files: dict[str, str], asked: Opening) -> None:
    assert opened(files, asked) is None


def test_lerna() -> None:
    assert commands(WORKSPACE, opening("lerna", "build", "-q", filter="a")) == ["build in p/a: tsc -q"]
    with_nx = WORKSPACE | {"nx.json": '{"targetDefaults": {"gen": {"dependsOn": ["^build"]}}}'}
    assert commands(with_nx, opening("lerna", "gen")) == ["build in p/a: tsc", "build in p/b: vite", "gen in p/a: g"]


NX = {
    "nx.json": '{"targetDefaults": {"build": {"dependsOn": ["^lint", {"target": "gen"}, 1]}}}',
    "apps/a/project.json": """{
  "name": "a",
  "targets": {
    "build": {
      "executor": "nx:run-commands",
      "options": {"commands": ["x", {"command": "y"}], "cwd": "{projectRoot}/src"}
    },
    "lint": {"command": "eslint"},
    "odd": {"executor": "@nx/vite:build"},
    "none": {"executor": "nx:noop"},
    "script": {"executor": "nx:run-script", "options": {"script": "own"}},
    "empty": {"executor": "nx:run-commands", "options": {"cwd": 1}},
    "deep": {"command": "z", "dependsOn": "x"}
  }
}
""",
    "apps/a/package.json": '{"name": "pa", "scripts": {"own": "my own", "extra": "more"}}',
    "apps/b/package.json": '{"name": "b", "scripts": {"gen": "generate", "lint": "b lint"}}',
    "docs/readme": "",
}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(
            opening("nx", "a:build:production", "-q"),
            [
                "gen in apps/b: generate",
                "lint: eslint",
                "lint in apps/b: b lint",
                "build in apps/a/src: x -q",
                "build in apps/a/src: y -q",
            ],
            id="with what comes before",
        ),
        pytest.param(opening("nx", "lint"), ["lint: eslint", "lint in apps/b: b lint"], id="in all projects"),
        pytest.param(opening("nx", "lint", filter="b"), ["lint in apps/b: b lint"], id="in one"),
        pytest.param(opening("nx", "a:odd"), ["odd: GAP the executor @nx/vite:build"], id="an executor"),
        pytest.param(opening("nx", "a:script"), ["own in apps/a: my own"], id="a script by another name"),
        pytest.param(opening("nx", "a:extra"), ["extra in apps/a: more"], id="a script"),
        pytest.param(
            opening("nx", "a:empty"), ["empty nowhere: GAP commands that are not written out"], id="no commands"
        ),
        pytest.param(opening("nx", "a:deep"), ["deep: z"], id="nothing before"),
    ],
)
def test_nx(asked: Opening, expected: list[str]) -> None:
    assert commands(NX, asked) == expected


def test_plugins_of_nx_are_a_gap() -> None:
    files = NX | {"nx.json": '{"plugins": ["@nx/vite"]}'}
    assert commands(files, opening("nx", "b:gen")) == [
        "plugins: GAP plugins of nx may define targets",
        "gen in apps/b: generate",
    ]


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        ({}, opening("nx", "lint")),
        (NX, opening("nx")),
        (NX, opening("nx", "a:none")),
        (NX, opening("nx", "a:nothing")),
        (NX, opening("nx", "<x>")),
        (NX, opening("nx", "lint", filter="<x>")),
        (NX, opening("nx", "lint", folder=None)),
        (NX | {f"many/{n}/{m}/x": "" for n in range(60) for m in range(60)}, opening("nx", "lint")),
    ],
)
def test_nx_that_cannot_be_seen(files: dict[str, str], asked: Opening) -> None:
    assert opened(files, asked) is None


def test_a_script_without_a_package_is_an_executor() -> None:
    files = {"nx.json": "{}", "project.json": '{"name": "r", "targets": {"s": {"executor": "nx:run-script"}}}'}
    assert commands(files, opening("nx", "r:s")) == ["s: GAP the executor nx:run-script"]
