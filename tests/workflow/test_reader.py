"""A file to a workflow or an action: the top level, and what is no workflow at all."""

from __future__ import annotations

import pytest

from needful.errors import UserError
from needful.workflow.model import Text, Workflow
from workflow.reading import action, workflow

FULL = """
name: CI
run-name: Run ${{ github.ref }}
on: push
permissions: {contents: read}
env:
  WORD: ${{ vars.word }}
  COUNT: 3.10
defaults:
  run: {shell: bash, working-directory: src}
concurrency:
  group: ci-${{ github.ref }}
  cancel-in-progress: true
  queue: max
cache-mode: read
description: what it is for
jobs:
  first: {runs-on: x}
  Second: {runs-on: x}
"""


def value(text: Text | None) -> str | None:
    return text.value if text is not None else None


def written(workflow: Workflow, text: Text | None) -> str:
    assert text is not None
    return workflow.document.source.text[text.span.start : text.span.end]


def test_the_top_level() -> None:
    read = workflow(FULL)
    assert read.path == ".github/workflows/ci.yml"
    assert value(read.name) == "CI"
    assert value(read.run_name) == "Run ${{ github.ref }}"
    assert value(read.cache_mode) == "read"
    assert [(v.name, v.value.value) for v in read.env] == [("WORD", "${{ vars.word }}"), ("COUNT", "3.1")]
    assert read.permissions is not None
    assert read.permissions.scopes == (("contents", "read"),)
    assert read.defaults is not None
    assert (value(read.defaults.shell), value(read.defaults.working_directory)) == ("bash", "src")
    assert read.concurrency is not None
    assert (read.concurrency.group.value, value(read.concurrency.cancel), value(read.concurrency.queue)) == (
        "ci-${{ github.ref }}",
        "true",
        "max",
    )
    assert [job.id for job in read.jobs] == ["first", "Second"]
    assert [text.value for text in read.texts] == [
        "Run ${{ github.ref }}",
        "${{ vars.word }}",
        "ci-${{ github.ref }}",
    ]


def test_unknown_keys_are_kept() -> None:
    assert [entry.key.text for entry in workflow(FULL).extra] == ["description"]


def test_spans_show_what_is_written() -> None:
    read = workflow(FULL)
    assert written(read, read.name) == "CI"
    assert written(read, read.env[1].value) == "3.10"
    assert read.line(read.jobs[1].key_span) == 18
    assert read.document.source.text[slice(*read.jobs[0].span)] == "first: {runs-on: x}"


def test_jobs_and_events_are_found() -> None:
    read = workflow(FULL)
    assert read.job("FIRST") is read.jobs[0]
    assert read.job("second") is read.jobs[1]
    assert read.job("third") is None
    assert read.on("push") is read.triggers[0]
    assert read.on("pull_request") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", ":1: no workflow: an empty file", id="empty"),
        pytest.param("# nothing\n", ": no workflow: an empty file", id="only a comment"),
        pytest.param("- on: push\n", ":1: no workflow: a list", id="a list"),
        pytest.param("some text\n", ":1: no workflow: a text", id="a text"),
        pytest.param("on: push\n", ":1: no workflow: it has no `jobs:`", id="no jobs"),
        pytest.param("jobs: {a: {}}\n", ":1: no workflow: it has no `on:` (name the events", id="no on"),
        pytest.param("name: x\nruns: {using: composite}\n", "seems to be an action (`runs:`)", id="an action"),
        pytest.param("on: push\njobs: {}\n", ":2: `jobs` is empty", id="jobs without a job"),
        pytest.param("on: push\njobs:\n", ":2: `jobs` must be a mapping, not empty", id="empty jobs"),
        pytest.param("on: push\njobs: [a]\n", ":2: `jobs` must be a mapping, not a list", id="jobs as a list"),
        pytest.param("on: push\njobs: ${{ x }}\n", ":2: `jobs` must be a mapping, not a text", id="jobs as a text"),
        pytest.param("on: push\nenv: [a]\njobs: {a: {}}\n", ":2: `env` must be a mapping, not a list", id="env"),
        pytest.param("on: push\nname: {}\njobs: {a: {}}\n", ":2: `name` must be a text, not a mapping", id="name"),
        pytest.param(
            "on: push\nrun-name: ${{ x }}\njobs: {a: {}}\n", ":2: broken expression: unknown name `x`", id="expression"
        ),
    ],
)
def test_what_is_no_workflow(text: str, message: str) -> None:
    with pytest.raises(UserError) as raised:
        workflow(text)
    assert message in str(raised.value)
    assert raised.value.path == ".github/workflows/ci.yml"


def test_anchors_are_followed() -> None:
    read = workflow("""
        on: push
        env: &env {A: 1, B: "${{ vars.b }}"}
        jobs:
          a: &job
            runs-on: &labels [self-hosted, linux]
            env: *env
            steps: &steps
              - &checkout
                uses: actions/checkout@v5
              - run: make
          b:
            runs-on: *labels
            needs: &needs [a]
            steps:
              - *checkout
              - run: make test
          c:
            runs-on: x
            needs: *needs
            steps: *steps
          d: *job
        """)
    a, b, c, d = read.jobs
    assert [v.value.value for v in a.env] == ["1", "${{ vars.b }}"]
    assert [text.value for text in b.runs_on] == ["self-hosted", "linux"]
    assert b.needs == c.needs
    assert [step.uses and step.uses.name for step in b.steps] == ["actions/checkout", None]
    assert b.steps[0].path == ("jobs", "b", "steps", 0)
    assert c.steps[1].path == ("jobs", "c", "steps", 1)
    assert read.line(b.steps[0].span) == 15  # where it stands, not where it is written
    assert d.steps[1].path == ("jobs", "d", "steps", 1)
    assert [text.value for text in d.texts] == ["${{ vars.b }}"]


ACTION = """
name: Install
description: ${{ not an expression here }}
inputs:
  version: {default: 1.20, required: true}
  token: {default: "${{ github.token }}"}
  plain:
outputs:
  path: {value: "${{ steps.install.outputs.path }}"}
runs:
  using: Composite
  steps:
    - id: install
      shell: bash
      run: ./install.sh "${{ inputs.version }}"
"""


def test_an_action() -> None:
    read = action(ACTION)
    assert read.kind == "composite"
    assert [(port.name, value(port.value), port.required) for port in read.inputs] == [
        ("version", "1.2", True),
        ("token", "${{ github.token }}", False),
        ("plain", None, False),
    ]
    assert [(port.name, value(port.value)) for port in read.outputs] == [("path", "${{ steps.install.outputs.path }}")]
    assert [step.path for step in read.steps] == [("runs", "steps", 0)]
    assert read.steps[0].id == "install"


def test_an_action_that_is_no_composite() -> None:
    read = action("runs: {using: node24, main: index.js}")
    assert (read.kind, read.steps, read.inputs, read.outputs) == ("node24", (), (), ())
    assert action("runs: {main: index.js}\ninputs:\n").kind == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("on: push\njobs: {a: {}}\n", "no action: it has no `runs:` and seems to be a workflow"),
        ("name: x\n", "no action: it has no `runs:` and seems to be something else"),
        ("runs: x\n", "`runs` must be a mapping, not a text"),
        ("runs: {using: composite, steps: {}}\n", "`steps` must be a list, not a mapping"),
        ("outputs: {a: {value: '${{ x }}'}}\nruns: {using: composite, steps: []}\n", "unknown name `x`"),
    ],
)
def test_what_is_no_action(text: str, message: str) -> None:
    with pytest.raises(UserError, match=r"ci\.yml:1: ") as raised:
        action(text)
    assert message in str(raised.value)
