"""Commands in comments and by checkboxes: who may, what is done, what is said, and that nothing is done twice."""

from __future__ import annotations

import threading

import pytest

from bot.stage import APP, BRANCH, BUILD, CI, DEMO, HANDBOOK, TYPES, UNIT, Stage
from forge.payloads import Json, payload
from github_server.answer import failed
from github_server.server import Cut
from needful.app.acting import Mode, act
from needful.app.publish import decided
from needful.commands.checkboxes import BECAUSE
from needful.commands.grammar import spell
from needful.forge.events import event_of
from needful.forge.marks import remembered
from needful.history.fields import Place, fields_at


@pytest.fixture
def proposed(stage: Stage) -> Stage:
    stage.schedule()
    stage.server.forget()
    return stage


def decisions(stage: Stage) -> list[str]:
    (pull,) = stage.bot().service.open_pull_requests("needful/")
    return [spell(one.command) for one in decided(pull)]


# --- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("author", ["carol", "mallory"])
def test_only_who_may_write_may_ask(proposed: Stage, author: str) -> None:
    before = proposed.server.state.refs[BRANCH]
    proposed.comment(f"/needful drop {BUILD}", author)
    assert proposed.server.state.refs[BRANCH] == before
    assert "only people who may write to this repository" in proposed.said("status")
    assert proposed.reactions(proposed.last_comment()) == ["eyes", "confused"]


def test_whoever_may_not_write_ticks_in_vain(proposed: Stage) -> None:
    body = proposed.pull.body
    proposed.edit(body.replace(f"- [x] `{BUILD}`", f"- [ ] `{BUILD}`"), "carol")
    assert "`build` need not wait for `unit`" in proposed.subjects
    assert f"- [x] `{BUILD}`" in proposed.pull.body
    assert "only people who may write" in proposed.said("status")


def test_on_pull_requests_of_others_only_what_reads(stage: Stage) -> None:
    state = stage.server.state
    state.push("feature", {CI: (DEMO / CI).read_bytes() + b"# more\n"})
    pull = stage.bot().service.open_pull_request("feature", "main", "Mine", "")
    stage.comment(f"/needful drop {BUILD}", number=pull.number)
    assert "this works on pull requests of Needful only" in stage.said("status")
    stage.comment("/needful plan", number=pull.number)
    assert "`build` need not wait for `unit`" in stage.said("status")
    stage.comment("/needful explain lint->types", number=pull.number)
    assert "`types` waits for `lint`" in stage.said("status")
    assert state.refs["feature"] == pull.head


def test_a_fork_may_be_asked_about_and_is_never_ours(proposed: Stage) -> None:
    fork = proposed.server.state.fork_pull(BRANCH, "Fake", proposed.pull.body)
    proposed.comment(f"/needful drop {BUILD}", number=fork.number)
    assert "pull requests of Needful only" in proposed.said("status")
    proposed.comment("/needful plan", number=fork.number)
    assert "changes no workflow" in proposed.said("status")


# --- what is done ----------------------------------------------------------------------------------------------------


def test_one_that_is_offered_for_review_is_applied_by_name(proposed: Stage) -> None:
    proposed.comment(f"/needful apply {HANDBOOK}")
    assert "`handbook` need not wait for `lint`" in proposed.subjects
    assert ", each in a commit of its own" in proposed.pull.body
    assert f"- [x] `{HANDBOOK}`" in proposed.pull.body


def test_a_rule_that_is_ignored_is_written_into_the_settings(proposed: Stage) -> None:
    proposed.comment("/needful ignore drop-false-needs types")
    assert b"drop-false-needs" in proposed.server.state.file(BRANCH, ".github/needful.yml")
    assert "`types` need not wait for `lint`" not in proposed.subjects
    assert "Ignore `drop-false-needs` for `types` in `ci.yml`" in proposed.subjects
    assert ".github/needful.yml" not in str(proposed.server.state.objects.files(_tree(proposed, "main")))


def _tree(stage: Stage, branch: str) -> str:
    return stage.server.state.objects.made(stage.server.state.refs[branch]).tree


def test_all_are_done_or_none(proposed: Stage) -> None:
    before = proposed.server.state.refs[BRANCH]
    proposed.comment(f"/needful drop {BUILD}\n/needful drop drop-false-needs:ci.yml:types:lnit")
    assert f"did you mean `{TYPES}`" in proposed.said("status")
    assert "Nothing was done" in proposed.said("status")
    assert proposed.server.state.refs[BRANCH] == before
    assert decisions(proposed) == []
    proposed.comment(f"/needful drop {BUILD}\nand a word about it\n\n/needful drop {TYPES} because\n/needful help")
    assert decisions(proposed) == []  # no reason follows `because`
    proposed.comment(f"/needful drop {BUILD}\n\n/needful drop {TYPES}\n/needful help")
    assert decisions(proposed) == [f"/needful drop {BUILD}", f"/needful drop {TYPES}"]
    assert "`/needful help`" in proposed.said("status")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("/needful frobnicate", "there is no such command"),
        ("/needful keep lint->nothing because I say so", "there is no job `nothing`"),
        ("/needful keep lint->deploy because I say so", "does not wait for `lint`"),
        ("/needful ignore no-such-rule", "there is no rule `no-such-rule`"),
        (f"/needful apply {HANDBOOK}x", "there is no change"),
        ("/needful undo", "nothing was decided"),
        ("/needful explain no->where", "Nothing was done"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_done(proposed: Stage, body: str, words: str) -> None:
    before, text = proposed.server.state.refs[BRANCH], proposed.pull.body
    proposed.comment(body)
    assert words in proposed.said("status")
    assert (proposed.server.state.refs[BRANCH], proposed.pull.body) == (before, text)
    assert proposed.reactions(proposed.last_comment()) == ["eyes", "confused"]


@pytest.mark.parametrize("body", ["Thanks!", "    /needful undo", "> /needful undo", "```\n/needful undo\n```"])
def test_what_is_no_command_is_left_alone(proposed: Stage, body: str) -> None:
    proposed.comment(body)
    assert proposed.server.writes == []


def test_programs_are_not_listened_to(proposed: Stage) -> None:
    values: dict[str, Json] = {
        "comment.body": "/needful undo",
        "comment.user.type": "Bot",
        "sender.type": "Bot",
        "comment.id": 1,
    }
    sent = payload("issue_comment$created", {**values, "issue.number": 1, "issue.pull_request": {"url": "x"}})
    acted = act(proposed.bot(), event_of("issue_comment", fields_at(Place("e"), sent)), Mode.AUTO, ())
    assert "a program wrote the comment" in acted.summary
    assert proposed.server.asked == []


def test_explanations_name_what_was_seen(proposed: Stage) -> None:
    proposed.comment(f"/needful explain {BUILD}")
    assert "reads no output, artifact or cache" in proposed.said("status")
    proposed.comment("/needful explain unit->build")
    assert "`build` waits for `unit`" in proposed.said("status")
    proposed.comment("/needful plan")
    assert "### What changes" in proposed.said("status")


def test_the_last_answer_stands_above_the_earlier_ones(proposed: Stage) -> None:
    proposed.comment(f"/needful drop {BUILD}")
    proposed.comment("/needful undo", "bob")
    said = proposed.said("status")
    assert said.index("/needful undo") < said.index("Earlier") < said.index(f"/needful drop {BUILD}")


# --- twice, and at once ----------------------------------------------------------------------------------------------


def test_the_same_delivery_twice_does_nothing_twice(proposed: Stage) -> None:
    proposed.comment(f"/needful drop {BUILD}\n/needful drop {TYPES}")
    proposed.comment("/needful undo")
    before = decisions(proposed)
    proposed.server.forget()
    acted = proposed.deliver(proposed.last_comment())
    assert proposed.server.writes == []
    assert "answered already" in acted.summary
    assert decisions(proposed) == before == [f"/needful drop {BUILD}"]


def test_not_even_where_the_first_broke_off_before_it_could_answer(proposed: Stage) -> None:
    proposed.comment(f"/needful drop {BUILD}\n/needful drop {TYPES}")
    proposed.server.fail("PATCH .*/issues/comments/", failed(502, "Bad gateway"), times=4)
    proposed.comment("/needful undo")
    assert decisions(proposed) == [f"/needful drop {BUILD}"]
    proposed.deliver(proposed.last_comment())
    assert decisions(proposed) == [f"/needful drop {BUILD}"]
    assert "`undo`: done" in proposed.said("status")


def test_two_commands_at_once_are_both_kept(proposed: Stage) -> None:
    state = proposed.server.state
    ids = [state.comment(1, f"/needful drop {one}", "alice") for one in (BUILD, TYPES)]
    first = threading.Thread(target=proposed.deliver, args=(ids[0],))
    proposed.server.meanwhile("PATCH .*/pulls/", first.start)  # the other one goes all the way now
    proposed.deliver(ids[1])
    first.join()
    assert sorted(decisions(proposed)) == sorted([f"/needful drop {BUILD}", f"/needful drop {TYPES}"])
    assert len(state.pulls) == 1


def test_boxes_that_were_ticked_meanwhile_count_too(proposed: Stage) -> None:
    """Nobody told the bot: the event is still waiting. The next run of any kind sees it."""
    proposed.pull.body = proposed.pull.body.replace(f"- [x] `{TYPES}`", f"- [ ] `{TYPES}`")
    proposed.comment(f"/needful drop {BUILD}")
    assert decisions(proposed) == [f"/needful drop {TYPES} because {BECAUSE}", f"/needful drop {BUILD}"]
    assert f"- [ ] `{TYPES}`" in proposed.pull.body
    assert "`types` need not wait for `lint`" not in proposed.subjects


# --- what stays ------------------------------------------------------------------------------------------------------


def test_a_reason_that_means_to_break_out_stays_text(proposed: Stage) -> None:
    proposed.comment(f"/needful drop {UNIT} because --> <b>@team</b> <!-- needful:end --> ${{{{ x }}}} `rm -rf`")
    body = proposed.pull.body
    assert body.count("<!-- needful:end -->") == 1
    assert "<b>" not in body
    assert "@team" not in body.partition("} -->")[2]
    state = remembered(body)
    assert state is not None
    assert state.memory.decisions[0].command.because.startswith("--> <b>@team</b>")  # type: ignore[union-attr]


def test_commits_of_a_person_are_named_and_left(proposed: Stage) -> None:
    theirs = proposed.server.state.push(BRANCH, {"mine.txt": b"mine"}, "My own")
    for command in (f"/needful drop {BUILD}", "/needful rebase"):
        proposed.comment(command)
        assert "holds a commit of somebody else" in proposed.said("status")
        assert proposed.server.state.refs[BRANCH] == theirs


def test_when_all_is_dropped_it_closes_and_undo_opens_it_again(proposed: Stage) -> None:
    ids = " ".join(one for one in _boxes(proposed))
    proposed.comment(f"/needful drop {ids}")
    assert proposed.server.state.open_pulls() == []
    assert "There is nothing left to propose" in proposed.said("status")
    proposed.comment("/needful undo", number=1)
    assert "`build` need not wait for `unit`" in proposed.subjects


def _boxes(stage: Stage) -> list[str]:
    lines = stage.pull.body.splitlines()
    return [line.removeprefix("- [x] `").removesuffix("`") for line in lines if line.startswith("- [x] `")]


def test_a_closed_pull_request_takes_no_decisions(proposed: Stage) -> None:
    proposed.server.state.decline(1)
    proposed.comment(f"/needful drop {BUILD}", number=1)
    assert "this pull request is closed" in proposed.said("status")


def test_a_lost_answer_is_not_asked_twice(proposed: Stage) -> None:
    proposed.server.fail("POST .*/issues/1/comments", Cut.AFTER)
    proposed.comment("/needful help")
    assert proposed.said("status")  # one comment: `said` sees to that
    assert [one.author for one in proposed.server.state.remarks.values()].count(APP) == 1
