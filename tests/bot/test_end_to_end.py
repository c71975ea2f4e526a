"""A pull request's life, as the README tells it: proposed, steered, measured, merged."""

from __future__ import annotations

import json

from bot.stage import BRANCH, BUILD, CI, END_TO_END, Stage
from needful.forge.model import State


def test_from_a_schedule_to_the_measurement(recorded_stage: Stage) -> None:
    stage = recorded_stage
    state = stage.server.state

    # on Monday morning the schedule starts the bot, which opens a pull request: the saving first, a commit per change
    acted = stage.schedule()
    assert acted.code == 0
    pull = stage.pull
    assert (pull.branch, pull.base) == (BRANCH, "main")
    assert pull.title.startswith("ci.yml: ")
    first = pull.body.split("\n\n")[1]
    assert first.startswith("**A run comes in ")
    assert "95 % range" in first
    assert "`main` asks for `lint`, `unit (3.12)`." in pull.body
    assert "`build` need not wait for `unit`" in stage.subjects
    assert f"- [x] `{BUILD}`" in pull.body
    assert acted.outputs["changes"] == str(pull.body.count("- [x] `"))
    assert json.loads(acted.outputs["pull-requests"]) == [f"https://github.example.org/acme/shop/pull/{pull.number}"]
    # what is merged is on top of what there is, and nothing else was touched
    assert state.file(BRANCH, "Dockerfile") == state.file("main", "Dockerfile")

    # on Tuesday nothing is new, so nothing is written
    stage.server.forget()
    stage.schedule()
    assert stage.server.writes == []

    # a person drops a change, with a reason
    stage.comment(f"/needful drop {BUILD} because the tests are dear")
    assert stage.reactions(stage.last_comment()) == ["eyes", "rocket"]
    assert "`build` need not wait for `unit`" not in stage.subjects
    assert f"- [ ] `{BUILD}`" in pull.body
    assert "dropped by alice: the tests are dear" in pull.body
    assert "done" in stage.said("status")

    # and thinks better of it
    stage.comment(f"/needful apply {BUILD}")
    assert "`build` need not wait for `unit`" in stage.subjects
    assert f"- [x] `{BUILD}`" in pull.body

    # another one unticks a box instead
    stage.edit(pull.body.replace(f"- [x] `{END_TO_END}`", f"- [ ] `{END_TO_END}`"), "bob")
    assert "`end-to-end` need not wait for `unit`" not in stage.subjects
    assert "dropped by bob: unticked in the pull request" in pull.body

    # and takes that back
    stage.comment("/needful undo", "bob")
    assert "`end-to-end` need not wait for `unit`" in stage.subjects

    # an edge is kept for ever, by a comment in the file
    stage.comment("/needful keep unit->end-to-end because browsers are slow")
    assert "Keep `unit->end-to-end`" in stage.subjects
    assert "# needful: keep — browsers are slow" in stage.workflow
    assert "`end-to-end` need not wait for `unit`" not in stage.subjects

    # main moves on; the branch follows when somebody asks
    state.push("main", {"README.md": b"# New\n"})
    stage.comment("/needful rebase")
    assert state.file(BRANCH, "README.md") == b"# New\n"

    # the runs on the branch are measured, in one comment that is edited
    stage.comment("/needful measure")
    assert "no run of the same event has ended on both sides yet" in stage.said("status")
    stage.faster_runs(BRANCH, "pull_request", 30)
    stage.ended(BRANCH)
    assert "faster by" in stage.said("measured")
    assert "Predicted was -" in stage.said("measured")
    assert "The same jobs and steps ran on both sides." in stage.said("measured")
    assert stage.store is not None
    kinds = [entry.kind for entry in stage.store.entries("acme/shop", CI)]
    assert sorted(kinds) == ["outcome", "prediction"]

    # merged, it is measured again, and nothing is left to propose
    state.merge(pull.number)
    stage.faster_runs("main", "push", 30)
    stage.ended("main")
    assert "on `main` since the merge" in stage.said("measured")
    stage.schedule()
    assert state.open_pulls() == []
    assert [one.state for one in stage.bot().service.pull_requests(BRANCH)] == [State.MERGED]
