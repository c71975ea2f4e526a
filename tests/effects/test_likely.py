"""What people call a step: a guess, and when there is none."""

from __future__ import annotations

import pytest

from dependence.made_steps import printed
from needful.effects.likely import likely, measures


@pytest.mark.parametrize(
    ("step", "kinds"),
    [
        ("make lint", {"lint"}),
        ("./ci/check-format", {"lint", "format"}),
        ("npm run test:unit", {"test"}),
        ("{name: Type check, run: ./ci/all}", {"lint"}),
        ("{name: typeCheck, run: ./ci/all}", {"lint"}),
        ("make type-check", {"lint", "types"}),
        ("bundle exec rake linter:style", {"lint"}),
        ("{name: Docs, run: ./ci/all}", {"build"}),
        ("make security-scan", {"scan"}),
        # nobody says, or more than a check is said
        ("./ci/all", set()),
        ("make format", set()),
        ("{name: Lint and fix, run: ./ci/all}", set()),
        ("{name: Test the deployment, run: ./ci/deploy}", set()),
        ("make lint release", set()),
        ("{name: Check, run: 'git diff --exit-code'}", set()),
        ("{name: Test, run: './one && ./db/reset'}", set()),
        ('{run: "make lint\\nmake a\\nmake b\\nmake c"}', set()),
        ("{uses: actions/checkout@v7}", set()),
    ],
)
def test_what_a_step_seems_to_check(step: str, kinds: set[str]) -> None:
    (known,) = printed(step)
    assert likely(known.step).kinds == kinds


def test_a_script_that_nobody_reads_says_nothing() -> None:
    (known,) = printed("make lint " + "x" * 5000)
    assert likely(known.step).kinds == frozenset()
    assert likely(known.step).runners == {"make"}
    assert not measures(known.step)


@pytest.mark.parametrize(
    ("step", "spoiled"),
    [
        ("pytest bench", True),
        ("{name: Benchmarks, run: ./ci/all}", True),
        ("make perf-test", True),
        ("cargo bench", True),
        ("pytest tests", False),
        ("{uses: actions/checkout@v7}", False),
    ],
)
def test_what_measures_how_fast_something_is(step: str, spoiled: bool) -> None:
    (known,) = printed(step)
    assert measures(known.step) == spoiled
