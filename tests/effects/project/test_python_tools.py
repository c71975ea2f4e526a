"""nox and invoke, whose tasks are functions: read, never run."""

from __future__ import annotations

import pytest

from effects.project.opened import bodies_of, opened, opening
from needful.effects.project.model import Opening

NOX = '''import nox

PYTHONS = ["3.11", "3.12"]
DEPS = ("pytest", "cov")
ROOT = "src"
TWICE = 1
TWICE = 2
nox.options.sessions = ["tests", "lint"]


@nox.session(python=PYTHONS)
def tests(session):
    session.install("-e", ".[dev]", *DEPS)
    helper(session)
    if session.posargs:
        session.run("pytest", ROOT, *session.posargs, env={"A": "1", B: "2", "C": ROOT})
    session.notify("cov")


def helper(s):
    """Shared."""
    s.run_always("echo", f"{ROOT}/x", str(TWICE), "a" + "b")
    helper(s)


@nox.session(name="lint", default=False)
def lint_all(session):
    session.chdir("docs")
    session.run(*["ruff", "check"], *PYTHONS)
    session.log("done")


@nox.session
def cov(session): session.run("coverage", "combine")
'''


def nox_of(body: str, before: str = "") -> list[str] | None:
    """What a session with this body runs."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    found = opened({"noxfile.py": f"{before}\n@nox.session\ndef t(session):\n{lines}\n"}, opening("nox", "t", "a <b>"))
    return None if found is None else [line.split(": ", 1)[1] for line in found]


def test_sessions_that_run_by_default() -> None:
    assert opened({"noxfile.py": NOX}, opening("nox", "", "-k a")) == [
        "noxfile.py:13 tests (contained): python -m pip install -e .[dev] pytest cov",
        "noxfile.py:22 tests (contained): echo src/x <str> ab".replace("<str>", "<line 22, column 39>"),
        "noxfile.py:16 tests (contained): A=1 C=src pytest src -k a (maybe)",
        "noxfile.py:29 lint (contained): ruff check 3.11 3.12 @docs",
        "noxfile.py:34 cov (contained): coverage combine",
    ]


@pytest.mark.parametrize("target", ["lint", "tests-3.12", "tests(a=1)"])
def test_sessions_that_are_asked_for(target: str) -> None:
    bodies = bodies_of({"noxfile.py": NOX}, opening("nox", target))
    assert bodies[0].label == target.split("-", maxsplit=1)[0].split("(", maxsplit=1)[0]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("session.run('a', *session.posargs)", ["a a <b>"], id="arguments"),
        pytest.param(
            "session.run('a', x.y, z(), f'{q!r}', f'{q:>3}')",
            ["a <x.y> <line 3, column 27> <line 3, column 32> <line 3, column 42>"],
            id="what is not known",
        ),
        pytest.param("session.run('a', *x)", ["a <x>"], id="a list that is not known"),
        pytest.param("session.conda_install('a')", ["conda install a"], id="of conda"),
        pytest.param("session.install_and_run_script('x.py', 'a')", ["python x.py a"], id="a script"),
        pytest.param("session.install()", ["python -m pip install"], id="nothing to install"),
        pytest.param("session.cd(x)\nsession.run('a')", ["a @?"], id="a folder that is not known"),
        pytest.param("for x in y:\n    session.run('a', x)", ["a <x> (maybe)"], id="in a loop"),
        pytest.param("with x:\n    session.run('a', 1, 2.5)", ["a 1 2.5"], id="in a context"),
        pytest.param("session.notify(x)", ["GAP `notify` of the session"], id="a session that is not known"),
        pytest.param("session.run()", ["GAP `run` of the session"], id="no command"),
        pytest.param("session.poetry.installroot()", [], id="of something of its own"),
        pytest.param("session.unknown('x')", ["GAP `unknown` of the session"], id="a method nobody knows"),
        pytest.param("subprocess.run(['x'])", ["GAP it calls `subprocess.run`"], id="past nox"),
        pytest.param(
            "os.system('x')\nos.execv('x')\neval('y')",
            ["GAP it calls `os.system`", "GAP it calls `os.execv`", "GAP it calls `eval`"],
            id="past nox, by others",
        ),
        pytest.param("os.path.join('a')\nx.system()\n(lambda: 1)()", [], id="what runs nothing"),
        pytest.param("outside(session)", ["GAP it hands `session` to `outside`"], id="handed on"),
        pytest.param("outside(a=session)", ["GAP it hands `session` to `outside`"], id="handed on by keyword"),
        pytest.param("partial(session.run, 'x')()", ["GAP it hands `session` to `partial`"], id="a method handed on"),
        pytest.param("outside(session.posargs)", [], id="only its arguments"),
        pytest.param("helper(a=session)", ["GAP it hands `session` to `helper`"], id="handed to a helper by keyword"),
        pytest.param("helper(1, session)\nhelper(1, session)", ["x"], id="handed to a helper, twice"),
        pytest.param("if y:\n    helper(1, session)", ["x (maybe)"], id="handed to a helper, perhaps"),
        pytest.param("plain()\nplain()", ["GAP it calls `subprocess.run`"], id="a helper without it"),
        pytest.param("session.run('a', env=x)", ["a"], id="variables that are not known"),
    ],
)
def test_what_a_session_runs(body: str, expected: list[str]) -> None:
    helpers = "def helper(a, s):\n  s.run('x')\ndef plain():\n  subprocess.run(1)\n"
    found = opened(
        {
            "noxfile.py": "@nox.session\ndef t(session):\n"
            + "\n".join(f"    {x}" for x in body.splitlines())
            + "\n"
            + helpers
        },
        opening("nox", "t", "a <b>"),
    )
    assert found is not None
    assert [line.split(": ", 1)[1] for line in found] == expected


def test_helpers_within_helpers_are_followed_so_far() -> None:
    helpers = "".join(f"def h{n}(s):\n  h{n + 1}(s)\n" for n in range(20))
    assert nox_of("h0(session)", helpers) == ["GAP it calls `h12`, too deep to follow"]


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        pytest.param({}, opening("nox"), id="no file"),
        pytest.param({"noxfile.py": "def"}, opening("nox"), id="no Python"),
        pytest.param({"noxfile.py": "x = 1"}, opening("nox"), id="no sessions"),
        pytest.param({"noxfile.py": NOX}, opening("nox", "nothing"), id="no such session"),
        pytest.param({"noxfile.py": NOX}, opening("nox", "<x>"), id="a session that is not known"),
        pytest.param({"noxfile.py": NOX}, opening("nox", folder=None), id="a folder that is not known"),
        pytest.param({"noxfile.py": NOX}, opening("nox", file="<x>"), id="a file that is not known"),
        pytest.param({"noxfile.py": NOX}, opening("nox", file="../x"), id="a file outside"),
        pytest.param(
            {"noxfile.py": NOX.replace('["tests", "lint"]', "x()")}, opening("nox"), id="a default that is not known"
        ),
        pytest.param(
            {"noxfile.py": NOX.replace('"cov")', '"gone")')}, opening("nox"), id="a session that is not there"
        ),
        pytest.param(
            {"noxfile.py": "for x in y:\n  @nox.session\n  def t(s): s.run(x)\n"}, opening("nox"), id="in a loop"
        ),
        pytest.param(
            {"noxfile.py": "@nox.session\ndef a(s): pass\nfor x in y:\n  @nox.session\n  def t(s): s.run(x)\n"},
            opening("nox"),
            id="some in a loop",
        ),
        pytest.param({"noxfile.py": "x = " + "(" * 300}, opening("nox"), id="too deep"),
        pytest.param({"noxfile.py": "#" * 300_000}, opening("nox"), id="too long"),
        pytest.param(
            {"noxfile.py": "".join(f"@nox.session\ndef t{n}(s): pass\n" for n in range(150))},
            opening("nox"),
            id="too many",
        ),
    ],
)
def test_what_cannot_be_seen(files: dict[str, str], asked: Opening) -> None:
    assert opened(files, asked) is None


def test_all_sessions_but_those_that_wait_to_be_asked_for() -> None:
    text = (
        "@session\ndef a(s):\n  s.run('x')\n@nox.session(default=False)\ndef b(s): s.run('y')\n@other\ndef c(): pass\n"
    )
    assert opened({"noxfile.py": text}, opening("nox")) == ["noxfile.py:3 a (contained): x"]


def test_a_file_that_runs_programs_itself() -> None:
    text = (
        "import subprocess\nV = subprocess.check_output(['x'])\nclass C:\n  x = f()\n@nox.session\ndef a(s):\n  pass\n"
    )
    assert opened({"noxfile.py": text}, opening("nox", "a")) == [
        "noxfile.py:2 noxfile: GAP the file itself runs programs"
    ]


def test_values_of_values_are_followed_so_far() -> None:
    chain = "".join(f"A{n} = A{n + 1}\n" for n in range(20))
    assert nox_of("session.run('a', A0, *A0)", chain) == ["a <A11> <A11>"]


# --- invoke ----------------------------------------------------------------------------------------------------------

INVOKE = """from invoke import task

@task
def clean_up(c):
    c.run("rm -rf build && x")

@task(pre=[clean_up], post=[call(done, 1)])
def build(ctx, fast=False):
    ctx.run(f"make {NAME}", env={"A": "1"})
    if fast:
        ctx.sudo("y")
    shared(ctx)

@task(build, name="all")
def everything(c):
    with c.cd("docs"):
        c.run("sphinx")
    c.run()
    c.put("x")

@invoke.task
def done(c): c.run(text)

def shared(c):
    c.run("z")
    os.system("q")
"""


def test_tasks_with_those_around_them() -> None:
    assert opened({"tasks.py": INVOKE}, opening("invoke", "build")) == [
        "tasks.py:5 clean-up: rm -rf build",
        "tasks.py:5 clean-up: x (maybe)",
        "tasks.py:9 build: make <NAME>",
        "tasks.py:11 build: y (maybe)",
        "tasks.py:25 build: z",
        "tasks.py:26 build: GAP it calls `os.system`",
        "tasks.py:22 done: <text>",
    ]
    found = opened({"tasks/__init__.py": INVOKE, "sub/x": ""}, opening("invoke", "all clean_up", folder="sub"))
    assert found is not None
    assert found[-3:] == [
        "tasks/__init__.py:17 all in tasks: sphinx @?",
        "tasks/__init__.py:18 all in tasks: GAP `run` of the context",
        "tasks/__init__.py:19 all in tasks: GAP `put` of the context",
    ]


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        pytest.param({"tasks.py": INVOKE}, opening("invoke"), id="no task"),
        pytest.param({"tasks.py": INVOKE}, opening("invoke", "docs.build"), id="no such task"),
        pytest.param({"tasks.py": INVOKE}, opening("invoke", "<x>"), id="a task that is not known"),
        pytest.param({"tasks.py": INVOKE}, opening("invoke", "build", folder=None), id="a folder that is not known"),
        pytest.param({"tasks.py": INVOKE}, opening("invoke", "build", file="<x>"), id="a file that is not known"),
        pytest.param({}, opening("invoke", "build"), id="no file"),
        pytest.param({"tasks.py": "def"}, opening("invoke", "build"), id="no Python"),
        pytest.param(
            {"tasks.py": "@task(pre=x)\ndef a(c): pass\n"},
            opening("invoke", "a"),
            id="a task before it that is unknown",
        ),
        pytest.param(
            {"tasks.py": "@task(post=[f()])\ndef a(c): pass\n"},
            opening("invoke", "a"),
            id="a task after it that is unknown",
        ),
        pytest.param(
            {"tasks.py": "".join(f"@task(t{n + 1})\ndef t{n}(c): pass\n" for n in range(40))},
            opening("invoke", "t0"),
            id="too deep",
        ),
    ],
)
def test_tasks_that_cannot_be_seen(files: dict[str, str], asked: Opening) -> None:
    assert opened(files, asked) is None


def test_another_file_of_tasks_that_runs_programs_itself() -> None:
    files = {"dev.py": "import subprocess\nsubprocess.run(1)\n@task\ndef a(c):\n  pass\n"}
    assert opened(files, opening("invoke", "a", file="dev")) == ["dev.py:1 tasks: GAP the file itself runs programs"]


def test_a_session_that_two_others_ask_for() -> None:
    text = "".join(f"@nox.session\ndef {name}(s): s.notify('c')\n" for name in "ab")
    files = {"noxfile.py": text + "@nox.session\ndef c(s): s.run('x')\n"}
    assert opened(files, opening("nox", "a b")) == ["noxfile.py:6 c (contained): x"]


def test_arguments_as_one_text() -> None:
    files = {"noxfile.py": "@nox.session\ndef t(s): s.run('x', f'-k {s.posargs}', s.posargs)\n"}
    assert opened(files, opening("nox", "t", "a")) == ["noxfile.py:2 t (contained): x '-k a' a"]
