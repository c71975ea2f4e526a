"""What a plan does to the names of checks, and what a branch asks for."""

from __future__ import annotations

import pytest

from needful.document.parse import parse
from needful.report.checks import Checks, check_names, waits
from needful.source import Source
from needful.workflow.model import Workflow
from needful.workflow.reader import read_workflow
from report.samples import CI


def workflow(jobs: str) -> Workflow:
    return read_workflow(parse(Source(CI, f"on: push\njobs:\n{jobs}")), CI)


UNIT = """\
  unit:
    strategy: {matrix: {python: ["3.11", "3.12"]}}
    runs-on: ubuntu-latest
    steps: [{run: pytest}]
"""
TWO = """\
  unit:
    name: unit (3.11)
    runs-on: ubuntu-latest
    steps: [{run: pytest}]
  newer:
    name: unit (3.12)
    runs-on: ubuntu-latest
    steps: [{run: pytest}]
"""


def test_jobs_may_come_while_checks_keep_their_names() -> None:
    assert check_names(workflow(UNIT), workflow(TWO), None) == "Every check keeps its name."


def test_what_comes_and_goes_is_named_and_what_a_rule_asks_for_in_vain() -> None:
    after = workflow(TWO.replace("unit (3.12)", "newer"))
    text = check_names(workflow(UNIT), after, Checks("main", ("unit (3.12)",)))
    assert text.startswith("New checks: `newer`. Checks that are gone: `unit (3.12)`. `main` asks for `unit (3.12)`. ")
    assert text.endswith("**Nothing reports `unit (3.12)` any more: change that rule before you merge.**")
    assert "**" not in check_names(workflow(UNIT), after, Checks("main", ("lint",)))


def test_a_name_that_only_a_run_knows_is_its_expression() -> None:
    named = TWO.replace("unit (3.11)", "unit on ${{ inputs.os }}")
    assert "`unit on ${{ inputs.os }}`" in check_names(workflow(UNIT), workflow(named), None)


@pytest.mark.parametrize(("count", "words"), [(0, ""), (1, "**1 run of this pull request waits"), (3, "**3 runs ")])
def test_how_many_wait(count: int, words: str) -> None:
    assert waits(count).startswith(words)
    assert bool(waits(count)) is bool(words)
