"""The recorded history of the demonstration: what is committed is what is made, can be read and fits the workflow."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest

import demo_history
from needful.history.matching import Matcher
from needful.history.model import RunRecord
from needful.history.reading import read_runs
from needful.workflow.repository import Repository

CI = ".github/workflows/ci.yml"


@pytest.fixture(scope="module")
def runs() -> tuple[RunRecord, ...]:
    reading = read_runs([("runs.jsonl.gz", demo_history.HISTORY.read_bytes())])
    assert reading.problems == ()
    return reading.runs


def test_what_is_committed_is_what_would_be_made() -> None:
    committed = demo_history.HISTORY.read_bytes()
    assert gzip.decompress(committed).decode() == demo_history.text()
    assert len(committed) < 100_000


def test_every_line_says_that_it_is_made_up() -> None:
    lines = demo_history.text().splitlines()
    assert all(demo_history.MADE_UP in line for line in lines)
    assert len(lines) == 44


def test_every_job_and_step_is_one_of_the_workflow(checkout: Path, runs: tuple[RunRecord, ...]) -> None:
    demo = checkout / "fixtures" / "demo"
    files = {path.relative_to(demo).as_posix(): path.read_bytes() for path in demo.rglob("*") if path.is_file()}
    repository = Repository(".", files.get, [CI])
    workflow = repository.workflow(CI)
    assert workflow is not None
    matcher = Matcher(workflow, repository)
    for run in runs:
        match = matcher.match(run)
        assert match.share == 1.0, match.unmatched
        assert match.ambiguous == ()
        assert [job.loose for job in match.jobs if job.loose] == []


def test_runs_take_the_time_that_their_jobs_take(runs: tuple[RunRecord, ...]) -> None:
    for run in runs:
        fresh = [job for job in run.jobs if not job.carried]
        assert run.started is not None
        for job in fresh:
            assert job.created is not None
            assert job.started is not None
            assert job.completed is not None
            assert run.started <= job.created <= job.started <= job.completed
            ends = [step.completed for step in job.steps]
            assert ends == sorted(ends, key=lambda end: end or 0.0)
            assert not ends or ends[-1] == job.completed
        assert run.updated == max(job.completed or 0.0 for job in fresh) + 2


def test_what_is_hard_about_histories_is_in_it(runs: tuple[RunRecord, ...]) -> None:
    assert Counter(run.conclusion for run in runs) == {"success": 30, "failure": 13, "cancelled": 1}
    again = [run for run in runs if run.attempt == 2]
    assert [sum(job.carried for job in run.jobs) for run in again] == [8, 10]
    assert any(job.name == demo_history.WHOLE_UNIT for run in runs for job in run.jobs)
    waits = [(job.started or 0) - (job.created or 0) for run in runs for job in run.jobs if not job.carried]
    assert max(waits) > 60
    lengths = {(job.completed or 0) - (job.started or 0) for run in runs for job in run.jobs if job.name == "build"}
    assert len(lengths) > 20
