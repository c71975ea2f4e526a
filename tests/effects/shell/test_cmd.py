"""Batch scripts of Windows, line by line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from needful.effects.names import Hole, show
from needful.effects.shell.cmd import read_cmd
from needful.effects.shell.model import Assignment, Script

Tell = Callable[[Script], list[str]]
HOLE = Hole("inputs.x")


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("@echo off\r\nsetlocal enabledelayedexpansion\r\nREM a\r\n:: b\r\n:c\r\n\r\n", [], id="nothing"),
        pytest.param("a b\n@c d\n  e", ["a b", "c d", "e"], id="one after the other"),
        pytest.param("a & b && c || d | e", ["a", "b", "? c", "? d", "? | e"], id="several on a line"),
        pytest.param('a ^\n  b\nc ^& d ^| ^"e', ["a b", "c & d | e"], id="escapes and joined lines"),
        pytest.param('a "b c" d"e f"g "h&i"', ["a 'b c' 'de fg' h&i"], id="quotes"),
        pytest.param("a --b=c,d;e", ["a --b=c,d;e"], id="words"),
        pytest.param("call a.bat b\ncall :sub c\ncall", ["a.bat b"], id="call"),
        pytest.param("a > b 2>&1\nc>>d<e\nf 2> nul 7", ["a > b", "c >> d < e", "f 7 > nul"], id="redirections"),
        pytest.param("remove a\nsetx c d\niffy\nforeach", ["remove a", "setx c d", "iffy", "foreach"], id="names"),
        pytest.param("echo on\necho a\nset\nendlocal", ["echo a"], id="echo"),
        pytest.param("exit /b 1", ["exit /b 1"], id="exit"),
        pytest.param("if exist a b\nc", ["? [-] c", "! if exist a b"], id="if"),
        pytest.param("a\nif b (\n  c\n) else (\n  d\n)\ne", None, id="blocks"),
        pytest.param("for %%i in (a b) do c %%i", ["! for %%i in (a b) do c %%i"], id="for"),
        pytest.param("a && if b c & d", ["a", "? [-] d", "! if b c"], id="if behind another"),
        pytest.param("goto :end\na\n:end\nb", ["? [-] a", "? [-] b", "! goto :end"], id="goto"),
        pytest.param(
            "a %1 %* %~dp0 %B% %C:x=y% %%d !E!", ["a <%1> <%*> <%~dp0> <%B%> <%C:x=y%> <%%d> <!E!>"], id="holes"
        ),
        pytest.param("a 100% & b 5%", ["a 100%", "b 5%"], id="per cent"),
        pytest.param('> a\n"" b\n&&', [], id="no program"),
        pytest.param('a "b & c', ["a 'b & c'"], id="no end of a text"),
    ],
)
def test_the_commands_of_a_script(script: str, expected: list[str] | None, tell: Tell) -> None:
    blocks = ["a", "? [-] c", "? [-] d", "? [-] e", "! if b (", "! ) else (", "! )"]
    assert tell(read_cmd((script,))) == (blocks if expected is None else expected)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("set A=b\nx %A% %a%c", ["x b bc"], id="a value"),
        pytest.param('set "A=b"\nx %A%', ["x b"], id="a quoted value"),
        pytest.param("set A=b c\nx %A%", ["x <%A%>"], id="a value with blanks"),
        pytest.param("set A=b\nset A=c\nx %A%", ["x <%A%>"], id="set twice"),
        pytest.param("y && set A=b\nx %A%", ["y", "x <%A%>"], id="set perhaps"),
        pytest.param("set /a A=1+1\nset /p B=c\nx %A% %B%", ["x <%A%> <%B%>"], id="worked out or asked for"),
        pytest.param("set A=%C%d\nx %A%", ["x <%C%>d"], id="a value of others"),
        pytest.param("x %GIVEN% %given%", ["x env env"], id="the environment"),
        pytest.param("x %GIVEN%\nset GIVEN=new\nx %GIVEN%", ["x <%GIVEN%>", "x new"], id="the environment, changed"),
        pytest.param("set A=\nx %A%", ["x ''"], id="an empty value"),
    ],
)
def test_values_of_variables(script: str, expected: list[str], tell: Tell) -> None:
    assert tell(read_cmd((script,), {"GIVEN": ("env",)})) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("cd a\\b\nx\ncd /d ..\nx", ["[a/b]", "[a]"]),
        ("pushd a & x & popd & x", ["[a]", "[]"]),
        ("y && cd a\nx", ["-"]),
        ("cd %GITHUB_WORKSPACE%\\b\nx", ["[../b]"]),
        ("cd C:\\a\nx\ncd\nx", ["-", "-"]),
    ],
)
def test_where_commands_run(script: str, expected: list[str]) -> None:
    commands = read_cmd((script,), workspace="..").commands
    places = ["-" if c.folder is None else f"[{show(c.folder)}]" for c in commands if c.words == (("x",),)]
    assert places == expected


def test_holes_lines_and_assignments(tell: Tell) -> None:
    script = read_cmd(("@echo off\na ^\n b\nset C=", HOLE, "\nd ", HOLE, ' "', HOLE, ' e" %C%'))
    assert tell(script) == ["a b", "d <inputs.x> '<inputs.x> e' <inputs.x>"]
    assert [(command.line, command.text) for command in script.commands] == [
        (1, "a b"),
        (4, 'd ${{ inputs.x }} "${{ inputs.x }} e" %C%'),
    ]
    assert script.assignments == (Assignment("C", (HOLE,), exported=True, line=3),)


def test_there_is_an_end_to_everything() -> None:
    assert read_cmd(("a" * 70_000,)).gaps
    assert read_cmd(("a\0",)).gaps
    assert len(read_cmd(("if a b\n" * 100,)).gaps) == 20
    many = read_cmd(("a\n" * 3000,))
    assert len(many.commands) == 2000
    assert many.gaps
