"""Scripts of the repository, by what stands in their first line and behind their last dot."""

from __future__ import annotations

import pytest

from effects.project.opened import opened, opening
from needful.effects.project.scripts import language_of


def test_a_shell_script_with_its_arguments() -> None:
    files = {"ci/test.sh": "#!/bin/bash\nmake\npytest -k $1 $3\n"}
    assert opened(files, opening("script", "./ci/test.sh", "fast <x>")) == [
        "ci/test.sh:2 ./ci/test.sh: make",
        "ci/test.sh:3 ./ci/test.sh: pytest -k fast <$3>",
    ]


def test_arguments_that_are_all_known() -> None:
    files = {"x.sh": 'echo $0 $# "$@" [$3]\n'}
    assert opened(files, opening("script", "x.sh", "a b")) == ["x.sh:1 x.sh: echo x.sh 2 a b []"]


def test_it_runs_where_it_was_called() -> None:
    files = {"tools/x.sh": "make\n", "sub/y": "#!/usr/bin/env -S bash -e\r\nmake\r\n"}
    assert opened(files, opening("script", "../tools/x.sh", folder="sub")) == [
        "tools/x.sh:1 ../tools/x.sh in sub: make"
    ]
    assert opened(files, opening("script", ".\\y", folder="sub")) == ["sub/y:2 .\\y in sub: make"]


def test_the_environment_is_handed_on() -> None:
    assert opened({"x.sh": "echo $A"}, opening("script", "x.sh"), A="b") == ["x.sh:1 x.sh: echo b"]


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        pytest.param({}, opening("script", "x.sh"), id="no such file"),
        pytest.param({"x.sh": ""}, opening("script", "<x>"), id="a path that is not known"),
        pytest.param({"x.sh": ""}, opening("script"), id="no path"),
        pytest.param({"x.sh": ""}, opening("script", "x.sh", folder=None), id="a folder that is not known"),
        pytest.param({"x.sh": ""}, opening("script", "../x.sh"), id="outside"),
        pytest.param({"x.sh": ""}, opening("script", "/x.sh"), id="from the root of the disk"),
        pytest.param({"x.sh": ""}, opening("script", "x.sh", interpreter="<i>"), id="an interpreter that is not known"),
        pytest.param({"x.rb": "puts 1"}, opening("script", "x.rb"), id="another language, by its suffix"),
        pytest.param({"x": "#!/usr/bin/env node\n"}, opening("script", "x"), id="another language, by its first line"),
        pytest.param({"x": "#! \n"}, opening("script", "x", interpreter="perl"), id="another interpreter"),
    ],
)
def test_what_cannot_be_seen(files: dict[str, str], asked: object) -> None:
    assert opened(files, asked) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("/bin/sh", "bash"),
        ("/usr/bin/env zsh", "bash"),
        ("/usr/bin/env -S A=b dash -e", "bash"),
        ("python3.12", "python"),
        ("/usr/bin/env -S uv run --script", "python"),
        ("PowerShell.exe", "pwsh"),
        ("pwsh", "pwsh"),
        ("cmd", "cmd"),
        ("/usr/bin/fish", None),
        ("/usr/bin/env", None),
        ("", None),
    ],
)
def test_what_reads_a_script(line: str, language: str | None) -> None:
    assert language_of(line) == language


def test_an_interpreter_decides() -> None:
    assert opened({"x.py": "make"}, opening("script", "x.py", interpreter="bash")) == ["x.py:1 x.py: make"]


def test_an_argument_with_a_space_is_one_word() -> None:
    asked = opening("script", "x.sh")._replace(arguments=(("a b",),))
    assert opened({"x.sh": 'echo "$1" "$@"\n'}, asked) == ["x.sh:1 x.sh: echo 'a b' <$@>"]
