"""Tests that run in parts behind a gate: what is proved, what is not, and where the option goes."""

from __future__ import annotations

import pytest

from dependence.made import HEAD, analysis, files_of, situation
from needful.dependence import gate, proof, proof_shards
from needful.dependence.parts import Part
from needful.dependence.proof import prove
from needful.dependence.sharding import runners
from needful.dependence.shards import outside, reports, shard_operations, shards_of, ties, whole, with_part
from needful.document.writer import rewrite

FILES = {"package.json": '{"scripts": {"test": "jest"}, "devDependencies": {"jest": "^29.1.0"}}'}
BEFORE = """\
  unit:
    name: Unit tests
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: npm test
      - uses: actions/upload-artifact@v7
        with: {name: report, path: out}
  done: {needs: unit, runs-on: ubuntu-latest, steps: [{run: echo}]}
"""
SHARDED = frozenset({Part.SHARDS})


def parted(text: str, files: dict[str, str] | None = None, count: int = 3) -> str:
    """The workflow with its tests in parts."""
    seen = situation(text, FILES if files is None else files)
    job = seen.job("unit")
    (runner,) = runners(seen, job)
    shards = shards_of(seen, job, runner.step, count)
    assert shards is not None
    return rewrite(seen.workflow.document, tuple(shard_operations(seen, shards))).document.source.text


def missing(before: str, after: str, files: dict[str, str] | None = None) -> dict[str, str]:
    """What is not shown, with the reason."""
    known = FILES if files is None else files
    found = prove(situation(before, known), situation(after, known), None, SHARDED)
    return {each.what: each.why_not for each in found if not each.shown}


AFTER = parted(BEFORE)


def test_tests_in_parts_are_proved() -> None:
    assert missing(BEFORE, AFTER) == {}
    assert "name: 'report-${{ matrix.part }}'" in AFTER
    assert AFTER.count("name: Unit tests") == 2


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("part: [1, 2, 3]", "part: [1, 2]", proof_shards.ALL_TESTS),
        ("part: [1, 2, 3]", "part: [1, 2, 2]", proof_shards.ALL_TESTS),
        ("part: [1, 2, 3]", "part: [0, 1, 2]", proof_shards.ALL_TESTS),
        ("part: [1, 2, 3]", "part: [1, 2, '3']", proof_shards.ALL_TESTS),
        ("part: [1, 2, 3]", "part: [1]", proof_shards.ALL_TESTS),
        ("fail-fast: false", "fail-fast: true", proof_shards.ALL_TESTS),
        ("}}/3", "}}/4", proof_shards.ALL_TESTS),
        ("npm test -- --shard", "npm test --shard", proof_shards.ALL_TESTS),
        ("report-${{ matrix.part }}", "report", proof_shards.ALL_TESTS),
        ("uses: actions/checkout@v7", "uses: actions/checkout@v6", proof_shards.ALL_TESTS),
        ("  unit-parts:\n", "  unit-parts:\n    timeout-minutes: 5\n", proof_shards.ALL_TESTS),
        ("    if: always()\n", "", gate.STANDS_FOR),
        ("exit 1", "exit 0", gate.STANDS_FOR),
        ("permissions: {}", "permissions: {contents: write}", gate.STANDS_FOR),
        ("{run: echo}", "{run: echo done}", proof.WORK),
        ("done: {needs: unit,", "done: {needs: unit-parts,", proof.KEPT),
    ],
)
def test_a_change_beside_it_is_seen(old: str, new: str, what: str) -> None:
    assert old in AFTER
    assert what in missing(BEFORE, AFTER.replace(old, new, 1))


def test_other_jobs_are_seen() -> None:
    assert proof_shards.ALL_TESTS in missing(BEFORE, BEFORE)
    assert proof.KEPT in missing(BEFORE, AFTER + "  more: {runs-on: ubuntu-latest, steps: [{run: echo}]}\n")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (
            "    runs-on: ubuntu-latest\n    steps",
            "    concurrency: a\n    runs-on: ubuntu-latest\n    steps",
            proof_shards.ONE_JOB,
        ),
        ("    runs-on: ubuntu-latest\n    steps", "    runs-on: self-hosted\n    steps", proof_shards.ONE_JOB),
        ("      - run: npm test", "      - run: npm publish\n      - run: npm test", proof_shards.ONCE),
        ("      - run: npm test", "      - uses: acme/report@v1\n      - run: npm test", proof_shards.ONCE),
        ("      - run: npm test\n", "      - run: npm test\n        env: {A: '${{ secrets.A }}'}\n", proof_shards.ONCE),
        ("{name: report, path: out}", "{path: out}", proof_shards.REPORTS),
        ("[{run: echo}]", "[{uses: actions/download-artifact@v8, with: {name: report}}]", proof_shards.REPORTS),
        ("needs: unit,", "needs: unit, if: failure(),", gate.CANCELLED),
        ("      - run: npm test", "      - uses: Swatinem/rust-cache@v2\n      - run: npm test", proof_shards.CACHED),
    ],
)
def test_what_forbids_it(old: str, new: str, what: str) -> None:
    assert old in BEFORE
    text = BEFORE.replace(old, new, 1)
    assert what in missing(text, parted(text))


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"package.json": '{"scripts": {"test": "jest"}}'}, "package.json does not ask for jest 28 or later"),
        (
            {"package.json": FILES["package.json"].replace("^29", "^27")},
            "package.json does not ask for jest 28 or later",
        ),
        ({"package.json": FILES["package.json"].replace("^29.1.0", "latest")}, "package.json does not ask for jest"),
        ({**FILES, "jest.config.ts": "coverageThreshold: {}"}, "jest.config.ts asks for a share of the code"),
        ({"package.json": FILES["package.json"].replace('"jest"}', '"jest --coverage"}')}, "`--coverage` is about all"),
        (
            {"package.json": FILES["package.json"].replace('"jest"}', '"jest --runInBand"}')},
            "`--runInBand` is about all",
        ),
    ],
)
def test_what_the_runner_may_need_whole(files: dict[str, str], reason: str) -> None:
    assert missing(BEFORE, parted(BEFORE, files), files)[proof_shards.PARTABLE].startswith(reason)


def test_a_runner_that_compiles_does_so_in_each_part() -> None:
    text = BEFORE.replace("npm test", "cargo nextest run")
    assert "compiles" in missing(text, parted(text))[proof_shards.PARTABLE]
    built = text.replace("      - run: cargo", "      - run: cargo nextest run --no-run\n      - run: cargo")
    job = situation(built, FILES).job("unit")
    assert len(list(runners(situation(built, FILES), job))) == 2


def test_who_needs_another_program_is_not_parted_unseen() -> None:
    text = BEFORE.replace("npm test", "pytest")
    assert "pytest-split" in missing(text, parted(text))[proof_shards.PARTABLE]


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("npm test", "npm test -- --shard=${{ matrix.part }}/3"),
        ("npm run test", "npm run test -- --shard=${{ matrix.part }}/3"),
        ("yarn test", "yarn test --shard=${{ matrix.part }}/3"),
        ("pnpm test", "pnpm test --shard=${{ matrix.part }}/3"),
        ("npx jest --ci", "npx jest --ci --shard=${{ matrix.part }}/3"),
        ("npm test -- --silent", ""),
        ("npx jest && echo done", ""),
        ("npx jest | tee log", ""),
        ("npx jest\\n", ""),
    ],
)
def test_where_the_option_goes(run: str, expected: str) -> None:
    seen = situation(BEFORE.replace("npm test", run), FILES)
    found = [with_part(seen, runner, 3) for runner in runners(seen, seen.job("unit"))]
    assert found == [expected] or (not expected and not any(found))


def test_a_script_that_does_more_is_left_alone() -> None:
    for script in ("jest && eslint .", "tsc; jest"):
        seen = situation(BEFORE, {"package.json": FILES["package.json"].replace('"jest"}', f'"{script}"}}')})
        assert not any(with_part(seen, runner, 3) for runner in runners(seen, seen.job("unit")))
    broken = situation(BEFORE.replace("npm test", "npx jest"), {"package.json": "{"})
    assert [with_part(broken, runner, 2) for runner in runners(broken, broken.job("unit"))]


def test_a_name_that_is_taken_is_not_written() -> None:
    text = BEFORE + "  Unit-Parts: {runs-on: ubuntu-latest, steps: [{run: echo}]}\n"
    seen = analysis(text, FILES).situation
    (runner,) = runners(seen, seen.job("unit"))
    assert shards_of(seen, seen.job("unit"), runner.step, 2) is None


def test_installing_browsers_runs_no_tests() -> None:
    workflow, _ = files_of(HEAD + "  unit: {runs-on: x, steps: [{run: npx playwright install}]}\n")
    seen = situation(workflow.document.source.text)
    assert not list(runners(seen, seen.job("unit")))


def test_outputs_forbid_it() -> None:
    seen = situation(BEFORE.replace("    steps", "    outputs: {a: b}\n    steps"), FILES)
    assert any("puts something out" in why for why in ties(seen, seen.job("unit")))


def test_settings_that_cannot_be_read_run_no_script() -> None:
    files = {"package.json": '{"scripts": {"test": "jest"}}', "jest.config.js": ""}
    seen = situation(BEFORE, files)
    (runner,) = runners(seen, seen.job("unit"))
    broken = situation(BEFORE, {"package.json": "{"})
    assert with_part(broken, runner, 2) == ""
    assert "does not ask for jest" in next(whole(broken, broken.job("unit"), runner))


def test_what_one_part_after_the_other_would_leave() -> None:
    text = BEFORE.replace("      - run: npm test", "      - run: docker push acme/app\n      - run: npm test")
    assert list(outside(situation(text, FILES), situation(text, FILES).job("unit")))
    comment = BEFORE.replace("      - run: npm test", "      - run: gh pr comment 1 --body x\n      - run: npm test")
    seen = situation(comment, FILES)
    assert list(outside(seen, seen.job("unit")))
    named = situation(BEFORE.replace("{name: report,", "{name: 'report-${{ github.run_id }}',"), FILES)
    assert list(reports(named, named.job("unit")))
