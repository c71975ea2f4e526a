"""Which steps look at the history of the repository."""

from __future__ import annotations

import pytest

from dependence.made import situation
from needful.effects.looking_back import looks

CHECKOUT = "{uses: actions/checkout@v7, with: {fetch-depth: 0}}"
FILES = {
    "package.json": '{"scripts": {"lint": "eslint .", "blame": "git blame x"}}',
    "Makefile": 'VERSION := $(shell git describe)\nall:\n\techo "$(VERSION)"\nlint:\n\tyamllint .\n',
    "plain.txt": "requests\n",
    "own.txt": "requests\n./library\n",
    "pyproject.toml": "[project]\nname = 'shop'\n",
    "library/pyproject.toml": "[tool.hatch.version]\nsource = 'vcs'\n",
}
BLIND = [
    "ruff check .",
    "npx eslint . --max-warnings 0",
    "npm ci",
    "npm run lint",
    "sudo apt-get install -y jq && jq . x.json",
    "git config user.name me; git status; git submodule update --init",
    "git diff --exit-code -- dist",
    "git rev-parse --short HEAD",
    "pip install ruff",
    "pip install -r plain.txt",
    "pip install .",
    "uv sync",
    "cargo fmt --check",
    "cd library && mypy .",
]
LOOKING = [
    "git log -1",
    "git tag",
    "git describe --tags",
    "git diff main",
    "git diff --cached",
    "git rev-parse origin/main",
    "git rev-parse",
    "git fetch origin main",
    "git checkout other",
    "git merge-base a b",
    "npm run blame",
    "make all",
    "pip install -r own.txt",
    "pip install -r lost.txt",
    'pip install "$PACKAGE"',
    "pip install ./library",
    "pip install 'tool @ git+https://example.org/tool'",
    "cd library && uv sync",
    "go build ./...",
    "dotnet build",
    "docker build .",
    "eslint $(git diff --name-only origin/main)",
    "biome check --changed",
    "prettier --check . --since=main",
    "cat .git/HEAD",
    "./lost.sh",
    "acme .",
]


def looked(step: str, top: str = "") -> list[bool]:
    """Whether each look of a step behind a checkout is one of the project's own code only."""
    text = f"on: push\n{top}jobs:\n  job: {{runs-on: ubuntu-latest, steps: [{CHECKOUT}, {step}]}}\n"
    found = situation(text, FILES)
    return [look.own for step in found.steps["job"] for look in looks(step, found.repository)]


def quoted(command: str) -> str:
    return "{run: '" + command.replace("'", "''") + "'}"


@pytest.mark.parametrize("command", BLIND)
def test_command_looks_at_files_only(command: str) -> None:
    assert not looked(quoted(command))


@pytest.mark.parametrize("command", LOOKING)
def test_command_looks_at_the_history_or_may(command: str) -> None:
    assert False in looked(quoted(command))


@pytest.mark.parametrize("command", ["pytest", "npx vitest run", "go test ./...", "cargo test"])
def test_code_of_the_project_may_look_at_it(command: str) -> None:
    assert looked(quoted(command)) == [True]


@pytest.mark.parametrize(
    ("step", "looks_at_it"),
    [
        ("uses: actions/setup-node@v7", False),
        ("uses: astral-sh/ruff-action@v4", False),
        ("uses: 'astral-sh/ruff-action@v4', with: {args: check, src: $(git diff origin/main)}", True),
        ("uses: dorny/paths-filter@v3", True),
        ("uses: gittools/actions/gitversion/setup@v4", True),
        ("uses: acme/lint@v1", True),
        ("uses: ./lost", True),
        ("uses: 'docker://alpine'", True),
        ("uses: actions/upload-artifact@v7, with: {name: a, path: dist}", False),
        ("uses: actions/upload-artifact@v7, with: {name: a, path: '${{ github.workspace }}'}", True),
        ("uses: actions/upload-artifact@v7, with: {name: a}", True),
        ("uses: actions/cache@v6, with: {key: a, path: ~/.npm}", False),
        ("uses: actions/cache@v6, with: {key: a, path: .git/lfs}", True),
        ("run: ruff check, env: {NX_HEAD: x}", True),
        ("run: ruff check, env: {COLOUR: x}", False),
    ],
)
def test_actions_and_variables(step: str, looks_at_it: bool) -> None:
    assert bool(looked("{" + step + "}")) == looks_at_it


def test_variable_of_the_workflow_counts_too() -> None:
    assert False in looked(quoted("ruff check"), "env: {SONAR_HOST: x}\n")
