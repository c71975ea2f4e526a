"""A repository to work on, and the command as a user runs it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from cli.samples import Done, Make, Run
from needful import cli


@pytest.fixture
def repository(tmp_path: Path) -> Make:
    """Makes a repository of workflows: `repository("shop", ci=SERIAL)`."""

    def make(name: str = "shop", **workflows: bytes) -> Path:
        root = tmp_path / name
        folder = root / ".github" / "workflows"
        folder.mkdir(parents=True)
        for workflow, content in workflows.items():
            (folder / f"{workflow}.yml").write_bytes(content)
        return root

    return make


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The command in this process."""

    def call(*args: str | Path, cwd: Path | None = None) -> Done:
        monkeypatch.chdir(cwd or tmp_path)
        monkeypatch.setattr(sys, "argv", ["needful", *(os.fspath(arg) for arg in args)])
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capfdbinary.readouterr()
        return Done(int(left.value.code or 0), out.decode(), err.decode())

    return call
