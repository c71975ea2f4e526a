"""What is known of a job stays known when something else of the workflow changes."""

from __future__ import annotations

import pytest

from dependence.made import analysis, files_of
from needful.dependence.analysis import read_anew
from needful.dependence.step_groups import backgrounds, groups

TEXT = """\
on: push
permissions: {contents: read}
jobs:
  b:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: mypy .
      - run: pyright
  a:
    runs-on: ubuntu-latest
    steps: [{uses: actions/checkout@v7}, {run: make}]
"""


@pytest.mark.parametrize(
    ("change", "known"),
    [
        pytest.param(("{run: make}", "{run: make all}"), True, id="another job"),
        pytest.param(
            ("{run: make}]", "{run: make}]\nconcurrency: ${{ github.ref }}"), True, id="the group of the workflow"
        ),
        pytest.param(("make}]", "make}]\nenv: {CI: 1}"), False, id="what reaches into every job"),
        pytest.param(("pyright", "pyright src"), False, id="the job"),
    ],
)
def test_a_job_that_is_the_same_is_read_once(change: tuple[str, str], *, known: bool) -> None:
    before = analysis(TEXT)
    steps = before.situation.steps["b"]
    workflow, _ = files_of(TEXT.replace(*change))
    after = read_anew(before, workflow)
    assert (after.situation.steps["b"] is steps) is known


def test_steps_are_the_workflows_own_in_every_text_of_it() -> None:
    """Steps that are known from an earlier text are not taken for those of a local action."""
    before = analysis(TEXT)
    assert before.situation.steps["b"]
    workflow, _ = files_of(TEXT.replace("{run: make}", "{run: make all}"))
    after = read_anew(before, workflow)
    job = workflow.job("b")
    assert job is not None
    assert [group.number for group in groups(after.situation, job)] == [2]
    assert list(backgrounds(after.situation, job)) == []
    assert not any(step.hidden for step in after.situation.footprints["b"][1:])
