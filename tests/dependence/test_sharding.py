"""Tests that nobody timed: what says that they are long."""

from __future__ import annotations

import pytest

from dependence.made import situation
from needful.dependence.sharding import unmeasured

JOB = "  unit: {%s runs-on: ubuntu-latest, steps: [{uses: actions/checkout@v7}, {%s run: %s}]}\n"


@pytest.mark.parametrize(
    ("job", "step", "run", "sign"),
    [
        ("", "", "pytest", ""),
        ("timeout-minutes: 30,", "", "pytest", "they may take 30 minutes"),
        ("timeout-minutes: 29,", "", "pytest", ""),
        ("timeout-minutes: '${{ inputs.a }}',", "", "pytest", ""),
        ("timeout-minutes: 60,", "timeout-minutes: 40,", "pytest", "they may take 40 minutes"),
        ("", "", "pytest -n auto", "`-n auto` makes the most of one machine"),
        ("", "", "npx jest --maxWorkers=2", "`--maxWorkers=2` makes the most of one machine"),
        ("name: Slow ones,", "", "npx vitest", "they are called “Slow”"),
        ("", "name: the end-to-end tests,", "npx playwright test", "they are called “end-to-end”"),
        ("", "name: the end-to-end tests,", "npx playwright install", ""),
        ("", "name: disintegration,", "pytest", ""),
        ("timeout-minutes: 30,", "", "make", ""),
        ("timeout-minutes: 30, strategy: {matrix: {shard: [1, 2]}},", "", "pytest", ""),
    ],
)
def test_what_says_that_tests_are_long(job: str, step: str, run: str, sign: str) -> None:
    seen = situation(JOB % (job, step, run))
    found = unmeasured(seen, seen.job("unit"))
    assert (found[1] if found is not None else "") == sign


def test_a_called_workflow_has_no_tests_of_its_own() -> None:
    seen = situation("  unit: {uses: ./.github/workflows/slow.yml}\n")
    assert unmeasured(seen, seen.job("unit")) is None
