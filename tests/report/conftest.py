"""Mermaid itself, started once and asked many times."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

AskMermaid = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="session")
def ask_mermaid(checkout: Path) -> Iterator[AskMermaid]:
    """Ask Mermaid what it reads in a chart (see tests/oracles/mermaid.mjs); skipped where it is not installed."""
    oracles = checkout / "tests" / "oracles"
    if shutil.which("node") is None:
        pytest.skip("Mermaid needs Node.js, which is not here")
    if not (oracles / "node_modules" / "@mermaid-js" / "tiny").is_dir():
        pytest.skip("Mermaid is not installed: run `npm ci` in tests/oracles")
    with subprocess.Popen(
        ["node", str(oracles / "mermaid.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        questions, answers = process.stdin, process.stdout

        def ask(text: str) -> dict[str, Any]:
            questions.write(json.dumps({"text": text}) + "\n")
            questions.flush()
            answer = answers.readline()
            assert answer, "Mermaid died"
            said: dict[str, Any] = json.loads(answer)
            return said

        yield ask
        questions.close()
