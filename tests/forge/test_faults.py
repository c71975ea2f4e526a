"""Whatever goes wrong: no work of a person's is lost, there is no second pull request, and the next run finishes it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from forge.places import PATCHES, STEPS, OnGitHub, publication
from forge.samples import BRANCH, CI, CI_BYTES, Clock, Connect
from github_server.answer import Reply, failed
from github_server.server import Cut, Server
from needful.app.publish import Declined, Done, Outcome, Publication, Published, publish
from needful.forge.branches import meaning, sealed
from needful.forge.github.connection import PATIENCE
from needful.forge.github.service import GitHub
from needful.forge.outcomes import (
    CannotOpenPullRequests,
    CannotPushWorkflows,
    ComeBack,
    Moved,
    PersonsWork,
    Refused,
    Unavailable,
)

DRESSED = {"labels": ("ci",), "reviewers": ("bob",)}

OPENING = {
    "the repository": "GET /repos/acme/shop$",
    "the default branch": "GET .*/git/ref/heads/main",
    "our pull requests": "GET .*/pulls.*head=",
    "all pull requests": "GET .*/pulls.*state=open",
    "our branch": "GET .*/git/ref/heads/needful",
    "the commit": "GET .*/git/commits",
    "a folder": "GET .*/git/trees",
    "a file": "GET .*/git/blobs",
    "making a blob": "POST .*/git/blobs",
    "making a tree": "POST .*/git/trees",
    "making a commit": "POST .*/git/commits",
    "making the branch": "POST .*/git/refs",
    "opening the pull request": "POST .*/pulls$",
    "events": "GET .*/events",
    "labels": "POST .*/labels",
    "reviewers": "POST .*/requested_reviewers",
}
UPDATING = {
    "comparing": "GET .*/compare/",
    "moving the branch": "POST /graphql",
    "reading the pull request": r"GET .*/pulls/\d+",
    "changing the pull request": r"PATCH .*/pulls/\d+",
}
FAULTS: dict[str, Reply | Cut] = {
    "403": failed(403, "Resource not accessible by integration"),
    "404": failed(404, "Not Found"),
    "409": failed(409, "Git Repository is unavailable"),
    "422": failed(422, "Validation Failed", "something is wrong"),
    "429": failed(429, "You have exceeded a secondary rate limit")._replace(headers={"retry-after": "7"}),
    "502": Reply(502, b"<html>Bad Gateway</html>"),
    "lost request": Cut.BEFORE,
    "lost answer": Cut.AFTER,
}


@pytest.fixture
def place(server: Server, github: GitHub) -> OnGitHub:
    return OnGitHub(server, github)


def assert_sound(server: Server, main: str) -> None:
    """What must hold at any moment."""
    assert len(server.state.open_pulls()) <= 1
    assert server.state.refs["main"] == main
    assert server.state.file("main", CI) == CI_BYTES
    if BRANCH in server.state.refs:  # never half a proposal: each prefix would be one, but not this one
        assert server.state.file(BRANCH, CI) in {STEPS[1], STEPS[0]}


def finish(place: OnGitHub, server: Server, wanted: Publication) -> None:
    """The next run, without faults, gets there, and the one after it has nothing to do."""
    outcome = publish(place.forge, wanted, 2)
    assert isinstance(outcome, Published), outcome
    (pull,) = server.state.open_pulls()
    assert place.file(BRANCH, CI) == wanted.patches[-1].content
    assert (pull.labels, pull.reviewers) == (list(wanted.labels), list(wanted.reviewers))
    server.forget()
    again = publish(place.forge, wanted, 2)
    assert isinstance(again, Published)
    assert (again.done, server.writes) == (Done.UNCHANGED, [])


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("where", OPENING)
def test_a_fault_on_the_way_to_a_pull_request(place: OnGitHub, server: Server, where: str, fault: str) -> None:
    wanted = publication(place, **DRESSED)
    server.fail(OPENING[where], FAULTS[fault])
    outcome = publish(place.forge, wanted, 2)
    assert any(asked.status in {0, *(403, 404, 409, 422, 429, 502)} for asked in server.asked)
    assert isinstance(outcome, Published) or str(outcome)
    assert_sound(server, wanted.base)
    if fault in {"409", "429", "502", "lost request", "lost answer"}:  # those pass
        assert isinstance(outcome, Published)
        assert len(server.state.pulls) == 1
    finish(place, server, wanted)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("where", UPDATING)
def test_a_fault_on_the_way_to_an_update(place: OnGitHub, server: Server, where: str, fault: str) -> None:
    publish(place.forge, publication(place, patches=PATCHES[:1], **DRESSED), 2)
    place.push("main", {"README.md": b"# New\n"})
    wanted = publication(place, anew=True, body=lambda _: "It saves 4 min.", **DRESSED)
    server.fail(UPDATING[where], FAULTS[fault])
    outcome = publish(place.forge, wanted, 2)
    assert_sound(server, wanted.base)
    if fault in {"409", "429", "502", "lost request", "lost answer"}:
        assert isinstance(outcome, Published)
    finish(place, server, wanted)
    assert "4 min" in server.state.open_pulls()[0].body


class TestWhatIsSaid:
    @pytest.mark.parametrize("where", ["making a blob", "making a tree", "making a commit", "making the branch"])
    @pytest.mark.parametrize("fault", ["403", "404"])
    def test_of_a_token_that_may_not_push(self, place: OnGitHub, server: Server, where: str, fault: str) -> None:
        server.fail(OPENING[where], FAULTS[fault])
        assert isinstance(publish(place.forge, publication(place), 2), CannotPushWorkflows)
        assert BRANCH not in server.state.refs

    def test_of_one_that_may_not_open_pull_requests(self, place: OnGitHub, server: Server) -> None:
        said = "GitHub Actions is not permitted to create or approve pull requests."
        server.fail(OPENING["opening the pull request"], failed(403, said))
        outcome = publish(place.forge, publication(place), 2)
        assert outcome == CannotOpenPullRequests(said)
        assert "Allow GitHub Actions to create and approve pull requests" in str(outcome)

    def test_of_a_rule_of_the_repository(self, place: OnGitHub, server: Server) -> None:
        server.state.locked = frozenset((BRANCH,))
        outcome = publish(place.forge, publication(place), 2)
        assert isinstance(outcome, Refused)
        assert "Repository rule violations found" in str(outcome)

    def test_of_a_used_up_limit_at_once_and_when_to_come_back(
        self, place: OnGitHub, server: Server, clock: Clock
    ) -> None:
        headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1770001234"}
        server.fail(OPENING["making a tree"], failed(403, "API rate limit exceeded")._replace(headers=headers))
        outcome = publish(place.forge, publication(place), 2)
        assert outcome == ComeBack(1770001234.0, "API rate limit exceeded")
        assert "2026-02-02 03:00:34 UTC" in str(outcome)
        assert clock.slept == []
        assert server.asked[-1].status == 403

    def test_of_a_secondary_limit_that_does_not_end(self, place: OnGitHub, server: Server, clock: Clock) -> None:
        server.fail(OPENING["making a tree"], FAULTS["429"], times=1000)
        outcome = publish(place.forge, publication(place), 2)
        assert isinstance(outcome, ComeBack)
        assert sum(clock.slept) <= PATIENCE
        assert outcome.at == clock.now() + 7
        assert_sound(server, place.head("main"))

    def test_of_an_outage(self, place: OnGitHub, server: Server, clock: Clock) -> None:
        server.fail("POST", Reply(502, b""), times=1000)
        outcome = publish(place.forge, publication(place), 2)
        assert isinstance(outcome, Unavailable)
        assert clock.slept == [1.0, 2.0, 4.0]
        assert "run again later" in str(outcome)


class TestPeopleAtTheSameTime:
    def test_somebody_pushes_to_the_branch_before_it_is_moved(self, place: OnGitHub, server: Server) -> None:
        publish(place.forge, publication(place, patches=PATCHES[:1]), 2)
        server.meanwhile("POST /graphql", lambda: place.push(BRANCH, {"README.md": b"mine\n"}, "Mine"))
        outcome = publish(place.forge, publication(place), 2)
        assert isinstance(outcome, PersonsWork)
        assert [made.message.split("\n")[0] for made in server.state.log(BRANCH)] == ["`test` need not wait", "Mine"]

    def test_somebody_makes_the_branch_before_we_do(self, place: OnGitHub, server: Server) -> None:
        server.meanwhile(OPENING["making the branch"], lambda: place.push(BRANCH, {"README.md": b"mine\n"}, "Mine"))
        assert isinstance(publish(place.forge, publication(place), 2), PersonsWork)
        assert place.messages(BRANCH) == ["Mine"]
        assert server.state.pulls == {}

    def test_somebody_removes_the_branch_while_it_is_moved(self, place: OnGitHub, server: Server) -> None:
        publish(place.forge, publication(place, patches=PATCHES[:1]), 2)
        server.meanwhile("POST /graphql", lambda: server.state.move(BRANCH, None))
        # with its branch the pull request was closed: a decision about one change, not about both
        outcome = publish(place.forge, publication(place), 2)
        assert isinstance(outcome, Published)
        assert (outcome.done, len(server.state.open_pulls())) == (Done.OPENED, 1)

    def test_somebody_declines_it_while_the_branch_is_moved(self, place: OnGitHub, server: Server) -> None:
        publish(place.forge, publication(place), 2)
        place.push("main", {"README.md": b"# New\n"})
        server.meanwhile("POST /graphql", lambda: server.state.move(BRANCH, None))
        assert isinstance(publish(place.forge, publication(place, anew=True), 2), Declined)
        assert BRANCH not in server.state.refs

    def test_the_branch_goes_before_the_pull_request_is_opened(self, place: OnGitHub, server: Server) -> None:
        server.meanwhile(OPENING["opening the pull request"], lambda: server.state.move(BRANCH, None))
        outcome = publish(place.forge, publication(place), 2)
        assert isinstance(outcome, Refused)
        assert "head is invalid" in str(outcome)
        finish(place, server, publication(place))

    def test_the_branch_moves_again_and_again(self, place: OnGitHub, server: Server) -> None:
        """Another run of ours, with another plan, is always faster: we give up rather than fight."""
        publish(place.forge, publication(place, patches=PATCHES[:1]), 2)
        base = place.head("main")
        made = []
        for number in range(6):
            text = STEPS[0] + bytes([35, 48 + number])
            made.append(_commit_of_ours(place, base, text))
            server.meanwhile("POST /graphql", partial(server.state.move, BRANCH, made[-1]), nth=number + 1)
        outcome = publish(place.forge, publication(place), 2)
        assert isinstance(outcome, Moved)
        assert "run again" in str(outcome)
        assert place.head(BRANCH) in made
        assert len(server.state.open_pulls()) == 1

    def test_a_person_edits_the_text_right_before_we_write(self, place: OnGitHub, server: Server) -> None:
        publish(place.forge, publication(place), 2)
        body = server.state.open_pulls()[0].body
        server.meanwhile(r"GET .*/pulls/\d+", lambda: place.edit_body(f"Mine first.\n\n{body}"))
        publish(place.forge, publication(place, body=lambda _: "It saves 4 min."), 2)
        text = server.state.open_pulls()[0].body
        assert text.startswith("Mine first.")
        assert "4 min" in text


def _commit_of_ours(place: OnGitHub, base: str, content: bytes) -> str:
    other = publication(place, patches=(replace(PATCHES[0], content=content),))
    forge = place.forge
    start = forge.commit(base)
    tree = forge.put_tree(start, forge.files(start, ".github/workflows")[0], content)
    meant = meaning(other.path, other.before, content, other.patches[0].message)
    return forge.put_commit(sealed(other.patches[0].message, meant, tree), tree, base).sha


class TestTwoDeliveriesAtOnce:
    @pytest.mark.parametrize("where", [*OPENING, "comparing"])
    def test_one_in_the_middle_of_the_other(
        self, place: OnGitHub, server: Server, connect: Connect, where: str
    ) -> None:
        wanted = publication(place, **DRESSED)
        other = OnGitHub(server, connect())
        inner: list[Outcome] = []
        pattern = {**OPENING, **UPDATING}[where]
        started = threading.Event()

        def once() -> None:
            if not started.is_set():  # the inner run asks the same
                started.set()
                inner.append(publish(other.forge, wanted, 2))

        server.meanwhile(pattern, once)
        outer = publish(place.forge, wanted, 2)
        assert isinstance(outer, Published)
        assert all(isinstance(outcome, Published) for outcome in inner)
        assert (len(inner), len(server.state.pulls)) == (0 if where == "comparing" else 1, 1)
        assert_sound(server, wanted.base)
        finish(place, server, wanted)

    def test_many_at_once(self, server: Server, connect: Connect) -> None:
        places = [OnGitHub(server, connect()) for _ in range(4)]
        wanted = publication(places[0])
        outcomes: list[Outcome] = []

        def run(place: OnGitHub) -> Callable[[], None]:
            return lambda: outcomes.append(publish(place.forge, wanted, 2))

        threads = [threading.Thread(target=run(place)) for place in places]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert [type(outcome) for outcome in outcomes] == [Published] * 4
        assert len(server.state.pulls) == 1
        assert_sound(server, wanted.base)


def test_silence_counts_as_no_answer(server: Server, connect: Connect) -> None:
    place = OnGitHub(server, connect(timeout=1))
    server.fail(OPENING["opening the pull request"], Cut.SILENCE)
    outcome = publish(place.forge, publication(place), 2)
    assert isinstance(outcome, Published)
    assert len(server.state.pulls) == 1
