"""Durations that were measured elsewhere: each with its source, ascending, and read as they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.facts import table
from needful.facts.actions import catalogued
from needful.facts.durations import distribution, of_action

NAMES = sorted(table("durations.json")["durations"])


@pytest.mark.parametrize("name", NAMES)
def test_every_distribution_says_where_it_comes_from_and_ascends(name: str) -> None:
    found = distribution(name)
    assert found.what
    assert found.source
    assert found.date.startswith("20")
    shares, values = zip(*found.quantiles, strict=True)
    assert list(shares) == sorted(set(shares))
    assert list(values) == sorted(values)
    assert min(shares) >= 0
    assert max(shares) <= 1


@given(st.sampled_from(NAMES), st.floats(0, 1), st.floats(0, 1))
def test_more_lie_below_what_is_more(name: str, one: float, other: float) -> None:
    found = distribution(name)
    assert found.at(min(one, other)) <= found.at(max(one, other))
    assert found.quantiles[0][1] <= found.at(one) <= found.quantiles[-1][1]


@pytest.mark.parametrize(("share", "seconds"), [(0, 1), (0.25, 1), (0.375, 2), (0.5, 3), (0.9, 28), (0.995, 700)])
def test_values_between_the_known_ones(share: float, seconds: float) -> None:
    assert distribution("queue-linux").at(share) == pytest.approx(seconds)


def test_actions_that_somebody_measured() -> None:
    found = of_action("actions/checkout")
    assert found is not None
    assert found.name == "checkout"
    assert of_action("somebody/else") is None


def test_every_action_and_distribution_is_known() -> None:
    for name, actions in table("durations.json")["actions"].items():
        assert name in NAMES
        for action in actions:
            assert catalogued(action, "") is not None, action
