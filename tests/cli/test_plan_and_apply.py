"""`plan` and `apply`: what is printed, what is written, and with which code the command ends."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cli.samples import BROKEN, CALM, LOST, PARALLEL, SERIAL, Make, Run, workflow


def test_plan_tells_and_writes_nothing(run: Run, repository: Make) -> None:
    root = repository(ci=SERIAL, docs=CALM)
    done = run("plan", root)
    assert done.code == 0
    assert done.err == ""
    assert "  `test` need not wait for `lint`\n" in done.out
    assert "    id        drop-false-needs:ci.yml:test:lint (trade)\n" in done.out
    assert done.out.endswith(
        "\n\n1 change to make in 1 of 2 workflows.\n"
        "`needful apply` makes the changes, `needful apply --diff` shows them.\n"
        "No times: no recorded run is at hand. `needful history import` keeps what GitHub's API returned for\n"
        "runs; `--assume` does with published durations.\n"
    )
    assert workflow(root).read_bytes() == SERIAL


def test_plan_is_calm_when_there_is_nothing_to_do(run: Run, repository: Make) -> None:
    assert run("plan", cwd=repository(ci=CALM)) == (0, "Nothing to change in 1 workflow.\n", "")


def test_plan_as_json_follows_its_schema(run: Run, repository: Make, checkout: Path) -> None:
    schema = json.loads((checkout / "docs" / "plan.schema.json").read_text("utf-8"))
    root = repository(ci=SERIAL, lost=LOST, bad=BROKEN)
    done = run("plan", "--format", "json", root, "--include", "review")
    content = json.loads(done.out)
    Draft202012Validator(schema).validate(content)
    found = content["repositories"][0]
    assert [file["path"] for file in found["files"]] == [".github/workflows/ci.yml", ".github/workflows/lost.yml"]
    assert [change["id"] for change in found["files"][0]["changes"]] == ["drop-false-needs:ci.yml:test:lint"]
    assert [(one["path"], one["line"]) for one in found["unreadable"]] == [(".github/workflows/bad.yml", 4)]
    assert done.code == 2


def test_apply_changes_the_file_and_nothing_else(run: Run, repository: Make) -> None:
    root = repository(ci=SERIAL, docs=CALM)
    workflow(root).chmod(0o640)
    done = run("apply", cwd=root)
    assert done == (
        0,
        ".github/workflows/ci.yml:9: `test` need not wait for `lint` [drop-false-needs:ci.yml:test:lint]\n"
        "1 change made in 1 of 2 workflows.\n",
        "",
    )
    assert workflow(root).read_bytes() == PARALLEL
    assert stat.S_IMODE(workflow(root).stat().st_mode) == 0o640
    assert sorted(path.name for path in workflow(root).parent.iterdir()) == ["ci.yml", "docs.yml"]
    assert run("apply", "--quiet", cwd=root) == (0, "", "")
    assert run("apply", cwd=root) == (0, "Nothing to change in 2 workflows.\n", "")


@pytest.mark.parametrize("text", [SERIAL, SERIAL.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + SERIAL, SERIAL.rstrip()])
def test_a_diff_is_what_apply_does(run: Run, repository: Make, text: bytes) -> None:
    root, twin = repository("one", ci=text), repository("two", ci=text)
    done = run("apply", "--diff", root)
    assert done.code == 0
    assert workflow(root).read_bytes() == text
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    apply = ["git", "-c", "core.autocrlf=false", "apply", "-"]
    subprocess.run(apply, cwd=root, input=done.out.encode(), check=True)
    run("apply", twin)
    assert workflow(root).read_bytes() == workflow(twin).read_bytes() != text


def test_output_holds_changed_files_only(run: Run, repository: Make, tmp_path: Path) -> None:
    root = repository(ci=SERIAL, docs=CALM)
    done = run("apply", "--output", "out", root)
    assert done.code == 0
    assert workflow(root).read_bytes() == SERIAL
    files = [path.relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert files == [Path(".github/workflows/ci.yml")]
    assert workflow(tmp_path / "out").read_bytes() == PARALLEL
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(workflow(tmp_path / "out").stat().st_mode) == 0o666 & ~umask


def test_several_repositories_each_have_their_folder(run: Run, repository: Make, tmp_path: Path) -> None:
    repository("one", ci=SERIAL)
    repository("two", ci=SERIAL)
    assert run("apply", "one", "two", "--output", "out").code == 0
    assert workflow(tmp_path / "out" / "one").read_bytes() == PARALLEL
    assert workflow(tmp_path / "out" / "two").read_bytes() == PARALLEL
    diff = run("apply", "--diff", "one", "two").out
    assert "+++ b/one/.github/workflows/ci.yml\n" in diff
    assert "+++ b/two/.github/workflows/ci.yml\n" in diff
    assert (
        "two/.github/workflows/ci.yml\n\n  The longest chain of jobs goes from 2 to 1" in run("plan", "one", "two").out
    )


def test_repositories_of_one_name_clash(run: Run, repository: Make, tmp_path: Path) -> None:
    repository("a/shop", ci=SERIAL)
    repository("b/shop", ci=SERIAL)
    for way in (["--output", "out"], ["--diff"]):
        done = run("apply", *way, "a/shop", "b/shop")
        assert done.code == 2
        assert done.out == ""
        assert done.err.startswith("error: two repositories are called 'shop': a/shop and b/shop\n")
    assert not (tmp_path / "out").exists()
    assert run("apply", "a/shop", "b/shop").code == 0


def test_output_over_the_repository_is_refused(run: Run, repository: Make) -> None:
    root = repository(ci=SERIAL)
    done = run("apply", "--output", ".", cwd=root)
    assert (done.code, workflow(root).read_bytes()) == (2, SERIAL)
    assert "leave --output out" in done.err


def test_diff_and_output_exclude_each_other(run: Run, repository: Make) -> None:
    done = run("apply", "--diff", "--output", "out", repository(ci=SERIAL))
    assert done.code == 2
    assert "--diff writes nothing" in done.err


def test_one_unreadable_workflow_does_not_stop_the_others(run: Run, repository: Make) -> None:
    root = repository(ci=SERIAL, bad=BROKEN)
    done = run("apply", root)
    assert done.code == 2
    assert workflow(root).read_bytes() == PARALLEL
    assert workflow(root, "bad").read_bytes() == BROKEN
    assert done.err.startswith(f"error: {workflow(root, 'bad')}:4: not valid YAML")
    assert done.out.endswith("1 change made in 1 of 1 workflow. 1 could not be read.\n")


@pytest.mark.parametrize(
    ("args", "changed"),
    [
        ([], True),
        (["--include", "safe"], False),
        (["--include=review"], True),
        (["--only", "drop-false-needs"], True),
        (["--only", "add-missing-needs"], False),
        (["--skip", "drop-false-needs"], False),
        (["--skip", "add-missing-needs", "--skip", "drop-implied-needs"], True),
    ],
)
def test_the_user_chooses(run: Run, repository: Make, args: list[str], changed: bool) -> None:
    root = repository(ci=SERIAL)
    assert run("apply", *args, root, "-q").code == 0
    assert workflow(root).read_bytes() == (PARALLEL if changed else SERIAL)


def test_what_is_not_included_is_shown_with_the_way_to_it(run: Run, repository: Make) -> None:
    out = run("plan", "--include", "safe", repository(ci=SERIAL)).out
    assert "  Found, not applied; `--include trade` applies what is marked (trade)\n" in out
    assert "Nothing to change in 1 workflow. 1 more found, not applied.\n" in out


def test_options_stand_anywhere(run: Run, repository: Make) -> None:
    root = repository(ci=SERIAL)
    ways: tuple[tuple[str | Path, ...], ...] = (
        ("--quiet", root, "--include", "trade"),
        (root, "-q"),
        ("--include", "trade", "--quiet", "--", root),
    )
    outputs = {run("plan", *args).out for args in ways}
    assert outputs == {
        f"{workflow(root)}:9: `test` need not wait for `lint` [drop-false-needs:ci.yml:test:lint]\n",
    }


OPAQUE = SERIAL.replace(b"permissions: {contents: read}\n", b"").replace(b"run: make test", b"run: mystery-bot")
THE_EDGE = "drop-false-needs:ci.yml:test:lint"


def test_a_change_is_left_out_by_its_id(run: Run, repository: Make) -> None:
    root = repository(ci=SERIAL)
    done = run("apply", root, "--without", THE_EDGE)
    assert (done.code, done.out) == (0, "Nothing to change in 1 workflow. 1 more found, not applied.\n")
    assert workflow(root).read_bytes() == SERIAL
    assert "stays     left out by --without" in run("plan", root, "--without", THE_EDGE).out


def test_a_change_of_a_higher_tier_is_had_by_its_id(run: Run, repository: Make) -> None:
    root = repository(ci=OPAQUE)
    assert run("apply", root).code == 0
    assert workflow(root).read_bytes() == OPAQUE, "it is for review"
    assert run("apply", root, "--with", THE_EDGE).code == 0
    assert workflow(root).read_bytes() == OPAQUE.replace(b"    needs: [lint]\n", b"")


@pytest.mark.parametrize(
    ("option", "change", "words"),
    [
        ("--with", "no-rule:ci.yml:test:lint", "'no-rule:ci.yml:test:lint' is no id of a change"),
        ("--without", "drop-false-needs:ci.yml:a:b", "no change 'drop-false-needs:ci.yml:a:b' was found"),
    ],
)
def test_an_id_that_nobody_knows_stops_everything(
    run: Run, repository: Make, option: str, change: str, words: str
) -> None:
    root = repository(ci=SERIAL)
    done = run("apply", root, option, change)
    assert (done.code, done.out) == (2, "")
    assert done.err == f"error: {words}\n  `needful plan` prints the ids\n"
    assert workflow(root).read_bytes() == SERIAL
