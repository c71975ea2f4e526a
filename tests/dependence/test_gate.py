"""A job that stands for others: what is written, what is no gate, and that nobody can tell."""

from __future__ import annotations

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from dependence.generated import outcomes, workflows
from dependence.interpreter import jobs_of, made_by, needs_of, play
from dependence.made import HEAD, files_of, situation
from needful.dependence.gate import gate_operations, no_gate_for, not_a_gate, sees_cancelled
from needful.dependence.parts import jobs_of as plain_jobs_of
from needful.document.operations import CopyKey
from needful.document.parse import parse
from needful.document.writer import rewrite
from needful.source import Source

TEST = """\
  # the tests
  test:
    name: Unit tests # as branch protection knows them
    needs: [lint]
    if: github.event_name == 'push'
    runs-on: [windows-latest]
    timeout-minutes: 20
    outputs:
      covered: ${{ steps.test.outputs.covered }}
    env: {CI: true}
    steps:
      - uses: actions/checkout@v7
      - {id: test, run: make test}

  docs: {runs-on: ubuntu-latest, steps: [{run: make docs}]}
"""
GATED = """\
  # the tests
  test:
    name: Unit tests # as branch protection knows them
    needs: test-work
    if: always() && needs.test-work.result != 'skipped'
    runs-on: ubuntu-latest
    permissions: {}
    outputs:
      covered: ${{ needs.test-work.outputs.covered }}
    steps:
      - if: needs.test-work.result != 'success'
        run: exit 1
"""


def gated(text: str, job_id: str, *names: str) -> str:
    """A workflow in which a job was copied under other names and made their gate."""
    workflow, _ = files_of(text)
    job = workflow.job(job_id)
    assert job is not None
    assert no_gate_for(workflow, job) == ""
    copies = [CopyKey(job.path, name) for name in reversed(names)]
    sources = {output.name: names[0] for output in job.outputs}
    operations = (*copies, *gate_operations(workflow, job, names, sources))
    return rewrite(workflow.document, operations).document.source.text


def test_the_gate_keeps_name_id_and_comments_and_stands_above_the_copy() -> None:
    text = HEAD + TEST + "  lint: {runs-on: ubuntu-latest, steps: [{run: make lint}]}\n"
    after = gated(text, "test", "test-work")
    assert after.startswith(HEAD + GATED)
    copied = TEST.partition("  test:\n")[2]
    assert after[len(HEAD + GATED) :].lstrip("\n").startswith("  test-work:\n" + copied)


def test_a_gate_of_several_jobs_that_are_never_skipped() -> None:
    text = HEAD + "  test:\n    runs-on: ubuntu-latest\n    steps:\n    - run: make test\n"
    assert gated(text, "test", "test-a", "test-b").startswith(
        HEAD
        + """\
  test:
    needs: [test-a, test-b]
    if: always()
    runs-on: ubuntu-latest
    permissions: {}
    steps:
    - if: needs.test-a.result != 'success' || needs.test-b.result != 'success'
      run: exit 1
"""
    )


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ("strategy: {matrix: {a: [1, 2]}}, runs-on: ubuntu-latest", "has a check name for each leg of its matrix"),
        ("continue-on-error: true, runs-on: ubuntu-latest", "is one whose failure the run forgives"),
        ("runs-on: [self-hosted, linux]", "may run on a machine that is not GitHub's own"),
        ("runs-on: '${{ vars.RUNNER }}'", "may run on a machine that is not GitHub's own"),
    ],
)
def test_for_some_jobs_there_is_no_gate(keys: str, reason: str) -> None:
    workflow, _ = files_of(HEAD + f"  test: {{{keys}, steps: [{{run: make}}]}}\n")
    (job,) = workflow.jobs
    assert no_gate_for(workflow, job).startswith(reason)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("    permissions: {}\n", "    permissions: {}\n    env: {A: b}\n", "has `env`, although"),
        ("name: Unit tests", "name: Tests", "is called otherwise"),
        ("needs: test-work\n", "needs: [test-work, lint]\n", "does not wait for all jobs"),
        ("needs: test-work\n", "needs: lint\n", "does not wait for all jobs"),
        ("    permissions: {}\n", "", "has permissions"),
        ("permissions: {}\n", "permissions: {contents: read}\n", "has permissions"),
        ("runs-on: ubuntu-latest", "runs-on: big-machine", "runs on another machine"),
        ("always() && needs.test-work.result != 'skipped'", "always()", "does not look at the results"),
        ("always() && ", "", "does not look at the results"),
        ("result != 'success'", "result == 'failure'", "does not look at the results"),
        ("exit 1", "exit 0", "does not look at the results"),
    ],
)
def test_what_is_no_gate(old: str, new: str, reason: str) -> None:
    assert old in GATED
    was, now = (plain_jobs_of(parse(Source("", "jobs:\n" + text)).plain)["test"] for text in (TEST, GATED))
    assert not_a_gate(now, was, ["test-work"]) == ""
    assert not_a_gate({**now, "needs": ["test-work"]}, was, ["test-work"]) == ""
    other = plain_jobs_of(parse(Source("", "jobs:\n" + GATED.replace(old, new))).plain)["test"]
    assert not_a_gate(other, was, ["test-work"]).startswith(reason)
    assert not_a_gate(now, {**was, "strategy": {}}, ["test-work"]).startswith("had legs")
    assert not_a_gate(now, {**was, "continue-on-error": False}, ["test-work"]).startswith("had legs")


def test_a_gate_that_may_be_skipped_alone_is_none() -> None:
    """Where the job was never skipped, nothing may skip its gate."""
    now = plain_jobs_of(parse(Source("", "jobs:\n" + GATED)).plain)["test"]
    never = {key: value for key, value in now.items() if key not in ("if", "needs")}
    assert not_a_gate(now, never, ["test-work"]) == "does not look at the results of all of them"


@pytest.mark.parametrize(
    ("end", "seen"),
    [
        pytest.param("if: failure(), steps: [{run: make}]", True, id="runs after failures"),
        pytest.param("if: '!success()', steps: [{run: make}]", False, id="runs unless all went well"),
        pytest.param("if: cancelled(), steps: [{run: make}]", False, id="runs if somebody stops the run"),
        pytest.param("steps: [{if: failure(), run: make}]", False, id="asks for its own steps"),
        pytest.param("if: always(), steps: [{run: 'echo ${{ needs.test.result }}'}]", True, id="says how it ended"),
        pytest.param("if: always(), steps: [{run: 'echo ${{ needs.test.outputs.a }}'}]", False, id="reads an output"),
        pytest.param("if: always(), steps: [{run: 'echo ${{ toJSON(needs) }}'}]", True, id="reads all"),
        pytest.param("if: always(), steps: [{run: 'echo ${{ needs.x.result }}'}]", False, id="reads another"),
        pytest.param("if: always(), steps: [{if: \"needs.test.result == 'success'\", run: x}]", False, id="success"),
        pytest.param("if: always(), steps: [{if: \"needs.test.result == 'failure'\", run: x}]", True, id="failure"),
        pytest.param(
            "if: always(), steps: [{if: \"contains(needs.*.result, 'failure')\", run: exit 1}]", True, id="any failure"
        ),
        pytest.param(
            "if: always(), steps: [{if: \"contains(needs.*.result, 'failure') "
            "|| contains(needs.*.result, 'cancelled')\", run: exit 1}]",
            False,
            id="any failure or stop",
        ),
        pytest.param("if: failure(1), steps: [{run: x}]", True, id="what is not documented"),
        pytest.param(
            "if: always(), steps: [{uses: re-actors/alls-green@v1, with: {jobs: '${{ toJSON(needs) }}'}}]",
            False,
            id="alls-green",
        ),
        pytest.param(
            "if: always(), steps: [{uses: re-actors/alls-green@v1, "
            "with: {jobs: '${{ toJSON(needs) }}', allowed-failures: test}}]",
            True,
            id="alls-green that lets it fail",
        ),
    ],
)
def test_who_can_tell_a_stop_from_a_failure(end: str, seen: bool) -> None:
    found = situation(
        HEAD
        + f"""\
  test: {{runs-on: ubuntu-latest, outputs: {{a: b}}, steps: [{{run: make test}}]}}
  x: {{runs-on: ubuntu-latest, steps: [{{run: make x}}]}}
  end: {{needs: [test, x], runs-on: ubuntu-latest, {end}}}
"""
    )
    assert (sees_cancelled(found, "test") is not None) == seen


def test_who_waits_for_it_through_others_can_tell_by_failures_alone() -> None:
    chain = "  test: {runs-on: x, steps: []}\n  next: {needs: test, runs-on: x, steps: []}\n"
    end = "  end: {needs: next, if: %s, runs-on: x, steps: [{if: \"needs.next.result == 'failure'\", run: x}]}\n"
    assert sees_cancelled(situation(chain + end % "failure()"), "test") is not None
    assert sees_cancelled(situation(chain + end % "always()"), "test") is None


def test_who_asks_in_too_many_ways_is_taken_to_tell() -> None:
    names = [f"j{number}" for number in range(12)]
    asked = " || ".join(f"!(needs.{name}.result == 'failure' && github.{name})" for name in names)
    jobs = "".join(f"  {name}: {{runs-on: x, steps: []}}\n" for name in ["test", *names])
    step = f"{{if: \"{asked} && needs.test.result == 'success'\", run: x}}"
    end = f"  end: {{needs: [test, {', '.join(names)}], if: always(), runs-on: x, steps: [{step}]}}\n"
    assert sees_cancelled(situation(jobs + end), "test") is None
    both = asked.replace("!(", "(").replace(") || (", ") != (")
    step = f"{{if: \"{both} && needs.test.result == 'success'\", run: x}}"
    end = f"  end: {{needs: [test, {', '.join(names)}], if: always(), runs-on: x, steps: [{step}]}}\n"
    assert sees_cancelled(situation(jobs + end), "test") is not None


def test_other_workflows_can_tell() -> None:
    job = "  test: {runs-on: ubuntu-latest, steps: [{run: make test}]}\n"
    other = "on: {workflow_run: {workflows: [CI], types: [completed]}}\njobs:\n" + job
    found = situation("name: CI\n" + HEAD + job, {".github/workflows/other.yml": other})
    assert sees_cancelled(found, "test") is not None


@given(workflows(), st.integers(0, 10_000), st.integers(1, 3))
def test_no_run_tells_a_gate_from_the_job(text: str, seed: int, count: int) -> None:
    """The interpreter of the tests is asked for every way in which jobs can end."""
    old = jobs_of(text)
    # what each copy would make, others would find if one of them succeeds
    choices = [name for name, job in old.items() if "continue-on-error" not in job and not made_by(job)]
    assume(choices)
    job = choices[seed % len(choices)]
    names = [f"{job}-{number}" for number in range(count)]
    new = jobs_of(gated(text, job, *names))
    told = sees_cancelled(situation(text), job) is not None
    event(f"skips: {bool(needs_of(old[job]) or 'if' in old[job])}; tells a stop from a failure: {told}")
    for ends, trigger in outcomes(old, seed):
        if told and ends[job] == "cancelled":
            continue
        was = play(old, ends, trigger)
        for place in range(count):
            parts = {name: ends[job] if at == place else "success" for at, name in enumerate(names)}
            now = play(new, {**ends, **parts, job: "success"}, trigger)
            expected = "failure" if was.results[job] == "cancelled" else was.results[job]
            assert now.results[job] == expected
            others = old.keys() - {job}
            assert {name: now.results[name] for name in others} == {name: was.results[name] for name in others}
            assert now.ran & others == was.ran & others
