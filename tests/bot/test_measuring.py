"""Which runs are compared, and how far off earlier predictions were."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.stage import BRANCH, BUILD, CI, Stage, add_run, recorded
from needful.app.measuring import errors, sample_of
from needful.forge.marks import remembered
from needful.history.model import JobRecord, RunRecord, StepRecord
from needful.history.store import Entry

STEPS = (
    StepRecord(1, "Set up job", "success", 0.0, 1.0),
    StepRecord(2, "Run make", "success", 1.0, 60.0),
    StepRecord(3, "Run make more", "skipped"),
    StepRecord(4, "Complete job", "success", 60.0, 61.0),
)
JOB = JobRecord(1, "test", "success", (), 1_800_000_000.0, 1_800_000_010.0, 1_800_000_070.0, STEPS)
RUN = RunRecord(1, 1, "CI", CI, "push", "main", "0" * 40, "success", 1_800_000_000.0, 1_800_000_000.0, None, (JOB,))


def test_a_run_is_its_time_and_its_work() -> None:
    sample = sample_of(RUN)
    assert sample is not None
    assert (sample.event, sample.seconds) == ("push", 70.0)
    assert sample.work == {"test", "test / Run make"}


@pytest.mark.parametrize(
    "run",
    [
        replace(RUN, conclusion="failure"),
        replace(RUN, attempt=2),
        replace(RUN, jobs=()),
        replace(RUN, jobs=(replace(JOB, carried=True),)),
    ],
)
def test_what_ended_early_or_ran_twice_is_not_compared(run: RunRecord) -> None:
    assert sample_of(run) is None


def entry(key: str, kind: str, version: int = 1, **data: object) -> Entry:
    return Entry(key, kind, 1.0, version, json.dumps(data))


def test_only_sure_outcomes_count_as_errors() -> None:
    entries = [
        entry("pull 1", "prediction", change=-0.3),
        entry("pull 1", "outcome", change=-0.2, finding="faster"),
        entry("pull 2", "prediction", change=-0.3),
        entry("pull 2", "outcome", change=-0.1, finding="too_few"),
        entry("pull 3", "outcome", change=-0.1, finding="faster"),
        entry("pull 4", "prediction", version=9, change=-0.3),
        entry("pull 4", "outcome", change=-0.1, finding="faster"),
        Entry("pull 5", "outcome", 1.0, 1, "{"),
        Entry("pull 6", "outcome", 1.0, 1, "[]"),
    ]
    assert errors(entries) == [pytest.approx(0.1)]


def test_how_far_off_it_was_is_said_from_the_second_on(recorded_stage: Stage) -> None:
    stage = recorded_stage
    assert stage.store is not None
    stage.schedule()
    stage.faster_runs(BRANCH, "pull_request", 20)
    stage.ended(BRANCH)
    assert "predictions measured so far" not in stage.said("measured")
    stage.store.put_entry("acme/shop", CI, entry("pull 90", "prediction", change=-0.5))
    stage.store.put_entry("acme/shop", CI, entry("pull 90", "outcome", change=-0.4, finding="faster"))
    stage.ended(BRANCH)
    assert "Of 2 predictions measured so far, half were at most" in stage.said("measured")


def test_the_schedule_measures_what_is_open(recorded_stage: Stage) -> None:
    stage = recorded_stage
    stage.schedule()
    assert stage.said("measured") == ""  # nothing to say yet
    stage.faster_runs(BRANCH, "pull_request", 2)
    acted = stage.schedule()
    assert "not enough runs yet: 2 of" in stage.said("measured")
    assert "not enough runs yet" in acted.summary
    # and later what was merged, for a month
    stage.server.state.merge(stage.pull.number)
    stage.faster_runs("main", "push", 10)
    stage.schedule()
    assert "since the merge" in stage.said("measured")
    before = stage.said("measured")
    stage.now += 40 * 86_400
    stage.faster_runs("main", "push", 12, factor=2.0)
    stage.schedule()
    assert stage.said("measured") == before


def test_what_is_promised_is_what_is_left_of_the_changes(recorded_stage: Stage) -> None:
    stage = recorded_stage
    stage.schedule()
    whole = remembered(stage.pull.body)
    stage.comment(f"/needful drop {BUILD}")
    less = remembered(stage.pull.body)
    assert whole is not None
    assert less is not None
    assert whole.memory.promise is not None
    assert less.memory.promise is not None
    assert whole.memory.promise.share < less.memory.promise.share < 0
    # and what runs tell later changes no promise that was made
    stage.faster_runs("main", "pull_request", 20, factor=3.0)
    stage.schedule()
    assert remembered(stage.pull.body) == less


def test_only_runs_of_the_changes_that_are_there_count(recorded_stage: Stage) -> None:
    stage = recorded_stage
    stage.schedule()
    stage.faster_runs(BRANCH, "pull_request", 8)
    stage.now += 3600
    stage.comment("/needful measure")
    assert " 8 runs after, " in stage.said("status")
    stage.comment(f"/needful drop {BUILD}")
    stage.comment("/needful measure")
    assert "no run of the same event has ended on both sides yet" in stage.said("status")
    # the same changes on a newer commit are the same
    stage.faster_runs(BRANCH, "pull_request", 5)
    stage.server.state.push("main", {"README.md": b"# New\n"})
    stage.now += 3600
    stage.comment("/needful rebase\n/needful measure")
    assert " 5 runs after, " in stage.said("status")


def test_runs_of_a_fork_are_none_of_ours_whatever_its_branch_is_called(recorded_stage: Stage) -> None:
    stage = recorded_stage
    stage.schedule()
    stage.faster_runs(BRANCH, "pull_request", 20, factor=5.0)
    for run in stage.server.state.runs:
        if run["head_branch"] == BRANCH:
            run["head_repository"] = {**run["head_repository"], "full_name": "mallory/shop"}
    stage.comment("/needful measure")
    assert "no run of the same event has ended on both sides yet" in stage.said("status")


@pytest.mark.parametrize("branch", ["feature", "needful/other.yml"])
def test_runs_on_other_branches_are_not_measured(stage: Stage, branch: str) -> None:
    stage.schedule()
    assert "nothing to measure" in stage.ended(branch).summary


def test_a_run_without_a_proposal_is_not_measured(stage: Stage) -> None:
    assert "belongs to no pull request of Needful" in stage.ended("main").summary


def test_a_run_of_ours_never_counts_as_before(recorded_stage: Stage) -> None:
    """What ran on the branch would make the prediction look good, or bad."""
    stage = recorded_stage
    stage.schedule()
    first = stage.pull.body.split("\n\n")[1]
    slow = next(run for run in recorded() if run["event"] == "pull_request")
    for number in range(30):
        add_run(stage.server, {**slow, "id": 700_000 + number}, BRANCH)
    stage.schedule()
    assert stage.pull.body.split("\n\n")[1] == first
