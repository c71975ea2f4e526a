"""Words by which programs show that they reach out of the job."""

from __future__ import annotations

import pytest

from needful.effects.project.outward import MAX_FILES, reaches_out
from needful.facts.outward import languages
from needful.workflow.repository import Repository


@pytest.mark.parametrize(
    ("suffix", "text", "word"),
    [
        (".js", "const { execSync } = require('child_process')", "execSync"),
        (".ts", "await fetch(url)", "fetch"),
        (".mjs", "import { readFile } from 'node:fs'", None),
        (".js", "const prefetched = 1", None),
        (".py", "subprocess.run(['ls'])", "subprocess"),
        (".py", "import os.path", None),
        (".php", "$x = `ls`;", "`"),
        (".php", "echo 'hello';", None),
        (".rb", "x = %x(ls)", "%x"),
        (".pl", "print 'hello';", None),
        (".py", "os.environ['GITHUB_TOKEN']", "GITHUB_TOKEN"),
    ],
)
def test_words(suffix: str, text: str, word: str | None) -> None:
    found = languages()[suffix].outward.search(text)
    assert (found.group() if found else None) == word


@pytest.mark.parametrize(
    ("suffix", "text", "names"),
    [
        (".js", "import a from './a.js'\nconst b = require('../b')\nimport 'left-pad'", ["./a.js", "../b"]),
        (".py", "import tide.ebb\nfrom . import flow # all\nx = 1", ["import tide.ebb", "from . import flow "]),
        (".php", "require_once __DIR__ . '/a.php';", ["a.php"]),
        (".rb", "require_relative 'a'\nrequire 'json'", ["a"]),
        (".pl", "require 'a.pl';", ["a.pl"]),
    ],
)
def test_loaded_files(suffix: str, text: str, names: list[str]) -> None:
    assert languages()[suffix].imports.findall(text) == names
    assert languages()[suffix].endings


def reached(text: str, suffix: str, files: dict[str, str] | None = None) -> str:
    contents = {path: data.encode() for path, data in {f"ci/go{suffix}": text, **(files or {})}.items()}
    return reaches_out(f"ci/go{suffix}", Repository(".", contents.get))


@pytest.mark.parametrize(
    ("text", "suffix", "files"),
    [
        ("console.log(1)\n", ".js", {}),
        ("import './a.js'\nimport pad from 'left-pad'\n", ".js", {"ci/a.ts": "import './go.js'\n"}),
        ("require('../data.json')\n", ".js", {"data.json": '{"fetch": 1}'}),
        ("import a\nimport json, b.c\n", ".py", {"ci/a.py": "x = 1\n", "src/b/c.py": "y = 2\n"}),
        ("from ..a import (\n  b,\n  c\n)\n", ".py", {"a/__init__.py": "b = c = 1\n"}),
        ("import not.here\n", ".py", {}),
    ],
)
def test_a_program_that_works_on_files(text: str, suffix: str, files: dict[str, str]) -> None:
    assert reached(text, suffix, files) == ""


@pytest.mark.parametrize(
    ("text", "suffix", "files", "why"),
    [
        ("\nfetch('x')\n", ".js", {}, "names `fetch` (ci/go.js:2)"),
        ("import './a.js'\n", ".js", {"ci/a.js": "fetch('x')\n"}, "names `fetch` (ci/a.js:1)"),
        ("import './a.js'\n", ".js", {}, "loads `./a.js`, which is not there (ci/go.js)"),
        ("import a\n", ".py", {"a.py": "import subprocess\n"}, "names `subprocess` (a.py:1)"),
        ("from . import a\n", ".py", {"ci/a.py": "import requests\n"}, "names `requests` (ci/a.py:1)"),
        ("main = 1\n", ".hs", {}, "is in a language that is not read here"),
        ("require('./a.wasm')\n", ".js", {"ci/a.wasm": "x"}, "is in a language that is not read here"),
    ],
)
def test_a_program_that_may_reach_out(text: str, suffix: str, files: dict[str, str], why: str) -> None:
    assert reached(text, suffix, files) == why


def test_a_program_that_is_too_large_or_not_there() -> None:
    files = {f"ci/a{number}.js": f"import './a{number + 1}.js'\n" for number in range(MAX_FILES + 1)}
    assert reached("import './a0.js'\n", ".js", files) == "cannot be looked into"
    assert reaches_out("ci/gone.js", Repository(".", lambda path: None)) == "cannot be looked into"
