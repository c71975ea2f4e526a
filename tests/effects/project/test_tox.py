"""Environments of tox, in all the files that it reads."""

from __future__ import annotations

import pytest

from effects.project.opened import bodies_of, opened, opening
from needful.effects.project.model import Opening
from needful.effects.project.reading import parse_ini
from needful.effects.project.tox_names import expanded, meant_for

INI = """[tox]
envlist = py3{11,12}, lint

[base]
before =
    coverage erase

[testenv]
deps =
    -r req.txt
    tomli; python_version < "3.11"
commands_pre = {[base]before}
commands =
    # not this
    py311: pytest {posargs:tests}
    !py311: pytest -x {posargs}
    - coverage report \\
        --show

[testenv:lint]
skip_install = true
deps = ruff
commands = ruff check {toxinidir}/src
setenv =
    A = 1
    B=<{env:HOME}>
    nothing

[testenv:d{1,2}]
base = base2
changedir = docs
commands = sphinx {toxinidir} {envname}
[base2]
deps = sphinx
"""


LEGACY = '[tool.tox]\nlegacy_tox_ini = """\n[tox]\nenvlist = a\nskipsdist = 1\n[testenv]\ncommands =\n  x\n"""\n'


def commands(ini: str, targets: str = "", arguments: str = "") -> list[str] | None:
    found = opened({"tox.ini": ini}, opening("tox", targets, arguments))
    return None if found is None else [line.split(": ", 1)[1] for line in found]


def test_environments_of_the_list() -> None:
    assert opened({"tox.ini": INI}, opening("tox", folder="")) == [
        "tox.ini:13 py311 (contained): python -m pip install -r req.txt 'tomli; python_version < \"3.11\"' .",
        "tox.ini:6 py311 (contained): coverage erase",
        "tox.ini:15 py311 (contained): pytest tests",
        "tox.ini:17 py311 (contained): coverage report --show",
        "tox.ini:13 py312 (contained): python -m pip install -r req.txt 'tomli; python_version < \"3.11\"' .",
        "tox.ini:6 py312 (contained): coverage erase",
        "tox.ini:16 py312 (contained): pytest -x",
        "tox.ini:17 py312 (contained): coverage report --show",
        "tox.ini:23 lint (contained): python -m pip install ruff",
        "tox.ini:6 lint (contained): coverage erase",
        "tox.ini:23 lint (contained): ruff check ./src",
    ]


def test_one_environment_with_arguments_from_a_folder_below() -> None:
    found = opened({"tox.ini": INI, "src/x": ""}, opening("tox", "py312", "-k <x>", folder="src"))
    assert found is not None
    assert found[2] == "tox.ini:16 py312 (contained): pytest -x -k <x>"


def test_several_environments_parted_by_commas() -> None:
    assert commands(INI, "lint,d2 d1") == [
        "python -m pip install ruff",
        "coverage erase",
        "ruff check ./src",
        "python -m pip install sphinx .",
        "sphinx <{toxinidir}> d2",
        "python -m pip install sphinx .",
        "sphinx <{toxinidir}> d1",
    ]


def test_folder_and_variables() -> None:
    (lint,) = bodies_of({"tox.ini": INI}, opening("tox", "lint"))
    assert lint.environment["A"] == ("1",)
    assert lint.environment["B"][0] == "<"
    (docs,) = bodies_of({"tox.ini": INI}, opening("tox", "d1"))
    assert docs.folder == ("docs",)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("x {/} {:} {env_name} {envpython}", "x / : e python", id="what is known"),
        pytest.param(
            "x {envdir} {tty:a:b} {env:X:y} {a,b}", "x <{envdir}> <{tty:a:b}> <{env:X:y}> <{a,b}>", id="what is not"
        ),
        pytest.param("x {posargs:a b} {posargs}", "x a b", id="defaults"),
        pytest.param(
            "x {[testenv:o]key} {[no]key} {[testenv:o]no}", "x of-o <{[no]key}> <{[testenv:o]no}>", id="of others"
        ),
        pytest.param("x {description} {no}", "x about <{no}>", id="of its own"),
        pytest.param(r"x \{a\} \#b", r"x {a} '\#b'".replace("'", "").replace("\\", ""), id="with a backslash"),
        pytest.param("x {unclosed", "x <{unclosed}>", id="a brace that does not close"),
        pytest.param("x 'y z' \"{posargs:a}\"", "x 'y z' a", id="quotes"),
        pytest.param("!- x", "x", id="marks"),
        pytest.param("x 'y", "GAP a command whose quotes do not close, or that is too long", id="open quotes"),
        pytest.param("a: x", None, id="a condition that leaves it out"),
        pytest.param("e: x # why", "x", id="a condition and a comment"),
        pytest.param("x a: b", "x a: b", id="no condition"),
    ],
)
def test_commands(line: str, expected: str | None) -> None:
    ini = f"[tox]\nskipsdist = true\n[testenv:e]\ndescription = about\ncommands = {line}\n[testenv:o]\nkey = of-o\n"
    assert commands(ini, "e") == ([expected] if expected else [])


def test_what_is_known_of_the_environment() -> None:
    found = opened(
        {"tox.ini": "[tox]\nno_package = 1\n[testenv]\ncommands = x {env:A:1}\n"}, opening("tox", "e"), A="2"
    )
    assert found == ["tox.ini:4 e (contained): x 2"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"setup.cfg": "[tox:tox]\nenv_list = a\nskipsdist = yes\n[testenv]\ncommands = x\n"},
            ["setup.cfg:5 a (contained): x"],
            id="setup.cfg",
        ),
        pytest.param(
            {"pyproject.toml": LEGACY},
            ["pyproject.toml:8 a (contained): x"],
            id="an ini in pyproject.toml",
        ),
        pytest.param(
            {"tox.toml": 'env_list = ["a"]\nno_package = true\n[env_run_base]\ncommands = [["x", "y z"]]\n'},
            ["tox.toml:4 a (contained): x 'y z'"],
            id="tox.toml",
        ),
        pytest.param({"setup.cfg": "[x]\n", "tox.toml": "env_list = []\n"}, None, id="no environments"),
        pytest.param({"tox.ini": "x\n"}, None, id="no ini"),
        pytest.param({"tox.toml": "x"}, None, id="no TOML"),
        pytest.param({"tox.ini": "[tox]\nenvlist = a\n"}, None, id="no section for it"),
        pytest.param({"tox.ini": "[tox]\nenvlist = {1-300},{1-300}\n[testenv]\n"}, None, id="too many environments"),
        pytest.param({}, None, id="no file"),
    ],
)
def test_where_settings_are(files: dict[str, str], expected: list[str] | None) -> None:
    assert opened(files, opening("tox")) == expected


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(opening("tox", "<x>"), id="an environment that is not known"),
        pytest.param(opening("tox", folder=None), id="a folder that is not known"),
        pytest.param(opening("tox", file="<x>"), id="a file that is not known"),
        pytest.param(opening("tox", file="../x"), id="a file outside"),
        pytest.param(opening("tox", file="gone.ini"), id="a file that is not there"),
    ],
)
def test_what_cannot_be_seen(asked: Opening) -> None:
    assert opened({"tox.ini": INI}, asked) is None


def test_another_file() -> None:
    files = {"ci/x.ini": "[tox]\nskipsdist=1\n[testenv]\ncommands = y\n"}
    assert opened(files, opening("tox", "a", file="ci/x.ini")) == ["ci/x.ini:4 a in ci (contained): y"]


def test_all_environments() -> None:
    assert commands("[tox]\nenvlist = a,b\nskipsdist=1\n[testenv]\ncommands = x {envname}\n", "ALL") == ["x a", "x b"]


@pytest.mark.parametrize(
    "ini",
    [
        pytest.param("[testenv]\ncommands = {[testenv]commands} {[testenv]commands}\n", id="of itself"),
        pytest.param(
            "[testenv]\ncommands = {[a0]x}\n"
            + "".join(f"[a{n}]\nx = {' '.join([f'{{[a{n + 1}]x}}'] * 30)}\n" for n in range(7)),
            id="growing",
        ),
        pytest.param(f"[testenv]\ncommands = {{[a]x}}{{[a]x}}\n[a]\nx = {'y' * 40000}\n", id="long"),
    ],
)
def test_settings_without_bounds(ini: str) -> None:
    assert commands(ini, "e") is None


def test_dependencies_that_cannot_be_read() -> None:
    assert commands("[testenv]\ndeps = 'x\ncommands = y\n", "e") == ["y", "GAP dependencies that could not be read"]


TOML = """
env_list = ["3.12", "lint"]
[env_run_base]
deps = ["pytest", "-r{tox_root}/req.txt"]
commands_pre = [["{env_name}", "{env:HOME}"]]
commands = [
  ["pytest", {replace = "posargs", default = ["tests", "-x"], extend = true}],
]
[env.lint]
skip_install = true
change_dir = "src"
set_env = {A = "1", B = 2}
commands = [
  ["ruff", {replace = "env", name = "X"}, "{posargs:.}", 3],
  {replace = "ref", of = ["env_run_base", "commands"]},
  ["x", {replace = "ref", of = ["env", "lint", "deps2"]}, {replace = "ref"}],
]
deps2 = ["a", "b"]
[env.odd]
commands = 1
change_dir = 1
"""


def test_toml() -> None:
    assert opened({"tox.toml": TOML}, opening("tox", "3.12")) == [
        "tox.toml:6 3.12 (contained): python -m pip install pytest -r./req.txt .",
        "tox.toml:6 3.12 (contained): 3.12 <{env:HOME}>",
        "tox.toml:7 3.12 (contained): pytest tests -x",
    ]
    assert opened({"tox.toml": TOML}, opening("tox", "lint", "-q <x>"), HOME="h") == [
        "tox.toml:13 lint in src (contained): python -m pip install pytest -r./req.txt",
        "tox.toml:16 lint in src (contained): lint h",
        "tox.toml:14 lint in src (contained): ruff <env X> '-q <x>' 3",
        "tox.toml:13 lint in src (contained): pytest -q <x>",
        "tox.toml:16 lint in src (contained): x a b <ref >",
    ]
    assert opened({"tox.toml": TOML}, opening("tox", "odd")) == [
        "tox.toml:20 odd (contained): python -m pip install pytest -r./req.txt .",
        "tox.toml:20 odd (contained): odd <{env:HOME}>",
    ]


@pytest.mark.parametrize(
    "toml",
    [
        pytest.param('env_list = [{product = [["a"]]}]\n[env_run_base]\n', id="a product"),
        pytest.param('env_list = "a"\n[env_run_base]\n', id="no list"),
        pytest.param('env_list = ["b"]\n[env.a]\n', id="no such environment"),
        pytest.param(
            'env_list = ["a"]\n[env.a]\ncommands = [["x", {replace = "ref", of = ["env", "a", "commands"]}]]\n',
            id="of itself",
        ),
    ],
)
def test_toml_that_is_not_clear(toml: str) -> None:
    assert opened({"tox.toml": toml}, opening("tox")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a, b\nc", ("a", "b", "c")),
        ("py3{8,9}-{x,y}", ("py38-x", "py38-y", "py39-x", "py39-y")),
        ("py3{8-10}", ("py38", "py39", "py310")),
        ("{a,}-b", ("a-b", "b")),
        ("a,,a", ("a",)),
        ("{{", ("{{",)),
        ("", ()),
        ("{1-400}", None),
    ],
)
def test_lists_of_names(text: str, expected: tuple[str, ...] | None) -> None:
    assert expanded(text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a: x", "x"),
        ("a,c: x", "x"),
        ("b: x", "x"),
        ("a-b: x", "x"),
        ("a-c: x", None),
        ("!c: x", "x"),
        ("!a: x", None),
        ("c-!a: x", None),
        ("{c,b}: x", "x"),
        ("{1-400}: x", "x"),
        ("a b: x", "a b: x"),
        ("a:x", "a:x"),
        ("a:", ""),
    ],
)
def test_lines_that_are_meant_for_some(line: str, expected: str | None) -> None:
    assert meant_for(line, "a-b") == expected


def test_a_command_that_is_not_known() -> None:
    assert commands("[tox]\nskipsdist=1\n[testenv]\ncommands = {env:X} y\n", "e") == ["<{env:X}> y"]


def test_default_arguments_within_each_other_are_followed_so_far() -> None:
    inner = "x"
    for _ in range(9):
        inner = f"{{posargs:{inner}}}"
    toml = f'no_package = true\n[env.a]\ncommands = [["c", "{inner}"]]\n'
    assert opened({"tox.toml": toml}, opening("tox", "a")) == ["tox.toml:3 a (contained): c ''"]


def test_all_that_stands_for_arguments() -> None:
    toml = 'no_package = true\n[env.a]\ncommands = [["c", {replace = "posargs"}]]\n'
    assert opened({"tox.toml": toml}, opening("tox", "a")) == ["tox.toml:3 a (contained): c"]


def test_a_line_that_goes_on_a_key_without_a_value_makes_no_ini_file() -> None:
    """Python's own parser breaks on it in another way than on all else."""
    assert parse_ini("[testenv]\ncommands\n  pytest\n") is None
