"""The judges bite: each finds what is in its trade, and nothing in what is fine."""

from __future__ import annotations

from pathlib import Path

import pytest

from judges import JUDGES, Finding, Judge, findings, new_findings, why_absent

pytestmark = [pytest.mark.judged, pytest.mark.slow]

FINE = b"""\
name: CI
on:
  push:
    branches: [main]
permissions:
  contents: read
concurrency:
  group: ci
  cancel-in-progress: true
jobs:
  test:
    name: Test
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - run: make test
"""

# What late 2026 has and the judges' releases may not know yet.
NEW_SYNTAX = b"""\
name: New
on: push
permissions: {}
jobs:
  test:
    name: Test
    runs-on: ubuntu-24.04
    cache-mode: read
    concurrency: {group: a, queue: max}
    environment: {name: x, deployment: false}
    steps:
      - run: echo "$WORD"
        env: &words
          WORD: ${{ case(github.ref_name == 'main', 'a', 'b') }}
      - parallel:
          - run: make lint
          - run: make types
      - run: make server
        id: server
        background: true
      - run: make test
        env: *words
      - cancel: server
"""

TROUBLES: dict[str, tuple[bytes, bytes, set[Judge]]] = {
    "a need that does not exist": (
        b"    runs-on: ubuntu-24.04\n",
        b"    needs: [buidl]\n    runs-on: ubuntu-24.04\n",
        {"github", "actionlint"},
    ),
    "no runs-on": (b"    runs-on: ubuntu-24.04\n", b"", {"github", "actionlint", "schema", "zizmor"}),
    "a cycle": (
        b"    runs-on: ubuntu-24.04\n",
        b"    needs: test\n    runs-on: ubuntu-24.04\n",
        {"github", "actionlint"},
    ),
    "an unpinned action": (
        b"      - run: make test\n",
        b"      - uses: someone/something@v1\n      - run: make test\n",
        {"zizmor"},
    ),
    "a misspelt key": (b"    timeout-minutes: 5\n", b"    timeout-minuets: 5\n", {"github", "actionlint", "schema"}),
    "a need read that is no need": (
        b"      - run: make test\n",
        b"      - run: make test\n        env:\n          WHEN: ${{ needs.build.outputs.when }}\n",
        {"actionlint"},
    ),
    "broken YAML": (b"    steps:\n", b"    steps: [\n", {"github", "actionlint", "schema", "zizmor"}),
}


@pytest.fixture(params=JUDGES)
def judge(request: pytest.FixtureRequest) -> Judge:
    chosen: Judge = request.param
    if reason := why_absent(chosen):
        pytest.skip(reason)
    return chosen


@pytest.mark.parametrize("content", [FINE, NEW_SYNTAX], ids=["plain", "syntax of 2026"])
def test_has_nothing_to_say_of_a_fine_workflow(judge: Judge, content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "ci.yml"
    file.write_bytes(content)
    assert findings(judge, [file]) == {file: []}


def test_finds_the_troubles_of_its_trade_and_only_those(judge: Judge) -> None:
    before = {f"{name}.yml": FINE for name in TROUBLES}
    after = {f"{name}.yml": FINE.replace(old, new) for name, (old, new, _) in TROUBLES.items()}
    assert all(after[name] != FINE for name in after)
    found = new_findings(before, after, [judge])
    named = {line.split(".yml: ")[0] for line in found}
    assert named == {name for name, (_, _, judges) in TROUBLES.items() if judge in judges}, found


def test_what_was_there_before_is_not_new(judge: Judge) -> None:
    broken = {f"{name}.yml": FINE.replace(old, new) for name, (old, new, _) in TROUBLES.items()}
    moved = {name: b"# a line more\n\n" + content for name, content in broken.items()}
    assert new_findings(broken, moved, [judge]) == []


def test_the_same_trouble_twice_is_new() -> None:
    once = FINE + b"      - uses: someone/something@v1\n"
    found = new_findings({"ci.yml": once}, {"ci.yml": once + b"      - uses: someone/something@v1\n"}, ["zizmor"])
    assert len(found) == 1
    assert "unpinned-uses" in found[0]


def test_a_new_file_has_no_excuse(judge: Judge) -> None:
    assert new_findings({}, {"ci.yml": FINE.replace(b"    runs-on: ubuntu-24.04\n", b"")}, [judge]) != []


def test_zizmor_finds_the_unreadable_one_among_many(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.yml" for number in range(7)]
    for number, file in enumerate(files):
        file.write_bytes(b"jobs: [" if number == 4 else FINE + b"      - uses: someone/something@v1\n")
    said = findings("zizmor", files)
    assert [finding.kind for finding in said.pop(files[4])] == ["unreadable"]
    assert len(said) == 6
    for about in said.values():
        assert [finding.kind for finding in about] == ["unpinned-uses"]
        assert about[0].line == 17


def test_nothing_to_ask() -> None:
    assert findings("zizmor", []) == {}
    assert new_findings({}, {}) == []


def test_a_finding_knows_its_line(tmp_path: Path) -> None:
    if reason := why_absent("github"):
        pytest.skip(reason)
    file = tmp_path / "ci.yml"
    file.write_bytes(FINE.replace(b"    runs-on: ubuntu-24.04\n", b""))
    expected = Finding("syntax", "workflow (Line: 12, Col: 5): Required property is missing: runs-on", 12)
    assert findings("github", [file]) == {file: [expected]}
