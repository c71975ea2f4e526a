"""PowerShell scripts: their plain statements as commands, everything else as gaps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from needful.effects.names import Hole, Name, show
from needful.effects.shell.model import Assignment, Script
from needful.effects.shell.powershell import read_powershell

Tell = Callable[[Script], list[str]]
HOLE = Hole("inputs.x")


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("a b; c\r\nd `\r\n  e", ["a b", "c", "d e"], id="one after the other"),
        pytest.param("# a\nb # c\n<# d\ne #> f", ["b", "f"], id="comments"),
        pytest.param('a \'b \'\'c\' "d `"e`t""f" g`h', ['a "b \'c" \'d "et"f\' gh'], id="quotes"),
        pytest.param("npm i x@1 --y=z a/b#c $d-e", ["npm i x@1 --y=z a/b#c <$d>-e"], id="bare words"),
        pytest.param("a | b |\n c\n| d", ["a", "| b", "| c", "| d"], id="pipes"),
        pytest.param("a && b || c", ["a", "? b", "? c"], id="lists"),
        pytest.param("a b &\nc", ["a b", "c"], id="in the background"),
        pytest.param("& a b; & 'c d' e; & $f; . ./g.ps1", ["a b", "'c d' e", "<$f>", ". ./g.ps1"], id="called"),
        pytest.param("& { a; b }", ["? a", "? b"], id="a called block"),
        pytest.param("a > b; c >> d 2>&1; e 2> $null; f *> g", None, id="redirections"),
        pytest.param("7z x a; 2to3 b; ./c.ps1; .\\d.exe", ["7z x a", "2to3 b", "./c.ps1", ".\\d.exe"], id="programs"),
        pytest.param("a $b $env:C ${d} ${env:E} $f.G $h[0] $?", None, id="variables"),
        pytest.param('a "b $c ${d}e $env:F $ $(g h)"', ["a 'b <$c> <$d>e <$env:F> $ <$(g h)>'", "g h"], id="in a text"),
        pytest.param("a (b c) $(d; e) @(f) @{ x = g; 'y' = 1 } { h }", None, id="what runs for an argument"),
        pytest.param("a -c:$d --% e", ["! a -c:$d --% e"], id="arguments that are not parsed"),
        pytest.param("a @b -c:$d; e @[x]", ["a <@b> -c:<$d>", "! e @[x]"], id="arguments from elsewhere"),
        pytest.param("if (a) { b } elseif (c) { d } else { e }", ["a", "? b", "? c", "? d", "? e"], id="if"),
        pytest.param("if (!(a) -and -not (b $c)) { d }", ["a", "b <$c>", "? d"], id="a condition of commands"),
        pytest.param("while ($a) { b }\ndo { c } until (d)\ndo { e } while (f)", None, id="while and do"),
        pytest.param(
            "foreach ($a in b c) { d $a }\nforeach ($e in 1..3) { f }", ["b c", "? d <$a>", "? f"], id="foreach"
        ),
        pytest.param("for ($i = 0; $i -lt 3; $i++) { a $i }", ["? a <$i>"], id="for"),
        pytest.param("try { a } catch [X], [Y.Z] { b } finally { c }", ["? a", "? b", "? c"], id="try"),
        pytest.param("function F-G($a) { b }\nfilter h { c }\nF-G 1", ["? b", "? c", "F-G 1"], id="functions"),
        pytest.param("function f { param([string]$a = 'b')\nprocess { c } }\nf", ["? c", "f"], id="parameters"),
        pytest.param("return a\nthrow 'b'\nexit 1\nexit\nbreak;", ["a"], id="ends"),
        pytest.param("if ($a) { exit }\nb", ["b"], id="an end in a block"),
        pytest.param("$a = b c\n$d = 'e'\n$f += g", ["b c", "g"], id="assigned"),
        pytest.param("$a.b = c d\n[Net.X]::Y = [Net.Z]::Q", ["c d"], id="assigned to a part"),
        pytest.param("'a' | b\n\"c $d\" > e\n1 + 2 >> f", None, id="what is written without a command"),
        pytest.param(
            "1 | a\n'b', 'c' | d\n$e | f",
            ["Write-Output 1", "| a", "Write-Output <'b', 'c'>", "| d", "| f"],
            id="what is handed on",
        ),
        pytest.param("$a.Trim().Split('b')[0]\n[string]::Join(',', $a)\n[int]($b)", [], id="methods of texts"),
        pytest.param("(a b).Trim()\n$(c).Count", ["a b", "c"], id="methods of what commands say"),
        pytest.param("$a.DownloadFile('b')", ["! $a.DownloadFile('b')"], id="other methods"),
        pytest.param("[IO.File]::Delete('a')\nb", ["b", "! [IO.File]::Delete('a')"], id="other functions"),
        pytest.param("(a).b('c')", ["a", "! (a).b('c')"], id="other methods of what a command says"),
        pytest.param("switch ($a) { 1 { b } }", None, id="switch"),
        pytest.param("$x = @'\n$a b\n'@\nc $x", ["c '$a b'"], id="a text over lines"),
        pytest.param('a @"\n$b\n"@ c', ['a <@" $b "@> c'], id="a text over lines, with variables"),
        pytest.param('a @"\nb\n"@', ["a b"], id="a text over lines, without"),
        pytest.param("else (a) { b }", ["! else (a) { b }"], id="a keyword with a condition it has not"),
        pytest.param("if (a) b", ["a", "! if (a) b"], id="a branch without a block"),
        pytest.param("a(b)", ["! a(b)"], id="a call as elsewhere"),
        pytest.param("a b{c}", ["! a b{c}"], id="a block in a word"),
        pytest.param("a }\nb", ["a", "b", "! }"], id="a brace too many"),
        pytest.param("if ($a) { b\nc", ["? b", "? c", "! `}` is missing"], id="no end of a block"),
        pytest.param("a 'b\nc", ["c", "! a 'b"], id="no end of a text"),
        pytest.param('a "b\nc', ['! a "b'], id="no end of a text with variables"),
        pytest.param("@{ a", ["! @{ a"], id="no end of a table"),
        pytest.param("@{ a b }", ["! @{ a b }"], id="a table that is none"),
        pytest.param("$a b", ["! $a b"], id="no operator"),
        pytest.param("a <b", ["! a <b"], id="a redirection that does not exist"),
        pytest.param("a | \nif (b) {}", ["a", "| if <(b)> <{}>", "b"], id="a keyword behind a pipe"),
        pytest.param("'' a\n'' | b", ["Write-Output ''", "| b", "! '' a"], id="an empty text"),
        pytest.param("& '' a", ["! & '' a"], id="a program without a name"),
        pytest.param("a @'\nb\nc", ["b", "c", "! a @'"], id="no end of a text over lines"),
        pytest.param("a `", ["! a `"], id="a backtick at the end"),
    ],
)
def test_the_commands_of_a_script(script: str, expected: list[str] | None, tell: Tell) -> None:
    other = {
        "a > b": ["a > b", "c >> d", "e > <$null>", "f > g"],
        "a $b": ["a <$b> <$env:C> <$d> <$env:E> <$f.G> <$h[0]> <$?>"],
        "a (b": ["a <(b c)> <$(d; e)> <@(f)> <@{ x = g; 'y' = 1 }> <{ h }>", "b c", "d", "e", "f", "g", "? h"],
        "while": ["? b", "? c", "d", "? e", "f"],
        "'a'": ["Write-Output a", "| b", "Write-Output 'c <$d>' > e", "Write-Output <1 + 2> >> f"],
        "switch": ["! switch ($a) { 1 { b } }"],
    }
    wanted = expected if expected is not None else next(told for key, told in other.items() if script.startswith(key))
    assert tell(read_powershell((script,))) == wanted


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("$A = 'b'\nx $a ${A}c", ["x b bc"], id="a value"),
        pytest.param("$a = 1\nx $a", ["x 1"], id="a number"),
        pytest.param('$a = "b$env:C"\nx $a', ["x b<$env:C>"], id="a value of others"),
        pytest.param("$a = 'b'; $a = 'c'; x $a", ["x <$a>"], id="set twice"),
        pytest.param("$a = 'b'; $a += 'c'; x $a", ["x <$a>"], id="added to"),
        pytest.param("$a = 1; $a++; x $a", ["x <$a>"], id="counted"),
        pytest.param("if ($b) { $a = 'c' }\nx $a", ["x <$a>"], id="set in a block"),
        pytest.param("$a = b; x $a", ["b", "x <$a>"], id="what a command says"),
        pytest.param("$a = 'b' + 'c'; x $a", ["x <$a>"], id="worked out"),
        pytest.param("$a = 'b'; Set-Variable a c; x $a", ["Set-Variable a c", "x <$a>"], id="set by its name"),
        pytest.param("x $env:GIVEN $Env:given $env:OTHER", ["x env env <$env:OTHER>"], id="the environment"),
        pytest.param("x $env:GIVEN; $env:GIVEN = 'new'; x $env:given", ["x <$env:GIVEN>", "x new"], id="changed"),
        pytest.param("$a = 'b'; . ./c.ps1; x $a", [". ./c.ps1", "[-] x <$a>"], id="behind another script"),
        pytest.param("[string]$a = 'b'; $global:c = 'd'; x $a $c", ["x b <$c>"], id="with a type or a scope"),
        pytest.param("x $true $PWD `$a", ["x <$true> <$PWD> $a"], id="the shell's own"),
    ],
)
def test_values_of_variables(script: str, expected: list[str], tell: Tell) -> None:
    assert tell(read_powershell((script,), {"GIVEN": ("env",)})) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("cd a\\b; x; Set-Location -Path ../c; x; cd -; x", ["[a/b]", "[a/c]", "[a/b]"]),
        ("Push-Location a; x; Pop-Location; x; pop-location; x", ["[a]", "[]", "-"]),
        ("cd C:/a; x; cd $env:GITHUB_WORKSPACE/b; x", ["-", "[../b]"]),
        ("if ($a) { x; cd a; x }\nx", ["-", "-", "-"]),
        ("if ($a) { x }\nx", ["[]", "[]"]),
        ("cd a && cd b; x", ["-"]),
        ("cd $a; x", ["-"]),
    ],
)
def test_where_commands_run(script: str, expected: list[str]) -> None:
    commands = read_powershell((script,), workspace="..").commands
    places = ["-" if c.folder is None else f"[{show(c.folder)}]" for c in commands if c.words == (("x",),)]
    assert places == expected


def test_holes_come_back(tell: Tell) -> None:
    source: Name = (
        "a ",
        HOLE,
        ' "b ',
        HOLE,
        "\" 'c",
        HOLE,
        "'\n",
        HOLE,
        " d\nif (",
        HOLE,
        " -eq 'x') { e }\n$v = '",
        HOLE,
        "'\nf $v",
    )
    script = read_powershell(source)
    assert tell(script) == [
        "a <inputs.x> 'b <inputs.x>' c<inputs.x>",
        "<inputs.x> d",
        "<inputs.x> -eq x",
        "? e",
        "f <inputs.x>",
    ]
    assert [(command.line, command.text) for command in script.commands][:2] == [
        (0, "a ${{ inputs.x }} \"b ${{ inputs.x }}\" 'c${{ inputs.x }}'"),
        (1, "${{ inputs.x }} d"),
    ]


def test_assignments_and_functions() -> None:
    script = read_powershell(("$a = 'b'\n$Env:C = 1\nfunction D { }\n$e = f",))
    assert script.functions == {"D"}
    assert script.assignments == (
        Assignment("a", ("b",), exported=False, line=0),
        Assignment("C", ("1",), exported=True, line=1),
        Assignment("e", (Hole("$e = f", "script"),), exported=False, line=3),
    )


def test_there_is_an_end_to_everything() -> None:
    assert read_powershell(("a" * 70_000,)).gaps
    assert read_powershell(("a\0",)).gaps
    for nested in ("(" * 100, "if (a) {" * 100, "a @{ b = " * 100, "$(" * 100, '"$(' * 100):
        assert 1 <= len(read_powershell((nested,)).gaps) <= 20
    assert len(read_powershell(("a(b)\n" * 100,)).gaps) == 20
    assert len(read_powershell(("a\n" * 3000,)).commands) == 2000
    assert read_powershell(("$a.b = " * 100 + "'c'",)).gaps
    assert read_powershell(("a " + "b'c'" * 2000,)).gaps


def test_an_escape_before_an_expression_is_not_read() -> None:
    script = read_powershell(("echo `", Hole("inputs.a")))
    assert (script.commands, [gap.text for gap in script.gaps]) == ((), ["an escape before an expression"])
