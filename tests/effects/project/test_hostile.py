"""Any text in any file: never an exception, and an end."""

from __future__ import annotations

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


REPEATED = (
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


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name"), CASES)
@pytest.mark.parametrize("piece", REPEATED, ids=repr)
def test_no_text_takes_long(kind: str, name: str, piece: str) -> None:
    """No clock is asked; a reader whose work grows with the square of the text would not come to an end here."""
    text = piece * (200_000 // len(piece))
    starts = ("", "a:\n\t", "FROM a\nRUN ", "[testenv:a]\ncommands = ", 'x = "', "task :a ", "tasks:\n  a: ")
    for start in starts:
        open_project(asked(kind, name), Texts({**FALLBACKS, name: start + text}))


def test_what_nobody_knows() -> None:
    assert open_project(opening("nothing", "a"), Texts({})) is None
