"""What runs before and after a change say, and when they say nothing yet."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from needful.report.measured import MARKER, measured
from needful.schedule.measurement import Finding, Sample, measure


def runs(count: int, seconds: float, spread: float = 0.1, event: str = "push", seed: int = 1) -> list[Sample]:
    draw = random.Random(seed)
    return [Sample(event, seconds * draw.gauss(1, spread), frozenset({"test"})) for _ in range(count)]


def test_a_clear_gain_is_seen_with_its_range() -> None:
    found = measure(runs(40, 600), runs(20, 400, seed=2), -0.3, seed=1)
    assert found.finding is Finding.FASTER
    assert found.low < -1 / 3 < found.high < 0
    assert (found.runs_before, found.runs_after, found.same_work) == (40, 20, True)


def test_a_loss_is_said_as_one() -> None:
    assert measure(runs(40, 400), runs(20, 600, seed=2), -0.3, seed=1).finding is Finding.SLOWER


def test_too_few_runs_say_how_many_are_needed() -> None:
    found = measure(runs(40, 600, 0.3), runs(3, 590, 0.3, seed=2), -0.2, seed=1)
    assert found.finding is Finding.TOO_FEW
    assert 20 < found.needed < 80
    text = measured(found, "on this branch")
    assert f"not enough runs yet: 3 of {found.needed} needed to see a change of 20%" in text


def test_two_runs_never_carry_a_claim() -> None:
    assert measure(runs(40, 600, 0.01), runs(2, 300, 0.01), -0.5, seed=1).finding is Finding.TOO_FEW


def test_many_alike_runs_say_that_nothing_changed() -> None:
    assert measure(runs(200, 600), runs(200, 600, seed=5), -0.2, seed=1).finding is Finding.NO_CHANGE


def test_a_smaller_change_needs_more_runs() -> None:
    sides = runs(40, 600, 0.3), runs(4, 590, 0.3, seed=2)
    assert measure(*sides, -0.1, seed=1).needed == pytest.approx(4 * measure(*sides, -0.2, seed=1).needed, abs=4)


def test_runs_of_different_events_are_not_compared() -> None:
    before = [*runs(40, 600), *runs(40, 100, event="pull_request")]
    after = runs(20, 100, event="pull_request", seed=3)
    found = measure(before, after, None, seed=1)
    assert found.events == ("pull_request",)
    assert found.finding is not Finding.FASTER, "all together the runs would look six times faster"
    assert found.runs_before == 40


def test_without_a_common_event_nothing_is_said() -> None:
    found = measure(runs(5, 600), runs(5, 600, event="schedule"), -0.2, seed=1)
    assert found.finding is Finding.NOTHING_ALIKE
    assert measured(found, "on this branch") == (
        f"{MARKER}\n\n**Measured on this branch:** no run of the same event has ended on both sides yet."
    )


def test_other_work_is_named() -> None:
    before, after = runs(20, 600), [sample._replace(work=frozenset({"test", "docs"})) for sample in runs(20, 400)]
    found = measure(before, after, None, seed=1)
    assert (found.gone, found.new) == ((), ("docs",))
    text = measured(found, "on `main`")
    assert "Not the same jobs and steps ran on both sides" in text
    assert "- only after: `docs`" in text


@pytest.mark.parametrize(
    ("predicted", "words"),
    [(-0.34, "Predicted was -34%, which lies within that range."), (-0.8, "which lies outside of that range.")],
)
def test_the_promise_stands_beside_the_measurement(predicted: float, words: str) -> None:
    assert words in measured(measure(runs(40, 600), runs(40, 415, seed=2), predicted, seed=1), "here")


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    inside = 0
    for seed in range(60):
        found = measure(runs(30, 600, seed=seed), runs(30, 480, seed=1000 + seed), None, seed=seed)
        inside += found.low <= -0.2 <= found.high
    assert inside >= 52, f"{inside} of 60"


@given(st.lists(st.tuples(st.sampled_from(["push", "schedule"]), st.floats(0, 1e5)), max_size=6), st.integers(0, 9))
@example([("push", 5e-324), ("push", 1.0)], 0)
def test_any_runs_give_the_same_answer_twice(given_runs: Sequence[tuple[str, float]], seed: int) -> None:
    samples = [Sample(event, seconds) for event, seconds in given_runs]
    found = measure(samples[::2], samples[1::2], -0.1, seed)
    assert found == measure(samples[::2], samples[1::2], -0.1, seed)
    assert found.low <= found.high
    assert MARKER in measured(found, "here")
