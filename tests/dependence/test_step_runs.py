"""What the interpreter of steps finds harmful is never proved: jobs and rewrites of them made at random."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dependence.interpreter import jobs_of
from dependence.made import situation
from dependence.step_generated import changed, made, text_of
from dependence.step_interpreter import Steps, harm
from needful.dependence.parts import Part
from needful.dependence.proof import prove
from needful.planning.planner import Choice
from needful.rules.api import Tier
from rules.cases import CI, plan_files


def is_proved(before: Steps, after: Steps) -> bool:
    old, new = situation(text_of(before)), situation(text_of(after))
    return all(each.shown for each in prove(old, new, None, frozenset({Part.ORDER})))


@given(st.integers(0, 10**9))
@settings(max_examples=max(300, settings().max_examples))
def test_what_is_proved_changes_nothing_that_counts(seed: int) -> None:
    chance = random.Random(seed)
    before = made(chance)
    after = changed(before, chance)
    if is_proved(before, after):
        assert harm(before, after) == ""


@given(st.integers(0, 10**9))
@settings(max_examples=max(150, settings().max_examples))
def test_what_the_rules_do_changes_nothing_that_counts(seed: int) -> None:
    before = made(random.Random(seed))
    choice = Choice(Tier.TRADE, only=frozenset({"background-step", "parallel-steps"}))
    after = plan_files({CI: text_of(before).encode()}, choice).after.text
    assert harm(before, jobs_of(after)["job"]["steps"][1:]) == ""


def test_some_is_proved_and_some_is_harmful() -> None:
    found: Counter[tuple[bool, bool]] = Counter()
    for seed in range(400):
        chance = random.Random(seed)
        before = made(chance)
        after = changed(before, chance)
        found[is_proved(before, after), bool(harm(before, after))] += 1
    assert not found[True, True]
    assert found[True, False] > 8
    assert found[False, True] > 100


@pytest.mark.parametrize(
    ("first", "second", "harmful"),
    [
        ("ruff check", "mypy .", False),
        ("ruff check", "eslint .", False),
        ("pytest", "vitest run", True),
        ("pytest", "pytest --cov", True),
        ("ruff check --fix", "mypy .", True),
        ("echo 1 > d.txt", "cat d.txt", True),
        ('echo "V=x" >> "$GITHUB_ENV"', 'echo "$V"', True),
        ('echo "$V"', 'echo "V=x" >> "$GITHUB_ENV"', False),
    ],
)
def test_the_interpreter_and_the_proof_agree_on_what_is_plain(first: str, second: str, harmful: bool) -> None:
    steps: Steps = [{"name": "one", "run": first}, {"name": "two", "run": second}]
    after: Steps = [{"parallel": steps}]
    assert bool(harm(steps, after, tries=60)) == harmful
    assert is_proved(steps, after) != harmful
