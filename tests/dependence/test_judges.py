"""Jobs that judge others: what makes them fail for certain, and what of a rewrite they see."""

from __future__ import annotations

import pytest

from dependence.made import HEAD, situation
from needful.dependence.judges import judge
from needful.dependence.proof import JUDGEMENT, prove

CODE = "steps: [{uses: actions/checkout@v7, with: {persist-credentials: false}}, {run: npm test}]"
JOBS = f"""\
{HEAD}  lint: {{runs-on: ubuntu-latest, {CODE}}}
  test: {{runs-on: ubuntu-latest, needs: lint, {CODE}}}
"""
FREED = JOBS.replace(" needs: lint,", "")
GREEN = "uses: re-actors/alls-green@v1, with: {jobs: '${{ toJSON(needs) }}'"
SKIPPED = "if: \"needs.test.result == 'skipped'\", run: exit 1"
FAILED = "if: \"contains(needs.*.result, 'failure')\", run: exit 1"
BAD = "if: \"contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled')\", run: exit 1"
ONE = "if: \"needs.test.result == 'failure'\", run: exit 1"


def judged(step: str, needs: str = "[lint, test]", keys: str = "") -> str:
    """Why it is not shown that a check with this step judges the same when `test` no longer waits; `""` if it is."""
    check = f"  check: {{runs-on: ubuntu-latest, if: always(), needs: {needs}, {keys}steps: [{{{step}}}]}}\n"
    proof = prove(situation(JOBS + check), situation(FREED + check), None)
    (found,) = (each for each in proof if each.what == JUDGEMENT)
    return found.why_not


@pytest.mark.parametrize(
    "step",
    [
        GREEN + "}",
        GREEN + ", allowed-skips: test}",
        GREEN + ', allowed-skips: "lint, test"}',
        GREEN + ", allowed-failures: \"${{ github.event_name == 'push' && 'test' || '' }}\"}",
        FAILED,
        f"{BAD}}}, {{{SKIPPED}",
        'if: "always() && needs.lint.result != \'success\'", run: "echo lint failed\\nexit 1"}, {' + SKIPPED,
        "if: \"needs.lint.result != 'success'\", shell: pwsh, run: exit 1}, {" + SKIPPED,
    ],
)
def test_a_check_that_fails_anyway_judges_the_same(step: str) -> None:
    assert judged(step) == ""


@pytest.mark.parametrize(
    "step",
    [
        GREEN + ", allowed-failures: lint}",
        GREEN + ", allowed-failures: '${{ vars.ALLOWED }}'}",
        GREEN + ", allowed-failures: \"${{ vars.ALLOWED || 'test' }}\"}",
        GREEN + "}, continue-on-error: true",
        GREEN + '}, if: "${{ failure() }}"',
        'uses: re-actors/alls-green@v1, with: {jobs: \'{"test": {"result": "${{ needs.test.result }}"}}\'}',
        "uses: someone/alls-green@v1, with: {jobs: '${{ toJSON(needs) }}'}",
        SKIPPED,
        f"{FAILED}}}, {{{SKIPPED}",
        "if: \"needs.lint.result != 'success'\", run: 'exit 1 || true'}, {" + SKIPPED,
        'if: "needs.lint.result != \'success\'", run: "exit 0\\nexit 1"}, {' + SKIPPED,
        'if: "needs.lint.result != \'success\'", run: "echo well; exit 0\\nexit 1"}, {' + SKIPPED,
        'if: "needs.lint.result != \'success\'", run: "echo ${{ github.head_ref }}\\nexit 1"}, {' + SKIPPED,
        "if: \"needs.lint.result != 'success'\", run: exit 1, shell: 'cat {0}'}, {" + SKIPPED,
        "if: \"needs.lint.result != 'success'\", run: exit 1, continue-on-error: true}, {" + SKIPPED,
        "if: \"failure() && needs.lint.result != 'success'\", run: exit 1}, {" + SKIPPED,
        "run: './judge ${{ needs.test.result }}'",
    ],
)
def test_a_check_that_may_pass_now_is_not_shown_to_judge_the_same(step: str) -> None:
    assert "may judge otherwise" in judged(step)


def test_a_shell_for_all_steps_may_make_something_else_of_an_exit() -> None:
    step = "if: \"needs.lint.result != 'success'\", run: exit 1}, {" + SKIPPED
    assert judged(step) == ""
    assert judged(step, keys="defaults: {run: {shell: 'cat {0}'}}, ") != ""


def test_what_a_check_does_beside_judging_is_compared_too() -> None:
    told = "if: \"needs.test.result == 'success'\", run: ./tell"
    assert judged(f"{BAD}}}, {{run: echo fine") == ""
    assert judged(f"{told}}}, {{{BAD}") != ""


def test_a_check_that_only_judges_may_fail_with_a_job_that_was_skipped() -> None:
    """It does not need `lint`: where `lint` failed, `test` was skipped and nobody minded. Now `test` may fail too."""
    check = "  check: {runs-on: ubuntu-latest, if: always(), needs: test, steps: [{" + ONE + "}]}\n"
    proof = prove(situation(JOBS + check), situation(FREED + check), None)
    (found,) = (each for each in proof if each.what == JUDGEMENT)
    assert "`check` decides the same, or fails with a job that was skipped before" in found.shown


def test_a_check_that_does_more_may_not() -> None:
    assert judged(f"{ONE}}}, {{run: ./tell", needs="test") != ""
    assert judged(f"{ONE}}}, {{run: ./tell", needs="test", keys="outputs: {a: b}, ") != ""


def test_a_check_that_minds_that_a_job_runs_at_all_judges_otherwise() -> None:
    assert judged("if: \"needs.test.result == 'success'\", run: exit 1", needs="test") != ""
    assert judged(SKIPPED, needs="test") != ""


def test_alls_green_may_be_shown_more_jobs() -> None:
    """A gate that moves to it changes the text that it is shown, not what it makes of it."""
    build = f"  build: {{runs-on: ubuntu-latest, needs: test, {CODE}}}\n"
    check = f"  check: {{runs-on: ubuntu-latest, if: always(), needs: NEEDS, steps: [{{{GREEN}}}}}]}}\n"
    before = situation(JOBS + build + check.replace("NEEDS", "[build]"))
    after = situation(FREED + build + check.replace("NEEDS", "[build, lint]"))
    (found,) = (each for each in prove(before, after, None) if each.what == JUDGEMENT)
    assert found.shown


@pytest.mark.parametrize(
    ("steps", "alone"),
    [
        ("{" + FAILED + "}", True),
        ("{run: exit 1}", True),
        ("{" + GREEN + "}}", True),
        ("{" + GREEN + ", allowed-skips: \"${{ github.event_name == 'push' && 'a' || '' }}\"}}", False),
        ("{" + FAILED + "}, {run: make}", False),
        ('{if: "true ${{ github.ref }}", run: exit 1}', False),
    ],
)
def test_who_does_nothing_but_judge(steps: str, alone: bool) -> None:
    workflow = situation(f"{HEAD}  job: {{runs-on: ubuntu-latest, steps: [{steps}]}}\n").workflow
    assert judge(workflow, workflow.jobs[0]).alone is alone
