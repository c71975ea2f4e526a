"""What a run of the bot proposes, what it leaves, and what it says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.stage import BRANCH, BUILD, CI, DEMO, Stage
from github_server.answer import failed
from needful.app.acting import Mode
from needful.errors import UserError
from needful.forge.marks import remembered

SERIAL = b"""\
on: push
permissions: {contents: read}
jobs:
  lint:
    runs-on: ubuntu-latest
    steps: [{uses: actions/checkout@v7}, {run: ruff check .}]
  test:
    needs: [lint]
    runs-on: ubuntu-latest
    steps: [{uses: actions/checkout@v7}, {run: mypy src}]
"""
OTHER = ".github/workflows/other.yml"


def settings(stage: Stage, text: str) -> None:
    stage.server.state.push("main", {".github/needful.yml": text.encode()})


def test_again_nothing_is_written_and_hardly_anything_asked(recorded_stage: Stage) -> None:
    stage = recorded_stage
    stage.kept = {}
    stage.schedule()
    runs = [asked for asked in stage.server.asked if "/actions/" in asked.path]
    assert len(runs) <= len(stage.server.state.runs) + 5
    stage.server.forget()
    stage.schedule()
    assert stage.server.writes == []
    assert [asked.status for asked in stage.server.asked if "/actions/" in asked.path] == [304]


def test_other_commits_on_main_change_nothing(stage: Stage) -> None:
    stage.schedule()
    stage.server.state.push("main", {"README.md": b"# New\n"})
    stage.server.forget()
    stage.schedule()
    assert stage.server.writes == []


def test_history_that_cannot_be_had_stops_no_proposal(recorded_stage: Stage) -> None:
    recorded_stage.server.fail("GET .*/runs", failed(502, "Bad gateway"), times=100)
    acted = recorded_stage.schedule()
    assert acted.code == 0
    assert recorded_stage.pull.branch == BRANCH
    assert "recorded runs could not all be fetched" in acted.summary
    assert "No times are claimed" in recorded_stage.pull.body


def test_a_plan_is_made_anew_where_main_moves_meanwhile(stage: Stage) -> None:
    new = (DEMO / CI).read_bytes().replace(b"name: CI", b"name: Everything")
    stage.server.meanwhile("GET .*/git/blobs", lambda: stage.server.state.push("main", {CI: new}))
    stage.schedule()
    assert "name: Everything" in stage.workflow
    assert "`build` need not wait for `unit`" in stage.subjects


def test_commits_of_a_person_stay(stage: Stage) -> None:
    stage.schedule()
    theirs = stage.server.state.push(BRANCH, {"mine.txt": b"mine"}, "My own")
    stage.server.state.push("main", {CI: (DEMO / CI).read_bytes() + b"# more\n"})
    acted = stage.schedule()
    assert stage.server.state.refs[BRANCH] == theirs
    assert "holds a commit of somebody else" in acted.summary
    # nor is their pull request closed where nothing of ours would be left
    stage.server.state.push("main", {CI: stage.workflow.encode()})
    assert "holds a commit of somebody else" in stage.schedule().summary
    assert stage.pull.state == "open"


def test_what_nobody_needs_any_more_is_withdrawn(stage: Stage) -> None:
    stage.schedule()
    number = stage.pull.number
    stage.server.state.push("main", {CI: stage.workflow.encode()}, "By hand")
    acted = stage.schedule()
    assert stage.server.state.open_pulls() == []
    state = remembered(stage.server.state.pulls[number].body)
    assert state is not None
    assert state.withdrawn
    assert "nothing left to propose" in acted.summary


def test_a_workflow_that_is_gone_takes_its_pull_request_along(stage: Stage) -> None:
    stage.server.state.push("main", {OTHER: SERIAL})
    stage.schedule()
    assert {pull.branch for pull in stage.server.state.open_pulls()} == {BRANCH, "needful/other.yml"}
    settings(stage, "workflows: {exclude: [other.yml]}")
    acted = stage.schedule()
    assert stage.pull.branch == BRANCH
    assert "The workflow is gone, or the settings leave it out" in acted.summary


def test_what_was_declined_stays_declined_and_what_was_dropped_stays_dropped(stage: Stage) -> None:
    stage.schedule()
    stage.comment(f"/needful drop {BUILD} because of the bill")
    stage.server.state.decline(stage.pull.number)
    assert "was declined" in stage.schedule().summary
    assert stage.server.state.open_pulls() == []
    stage.server.state.refs.pop(BRANCH)
    stage.server.state.push("main", {CI: (DEMO / CI).read_bytes() + b"# more\n"})
    stage.schedule()
    assert "`build` need not wait for `unit`" not in stage.subjects
    assert "dropped by alice: of the bill" in stage.pull.body


def test_no_more_are_open_than_the_settings_allow(stage: Stage) -> None:
    stage.server.state.push("main", {OTHER: SERIAL})
    settings(stage, "pull-requests: {limit: 1}")
    acted = stage.schedule()
    assert len(stage.server.state.open_pulls()) == 1
    assert "No more pull requests may be open" in acted.summary


def test_the_settings_say_when(stage: Stage) -> None:
    settings(stage, "pull-requests: {propose: never}")
    assert "open nothing new now" in stage.schedule().summary
    assert stage.server.state.open_pulls() == []
    stage.click()  # a person may at any time
    assert stage.pull.branch == BRANCH


def test_once_a_week_means_once_a_week(stage: Stage) -> None:
    settings(stage, "pull-requests: {propose: weekly, day: monday}")
    assert datetime.fromtimestamp(stage.now, UTC).strftime("%A") != "Monday"
    stage.schedule()
    stage.server.state.push("main", {OTHER: SERIAL})
    stage.schedule()
    assert [pull.branch for pull in stage.server.state.open_pulls()] == [BRANCH]
    stage.now += 7 * 86_400
    stage.schedule()
    assert len(stage.server.state.open_pulls()) == 2


def test_labels_and_reviewers_come_from_the_settings(stage: Stage) -> None:
    settings(stage, "pull-requests: {labels: [ci], reviewers: [bob, nobody]}")
    acted = stage.schedule()
    assert (stage.pull.labels, stage.pull.reviewers) == (["ci"], ["bob"])
    assert "nobody could not be asked for a review" in acted.summary


def test_settings_that_are_wrong_stop_it_with_their_line(stage: Stage) -> None:
    settings(stage, "tier: safe\nlimit: 3\n")
    with pytest.raises(UserError, match=r"needful.yml:2:1"):
        stage.schedule()
    assert stage.server.state.open_pulls() == []


def test_a_workflow_that_cannot_be_read_stops_no_other(stage: Stage) -> None:
    stage.server.state.push("main", {OTHER: b"on: [\n"})
    acted = stage.schedule()
    assert (acted.code, stage.pull.branch) == (2, BRANCH)
    assert "other.yml: line 2: not valid YAML" in acted.log
    assert "not valid YAML" in acted.summary


def test_a_dry_run_writes_nothing(stage: Stage) -> None:
    stage.dry_run = True
    acted = stage.schedule()
    assert stage.server.writes == []
    assert acted.patch.startswith("diff --git")


def test_links_follow_a_link_of_the_repository(stage: Stage) -> None:
    """The plan reads the files of the commit, links included, and not those of any checkout."""
    state = stage.server.state
    state.push("main", {"actions/setup/action.yml": (DEMO / ".github/actions/setup/action.yml").read_bytes()})
    stage.schedule()
    linked = stage.subjects
    state.push("main", {".github/actions/setup/action.yml": b"../../../actions/setup/action.yml"}, mode="120000")
    stage.schedule()
    assert stage.subjects == linked


def test_a_mode_does_that_alone(stage: Stage) -> None:
    assert "brings no command" in stage.run("schedule", {}, Mode.COMMAND).summary
    assert "No pull request of Needful is open" in stage.run("schedule", {}, Mode.MEASURE).summary
    assert stage.server.writes == []
    pushed = {"ref": "refs/heads/main"}
    assert "1 pull request is open" in stage.run("push$event", {**pushed}, Mode.PROPOSE).summary


def test_a_push_elsewhere_and_an_unknown_event_do_nothing(stage: Stage) -> None:
    assert "Nothing to do" in stage.run("push$event", {"ref": "refs/heads/feature"}).summary
    assert stage.server.asked == []
