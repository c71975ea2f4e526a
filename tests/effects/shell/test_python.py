"""Python scripts: the programs that they start, and what stands in the way of knowing them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from needful.effects.names import Hole
from needful.effects.shell.model import Gap, Script
from needful.effects.shell.python import read_python

Tell = Callable[[Script], list[str]]
HOLE = Hole("inputs.x")


def indented(text: str) -> str:
    """Lines with the imports that they need in front of them."""
    return f"import os, subprocess, sys\n{text}\n"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("print('a')\nopen('b').read()", [], id="Python's own work"),
        pytest.param("subprocess.run(['git', 'push'])", ["git push"], id="a program"),
        pytest.param("subprocess.check_call(('a', 'b c'), check=True)", ["a 'b c'"], id="in a tuple"),
        pytest.param("x = subprocess.check_output(args=['a'])", ["a"], id="by name"),
        pytest.param("subprocess.Popen(['a', b, *c, d.e])", ["a <b> <*c> <d.e>"], id="unknown arguments"),
        pytest.param("subprocess.call([a, 'b'])", ["<a> b"], id="an unknown program"),
        pytest.param("subprocess.run([f'a-{b.c}', f'{d()}{{'])", ["a-<{b.c}> <{…}>{"], id="texts with values"),
        pytest.param(
            "subprocess.run(['a' + 'b', 'c-' + d, 'e%s/%d' % f])", ["ab c-<d> e<f>/<f>"], id="texts put together"
        ),
        pytest.param("subprocess.run(['a'] + ['b'] + c)", ["a b <c>"], id="lists put together"),
        pytest.param("subprocess.run([sys.executable, '-m', 'pip'])", ["python -m pip"], id="Python itself"),
        pytest.param("subprocess.run('a')", ["a"], id="a text that is a program"),
        pytest.param("subprocess.run('a b'.split())", ["a b"], id="a text that is split"),
        pytest.param(
            "import shlex\nsubprocess.run(shlex.split('a b'))", ["a b"], id="a text that is split as by a shell"
        ),
        pytest.param("os.system('cd a && b $C')", ["cd a", "? [a] b <$C>"], id="a shell"),
        pytest.param("os.system(f'a {b} c')", ["a <{b}> c"], id="a shell and a value"),
        pytest.param("subprocess.run('a | b', shell=True)", ["a", "| b"], id="a shell if asked for"),
        pytest.param("subprocess.getoutput('a; b')", ["a", "b"], id="a shell for its output"),
        pytest.param("os.popen('a').read()", ["? a"], id="a shell as a file"),
        pytest.param("os.system('a; if b')", ["? a", "? b", "! a; if b"], id="a shell that is not understood"),
        pytest.param("subprocess.run(['a'], cwd='b/../c')", ["[c] a"], id="a folder"),
        pytest.param(
            "subprocess.run('cd b; c', shell=True, cwd='d')", ["[d] cd b", "[d/b] c"], id="a folder for a shell"
        ),
        pytest.param("subprocess.run(['a'], cwd='/b')", ["[-] a"], id="a folder outside"),
        pytest.param("subprocess.run(['a'], cwd=b)", ["[-] a"], id="an unknown folder"),
        pytest.param("os.chdir('a')\nsubprocess.run(['b'], cwd='c')", ["[-] b"], id="another folder"),
        pytest.param("subprocess.run(['a'], **b)", ["[-] a"], id="unknown options"),
        pytest.param("subprocess.run(['a'], input='b')", ["a << b"], id="a text for it"),
        pytest.param(
            "subprocess.run('a <<< b; c', shell=True, input='d')", ["a << b", "c << d"], id="texts for a shell"
        ),
        pytest.param("subprocess.run(['a'], input=b)", ["| a"], id="an unknown text for it"),
        pytest.param("subprocess.run('a', shell=True, stdin=b)", ["| a"], id="a file for it"),
        pytest.param("if a:\n  subprocess.run(['b'])", ["? b"], id="in a branch"),
        pytest.param("def a():\n  return subprocess.run(['b'])", ["? b"], id="in a function"),
        pytest.param("subprocess.run(['b'], check=subprocess.PIPE is None)", ["b"], id="other names of the module"),
        pytest.param("open(os.environ['GITHUB_OUTPUT'], 'a')", ["? : >> <$GITHUB_OUTPUT>"], id="a file of the runner"),
        pytest.param("os.path.join('a'); os.environ['b'] = 'c'", [], id="os"),
        pytest.param("subprocess.run(a)", ["! starts a program that is not known"], id="unknown words"),
        pytest.param(
            "subprocess.run(a + ['b'])", ["! starts a program that is not known"], id="unknown words in front"
        ),
        pytest.param("subprocess.run([])", ["! starts a program that is not known"], id="no words"),
        pytest.param("subprocess.run(['', 'a'])", ["! starts a program that is not known"], id="an empty word"),
        pytest.param("subprocess.run('a b')", ["! starts a program that is not known"], id="a text that is no program"),
        pytest.param("subprocess.run(a.split())", ["! starts a program that is not known"], id="unknown text, split"),
        pytest.param(
            "subprocess.run('a,b'.split(','))", ["! starts a program that is not known"], id="split elsewhere"
        ),
        pytest.param("import shlex\nsubprocess.run(shlex.split('\"a'))", None, id="half a text, split"),
        pytest.param("os.system(a)", ["! starts a command that is not known"], id="an unknown command"),
        pytest.param("os.system('a %s' % b + c * 2)", ["a <b><c * 2>"], id="a command put together"),
        pytest.param("os.system(a + 'b')", ["! starts a command that is not known"], id="a command of an unknown one"),
        pytest.param("os.system('a' * 2)", ["! starts a command that is not known"], id="a text many times"),
        pytest.param("subprocess.run('a', shell=b)", ["! starts a program by subprocess.run"], id="a shell, perhaps"),
        pytest.param("subprocess.run()", ["! starts a program by subprocess.run"], id="nothing to run"),
        pytest.param("os.execvp('a', ['a'])", ["! starts a program by os.execvp"], id="in its own place"),
        pytest.param("os.spawnl(0, 'a')\nos.fork()", None, id="other ways"),
        pytest.param("a = subprocess.run", ["! hands on subprocess.run"], id="a function as a value"),
        pytest.param("getattr(os, 'system')('a')", ["! hands on os"], id="a module as a value"),
        pytest.param("map(os.system, a)", ["! hands on os.system"], id="a function for another"),
        pytest.param("eval('a')", ["! uses eval"], id="code of a text"),
        pytest.param("__import__('a')", ["! uses __import__"], id="a module of a text"),
        pytest.param("sys.modules['os'].system('a')", ["! uses sys.modules"], id="a module by its name"),
        pytest.param("a.__class__.__subclasses__()", ["! uses a.__class__.__subclasses__"], id="everything there is"),
        pytest.param("(1).a.b.c", [], id="attributes of a value"),
    ],
)
def test_the_commands_of_a_script(script: str, expected: list[str] | None, tell: Tell) -> None:
    other = {
        "import": ["! starts a program that is not known"],
        "os.spawnl": ["! starts a program by os.spawnl", "! starts a program by os.fork"],
    }
    wanted = expected if expected is not None else other[script.partition("(")[0].partition(" ")[0]]
    assert tell(read_python((indented(script),))) == wanted


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("import os.path, json, re as r, xml.etree.ElementTree as E", [], id="harmless modules"),
        pytest.param(
            "from urllib.parse import quote\nfrom urllib import parse\nfrom concurrent import futures", [], id="parts"
        ),
        pytest.param("from os import environ, path\nfrom pathlib import *", [], id="names of harmless modules"),
        pytest.param("import requests, boto3.session", ["imports boto3.session", "imports requests"], id="others"),
        pytest.param("from urllib import request", ["imports urllib"], id="a part that reaches the network"),
        pytest.param("import urllib.request", ["imports urllib.request"], id="a module that reaches the network"),
        pytest.param("import logging.handlers\nfrom logging import config", None, id="parts of a harmless module"),
        pytest.param("from . import a\nfrom .b import c\nimport d", None, id="modules of the repository"),
        pytest.param("from os import *", ["imports everything of os"], id="everything of os"),
        pytest.param("if a:\n  try:\n    import socket\n  except E: pass", ["imports socket"], id="anywhere"),
    ],
)
def test_what_is_imported(script: str, expected: list[str] | None) -> None:
    other = {
        "import logging": ["imports logging.handlers", "imports logging"],
        "from .": ["imports .", "imports .b", "imports d"],
    }
    wanted = expected if expected is not None else next(v for k, v in other.items() if script.startswith(k))
    found = read_python((script,))
    assert [gap.text for gap in found.gaps] == wanted
    assert found.commands == ()


def test_programs_by_other_names(tell: Tell) -> None:
    script = "import subprocess as sp\nfrom subprocess import run as go, PIPE\nfrom os import system\n"
    assert tell(read_python((script + "sp.call(['a'])\ngo(['b'], stdout=PIPE)\nsystem('c')",))) == ["a", "b", "c"]
    assert tell(read_python((script + "x = go",))) == ["! hands on subprocess.run"]
    assert tell(read_python(("run(['a'])",))) == []


def test_holes_lines_and_texts(tell: Tell) -> None:
    source = (
        "import os, subprocess\nsubprocess.run(\n  ['a', '",
        HOLE,
        "', ",
        HOLE,
        "])\nos.system('''b\nc ",
        HOLE,
        "''')\n",
        HOLE,
    )
    script = read_python(source)
    assert tell(script) == ["a <inputs.x> <inputs.x>", "b", "c <inputs.x>", "! runs ${{ inputs.x }}"]
    assert [(command.line, command.text) for command in script.commands] == [
        (1, "subprocess.run( ['a', '${{ inputs.x }}', ${{ inputs.x }}])"),
        (3, "b"),
        (3, "c ${{ inputs.x }}"),
    ]
    assert script.gaps == (Gap(5, "runs ${{ inputs.x }}"),)
    assert tell(read_python(("import os\nos.system(", HOLE, ")"))) == ["<inputs.x>"]
    assert tell(read_python(("import os\nos.system('a $B')",), {"B": ("c",)})) == ["a c"]


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("a" * 70_000, "a script that is too long to be read"),
        ("if", "a script that is not understood as Python"),
        ("a\0b", "a script that is not understood as Python"),
        ("-" * 5000 + "1", "a script that is not understood as Python"),
        ("a." * 5000 + "b", "a script that is not understood as Python"),
        ("print 'a'", "a script that is not understood as Python"),
    ],
)
def test_a_script_that_is_not_read(script: str, text: str) -> None:
    assert read_python((script,)) == Script(gaps=(Gap(0, text),))


def test_there_is_an_end_to_everything() -> None:
    assert len(read_python(("\n".join(f"import a{number}" for number in range(100)),)).gaps) == 20
    deep = (
        "import subprocess, os\nsubprocess.run("
        + " + ".join(["['a']"] * 60)
        + ")\nos.system("
        + " + ".join(["'a'"] * 60)
        + ")"
    )
    assert {gap.text for gap in read_python((deep,)).gaps} == {
        "starts a program that is not known",
        "starts a command that is not known",
    }
    assert read_python(("'\\d'",)) == Script()
