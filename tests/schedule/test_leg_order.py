"""Legs that wait for each other: the order in which they start, and what another one saves."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.dependence.experience import AtOnce, Case, Experience, JobExperience, Values
from needful.document.parse import parse
from needful.document.writer import write
from needful.rules.longest_first import _moves
from needful.schedule.leg_order import Timed, length_class, saved, starts_in_order, whole_runs
from needful.schedule.load import Limits
from needful.schedule.replay import Assumptions, baseline, replay
from needful.source import Source
from schedule.made import matcher, record, run

STEPS = "    runs-on: ubuntu-latest\n    steps: [run: make]\n"
FREE = "  test:\n    strategy: {matrix: {part: [a, b, c]}}\n" + STEPS
TWO = "  test:\n    strategy: {max-parallel: 2, matrix: {part: [a, b, c]}}\n" + STEPS
WAITS, LATE = {"a": (0, 9), "b": (0, 20), "c": (10, 30)}, {"a": (30, 39), "b": (0, 20), "c": (0, 9)}
A, B, C = LEGS = tuple((("part", name),) for name in "abc")


def timed(**legs: tuple[float, float]) -> dict[Values, Timed]:
    """Legs by name, each with its start and its end."""
    return {(("part", name),): Timed(end - start, "linux", start) for name, (start, end) in legs.items()}


def test_only_runs_in_which_every_leg_succeeded_are_compared() -> None:
    cases = (
        *(Case(1, leg, "linux", 9, passed=True) for leg in LEGS),
        *(Case(2, leg, "linux", 9, passed=leg != C) for leg in LEGS),
        Case(3, A, "linux", 9, passed=True),
    )
    assert len(whole_runs(JobExperience(cases), LEGS)) == 1


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        pytest.param([timed(a=(0, 9), b=(0, 20), c=(10, 30))], True, id="the third waits"),
        pytest.param([timed(a=(0, 9), b=(0, 20), c=(0, 30))], False, id="nobody waits"),
        pytest.param([timed(a=(30, 39), b=(0, 20), c=(0, 25))], False, id="the first starts last"),
        pytest.param([timed(a=(8, 20), b=(0, 9), c=(21, 30))], True, id="runners take their time"),
        pytest.param([], False, id="no runs"),
        pytest.param(
            [timed(a=(0, 9), b=(0, 20), c=(10, 30))] * 8 + [timed(a=(30, 39), b=(0, 20), c=(0, 9))] * 2,
            False,
            id="often not",
        ),
    ],
)
def test_whether_legs_start_in_the_order_of_the_file(runs: list[dict[Values, Timed]], expected: bool) -> None:
    assert starts_in_order(runs, LEGS) is expected


def test_the_places_of_another_pool_do_not_count() -> None:
    one = timed(a=(100, 150), b=(0, 20), c=(101, 160))
    one[A] = one[A]._replace(pool="macos")
    one[C] = one[C]._replace(pool="macos")
    assert starts_in_order([one], LEGS)


def test_the_longest_first_end_earlier() -> None:
    workflow = matcher(TWO).workflow
    runs = [timed(a=(0, 10), b=(0, 20), c=(10, 40))] * 3
    found = saved(workflow, workflow.jobs[0], Experience({}), runs, LEGS, (C, B, A))
    assert (found.before, found.after, found.runs, found.longer) == (40, 30, 3, 0)
    worse = saved(workflow, workflow.jobs[0], Experience({}), runs, (C, B, A), LEGS)
    assert (worse.before, worse.after, worse.longer) == (30, 40, 1)


def test_the_account_may_be_the_limit() -> None:
    workflow = matcher(
        "  test:\n    strategy: {matrix: {part: [a, b, c]}}\n    runs-on: x\n    steps: [run: make]\n"
    ).workflow
    runs = [timed(a=(0, 10), b=(0, 20), c=(10, 40))]
    job = workflow.jobs[0]
    free = saved(workflow, job, Experience({}), runs, LEGS, (C, B, A))
    assert (free.before, free.after) == (30, 30)
    bound = saved(workflow, job, Experience({}, AtOnce(2)), runs, LEGS, (C, B, A))
    assert (bound.before, bound.after) == (40, 30)
    pool = saved(workflow, job, Experience({}, AtOnce(None, (("linux", 1),))), runs, LEGS, (C, B, A))
    assert (pool.before, pool.after) == (60, 60)


def test_legs_that_take_about_the_same_are_alike() -> None:
    assert length_class([300]) == length_class([305])
    assert length_class([600]) > length_class([300]) > length_class([100])
    assert length_class([0.0]) == 0


@given(st.integers(2, 7).flatmap(lambda count: st.permutations(range(count))))
def test_moves_bring_a_list_into_any_order(order: Sequence[int]) -> None:
    document = parse(
        Source("x.yml", "".join(["a:\n", *(f"  - v{number} # of {number}\n" for number in range(len(order)))]))
    )
    moves = list(_moves(("a",), order))
    written = write(document, moves)
    assert written.plain == {"a": [f"v{number}" for number in order]}
    assert all(f"- v{number} # of {number}\n" in written.source.text for number in order)
    assert bool(moves) == (list(order) != sorted(order))
    assert len(moves) < len(order)


def test_a_replay_starts_legs_in_the_order_of_the_new_file() -> None:
    recorded = run(record("test (a)", 0, 10), record("test (b)", 0, 20), record("test (c)", 10, 40))
    before = baseline(matcher(TWO), [recorded], Assumptions(Limits()))
    (played,) = replay(before, matcher(TWO.replace("[a, b, c]", "[c, b, a]"))).runs
    assert (played.before.makespan, played.after.makespan) == (40, 30)
