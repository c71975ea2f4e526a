"""Texts to models, for tests."""

from __future__ import annotations

from textwrap import dedent, indent

from needful.document.parse import Document, parse
from needful.source import Source
from needful.workflow.model import Action, Job, Step, Workflow
from needful.workflow.reader import read_action, read_workflow

PATH = ".github/workflows/ci.yml"


def document(text: str) -> Document:
    return parse(Source(PATH, dedent(text).lstrip("\n")))


def workflow(text: str) -> Workflow:
    return read_workflow(document(text))


def action(text: str) -> Action:
    return read_action(document(text))


def with_job(body: str) -> str:
    """A workflow whose only job, `a`, has this body; the body's first line is line 4."""
    return "on: push\njobs:\n  a:\n" + indent(dedent(body).strip("\n"), "    ") + "\n"


def job(body: str) -> Job:
    return workflow(with_job(body)).jobs[0]


def steps(body: str) -> tuple[Step, ...]:
    """The steps written in the body of a `steps:` list."""
    return job("runs-on: x\nsteps:\n" + indent(dedent(body).strip("\n"), "  ")).steps


def step(body: str) -> Step:
    return steps(body)[0]
