"""What of a workflow's text decides when its jobs run."""

from __future__ import annotations

import pytest

from dependence.made import files_of
from needful.errors import UserError
from needful.schedule.shape import Group, JobShape, Runs, shape_of

STEPS = "    runs-on: ubuntu-latest\n    steps: [run: make]\n"


def one(keys: str) -> JobShape:
    lines = "".join(f"    {line}\n" for line in keys.splitlines())
    return shape_of(files_of(f"  lint:\n{STEPS}  job:\n    needs: lint\n{lines}{STEPS}")[0]).jobs[1]


def test_needs_and_those_behind_them() -> None:
    text = f"  A:\n{STEPS}  b:\n    needs: a\n{STEPS}  c:\n    needs: [B, nobody]\n{STEPS}"
    found = shape_of(files_of(text)[0])
    assert [(job.id, job.written, job.needs, job.ancestors) for job in found.jobs] == [
        ("a", "A", (), frozenset()),
        ("b", "b", (0,), frozenset({0})),
        ("c", "c", (1,), frozenset({0, 1})),
    ]
    assert found.dependents == ((1,), (2,), ())


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("github.ref == 'refs/heads/main'", Runs.AFTER_SUCCESS),
        ("success() && github.ref == 'x'", Runs.AFTER_SUCCESS),
        ("failure()", Runs.AFTER_FAILURE),
        ("always()", Runs.ALWAYS),
        ("${{ !cancelled() }}", Runs.ALWAYS),
        ("always() && needs.lint.result == 'success'", Runs.ALWAYS),
        ("success() || failure()", Runs.ALWAYS),
    ],
)
def test_when_a_job_runs(condition: str, expected: Runs) -> None:
    assert one(f"if: {condition}").runs is expected


@pytest.mark.parametrize(
    ("keys", "fail_fast", "most"),
    [
        ("", True, None),
        ("strategy: {matrix: {a: [1, 2]}, fail-fast: false, max-parallel: 2}", False, 2),
        ("strategy: {matrix: {a: [1, 2]}, fail-fast: '${{ inputs.x }}', max-parallel: '${{ inputs.y }}'}", True, None),
        ("strategy: {matrix: {a: [1, 2]}, max-parallel: 0}", True, None),
    ],
)
def test_limits_within_a_matrix(keys: str, fail_fast: bool, most: int | None) -> None:
    found = one(keys)
    assert (found.fail_fast, found.max_parallel) == (fail_fast, most)


@pytest.mark.parametrize(
    ("concurrency", "expected"),
    [
        ("Deploy", Group("deploy")),
        ("{group: x, cancel-in-progress: true}", Group("x", cancels=True)),
        ("{group: x, queue: max}", Group("x", queues=True)),
        ("'${{ github.ref }}'", Group("${{ github.ref }}")),
        ("'${{ github.job }}'", None),
        ("'${{ matrix.os }}'", None),
        ("'${{ needs.lint.outputs.x }}'", None),
    ],
)
def test_groups(concurrency: str, expected: Group | None) -> None:
    assert one(f"concurrency: {concurrency}").group == expected


def test_a_failure_that_is_tolerated() -> None:
    assert one("continue-on-error: true").tolerated
    assert not one("continue-on-error: '${{ matrix.x }}'").tolerated


def test_a_circle_is_the_users_to_mend() -> None:
    with pytest.raises(UserError, match="a → b → a"):
        shape_of(files_of(f"  a:\n    needs: b\n{STEPS}  b:\n    needs: a\n{STEPS}")[0])
