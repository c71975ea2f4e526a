"""Plans with numbers: where the runs come from, what is said of them, and what is said without."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator

from cli.samples import SERIAL, Make, Run, workflow

HOUR = 3600


def recording(folder: Path, count: int = 12, lint: int = 100, test: int = 200, repository: str = "me/shop") -> Path:
    """`count` runs of the serial workflow, one an hour, in the API's shape."""
    runs = []
    first = 1 if repository == "me/shop" else 1001
    for number in range(count):
        begin = number * HOUR
        linted = begin + 2 + lint + number
        jobs = [
            job(10 * (first + number), "lint", begin + 2, linted),
            job(10 * (first + number) + 1, "test", linted + 2, linted + 2 + test + number),
        ]
        runs.append(
            {
                "id": first + number,
                "name": ".github/workflows/ci.yml",
                "path": ".github/workflows/ci.yml",
                "event": "push",
                "head_branch": "main",
                "head_sha": f"{number:040x}",
                "run_attempt": 1,
                "conclusion": "success",
                "created_at": clock(begin),
                "run_started_at": clock(begin),
                "updated_at": clock(begin + HOUR),
                "repository": {"full_name": repository},
                "jobs": jobs,
            }
        )
    file = folder / "runs.json"
    file.write_text(json.dumps(runs), "utf-8")
    return file


def job(number: int, name: str, start: int, end: int) -> dict[str, object]:
    times = {"created_at": clock(start - 2), "started_at": clock(start), "completed_at": clock(end)}
    return {"id": number, "name": name, "conclusion": "success", "labels": ["ubuntu-latest"], "steps": [], **times}


def clock(seconds: int) -> str:
    day, rest = divmod(seconds, 24 * HOUR)
    return f"2026-03-{1 + day:02}T{rest // HOUR:02}:{rest % HOUR // 60:02}:{rest % 60:02}Z"


def cloned(root: Path, url: str = "https://github.com/me/shop.git") -> Path:
    git = root / ".git"
    git.mkdir()
    (git / "config").write_text(f'[core]\n\tbare = false\n[remote "origin"]\n\turl = {url}\n', "utf-8")
    return root


def test_recorded_runs_say_what_is_saved(run: Run, repository: Make, tmp_path: Path) -> None:
    done = run("plan", repository(ci=SERIAL), "--history", recording(tmp_path))
    assert done.code == 0
    assert "A run comes in 3m 28s instead of 5m 15s: 1m 48s or 34% less" in done.out
    assert "12 runs in which nothing failed" in done.out
    assert "    gain      saves 1m 48s" in done.out
    assert "as they were, the replay is 0.0% off" in " ".join(done.out.split())


def test_without_runs_the_structure_is_said_and_what_to_do(run: Run, repository: Make) -> None:
    done = run("plan", repository(ci=SERIAL))
    assert "The longest chain of jobs goes from 2 to 1: `lint` → `test` becomes `lint`." in done.out
    assert "needful history import" in done.out
    assert "less (p50" not in done.out


def test_assumed_durations_are_marked_in_every_line(run: Run, repository: Make) -> None:
    out = run("plan", repository(ci=SERIAL), "--assume").out
    assert "(assumed)" in out
    figures = [line for line in out.splitlines() if line.startswith(("    run ", "    minutes ", "    bound "))]
    assert figures
    text = " ".join(out.split())
    for label in ("run p50", "verdict p50", "minutes", "bound no schedule"):
        assert "(assumed)" in text[text.index(label) :][:400]


def test_a_change_that_saves_too_little_is_held(run: Run, repository: Make, tmp_path: Path) -> None:
    root = repository(ci=SERIAL)
    done = run("apply", root, "--history", recording(tmp_path, lint=5, test=400))
    assert workflow(root).read_bytes() == SERIAL
    assert "1 more found, not applied" in done.out
    held = " ".join(run("plan", root, "--history", recording(tmp_path, lint=5, test=400)).out.split())
    assert "all changes together save 12 s, less than the 30 s or 5% that is asked for" in held


def test_what_is_asked_for_by_its_id_is_not_weighed(run: Run, repository: Make, tmp_path: Path) -> None:
    root = repository(ci=SERIAL)
    run(
        "apply", root, "--history", recording(tmp_path, lint=5, test=400), "--with", "drop-false-needs:ci.yml:test:lint"
    )
    assert workflow(root).read_bytes() != SERIAL


def test_the_settings_say_what_a_change_must_save(run: Run, repository: Make, tmp_path: Path) -> None:
    root = repository(ci=SERIAL)
    (root / ".github" / "needful.yml").write_text("minimum-gain: {seconds: 0, percent: 0}\n", "utf-8")
    run("apply", root, "--history", recording(tmp_path, lint=5, test=400))
    assert workflow(root).read_bytes() != SERIAL


def test_the_command_line_says_what_to_improve(run: Run, repository: Make, tmp_path: Path) -> None:
    """A dropped edge saves time and no minutes of machines."""
    root = repository(ci=SERIAL)
    (root / ".github" / "needful.yml").write_text("objective: cost\n", "utf-8")
    run("apply", root, "--history", recording(tmp_path))
    assert workflow(root).read_bytes() == SERIAL
    run("apply", root, "--history", tmp_path, "--objective", "latency")
    assert workflow(root).read_bytes() != SERIAL


def test_a_few_runs_weigh_nothing_and_carry_no_claim(run: Run, repository: Make, tmp_path: Path) -> None:
    done = run("plan", repository(ci=SERIAL), "--history", recording(tmp_path, count=4, lint=5))
    assert "1 change to make" in done.out
    assert "The numbers do not carry a claim (only 4 runs could be replayed" in done.out


def test_the_store_is_used_for_the_repository_that_was_cloned(
    run: Run, repository: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    run("history", "import", recording(tmp_path))
    root = cloned(repository(ci=SERIAL))
    assert "A run comes in" in run("plan", root).out
    assert "A run comes in" not in run("plan", root, "--no-history").out
    shutil.rmtree(root / ".git")
    assert "A run comes in" not in run("plan", root).out, "the runs may be those of another repository"
    assert "A run comes in" in run("plan", root, "--repository", "Me/Shop").out


@pytest.mark.parametrize(
    "url", ["git@github.com:me/shop.git", "ssh://git@github.com/Me/Shop", "https://x.example/me/shop/"]
)
def test_a_clone_knows_its_repository(
    run: Run, repository: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    run("history", "import", recording(tmp_path))
    assert "A run comes in" in run("plan", cloned(repository(ci=SERIAL), url)).out


def test_runs_of_several_repositories_have_to_be_told_apart(run: Run, repository: Make, tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    for folder, owner, lint in ((first, "me", 100), (second, "you", 300)):
        folder.mkdir()
        recording(folder, repository=f"{owner}/shop", lint=lint)
    root = repository(ci=SERIAL)
    done = run("plan", root, "--history", tmp_path)
    assert done.code == 2
    assert "several repositories have this workflow: me/shop, you/shop\n  name it by --repository" in done.err
    assert "3m 28s instead of" in run("plan", root, "--history", tmp_path, "--repository", "me/shop").out


def test_required_checks_decide_about_the_verdict(run: Run, repository: Make, tmp_path: Path) -> None:
    out = run("plan", repository(ci=SERIAL), "--history", recording(tmp_path), "--required", "test").out
    assert "(`test`)" in " ".join(out.split())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--no-history", "--history", "x"), "--no-history contradicts"),
        (("--store", "x", "--history", "y"), "both say which runs are meant"),
        (("--store", "missing.sqlite"), "there is no such store"),
        (("--history", "missing"), "there is no such file or folder"),
    ],
)
def test_what_cannot_be_read_is_said(run: Run, repository: Make, options: tuple[str, ...], words: str) -> None:
    done = run("plan", repository(ci=SERIAL), *options)
    assert done.code == 2
    assert words in done.err


def test_a_record_that_cannot_be_read_is_said_and_the_others_count(run: Run, repository: Make, tmp_path: Path) -> None:
    file = recording(tmp_path)
    runs = json.loads(file.read_text("utf-8"))
    runs.append({**runs[0], "id": "seven"})
    file.write_text(json.dumps(runs), "utf-8")
    done = run("plan", repository(ci=SERIAL), "--history", file)
    assert done.code == 2
    assert "expected a whole number" in done.err
    assert "A run comes in" in done.out


@pytest.mark.parametrize("options", [(), ("--assume",), ("--history",)], ids=["no runs", "assumed", "recorded"])
def test_figures_as_json_follow_their_schema(
    run: Run, repository: Make, tmp_path: Path, checkout: Path, options: tuple[str, ...]
) -> None:
    given = (*options, recording(tmp_path)) if options == ("--history",) else options
    content = json.loads(run("plan", repository(ci=SERIAL), "--format", "json", *given).out)
    schema = json.loads((checkout / "docs" / "plan.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(content)
    gain = content["repositories"][0]["files"][0]["gain"]
    assert gain["longest_chain"] == {"before": ["lint", "test"], "after": ["lint"]}
    if options == ("--history",):
        assert gain["prediction"]["makespan"]["saving"] == 107.5
        (change,) = gain["changes"]
        assert (change["id"], change["makespan"]) == ("drop-false-needs:ci.yml:test:lint", 107.5)
        assert [bar["job"] for bar in gain["timelines"]["after"] if bar["critical"]] == ["test"]
    else:
        assert (gain["prediction"] is None) == (not options)


def test_a_page_holds_figures_and_timelines(run: Run, repository: Make, tmp_path: Path) -> None:
    root = repository(ci=SERIAL)
    page = run("plan", root, "--format", "html", "--history", recording(tmp_path)).out
    assert page.startswith("<!doctype html>")
    assert "1m 48s less" in page
    assert "<svg" in page
    bare = run("plan", root, "--format", "html").out
    assert "The longest chain of jobs goes from 2 to 1" in bare
    assert "<svg" not in bare


def test_a_timeline_is_drawn_into_a_file(run: Run, repository: Make, tmp_path: Path) -> None:
    file = tmp_path / "drawn.svg"
    done = run("plan", repository(ci=SERIAL), "--history", recording(tmp_path), "--timeline", file)
    assert done.code == 0
    assert {element.tag.rpartition("}")[2] for element in ET.parse(file).iter()} >= {"svg", "title", "rect"}


def test_a_timeline_that_cannot_be_drawn_is_said(run: Run, repository: Make, tmp_path: Path) -> None:
    file = tmp_path / "drawn.svg"
    root = repository(ci=SERIAL, more=SERIAL)
    done = run("plan", root, "--timeline", file)
    assert done.code == 2
    assert "there is no timeline to draw" in done.err
    assert not file.exists()
    both = run("plan", root, "--assume", "--timeline", file)
    assert "several workflows have timelines: ci.yml, more.yml\n  name one of them" in both.err


def test_a_graph_says_what_the_jobs_took_and_marks_the_critical_path(
    run: Run, repository: Make, tmp_path: Path
) -> None:
    more = SERIAL + b"  docs:\n    runs-on: ubuntu-latest\n    steps: [{run: make docs}]\n"
    root = repository(ci=more)
    file = recording(tmp_path)
    runs = json.loads(file.read_text("utf-8"))
    for number, one in enumerate(runs):
        one["jobs"].append(job(9000 + number, "docs", number * HOUR + 2, number * HOUR + 32))
    file.write_text(json.dumps(runs), "utf-8")
    mermaid = run("graph", root, "--history", file).out
    assert '  w0j0["lint<br/>1m 45s"]\n' in mermaid
    assert '  w0j2["docs<br/>30s, could end 4m 42s later"]\n' in mermaid
    assert "  class w0j0,w0j1 critical\n" in mermaid
    assert "times: a typical recorded run" in mermaid
    dot = run("graph", root, "--history", file, "--format", "dot").out
    assert '  w0j1 [label="test\\n3m 25s", color=blue, penwidth=3];\n' in dot
    bars = json.loads(run("graph", root, "--history", file, "--format", "json").out)
    found = bars["repositories"][0]["workflows"][0]["timeline"]
    assert [(bar["job"], bar["critical"]) for bar in found] == [("lint", True), ("test", True), ("docs", False)]
    assert "times:" not in run("graph", root).out


def test_slack_and_critical_path_stand_in_the_plan(run: Run, repository: Make, tmp_path: Path) -> None:
    out = run("plan", repository(ci=SERIAL), "--history", recording(tmp_path)).out
    assert "    critical  before `lint` → `test`; after `test`\n" in out
    assert "    slack     before none; after `lint` 1m 4" in out


def test_what_an_edge_spared_is_said_beside_what_it_cost(run: Run, repository: Make, tmp_path: Path) -> None:
    file = recording(tmp_path, count=20)
    runs = json.loads(file.read_text("utf-8"))
    for one in runs[:4]:
        one["conclusion"] = one["jobs"][0]["conclusion"] = "failure"
        ended = one["jobs"][0]["completed_at"]
        one["jobs"][1] |= {"conclusion": "skipped", "started_at": ended, "completed_at": ended}
    file.write_text(json.dumps(runs), "utf-8")
    text = " ".join(run("plan", repository(ci=SERIAL), "--history", file).out.split())
    assert "`lint` failed in 4 of 20 runs, which spared 0.8 billed minutes a run" in text


def test_the_critical_path_names_the_steps_that_take_its_time(run: Run, checkout: Path) -> None:
    demo = checkout / "fixtures" / "demo"
    text = " ".join(run("plan", demo, "--history", demo / "history").out.split())
    critical = text[text.index("critical before") : text.index("slack before")]
    assert "`build` (`Run docker build" in critical
    assert critical.count("→") == 5


def test_minutes_are_said_by_kind_of_runner_with_its_price(run: Run, repository: Make, tmp_path: Path) -> None:
    file = recording(tmp_path)
    runs = json.loads(file.read_text("utf-8"))
    for one in runs:
        one["jobs"][1]["labels"] = ["windows-latest"]
    file.write_text(json.dumps(runs), "utf-8")
    root = repository(
        ci=SERIAL.replace(
            b"  test:\n    needs: [lint]\n    runs-on: ubuntu", b"  test:\n    needs: [lint]\n    runs-on: windows"
        )
    )
    text = " ".join(run("plan", root, "--history", file, "--private").out.split())
    assert "2.0 → 2.0 at $0.006" in text
    assert "4.0 → 4.0 at $0.010" in text
