from __future__ import annotations

from pathlib import Path

import pytest

from forge.places import OnDisk, git, publication
from forge.samples import BRANCH, CI, CI_BYTES, ENVIRONMENT, Clock
from needful.app.publish import Differs, Done, Published, publish
from needful.errors import Defect, UserError
from needful.forge.local import LocalForge
from needful.forge.model import State
from needful.forge.outcomes import Moved, Refused, Stop


@pytest.fixture
def place(repository: Path, local: LocalForge) -> OnDisk:
    return OnDisk(repository, local)


def test_the_pull_request_is_a_file_beside_gits_own(place: OnDisk, repository: Path) -> None:
    outcome = publish(place.forge, publication(place), 2)
    assert isinstance(outcome, Published)
    file = Path(outcome.pull.url)
    assert file == repository.resolve() / ".git" / "needful" / "ci.yml" / "pull-request.md"
    lines = file.read_text("utf-8").split("\n")
    assert lines[1:3] == ["# ci.yml: wait less", ""]
    assert place.git("status", "--porcelain") == ""
    assert place.git("fsck", "--strict") == ""


def test_or_where_one_wants_it(repository: Path, clock: Clock, tmp_path: Path) -> None:
    forge = LocalForge(repository, clock.now, ENVIRONMENT, tmp_path / "out")
    outcome = publish(forge, publication(OnDisk(repository, forge)), 2)
    assert isinstance(outcome, Published)
    assert Path(outcome.pull.url) == tmp_path / "out" / "ci.yml" / "pull-request.md"


def test_neither_files_nor_index_are_touched(place: OnDisk, repository: Path) -> None:
    (repository / "notes.txt").write_text("mine")  # nobody follows it
    before = {path: path.stat().st_mtime_ns for path in repository.rglob("*") if ".git/" not in f"{path}/"}
    index = (repository / ".git" / "index").read_bytes()
    assert isinstance(publish(place.forge, publication(place), 2), Published)
    assert {path: path.stat().st_mtime_ns for path in repository.rglob("*") if ".git/" not in f"{path}/"} == before
    assert (repository / ".git" / "index").read_bytes() == index
    assert place.git("branch", "--show-current").strip() == "main"


def test_commits_are_the_users_at_the_time_of_the_clock(place: OnDisk, clock: Clock) -> None:
    publish(place.forge, publication(place), 2)
    shown = place.git("log", "-1", "--format=%an|%cn|%at|%ct", BRANCH).strip()
    assert shown == f"needful|needful|{int(clock.now())}|{int(clock.now())}"


class TestWhatIsRefused:
    def test_a_folder_without_git(self, tmp_path: Path, clock: Clock) -> None:
        with pytest.raises(UserError, match="no git repository"):
            LocalForge(tmp_path, clock.now, ENVIRONMENT).facts()

    def test_a_folder_inside_of_one(self, repository: Path, clock: Clock) -> None:
        with pytest.raises(UserError, match="a folder inside a repository"):
            LocalForge(repository / ".github", clock.now, ENVIRONMENT).facts()

    def test_a_machine_without_git(self, repository: Path, clock: Clock) -> None:
        with pytest.raises(UserError, match="git is not installed"):
            LocalForge(repository, clock.now, {"PATH": str(repository)}).facts()

    @pytest.mark.parametrize("how", ["changed", "staged", "a new workflow"])
    def test_what_is_not_committed(self, place: OnDisk, repository: Path, how: str) -> None:
        wanted = publication(place)
        if how == "a new workflow":
            (repository / ".github" / "workflows" / "new.yml").write_bytes(b"on: push\n")
        else:
            (repository / "README.md").write_bytes(b"# Changed\n")
            if how == "staged":
                place.git("add", "-A")
        outcome = publish(place.forge, wanted, 2)
        assert isinstance(outcome, Refused)
        assert "commit or stash it first" in str(outcome)
        assert place.head(BRANCH) == ""

    def test_no_branch(self, place: OnDisk) -> None:
        place.git("switch", "-q", "--detach")
        with pytest.raises(UserError, match="no branch is checked out"):
            place.forge.facts()

    def test_a_branch_of_our_own(self, place: OnDisk) -> None:
        publish(place.forge, publication(place), 2)
        place.git("switch", "-q", BRANCH)
        with pytest.raises(UserError, match="of Needful's own"):
            place.forge.facts()

    def test_a_branch_without_commits(self, tmp_path: Path, clock: Clock) -> None:
        git(tmp_path, "init", "-q", "-b", "main")
        with pytest.raises(UserError, match="has no commit yet"):
            LocalForge(tmp_path, clock.now, ENVIRONMENT).facts()

    def test_a_branch_that_is_checked_out_elsewhere(self, place: OnDisk, tmp_path: Path) -> None:
        publish(place.forge, publication(place, patches=publication(place).patches[:1]), 2)
        place.git("worktree", "add", "-q", str(tmp_path / "other"), BRANCH)
        before = place.head(BRANCH)
        outcome = publish(place.forge, publication(place), 2)
        assert isinstance(outcome, Refused)
        assert str(tmp_path / "other") in str(outcome)
        assert place.head(BRANCH) == before

    def test_a_name_that_is_taken(self, place: OnDisk) -> None:
        place.git("branch", "needful")
        outcome = publish(place.forge, publication(place), 2)
        assert isinstance(outcome, Refused)
        assert "refs/heads/needful" in str(outcome)

    def test_nobody_to_commit_as(self, repository: Path, clock: Clock) -> None:
        nobody = {
            name: value for name, value in ENVIRONMENT.items() if "AUTHOR" not in name and "COMMITTER" not in name
        }
        git(repository, "config", "user.useConfigOnly", "true")
        forge = LocalForge(repository, clock.now, nobody)
        with pytest.raises(UserError, match=r"git config user\.name"):
            publish(forge, publication(OnDisk(repository, forge)), 2)

    def test_a_link_instead_of_a_workflow(self, place: OnDisk, repository: Path) -> None:
        (repository / ".github" / "workflows" / "link.yml").symlink_to("ci.yml")
        place.git("add", "-A")
        place.git("commit", "-q", "-m", "Link")
        path = ".github/workflows/link.yml"
        assert publish(place.forge, publication(place, path=path), 2) == Differs(path)


class TestMovingABranch:
    def test_only_from_where_it_is_expected(self, place: OnDisk) -> None:
        main = place.head("main")
        other = place.push("topic", {"README.md": b"x\n"})
        forge = place.forge
        forge.move_branch(BRANCH, None, main)
        for old, new in ((None, other), (other, None)):
            with pytest.raises(Stop) as stopped:
                forge.move_branch(BRANCH, old, new)
            assert stopped.value.reason == Moved(BRANCH, old or "", main)
        forge.move_branch(BRANCH, main, other)
        with pytest.raises(Stop):
            forge.move_branch(BRANCH, main, None)
        forge.move_branch(BRANCH, other, None)
        assert forge.head(BRANCH) is None
        forge.move_branch(BRANCH, None, None)

    def test_what_git_keeps_names_no_shell_and_no_path(self, place: OnDisk) -> None:
        for branch in ("needful/../../evil", "needful/.hidden", "needful/"):
            with pytest.raises((Defect, Stop, UserError)):
                place.forge.move_branch(branch, None, place.head("main"))


class TestHostileRepositories:
    def test_its_hooks_and_monitors_do_not_run(self, place: OnDisk, repository: Path, tmp_path: Path) -> None:
        owned = tmp_path / "owned"
        for hook in ("reference-transaction", "post-index-change", "post-commit"):
            file = repository / ".git" / "hooks" / hook
            file.parent.mkdir(exist_ok=True)
            file.write_text(f"#!/bin/sh\ntouch {owned}\n")
            file.chmod(0o755)
        monitor = tmp_path / "monitor"
        monitor.write_text(f"#!/bin/sh\ntouch {owned}\n")
        monitor.chmod(0o755)
        wanted = publication(place)
        git(repository, "config", "core.fsmonitor", str(monitor))
        owned.unlink(missing_ok=True)
        assert isinstance(publish(place.forge, wanted, 2), Published)
        assert not owned.exists()

    def test_the_environment_leads_nowhere_else(self, repository: Path, clock: Clock, tmp_path: Path) -> None:
        elsewhere = {"GIT_DIR": str(tmp_path), "GIT_INDEX_FILE": str(tmp_path / "i"), "GIT_WORK_TREE": str(tmp_path)}
        forge = LocalForge(repository, clock.now, {**ENVIRONMENT, **elsewhere})
        assert forge.facts().branch == "main"

    @pytest.mark.parametrize("name", ["a b.yml", "$(touch owned).yml", "-f.yml", "é.yml", ":(glob)x.yml", "a\tb\n.yml"])
    def test_odd_names_are_only_names(self, place: OnDisk, repository: Path, name: str) -> None:
        path = f".github/workflows/{name}"
        (repository / path).write_bytes(CI_BYTES)
        place.git("add", "-A")
        place.git("commit", "-q", "-m", "Odd")
        outcome = publish(place.forge, publication(place, path=path), 2)
        assert isinstance(outcome, Published)
        assert place.file(outcome.pull.branch, path) == publication(place).patches[-1].content
        assert place.file(outcome.pull.branch, CI) == CI_BYTES
        assert not list(repository.rglob("owned"))

    def test_attributes_and_filters_change_no_byte(self, place: OnDisk, repository: Path) -> None:
        (repository / ".gitattributes").write_text("* text eol=lf filter=evil\n")
        place.git("config", "core.autocrlf", "true")
        place.git("-c", "filter.evil.clean=cat", "add", ".gitattributes")
        place.git("commit", "-q", "-m", "Attributes")
        forge = place.forge
        commit = forge.commit(place.head("main"))
        file = next(file for file in forge.files(commit, ".github/workflows") if file.path == CI)
        tree = forge.put_tree(commit, file, b"a\r\nb\n\xff\0")
        made = forge.put_commit("x", tree, commit.sha)
        (changed,) = forge.files(made, ".github/workflows")
        assert forge.content(changed) == b"a\r\nb\n\xff\0"


class TestFilesOfPullRequests:
    def test_one_that_people_broke_is_none(self, place: OnDisk) -> None:
        outcome = publish(place.forge, publication(place), 2)
        assert isinstance(outcome, Published)
        file = Path(outcome.pull.url)
        for text in ("", "hello\n", "<!-- needful:local {} -->\n# T\n", '<!-- needful:local {"x -->\n'):
            file.write_text(text, "utf-8")
            assert place.forge.pull_requests(BRANCH) == ()
            with pytest.raises(Stop, match="is gone"):
                place.forge.reread(outcome.pull)
            with pytest.raises(Stop, match="is gone"):
                place.forge.edit_pull_request(outcome.pull, title="x")
        again = publish(place.forge, publication(place), 2)
        assert isinstance(again, Published)
        assert again.done is Done.OPENED

    def test_they_have_no_labels(self, place: OnDisk) -> None:
        outcome = publish(place.forge, publication(place, labels=("ci",), reviewers=("bob",)), 2)
        assert isinstance(outcome, Published)
        assert (outcome.pull.labels, outcome.notes) == ((), ())

    def test_one_that_was_merged_by_moving_on(self, place: OnDisk) -> None:
        publish(place.forge, publication(place), 2)
        place.git("merge", "-q", "--ff-only", BRANCH)
        (pull,) = place.forge.pull_requests(BRANCH)
        assert pull.state is State.MERGED
        assert place.forge.open_pull_requests("needful/") == ()

    def test_a_pull_request_needs_its_branch(self, place: OnDisk) -> None:
        with pytest.raises(Defect):
            place.forge.open_pull_request(BRANCH, "main", "T", "B")

    def test_a_folder_that_cannot_be_written(self, repository: Path, clock: Clock, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        forge = LocalForge(repository, clock.now, ENVIRONMENT, tmp_path / "file")
        with pytest.raises(UserError, match="cannot be"):
            publish(forge, publication(OnDisk(repository, forge)), 2)
