"""A token that may not propose: the same content as summary, patch and one issue."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from bot.stage import ACTIONS, APP, BRANCH, CI, DEMO, Stage, demo_files
from github_server.state import Ticket


@pytest.fixture
def powerless(stage: Stage) -> Stage:
    """As the run's own token: it may write, but no workflows."""
    stage.token = replace(ACTIONS)
    return stage


def issue(stage: Stage) -> Ticket:
    (found,) = stage.server.state.tickets.values()
    return found


def test_what_cannot_be_pushed_is_a_patch_and_an_issue(powerless: Stage, tmp_path: Path) -> None:
    acted = powerless.schedule()
    assert acted.code == 0
    assert powerless.server.state.pulls == {}
    assert BRANCH not in powerless.server.state.refs
    text = issue(powerless).body
    for said in (text, acted.summary):
        assert "permissions Contents, Workflows and Pull requests" in said
        assert "git apply needful.patch" in said
        assert "need not wait for `unit`" in said
    assert acted.log.startswith("::warning title=Needful::the token may not push workflows")
    # the patch in the issue is the one that is handed over, and git takes it
    assert acted.patch.strip() in text
    for path, data in demo_files().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "apply"], cwd=tmp_path, input=acted.patch.encode(), check=True)
    assert b"needs: build\n" in (tmp_path / CI).read_bytes()


def test_the_issue_is_found_again_and_edited(powerless: Stage) -> None:
    powerless.schedule()
    powerless.server.forget()
    powerless.schedule()
    assert [asked.path for asked in powerless.server.writes if "issues" in asked.path] == []
    powerless.server.state.push("main", {CI: (DEMO / CI).read_bytes().replace(b"name: unit (", b"name: units (")})
    before = issue(powerless).body
    powerless.schedule()
    assert issue(powerless).body != before


def test_an_issue_that_somebody_closed_stays_closed(powerless: Stage) -> None:
    powerless.schedule()
    issue(powerless).state = "closed"
    assert "was closed, so it is left so" in powerless.schedule().summary.replace("\\", "")
    # until there is something else to say
    powerless.server.state.push("main", {CI: (DEMO / CI).read_bytes().replace(b"name: unit (", b"name: units (")})
    powerless.schedule()
    assert [ticket.state for ticket in powerless.server.state.tickets.values()] == ["closed", "open"]


def test_another_issue_that_looks_like_ours_is_not(powerless: Stage) -> None:
    fake = Ticket(90, "Fake", "<!-- needful:instead -->\nmine", replace(ACTIONS, login="mallory"))
    powerless.server.state.tickets[90] = fake
    powerless.schedule()
    assert fake.body.endswith("mine")
    assert len(powerless.server.state.tickets) == 2


@pytest.mark.parametrize("may", [{"contents"}, {"contents", "pull_requests"}])
def test_without_issues_the_summary_has_it_all(powerless: Stage, may: set[str]) -> None:
    powerless.token.may = frozenset(may)
    powerless.server.state.has_issues = "pull_requests" not in may
    acted = powerless.schedule()
    assert acted.code == 0
    assert "No issue could be opened" in acted.summary
    assert "git apply needful.patch" in acted.summary


def test_a_token_that_may_push_but_not_open(stage: Stage) -> None:
    stage.token = replace(APP, may=APP.may - {"pull_requests"})
    acted = stage.schedule()
    assert "may not open pull requests" in acted.summary
    assert "git apply needful.patch" in issue(stage).body
    # with the permission, the branch that is there is used
    head = stage.server.state.refs[BRANCH]
    stage.token = APP
    stage.schedule()
    assert (stage.pull.head, stage.server.state.refs[BRANCH]) == (head, head)


def test_a_setting_that_lets_no_run_open_pull_requests_is_named(stage: Stage) -> None:
    stage.token = replace(ACTIONS, may=ACTIONS.may | {"workflows"})
    acted = stage.schedule()
    for said in (acted.summary, issue(stage).body):
        assert "“Allow GitHub Actions to create and approve pull requests”" in said
        assert "GitHub says: GitHub Actions is not permitted to create or approve pull requests." in said
        assert "git apply needful.patch" in said
    # once it is ticked, the next run opens one for the branch that is there
    stage.server.state.actions_may_open = True
    stage.schedule()
    assert stage.pull.branch == BRANCH


def test_a_patch_that_is_too_long_is_named(powerless: Stage) -> None:
    job = "  job{0}:\n    needs: lint\n    runs-on: ubuntu-latest\n    steps: [{{run: mypy src{0}}}]\n"
    jobs = "".join(job.format(number) for number in range(500))
    lint = "  lint:\n    runs-on: ubuntu-latest\n    steps: [{run: ruff check .}]\n"
    many = f"on: push\npermissions: {{contents: read}}\njobs:\n{lint}{jobs}"
    powerless.server.state.push("main", {CI: many.encode()})
    powerless.schedule()
    text = issue(powerless).body
    assert len(text) <= 65_536
    assert "https://github.example.org/acme/shop/actions/runs/1" in text
