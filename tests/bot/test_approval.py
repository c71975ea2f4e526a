"""Runs that GitHub holds back until somebody approves them: said where people look, and never taken for runs."""

from __future__ import annotations

from dataclasses import replace

from bot.stage import ACTIONS, BRANCH, CI, Stage, recorded
from github_server.shapes import filled


def hold(stage: Stage, number: int) -> None:
    """GitHub holds back a run of the pull request's newest commit."""
    like = next(run for run in recorded() if run["event"] == "pull_request")
    own = {key: like[key] for key in ("name", "path", "event", "run_attempt", "run_started_at")}
    stamp = {"created_at": "2026-09-15T08:00:00Z", "updated_at": "2026-09-15T08:00:00Z"}
    held = {"status": "completed", "conclusion": "action_required", "head_branch": BRANCH, "head_sha": stage.pull.head}
    stage.server.state.runs.append(filled("workflow-run", **own, **stamp, **held, id=number))
    stage.server.state.jobs[number, 1] = []


def approve(stage: Stage, number: int) -> None:
    """Somebody approves it, and it runs as the same attempt."""
    (run,) = [run for run in stage.server.state.runs if run["id"] == number]
    run |= {"conclusion": "success", "updated_at": "2026-09-15T09:00:00Z"}
    like = next(run for run in recorded() if run["event"] == "pull_request" and run["conclusion"] == "success")
    keys = ("name", "status", "conclusion", "created_at", "started_at", "completed_at", "labels", "steps")
    stage.server.state.jobs[number, 1] = [
        filled("job", **{key: job[key] for key in keys}, id=number * 100 + place, run_id=number, run_attempt=1)
        for place, job in enumerate(like["jobs"])
    ]


def test_runs_that_wait_are_said_in_the_pull_request_until_they_run(recorded_stage: Stage) -> None:
    stage = recorded_stage
    stage.kept = {}
    stage.schedule()
    assert "approval" not in stage.pull.body
    saving = stage.pull.body.split("\n\n")[1]
    for number in (880_001, 880_002):
        hold(stage, number)
    stage.server.forget()
    stage.schedule()
    assert "> **2 runs of this pull request wait for approval.** GitHub starts them when" in stage.pull.body
    assert stage.pull.body.split("\n\n")[1] == saving, "the saving still comes first"
    # nothing is asked of the jobs of a run that has none
    assert not [asked for asked in stage.server.asked if "/880001/" in asked.path]
    # nothing changed, so nothing is written, and it is not forgotten where the list says that nothing is new
    stage.server.forget()
    stage.schedule()
    assert stage.server.writes == []
    approve(stage, 880_001)
    stage.server.forget()
    stage.schedule()
    assert "> **1 run of this pull request waits for approval.** GitHub starts it when" in stage.pull.body
    # the run that was approved is known now, with its jobs, though it is the same attempt
    assert [asked for asked in stage.server.asked if "/880001/" in asked.path]
    known = stage.bot().recording.of(CI)
    assert [run.jobs != () for run in known.runs if run.id == 880_001] == [True]
    assert [run.id for run in known.unapproved] == [880_002]


def test_whoever_measures_is_told_what_the_runs_wait_for(recorded_stage: Stage) -> None:
    stage = recorded_stage
    stage.schedule()
    hold(stage, 880_001)
    stage.comment("/needful measure")
    said = stage.said("status")
    assert "no run of the same event has ended on both sides yet" in said
    assert "**1 run of this pull request waits for approval.**" in said


def test_runs_of_older_commits_wait_for_nobody(recorded_stage: Stage) -> None:
    stage = recorded_stage
    stage.schedule()
    hold(stage, 880_001)
    stage.server.state.push("main", {"README.md": b"# New\n"})
    stage.comment("/needful rebase")
    stage.schedule()
    assert "approval" not in stage.pull.body


def test_the_token_of_a_run_is_told_that_its_pull_requests_start_nothing(stage: Stage) -> None:
    stage.token = replace(ACTIONS, may=ACTIONS.may | {"workflows"})
    stage.server.state.actions_may_open = True
    acted = stage.schedule()
    assert stage.pull.author.login == "github-actions[bot]"
    assert "Approve workflows to run" in acted.summary
