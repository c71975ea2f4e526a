"""What recorded runs say, and of how many cases."""

from __future__ import annotations

import statistics as standard

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.recordings import ZERO, at, job, run, step
from history.test_store import records
from needful.history.statistics import (
    JobStatistics,
    Rate,
    Spread,
    makespan,
    percentile,
    selected,
    spread,
    statistics_of,
)


def of_job(name: str, *values: object) -> JobStatistics:
    return next(found for found in statistics_of(records(*values)).jobs if found.name == name)


def test_percentiles() -> None:
    assert spread([5.0, None, 1.0, 3.0]) == Spread(3, 3.0, 4.6)
    assert spread([7.0]) == Spread(1, 7.0, 7.0)
    assert spread([None]) is None


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=50).map(sorted))
def test_percentiles_are_those_of_the_standard_library(values: list[float]) -> None:
    cuts = standard.quantiles(values, n=10, method="inclusive")
    assert [percentile(values, tenth / 10) for tenth in range(1, 10)] == pytest.approx(cuts)


def test_a_makespan_ends_with_the_last_job() -> None:
    jobs = [job("a", 5, 65), job("b", 5, 200, job_id=2), job("c", 900, 900, job_id=3, conclusion="skipped")]
    (one,) = records(run(), *jobs)
    assert makespan(one) == 200


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([run()], id="no jobs"),
        pytest.param([run(), job("a", 5, None, conclusion=None)], id="a job that still runs"),
        pytest.param([run(run_attempt=2, begun=500), job("a", run_attempt=2)], id="a job that was carried over"),
        pytest.param([run(), job("a", 5, 5, conclusion="skipped")], id="nothing ran"),
    ],
)
def test_what_has_no_makespan(values: list[object]) -> None:
    (one,) = records(*values)
    assert makespan(one) is None


def test_a_workflow() -> None:
    found = statistics_of(
        records(
            run(1, begun=0),
            run(2, begun=1000, conclusion="failure", event="pull_request"),
            run(2, begun=2000, run_attempt=2, event="pull_request"),
            run(3, begun=3000, conclusion="cancelled"),
            run(4, begun=4000, conclusion=None),
            job("a", 10, 70, run_id=1, job_id=1, created_at=at(4)),
            job("b", 10, 40, run_id=1, job_id=2, created_at=at(4), labels=["self-hosted", "arm"]),
            job("a", 1010, 1050, run_id=2, job_id=3, created_at=at(1004), conclusion="failure"),
            job("a", 2010, 2090, run_id=2, job_id=4, run_attempt=2, created_at=at(2004)),
        )
    )
    assert (found.runs, found.attempts, found.first, found.last) == (4, 5, ZERO, ZERO + 4000)
    assert found.events == (("push", 3), ("pull_request", 1))
    assert found.makespan == Spread(2, 80, 88)  # 70 and 90
    assert found.work == Spread(2, 85, 89)  # 60 + 30 and 80
    assert (found.failed, found.cancelled) == (Rate(1, 3), Rate(1, 4))
    assert found.waits == (("ubuntu-24.04", Spread(3, 6, 6)), ("self-hosted, arm", Spread(1, 6, 6)))
    assert [one.name for one in found.jobs] == ["a", "b"]
    assert found.jobs[0] == JobStatistics("a", Spread(2, 70, 78), Rate(1, 3), Rate(1, 3), Rate(1, 1), Rate(2, 2))


def test_nothing_is_said_of_nothing() -> None:
    found = statistics_of(())
    assert (found.runs, found.first, found.makespan, found.failed.share, found.jobs) == (0, None, None, None, ())


def test_both_outcomes_for_one_commit_are_flaky() -> None:
    shas = ["a" * 40, "a" * 40, "b" * 40, "c" * 40]
    outcomes = ["failure", "success", "timed_out", "success"]
    runs = [run(number, head_sha=sha) for number, sha in enumerate(shas, 1)]
    jobs = [job("t", run_id=number, job_id=number, conclusion=outcome) for number, outcome in enumerate(outcomes, 1)]
    found = of_job("t", *runs, *jobs)
    assert (found.flaky, found.failed, found.failed.share) == (Rate(1, 3), Rate(2, 4), 0.5)


def test_what_was_skipped_cancelled_or_carried_over_says_nothing_of_a_job() -> None:
    found = of_job(
        "t",
        *(run(number) for number in range(1, 4)),
        run(4, run_attempt=2, begun=500),
        job("t", run_id=1, job_id=1, conclusion="skipped"),
        job("t", run_id=2, job_id=2, conclusion="cancelled", steps=[step(1, "Set up job", 5, 6)]),
        job("t", run_id=3, job_id=3),
        job("t", run_id=4, job_id=4, run_attempt=2),
    )
    assert found == JobStatistics("t", Spread(1, 60, 60), Rate(0, 1), Rate(0, 2), Rate(0, 1), Rate(2, 4))


def test_a_run_of_which_only_jobs_are_known_succeeded_if_all_of_them_did() -> None:
    good = [job("a", job_id=1), job("b", 5, 5, job_id=2, conclusion="skipped")]
    bad = [job("a", run_id=72, job_id=3, conclusion="failure")]
    found = statistics_of(records(*good, *bad))
    assert (found.makespan, found.failed) == (Spread(1, 64, 64), Rate(0, 0))


def test_runs_since_a_time_or_of_some_commits() -> None:
    runs = records(run(1), run(2, begun=1000, head_sha="b" * 40))
    assert [one.id for one in selected(runs, ZERO + 500)] == [2]
    assert [one.id for one in selected(runs, frozenset({"a" * 40}))] == [1]
