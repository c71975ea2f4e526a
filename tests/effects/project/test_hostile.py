"""Any text in any file: never an exception, and an end."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from effects.project.opened import Texts, opening
from needful.effects.project.model import Opening
from needful.effects.project.opener import KINDS, MAX_BODIES, open_project

FILES = {
    "bake": ("docker-bake.hcl", "docker-bake.json"),
    "bun": ("package.json", "pnpm-workspace.yaml"),
    "cargo": (".cargo/config.toml",),
    "compose": ("compose.yaml",),
    "composer": ("composer.json",),
    "composer-hooks": ("composer.json",),
    "deno": ("deno.json",),
    "dockerfile": ("Dockerfile",),
    "hatch": ("hatch.toml", "pyproject.toml"),
    "invoke": ("tasks.py",),
    "just": ("justfile",),
    "lerna": ("lerna.json", "package.json"),
    "make": ("Makefile",),
    "nox": ("noxfile.py",),
    "npm": ("package.json", "pnpm-workspace.yaml"),
    "npm-hooks": ("package.json",),
    "nx": ("nx.json", "project.json", "package.json"),
    "pdm": ("pyproject.toml",),
    "pixi": ("pixi.toml",),
    "pnpm": ("pnpm-workspace.yaml", "package.json"),
    "poe": ("pyproject.toml",),
    "pre-commit": (".pre-commit-config.yaml",),
    "rake": ("Rakefile",),
    "script": ("a.sh", "a.py", "a"),
    "task": ("Taskfile.yml",),
    "tox": ("tox.ini", "tox.toml", "setup.cfg"),
    "turbo": ("turbo.json", "package.json"),
    "yarn": ("package.json",),
}
CASES = [(kind, name) for kind, names in FILES.items() for name in names]
FALLBACKS = {"package.json": '{"workspaces": ["*"], "scripts": {"a": "b"}}', "nx.json": "{}", "turbo.json": "{}"}

_WORDS = """a b all default : := = ?= += != :: => ; && || | > < @ - + * ** % $ $$ $( $(a) ${a} ${a:-b} $(shell $(call
$(eval $(foreach $(wildcard {{ }} {{a}} { } [ ] ( ) " ' ` \\ # // /* */ , include -include define endef ifeq else endif
export .PHONY FROM RUN COPY ARG ENV AS ONBUILD SHELL --from=a <<E E [tox] [testenv] envlist commands deps {posargs}
{[a]b} task do end sh namespace import set alias mod target group variable inherits tasks: cmds: deps: vars: includes:
repos: hooks: services: image: build: - def class return session.run @nox.session @task c.run [tool.poe.tasks] [tasks]
[alias] [tool.pdm.scripts] [envs.default.scripts] scripts workspaces run-s concurrently wireit"""
WORDS = st.sampled_from((*_WORDS.split(), "\t", "\n", "\n\t", "\n\n", "\n  ", "\r\n", " "))
TEXTS = st.one_of(
    st.text(max_size=300), st.lists(WORDS, max_size=60).map(" ".join), st.lists(WORDS, max_size=60).map("".join)
)


def asked(kind: str, name: str) -> Opening:
    """An opening that reads a file of that name."""
    targets = {"script": name, "bake": "a", "npm-hooks": "install", "composer-hooks": "install", "dockerfile": "."}
    return opening(kind, targets.get(kind, "a"), "x y=<z>")


def test_every_kind_is_tried() -> None:
    assert FILES.keys() == KINDS.keys()


@pytest.mark.parametrize(("kind", "name"), CASES)
@settings(max_examples=25)
@given(text=TEXTS, below=TEXTS)
@example(text="", below="")
@example(text='{"scripts": {"a": 1}, "tasks": 1, "targets": [], "workspaces": 1}', below="\0")
@example(text="a: " * 50, below="[" * 2000)
def test_no_text_raises(kind: str, name: str, text: str, below: str) -> None:
    files = {**FALLBACKS, name: text, f"b/{name}": below, "a": below}
    for one in (asked(kind, name), asked(kind, name)._replace(targets=())):
        found = open_project(one, Texts(files))
        assert found is None or len(found) <= MAX_BODIES
        for body in found or ():
            assert body.path in files
            assert 1 <= body.line <= files[body.path].count("\n") + 1
            assert all(one.line >= 0 for one in body.script.commands)


PIECES = (
    " ",
    "\t",
    "\n",
    "\\\n",
    '"',
    "'",
    "`",
    "(",
    "{",
    "[",
    "$(",
    "${",
    "$",
    "{{",
    "a: ",
    "a:a ",
    "<<A ",
    '\\"',
    "#",
    "/*",
    ",",
)
STARTS = ("", "a:\n\t", "FROM a\nRUN ", "[testenv:a]\ncommands = ", 'x = "', "task :a ", "tasks:\n  a: ")


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name"), CASES)
def test_no_text_takes_long(kind: str, name: str) -> None:
    """No clock is asked; a reader whose work grows with the square of the text would hardly come to an end here."""
    for piece in PIECES:
        for start in STARTS:
            text = start + piece * (30_000 // len(piece))
            open_project(asked(kind, name), Texts({**FALLBACKS, name: text}))


def needs(key: str) -> str:
    """A task `a` that needs two hundred others."""
    return json.dumps({key: {"a": {"dependsOn": [str(number) for number in range(200)]}}})


def doubled(line: str, last: str) -> str:
    """Sixty lines, each of which holds what the one before it (`@`) stands for twice, and then the last line."""
    lines = [line.replace("#", str(number + 1)).replace("@", str(number)) for number in range(60)]
    return "\n".join((*lines, last.replace("@", "60")))


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        pytest.param("dockerfile", "Dockerfile", doubled("ARG A#=x$A@$A@", "FROM $A@"), id="arguments"),
        pytest.param(
            "dockerfile", "Dockerfile", "FROM a\nENV A0=xx\n" + doubled("ENV A#=$A@$A@", "RUN x $A@"), id="ENV"
        ),
        pytest.param("dockerfile", "Dockerfile", "FROM a\n" + "WORKDIR aaaaaaaaa\n" * 1500 + "RUN x", id="folders"),
        pytest.param("dockerfile", "Dockerfile", "FROM a\n" + "RUN x\n" * 3000, id="too many lines"),
        pytest.param("dockerfile", "Dockerfile", "FROM a\nCOPY " + "a " * 5000 + "b/\nRUN x", id="too many files"),
        pytest.param("make", "Makefile", doubled("A# = $(A@)$(A@)", "a:\n\t$(A@)"), id="variables"),
        pytest.param("make", "Makefile", f"A = {'x' * 9000}\na:\n\t$(subst x,$(A),$(A))", id="a function"),
        pytest.param("make", "Makefile", f"A = {'x ' * 9000}\na:\n\t$(foreach v,$(A),$(A))", id="a loop"),
        pytest.param("make", "Makefile", "a:\n" + "\tx\n" * 3000, id="a long recipe"),
        pytest.param(
            "make", "Makefile", "a: " + "x$(if $(B),) " * 900 + "\n" + "y:\n" * 2000, id="needs that may be many"
        ),
        pytest.param("just", "justfile", doubled("a# := a@ + a@", "a:\n  x {{a@}}"), id="variables of just"),
        pytest.param("just", "justfile", "a:\n" + "  x\n" * 3000, id="a long recipe of just"),
        pytest.param(
            "task", "Taskfile.yml", "vars:\n" + doubled("  A#: '{{.A@}}{{.A@}}'", "tasks:\n  a: x {{.A@}}"), id="vars"
        ),
        pytest.param("task", "Taskfile.yml", "tasks:\n  a:\n" + "  - x\n" * 3000, id="a long task"),
        pytest.param(
            "bake", "docker-bake.hcl", doubled('variable "A#" { default = "x${A@}${A@}" }', 'target "a" {}'), id="bake"
        ),
        pytest.param(
            "nox", "noxfile.py", doubled("A# = f'{A@}{A@}'", "@nox.session\ndef a(s): s.run(A@)"), id="constants"
        ),
        pytest.param("nox", "noxfile.py", "@nox.session\ndef a(s):\n" + "  s.run('x')\n" * 3000, id="a long session"),
        pytest.param("invoke", "tasks.py", "@task\ndef a(c):\n" + "  c.run('x')\n" * 3000, id="a long task of invoke"),
        pytest.param("rake", "Rakefile", "task :a do\n" + "  sh 'x'\n" * 3000 + "end", id="a long task of rake"),
        pytest.param("tox", "tox.ini", "[testenv]\ncommands =\n" + "  x\n" * 3000, id="a long environment"),
        pytest.param("hatch", "hatch.toml", "[envs.default.scripts]\na = [" + "'x'," * 3000 + "]", id="a long script"),
        pytest.param(
            "composer", "composer.json", f'{{"scripts": {{"a": [{",".join(["1", *["2"] * 900])}]}}}}', id="composer"
        ),
        pytest.param(
            "pre-commit",
            ".pre-commit-config.yaml",
            "repos:\n- repo: meta\n  hooks:\n" + "  - {id: a}\n" * 3000,
            id="hooks",
        ),
        pytest.param("turbo", "turbo.json", needs("tasks"), id="what comes before in turbo"),
        pytest.param("pdm", "pyproject.toml", "a." * 500 + "b = 1", id="a key of many parts"),
        pytest.param("pdm", "pyproject.toml", "# " * 200_000, id="a long file"),
        pytest.param("npm", "package.json", "[" * 100_000, id="deep"),
        pytest.param("just", "justfile", "a: b\nb:\n" + "  x\n" * 3000, id="a long recipe that is needed"),
        pytest.param("make", "Makefile", "a: " + "x$(if $(B),)y " * 150 + "\n" + "b " * 1900 + ":\n", id="many needs"),
        pytest.param("nx", "nx.json", needs("targetDefaults"), id="what comes before in nx"),
        pytest.param("lerna", "nx.json", needs("targetDefaults"), id="what comes before in lerna"),
    ],
)
def test_what_grows_without_bounds_is_cut_off(kind: str, name: str, text: str) -> None:
    one = asked(kind, name)._replace(arguments=())
    bodies = open_project(one, Texts({**FALLBACKS, name: text})) or ()
    assert sum(len(word) for body in bodies for one in body.script.commands for word in one.words) < 20_000
    assert (
        sum(len(str(part)) for body in bodies for one in body.script.commands for w in one.words for part in w)
        < 1 << 20
    )


def test_what_nobody_knows() -> None:
    assert open_project(opening("nothing", "a"), Texts({})) is None
