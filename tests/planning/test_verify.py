"""The last look bites on whatever is not a change of `needs` between the same jobs."""

from __future__ import annotations

import pytest

from dependence.made import HEAD, files_of
from needful.app import verified
from needful.dependence.parts import ONLY_NEEDS, Part, Parts
from needful.errors import Defect
from needful.planning.plan import FilePlan, Plan
from needful.planning.verify import schema_violations, verify, verify_schema

BEFORE = """\
  lint: {runs-on: x, steps: [{run: a}]}
  test:
    needs: lint
    runs-on: x
    steps: [{run: b}]
"""


def judge(after: str, before: str = BEFORE, parts: Parts = ONLY_NEEDS) -> None:
    old, new = files_of(before)[0], files_of(after)[0]
    verify(old, new, parts)
    verify_schema(FilePlan("ci.yml", old.document.source, new.document.source))


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(BEFORE, id="nothing"),
        pytest.param(BEFORE.replace("    needs: lint\n", ""), id="an edge less"),
        pytest.param(BEFORE.replace("needs: lint", "needs: [lint]"), id="another style"),
    ],
)
def test_changed_needs_pass(after: str) -> None:
    judge(after)


@pytest.mark.parametrize(
    ("after", "message"),
    [
        pytest.param(BEFORE.replace("run: b", "run: c"), "more than `needs`", id="a step"),
        pytest.param(BEFORE.replace("runs-on: x\n", "runs-on: y\n"), "more than `needs`", id="a key of a job"),
        pytest.param(BEFORE.replace("test:", "tests:"), "more than `needs`", id="the name of a job"),
        pytest.param(HEAD.replace("push", "pull_request") + BEFORE, "more than `needs`", id="the events"),
        pytest.param(BEFORE + "  more: {runs-on: x, steps: [{run: a}]}\n", "more than `needs`", id="a job"),
        pytest.param(BEFORE.replace("a}]}", "a}], needs: test}"), "wait for each other", id="a cycle"),
        pytest.param(BEFORE.replace("needs: lint", "needs: []"), "workflow schema", id="an empty list"),
    ],
)
def test_everything_else_is_a_defect(after: str, message: str) -> None:
    with pytest.raises(Defect, match=message):
        judge(after)


CACHES = frozenset({Part.CACHES})
STEPS = (
    "steps: [{run: a}, {uses: actions/cache@v6, with: {path: x, key: y}}, {run: b}, {parallel: [{run: c}, {run: d}]}]"
)
CACHED = f"  lint: {{runs-on: x, {STEPS}}}\n"


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(CACHED.replace("key: y", "key: z"), id="another key"),
        pytest.param(CACHED.replace("{uses: actions/cache@v6, with: {path: x, key: y}}, ", ""), id="a cache less"),
        pytest.param(
            CACHED.replace("{run: b}", "{uses: actions/cache@v6, with: {path: b, key: y}}, {run: b}"), id="one more"
        ),
    ],
)
def test_what_is_about_caches_may_change_them(after: str) -> None:
    judge(after, CACHED, CACHES)
    with pytest.raises(Defect, match="more than `needs`: `lint` has other steps"):
        judge(after, CACHED)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "[{run: a}, {uses: actions/cache@v6, with: {path: x, key: y}}",
            "[{uses: actions/cache@v6, with: {path: x, key: y}}, {run: a}",
        ),
        ("{run: b}, {parallel: [{run: c}, {run: d}]}", "{parallel: [{run: b}, {run: c}, {run: d}]}"),
        ("{parallel: [{run: c}, {run: d}]}", "{run: c}, {run: d}"),
    ],
)
def test_order_and_groups_of_steps_may_not(old: str, new: str) -> None:
    with pytest.raises(Defect, match="in another order or in other groups"):
        judge(CACHED.replace(old, new), CACHED, CACHES)


def test_what_the_schema_said_before_it_may_say_again() -> None:
    odd = BEFORE.replace("a}]}", "a}], needs: []}")
    judge(odd.replace("    needs: lint\n", ""), odd)


def test_a_job_that_was_odd_before_may_change_its_needs() -> None:
    odd = BEFORE.replace("    runs-on: x\n", "    runs-on: x\n    unheard-of: 1\n")
    judge(odd.replace("    needs: lint\n", ""), odd)
    with pytest.raises(Defect, match=r"jobs\.test\.needs"):
        judge(odd.replace("needs: lint", "needs: []"), odd)


def test_schema_violations_are_counted() -> None:
    once, twice = (files_of(BEFORE.replace("x", "[]", count))[0].document.plain for count in (1, 2))
    fine = files_of(BEFORE)[0].document.plain
    assert not list(schema_violations(fine, twice))
    assert not list(schema_violations(twice, twice))
    assert list(schema_violations(twice, once))


EMPTY = "{uses: acme/deny@v1, with: {arguments: }}"


@pytest.mark.parametrize(
    ("steps", "jobs", "fine"),
    [
        pytest.param(f"[{{parallel: [{{run: a}}, {EMPTY}]}}]", "", True, id="the-step-moved-into-a-group"),
        pytest.param("[{run: a}]", f"  more: {{runs-on: x, steps: [{EMPTY}]}}\n", True, id="it-moved-into-a-new-job"),
        pytest.param(f"[{{parallel: [{EMPTY}, {EMPTY}]}}]", "", False, id="there-are-two-of-it"),
        pytest.param(
            "[{run: a}]", "  more: {runs-on: x, steps: [{run: a, env: {}}], needs: []}\n", False, id="another-mistake"
        ),
    ],
)
def test_an_odd_step_may_move(steps: str, jobs: str, fine: bool) -> None:
    before, after = (
        files_of(f"on: push\njobs:\n  test: {{runs-on: x, steps: {listed}}}\n{more}")[0].document.plain
        for listed, more in ((f"[{{run: a}}, {EMPTY}]", ""), (steps, jobs))
    )
    assert list(schema_violations(before, {}))
    assert (not list(schema_violations(after, before))) is fine


def test_what_the_schema_refuses_is_not_written() -> None:
    old, broken = (files_of(text)[0].document.source for text in (BEFORE, BEFORE.replace("needs: lint", "needs: []")))
    fine = FilePlan("fine.yml", old, old)
    plan = verified(Plan(".", (fine, FilePlan("ci.yml", old, broken))))
    assert plan.files == (fine,)
    assert [failure.path for failure in plan.failures] == ["ci.yml"]
    assert "jobs.test.needs" in plan.failures[0].message
