"""Steps of a job that moved to jobs of their own: what is proved, and what each obligation sees."""

from __future__ import annotations

import pytest

from dependence.made import HEAD, situation
from needful.dependence import gate, proof, proof_split
from needful.dependence.parts import Part
from needful.dependence.proof import prove

SPLIT = frozenset({Part.SPLIT})
BEFORE = """\
  test:
    name: Tests
    runs-on: ubuntu-latest
    env: {A: b}
    steps:
      - uses: actions/checkout@v7
      - run: pip install -r requirements.txt
      - run: mypy .
      - run: pytest
  behind: {needs: test, runs-on: ubuntu-latest, steps: [{run: echo done}]}
"""
GATE = """\
  test:
    name: Tests
    needs: [test-types, test-suite]
    if: always()
    runs-on: ubuntu-latest
    permissions: {}
    steps:
      - if: needs.test-types.result != 'success' || needs.test-suite.result != 'success'
        run: exit 1
"""
TYPES = """\
  test-types:
    name: Tests (types)
    runs-on: ubuntu-latest
    env: {A: b}
    steps:
      - uses: actions/checkout@v7
      - run: pip install -r requirements.txt
      - run: mypy .
"""
SUITE = TYPES.replace("types", "suite").replace("mypy .", "pytest")
BEHIND = BEFORE[BEFORE.index("  behind") :]
AFTER = GATE + TYPES + SUITE + BEHIND


def missing(before: str, after: str) -> dict[str, str]:
    """What is not shown, with the reason."""
    return {one.what: one.why_not for one in prove(situation(before), situation(after), None, SPLIT) if not one.shown}


def test_checks_that_share_their_set_up_may_part() -> None:
    assert missing(BEFORE, AFTER) == {}


@pytest.mark.parametrize(
    ("old", "new", "what", "reason"),
    [
        ("    if: always()\n", "", gate.STANDS_FOR, "`test` does not look at the results of all of them"),
        ("if: always()", "if: success()", gate.STANDS_FOR, "`test` does not look at the results of all of them"),
        (" || needs.test-suite.result != 'success'", "", gate.STANDS_FOR, "`test` does not look at the results"),
        ("[test-types, test-suite]", "[test-types]", gate.STANDS_FOR, "`test` does not wait for all jobs"),
        ("    permissions: {}\n", "", gate.STANDS_FOR, "`test` has permissions that it does not use"),
        (
            "    permissions: {}\n",
            "    permissions: {}\n    timeout-minutes: 5\n",
            gate.STANDS_FOR,
            "`test` has `timeout-minutes`",
        ),
        (
            "    name: Tests\n    needs",
            "    name: Test\n    needs",
            proof.KEPT,
            "`test` and those that came of it are not called",
        ),
        ("Tests (types)", "Tests (suite)", proof.KEPT, "`test` and those that came of it are not called"),
        ("    env: {A: b}\n", "    env: {A: c}\n", proof.KEPT, "`test` has another `env` in `test-types`"),
        ("      - run: mypy .\n", "", proof_split.EVERY_STEP, "no job has “mypy .”"),
        ("mypy .", "mypy src", proof_split.EVERY_STEP, "`test` has other steps than before"),
        ("needs: test,", "needs: test-suite,", proof.KEPT, "`behind` has another `needs`"),
    ],
)
def test_a_change_beside_it_is_seen(old: str, new: str, what: str, reason: str) -> None:
    assert old in AFTER
    assert missing(BEFORE, AFTER.replace(old, new, 1))[what].startswith(reason)


@pytest.mark.parametrize(
    ("old", "new", "what", "reason"),
    [
        (
            "mypy .",
            "mypy . --junit-xml x.xml",
            proof_split.HANDED,
            "“mypy . --junit-xml x.xml” and “pytest”: nobody knows",
        ),
        ("run: mypy .", 'run: mypy . && echo "A=b" >> "$GITHUB_ENV"', proof_split.HANDED, "“mypy . && echo"),
        (
            "run: pytest",
            "run: pytest\n        if: failure()",
            proof_split.ASKED,
            "the `if` of “pytest” asks",
        ),
        (
            "pip install -r requirements.txt",
            "./prepare",
            proof_split.ONCE,
            "“./prepare” stands in several jobs",
        ),
        ("run: pytest", "run: npm publish", proof_split.AFTER_FAILURE, "publishes"),
        ("    env:", "    concurrency: x\n    env:", proof_split.SEPARATE, "`test` belongs to a concurrency group"),
        ("ubuntu-latest\n", "[self-hosted, x]\n", proof_split.SEPARATE, "`test`"),
        (
            "uses: actions/checkout@v7",
            "uses: Swatinem/rust-cache@v2",
            proof_split.CACHED,
            "the cache of swatinem/rust-cache",
        ),
    ],
)
def test_what_cannot_be_shown_is_named(old: str, new: str, what: str, reason: str) -> None:
    before, work = BEFORE.replace(old, new), (TYPES + SUITE).replace(old, new)
    assert before != BEFORE
    assert reason in missing(before, GATE + work + BEHIND)[what]


def test_a_gate_is_skipped_where_the_job_was() -> None:
    before = BEFORE.replace("    env:", "    if: github.event_name == 'push'\n    env:")
    work = (TYPES + SUITE).replace("    env:", "    if: github.event_name == 'push'\n    env:")
    skipped = GATE.replace("if: always()", "if: always() && needs.test-types.result != 'skipped'")
    assert missing(before, skipped + work + BEHIND) == {}
    assert gate.STANDS_FOR in missing(before, GATE + work + BEHIND)


def test_outputs_come_from_the_job_that_has_the_steps() -> None:
    given = "    outputs: {version: '${{ steps.v.outputs.version }}'}\n"
    before = BEFORE.replace("    steps:", f"{given}    steps:", 1).replace("- run: pytest", "- {id: v, run: pytest}")
    suite = SUITE.replace("    steps:", f"{given}    steps:").replace("- run: pytest", "- {id: v, run: pytest}")
    outputs = GATE.replace(
        "    steps:", "    outputs: {version: '${{ needs.test-suite.outputs.version }}'}\n    steps:"
    )
    found = missing(before, outputs + TYPES + suite + BEHIND)
    assert gate.STANDS_FOR not in found
    assert gate.STANDS_FOR in missing(
        before, outputs.replace("test-suite.out", "test-types.out") + TYPES + suite + BEHIND
    )
    assert gate.STANDS_FOR in missing(before, GATE + TYPES + suite + BEHIND)


def test_a_step_that_asks_for_another_goes_with_it() -> None:
    before = BEFORE.replace("- run: mypy .", "- {id: m, run: mypy .}")
    before = before.replace("- run: pytest", "- {run: pytest, if: steps.m.outcome == 'success'}")
    work = TYPES.replace("- run: mypy .", "- {id: m, run: mypy .}")
    work += SUITE.replace("- run: pytest", "- {run: pytest, if: steps.m.outcome == 'success'}")
    assert "asks for “mypy .” by its id" in missing(before, GATE + work + BEHIND)[proof_split.HANDED]


def test_a_job_that_keeps_some_of_its_steps_gives_a_check_that_nobody_requires() -> None:
    """Without a job that stands for all, whoever waited has to wait for both; and a required check covers less."""
    matrix = "    strategy: {matrix: {os: [ubuntu-latest]}}\n    env:"
    before = BEFORE.replace("    env:", matrix)
    kept = SUITE.replace("  test-suite:", "  test:").replace("Tests (suite)", "Tests").replace("    env:", matrix)
    after = kept + TYPES.replace("    env:", matrix) + BEHIND
    assert "does not wait for `test-types`" in missing(before, after)[gate.STANDS_FOR]
    waits = after.replace("needs: test,", "needs: [test, test-types],")
    found = {
        one.what: one.why_not
        for one in prove(situation(before), situation(waits), None, SPLIT | {Part.NEEDS})
        if not one.shown
    }
    assert "shows as a check of its own" in found[gate.STANDS_FOR]


def test_other_jobs_stay_as_they_are() -> None:
    assert proof.KEPT in missing(BEFORE, AFTER + "  more: {runs-on: ubuntu-latest, steps: [{run: make}]}\n")
    assert HEAD.endswith("jobs:\n")
