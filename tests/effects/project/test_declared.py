"""Tools whose tasks stand in a file of settings: composer, pre-commit, poe, pdm, hatch, pixi, cargo, deno."""

from __future__ import annotations

import json

import pytest

from effects.project.opened import bodies_of, opened, opening
from needful.effects.project.model import Opening


def commands(files: dict[str, str], asked: Opening, **environment: str) -> list[str] | None:
    """What runs, without the places."""
    found = opened(files, asked, **environment)
    return None if found is None else [line.split(": ", 1)[1] for line in found]


# --- composer --------------------------------------------------------------------------------------------------------

COMPOSER = r"""{
    "scripts": {
        "pre-test-cmd": "echo before",
        "test": [
            "@putenv A=1",
            "@php vendor/bin/phpunit $A",
            "@lint --fast",
            "App\\Scripts::clean",
            "@composer dump-autoload @no_additional_args",
            "run @additional_args last"
        ],
        "lint": "phpcs",
        "odd": [1],
        "post-install-cmd": "artisan",
        "post-autoload-dump": ["@lint"]
    }
}
"""


def test_composer() -> None:
    assert opened({"composer.json": COMPOSER, "src/x": ""}, opening("composer", "test", "--x", folder="src")) == [
        "composer.json:3 pre-test-cmd: echo before",
        "composer.json:6 test: php vendor/bin/phpunit 1 --x",
        "composer.json:7 test: composer run-script lint --fast --x",
        "composer.json:9 test: composer dump-autoload",
        "composer.json:10 test: run --x last",
        "composer.json:8 test: GAP the PHP function App\\Scripts::clean",
    ]
    assert opened({"a/composer.json": COMPOSER}, opening("composer", "lint", folder="a")) == [
        "a/composer.json:12 lint in a: phpcs"
    ]
    assert commands({"composer.json": COMPOSER}, opening("composer", "odd")) == [
        "GAP a script that is neither a text nor a list of (not too many) texts"
    ]
    assert commands({"composer.json": '{"scripts": {"a": ["@putenv A=1"]}}'}, opening("composer", "a")) == []


def test_what_composer_runs_by_itself() -> None:
    assert commands({"composer.json": COMPOSER}, opening("composer-hooks", "install")) == [
        "composer run-script lint",
        "artisan",
    ]
    assert commands({"composer.json": "{}"}, opening("composer-hooks", "update")) == []
    assert commands({"composer.json": "{}"}, opening("composer-hooks", "test")) is None
    assert commands({}, opening("composer-hooks", "update")) is None


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        pytest.param({"composer.json": COMPOSER}, opening("composer", "audit"), id="a command of its own"),
        pytest.param({"composer.json": COMPOSER}, opening("composer", "<x>"), id="a script that is not known"),
        pytest.param(
            {"composer.json": COMPOSER}, opening("composer", "test", folder=None), id="a folder that is not known"
        ),
        pytest.param({"composer.json": "["}, opening("composer", "test"), id="no JSON"),
    ],
)
def test_composer_that_cannot_be_seen(files: dict[str, str], asked: Opening) -> None:
    assert opened(files, asked) is None


# --- pre-commit ------------------------------------------------------------------------------------------------------

HOOKS = """default_stages: [pre-commit]
repos:
  - repo: https://github.com/psf/black
    rev: "24"
    hooks:
      - id: black
        args: [--check, .]
  - repo: https://github.com/astral-sh/ruff-pre-commit
    hooks: [{id: ruff-format}, {id: ruff-new}]
  - repo: git@github.com:pre-commit/mirrors-mypy.git
    hooks:
      - id: mypy
  - repo: https://github.com/PyCQA/flake8/
    hooks:
      - id: flake8
        stages: [manual]
  - repo: https://gitlab.com/psf/black
    hooks:
      - id: black-elsewhere
  - repo: https://github.com/somebody/hooks
    hooks:
      - id: publish
      - id: mine
        entry: make it
        args: [now]
  - repo: meta
    hooks:
      - id: identity
  - repo: local
    hooks:
      - {id: script, language: script, entry: ci/x.sh -a, args: [b]}
      - {id: python, language: python, entry: tool, additional_dependencies: [tool==1]}
      - {id: rust, language: rust, entry: tool, additional_dependencies: [x]}
      - {id: image, language: docker_image, entry: org/img run}
      - {id: docker, language: docker, entry: in}
      - {id: grep, language: pygrep, entry: "a b"}
      - {id: fail, language: fail, entry: no}
      - {id: none, language: system}
      - {id: quotes, language: system, entry: "a 'b"}
      - {name: nameless}
  - nothing
"""


def test_hooks() -> None:
    found = opened({".pre-commit-config.yaml": HOOKS, "src/x": ""}, opening("pre-commit", folder="src"))
    assert found is not None
    assert [line.removeprefix(".pre-commit-config.yaml:") for line in found] == [
        "6 black: black --check .",
        "9 ruff-format: ruff format",
        "9 ruff-new: GAP the hook ruff-new of https://github.com/astral-sh/ruff-pre-commit",
        "12 mypy: mypy",
        "19 black-elsewhere: GAP the hook black-elsewhere of https://gitlab.com/psf/black",
        "22 publish: GAP the hook publish of https://github.com/somebody/hooks",
        "23 mine: make it now",
        "28 identity: identity",
        "31 script: ci/x.sh -a b",
        "32 python: python -m pip install tool==1",
        "32 python: tool",
        "33 rust: tool",
        "33 rust: GAP what is installed for a hook in rust",
        "34 image: docker run org/img run",
        "35 docker: docker build .",
        "35 docker: in",
        "36 grep: grep 'a b'",
        "38 none: GAP a hook without an entry that could be read",
        "39 quotes: GAP a hook without an entry that could be read",
    ]


def test_some_hooks() -> None:
    files = {"a/ci.yaml": HOOKS}
    assert opened(files, opening("pre-commit", "flake8 mypy", file="a/ci.yaml")) == [
        "a/ci.yaml:12 mypy in a: mypy",
        "a/ci.yaml:15 flake8 in a: flake8",
    ]
    found = opened({".pre-commit-config.yml": HOOKS}, opening("pre-commit", stage="manual"))
    assert found == [".pre-commit-config.yml:15 flake8: flake8"]
    assert opened(
        {".pre-commit-config.yaml": 'repos: [{repo: meta, hooks: [{id: x, entry: "\'"}]}]'}, opening("pre-commit")
    ) == [".pre-commit-config.yaml:1 x: GAP a hook without an entry that could be read"]


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        pytest.param({}, opening("pre-commit"), id="no file"),
        pytest.param({".pre-commit-config.yaml": "{"}, opening("pre-commit"), id="no YAML"),
        pytest.param({".pre-commit-config.yaml": "repos: []"}, opening("pre-commit"), id="no hooks"),
        pytest.param({".pre-commit-config.yaml": HOOKS}, opening("pre-commit", "nothing"), id="no such hook"),
        pytest.param({".pre-commit-config.yaml": HOOKS}, opening("pre-commit", "<x>"), id="a hook that is not known"),
        pytest.param(
            {".pre-commit-config.yaml": HOOKS}, opening("pre-commit", stage="pre-push"), id="no hook of the stage"
        ),
        pytest.param(
            {".pre-commit-config.yaml": HOOKS}, opening("pre-commit", stage="<x>"), id="a stage that is not known"
        ),
        pytest.param({".pre-commit-config.yaml": HOOKS}, opening("pre-commit", file="../x"), id="a file outside"),
    ],
)
def test_hooks_that_cannot_be_seen(files: dict[str, str], asked: Opening) -> None:
    assert opened(files, asked) in (None, [])


# --- poe -------------------------------------------------------------------------------------------------------------

POE = """[tool.poe]
env = {SHARED = "s", OTHER = "$HOME"}
[tool.poe.tasks]
lint = \"\"\"
  ruff check
  --fix
\"\"\"
both = ["lint", {shell = "a $SHARED && b $OWN"}, {cmd = "c"}]
[tool.poe.tasks.rich]
cmd = "x"
env.OWN = "o"
cwd = "docs"
deps = ["lint --all"]
uses = {V = "version"}
[tool.poe.tasks.python]
shell = "print(1)"
interpreter = "python"
[tool.poe.tasks.function]
script = "pkg:main"
[tool.poe.tasks.alias]
ref = "lint -q"
[tool.poe.tasks.away]
cmd = "x"
cwd = "${HOME}"
"""


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("lint", ["ruff check --fix -a"]),
        ("both", ["poe lint", "a s", "b <$OWN> (maybe)", "c"]),
        ("rich", ["poe lint --all", "poe version", "x -a"]),
        ("python", ["GAP a task of the kind interpreter, shell"]),
        ("function", ["GAP a task of the kind script"]),
        ("alias", ["poe lint -q -a"]),
    ],
)
def test_poe(target: str, expected: list[str]) -> None:
    assert commands({"pyproject.toml": POE}, opening("poe", target, "-a")) == expected


def test_poe_places() -> None:
    (body,) = bodies_of({"pyproject.toml": POE, "src/x": ""}, opening("poe", "rich", folder="src"))
    assert (body.line, body.folder, body.environment) == (9, ("docs",), {"SHARED": ("s",), "OWN": ("o",)})
    (body,) = bodies_of({"a/pyproject.toml": POE}, opening("poe", "away", folder="a"))
    assert body.folder is None


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        pytest.param('[tasks]\na = "x"\n', ["x"], id="a file of its own"),
        pytest.param('default_task_type = "shell"\n[tasks]\na = "x; y"\n', ["x", "y"], id="shells by default"),
        pytest.param("[tasks]\na = 1\n", ["GAP a task that is no text, list or table"], id="a number"),
        pytest.param('default_array_item_task_type = "cmd"\n[tasks]\na = ["x"]\n', ["x"], id="commands by default"),
        pytest.param(
            '[tasks]\na = [["x", [[[[[["y"]]]]]]]]\n',
            ["poe x", "GAP tasks within tasks, too deep to follow"],
            id="deep",
        ),
    ],
)
def test_poe_settings(tasks: str, expected: list[str]) -> None:
    assert commands({"poe_tasks.toml": tasks}, opening("poe", "a")) == expected


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        ({"pyproject.toml": POE}, opening("poe", "nothing")),
        ({"pyproject.toml": POE}, opening("poe", "<x>")),
        ({"pyproject.toml": POE}, opening("poe", "lint", folder=None)),
        ({}, opening("poe", "lint")),
        ({"pyproject.toml": "["}, opening("poe", "lint")),
    ],
)
def test_poe_that_cannot_be_seen(files: dict[str, str], asked: Opening) -> None:
    assert opened(files, asked) is None


# --- pdm -------------------------------------------------------------------------------------------------------------

PDM = """[tool.pdm.scripts]
_.env = {A = "1"}
pre_all = "before"
all = {composite = ["lint --x", "echo {args:none}", "'"], env = {B = "2", C = "$D"}, working_dir = "src"}
lint = "ruff {args:check .} && no shell"
plain = "{pdm} build"
words = {cmd = ["a b", "{args:c d}", "e"]}
more = {cmd = ["a"]}
shell = {shell = "x $A | y"}
call = {call = "pkg:main"}
quotes = "'"
number = 1
"""


@pytest.mark.parametrize(
    ("target", "arguments", "expected"),
    [
        ("all", "", ["before", "pdm run lint --x", "pdm run echo none", "GAP a command whose quotes do not close"]),
        ("all", "q", ["before", "pdm run lint --x", "pdm run echo q", "GAP a command whose quotes do not close"]),
        ("lint", "", ["ruff check . && no shell"]),
        ("lint", "<x> y", ["ruff <x> y && no shell"]),
        ("plain", "z", ["pdm build z"]),
        ("words", "", ["'a b' c d e"]),
        ("words", "q r", ["'a b' q r e"]),
        ("more", "q", ["a q"]),
        ("shell", "q", ["x <$A>", "y q"]),
        ("call", "", ["GAP a script of the kind call"]),
        ("quotes", "", ["GAP a command whose quotes do not close"]),
        ("number", "", ["GAP a script of the kind cmd"]),
        ("pytest", "-x", ["pytest -x"]),
    ],
)
def test_pdm(target: str, arguments: str, expected: list[str]) -> None:
    assert commands({"pyproject.toml": PDM}, opening("pdm", target, arguments)) == expected


def test_pdm_places() -> None:
    before, body = bodies_of({"a/pyproject.toml": PDM}, opening("pdm", "all", folder="a"))
    assert (before.folder, body.folder, body.line) == (("a",), ("a/src",), 4)
    assert body.environment == {"A": ("1",), "B": ("2",)}
    assert opened({}, opening("pdm", "all")) is None
    assert opened({"pyproject.toml": PDM}, opening("pdm", "<x>")) is None


# --- hatch -----------------------------------------------------------------------------------------------------------

HATCH = """[tool.hatch.envs.default]
dependencies = ["pytest"]
env-vars = {A = "1", B = "{root}"}
[tool.hatch.envs.default.scripts]
test = "pytest {args:tests} $A"
cov = [
  "test --cov",
  "- coverage report {matrix:x}",
]
loop = "loop more"
odd = 1
[tool.hatch.envs.lint]
detached = true
dependencies = []
[tool.hatch.envs.lint.scripts]
all = "ruff {root}"
[tool.hatch.envs.docs]
extra-dependencies = ["mkdocs"]
extra-scripts = {build = "mkdocs build"}
[tool.hatch.envs.a]
template = "b"
[tool.hatch.envs.b]
template = "a"
"""
INSTALL = "python -m pip install pytest ."


@pytest.mark.parametrize(
    ("target", "arguments", "expected"),
    [
        ("test", "", [INSTALL, "pytest tests 1"]),
        ("test", "-k <x>", [INSTALL, "pytest -k <x> 1"]),
        ("cov", "", [INSTALL, "pytest --cov 1", "coverage report <matrix:x>"]),
        ("cov", "-x", [INSTALL, "pytest '--cov' -x 1".replace("'", ""), "coverage report <matrix:x>"]),
        ("default:test", "", [INSTALL, "pytest tests 1"]),
        ("lint:all", "", ["ruff ."]),
        ("docs:build", "", [INSTALL.replace(" .", " mkdocs ."), "mkdocs build"]),
        ("docs.py3.12:test", "", [INSTALL.replace(" .", " mkdocs ."), "pytest tests 1"]),
        ("python", "x.py", [INSTALL, "python x.py"]),
        ("loop", "", [INSTALL, "GAP scripts within scripts, too deep to follow"]),
    ],
)
def test_hatch(target: str, arguments: str, expected: list[str]) -> None:
    found = commands({"pyproject.toml": HATCH}, opening("hatch", target, arguments))
    assert found == expected


def test_hatch_places() -> None:
    (body,) = bodies_of(
        {"hatch.toml": HATCH.replace("tool.hatch.", ""), "x/y": ""}, opening("hatch", "cov", folder="x")
    )
    assert (body.path, body.line, body.folder, body.contained) == ("hatch.toml", 6, (), True)
    assert body.environment == {"A": ("1",)}


@pytest.mark.parametrize("target", ["nothing:x", "lint:", "<x>", "+py=3", "odd", ""])
def test_hatch_that_cannot_be_seen(target: str) -> None:
    assert opened({"pyproject.toml": HATCH}, opening("hatch", target)) is None


def test_hatch_without_a_file() -> None:
    assert opened({}, opening("hatch", "x")) is None
    assert opened({"pyproject.toml": HATCH}, opening("hatch", "x", folder=None)) is None


# --- pixi ------------------------------------------------------------------------------------------------------------

PIXI = """[tasks]
a = "b c"
d = {cmd = "e {{ x }} $A", depends-on = ["a", {task = "f", args = ["1"]}], cwd = "src", env = {A = "1", B = "$C"}}
list = ["a"]
words = {cmd = ["a b", "c"]}
odd = {cmd = 1, depends_on = 2}
one = {depends-on = "a"}
[feature.x.tasks]
a = "of a feature"
[feature.x.target.win-64.tasks]
a = "of windows"
[target.linux-64.tasks]
only = "here"
"""


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("a", ["b c -q", "of a feature -q", "of windows -q"]),
        ("d", ["pixi run a", "pixi run f 1", "e <x> 1 -q"]),
        ("list", ["pixi run a"]),
        ("words", ["'a b' c -q"]),
        ("odd", ["GAP a dependency without a name", "GAP a command that is neither a text nor a list of texts"]),
        ("one", ["pixi run a"]),
        ("only", ["here -q"]),
        ("pytest", ["pytest -q"]),
    ],
)
def test_pixi(target: str, expected: list[str]) -> None:
    assert commands({"pixi.toml": PIXI}, opening("pixi", target, "-q")) == expected


def test_pixi_places() -> None:
    files = {"a/pyproject.toml": '[tool.pixi.tasks.d]\ncmd = "x"\ncwd = 1\n[tool.other]\n'}
    (body,) = bodies_of(files, opening("pixi", "d", file="a/pyproject.toml"))
    assert (body.line, body.folder) == (1, None)
    (body,) = bodies_of({"pixi.toml": PIXI}, opening("pixi", "d"))
    assert (body.line, body.folder, body.environment) == (3, ("src",), {"A": ("1",)})


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        ({}, opening("pixi", "a")),
        ({"pyproject.toml": "x = 1"}, opening("pixi", "a")),
        ({"pixi.toml": PIXI}, opening("pixi", "<x>")),
        ({"pixi.toml": PIXI}, opening("pixi", "a", file="<x>")),
        ({"pixi.toml": PIXI}, opening("pixi", "a", file="gone.toml")),
    ],
)
def test_pixi_that_cannot_be_seen(files: dict[str, str], asked: Opening) -> None:
    assert opened(files, asked) is None


# --- cargo -----------------------------------------------------------------------------------------------------------


def test_cargo() -> None:
    files = {
        ".cargo/config.toml": '[alias]\nlint = "clippy --all"\nt = ["test", "a b"]\nxtask = "run -p xtask --"\nn = 1\n'
    }
    assert opened(files, opening("cargo", "lint", "-q", folder="src")) == [
        ".cargo/config.toml:2 lint in src: cargo clippy --all -q"
    ]
    assert commands(files, opening("cargo", "t")) == ["cargo test 'a b'"]
    assert commands({"a/.cargo/config": "[alias]\nb = 'c'\n", **files}, opening("cargo", "lint", folder="a")) == [
        "cargo clippy --all"
    ]
    for target in ("xtask", "n", "build", "<x>"):
        assert opened(files, opening("cargo", target)) is None
    assert opened(files, opening("cargo", "lint", folder=None)) is None


# --- deno ------------------------------------------------------------------------------------------------------------

DENO = """{
  // comments, "tasks": {"a": "no"}
  "tasks": {
    "a:x": "deno lint // no comment",
    "a:y": {"command": "b", "dependencies": ["a:x"]}, /* "c": 1, */
    "c": {"dependencies": ["a:x"]},
    "d": 1,
  },
}
"""


def test_deno() -> None:
    assert opened({"deno.jsonc": DENO, "src/x": ""}, opening("deno", "a:y", "-q", folder="src")) == [
        "deno.jsonc:5 a:y: deno task a:x",
        "deno.jsonc:5 a:y: b -q",
    ]
    assert commands({"deno.json": DENO}, opening("deno", "a:*")) == ["deno lint // no comment", "deno task a:x", "b"]
    assert commands({"deno.json": DENO}, opening("deno", "c")) == ["deno task a:x"]
    assert commands({"deno.json": DENO}, opening("deno", "d")) == [
        "GAP a task that is neither a text nor a table with one"
    ]


def test_deno_tasks_of_a_package() -> None:
    files = {"package.json": json.dumps({"scripts": {"build": "vite"}}), "a/deno.json": DENO}
    assert commands(files, opening("deno", "build")) == ["vite"]
    assert commands(files, opening("deno", "build", folder="a")) == ["vite"]
    assert opened(files, opening("deno", "vitest")) is None
    assert opened(files, opening("deno", "<x>")) is None
    assert opened(files, opening("deno", "a:x", folder=None)) is None
