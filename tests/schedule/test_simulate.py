"""The simulator: hand-made cases, what holds for every schedule, and a second simulator as judge."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from needful.schedule.load import Decision, JobLoad, Leg, Limits, limits_of
from needful.schedule.model import StepBar
from needful.schedule.shape import Group, Runs, shape
from needful.schedule.simulate import simulate
from needful.schedule.slack import critical_legs, slack_of, timeline
from schedule.made import Case, cases, graph, job, load, second_by_second, spans


def test_jobs_wait_for_what_they_need_and_for_a_runner() -> None:
    found = spans(
        graph({"lint": [], "build": [], "test": ["lint", "build"]}), load({"lint": 30, "build": 50, "test": 10}, 5)
    )
    assert found == {"lint": (5, 35), "build": (5, 55), "test": (60, 70)}


def test_the_critical_path_and_slack() -> None:
    workflow = graph({"lint": [], "build": [], "test": ["lint", "build"], "docs": ["lint"]})
    bars = timeline(workflow, simulate(workflow, load({"lint": 30, "build": 50, "test": 10, "docs": 4}, 5))).bars
    assert {bar.name: (bar.critical, bar.slack) for bar in bars} == {
        "lint": (False, 20),
        "build": (True, 0),
        "test": (True, 0),
        "docs": (False, 26),
    }
    assert [bar.eligible for bar in bars] == [0, 0, 55, 35]


def test_who_asked_first_gets_the_first_place() -> None:
    workflow = graph({"a": [], "b": [], "c": [], "d": []})
    found = spans(workflow, load({"a": 10, "b": 4, "c": 5, "d": 1}), Limits(2))
    assert found == {"a": (0, 10), "b": (0, 4), "c": (4, 9), "d": (9, 10)}


def test_a_place_that_another_waits_for_has_no_slack() -> None:
    workflow = graph({"a": [], "b": [], "c": []})
    trace = simulate(workflow, load({"a": 10, "b": 4, "c": 9}), Limits(2))
    assert slack_of(workflow, trace) == [3, 0, 0]
    assert [trace.legs[leg].name for leg in critical_legs(trace)] == ["c", "b"]


def test_a_pool_of_its_own_does_not_hold_back_others() -> None:
    workflow = graph({"m1": [], "m2": [], "x": [], "own": []})
    made = {
        "m1": JobLoad((Leg("m1", 10, pool="macos"),)),
        "m2": JobLoad((Leg("m2", 10, pool="macos"),)),
        "x": JobLoad((Leg("x", 3, pool="linux"),)),
        "own": JobLoad((Leg("own", 3),)),
    }
    found = spans(workflow, made, Limits(2, (("macos", 1),)))
    assert found == {"m1": (0, 10), "m2": (10, 20), "x": (0, 3), "own": (0, 3)}


def test_limits_of_accounts() -> None:
    assert limits_of("free") == Limits(20, (("macos", 5),))
    assert limits_of("enterprise") == Limits(500, (("macos", 50),))
    assert limits_of(7) == Limits(7)


def test_no_more_legs_at_once_than_the_matrix_lets() -> None:
    workflow = shape((job("m", max_parallel=2),))
    made = {"m": JobLoad(tuple(Leg(name, seconds, 1) for name, seconds in (("a", 5), ("b", 2), ("c", 3), ("d", 1))))}
    bars = timeline(workflow, simulate(workflow, made)).bars
    assert [(bar.name, bar.eligible, bar.start, bar.end) for bar in bars] == [
        ("a", 0, 1, 6),
        ("b", 0, 1, 3),
        ("c", 0, 4, 7),
        ("d", 0, 7, 8),
    ]
    assert [bar.critical for bar in bars] == [True, False, False, True]


def test_a_failing_leg_ends_the_others() -> None:
    legs = (Leg("a", 5, result="failure"), Leg("b", 2), Leg("c", 30), Leg("d", 4, queue=9))
    for fail_fast, ends in ((True, [5, 2, 5, 5]), (False, [5, 2, 30, 13])):
        workflow = shape((job("m", fail_fast=fail_fast),))
        trace = simulate(workflow, {"m": JobLoad(legs)})
        assert trace.end == ends
        assert ("cancelled" in trace.result) is fail_fast


def test_a_leg_recorded_as_cancelled_ends_by_itself() -> None:
    legs = (Leg("a", 5, result="failure"), Leg("b", 7, result="cancelled"), Leg("c", 0, queue=6, result="cancelled"))
    trace = simulate(shape((job("m"),)), {"m": JobLoad(legs)})
    assert trace.end == [5, 7, 5]


def test_a_failure_skips_what_needs_it_and_runs_what_asks_for_it() -> None:
    jobs = [job("a")]
    jobs.append(job("b", (0,), jobs))
    jobs.append(job("c", (1,), jobs, runs=Runs.AFTER_FAILURE))
    jobs.append(job("d", (1,), jobs, runs=Runs.ALWAYS))
    made = load({"a": 5, "b": 4, "c": 3, "d": 2})
    assert simulate(shape(tuple(jobs)), made).result == ["success", "success", "skipped", "success"]
    made["a"] = JobLoad((Leg("a", 5, result="failure"),))
    trace = simulate(shape(tuple(jobs)), made)
    assert trace.result == ["failure", "skipped", "success", "success"]
    assert trace.end == [5, 5, 8, 7]


def test_a_tolerated_failure_stops_nothing() -> None:
    jobs = [job("a", tolerated=True)]
    jobs.append(job("b", (0,), jobs))
    made = load({"a": 5, "b": 4})
    made["a"] = JobLoad((Leg("a", 5, result="failure"), Leg("a2", 9)))
    assert simulate(shape(tuple(jobs)), made).end == [5, 9, 13]


def test_what_a_record_says_goes_before_results() -> None:
    workflow = graph({"a": [], "b": ["a"], "c": ["b"]})
    made = load({"a": 5, "b": 4, "c": 3})
    made["a"] = JobLoad((Leg("a", 5, result="failure"),))
    made["b"] = JobLoad(made["b"].legs, Decision.RUNS)
    made["c"] = JobLoad(made["c"].legs, Decision.SKIPPED)
    trace = simulate(workflow, made)
    assert trace.result == ["failure", "success", "skipped"]
    assert simulate(workflow, {"a": load({"a": 5})["a"]}).result == ["success", "skipped", "skipped"]


def test_one_of_a_group_at_a_time() -> None:
    def run(group: Group) -> list[tuple[float, float, str]]:
        jobs = tuple(job(name, group=group) for name in "abc")
        trace = simulate(shape(jobs), load({"a": 5, "b": 4, "c": 3}))
        return list(zip(trace.start, trace.end, trace.result, strict=True))

    assert run(Group("g", queues=True)) == [(0, 5, "success"), (5, 9, "success"), (9, 12, "success")]
    assert run(Group("g")) == [(0, 5, "success"), (0, 0, "cancelled"), (5, 8, "success")]
    assert run(Group("g", cancels=True)) == [(0, 0, "cancelled"), (0, 0, "cancelled"), (0, 3, "success")]


def test_who_was_dropped_while_waiting_for_a_group_is_not_dropped_again() -> None:
    jobs = [job("m", group=Group("g")), job("x")]
    jobs.append(job("n", (1,), jobs, group=Group("g")))
    made = load({"x": 9, "n": 4})
    made["m"] = JobLoad((Leg("a", 5, result="failure"), Leg("b", 3)))
    trace = simulate(shape(tuple(jobs)), made)
    assert list(zip(trace.end, trace.result, strict=True))[:2] == [(5, "failure"), (5, "cancelled")]
    late = [job("m", group=Group("g")), job("o", group=Group("g")), job("x"), job("n", group=Group("g"))]
    made = load({"o": 50, "x": 9, "n": 4})
    made["m"] = JobLoad((Leg("a", 5, 60), Leg("b", 3)))
    trace = simulate(shape(tuple(late)), made)
    assert trace.result == ["success", "cancelled", "cancelled", "success", "success"]
    assert trace.end == [65, 0, 0, 9, 69]


def test_nothing_takes_no_time() -> None:
    trace = simulate(graph({"a": []}), {})
    assert (critical_legs(trace), trace.makespan, simulate(graph({}), {}).makespan) == ([], 0, 0)


def test_the_steps_that_the_end_of_a_job_waits_for() -> None:
    steps = (
        StepBar("set up", 0, 1),
        StepBar("quick", 1, 2),
        StepBar("slow", 1, 6),
        StepBar("nothing", 6, 6),
        StepBar("test", 6.0000001, 9),
        StepBar("late", 20, 30),
    )
    workflow = graph({"a": []})
    (bar,) = timeline(workflow, simulate(workflow, {"a": JobLoad((Leg("a", 10, 5, steps=steps),))})).bars
    assert [one.name for one in bar.steps] == ["set up", "quick", "slow", "nothing", "test"]
    assert [one.start for one in bar.steps] == pytest.approx([5, 6, 6, 11, 11])
    assert [one.name for one in bar.steps if one.critical] == ["set up", "slow", "test"]


def test_a_newcomer_ends_who_holds_the_group() -> None:
    jobs = [job("x"), job("a", group=Group("g", cancels=True))]
    jobs.append(job("b", (0,), jobs, group=Group("g", cancels=True)))
    workflow = shape(tuple(jobs))
    trace = simulate(workflow, load({"x": 3, "a": 50, "b": 4}))
    assert trace.end == [3, 3, 7]
    assert trace.result == ["success", "cancelled", "success"]
    assert [trace.legs[leg].name for leg in critical_legs(trace)] == ["b", "a", "x"]


def test_removing_an_edge_can_make_a_capped_run_longer() -> None:
    """Graham, Bounds on multiprocessing timing anomalies (1969): fewer constraints, a later end."""
    seconds = {"a": 3, "b": 2, "c": 2, "d": 2, "e": 4, "f": 4, "g": 4, "h": 4, "i": 9}
    edges = {**{name: [] for name in "abcd"}, **{name: ["d"] for name in "efgh"}, "i": ["a"]}
    less = {**edges, "e": [], "f": []}
    before = simulate(graph(edges), load(seconds), Limits(3)).makespan
    after = simulate(graph(less), load(seconds), Limits(3)).makespan
    assert (before, after) == (12, 13)  # `d` comes first either way, then `e` and `f` before `i`
    assert simulate(graph(less), load(seconds)).makespan <= simulate(graph(edges), load(seconds)).makespan


@given(cases(failures=True))
def test_another_simulator_agrees(case: Case) -> None:
    trace = simulate(case.shape, case.load, case.limits)
    found = {
        leg.name: (trace.start[number], trace.end[number], trace.result[number])
        for number, leg in enumerate(trace.legs)
    }
    assert found == second_by_second(case)


@given(cases(failures=True))
def test_the_same_again(case: Case) -> None:
    first = simulate(case.shape, case.load, case.limits)
    assert first == simulate(case.shape, case.load, case.limits)
    assert timeline(case.shape, first) == timeline(case.shape, first)


@given(cases())
def test_what_holds_for_every_schedule(case: Case) -> None:
    trace = simulate(case.shape, case.load, case.limits)
    work = sum(leg.seconds for leg in trace.legs)
    free = simulate(case.shape, {name: _without_queue(one) for name, one in case.load.items()}).makespan
    pooled = sum(leg.seconds for leg in trace.legs if leg.pool)
    assert trace.makespan <= work + sum(leg.queue for leg in trace.legs)
    if all(one.max_parallel is None for one in case.shape.jobs):
        assert trace.makespan >= free
    if case.limits.total is not None:
        assert trace.makespan >= pooled / case.limits.total
    for number, leg in enumerate(trace.legs):
        place = trace.jobs[number]
        above = [other for other in range(len(trace.legs)) if trace.jobs[other] in case.shape.jobs[place].needs]
        assert trace.eligible[number] == max((trace.end[other] for other in above), default=0)
        assert trace.start[number] >= trace.eligible[number] + leg.queue
        assert trace.end[number] == trace.start[number] + leg.seconds
    for moment in trace.start:
        busy = [n for n in range(len(trace.legs)) if trace.start[n] <= moment < trace.end[n]]
        assert sum(1 for n in busy if trace.legs[n].pool) <= (case.limits.total or 10**9)
        assert sum(1 for n in busy if trace.legs[n].pool == "macos") <= dict(case.limits.pools).get("macos", 10**9)


def _without_queue(one: JobLoad) -> JobLoad:
    return JobLoad(tuple(Leg(leg.name, leg.seconds) for leg in one.legs))


@given(cases())
def test_the_critical_path_leads_from_the_start_to_the_end(case: Case) -> None:
    trace = simulate(case.shape, case.load, case.limits)
    path = critical_legs(trace)[::-1]
    slack = slack_of(case.shape, trace)
    assert trace.end[path[-1]] == trace.makespan
    assert [slack[leg] for leg in path] == [0] * len(path)
    assert trace.eligible[path[0]] == 0
    for former, leg in pairwise(path):
        assert trace.end[former] <= trace.start[leg]
        limit_waited = trace.start[leg] == trace.end[former]
        assert limit_waited or trace.start[leg] == trace.end[former] + trace.legs[leg].queue


@given(cases(limited=False))
def test_slack_is_how_much_longer_a_leg_may_take(case: Case) -> None:
    trace = simulate(case.shape, case.load)
    slack = slack_of(case.shape, trace)
    for number, leg in enumerate(trace.legs):
        name = case.shape.jobs[trace.jobs[number]].id
        for more, same in ((slack[number], True), (slack[number] + 1, False)):
            legs = tuple(
                Leg(one.name, one.seconds + more * (one is leg), one.queue, pool=one.pool)
                for one in case.load[name].legs
            )
            longer = simulate(case.shape, {**case.load, name: JobLoad(legs)}).makespan
            assert (longer == trace.makespan) is same
