"""The Action's entry point: inputs in, arguments and exit code out; at last installed from a wheel, as in the image."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from needful.action import arguments, main
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


def repository(folder: Path, workflow: str) -> Path:
    file = folder / ".github" / "workflows" / "ci.yml"
    file.parent.mkdir(parents=True)
    file.write_text(workflow, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        pytest.param({}, ["check", "--format", "github", "--", "."], id="nothing said"),
        pytest.param(
            {"INPUT_COMMAND": "plan", "INPUT_INCLUDE": "review", "INPUT_PATHS": "a b\n\n  c\n"},
            ["plan", "--include", "review", "--", "a b", "c"],
            id="everything said",
        ),
        pytest.param({"INPUT_PATHS": " "}, ["check", "--format", "github", "--", "."], id="blank"),
        pytest.param(
            {"INPUT_COMMAND": "graph", "INPUT_PATHS": "--help"},
            ["graph", "--", "--help"],
            id="dashes",
        ),
    ],
)
def test_inputs_become_arguments(inputs: dict[str, str], expected: list[str]) -> None:
    assert arguments(inputs) == expected


@pytest.mark.parametrize(
    "inputs", [{"INPUT_COMMAND": "apply"}, {"INPUT_INCLUDE": "all"}, {"INPUT_COMMAND": "plan; ls"}]
)
def test_an_input_that_means_nothing(inputs: dict[str, str]) -> None:
    with pytest.raises(UserError, match=r"the input `(command|include)` is"):
        arguments(inputs)


def test_a_mistake_is_annotated(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("INPUT_COMMAND", "a%\nb")
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert capsys.readouterr().out == (
        "::error title=Needful::the input `command` is 'a%25\\nb' (it can be check, plan, graph)\n"
    )


@pytest.mark.parametrize(("workflow", "code"), [(FINE, 0), (MISSING, 1)], ids=["fine", "missing"])
def test_the_exit_code_is_that_of_the_command(
    workflow: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INPUT_PATHS", str(repository(tmp_path, workflow)))
    monkeypatch.setattr(sys, "argv", ["needful"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == code


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


def as_actions_would(python: Path, workspace: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    files = {name: str(workspace.parent / name.lower()) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        Path(file).touch()
    environment = {
        "PATH": os.environ["PATH"],
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(workspace),
        **files,
        **{f"INPUT_{name.upper()}": value for name, value in inputs.items()},
    }
    command = [str(python), "-I", "-m", "needful.action"]
    return subprocess.run(command, cwd=workspace, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_wheel_runs_as_the_image_does(installed: Path, tmp_path: Path) -> None:
    workspace = repository(tmp_path / "workspace", MISSING)
    (workspace / "needful").mkdir()
    (workspace / "needful" / "__init__.py").write_text("raise SystemExit('code of the repository ran')\n", "utf-8")

    checked = as_actions_would(installed, workspace, command="check", paths=".", include="trade")
    assert (checked.returncode, checked.stderr) == (1, "")
    assert "::error " in checked.stdout
    assert "file=.github/workflows/ci.yml" in checked.stdout

    planned = as_actions_would(installed, workspace, command="plan", paths=".github/workflows/ci.yml", include="review")
    assert (planned.returncode, planned.stderr) == (0, "")
    assert "add-missing-needs" in planned.stdout

    drawn = as_actions_would(installed, workspace, command="graph")
    assert (drawn.returncode, drawn.stderr) == (0, "")

    where = subprocess.run(
        [str(installed), "-I", "-c", "import needful; print(needful.__file__)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(installed.parent.parent) in where.stdout
