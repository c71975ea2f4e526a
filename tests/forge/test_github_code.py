from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from forge.samples import BRANCH, CI, CI_BYTES, Connect
from github_server.answer import Reply
from github_server.server import Server
from github_server.state import Token
from needful.errors import Defect
from needful.forge.github.service import GitHub
from needful.forge.model import Commit, File
from needful.forge.outcomes import CannotPushWorkflows, ComeBack, Denied, Moved, Refused, Stop


def workflow(github: GitHub) -> tuple[Commit, File]:
    head = github.commit(github.facts().head)
    return head, github.files(head, ".github/workflows")[0]


def proposed(github: GitHub, content: bytes = b"on: pull_request\r\n", message: str = "Change") -> str:
    head, file = workflow(github)
    return github.put_commit(message, github.put_tree(head, file, content), head.sha).sha


def test_a_workflow_is_read_byte_by_byte(github: GitHub, server: Server) -> None:
    facts = github.facts()
    assert (facts.name, facts.branch, facts.head) == ("acme/shop", "main", server.state.refs["main"])
    head, file = workflow(github)
    assert (file.path, file.mode, file.regular) == (CI, "100644", True)
    assert github.content(file) == CI_BYTES
    assert github.files(head, ".github/elsewhere") == ()


def test_links_and_programs_are_told_apart(github: GitHub, server: Server) -> None:
    server.state.push("main", {".github/workflows/link.yml": b"ci.yml"}, mode="120000")
    server.state.push("main", {".github/workflows/run.yml": b"on: push\n"}, mode="100755")
    files = github.files(github.commit(github.facts().head), ".github/workflows")
    modes = {file.path.rpartition("/")[2]: (file.mode, file.regular) for file in files}
    assert modes == {"ci.yml": ("100644", True), "link.yml": ("120000", False), "run.yml": ("100755", True)}


def test_a_commit_changes_exactly_the_bytes_it_means(github: GitHub, server: Server, tmp_path: Path) -> None:
    content = CI_BYTES.replace(b"push", b"pull_request")
    sha = proposed(github, content, "Wait less\n\nBecause.")
    github.move_branch(BRANCH, None, sha)
    state = server.state
    before, after = (state.objects.files(state.objects.made(one).tree) for one in (state.refs["main"], sha))
    assert {path for path in before if before[path] != after[path]} == {CI}
    assert before.keys() == after.keys()
    assert state.file(BRANCH, CI) == content
    # git itself finds nothing wrong with what was made
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path)], check=True)
    state.objects.write_to(tmp_path)
    (tmp_path / "refs" / "heads" / "new").write_text(sha + "\n")
    command = ["git", "-C", str(tmp_path), "fsck", "--strict", "--no-dangling"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")


def test_commits_name_no_author_so_that_those_of_an_app_are_verified(github: GitHub, server: Server) -> None:
    sha = proposed(github)
    assert server.state.objects.made(sha).author == "needful[bot]"


def test_what_a_branch_has_that_another_has_not(github: GitHub, server: Server) -> None:
    start = server.state.refs["main"]
    sha = proposed(github)
    github.move_branch(BRANCH, None, sha)
    theirs = server.state.push(BRANCH, {"README.md": b"mine\n"}, "My work")
    server.state.push("main", {"README.md": b"other\n"}, "Elsewhere")
    ahead = github.ahead(server.state.refs["main"], theirs)
    assert ahead.fork == start
    assert [(commit.sha, commit.message) for commit in ahead.commits] == [(sha, "Change"), (theirs, "My work")]
    assert ahead.commits[0].parents == (start,)


def test_histories_of_their_own_are_all_ahead(github: GitHub, server: Server) -> None:
    objects = server.state.objects
    alone = objects.commit(objects.tree([]), (), "Another beginning", "alice", 1_770_000_000)
    ahead = github.ahead(server.state.refs["main"], alone.sha)
    assert (ahead.fork, [commit.sha for commit in ahead.commits]) == ("", [alone.sha])


def test_many_commits_come_in_pages(github: GitHub, server: Server) -> None:
    for number in range(150):
        server.state.push("long", {"README.md": f"{number}\n".encode()}, f"Commit {number}")
    ahead = github.ahead(server.state.refs["main"], server.state.refs["long"])
    assert [commit.message for commit in ahead.commits] == [f"Commit {number}" for number in range(150)]


class TestMovingABranch:
    def test_it_is_made_moved_and_removed(self, github: GitHub, server: Server) -> None:
        one, two = proposed(github, b"1\n"), proposed(github, b"2\n")
        github.move_branch(BRANCH, None, one)
        assert github.head(BRANCH) == one
        github.move_branch(BRANCH, one, two)  # not a descendant, but what was expected was there
        assert github.head(BRANCH) == two
        github.move_branch(BRANCH, two, None)
        assert github.head(BRANCH) is None
        assert BRANCH not in server.state.refs

    def test_one_that_somebody_moved_stays(self, github: GitHub, server: Server) -> None:
        one, two = proposed(github, b"1\n"), proposed(github, b"2\n")
        github.move_branch(BRANCH, None, one)
        theirs = server.state.push(BRANCH, {"README.md": b"mine\n"})
        with pytest.raises(Stop) as stopped:
            github.move_branch(BRANCH, one, two)
        assert stopped.value.reason == Moved(BRANCH, one, theirs)
        assert server.state.refs[BRANCH] == theirs

    def test_one_that_somebody_made_stays(self, github: GitHub, server: Server) -> None:
        theirs = server.state.push(BRANCH, {"README.md": b"mine\n"})
        with pytest.raises(Stop) as stopped:
            github.move_branch(BRANCH, None, proposed(github))
        assert stopped.value.reason == Moved(BRANCH, "", theirs)

    def test_one_that_is_gone_is_not_made_again(self, github: GitHub, server: Server) -> None:
        one, two = proposed(github, b"1\n"), proposed(github, b"2\n")
        github.move_branch(BRANCH, None, one)
        server.state.move(BRANCH, None)
        with pytest.raises(Stop) as stopped:
            github.move_branch(BRANCH, one, two)
        assert stopped.value.reason == Moved(BRANCH, one, "")

    def test_nothing_to_move_asks_nothing(self, github: GitHub, server: Server) -> None:
        github.move_branch(BRANCH, "a" * 40, "a" * 40)
        assert server.asked == []

    def test_a_ruleset_that_forbids_it_is_quoted(self, github: GitHub, server: Server) -> None:
        sha = proposed(github)
        server.state.locked = frozenset((BRANCH,))
        with pytest.raises(Stop) as stopped:
            github.move_branch(BRANCH, None, sha)
        assert isinstance(stopped.value.reason, Refused)
        assert "creations being restricted" in str(stopped.value)


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(Token("needful[bot]", "app", frozenset(("contents", "pull_requests"))), id="an App without it"),
        pytest.param(Token("github-actions[bot]", "actions", frozenset(("contents",))), id="GITHUB_TOKEN"),
        pytest.param(Token("bob", "classic", frozenset(("contents",))), id="a classic token is told 404"),
        pytest.param(Token("bob", "fine", frozenset()), id="a token that only reads"),
    ],
)
def test_who_may_not_push_workflows_is_told_how_to(connect: Connect, server: Server, token: Token) -> None:
    github = connect(token)
    with pytest.raises(Stop) as stopped:
        proposed(github)
    assert isinstance(stopped.value.reason, CannotPushWorkflows)
    assert "permissions Contents, Workflows and Pull requests" in str(stopped.value)
    assert list(server.state.refs) == ["main"]


def test_nobody_knows_the_token(server: Server, connect: Connect) -> None:
    github = connect()
    server.tokens.clear()
    with pytest.raises(Stop) as stopped:
        github.facts()
    assert stopped.value.reason == Denied("the repository", "GitHub does not know the token (Bad credentials)")


def test_an_archive_and_an_empty_repository_take_nothing(github: GitHub, server: Server) -> None:
    server.state.archived = True
    with pytest.raises(Stop, match="archived"):
        github.facts()
    server.state.archived = False
    server.state.refs.clear()
    with pytest.raises(Stop, match="no commit yet"):
        github.facts()


class TestWhatGitHubShouldNotDo:
    def test_keep_other_bytes(self, github: GitHub, server: Server) -> None:
        server.fail("POST .*/git/blobs", Reply(201, {"sha": "a" * 40}))
        with pytest.raises(Defect, match="other bytes"):
            proposed(github)

    @pytest.mark.parametrize(("content", "said"), [("b24=", "changed"), ("b24", "garbled")])
    def test_send_other_bytes(self, github: GitHub, server: Server, content: str, said: str) -> None:
        _, file = workflow(github)
        server.fail("GET .*/git/blobs", Reply(200, {"content": content, "encoding": "base64"}))
        with pytest.raises(Stop, match=said):
            github.content(file)

    def test_list_a_folder_in_part(self, github: GitHub, server: Server) -> None:
        server.fail("GET .*/git/trees", Reply(200, {"sha": "a" * 40, "tree": [], "truncated": True}))
        with pytest.raises(Stop, match="too many files"):
            workflow(github)

    def test_answer_graphql_with_nothing_but_do_it(self, github: GitHub, server: Server) -> None:
        one, two = proposed(github, b"1\n"), proposed(github, b"2\n")
        github.move_branch(BRANCH, None, one)
        server.meanwhile("POST /graphql", lambda: server.state.move(BRANCH, two))
        server.fail("POST /graphql", Reply(200, {"errors": [{"message": "Something went wrong"}]}))
        github.move_branch(BRANCH, one, two)
        assert server.state.refs[BRANCH] == two


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Resource not accessible by integration", CannotPushWorkflows),
        ("refusing to allow a Personal Access Token to create or update workflow `ci.yml`", CannotPushWorkflows),
        ("Required workflow “licences” is expected", Refused),
    ],
)
def test_a_branch_that_may_not_be_moved(
    github: GitHub, server: Server, message: str, reason: type[CannotPushWorkflows | Refused]
) -> None:
    one, two = proposed(github, b"1\n"), proposed(github, b"2\n")
    github.move_branch(BRANCH, None, one)
    server.fail("POST /graphql", Reply(200, {"data": None, "errors": [{"message": message, "type": "UNPROCESSABLE"}]}))
    with pytest.raises(Stop) as stopped:
        github.move_branch(BRANCH, one, two)
    assert isinstance(stopped.value.reason, reason)
    assert message in str(stopped.value)
    assert server.state.refs[BRANCH] == one


def test_graphql_has_a_limit_of_its_own(github: GitHub, server: Server) -> None:
    one, two = proposed(github, b"1\n"), proposed(github, b"2\n")
    github.move_branch(BRANCH, None, one)
    errors = {"errors": [{"message": "API rate limit exceeded", "type": "RATE_LIMITED"}]}
    server.fail("POST /graphql", Reply(200, errors, {"x-ratelimit-reset": "1770001234"}))
    with pytest.raises(Stop) as stopped:
        github.move_branch(BRANCH, one, two)
    assert stopped.value.reason == ComeBack(1770001234.0, "API rate limit exceeded")
