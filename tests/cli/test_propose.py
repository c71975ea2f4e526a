"""`needful propose --local`: what the bot does, in plain git."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.stage import BUILD, DEMO
from cli.samples import Run
from forge.places import git
from forge.samples import ENVIRONMENT

BRANCH = "needful/ci.yml"


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demonstration as a repository of git."""
    root = tmp_path / "tidewatch"
    shutil.copytree(DEMO, root)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Start")
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(root)
    return root


def subjects(root: Path) -> list[str]:
    return git(root, "log", "--reverse", "--format=%s", f"main..{BRANCH}").splitlines()


def test_a_branch_a_commit_per_change_and_a_file(demo: Path, run: Run) -> None:
    done = run("propose", "--local", "--no-history", cwd=demo)
    assert (done.code, done.err) == (0, "")
    pull = demo / ".git" / "needful" / "ci.yml" / "pull-request.md"
    assert f"{pull} is open now" in done.out
    assert "`build` need not wait for `unit`" in subjects(demo)
    assert all(f"    {subject}\n" in done.out for subject in subjects(demo))
    assert f"- [x] `{BUILD}`" in pull.read_text("utf-8")
    # nothing that is checked out changed
    assert git(demo, "status", "--porcelain") == ""
    assert "says the same already" in run("propose", "--local", "--no-history", cwd=demo).out


def test_a_box_that_is_unticked_in_the_file_takes_a_change_out(demo: Path, run: Run) -> None:
    run("propose", "--local", "--no-history", cwd=demo)
    pull = demo / ".git" / "needful" / "ci.yml" / "pull-request.md"
    pull.write_text(pull.read_text("utf-8").replace(f"- [x] `{BUILD}`", f"- [ ] `{BUILD}`"), "utf-8")
    assert "was updated" in run("propose", "--local", "--no-history", cwd=demo).out
    assert "`build` need not wait for `unit`" not in subjects(demo)
    assert "dropped: unticked in the pull request" in pull.read_text("utf-8")
    # and it stays out where the branch is gone and the proposal another
    git(demo, "branch", "-q", "-D", BRANCH)
    (demo / ".github" / "workflows" / "ci.yml").write_bytes((DEMO / ".github/workflows/ci.yml").read_bytes() + b"# x\n")
    git(demo, "commit", "-q", "-a", "-m", "More")
    assert "is open now" in run("propose", "--local", "--no-history", cwd=demo).out
    assert "`build` need not wait for `unit`" not in subjects(demo)


def test_recorded_runs_say_what_is_saved(demo: Path, run: Run) -> None:
    run("propose", "--local", "--history", "history", cwd=demo)
    text = (demo / ".git" / "needful" / "ci.yml" / "pull-request.md").read_text("utf-8")
    assert "**A run comes in " in text
    assert '"promise": [-0.' in text


def test_what_has_to_be_mended_first_is_said(demo: Path, run: Run) -> None:
    done = run("propose", cwd=demo)
    assert done.code == 2
    assert "with --local" in done.err
    (demo / "README.md").write_text("changed\n", "utf-8")
    done = run("propose", "--local", cwd=demo)
    assert done.code == 2
    assert "not everything is committed" in done.err
    git(demo, "checkout", "-q", "README.md")
    (demo / ".github" / "needful.yml").write_text("tier: reckless\n", "utf-8")
    git(demo, "add", "-A")
    git(demo, "commit", "-q", "-m", "Settings")
    done = run("propose", "--local", cwd=demo)
    assert done.code == 2
    assert ".github/needful.yml:1:7" in done.err


def test_a_workflow_that_cannot_be_read_stops_no_other(demo: Path, run: Run) -> None:
    (demo / ".github" / "workflows" / "bad.yml").write_text("on: [\n", "utf-8")
    git(demo, "add", "-A")
    git(demo, "commit", "-q", "-m", "Broken")
    done = run("propose", "--local", "--no-history", cwd=demo)
    assert done.code == 2
    assert ".github/workflows/bad.yml: line 2: not valid YAML" in done.out
    assert subjects(demo)
