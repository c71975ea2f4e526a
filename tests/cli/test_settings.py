"""`.github/needful.yml` as a user meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cli.samples import LOST, SERIAL, Make, Run

FOLLOWED = ".github/needful.yml is followed; --no-config does without it.\n"


def settled(root: Path, text: str, name: str = "needful.yml") -> Path:
    (root / ".github" / name).write_text(text, "utf-8")
    return root


@pytest.mark.parametrize("name", ["needful.yml", "needful.yaml"])
def test_the_tier_is_that_of_the_settings(repository: Make, run: Run, name: str) -> None:
    root = settled(repository(ci=SERIAL), "tier: safe\n", name)
    done = run("plan", cwd=root)
    assert done.code == 0
    assert "Nothing to change" in done.out
    assert f"\n.github/{name} is followed; --no-config does without it.\n" in done.out
    assert "`--include trade` applies" in done.out


@pytest.mark.parametrize(
    "words", [("--include", "trade"), ("--no-config",), ("--config", "../other.yml")], ids=["tier", "none", "another"]
)
def test_the_command_line_wins(repository: Make, run: Run, words: tuple[str, ...]) -> None:
    root = settled(repository(ci=SERIAL), "tier: safe\n")
    (root.parent / "other.yml").write_text("tier: review\n", "utf-8")
    done = run("plan", *words, cwd=root)
    assert "1 change to make" in done.out
    assert (FOLLOWED in done.out) == (words[0] == "--include")
    assert ("../other.yml is followed" in done.out) == (words[0] == "--config")


def test_rules_are_switched(repository: Make, run: Run) -> None:
    root = settled(repository(ci=SERIAL), "rules: {drop-false-needs: off}\n")
    assert "Nothing to change in 1 workflow." in run("plan", cwd=root).out
    assert "drop-false-needs" not in run("plan", cwd=root).out
    assert "1 change to make" in run("plan", "--only", "drop-false-needs", cwd=root).out


def test_a_rule_that_runs_on_request_is_requested(repository: Make, run: Run) -> None:
    implied = SERIAL.replace(b"needs: lint", b"needs: [lint]")
    chain = (
        implied
        + b"""\
  ship:
    needs: [test, lint]
    runs-on: ubuntu-latest
    environment: live
    steps: [{run: ./ship}]
"""
    )
    root = settled(repository(ci=chain), "rules: {drop-implied-needs: on, drop-false-needs: off}\n")
    assert "[drop-implied-needs:ci.yml:ship:lint]" in run("plan", "--quiet", cwd=root).out
    assert run("plan", "--quiet", "--no-config", "--skip", "drop-false-needs", cwd=root).out == ""


def test_workflows_are_left_out_unless_they_are_named(repository: Make, run: Run) -> None:
    root = settled(repository(ci=SERIAL, old=SERIAL), "workflows: {exclude: [old.*]}\n")
    done = run("plan", cwd=root)
    assert "1 change to make in 1 of 1 workflow." in done.out
    assert ".github/needful.yml is followed and leaves out old.yml; --no-config does without it.\n" in done.out
    assert "1 change to make" in run("plan", ".github/workflows/old.yml", cwd=root).out
    assert "2 changes to make" in run("plan", "--no-config", cwd=root).out


@pytest.mark.parametrize("command", ["plan", "apply", "check"])
def test_what_is_wrong_stops_everything(repository: Make, run: Run, command: str) -> None:
    root = settled(repository(ci=SERIAL), "teir: safe\nrules: {x: on}\n")
    done = run(command, cwd=root)
    assert done.code == (1 if command == "check" else 2)
    assert "error: .github/needful.yml:1:1: there is no setting `teir`\n  did you mean `tier`?" in done.err
    assert "error: .github/needful.yml:2:9: there is no rule `x`\n" in done.err
    assert "is followed" not in done.out
    assert (root / ".github" / "workflows" / "ci.yml").read_bytes() == SERIAL


def test_annotations_have_the_column(repository: Make, run: Run) -> None:
    root = settled(repository(ci=SERIAL), "\n tier: x\n")
    done = run("check", "--format", "github", cwd=root)
    assert "::error file=.github/needful.yml,line=2,col=8,title=Cannot be read::`tier` must be" in done.out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--config", "no.yml"), "error: no.yml: there is no such settings file"),
        (("--config", "no.yml", "--no-config"), "error: --config and --no-config contradict each other"),
    ],
)
def test_a_file_that_is_not_there(repository: Make, run: Run, words: tuple[str, ...], expected: str) -> None:
    done = run("plan", *words, cwd=repository(ci=SERIAL))
    assert done.code == 2
    assert expected in done.err


def test_two_files_are_one_too_many(repository: Make, run: Run) -> None:
    root = settled(settled(repository(ci=SERIAL), ""), "", "needful.yaml")
    done = run("plan", cwd=root)
    assert done.code == 2
    assert ".github/needful.yaml: there are two settings files, this one and .github/needful.yml" in done.err


def test_a_link_out_of_the_repository_is_not_followed(repository: Make, run: Run, tmp_path: Path) -> None:
    root = repository(ci=SERIAL)
    (tmp_path / "secret").write_text("password", "utf-8")
    (root / ".github" / "needful.yml").symlink_to(tmp_path / "secret")
    done = run("plan", cwd=root)
    assert done.code == 2
    assert "is not followed" in done.err
    assert "password" not in done.err


def test_programs_are_told(repository: Make, run: Run) -> None:
    root = settled(repository(ci=SERIAL, old=SERIAL), "tier: safe\nworkflows: {exclude: [old.*]}\n")
    (plan,) = json.loads(run("plan", "--format", "json", cwd=root).out)["repositories"]
    assert (plan["settings"], plan["tier"]) == (".github/needful.yml", "safe")
    assert plan["left_out"] == [".github/workflows/old.yml"]


def test_a_diff_stays_a_diff(repository: Make, run: Run) -> None:
    done = run("apply", "--diff", cwd=settled(repository(ci=SERIAL), "tier: review\n"))
    assert done.out.startswith("diff --git")
    assert "followed" not in done.out
    assert FOLLOWED in done.err


@pytest.mark.parametrize(("text", "imported"), [(None, False), ("tier: safe", True)], ids=["none", "some"])
def test_who_has_no_settings_does_not_wait_for_them(repository: Make, text: str | None, imported: bool) -> None:
    root = repository(ci=SERIAL)
    if text is not None:
        settled(root, text)
    code = (
        "import sys\nfrom needful import app\n(target,) = app.find_targets(['.'])\n"
        "app.plan_repository(target, app.Wishes())\nprint('jsonschema' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert ran.stdout == f"{imported}\n"


KEPT = SERIAL.replace(b"needs: [lint]", b"needs: [lint]  # needful: keep \xe2\x80\x94 it is cheap")


def test_what_is_kept_is_left_alone_and_shown(repository: Make, run: Run) -> None:
    root = repository(ci=KEPT)
    done = run("apply", "--include", "review", cwd=root)
    assert (done.code, (root / ".github" / "workflows" / "ci.yml").read_bytes()) == (0, KEPT)
    assert "1 not proposed, as asked." in done.out
    assert (
        "said      ci.yml:9 it is cheap\n    prevents  drop-false-needs:ci.yml:test:lint\n" in run("plan", cwd=root).out
    )
    answer = run("explain", ".", "drop-false-needs:ci.yml:test:lint", cwd=root)
    assert "by hand: a comment in line 9 keeps it" in answer.out


@pytest.mark.parametrize("command", ["plan", "apply", "check"])
def test_a_comment_for_us_that_says_nothing_is_an_error(repository: Make, run: Run, command: str) -> None:
    root = repository(ci=KEPT.replace(b"keep", b"kepe"))
    done = run(command, cwd=root)
    assert done.code == (1 if command == "check" else 2)
    assert (
        "error: .github/workflows/ci.yml:9:20: a comment for Needful that says nothing to it\n  write `# n" in done.err
    )


def test_what_is_ignored_is_no_finding_of_a_check(repository: Make, run: Run) -> None:
    root = repository(ci=LOST)
    assert run("check", cwd=root).code == 1
    settled(root, "ignore:\n  - rule: add-missing-needs\n    job: show\n")
    done = run("check", cwd=root)
    assert (done.code, done.err) == (0, "")
    assert "is ignored for `show`\n    said      .github/needful.yml:2\n" in run("plan", cwd=root).out
