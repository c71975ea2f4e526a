"""GitHub's own parser and ours read the same workflows."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

from judges import findings, why_absent
from needful.document.parse import Document, parse
from needful.errors import UserError
from needful.source import Source
from needful.workflow.model import Workflow
from needful.workflow.reader import read_action, read_workflow
from workflow import refused
from workflow.reading import with_job

pytestmark = pytest.mark.slow


def github_refuses(tmp_path: Path, texts: list[str]) -> list[bool]:
    if why := why_absent("github"):
        pytest.skip(why)
    files = []
    for number, text in enumerate(texts):
        files.append(tmp_path / f"{number}.yml")
        files[-1].write_text(text, "utf-8")
    said = findings("github", files)
    return [bool(said[file]) for file in files]


def we_refuse(text: str) -> bool:
    try:
        read_workflow(parse(Source("ci.yml", text)))
    except UserError:
        return True
    return False


def step_in(written: str) -> str:
    return with_job("runs-on: x\nsteps:\n  " + written.replace("\n", "\n  "))


REFUSED = [
    *(with_job(written if "uses" in written else f"{written}\nruns-on: x") for written, _, _ in refused.JOBS[3:]),
    *(step_in(written) for written, _ in refused.STEPS),
    *(f"{on}\njobs: {{a: {{runs-on: x, steps: [{{run: x}}]}}}}\n" for on, _ in refused.TRIGGERS),
    "",
    "a: b\n",
    "- on: push\n",
    "on: push\n",
    "on: push\njobs:\n",
    "on: push\njobs: {}\n",
    "on: push\njobs: [a]\n",
    "on: push\njobs: {a: []}\n",
    "on: push\njobs: {a: }\n",
    "jobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
    "on: push\njobs: {build: {runs-on: x}, Build: {runs-on: x}}\n",
    *(
        with_job(f"runs-on: x\nstrategy: {{matrix: {matrix}}}")
        for matrix in ("[a]", "{os: a}", "{include: {a: 1}}", "{include: [a]}", "{os: ['${{ x }}']}")
    ),
]


@pytest.mark.judged
def test_what_we_refuse_github_refuses(tmp_path: Path) -> None:
    verdicts = github_refuses(tmp_path, REFUSED)
    assert [text for text in REFUSED if not we_refuse(text)] == []
    assert [text for text, verdict in zip(REFUSED, verdicts, strict=True) if not verdict] == []


ODD_BUT_FINE = [
    step_in("- {run: 1}"),
    step_in("- {run: x, if: }"),
    step_in("- {run: x, if: True}"),
    step_in("- {run: x, if: 'github.ref && ''a'''}"),
    step_in("- {run: x, name: , env: {A: , B: 1.50, C: ~}}"),
    step_in("- {run: x, id: s, background: true}\n- wait: s\n- cancel: s\n- wait-all:\n- wait-all: true"),
    step_in("- parallel: []"),
    step_in("- parallel:\n    - run: x\n    - uses: a/b@v1"),
    step_in("- uses: $/x\n- uses: ./\n- uses: docker://x"),
    with_job("runs-on: x\nneeds: []"),
    with_job("runs-on: {group: big}"),
    with_job("runs-on: x\nstrategy: {matrix: {os: []}}"),
    with_job("runs-on: x\nenvironment:\nconcurrency: {group: x, queue: max}"),
    with_job("runs-on: x\nenvironment: {name: x, deployment: false}"),
    with_job("runs-on: x\npermissions: {}"),
    with_job("uses: ./.github/workflows/x.yml\nsecrets: inherit"),
    with_job("runs-on: x\nsteps: []"),
    "on: [push]\nenv: {}\npermissions: read-all\njobs: {a: {runs-on: x}}\n",
    "on: {push: , workflow_dispatch: {inputs: {}}, workflow_call: }\njobs: {a: {runs-on: x}}\n",
    "on: {schedule: [{cron: '0 5 * * *', timezone: Europe/Berlin}]}\njobs: {a: {runs-on: x}}\n",
    "on: push\njobs: {a: {runs-on: x}, b: {needs: [a], runs-on: &x [x]}, c: {needs: a, runs-on: *x}}\n",
]


@pytest.mark.judged
def test_what_is_odd_but_fine_is_read(tmp_path: Path) -> None:
    verdicts = github_refuses(tmp_path, ODD_BUT_FINE)
    assert [text for text, verdict in zip(ODD_BUT_FINE, verdicts, strict=True) if verdict] == []
    assert [text for text in ODD_BUT_FINE if we_refuse(text)] == []


def test_every_real_workflow_is_read_or_refused_with_a_reason(shared: Path) -> None:
    read: list[Workflow] = []
    refusals: list[UserError] = []
    files = [file for file in sorted((shared / "corpus").rglob("*.y*ml")) if file.parent.name == "workflows"]
    for file in files:
        try:
            read.append(read_workflow(_document(file)))
        except UserError as error:
            refusals.append(error)
    legs = Counter(
        job.strategy.matrix.legs is not None
        for workflow in read
        for job in workflow.jobs
        if job.strategy and job.strategy.matrix
    )
    sys.stdout.write(f"{len(read)} of {len(files)} workflows read; matrices {legs[True]} static, {legs[False]} not\n")
    sys.stdout.writelines(f"{error}\n" for error in refusals)
    assert all(error.path and error.line for error in refusals)
    assert len(refusals) < 0.005 * len(files)
    for workflow in read:
        _check_model(workflow)


def _document(file: Path) -> Document:
    return parse(Source.from_bytes(str(file), file.read_bytes()))


def _check_model(workflow: Workflow) -> None:
    """What holds of every model: paths lead to what they name, and no expression of a job is lost."""
    text = workflow.document.source.text
    for job in workflow.jobs:
        found = workflow.document.find(job.path)
        assert found is not None
        assert text[slice(*job.key_span)].strip("\"'") == job.id
        for step in job.all_steps():
            assert workflow.document.find(step.path) is not None
        collected = sum(read.value.count("${{") for read in job.texts)
        if found.span.start > job.key_span.end and "&" not in text and "#" not in text[slice(*found.span)]:
            assert collected == text[slice(*found.span)].count("${{")


def test_every_real_action_is_read(shared: Path) -> None:
    files = [file for file in sorted((shared / "corpus").rglob("action.y*ml")) if "testdata" not in file.parts]
    kinds: Counter[str] = Counter()
    refusals: list[str] = []
    for file in files:
        try:
            kinds[read_action(_document(file)).kind] += 1
        except UserError as error:
            refusals.append(str(error))
    sys.stdout.write(f"{kinds.total()} of {len(files)} actions read: {dict(kinds)}\n{refusals}\n")
    assert len(refusals) <= 1  # one of them is not valid YAML
