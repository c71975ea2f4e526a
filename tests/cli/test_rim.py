"""The rim: terminals, pipes, interrupts, and our own mistakes."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from cli.samples import CALM, SERIAL, Make, Run, workflow
from needful import __version__, app
from needful.dependence.analysis import Analysis
from needful.errors import Defect
from needful.rules import RULES
from needful.rules.api import Rule, Subject, Tier

NEEDFUL = (sys.executable, "-m", "needful")


@pytest.mark.parametrize("args", [["--version"], ["plan", "--version"], ["check", "nowhere", "--version"]])
def test_version(run: Run, args: list[str]) -> None:
    assert run(*args) == (0, f"needful {__version__}\n", "")


def test_help_names_every_command(run: Run) -> None:
    for out in (run("--help").out, run("-h").out):
        assert all(f"\n  {name} " in out for name in ("plan", "apply", "check", "graph", "explain"))
    assert "--include" in run("plan", "--help").out


@pytest.mark.parametrize("args", [["dance"], ["plan", "--dance"], ["plan", "--format", "xml"], ["apply", "--output"]])
def test_wrong_usage_is_a_mistake(run: Run, args: list[str]) -> None:
    done = run(*args)
    assert (done.code, done.out) == (2, "")
    assert "Error: " in done.err


def breaking(error: Exception) -> Rule:
    def subjects(analysis: Analysis) -> Iterable[Subject]:
        if analysis.workflow.path.endswith("odd.yml"):
            raise error
        return ()

    return Rule("breaks", Tier.SAFE, "0.1", "breaks on one file", subjects, lambda *_: None, defect=True)


@pytest.mark.parametrize("command", ["plan", "apply", "check"])
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Defect("the rule breaks broke"), "the rule breaks broke"),
        (KeyError("nobody"), "KeyError: 'nobody' (test_rim.py:"),
    ],
    ids=["defect", "bug"],
)
def test_a_defect_in_one_file_is_named_and_the_others_are_done(
    run: Run, repository: Make, monkeypatch: pytest.MonkeyPatch, command: str, error: Exception, words: str
) -> None:
    rules = (breaking(error), *RULES)
    for module in ("needful.planning.planner", "needful.app.choosing"):
        monkeypatch.setattr(f"{module}.RULES", rules)
    root = repository(ci=SERIAL, odd=SERIAL)
    done = run(command, root)
    assert done.code == 3
    assert f"internal error: {workflow(root, 'odd')}: " in done.err
    assert words in done.err
    assert f"Please report the lines above,\nand the workflow if you may share it. Needful {__version__}" in done.err
    assert workflow(root, "odd").read_bytes() == SERIAL
    assert (workflow(root).read_bytes() == SERIAL) == (command != "apply")
    assert "1 left alone because of an internal error." in done.out


def test_a_defect_while_drawing_is_named_too(run: Run, repository: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def analyse(*_: object, thorough: bool = False) -> Analysis:
        raise Defect("no idea")

    monkeypatch.setattr("needful.dependence.analysis.analyse", analyse)
    root = repository(ci=CALM)
    done = run("graph", root)
    assert done.code == 3
    assert f"internal error: {workflow(root)}: no idea\n" in done.err


def test_whatever_else_breaks_is_reported_without_a_traceback(
    run: Run, repository: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plan_repository(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(app, "plan_repository", plan_repository)
    done = run("plan", repository(ci=CALM))
    assert done.code == 3
    assert done.err.startswith("internal error: KeyError: 'x'\n  at needful/cli/rim.py:")
    assert "Traceback" not in done.err
    assert "Please report" in done.err


def test_an_interrupt_ends_quietly(repository: Make) -> None:
    # it says when it is at work, and then goes on until it is interrupted
    root = repository(ci=SERIAL)
    slow = (
        "import signal, time; from needful import app, cli\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell in the background has it ignored
        "app.find_targets = lambda _: print(1, flush=True) or [time.sleep(0.05) for _ in iter(int, 1)]\n"
        "cli.main()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", slow, "plan", str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdout is not None
    child.stdout.read(1)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert b"Traceback" not in err


def test_a_reader_that_leaves_early_is_no_error(repository: Make) -> None:
    root = repository(**{f"w{number}": SERIAL for number in range(150)})
    child = subprocess.Popen([*NEEDFUL, "plan", str(root)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout
    child.stdout.read(1)
    child.stdout.close()
    assert child.stderr
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait(30) == 141


def on_a_terminal(args: list[str], folder: Path, **environment: str) -> str:
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [*NEEDFUL, *args],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "60", **environment},
    )
    os.close(theirs)
    parts = []
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # Linux's way to say that the other end is closed
            break
        if not part:
            break
        parts.append(part)
    os.close(ours)
    child.wait(30)
    return b"".join(parts).decode().replace("\r\n", "\n")


def test_colour_and_width_on_a_terminal(repository: Make) -> None:
    root = repository(ci=SERIAL)
    text = on_a_terminal(["plan"], root, NO_COLOR="")
    assert "\x1b[1m`test` need not wait for `lint`\x1b[0m" in text
    plain = on_a_terminal(["plan"], root, NO_COLOR="1")
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) <= 60
    assert "\x1b" not in on_a_terminal(["plan"], root, TERM="dumb")


def test_a_diff_on_a_terminal_is_painted(repository: Make) -> None:
    text = on_a_terminal(["apply", "--diff"], repository(ci=SERIAL), NO_COLOR="")
    assert "\x1b[31m-    needs: [lint]\x1b[0m\n" in text


def test_what_the_output_cannot_encode_is_escaped(repository: Make) -> None:
    root = repository("größe", ci=SERIAL)
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run([*NEEDFUL, "plan", str(root)], capture_output=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"gr\\xf6\\xdfe/.github/workflows/ci.yml" in done.stdout


HEAVY = {
    *("rich", "jsonschema", "networkx", "jinja2", "markdown_it", "github", "sqlite3", "asyncio", "unittest", "http"),
    *("lark", "statistics", "tomllib", "configparser", "needful.history", "needful.forge", "needful.commands"),
    *("needful.schedule.replay", "needful.schedule.simulate", "needful.planning.worthwhile", "needful.report.html"),
}
"""What a plan without conditions, recorded runs or project files can do without."""


@pytest.mark.parametrize(
    ("workflow", "also"),
    [
        pytest.param(CALM, {"tree_sitter", "needful.document.writer"}, id="nothing to change"),
        pytest.param(SERIAL, set(), id="a change"),
    ],
)
def test_nothing_heavy_is_loaded_for_nothing(repository: Make, workflow: bytes, also: set[str]) -> None:
    """The cold start is held down by what is not imported."""
    code = (
        "import sys; from needful.cli import main; sys.argv[1:] = ['plan', '.']\n"
        "try: main()\n"
        "except SystemExit: print(*sorted(sys.modules))"
    )
    # whoever measures coverage loads a lot by itself
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=repository(ci=workflow), env=environment, capture_output=True, check=True)
    said, _, loaded = done.stdout.decode().rstrip().rpartition("\n")
    assert said
    assert not (HEAVY | also) & set(loaded.split())
