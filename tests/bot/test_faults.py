"""Ways in which a forge can fail while the bot is at work: nobody loses anything, and the next run goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from bot.stage import BRANCH, BUILD, CI, DEMO, TYPES, Stage
from github_server.answer import Reply, failed
from github_server.server import Cut

LIMIT = Reply(403, failed(403, "API rate limit exceeded").body, {"x-ratelimit-remaining": "0"})
SECONDARY = Reply(429, failed(429, "You have exceeded a secondary rate limit").body, {"retry-after": "7"})
FAULTS = {
    "403 on the commit": ("GET .*/git/commits", failed(403, "Resource not accessible by integration"), 1, 1),
    "404 on the files": (r"GET .*/git/trees/.*recursive", failed(404, "Not Found"), 1, 1),
    "409 on a reference": ("GET .*/git/ref/", failed(409, "Conflict"), 2, 9),
    "422 on the pull request": ("(POST|PATCH) .*/pulls", failed(422, "Validation Failed"), 1, 1),
    "429 in the middle": ("POST .*/git/trees", SECONDARY, 2, 1),
    "the limit is used up": ("POST .*/git/commits", LIMIT, 2, 1),
    "500 on a blob": ("POST .*/git/blobs", failed(500, "Server Error"), 1, 9),
    "502 for long": ("POST .*/git/trees", failed(502, "Bad Gateway"), 2, 9),
    "no answer to a commit": ("POST .*/git/commits", Cut.SILENCE, 1, 9),
    "a lost request": ("(POST .*/git/refs|POST /graphql)", Cut.BEFORE, 1, 1),
    "a lost answer": ("(POST .*/git/refs|POST /graphql)", Cut.AFTER, 1, 1),
    "a lost answer to the pull request": ("(POST|PATCH) .*/pulls", Cut.AFTER, 1, 1),
    "no JSON": ("GET .*/compare/|GET .*/pulls", Reply(200, b"<html>"), 1, 9),
    "the rules may not be asked": ("GET .*/rules/", failed(403, "Resource not accessible by integration"), 1, 1),
}


@pytest.fixture
def steady(stage: Stage) -> Stage:
    """A time-out of a test takes a second."""
    stage.timeout = 1
    return stage


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_proposal_that_broke_off_goes_on_with_the_next_run(
    steady: Stage, fault: tuple[str, Reply | Cut, int, int]
) -> None:
    pattern, what, nth, times = fault
    steady.server.fail(pattern, what, nth, times)
    acted = steady.schedule()
    assert acted.summary
    assert steady.server.mend(), "the fault struck"
    steady.now += 3600
    steady.schedule()
    assert "`build` need not wait for `unit`" in steady.subjects
    assert len(steady.server.state.pulls) == 1
    steady.server.forget()
    steady.schedule()
    assert steady.server.writes == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_command_that_broke_off_is_done_once_by_the_next_delivery(
    steady: Stage, fault: tuple[str, Reply | Cut, int, int]
) -> None:
    steady.schedule()
    steady.comment(f"/needful drop {TYPES}")
    pattern, what, nth, times = fault
    steady.server.fail(pattern, what, nth, times)
    steady.comment(f"/needful drop {BUILD} because of a fault")
    assert steady.server.mend(), "the fault struck"
    steady.now += 3600
    steady.deliver(steady.last_comment())
    if "not done" in steady.said("status").split("Earlier")[0]:  # what was answered is over: somebody asks again
        steady.comment(f"/needful drop {BUILD} because of a fault")
    assert "`build` need not wait for `unit`" not in steady.subjects
    assert steady.pull.body.count("dropped by alice: of a fault") == 1
    assert f"- [ ] `{TYPES}`" in steady.pull.body
    assert len(steady.server.state.pulls) == 1
    assert steady.said("status")


def _moved(stage: Stage) -> object:
    return stage.server.state.push(BRANCH, {"mine.txt": b"mine"}, "My own")


def _gone(stage: Stage) -> object:
    stage.server.state.move(BRANCH, None)
    return None


@pytest.mark.parametrize("meanwhile", [_moved, _gone], ids=["a person pushes", "a person removes the branch"])
@pytest.mark.parametrize("moment", ["GET .*/compare/", "POST .*/git/trees", "POST /graphql", "PATCH .*/pulls/"])
def test_people_who_are_faster_win(steady: Stage, meanwhile: Callable[[Stage], object], moment: str) -> None:
    steady.schedule()
    steady.server.state.push("main", {CI: (DEMO / CI).read_bytes() + b"# more\n"})
    steady.server.meanwhile(moment, lambda: meanwhile(steady))
    steady.schedule()
    steady.schedule()
    assert len(steady.server.state.open_pulls()) <= 1
    if meanwhile is _moved:
        assert steady.server.state.file(BRANCH, "mine.txt") == b"mine"


def test_two_runs_at_once_open_one_pull_request(steady: Stage) -> None:
    both = [threading.Thread(target=steady.schedule) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(steady.server.state.pulls) == 1
    steady.server.forget()
    steady.schedule()
    assert steady.server.writes == []


def test_one_delivery_that_arrives_twice_at_once_counts_once(steady: Stage) -> None:
    steady.schedule()
    comment = steady.server.state.comment(1, f"/needful drop {BUILD}\n/needful drop {TYPES}\n/needful undo")
    both = [threading.Thread(target=steady.deliver, args=(comment,)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert "`build` need not wait for `unit`" not in steady.subjects
    assert "`types` need not wait for `lint`" in steady.subjects


def test_an_archive_is_left_alone(steady: Stage) -> None:
    steady.server.state.archived = True
    acted = steady.schedule()
    assert acted.code == 0
    assert "the repository is archived" in acted.summary
    assert steady.server.writes == []


def test_a_token_that_nobody_knows_is_said(steady: Stage) -> None:
    steady.server.fail("GET .*", failed(401, "Bad credentials"), times=9)
    acted = steady.schedule()
    assert acted.code == 2
    assert "does not know the token" in acted.log
