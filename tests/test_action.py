"""The Action's entry point: environment and event file in, log, summary, outputs and exit code out.

At last installed from a wheel and started as the image is, against GitHub on loopback.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.stage import APP, BRANCH, PEOPLE, demo_files
from forge.payloads import Json, payload
from github_server.server import Server
from needful import action
from needful.action import Inputs, main, run
from needful.errors import UserError

FINE = """\
on: push
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: make test
"""

MISSING = """\
on: push
permissions: {}
jobs:
  version:
    runs-on: ubuntu-24.04
    outputs:
      number: ${{ steps.number.outputs.number }}
    steps:
      - id: number
        run: echo "number=1" >> "$GITHUB_OUTPUT"
  show:
    runs-on: ubuntu-24.04
    steps:
      - run: echo "$NUMBER"
        env:
          NUMBER: ${{ needs.version.outputs.number }}
"""
TOKEN = "ghs_verysecret"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        running.state.push("main", demo_files(), "Start")
        running.state.people = dict(PEOPLE)
        running.tokens[TOKEN] = APP
        yield running
    assert running.broken == []


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def repository(folder: Path, workflow: str) -> Path:
    file = folder / ".github" / "workflows" / "ci.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(workflow, "utf-8")
    return folder


def environment(
    folder: Path, event: str, sent: Json, server: Server | None = None, inputs: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What Actions sets, for a step in the folder; files are beside it."""
    files = {name: folder.parent / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.touch()
    event_file = folder.parent / "event.json"
    event_file.write_text(json.dumps(sent), "utf-8")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder.parent),
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": server.url if server else "http://127.0.0.1:9",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_EVENT_PATH": str(event_file),
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_RUN_ID": "17",
        "GITHUB_SERVER_URL": "https://github.example.org",
        "GITHUB_WORKSPACE": str(folder),
        **{name: str(file) for name, file in files.items()},
        **{f"INPUT_{name}": value for name, value in {"TOKEN": TOKEN, **(inputs or {})}.items()},
    }


def outputs(given: Mapping[str, str]) -> dict[str, str]:
    """What the runner reads from the file of outputs."""
    text = Path(given["GITHUB_OUTPUT"]).read_text("utf-8")
    found = re.findall(r"^([a-z-]+)<<(needful-[0-9a-f]{32})\n(.*?)\n\2$", text, re.MULTILINE | re.DOTALL)
    return {name: value for name, _, value in found}


SCHEDULE: Json = {"schedule": "0 6 * * 1", "repository": {"default_branch": "main"}}


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"INPUT_MODE": "plan; ls"}, r"the input `mode` is 'plan; ls' \(it can be auto, propose,"),
        ({"INPUT_INCLUDE": "all"}, r"the input `include` is 'all' \(it can be safe, trade, review\)"),
        ({"INPUT_DRY-RUN": "maybe"}, "the input `dry-run` is 'maybe'"),
        ({"INPUT_HISTORY-RUNS": "many"}, "the input `history-runs` is 'many'"),
        ({"INPUT_HISTORY-RUNS": "1001"}, "a whole number up to 1000"),
    ],
)
def test_an_input_that_means_nothing(inputs: dict[str, str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        Inputs(inputs)


def test_inputs_that_are_empty_are_as_if_nothing_was_said() -> None:
    blank = Inputs({f"INPUT_{name}": " " for name in action.DEFAULTS})
    assert (blank.mode, blank.include, blank.config, blank.paths) == ("auto", "", None, (".",))
    assert (blank.runs, blank.dry_run, blank.token) == (100, False, "")
    assert Inputs({"INPUT_PATHS": "a b\n\n  c\n"}).paths == ("a b", "c")


@pytest.mark.parametrize(
    "missing", ["GITHUB_API_URL", "GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH", "GITHUB_REPOSITORY", "INPUT_TOKEN"]
)
def test_what_is_missing_is_said_in_one_line(
    missing: str, workspace: Path, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = environment(workspace, "schedule", SCHEDULE, server)
    del given[missing]
    code, out = started(given, monkeypatch, capsys)
    assert code == 2
    assert out.count("\n") == 1
    assert out.startswith("::error title=Needful::")
    assert (missing if missing != "INPUT_TOKEN" else "the input `token` is empty") in out
    assert server.asked == []


def started(
    given: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """The program, in this process, with that environment and no other."""
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "INPUT_"))]:
        monkeypatch.delenv(name)
    for name, value in given.items():
        if name not in ("PATH", "HOME"):
            monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        main()
    assert isinstance(ended.value.code, int)
    return ended.value.code, capsys.readouterr().out


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{", "the event is no JSON"),
        (b"[" * 100_000, "the event is no JSON"),
        (b"[]", "expected an object"),
        (b"{}", "a push to ``"),
    ],
)
def test_an_event_that_is_none(data: bytes, message: str, workspace: Path, server: Server) -> None:
    given = environment(workspace, "push", None, server)
    Path(given["GITHUB_EVENT_PATH"]).write_bytes(data)
    try:
        said = run(given).summary
    except UserError as error:
        said = str(error)
    assert message.replace("``", "") in said.replace("``", "")
    assert server.writes == []


@pytest.mark.parametrize("event", ["fork", "pull_request_target", "release", "x; touch owned"])
def test_an_event_that_asks_for_nothing_says_so_and_succeeds(event: str, workspace: Path, server: Server) -> None:
    acted = run(environment(workspace, event, {}, server))
    assert acted.code == 0
    assert "Nothing to do" in acted.summary
    assert server.asked == []


def test_a_proposal_with_all_that_others_can_use(
    workspace: Path, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = environment(workspace, "schedule", SCHEDULE, server)
    code, _ = started(given, monkeypatch, capsys)
    assert code == 0
    (pull,) = server.state.open_pulls()
    found = outputs(given)
    assert set(found) == set(action.OUTPUTS)
    assert found["pull-requests"] == f'["https://github.example.org/acme/shop/pull/{pull.number}"]'
    assert int(found["changes"]) == len(server.state.log(BRANCH))
    summary = Path(given["GITHUB_STEP_SUMMARY"]).read_text("utf-8")
    assert "1 pull request is open" in summary
    assert found["summary"] in summary
    # the patch makes of the checkout what the branch holds
    for path, data in demo_files().items():
        (workspace / path).parent.mkdir(parents=True, exist_ok=True)
        (workspace / path).write_bytes(data)
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "apply", found["patch"]], check=True)
    workflow = ".github/workflows/ci.yml"
    assert (workspace / workflow).read_bytes() == server.state.file(BRANCH, workflow)


def test_a_dry_run_writes_nothing_but_the_patch(workspace: Path, server: Server) -> None:
    acted = run(environment(workspace, "schedule", SCHEDULE, server, {"DRY-RUN": "true"}))
    assert server.writes == []
    assert "this is a dry run" in acted.summary
    assert acted.patch.startswith("diff --git a/.github/workflows/ci.yml")


def test_the_token_is_nowhere_in_what_goes_out(
    workspace: Path, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server.state.push("main", {".github/workflows/bad.yml": f"on: push\njobs: {TOKEN}\n".encode()})
    server.state.fork_pull("any", "Any", "")
    comment = server.state.comment(1, f"/needful explain {TOKEN}", "bob")
    given = environment(workspace, "issue_comment", spoken(1, comment, f"/needful explain {TOKEN}"), server)
    code, out = started(given, monkeypatch, capsys)
    assert code == 0
    files = (Path(given[name]) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"))
    everything = "".join([out, *(file.read_text("utf-8") for file in files)])
    assert "Nothing was done" in everything
    assert TOKEN not in everything


def spoken(number: int, comment: int, body: str) -> Json:
    """The event of a comment on a pull request."""
    values: dict[str, Json] = {
        "issue.number": number,
        "issue.pull_request": {"url": "x"},
        "comment.id": comment,
        "comment.body": body,
        "comment.user.login": "bob",
        "comment.user.type": "User",
        "sender.type": "User",
    }
    return payload("issue_comment$created", values)


@pytest.mark.parametrize(("workflow", "code"), [(FINE, 0), (MISSING, 1)], ids=["fine", "missing"])
def test_a_check_needs_no_token(
    workflow: str, code: int, workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repository(workspace, workflow)
    given = environment(workspace, "push", SCHEDULE, None, {"MODE": "check", "TOKEN": ""})
    ended, out = started(given, monkeypatch, capsys)
    assert ended == code
    assert ("::error file=.github/workflows/ci.yml,line=16" in out) is bool(code)


def test_a_summary_that_is_too_long_is_cut(workspace: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from needful.app.acting import Acted

    given = environment(workspace, "push", SCHEDULE, server)
    action.write(given, Acted("é" * (1 << 20)), TOKEN)
    summary = Path(given["GITHUB_STEP_SUMMARY"]).read_bytes()
    assert len(summary) <= 1 << 20
    assert summary.decode("utf-8").endswith("does not fit)\n")
    assert len(outputs(given)["summary"]) == 60_000


def test_a_value_cannot_end_itself(workspace: Path, server: Server) -> None:
    from needful.app.acting import Acted

    given = environment(workspace, "push", SCHEDULE, server)
    hostile = "a\nneedful-0\nEOF\nchanges<<EOF\n9\nEOF"
    action.write(given, Acted(hostile, outputs={"changes": "1"}), TOKEN)
    assert outputs(given) == {"changes": "1", "pull-requests": "", "patch": "", "summary": hostile}


def test_our_own_defect_is_named_and_asks_for_a_report(
    workspace: Path, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError(f"division by {TOKEN}")

    monkeypatch.setattr(action, "run", broken)
    for name, value in environment(workspace, "schedule", SCHEDULE, server).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3
    said = capsys.readouterr()
    assert "::error title=Needful::an internal error" in said.out
    assert "ZeroDivisionError" in said.err
    assert TOKEN not in said.out + said.err


# --- as the image does -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """A Python in which Needful is installed from its wheel; the libraries are those of this environment."""
    folder = tmp_path_factory.mktemp("image")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=checkout, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    here = next(path for path in sys.path if path.endswith("site-packages"))
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    [libraries] = (folder / "venv").glob("lib/python*/site-packages")
    (libraries / "libraries.pth").write_text(f"{here}\n", "utf-8")
    return python


def as_actions_would(python: Path, workspace: Path, given: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    command = [str(python), "-I", "-m", "needful.action"]
    return subprocess.run(command, cwd=workspace, env=dict(given), capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_wheel_runs_as_the_image_does(installed: Path, workspace: Path, server: Server) -> None:
    repository(workspace, MISSING)
    (workspace / "needful").mkdir()
    (workspace / "needful" / "__init__.py").write_text("raise SystemExit('code of the repository ran')\n", "utf-8")

    alone = environment(workspace, "push", SCHEDULE, None, {"MODE": "check", "TOKEN": ""})
    checked = as_actions_would(installed, workspace, alone)
    assert (checked.returncode, checked.stderr) == (1, "")
    assert "::error file=.github/workflows/ci.yml" in checked.stdout

    given = environment(workspace, "schedule", SCHEDULE, server)
    proposed = as_actions_would(installed, workspace, given)
    assert (proposed.returncode, proposed.stderr) == (0, "")
    (pull,) = server.state.open_pulls()
    assert pull.body.count("- [x] `") == len(server.state.log(BRANCH))
    assert (workspace / outputs(given)["patch"]).is_file()

    comment = server.state.comment(pull.number, "/needful help", "bob")
    asked = environment(workspace, "issue_comment", spoken(pull.number, comment, "/needful help"), server)
    answered = as_actions_would(installed, workspace, asked)
    assert (answered.returncode, answered.stderr) == (0, "")
    assert any("/needful explain" in remark.body for remark in server.state.remarks.values() if remark.author == APP)

    where = subprocess.run(
        [str(installed), "-I", "-c", "import needful; print(needful.__file__)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(installed.parent.parent) in where.stdout
