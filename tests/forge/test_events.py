"""What an event asks for, told from payloads that follow GitHub's description."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge.payloads import Json, payload
from needful.errors import UserError
from needful.forge.events import Checking, Commanding, Event, Measuring, Nothing, Proposing, Ticking, event_of
from needful.history.fields import Fields, Place

COMMENT: dict[str, Json] = {
    "comment.body": "/needful plan",
    "comment.id": 77,
    "comment.user.login": "keeper",
    "comment.user.type": "User",
    "issue.number": 5,
    "sender.type": "User",
}
OURS: dict[str, Json] = {
    "number": 5,
    "pull_request.number": 5,
    "pull_request.body": "- [ ] `a`",
    "pull_request.head.ref": "needful/ci",
    "pull_request.head.sha": "a" * 40,
    "pull_request.head.repo.full_name": "tide/watch",
    "pull_request.base.repo.full_name": "tide/watch",
    "sender.login": "keeper",
    "sender.type": "User",
}


def event(name: str, kind: str, changed: dict[str, Json]) -> Event:
    return event_of(name, Fields(Place("event.json"), payload(kind, changed)))


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch", "repository_dispatch"])
def test_a_clock_or_a_click_asks_for_proposals(name: str) -> None:
    assert event(name, "workflow_dispatch$event", {}) == Proposing(by_hand=name != "schedule")


def test_a_push_asks_for_proposals_on_the_default_branch_alone() -> None:
    default: dict[str, Json] = {"repository.default_branch": "trunk"}
    assert event("push", "push$event", {**default, "ref": "refs/heads/trunk"}) == Proposing()
    other = event("push", "push$event", {**default, "ref": "refs/heads/topic"})
    assert other == Nothing("a push to `refs/heads/topic`: proposals are made for the default branch, `trunk`")
    assert isinstance(event("push", "push$event", {**default, "ref": "refs/tags/trunk"}), Nothing)


def test_a_comment_is_a_command() -> None:
    at_pull: dict[str, Json] = {
        **COMMENT,
        "issue.pull_request": {
            "url": "https://x.example",
            "html_url": "https://x.example",
            "diff_url": "https://x.example",
            "patch_url": "https://x.example",
        },
    }
    assert event("issue_comment", "issue_comment$created", at_pull) == Commanding(
        5, 77, "keeper", "/needful plan", True
    )
    at_issue = event("issue_comment", "issue_comment$created", dict(COMMENT))
    assert at_issue == Commanding(5, 77, "keeper", "/needful plan", False)


@pytest.mark.parametrize("whose", ["comment.user.type", "sender.type"])
def test_programs_give_no_commands(whose: str) -> None:
    found = event("issue_comment", "issue_comment$created", {**COMMENT, whose: "Bot"})
    assert found == Nothing("a program wrote the comment")


def test_what_was_asked_for_cannot_be_changed_afterwards() -> None:
    edited = payload("issue_comment$created", dict(COMMENT)) | {"action": "edited"}
    assert isinstance(event_of("issue_comment", Fields(Place("event.json"), edited)), Nothing)


def test_a_pull_request_is_checked() -> None:
    opened = event("pull_request", "pull_request$opened", dict(OURS))
    assert opened == Checking(5, "a" * 40, "needful/ci", fork=False)
    forked = event("pull_request", "pull_request$opened", {**OURS, "pull_request.head.repo.full_name": "me/watch"})
    assert forked == Checking(5, "a" * 40, "needful/ci", fork=True)


def test_a_pull_request_from_a_repository_that_is_gone_is_one_from_a_fork() -> None:
    made = payload("pull_request$opened", dict(OURS))
    made["pull_request"]["head"]["repo"] = None  # type: ignore[index, call-overload]
    assert event_of("pull_request", Fields(Place("event.json"), made)) == Checking(5, "a" * 40, "needful/ci", fork=True)


def test_an_edit_of_the_text_tells_both_texts() -> None:
    edited: dict[str, Json] = {**OURS, "changes": {"body": {"from": "- [x] `a`"}}}
    assert event("pull_request", "pull_request$edited", edited) == Ticking(
        5, "needful/ci", "keeper", "- [x] `a`", "- [ ] `a`"
    )
    titled: dict[str, Json] = {**OURS, "changes": {"title": {"from": "old"}}}
    assert isinstance(event("pull_request", "pull_request$edited", titled), Nothing)
    ours: dict[str, Json] = {**edited, "sender.type": "Bot"}
    assert event("pull_request", "pull_request$edited", ours) == Nothing("a program edited the pull request")


def test_other_news_of_a_pull_request_asks_for_nothing() -> None:
    labelled = payload("pull_request$opened", dict(OURS)) | {"action": "labeled"}
    assert isinstance(event_of("pull_request", Fields(Place("event.json"), labelled)), Nothing)


def test_a_run_that_ended_is_measured() -> None:
    ended: dict[str, Json] = {
        "workflow_run.id": 9,
        "workflow_run.path": ".github/workflows/ci.yml@refs/heads/main",
        "workflow_run.head_branch": "needful/ci",
    }
    assert event("workflow_run", "workflow_run$completed", ended) == Measuring(
        9, ".github/workflows/ci.yml", "needful/ci"
    )
    begun = payload("workflow_run$completed", ended) | {"action": "requested"}
    assert isinstance(event_of("workflow_run", Fields(Place("event.json"), begun)), Nothing)


def test_an_event_that_asks_for_nothing_is_no_failure() -> None:
    found = event_of("fork", Fields(Place("event.json"), {}))
    assert found == Nothing("the event `fork` asks for nothing: see the README for those that do")


def test_a_payload_that_is_none_of_githubs_is_said_with_its_place() -> None:
    with pytest.raises(UserError, match=r"comment\.body: expected a text, found a list"):
        event_of("issue_comment", Fields(Place("event.json"), {"action": "created", "comment": {"body": []}}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["action", "comment", "user", "body", "pull_request", "head", "changes"]), inner
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(["push", "pull_request", "issue_comment", "workflow_run"]), JSON)
def test_no_payload_breaks_anything(name: str, value: Json) -> None:
    if isinstance(value, dict):
        with suppress(UserError):
            event_of(name, Fields(Place("event.json"), value))
