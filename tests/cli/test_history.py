"""`needful history`: import what GitHub's API returned, show what it says."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from cli.samples import SERIAL, Make, Run
from history.recordings import REPOSITORY, at, job
from history.recordings import run as recorded
from needful.app.places import store_file

RUNS = [recorded(number, begun=number * 1000) for number in range(1, 13)]
JOBS = [
    one
    for number in range(1, 13)
    for one in (
        job("lint", number * 1000 + 5, number * 1000 + 35, run_id=number, job_id=number * 10, created_at=None),
        job(
            "Unit tests",
            number * 1000 + 5,
            number * 1000 + 125,
            run_id=number,
            job_id=number * 10 + 1,
            created_at=at(number * 1000 + 1),
        ),
    )
]


SHOWN = f"""\
.github/workflows/ci.yml · CI · {REPOSITORY}
  12 runs, 2026-03-02: 12 push
  0 of 12 failed, 0 of 12 were cancelled.

   n     p50     p90  successful attempts
  12   2m 5s   2m 5s  makespan
  12  2m 30s  2m 30s  all jobs together

   n  p50  p90  failed  re-run  flaky    ran  job
  12  30s  30s    0/12    0/12    0/1  12/12  lint
  12   2m   2m    0/12    0/12    0/1  12/12  Unit tests

   n  p50  p90  wait for a runner
  12   4s   4s  ubuntu-24.04

n: attempts that succeeded, whose times are shown; p90 from ten on. failed, re-run: of the attempts
in which the job ran. flaky: commits on which it both failed and succeeded. ran: of the runs.
"""


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A folder of pages, with other files beside them."""
    folder = tmp_path / "recorded"
    (folder / "jobs").mkdir(parents=True)
    (folder / "runs.json").write_text(json.dumps({"workflow_runs": RUNS}))
    (folder / "jobs" / "1.jsonl").write_text("".join(json.dumps({"jobs": [one]}) + "\n" for one in JOBS))
    (folder / "README.md").write_text("not JSON")
    return folder


def test_import_and_show(run: Run, recording: Path, tmp_path: Path) -> None:
    done = run("history", "import", recording, "--store", "h.sqlite")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "Read 12 attempts of runs with 24 jobs from 2 files.\n12 new, 0 grown, 0 known already: h.sqlite\n"
    )
    again = run("history", "import", recording / "runs.json", recording / "jobs", "--store", "h.sqlite")
    assert "0 new, 0 grown, 12 known already" in again.out
    shown = run("history", "show", "--store", "h.sqlite")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out == SHOWN


def test_show_beside_a_checkout_names_jobs_that_are_not_there(run: Run, recording: Path, repository: Make) -> None:
    root = repository("shop", ci=SERIAL, other=SERIAL)
    run("history", "import", recording, "--store", "h.sqlite")
    shown = run("history", "show", root, "--store", "h.sqlite")
    assert "  12 of 24 recorded jobs found in the workflow.\n    not there  Unit tests (12)\n" in shown.out
    assert "No runs of .github/workflows/other.yml." in shown.out


def test_show_as_json(run: Run, recording: Path, repository: Make) -> None:
    root = repository("shop", ci=SERIAL)
    run("history", "import", recording, "--store", "h.sqlite")
    (found,) = json.loads(run("history", "show", root, "--store", "h.sqlite", "--format", "json").out)["workflows"]
    assert (found["repository"], found["path"], found["runs"]) == (REPOSITORY, ".github/workflows/ci.yml", 12)
    assert found["makespan"] == {"n": 12, "p50": 125, "p90": 125}
    assert found["matched"] == {"jobs": 24, "matched": 12, "unmatched": {"Unit tests": 12}, "ambiguous": {}}
    assert found["jobs"][0]["failed"] == {"hits": 0, "n": 12}


def test_broken_records_are_named_and_the_others_kept(run: Run, tmp_path: Path) -> None:
    (tmp_path / "runs.json").write_text(json.dumps([RUNS[0], RUNS[1] | {"id": "x"}]))
    done = run("history", "import", "runs.json", "--store", "h.sqlite")
    assert done.code == 2
    assert done.err == "error: runs.json: [1].id: expected a whole number, found the text 'x'\n"
    assert "1 new" in done.out


def test_several_repositories_are_told_apart(run: Run, recording: Path, repository: Make, tmp_path: Path) -> None:
    root = repository("shop", ci=SERIAL)
    other = json.dumps([one | {"id": one["id"] + 100, "repository": None} for one in RUNS[:2]])
    (tmp_path / "other.json").write_text(other)
    run("history", "import", recording, "--store", "h.sqlite")
    run("history", "import", "other.json", "--store", "h.sqlite", "--repository", "harbour/pier")
    unclear = run("history", "show", root, "--store", "h.sqlite")
    assert unclear.code == 2
    assert "several repositories have this workflow: harbour/lighthouse, harbour/pier" in unclear.err
    assert "2 runs" in run("history", "show", root, "--store", "h.sqlite", "--repository", "Harbour/Pier").out
    assert run("history", "show", "--store", "h.sqlite", "--repository", "harbour/pier").out.count("ci.yml") == 1


def test_a_workflow_that_cannot_be_read_does_not_hide_the_others(run: Run, recording: Path, repository: Make) -> None:
    root = repository("shop", ci=SERIAL, broken=b"on: [")
    run("history", "import", recording, "--store", "h.sqlite")
    shown = run("history", "show", root, "--store", "h.sqlite")
    assert shown.code == 2
    assert "broken.yml" in shown.err
    assert "12 runs" in shown.out


def test_a_damaged_store_is_set_aside_with_a_warning(run: Run, recording: Path, tmp_path: Path) -> None:
    (tmp_path / "h.sqlite").write_bytes(b"damage")
    done = run("history", "import", recording, "--store", "h.sqlite")
    assert done.code == 0
    assert done.err.startswith("warning: h.sqlite: ")
    assert (tmp_path / "h.sqlite.damaged-1").read_bytes() == b"damage"
    (tmp_path / "h.sqlite").write_bytes(b"damage again")
    shown = run("history", "show", "--store", "h.sqlite")
    assert (shown.code, shown.out) == (0, "The history is empty.\n")
    assert "damaged-2" in shown.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import", "nowhere"], "nowhere: there is no such file or folder"),
        (["import", "empty"], "empty: no file *.json, *.jsonl, *.ndjson (or one of them .gz) in this folder"),
        (["import", "recorded", "--store", ""], "the name of the store is empty"),
        (["import", "recorded", "--store", "taken/x.sqlite"], "taken: cannot be made: File exists"),
        (["show", "--store", "none.sqlite"], "none.sqlite: there is no history yet"),
    ],
)
def test_mistakes(run: Run, recording: Path, tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "taken").write_text("")
    done = run("history", *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/caches"}, "/caches/needful/history.sqlite"),
        ("linux", {"XDG_CACHE_HOME": "not/absolute"}, "/home/keeper/.cache/needful/history.sqlite"),
        ("linux", {}, "/home/keeper/.cache/needful/history.sqlite"),
        ("darwin", {}, "/home/keeper/Library/Caches/needful/history.sqlite"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/needful/history.sqlite"),
        ("win32", {}, "/home/keeper/.cache/needful/history.sqlite"),
    ],
)
def test_the_usual_store_is_in_the_cache_folder(
    monkeypatch: pytest.MonkeyPatch, platform: str, variables: dict[str, str], expected: str
) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", "/home/keeper")
    monkeypatch.setattr(sys, "platform", platform)
    assert store_file(None) == Path(expected)
    assert store_file("mine.sqlite") == Path("mine.sqlite")
