"""Recorded runs as loads: waiting, results, decisions, and runs that cannot be replayed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.history.matching import Matcher
from needful.history.model import JobRecord, RunRecord
from needful.schedule.load import Decision
from needful.schedule.recorded import Recorded, Unfit, recorded
from needful.schedule.replay import Assumptions, baseline
from needful.schedule.shape import shape_of
from needful.schedule.simulate import simulate
from schedule.made import BEGUN, STEPS, Case, cases, matcher, record, run, step, workflow

CHAIN = workflow({"lint": [], "build": [], "test": ["lint", "build"]})


def read(side: Matcher, one: RunRecord) -> Recorded | Unfit:
    return recorded(side.match(one), shape_of(side.workflow))


def fit(side: Matcher, one: RunRecord) -> Recorded:
    found = read(side, one)
    assert isinstance(found, Recorded)
    return found


def test_waiting_is_what_lies_between_the_needs_and_the_start() -> None:
    found = fit(CHAIN, run(record("lint", 3, 30), record("build", 5, 60), record("test", 67, 90)))
    assert {name: (one.legs[0].queue, one.legs[0].seconds) for name, one in found.load.items()} == {
        "lint": (3, 27),
        "build": (5, 55),
        "test": (7, 23),
    }
    assert (found.measured, found.passed, found.begun) == (90, True, BEGUN)
    assert found.load["test"].legs[0].pool == "linux"


def test_steps_are_bars_from_the_start_of_the_job() -> None:
    steps = (step(1, "Set up job", 3, 5), step(2, "Run make", 5, 29), step(3, "later", 29, 29, "skipped"))
    found = fit(CHAIN, run(record("lint", 3, 30, steps=steps), record("build", 0, 1), record("test", 31, 32)))
    assert found.load["lint"].legs[0].steps == (("Set up job", 0, 2, False), ("Run make", 2, 26, False))


def test_what_a_failure_kept_from_running_is_told_from_what_an_if_did() -> None:
    skipped = record("test", 30, 30, "skipped")
    failed = fit(CHAIN, run(record("lint", 3, 30, "failure"), record("build", 5, 60), skipped, conclusion="failure"))
    assert failed.load["test"] == ((), Decision.BY_NEEDS)
    assert not failed.passed
    own = fit(CHAIN, run(record("lint", 3, 30), record("build", 5, 60), skipped))
    assert own.load["test"] == ((), Decision.SKIPPED)
    anyway = fit(CHAIN, run(record("lint", 3, 30, "failure"), record("build", 5, 60), record("test", 61, 70)))
    assert anyway.load["test"].decision is Decision.RUNS


def test_places_in_a_matrix_and_a_group_are_no_waiting() -> None:
    side = matcher(
        f"  m:\n    strategy: {{matrix: {{n: [1, 2, 3]}}, max-parallel: 1}}\n{STEPS}"
        + "".join(f"  {name}:\n    concurrency: {{group: x, queue: max}}\n{STEPS}" for name in "ab")
    )
    jobs = (
        record("m (1)", 12, 15),
        record("m (2)", 1, 5),
        record("m (3)", 7, 10),
        record("a", 14, 20),
        record("b", 3, 9),
    )
    found = fit(side, run(*jobs))
    assert [(leg.name, leg.queue) for leg in found.load["m"].legs] == [("m (2)", 1), ("m (3)", 2), ("m (1)", 2)]
    assert (found.load["a"].legs[0].queue, found.load["b"].legs[0].queue) == (5, 3)


@pytest.mark.parametrize(
    ("jobs", "conclusion", "why"),
    [
        ((record("lint", 3, 30),), "cancelled", Unfit.STOPPED),
        ((record("lint", 3, 30), record("build", 3, 30, "cancelled", steps=(step(1, "x", 3, 30),))), "", Unfit.STOPPED),
        ((), "success", Unfit.STOPPED),
        ((record("lint", 3, 30, carried=True), record("build", 3, 30)), "success", Unfit.CARRIED),
        ((record("lint", 3, 30), record("other", 3, 30)), "success", Unfit.UNMATCHED),
        ((record("lint", 3, 30), record("build", 5, 60), record("test", 50, 90)), "success", Unfit.CONTRADICTS),
    ],
)
def test_runs_that_cannot_be_replayed(jobs: tuple[JobRecord, ...], conclusion: str, why: Unfit) -> None:
    assert read(CHAIN, run(*jobs, conclusion=conclusion)) is why


def test_a_second_of_difference_between_clocks_is_no_contradiction() -> None:
    found = fit(CHAIN, run(record("lint", -1, 30), record("build", 5, 60), record("test", 59, 90)))
    assert found.begun == BEGUN - 1
    assert found.load["test"].legs[0].queue == 0


def test_where_only_jobs_say_how_it_ended() -> None:
    side = matcher(f"  a:\n    continue-on-error: true\n{STEPS}  b:\n{STEPS}")
    assert fit(side, run(record("a", 0, 5, "failure"), record("b", 0, 5), conclusion="")).passed
    assert not fit(side, run(record("a", 0, 5), record("b", 0, 5, "failure"), conclusion="")).passed
    assert not fit(side, run(record("a", 0, 5, "failure"), record("b", 0, 5), conclusion="failure")).passed


def test_a_run_without_times_is_left_out() -> None:
    untimed = replace(record("lint", 0, 5), started=None)
    alone = replace(run(record("lint", 4, 9)), created=None, started=None)
    assert read(CHAIN, replace(alone, jobs=(untimed,))) is Unfit.STOPPED
    assert fit(CHAIN, alone).begun == BEGUN + 4


@given(cases(limited=False), st.integers(0, 2))
def test_replaying_a_run_under_its_own_graph_gives_the_run(case: Case, matrix: int) -> None:
    """Whatever was simulated, recorded and read back is the same when it is replayed."""
    trace = simulate(case.shape, case.load)
    text = ""
    for job in case.shape.jobs:
        legs = len(case.load[job.id].legs)
        keys = f"    strategy: {{matrix: {{n: {list(range(legs))}}}}}\n"
        needs = ", ".join(case.shape.jobs[need].id for need in job.needs)
        text += f"  {job.id}:\n    needs: [{needs}]\n{keys}{STEPS}"
    numbers: dict[int, int] = {}
    jobs = []
    for number, place in enumerate(trace.jobs):
        numbers[place] = numbers.get(place, -1) + 1
        name = f"{case.shape.jobs[place].id} ({numbers[place]})"
        jobs.append(record(name, trace.start[number], trace.end[number]))
    found = baseline(matcher(text), [run(*jobs)], Assumptions(seed=matrix))
    assert found.traces[0].start == pytest.approx(trace.start, abs=1e-3)
    assert found.traces[0].makespan == pytest.approx(found.runs[0].measured, abs=1e-3)


def test_after_a_job_that_did_not_run_time_goes_on_from_what_came_before_it() -> None:
    side = workflow({"lint": [], "build": ["lint"], "test": ["build"]})
    jobs = (record("build", 30, 30, "skipped"), record("test", 34, 50))
    assert fit(side, run(record("lint", 3, 30), *jobs)).load["test"].legs[0].queue == 4
    assert fit(side, run(*jobs)).load["test"].legs[0].queue == 34


def test_a_leg_whose_failure_stopped_no_other() -> None:
    side = matcher(f"  m:\n    strategy: {{matrix: {{n: [1, 2, 3]}}}}\n{STEPS}")
    went_on = run(
        record("m (1)", 0, 10, "failure"), record("m (2)", 0, 50), record("m (3)", 0, 9), conclusion="failure"
    )
    found = baseline(side, [went_on], Assumptions())
    assert [leg.harmless for leg in found.runs[0].load["m"].legs] == [True, False, False]
    assert found.traces[0].makespan == 50
    cut = (record("m (2)", 0, 13, "cancelled"), record("m (3)", 0, 11))
    cut = (replace(cut[0], steps=(step(1, "x", 0, 13),)), cut[1])
    found = baseline(side, [run(record("m (1)", 0, 10, "failure"), *cut, conclusion="failure")], Assumptions())
    assert [leg.harmless for leg in found.runs[0].load["m"].legs] == [False, False, False]
    assert found.traces[0].makespan == 13
