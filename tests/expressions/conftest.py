"""GitHub's own parser, started once and asked many times."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from expressions.github import Ask


@pytest.fixture(scope="session")
def ask_github(checkout: Path) -> Iterator[Ask]:
    """Ask GitHub's parser a question (see tests/oracles/expressions.mjs); skipped where it is not installed."""
    oracles = checkout / "tests" / "oracles"
    if shutil.which("node") is None:
        pytest.skip("GitHub's expression parser needs Node.js, which is not here")
    if not (oracles / "node_modules" / "@actions" / "expressions").is_dir():
        pytest.skip("GitHub's expression parser is not installed: run `npm ci` in tests/oracles")
    with subprocess.Popen(
        ["node", str(oracles / "expressions.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        questions, answers = process.stdin, process.stdout

        def ask(kind: str, text: str) -> dict[str, Any]:
            questions.write(json.dumps({"kind": kind, "text": text}) + "\n")
            questions.flush()
            answer = answers.readline()
            assert answer, "the parser died"
            said: dict[str, Any] = json.loads(answer)
            return said

        yield ask
        questions.close()
