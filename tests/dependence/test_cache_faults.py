"""Caches that are kept twice, or look where nothing is."""

from __future__ import annotations

import pytest

from dependence.made import situation
from needful.dependence.cache_faults import keeper, misplaced
from needful.dependence.cache_removal import SLOWER, TWICE
from needful.dependence.parts import Part
from needful.dependence.proof import prove

FILES = {"package-lock.json": "{}", "yarn.lock": "", "requirements.txt": "", "pom.xml": "", "go.mod": "", "go.sum": ""}
CACHE = "{{uses: actions/cache@v6, with: {{key: k, path: {}}}}}"


def job(setup: str, path: str, runner: str = "ubuntu-latest") -> str:
    steps = f"{{uses: actions/checkout@v7}}, {{{setup}}}, {CACHE.format(path)}, {{run: make}}"
    return f"  job: {{runs-on: {runner}, steps: [{steps}]}}\n"


def kept(setup: str, path: str, runner: str = "ubuntu-latest") -> bool:
    found = situation(job(setup, path, runner), FILES)
    return keeper(found, found.job("job"), found.steps["job"][2]) is not None


@pytest.mark.parametrize(
    ("setup", "path"),
    [
        ("uses: actions/setup-node@v7, with: {cache: npm}", "~/.npm"),
        ("uses: actions/setup-node@v7, with: {cache: yarn}", '"~/.cache/yarn/"'),
        ("uses: actions/setup-python@v7, with: {cache: pip}", "~/.cache/pip"),
        ("uses: actions/setup-java@v5, with: {cache: maven}", "~/.m2/repository"),
        ("uses: actions/setup-go@v6", "~/go/pkg/mod"),
        ("uses: actions/setup-go@v6, with: {cache: true}", '"~/go/pkg/mod\\n~/.cache/go-build\\n"'),
    ],
)
def test_set_up_action_keeps_it_as_well(setup: str, path: str) -> None:
    assert kept(setup, path)


@pytest.mark.parametrize(
    ("setup", "path", "runner"),
    [
        ("uses: actions/setup-node@v7", "~/.npm", "ubuntu-latest"),
        ("uses: actions/setup-node@v7, with: {cache: pnpm}", "~/.npm", "ubuntu-latest"),
        ("uses: actions/setup-node@v7, with: {cache: '${{ env.PM }}'}", "~/.npm", "ubuntu-latest"),
        ("uses: actions/setup-node@v7, with: {cache: npm}", "'${{ env.FOLDER }}'", "ubuntu-latest"),
        ("uses: actions/setup-node@v7, with: {cache: npm}", '"~/.npm\\n~/.cache/pip"', "ubuntu-latest"),
        ("uses: actions/setup-node@v7, with: {cache: npm}", "~/.npm", "windows-latest"),
        ("uses: actions/setup-node@v7, with: {cache: npm}", "~/.npm", "mine"),
        ("uses: actions/setup-go@v6, with: {cache: false}", "~/go/pkg/mod", "ubuntu-latest"),
        ("uses: actions/setup-go@v3", "~/go/pkg/mod", "ubuntu-latest"),
        ("uses: actions/setup-go@v6, if: github.actor", "~/go/pkg/mod", "ubuntu-latest"),
        ("uses: actions/setup-java@v5, with: {cache: gradle}", "~/.gradle/caches", "ubuntu-latest"),
        ("run: make", "~/go/pkg/mod", "ubuntu-latest"),
    ],
)
def test_nobody_else_keeps_it_for_certain(setup: str, path: str, runner: str) -> None:
    assert not kept(setup, path, runner)


def test_go_keeps_nothing_without_its_files() -> None:
    found = situation(job("uses: actions/setup-go@v6", "~/go/pkg/mod"), {"go.mod": ""})
    assert keeper(found, found.job("job"), found.steps["job"][2]) is None


def test_what_is_kept_twice_may_go_without_measuring() -> None:
    setup = "uses: actions/setup-node@v7, with: {cache: npm}"
    text = job(setup, "~/.npm")
    for before, name in ((text, TWICE), (text.replace("{cache: npm}", "{cache: yarn}"), SLOWER)):
        after = before.replace(CACHE.format("~/.npm") + ", ", "")
        assert after != before
        found = prove(situation(before, FILES), situation(after, FILES), None, frozenset({Part.CACHES}))
        assert [bool(each.shown) for each in found if each.what in (TWICE, SLOWER)] == [name == TWICE]


@pytest.mark.parametrize(
    ("path", "runner", "told"),
    [
        (
            "~/.cache/pip",
            "macos-latest",
            "on macOS, pip keeps its downloads in ~/Library/Caches/pip, not in ~/.cache/pip",
        ),
        ("~/.npm", "windows-latest", "on Windows, npm keeps its downloads in ~/AppData/Local/npm-cache, not in ~/.npm"),
        ("~/.npm", "macos-latest", ""),
        ("~/.cache/pip", "ubuntu-latest", ""),
        ("~/.cache/pip", "mine", ""),
        ("~/.cache/eslint", "macos-latest", ""),
        ('"~/.cache/pip\\n~/Library/Caches/pip"', "macos-latest", ""),
    ],
)
def test_paths_are_those_of_the_system(path: str, runner: str, told: str) -> None:
    found = situation(job("run: make", path, runner), FILES)
    assert misplaced(found, found.job("job"), found.steps["job"][2]) == told


def test_tool_may_be_told_to_keep_it_elsewhere() -> None:
    text = job("run: make, env: {PIP_CACHE_DIR: x}", "~/.cache/pip", "macos-latest")
    found = situation(text, FILES)
    assert not misplaced(found, found.job("job"), found.steps["job"][2])
