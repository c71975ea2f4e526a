"""Workflows to run the command on, and what a run is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

SERIAL = b"""\
# lint first, then test
on: push
permissions: {contents: read}
jobs:
  lint:
    runs-on: ubuntu-latest
    steps: [{uses: actions/checkout@v7}, {run: make lint}]
  test:
    needs: [lint]
    runs-on: ubuntu-latest
    steps: [{uses: actions/checkout@v7}, {run: make test}]
"""
PARALLEL = SERIAL.replace(b"    needs: [lint]\n", b"")
LOST = b"""\
on: push
permissions: {contents: read}
jobs:
  build:
    runs-on: ubuntu-latest
    outputs: {tag: "${{ steps.tag.outputs.tag }}"}
    steps: [{id: tag, run: make tag}]
  show:
    runs-on: ubuntu-latest
    steps: [{run: "echo ${{ needs.build.outputs.tag }}"}]
"""
CALM = b"""\
on: push
permissions: {contents: read}
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{run: make}]
"""
BROKEN = b"on: push\njobs:\n  a: {steps: [\n"


class Done(NamedTuple):
    """How a run ended."""

    code: int
    out: str
    err: str


class Run(Protocol):
    """Runs the command with these arguments in a folder."""

    def __call__(self, *args: str | Path, cwd: Path | None = None) -> Done: ...


Make = Callable[..., Path]


def workflow(root: Path, name: str = "ci") -> Path:
    """The file of a workflow."""
    return root / ".github" / "workflows" / f"{name}.yml"
