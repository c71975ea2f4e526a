"""Changes that are read as one stand in one commit, and each can still be dropped and had back by its id."""

from __future__ import annotations

from bot.stage import BRANCH, CI, Stage
from needful.commands.checkboxes import boxes
from needful.document.parse import parse
from needful.source import Source
from needful.workflow.reader import read_workflow

LIMIT = "End a job that hangs: a limit from recorded runs, with headroom"
BUILD = "bound-job-time:ci.yml:build"


def limited(text: str) -> set[str]:
    """The jobs of a workflow that have a limit; raises for a text that is no workflow."""
    return {job.id for job in read_workflow(parse(Source(CI, text)), CI).jobs if job.timeout is not None}


def test_limits_of_jobs_are_one_commit_with_an_id_each(recorded_stage: Stage) -> None:
    stage = recorded_stage
    stage.schedule()
    (commit,) = [made for made in stage.server.state.log(BRANCH) if made.message.startswith(LIMIT)]
    ids = [change for change in boxes(stage.pull.body) if change.startswith("bound-job-time:")]
    assert len(ids) > 3
    assert [line for line in commit.message.split("\n") if line.startswith("Needful-Change: ")] == [
        f"Needful-Change: {change}" for change in ids
    ]
    assert limited(stage.workflow) >= {change.rpartition(":")[2] for change in ids}
    assert f"in {len(stage.subjects)} commits." in stage.pull.body
    # every prefix of the branch is a workflow
    objects = stage.server.state.objects
    for made in stage.server.state.log(BRANCH):
        read_workflow(parse(Source(CI, objects.data(objects.files(made.tree)[CI].sha).decode())), CI)


def test_one_of_them_can_be_dropped_and_had_back(recorded_stage: Stage) -> None:
    stage = recorded_stage
    stage.schedule()
    before = stage.workflow
    stage.comment(f"/needful drop {BUILD} because it may take long")
    assert "build" not in limited(stage.workflow)
    assert limited(stage.workflow) == limited(before) - {"build"}
    assert stage.subjects.count(LIMIT) == 1
    assert f"- [ ] `{BUILD}`" in stage.pull.body
    stage.edit(stage.pull.body.replace(f"- [ ] `{BUILD}`", f"- [x] `{BUILD}`"))
    assert stage.workflow == before


def test_what_was_declined_together_is_declined_each(recorded_stage: Stage) -> None:
    stage = recorded_stage
    stage.schedule()
    stage.server.state.decline(stage.pull.number)
    # one of them less is nothing new
    settings = "ignore: [{rule: bound-job-time, job: build}]\n"
    stage.server.state.push("main", {".github/needful.yml": settings.encode()})
    assert "was declined" in stage.schedule().summary
    assert stage.server.state.open_pulls() == []
