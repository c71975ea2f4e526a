from __future__ import annotations

import pytest

from forge.samples import BRANCH, Connect
from github_server.answer import Reply, failed
from github_server.server import Cut, Server
from github_server.state import Pull, Token
from needful.errors import Defect
from needful.forge.github.connection import Kept
from needful.forge.github.service import GitHub
from needful.forge.model import Check, Permission, PullRequest, Requirements, State
from needful.forge.outcomes import CannotOpenPullRequests, Denied, Refused, Stop
from needful.forge.protocol import Conversation, Forge, Guards, Records
from needful.forge.remarks import find, say
from needful.report.pull_request import MAX_BODY


@pytest.fixture
def pull(github: GitHub, server: Server) -> PullRequest:
    server.state.push(BRANCH, {"README.md": b"new\n"})
    return github.open_pull_request(BRANCH, "main", "Wait less", "Because.")


class TestPullRequests:
    def test_one_is_opened_read_and_changed(self, github: GitHub, pull: PullRequest, server: Server) -> None:
        assert (pull.number, pull.state, pull.title, pull.body) == (1, State.OPEN, "Wait less", "Because.")
        assert (pull.branch, pull.head, pull.base) == (BRANCH, server.state.refs[BRANCH], "main")
        assert (pull.author, pull.url) == ("needful[bot]", "https://github.example.org/acme/shop/pull/1")
        changed = github.edit_pull_request(pull, title="New")
        assert (changed.title, changed.body) == ("New", "Because.")
        assert github.reread(pull) == changed
        assert github.edit_pull_request(pull, close=True).state is State.CLOSED

    def test_there_is_never_a_second(self, github: GitHub, pull: PullRequest, server: Server) -> None:
        assert github.open_pull_request(BRANCH, "main", "Again", "").number == pull.number
        assert len(server.state.pulls) == 1

    def test_those_from_forks_are_not_ours(self, github: GitHub, pull: PullRequest, server: Server) -> None:
        server.state.fork_pull(BRANCH, "Trust me", pull.body)
        assert [found.number for found in github.pull_requests(BRANCH)] == [pull.number]
        assert [found.number for found in github.open_pull_requests("needful/")] == [pull.number]

    def test_the_newest_come_first_with_what_became_of_them(
        self, github: GitHub, pull: PullRequest, server: Server
    ) -> None:
        server.state.decline(pull.number)
        second = github.open_pull_request(BRANCH, "main", "Second", "")
        server.state.merge(second.number)
        server.state.push(BRANCH, {"README.md": b"newer\n"})
        third = github.open_pull_request(BRANCH, "main", "Third", "")
        states = [(found.number, found.state) for found in github.pull_requests(BRANCH)]
        assert states == [(third.number, State.OPEN), (second.number, State.MERGED), (pull.number, State.CLOSED)]

    def test_many_come_in_pages(self, github: GitHub, server: Server) -> None:
        for number in range(130):
            branch = f"needful/{number}.yml"
            head = server.state.push(branch, {"README.md": f"{number}\n".encode()})
            server.state.pulls[number] = Pull(number, "T", "", branch, "main", Token("needful[bot]"), head)
        assert len(github.open_pull_requests("needful/")) == 130
        assert github.open_pull_requests("other/") == ()

    def test_without_the_permission(self, connect: Connect, server: Server) -> None:
        server.state.push(BRANCH, {"README.md": b"new\n"})
        for token in (
            Token("needful[bot]", "app", frozenset(("contents", "workflows"))),
            Token("github-actions[bot]", "actions"),
        ):
            with pytest.raises(Stop) as stopped:
                connect(token).open_pull_request(BRANCH, "main", "Wait less", "")
            assert isinstance(stopped.value.reason, CannotOpenPullRequests)

    def test_with_nothing_in_it(self, github: GitHub, server: Server) -> None:
        server.state.refs[BRANCH] = server.state.refs["main"]
        with pytest.raises(Stop, match=r"No commits between main and needful/ci\.yml") as stopped:
            github.open_pull_request(BRANCH, "main", "Wait less", "")
        assert isinstance(stopped.value.reason, Refused)


class TestLabelsAndReviewers:
    def test_they_are_added_once(self, github: GitHub, pull: PullRequest, server: Server) -> None:
        assert github.dress(pull, ["ci", "speed"], ["bob", "acme/core"]) == ()
        server.forget()
        assert github.dress(github.reread(pull), ["CI", "speed"], ["Bob", "acme/core"]) == ()
        assert server.writes == []
        dressed = server.state.pulls[pull.number]
        assert (dressed.labels, dressed.reviewers, dressed.teams) == (["ci", "speed"], ["bob"], ["core"])

    def test_never_again_what_somebody_took_away(self, github: GitHub, pull: PullRequest, server: Server) -> None:
        github.dress(pull, ["ci", "speed"], ["bob"])
        server.state.unlabel(pull.number, "ci")
        server.state.pulls[pull.number].reviewers.clear()  # bob has reviewed
        server.forget()
        github.dress(github.reread(pull), ["ci", "speed"], ["bob"])
        assert server.writes == []

    def test_what_cannot_be_is_said(self, github: GitHub, pull: PullRequest, server: Server) -> None:
        server.fail("POST .*/labels", failed(404, "Not Found"))
        problems = github.dress(pull, ["ci"], ["stranger", "bob"])
        assert problems == (
            "the labels ci could not be added: Not Found",
            "stranger could not be asked for a review: Reviews may only be requested from collaborators.; stranger",
        )
        assert server.state.pulls[pull.number].reviewers == ["bob"]

    def test_nothing_to_add_asks_nothing(self, github: GitHub, pull: PullRequest, server: Server) -> None:
        server.forget()
        assert github.dress(pull, [], []) == ()
        assert server.asked == []


class TestComments:
    def test_one_per_matter_edited_in_place(self, github: GitHub, pull: PullRequest, server: Server) -> None:
        said = say(github, pull.number, "measured", "Not enough runs yet.")
        again = say(github, pull.number, "measured", "3 min less.")
        assert said.id == again.id
        other = say(github, pull.number, "status", "Done.")
        assert [remark.body for remark in server.state.remarks.values()] == [
            "<!-- needful:measured -->\n3 min less.",
            "<!-- needful:status -->\nDone.",
        ]
        server.forget()
        assert say(github, pull.number, "status", "Done.\n").id == other.id
        assert server.writes == []

    def test_nobody_puts_words_into_our_comment(self, github: GitHub, pull: PullRequest, server: Server) -> None:
        theirs = server.state.comment(pull.number, "<!-- needful:status -->\nMine.", "mallory")
        say(github, pull.number, "status", "Done.")
        quoted = server.state.comment(pull.number, "> <!-- needful:status -->\n> Done.", "needful[bot]")
        say(github, pull.number, "status", "Done again.")
        bodies = {number: remark.body for number, remark in server.state.remarks.items()}
        assert bodies[theirs].endswith("Mine.")
        assert bodies[quoted].startswith(">")
        assert min(bodies.values()) == "<!-- needful:status -->\nDone again."

    def test_a_token_that_does_not_know_itself_trusts_programs(
        self, github: GitHub, pull: PullRequest, server: Server
    ) -> None:
        server.state.comment(pull.number, "<!-- needful:status -->\nMine.", "mallory")
        say(github, pull.number, "status", "Done.")
        server.fail("POST /graphql", Reply(200, {"errors": [{"message": "no"}]}), times=100)
        found = find(github, pull.number, "status")
        assert found is not None
        assert found.body.endswith("Done.")

    @pytest.mark.parametrize("cut", [Cut.BEFORE, Cut.AFTER])
    def test_a_lost_answer_makes_no_second_comment(
        self, github: GitHub, pull: PullRequest, server: Server, cut: Cut
    ) -> None:
        server.fail("POST .*/comments", cut)
        say(github, pull.number, "status", "Done.")
        assert [remark.body for remark in server.state.remarks.values()] == ["<!-- needful:status -->\nDone."]

    def test_long_ones_are_cut(self, github: GitHub, pull: PullRequest) -> None:
        said = say(github, pull.number, "status", "line\n" * 20_000)
        assert len(said.body) <= MAX_BODY
        assert said.body.endswith("(the rest does not fit)")

    def test_many_come_in_pages_oldest_first(self, github: GitHub, pull: PullRequest, server: Server) -> None:
        for number in range(250):
            server.state.comment(pull.number, f"{number}")
        comments = github.comments(pull.number)
        assert [comment.body for comment in comments] == [f"{number}" for number in range(250)]
        assert (comments[0].author, comments[0].program) == ("alice", False)

    def test_a_reaction_is_there_once(self, github: GitHub, pull: PullRequest, server: Server) -> None:
        remark = server.state.comment(pull.number, "/needful plan")
        github.react(remark, "eyes")
        github.react(remark, "eyes")
        assert server.state.remarks[remark].reactions == [("needful[bot]", "eyes")]
        with pytest.raises(Stop):
            github.react(999, "eyes")

    def test_a_matter_has_a_plain_name(self, github: GitHub) -> None:
        with pytest.raises(Defect):
            say(github, 1, "x --> <script>", "Hello.")


@pytest.mark.parametrize(
    ("user", "permission"),
    [
        ("alice", Permission.ADMIN),
        ("dave", Permission.WRITE),  # maintains
        ("bob", Permission.WRITE),
        ("erin", Permission.READ),  # triages
        ("carol", Permission.READ),
        ("mallory", Permission.NONE),
        ("../../evil?x=1#y", Permission.NONE),
    ],
)
def test_permission_is_asked_from_the_api(github: GitHub, user: str, permission: Permission) -> None:
    assert github.permission(user) is permission


class TestRequiredChecks:
    def test_rulesets_and_protection_together(self, connect: Connect, server: Server) -> None:
        server.state.rules, server.state.protection = ["test", "lint"], ["build"]
        admin = connect(Token("alice", "fine", frozenset(("administration",))))
        wanted = (Check("test", 15368), Check("lint", 15368), Check("build"))
        assert admin.required_checks("main") == Requirements(wanted)

    def test_who_may_not_ask_sees_them_from_outside(self, github: GitHub, server: Server) -> None:
        server.state.protection = ["build"]
        assert github.required_checks("main") == Requirements((Check("build"),))
        server.state.protection = None
        assert github.required_checks("main") == Requirements()

    def test_or_is_told_what_is_not_known(self, connect: Connect, server: Server) -> None:
        server.state.protection = ["build"]
        server.fail("GET .*/rules/", failed(404, "Not Found"))
        reader = connect(Token("carol", "fine", frozenset()))
        found = reader.required_checks("main")
        assert found.checks == ()
        assert found.unknown == (
            "the rulesets of main could not be asked: Not Found",
            "the protection of main could not be asked: Not Found",
        )

    def test_a_branch_without_protection(self, connect: Connect) -> None:
        admin = connect(Token("alice", "fine", frozenset(("administration",))))
        assert admin.required_checks("main") == Requirements()


def test_the_token_knows_who_it_is(connect: Connect) -> None:
    assert connect().itself() == "needful[bot]"
    assert connect(Token("bob", "classic")).itself() == "bob"


def test_a_pull_request_that_is_not_there(github: GitHub, pull: PullRequest, server: Server) -> None:
    server.state.pulls.clear()
    with pytest.raises(Stop) as stopped:
        github.reread(pull)
    assert stopped.value.reason == Denied("pull request 1", "Not Found")


def test_what_was_kept_grants_no_permission(connect: Connect) -> None:
    kept: dict[str, Kept] = {}
    forge = connect(kept=kept)
    assert forge.permission("bob") is Permission.WRITE
    assert kept == {}


def test_it_is_all_that_is_promised(github: GitHub) -> None:
    """The type checker compares; the names are those of the protocols."""
    forge: Forge = github
    conversation: Conversation = github
    guards: Guards = github
    records: Records = github
    assert {forge, conversation, guards, records} == {github}
