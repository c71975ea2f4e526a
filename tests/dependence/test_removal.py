"""What would change if an edge went: obstacles, and the gates that have to move."""

from __future__ import annotations

import pytest

from dependence.made import analysis, situation
from needful.dependence.model import Verdict
from needful.dependence.removal import removal

TEST = "runs-on: ubuntu-latest, steps: [{uses: actions/checkout@v7}, {run: cargo test}]"
DOWNLOAD = "{uses: actions/download-artifact@v8, with: {name: dist}}"


def obstacles(text: str, producer: str = "a", consumer: str = "b") -> list[tuple[Verdict, str, bool]]:
    found = removal(situation(text), producer, consumer, thorough=True)
    return [(obstacle.verdict, obstacle.text, obstacle.certain) for obstacle in found.obstacles]


@pytest.mark.parametrize(
    ("a", "b", "verdict", "text", "certain"),
    [
        ("", "env: {X: '${{ toJSON(needs) }}'}", Verdict.GATE, "`b` reads the results of all that it needs", True),
        ("", "permissions: {packages: write}", Verdict.GATE, "`b` may do work that cannot be taken back", False),
        (
            "",
            "permissions: {packages: write}, env: {K: '${{ secrets.K }}'}",
            *(Verdict.GATE, "`b` may do work that cannot be taken back", True),
        ),
        ("name: Check the CLA", "", Verdict.GATE, "`a` is named for a guard", True),
        ("environment: {name: x, deployment: false}", "", Verdict.GATE, "`a` may wait for an approval", True),
        ("", "environment: {name: x, deployment: false}", Verdict.GATE, "`b` may wait for the approval", True),
        ("", "if: failure()", Verdict.GATE, "`b` decides by itself", True),
        ("", "if: always() && needs.a.result == 'success'", Verdict.GATE, "`b` decides by itself", True),
        ("if: inputs.x", "", Verdict.GATE, "`b` is skipped when `a` is", False),
        (
            "if: inputs.x",
            "permissions: {packages: write}, env: {K: '${{ secrets.K }}'}",
            *(Verdict.GATE, "`b` is skipped when `a` is", True),
        ),
    ],
)
def test_what_keeps_an_edge(a: str, b: str, verdict: Verdict, text: str, certain: bool) -> None:
    keys = {job: f", {more}" if more else "" for job, more in (("a", a), ("b", b))}
    found = obstacles(f"  a: {{{TEST}{keys['a']}}}\n  b: {{needs: a, {TEST}{keys['b']}}}\n")
    assert any((v, c) == (verdict, certain) and text in said for v, said, c in found), found


@pytest.mark.parametrize("other", ["", "if: inputs.x, "])
def test_a_skip_that_the_consumer_has_a_condition_for_itself(other: str) -> None:
    """The condition of the job that it would no longer wait for is its own as well; `c` before that has none."""
    text = f"  c: {{{other}{TEST}}}\n  a: {{needs: c, if: inputs.x, {TEST}}}\n  b: {{needs: a, if: inputs.x, {TEST}}}\n"
    assert obstacles(text) == []


def test_results_of_the_other_jobs() -> None:
    both = (
        f"  a: {{{TEST}}}\n  c: {{{TEST}}}\n  b: {{needs: [a, c], {TEST}, env: {{X: '${{{{ needs.c.result }}}}'}}}}\n"
    )
    assert (Verdict.GATE, "`b` judges the results of jobs before it", True) in obstacles(both)


def test_a_job_that_runs_anyway_and_may_look_at_others() -> None:
    unseen = "runs-on: ubuntu-latest, steps: [{run: ./no-report}, {run: cargo test}]"
    found = obstacles(f"  a: {{{TEST}}}\n  b: {{needs: a, if: always(), {unseen}}}\n")
    assert found[0][0] is Verdict.UNEXPLAINED
    assert found[0][1].startswith("`b` runs whatever becomes of the jobs before it, and may look at them: runs `./no")
    assert obstacles(f"  a: {{{TEST}}}\n  b: {{needs: a, if: always(), {TEST}}}\n") == []
    silent = unseen.replace("./no-report", "./no-such-script")
    assert obstacles(f"  a: {{{TEST}}}\n  b: {{needs: a, if: always(), {silent}}}\n") == []
    assert obstacles(f"  a: {{{TEST}}}\n  summary: {{needs: a, if: always(), {silent}}}\n", consumer="summary") != []
    held = f"env: {{T: '${{{{ github.token }}}}'}}, {silent}"
    assert obstacles(f"  a: {{{TEST}}}\n  b: {{needs: a, if: always(), {held}}}\n") != []


def test_a_job_that_runs_anyway_hands_a_skip_on() -> None:
    text = f"  a: {{if: inputs.x, {TEST}}}\n  b: {{needs: a, if: always(), {TEST}}}\n  c: {{needs: b, {TEST}}}\n"
    assert (Verdict.GATE, "`c` is skipped when `a` is", False) in obstacles(text)


def test_the_search_ends_with_the_first_reason_that_keeps_the_edge() -> None:
    text = f"  a: {{{TEST}}}\n  b: {{needs: a, {TEST}, environment: live, env: {{X: '${{{{ needs.a.result }}}}'}}}}\n"
    first = removal(situation(text), "a", "b")
    everything = removal(situation(text), "a", "b", thorough=True)
    assert len(first.obstacles) < len(everything.obstacles)
    assert first.obstacles[0].certain


REPORT = "runs-on: ubuntu-latest, steps: [{run: echo done}]"


@pytest.mark.parametrize(
    ("last", "moves"),
    [
        (TEST, ()),
        (f"{TEST}, environment: live", ("c",)),
        (f"{TEST}, environment: {{name: live, deployment: false}}", ("c",)),
        (f"{TEST}, permissions: {{packages: write}}", ("c",)),
        (f"{TEST}, env: {{K: '${{{{ secrets.K }}}}'}}", ()),
        (f"{TEST.replace('test', 'build')}, env: {{K: '${{{{ secrets.K }}}}'}}", ("c",)),
        (f"{TEST}, env: {{X: '${{{{ needs.b.result }}}}'}}", ("c",)),
        (f"{TEST}, env: {{X: '${{{{ toJSON(needs) }}}}'}}", ("c",)),
        (REPORT, ("c",)),
        ("runs-on: ubuntu-latest, steps: [{uses: someone/unknown@v1}]", ("c",)),
        (
            f"runs-on: ubuntu-latest, steps: [{DOWNLOAD}, {{run: cargo test}}]",
            ("c",),
        ),
    ],
)
def test_what_has_to_wait_instead(last: str, moves: tuple[str, ...]) -> None:
    upload = TEST.removesuffix("]") + ", {uses: actions/upload-artifact@v7, with: {name: dist}}]"
    text = f"  a: {{{upload}}}\n  b: {{needs: a, {TEST}}}\n  c: {{needs: b, {last}}}\n"
    assert removal(situation(text), "a", "b").moves == moves


def test_a_job_that_may_read_what_nobody_sees_being_made() -> None:
    opaque = "runs-on: ubuntu-latest, steps: [{uses: someone/unknown@v1}]"
    reads = f"runs-on: ubuntu-latest, steps: [{DOWNLOAD}, {{run: cargo test}}]"
    text = f"  a: {{{opaque}}}\n  b: {{needs: a, {TEST}}}\n  c: {{needs: b, {reads}}}\n"
    assert removal(situation(text), "a", "b").moves == ("c",)


def test_a_job_that_collects_results_gets_that_of_the_producer() -> None:
    collects = f"if: always(), {REPORT}, env: {{X: '${{{{ toJSON(needs) }}}}'}}"
    text = f"  a: {{{TEST}}}\n  b: {{needs: a, {TEST}}}\n  c: {{needs: b, {collects}}}\n"
    found = removal(situation(text), "a", "b")
    assert (found.moves, found.obstacles) == (("c",), ())
    text = text.replace("{X:", "{K: '${{ secrets.K }}', X:").replace("echo done", "./x")
    found = removal(situation(text), "a", "b")
    assert found.moves == ("c",)
    assert found.obstacles[-1].text == "`c` looks at the outcome of jobs that now run even if `a` failed"


@pytest.mark.parametrize(
    ("asks", "harmless"),
    [
        ("contains(needs.*.result, 'failure')", True),
        ("contains(needs.*.result, 'skipped')", False),
        ("needs.a.result == 'failure'", True),
        ("needs.b.result != 'skipped'", False),
        ("needs.b.result != github.event.inputs.x", False),
        ("toJSON(needs.*.result)", True),
        ("failure()", False),
    ],
)
def test_who_judges_outcomes(asks: str, harmless: bool) -> None:
    gate = f'runs-on: ubuntu-latest, if: "always() && {asks}", steps: [{{run: exit 1}}]'
    text = f"  a: {{{TEST}}}\n  b: {{needs: a, {TEST}}}\n  c: {{needs: [a, b], {gate}}}\n"
    found = [edge for edge in analysis(text).judged if edge[0].consumer == "b"]
    judged = found[0][1]
    assert judged is not None
    looked_at = [obstacle for obstacle in judged.obstacles if "looks at the outcome" in obstacle.text]
    assert bool(looked_at) is not harmless
