"""The verdict on every edge, what is missing, and the words that say so."""

from __future__ import annotations

import pytest

from dependence.made import HEAD, analysis, situation
from needful.dependence.model import Verdict

STEPS = "steps: [{uses: actions/checkout@v7}, {run: make}]"
JOB = f"runs-on: ubuntu-latest, {STEPS}"


@pytest.mark.parametrize(
    ("producer", "consumer", "verdict", "reason"),
    [
        pytest.param("", "", Verdict.ECONOMY, "the edge only spares minutes when `a` fails", id="nothing"),
        pytest.param("", ", env: {X: '${{ needs.a.outputs.x }}'}", Verdict.DATA, "`b` reads `needs.a`", id="an output"),
        pytest.param("", ", environment: live", Verdict.GATE, "cannot be taken back", id="a deployment"),
        pytest.param("", ", if: failure()", Verdict.GATE, "decides by itself", id="a status function"),
        pytest.param(
            "", ", name: Report, if: always()", Verdict.UNEXPLAINED, "look at them: runs `make`", id="unseen, always"
        ),
        pytest.param("", ", if: always() || failure()", Verdict.GATE, "decides by itself", id="two functions"),
        pytest.param("", ", if: 'cancelled() || inputs.x'", Verdict.GATE, "decides by itself", id="a choice"),
        pytest.param(", if: inputs.x", "", Verdict.GATE, "is skipped when `a` is", id="a condition"),
        pytest.param(
            ", environment: live", "", Verdict.ORDER, "changes something outside", id="an irreversible producer"
        ),
        pytest.param(", concurrency: x", ", concurrency: X", Verdict.ORDER, "concurrency group", id="a group"),
        pytest.param(", concurrency: x", "", Verdict.ECONOMY, "nothing flows", id="a group of one"),
        pytest.param(
            ", env: {X: '${{ secrets.X }}'}", "", Verdict.UNEXPLAINED, "leave something behind", id="a secret"
        ),
        pytest.param("", ", env: {X: '${{ secrets.X }}'}", Verdict.UNEXPLAINED, "irreversible work", id="another"),
        pytest.param(
            ", environment: live",
            ", env: {X: '${{ needs.a.outputs.x }}', Y: '${{ secrets.Y }}'}",
            Verdict.DATA,
            "reads `needs.a`",
            id="the strongest of several",
        ),
    ],
)
def test_verdicts(producer: str, consumer: str, verdict: Verdict, reason: str) -> None:
    (edge,) = analysis(f"  a: {{{JOB}{producer}}}\n  b: {{needs: a, {JOB}{consumer}}}\n").edges
    assert edge.verdict is verdict
    assert reason in edge.reason
    assert bool(edge.evidence) == (verdict is not Verdict.ECONOMY)


@pytest.mark.parametrize("condition", ["always()", "'!cancelled() && inputs.x'"])
def test_a_job_that_runs_anyway(condition: str) -> None:
    job = "runs-on: ubuntu-latest, steps: [{uses: actions/checkout@v7}, {run: cargo test}]"
    (edge,) = analysis(f"  a: {{if: inputs.a, {job}}}\n  b: {{needs: a, if: {condition}, {job}}}\n").edges
    assert (edge.verdict, edge.evidence) == (Verdict.ECONOMY, ())
    assert edge.reason.endswith("runs whatever becomes of `a`")


def test_an_edge_that_others_imply() -> None:
    first, second, third = analysis(f"  a: {{{JOB}}}\n  b: {{needs: a, {JOB}}}\n  c: {{needs: [a, b], {JOB}}}\n").edges
    assert [edge.verdict for edge in (first, second, third)] == [Verdict.ECONOMY, Verdict.IMPLIED, Verdict.ECONOMY]


def test_an_edge_to_a_job_that_is_not_there_is_none() -> None:
    found = analysis(f"  a: {{needs: [gone, a], {JOB}}}\n")
    assert found.edges == ()
    assert found.missing[0].held == "GitHub refuses the whole workflow"


def test_what_is_lost_and_what_moves() -> None:
    text = f"""\
  setup: {{{JOB}}}
  lint: {{needs: setup, {JOB}}}
  test: {{needs: lint, {JOB}}}
  docs: {{needs: test, {JOB}}}
  deploy: {{needs: docs, environment: live, {JOB}}}
"""
    removals = {(edge.producer, edge.consumer): removal for edge, removal in analysis(text).judged}
    found = removals["lint", "test"]
    assert found is not None
    assert (found.lost, found.moves, found.obstacles) == (("setup", "lint"), ("deploy",), ())
    last = removals["docs", "deploy"]
    assert last is not None
    assert last.moves == ()
    assert {obstacle.verdict for obstacle in last.obstacles if obstacle.certain} == {Verdict.GATE}


def test_nothing_is_judged_in_a_circle() -> None:
    found = analysis(f"  a: {{needs: b, {JOB}}}\n  b: {{needs: a, {JOB}}}\n")
    assert found.edges == ()
    assert [(edge.consumer, edge.held) for edge in found.missing] == [("a", "GitHub refuses the whole workflow")]
    assert found.missing[0].reason.startswith("the jobs wait for each other: ")


@pytest.mark.parametrize(
    ("jobs", "held"),
    [
        pytest.param("  a: {%s}\n  b: {%s, env: {X: '${{ needs.a.result }}'}}\n", "", id="it can be added"),
        pytest.param(
            "  a: {%s, needs: b}\n  b: {%s, env: {X: '${{ needs.a.result }}'}}\n", "would close a cycle", id="a cycle"
        ),
        pytest.param(
            "  a: {%s, if: inputs.x}\n  b: {%s, if: '!inputs.x', env: {X: '${{ needs.a.result }}'}}\n",
            "never run together",
            id="exclusive",
        ),
        pytest.param(
            "  a: {%s, if: inputs.x}\n  b: {%s, env: {X: '${{ needs.a.result }}'}}\n",
            "does not always run",
            id="a skip",
        ),
        pytest.param("  a: {%s}\n  b: {%s, env: {X: '${{ needs.gone.result }}'}}\n", "there is no job", id="unknown"),
        pytest.param("  a: {%s}\n  b: {%s, env: {X: '${{ needs.b.result }}'}}\n", "wait for itself", id="itself"),
    ],
)
def test_missing_edges(jobs: str, held: str) -> None:
    (edge,) = analysis(jobs % (JOB, JOB)).missing
    assert held in edge.held
    assert bool(held) == bool(edge.held)


def test_an_edge_is_missing_once_however_often_it_is_read() -> None:
    text = (
        f"  a: {{{JOB}}}\n  b: {{{JOB}, env: {{X: '${{{{ needs.a.result }}}}', Y: '${{{{ needs.A.outputs.y }}}}'}}}}\n"
    )
    assert len(analysis(text).missing) == 1


# --- who listens -----------------------------------------------------------------------------------------------------

CI_TEXT = f"name: CI\n{HEAD}  a: {{{JOB}}}\n  b: {{needs: a, {JOB}}}\n"
LISTENS = "on: {workflow_run: {workflows: [%s]}}\njobs:\n"


@pytest.mark.parametrize(
    ("other", "heard"),
    [
        pytest.param(LISTENS % "CI" + "  x: {runs-on: x}\n", True, id="whatever the outcome"),
        pytest.param(LISTENS % "Other" + "  x: {runs-on: x}\n", False, id="another workflow"),
        pytest.param(
            LISTENS % "CI" + "  x: {runs-on: x, if: github.event.workflow_run.conclusion == 'success'}\n",
            False,
            id="only after success",
        ),
        pytest.param(
            LISTENS % "CI" + "  x: {runs-on: x, if: github.event.workflow_run.conclusion == 'failure'}\n",
            True,
            id="only after failure",
        ),
        pytest.param(
            LISTENS % "CI" + "  x: {runs-on: x, needs: x2}\n  x2: {runs-on: x, needs: x}\n", False, id="never"
        ),
        pytest.param(": no workflow", False, id="unreadable"),
    ],
)
def test_workflows_that_listen(other: str, heard: bool) -> None:
    assert bool(situation(CI_TEXT, {".github/workflows/other.yml": other}).watchers) is heard


# --- caches ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("saved", "restored", "flows"),
    [
        pytest.param("cache/save@v6, with: {key: a-1}", "cache/restore@v6, with: {key: a-1}", True, id="the same key"),
        pytest.param("cache/save@v6, with: {key: a-1}", "cache/restore@v6, with: {key: a}", True, id="a beginning"),
        pytest.param("cache/save@v6, with: {key: a-1}", "cache/restore@v6, with: {key: b}", False, id="another key"),
        pytest.param("cache/restore@v6, with: {key: a}", "cache/restore@v6, with: {key: a}", False, id="nobody saves"),
        pytest.param("cache/save@v6, with: {key: a}", "cache/save@v6, with: {key: a}", False, id="nobody restores"),
        pytest.param(
            "cache/save@v6, with: {key: a-1}",
            "cache/restore@v6, with: {key: b, restore-keys: a-}",
            True,
            id="by prefix",
        ),
    ],
)
def test_caches_flow(saved: str, restored: str, flows: bool) -> None:
    text = "".join(
        f"  {name}: {{runs-on: ubuntu-latest, steps: [{{uses: actions/{step}}}, {{run: make}}]}}\n"
        for name, step in (("a", saved), ("b", restored))
    )
    assert bool(situation(text).flows_between("a", "b")) is flows
