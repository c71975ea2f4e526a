"""Edges that are missing: what a job reads and does not wait for, and why an edge cannot be proposed."""

from __future__ import annotations

import pytest

from dependence.made import HEAD, analysis
from needful.dependence.model import Missing

RUNS = "runs-on: ubuntu-latest"
TEST = f"{RUNS}, steps: [{{uses: actions/checkout@v7}}, {{run: cargo test}}]"
PUBLISH = "{run: npm publish}"


def up(name: str) -> str:
    return f"{{uses: actions/upload-artifact@v7, with: {{name: '{name}', path: x}}}}"


def down(name: str = "", more: str = "") -> str:
    given = f"name: '{name}'" if name and "*" not in name else f"pattern: '{name}'" if name else "path: all"
    return f"{{uses: actions/download-artifact@v8, with: {{{given}}}{more}}}"


def job(steps: str, keys: str = "") -> str:
    return f"{{{keys}{RUNS}, steps: [{steps}]}}"


def missing(text: str, top: str = HEAD) -> list[Missing]:
    found = analysis(top + text).missing
    return list(found)


def short(text: str, top: str = HEAD) -> list[tuple[str, str, bool]]:
    return [(edge.producer, edge.consumer, not edge.held) for edge in missing(text, top)]


def test_an_artifact_by_name() -> None:
    text = f"  a: {job(up('dist'))}\n  b: {job(down('dist'))}\n"
    assert short(text) == [("a", "b", True)]
    (edge,) = missing(text)
    assert edge.reason == "`b` reads the artifact `dist`, which `a` makes, but does not wait for it"
    assert HEAD.count("\n") + 2 == edge.evidence[0].line


@pytest.mark.parametrize(
    "text",
    [
        f"  a: {job(up('dist'))}\n  b: {job(down('docs'))}\n",
        f"  a: {job(up('dist'))}\n  b: {job(down('dist'), 'needs: a, ')}\n",
        f"  a: {job(up('dist'))}\n  b: {job(down('dist', ', continue-on-error: true'))}\n",
        f"  a: {job(up('dist'))}\n  c: {job(up('dist'))}\n  b: {job(down('dist'), 'needs: c, ')}\n",
        f"  a: {job(up('wheel-a'))}\n  b: {job(down('wheel-*'))}\n",
        f"  a: {job(up('wheel-a'))}\n  c: {job(up('wheel-c'))}\n  b: {job(down('wheel-*'), 'needs: c, ')}\n",
        f"  a: {job(up('docs-a'))}\n  c: {job(up('wheel-c'))}\n  b: {job(down() + ', ' + PUBLISH, 'needs: c, ')}\n",
        f"  a: {job(up('a'))}\n  c: {job(up('c'))}\n  b: {job(down() + ', ' + PUBLISH, 'needs: c, ')}\n",
        f"  a: {job(up('dist'))}\n  b: {job(up('dist') + ', ' + down('dist'))}\n",
    ],
)
def test_nothing_is_missing(text: str) -> None:
    assert short(text) == []


def test_a_job_that_publishes_a_part_of_a_family() -> None:
    gather = job(f"{down('wheel-*')}, {PUBLISH}", "needs: c, ")
    text = f"  a: {job(up('wheel-a'))}\n  c: {job(up('wheel-c'))}\n  b: {gather}\n"
    assert short(text) == [("a", "b", True)]
    called = "on: workflow_call\npermissions: {contents: read}\njobs:\n"
    assert short(text, called) == []


def test_the_maker_that_may_be_left_out() -> None:
    """Where a job that is waited for surely makes it, the other is meant only if it cannot be an alternative."""
    other = job(up("dist"), "if: inputs.x, ")
    text = f"  a: {other}\n  c: {job(up('${{ inputs.name }}'))}\n  b: {job(down('dist'), 'needs: c, ')}\n"
    assert short(text) == []
    sure = text.replace("if: inputs.x, ", "")
    assert short(sure) == [("a", "b", True)]


@pytest.mark.parametrize(
    ("text", "held"),
    [
        (f"  a: {job(up('dist'), 'needs: b, ')}\n  b: {job(down('dist'))}\n", "the edge would close a cycle"),
        (
            f"  a: {job(up('dist'))}\n  c: {job(up('dist'))}\n  b: {job(down('dist'))}\n",
            "2 jobs make an artifact of that name",
        ),
        (
            f"  a: {job(up('dist'), 'if: inputs.x, ')}\n  b: {job(down('dist', ', if: inputs.y'))}\n",
            "`a` does not always run, and `b` would be skipped with it",
        ),
    ],
)
def test_an_edge_that_cannot_be_added(text: str, held: str) -> None:
    (edge, *_) = missing(text)
    assert held in edge.held


def test_a_skip_takes_nothing_from_a_job_that_fails_without_the_artifact() -> None:
    text = f"  a: {job(up('dist'), 'if: inputs.x, ')}\n  b: {job(down('dist'))}\n"
    assert short(text) == [("a", "b", True)]


READS = "env: {X: '${{ needs.a.result }}'}, "


def test_a_job_behind_that_looks_at_outcomes() -> None:
    judge = job("{run: exit 1}", "needs: b, if: failure(), ")
    (edge,) = missing(f"  a: {TEST_JOB}\n  b: {job('{run: cargo test}', READS)}\n  c: {judge}\n")
    assert edge.judged
    assert edge.consequence.startswith("`c` looks at outcomes: when `a` does not succeed, `b` is skipped now")


TEST_JOB = f"{{{TEST}}}"


@pytest.mark.parametrize(
    ("behind", "judged"),
    [
        ("needs: [a, b], if: \"always() && contains(needs.*.result, 'failure')\", ", False),
        ("needs: b, if: always(), ", False),
        ("needs: b, if: always(), env: {X: '${{ toJSON(needs) }}'}, ", True),
        ("needs: b, ", False),
    ],
)
def test_who_takes_a_skip_for_something_else(behind: str, judged: bool) -> None:
    text = f"  a: {TEST_JOB}\n  b: {job('{run: cargo test}', READS)}\n  c: {job('{run: exit 1}', behind)}\n"
    (edge,) = missing(text)
    assert edge.judged is judged


def test_a_job_that_waits_already() -> None:
    between, last = job("{run: cargo test}", "needs: a, "), job("{run: cargo test}", f"needs: m, {READS}")
    text = f"  a: {TEST_JOB}\n  m: {between}\n  b: {last}\n"
    (edge,) = missing(text)
    assert (edge.held, edge.consequence, edge.judged) == ("", "", False)


@pytest.mark.parametrize(
    ("keys", "steps", "what"),
    [
        ("if: needs.a.outputs.go, ", "{run: cargo test}", "the job may now run where it did not"),
        ("", "{run: cargo test, if: needs.a.outputs.go}", "a step may now run where it did not"),
        (READS, "{run: cargo test}", ""),
    ],
)
def test_what_comes_to_life(keys: str, steps: str, what: str) -> None:
    (edge,) = missing(f"  a: {TEST_JOB}\n  b: {job(steps, keys)}\n")
    assert edge.consequence.endswith(what)
    assert bool(edge.consequence) is bool(what)


def test_a_job_that_is_read_twice_is_missing_once() -> None:
    text = f"  a: {job(up('dist'))}\n  b: {job(down('dist'), READS)}\n"
    assert len(missing(text)) == 1


def test_who_makes_it_last_is_meant() -> None:
    """One job makes a first version, another gets that and leaves it with more: the reader waits for both."""
    text = f"  a: {job(up('dist'))}\n  c: {job(down('dist') + ', ' + up('dist'), 'needs: a, ')}\n"
    assert short(f"{text}  b: {job(down('dist'))}\n") == [("c", "b", True)]
    apart = text.replace("needs: a, ", "")
    assert short(f"{apart}  b: {job(down('dist'))}\n")[-2:] == [("a", "b", False), ("c", "b", False)]


def test_who_makes_it_last_and_not_always_is_no_reason_to_skip() -> None:
    text = f"  a: {job(up('dist'))}\n  c: {job(up('dist'), 'needs: a, if: inputs.more, ')}\n  b: {job(down('dist'))}\n"
    assert short(text) == [("c", "b", False)]
