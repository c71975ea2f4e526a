"""A pull request that touches workflows is checked: annotations always, a comment where the token may write one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.stage import APP, CI, DEMO, Stage
from forge.payloads import Json
from needful.app.acting import Acted, Mode

MENDED = (DEMO / CI).read_text("utf-8").replace("  size:\n", "  size:\n    needs: build\n")


@pytest.fixture
def changed(stage: Stage, tmp_path: Path) -> Stage:
    """A person's pull request that changes the workflow, checked out."""
    stage.workspace = str(tmp_path)
    stage.server.state.push("feature", {CI: (DEMO / CI).read_bytes() + b"# more\n"})
    stage.bot().service.open_pull_request("feature", "main", "Mine", "")
    check_out(stage, (DEMO / CI).read_text("utf-8"))
    return stage


def check_out(stage: Stage, text: str) -> None:
    file = Path(stage.workspace, CI)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def checked(stage: Stage, owner: str = "acme/shop", number: int = 1) -> Acted:
    values: dict[str, Json] = {
        "pull_request.number": number,
        "pull_request.head.sha": stage.server.state.refs["feature"],
        "pull_request.head.ref": "feature",
        "pull_request.head.repo.full_name": owner,
        "pull_request.base.repo.full_name": "acme/shop",
    }
    return stage.run("pull_request$opened", values)


def test_what_is_found_is_annotated_and_said(changed: Stage) -> None:
    acted = checked(changed)
    assert acted.code == 1
    assert acted.log.startswith(f"::error file={changed.workspace}/{CI},line=")
    assert "**1 missing need in 1 workflow.**" in changed.said("check")
    assert "`size` must wait for `build`" in changed.said("check")
    assert f"/blob/{changed.server.state.refs['feature']}/{CI}#L" in changed.said("check")


def test_what_is_mended_is_said_in_the_same_comment(changed: Stage) -> None:
    checked(changed)
    check_out(changed, MENDED)
    acted = checked(changed)
    assert (acted.code, acted.log) == (0, "")
    assert changed.said("check") == "**No missing needs in 1 workflow.**"


def test_where_nothing_is_wrong_nothing_is_said(changed: Stage) -> None:
    check_out(changed, MENDED)
    changed.server.forget()
    assert checked(changed).code == 0
    assert changed.server.writes == []


@pytest.mark.parametrize("how", ["fork", "token"])
def test_who_may_only_read_annotates(changed: Stage, how: str) -> None:
    if how == "token":
        changed.token = replace(APP, login="other[bot]", may=frozenset())
    acted = checked(changed, "mallory/shop" if how == "fork" else "acme/shop")
    assert acted.code == 1
    assert acted.log.startswith("::error file=")
    assert changed.said("check") == ""


def test_a_pull_request_that_touches_no_workflow_is_not_checked(changed: Stage) -> None:
    changed.server.state.push("docs", {"README.md": b"new"})
    other = changed.bot().service.open_pull_request("docs", "main", "Docs", "")
    acted = checked(changed, number=other.number)
    assert acted.code == 0
    assert "touches no workflow" in acted.summary


def test_where_github_does_not_say_what_is_touched_all_is_checked(changed: Stage) -> None:
    acted = checked(changed, number=77)
    assert acted.code == 1


def test_a_workflow_that_cannot_be_read_is_found(changed: Stage) -> None:
    check_out(changed, "on: [\n")
    acted = checked(changed)
    assert acted.code == 1
    assert "Cannot be read" in changed.said("check")


def test_a_mode_checks_whatever_the_event(changed: Stage) -> None:
    assert changed.run("schedule", {}, Mode.CHECK).code == 1
    assert changed.said("check") == ""
