"""No text breaks a reader, none takes long, and what a made-up script runs is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needful.effects.names import Hole, Name, show
from needful.effects.shell.bash import read_bash
from needful.effects.shell.cmd import read_cmd
from needful.effects.shell.model import Script
from needful.effects.shell.powershell import read_powershell
from needful.effects.shell.python import read_python

HOLES = (Hole("inputs.a"), Hole("github.sha"), Hole("matrix.b", "build"))
READERS: dict[str, Callable[[Name], Script]] = {
    "bash": read_bash,
    "powershell": read_powershell,
    "cmd": read_cmd,
    "python": read_python,
}
PIECES = {
    "bash": (
        *(
            "a",
            "b c",
            " ",
            "\n",
            ";",
            "&&",
            "||",
            "|",
            "&",
            "(",
            ")",
            "{ ",
            " }",
            "$(",
            "`",
            '"',
            "'",
            "\\",
            "\\\n",
            "$x",
        ),
        *("${x:-", "${x//a/", "}", "$((", "))", "[[ ", " ]]", "[ ", " ]", "x=", "x+=(", "> ", "2>&1", "<<E\n", "E\n"),
        *(
            "<<-'E'\n",
            "<<< ",
            "<(",
            "if ",
            "then ",
            "elif ",
            "else ",
            "fi\n",
            "for x in ",
            "while ",
            "do ",
            "done",
            "case ",
        ),
        *(
            " in ",
            ";;",
            "esac",
            "f() ",
            "function g ",
            "cd ",
            "export ",
            "local ",
            "unset ",
            "time ",
            "! ",
            "#",
            "coproc ",
        ),
        *(
            "pushd a",
            "popd",
            "exit",
            "read x",
            "source y",
            "eval ",
            "$'",
            "{a,b}",
            "set -a",
            "\t",
            "\r\n",
            "é",
            "-",
            "*",
        ),
    ),
    "powershell": (
        *(
            "a",
            "b c",
            " ",
            "\n",
            ";",
            "|",
            "&&",
            "& ",
            "(",
            ")",
            "{",
            "}",
            "$(",
            "@(",
            "@{",
            '"',
            "'",
            "`",
            "`\n",
            "$x",
        ),
        *(
            "$env:x",
            "${x}",
            "$x = ",
            "if ",
            "else ",
            "foreach ",
            "function f ",
            "try ",
            "catch ",
            "param",
            "return ",
            "#",
        ),
        *(
            "<#",
            "#>",
            "@'\n",
            "\n'@",
            '@"\n',
            '\n"@',
            "[int]",
            "[x]::y",
            ".z",
            "= ",
            "-eq ",
            ">> ",
            "2>&1",
            ",",
            "1",
            ".",
        ),
    ),
    "cmd": (
        *(
            "a",
            "b c",
            " ",
            "\n",
            "&",
            "&&",
            "|",
            "^",
            "^\n",
            '"',
            "%x%",
            "%1",
            "%%i",
            "!x!",
            "set x=",
            "set /a ",
            "call ",
        ),
        *(
            "if ",
            "for ",
            "(",
            ")",
            "goto ",
            ":x",
            "rem ",
            "@",
            "echo off",
            "> ",
            "2>&1",
            "<",
            "cd ",
            "pushd ",
            "popd",
            "%",
        ),
    ),
    "python": (
        *(
            "a",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "'",
            '"',
            "f'",
            "\n",
            "    ",
            ":",
            ", ",
            "=",
            ".",
            "+",
            " % ",
            "import os\n",
        ),
        *(
            "import subprocess\n",
            "from os import system\n",
            "subprocess.run(",
            "os.system(",
            "system(",
            "shell=True",
            "cwd=",
        ),
        *(
            "input=",
            "['a', ",
            "sys.executable",
            ".split()",
            "if ",
            "def f():\n",
            "lambda ",
            "exec",
            "*",
            "**",
            "#",
            "\\",
            "''",
        ),
    ),
}


def sources(language: str) -> st.SearchStrategy[Name]:
    piece = st.one_of(st.sampled_from(PIECES[language]), st.sampled_from(PIECES[language]), st.text(max_size=5))
    return st.lists(st.one_of(piece, piece, piece, st.sampled_from(HOLES)), max_size=25).map(tuple)


@pytest.mark.parametrize("language", sorted(READERS))
@given(data=st.data())
def test_no_text_breaks_a_reader(language: str, data: st.DataObject) -> None:
    source = data.draw(sources(language))
    script = READERS[language](source)
    lines = "".join(part if isinstance(part, str) else "x" for part in source).count("\n")
    keys = {part.key for part in source if isinstance(part, Hole)}
    for command in script.commands:
        assert command.words
        assert 0 <= command.line <= lines
        assert "\n" not in command.text
        assert len(command.text) <= 101
        for word in (*command.words, *(redirect.target for redirect in command.redirects), command.stdin or ()):
            assert all(part for part in word if isinstance(part, str))
            assert all(part.owner == "script" or part.key in keys for part in word if isinstance(part, Hole))
            assert "Hole" not in show(word).replace("Hole(", "") or "Hole" in show(source)
    assert all(0 <= gap.line <= lines and gap.text for gap in script.gaps)
    assert all(0 <= assignment.line <= lines for assignment in script.assignments)


@pytest.mark.parametrize("language", sorted(READERS))
@given(text=st.text(max_size=300))
def test_any_text_at_all(language: str, text: str) -> None:
    READERS[language]((text,))


@pytest.mark.slow
@pytest.mark.parametrize("language", sorted(READERS))
@pytest.mark.parametrize("size", [4_000, 60_000])
@settings(max_examples=8)
@given(data=st.data())
def test_what_repeats_has_an_end(language: str, size: int, data: st.DataObject) -> None:
    piece = "".join(data.draw(st.lists(st.sampled_from(PIECES[language]), min_size=1, max_size=5)))
    script = READERS[language]((piece * (size // len(piece)),))
    assert len(script.commands) <= 2000
    assert len(script.gaps) <= 20


# --- scripts made of parts, so that it is known what they run --------------------------------------------------------


class Told(NamedTuple):
    """A part of a script, and the programs in it: name, whether it is certain to run, whether something is piped in."""

    text: str
    programs: tuple[tuple[str, bool, bool], ...]

    def but(self, *, certain: bool = True, piped: bool = False) -> tuple[tuple[str, bool, bool], ...]:
        return tuple((name, sure and certain, pipe or piped) for name, sure, pipe in self.programs)


COMMANDS = (
    *("{} -a b", "X=1 {}", "{} 'c; d' \"e | f\"", "{} > out 2>&1", "{} \\\n  --long g", "{} {{}} \\;", "{} a=b #c"),
    *("2>/dev/null {} i", "{} $J/$K.l", "{} - <<< x", "{} a{{b,c}} *.d", "{} $((1 + 2))", "{} ${{M:-n}} o#p"),
)
BODIES = (
    "(\n{}\n)",
    "{{\n{}\n}} > log",
    "if [ -n x ]; then\n{}\nfi",
    "while [[ a = b ]]; do\n{}\ndone",
    "for i in a b; do\n{}\ndone",
    "case $x in\n  a|b)\n{}\n;;\n*) ;;\nesac",
    'X="$(\n{}\n)"',
    "[ -n `{}\n` ]",
)
STEADY = frozenset({BODIES[0], BODIES[1], BODIES[6], BODIES[7]})


@st.composite
def scripts(draw: st.DrawFn) -> Told:
    """A script in which every program has a name of its own."""
    count = 0

    def simple() -> Told:
        nonlocal count
        count += 1
        return Told(draw(st.sampled_from(COMMANDS)).format(f"p{count}"), ((f"p{count}", True, False),))

    def command(depth: int) -> Told:
        if not depth or draw(st.booleans()):
            return simple()
        body = draw(st.sampled_from(BODIES))
        inside = script(depth - 1)
        return Told(body.format(inside.text), inside.but(certain=body in STEADY))

    def pipeline(depth: int) -> Told:
        commands = [command(depth) for _ in range(draw(st.integers(1, 3)))]
        programs = (one for index, part in enumerate(commands) for one in part.but(piped=bool(index)))
        return Told(" | ".join(part.text.removesuffix(" #c") for part in commands), tuple(programs))

    def chain(depth: int) -> Told:
        pipelines = [pipeline(depth) for _ in range(draw(st.integers(1, 3)))]
        text = "".join(draw(st.sampled_from((" && ", " || \n "))) * bool(i) + p.text for i, p in enumerate(pipelines))
        programs = (one for index, part in enumerate(pipelines) for one in part.but(certain=not index))
        return Told(text, tuple(programs))

    def script(depth: int) -> Told:
        chains = [chain(depth) for _ in range(draw(st.integers(1, 3)))]
        text = draw(st.sampled_from(("\n", "\n# a note; 'not more\n\n", " ;\n"))).join(part.text for part in chains)
        return Told(text, tuple(one for part in chains for one in part.programs))

    return script(draw(st.integers(0, 2)))


@given(scripts())
def test_what_a_script_runs_is_found(made: Told) -> None:
    script = read_bash((made.text,))
    found = tuple(
        (show(command.words[0]), command.certain, command.piped and command.stdin is None)
        for command in script.commands
        if command.words[0] != (":",)
    )
    wanted = {name: (sure, piped) for name, sure, piped in made.programs}
    if not script.gaps:
        assert [name for name, _, _ in found] == [name for name, _, _ in made.programs]
        assert [one for one in found if "<<< x" not in made.text] == [
            (name, *wanted[name]) for name, _, _ in found if "<<< x" not in made.text
        ]
