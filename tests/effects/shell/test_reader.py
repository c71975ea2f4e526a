"""Which reader a script takes."""

from __future__ import annotations

import pytest

from needful.effects.names import show
from needful.effects.shell.model import Gap, Script
from needful.effects.shell.reader import default_shell, read_script

SOURCE = ("import os # $(x)\nos.system('a') # & b",)
AS_BASH = ["import", "os.system"]


def programs(shell: str, script: str) -> list[str]:
    return [show(command.words[0]) for command in read_script((script,), shell).commands]


@pytest.mark.parametrize(
    "shell",
    [
        "",
        "bash",
        " sh ",
        "bash -l {0}",
        "bash --noprofile --norc -eo pipefail {0}",
        "/bin/bash -e {0}",
        "/usr/bin/env-not-known/zsh {0}",
        "C:\\msys64\\usr\\bin\\bash.exe '{0}'",
        "msys2 {0}",
        "wsl-bash {0}",
        "alpine.sh --root {0}",
        "nix develop -c bash -e {0}",
        "devenv --profile lint shell bash -- -e {0}",
        "pixi run -e build bash -eo pipefail {0}",
        'script -qec "bash --noprofile --norc -eo pipefail {0}"',
    ],
)
def test_shells_that_are_read_as_bash(shell: str) -> None:
    assert programs(shell, "a; if b; then c; fi") == ["a", "b", "c"]


@pytest.mark.parametrize("shell", ["pwsh", "powershell", "pwsh -NoProfile -File {0}", "PowerShell.exe {0}"])
def test_shells_that_are_read_as_powershell(shell: str) -> None:
    assert programs(shell, "if (a) { b }") == ["a", "b"]


@pytest.mark.parametrize("shell", ["cmd", "CMD /C call {0}", "cmd.exe {0}"])
def test_shells_that_are_read_as_cmd(shell: str) -> None:
    assert programs(shell, "REM x\ncall a.bat") == ["a.bat"]


@pytest.mark.parametrize("shell", ["python", "python3 {0}", "python3.12 -u {0}", "uv run python {0}"])
def test_shells_that_are_read_as_python(shell: str) -> None:
    assert programs(shell, "import os\nos.system('a')") == ["a"]


@pytest.mark.parametrize(
    "shell",
    [
        "Rscript {0}",
        "perl {0}",
        "node {0}",
        "docker run image {0}",
        "${{ matrix.shell }}",
        "nix develop -c",
        "bash_ {0}",
    ],
)
def test_shells_that_are_not_known(shell: str) -> None:
    assert read_script(("a",), shell) == Script(gaps=(Gap(0, f"a script for `{shell}`"),))


def test_variables_and_the_workspace_are_handed_on() -> None:
    for shell, script in (("bash", "cd $GITHUB_WORKSPACE; a $B"), ("pwsh", "cd $env:GITHUB_WORKSPACE; a $env:B")):
        command = read_script((script,), shell, {"B": ("c",)}, workspace="..").commands[-1]
        assert command.words == (("a",), ("c",))
        assert command.folder == ("..",)


def test_the_shell_of_a_step_without_one() -> None:
    assert [default_shell(name) for name in ("Linux", "macOS", "Windows", "windows", "")] == [
        "bash",
        "bash",
        "pwsh",
        "pwsh",
        "bash",
    ]
