"""Which changes are worth having, compared with every set that there is."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needful.planning.selection import Aim, Minimum, Objective, select
from needful.schedule.predict import Weight

ANY = Minimum(0, 0)
Time = Callable[[frozenset[str]], float]


def plan(time: Time, every: str, minutes: Time = lambda has: 0) -> Callable[[frozenset[str]], Weight]:
    """A plan's value by what it has, told from what it lacks."""

    def value(without: frozenset[str]) -> Weight:
        has = frozenset(every) - without
        return Weight(time(has), time(has), minutes(has))

    return value


def chosen(
    time: Time, every: str, minimum: Minimum = ANY, objective: Objective = "latency", minutes: Time = lambda has: 0
) -> str:
    value = plan(time, every, minutes)
    return "".join(sorted(select(every, value, value(frozenset(every)), Aim(objective, minimum))))


def test_what_saves_nothing_is_not_chosen() -> None:
    assert chosen(lambda has: 600 - 100 * ("a" in has), "ab") == "a"


def test_two_that_save_only_together_are_chosen_both() -> None:
    assert chosen(lambda has: 600 - 100 * ({"a", "b"} <= has), "ab") == "ab"


def test_of_two_that_each_do_it_alone_the_first_is_chosen() -> None:
    assert chosen(lambda has: 600 - 100 * bool({"a", "b"} & has), "ab") == "a"


def test_of_two_pairs_one_whole_pair_is_chosen() -> None:
    assert chosen(lambda has: 600 - 100 * ({"a", "c"} <= has or {"b", "d"} <= has), "abcd") in ("ac", "bd")


def test_many_small_gains_are_one_large_gain() -> None:
    every = "abcdefghij"
    assert len(chosen(lambda has: 600 - 5 * len(has), every)) >= 9, "each saves less than a hundredth of the run"


@pytest.mark.parametrize(
    ("saved", "minimum", "expected"),
    [
        (29, Minimum(30, 0.05), ""),
        (31, Minimum(30, 0.05), "a"),
        (29, Minimum(30, 0.04), "a"),
        (29, Minimum(20, 0.50), "a"),
    ],
)
def test_all_together_must_save_what_is_asked_for(saved: float, minimum: Minimum, expected: str) -> None:
    assert chosen(lambda has: 600 - saved * ("a" in has), "a", minimum) == expected


def test_a_verdict_that_comes_sooner_is_a_gain_too() -> None:
    def value(without: frozenset[str]) -> Weight:
        return Weight(600, 300 if "a" in without else 100, 0)

    assert select("a", value, value(frozenset("a")), Aim()) == {"a"}


def test_balanced_weighs_minutes_against_time() -> None:
    def minutes(has: frozenset[str]) -> float:
        return 3 * ("a" in has) + 0.5 * ("b" in has)

    assert chosen(lambda has: 600 - 60 * len(has), "ab", objective="balanced", minutes=minutes) == "b"


def test_cost_asks_for_minutes_alone() -> None:
    def minutes(has: frozenset[str]) -> float:
        return 20 - 2 * ("b" in has)

    assert chosen(lambda has: 600 - 300 * ("a" in has), "ab", objective="cost", minutes=minutes) == "b"
    assert chosen(lambda has: 600, "ab", Minimum(0, 0.2), "cost", minutes) == "", "a tenth is less than a fifth"


def test_many_that_do_nothing_go_in_a_few_steps() -> None:
    seen: list[frozenset[str]] = []

    def value(without: frozenset[str]) -> Weight:
        seen.append(without)
        return Weight(600, 600, 0)

    every = [f"c{number}" for number in range(60)]
    assert select(every, value, Weight(600, 600, 0), Aim(minimum=ANY)) == frozenset()
    assert len(seen) <= 250, "each plan takes milliseconds"


JOBS = "abcde"


@st.composite
def graphs(draw: st.DrawFn) -> Time:
    """A run as the longest of some chains, each made shorter by changes that it has in common with others."""
    chains = draw(
        st.lists(st.dictionaries(st.sampled_from(JOBS), st.integers(0, 200), max_size=4), min_size=1, max_size=4)
    )
    return lambda has: max(1000 - sum(saves for job, saves in one.items() if job in has) for one in chains)


@settings(max_examples=300)
@given(graphs())
def test_it_comes_within_two_percent_of_the_best_set_and_needs_all_that_it_has(time: Time) -> None:
    found = frozenset(chosen(time, JOBS))
    sets = chain.from_iterable(combinations(JOBS, size) for size in range(len(JOBS) + 1))
    best = min(time(frozenset(one)) for one in sets)
    assert time(found) <= best + 0.02 * 1000
    for change in found:
        assert time(found - {change}) > best + 0.01 * 1000, "it could be spared"
