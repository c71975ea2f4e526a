"""Which changes are worth having, compared with every set that there is."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needful.planning.selection import Minimum, balanced, cheaper, faster, select
from needful.schedule.predict import Weight

NONE = Minimum(0, 0)
SECONDS = Minimum(30, 0)


def plan(time: Callable[[frozenset[str]], float], every: str) -> Callable[[frozenset[str]], Weight]:
    """A plan's value by what it has, told from what it lacks."""

    def value(without: frozenset[str]) -> Weight:
        seconds = time(frozenset(every) - without)
        return Weight(seconds, seconds, 0)

    return value


def chosen(time: Callable[[frozenset[str]], float], every: str, minimum: Minimum = SECONDS) -> str:
    value = plan(time, every)
    found, _ = select(every, value, faster(minimum, value(frozenset(every))))
    return "".join(sorted(found))


def test_what_saves_nothing_is_not_chosen() -> None:
    assert chosen(lambda has: 600 - 100 * ("a" in has), "ab") == "a"


def test_what_saves_less_than_the_minimum_is_not_chosen() -> None:
    assert chosen(lambda has: 600 - 29 * ("a" in has) - 31 * ("b" in has), "ab") == "b"


def test_a_share_of_the_time_is_enough() -> None:
    assert chosen(lambda has: 100 - 6 * ("a" in has) - 4 * ("b" in has), "ab", Minimum(30, 0.05)) == "a"


def test_two_that_save_only_together_are_chosen_both() -> None:
    assert chosen(lambda has: 600 - 100 * ({"a", "b"} <= has), "ab") == "ab"


def test_of_two_that_each_do_it_alone_the_first_is_chosen() -> None:
    assert chosen(lambda has: 600 - 100 * bool({"a", "b"} & has), "ab") == "a"


def test_of_two_pairs_one_whole_pair_is_chosen() -> None:
    assert chosen(lambda has: 600 - 100 * ({"a", "c"} <= has or {"b", "d"} <= has), "abcd") in ("ac", "bd")


def test_what_became_worth_it_comes_back() -> None:
    many = "abcdefghijklmnop"
    assert len(chosen(lambda has: 600 - 100 * bool(has), many)) == 1, "half of all idle ones go at once"


def test_a_minimum_of_nothing_takes_everything() -> None:
    assert chosen(lambda has: 600, "ab", NONE) == "ab"


def test_a_verdict_that_comes_sooner_is_a_gain_too() -> None:
    def value(without: frozenset[str]) -> Weight:
        return Weight(600, 300 if "a" in without else 100, 0)

    assert select("a", value, faster(SECONDS, value(frozenset("a"))))[0] == {"a"}


def test_balanced_weighs_minutes_against_time() -> None:
    def value(without: frozenset[str]) -> Weight:
        # `a` saves 60 s for 3 minutes, `b` 60 s for half a minute
        return Weight(600 - 60 * (2 - len(without)), 0, 3 * ("a" not in without) + 0.5 * ("b" not in without))

    assert select("ab", value, balanced(SECONDS, value(frozenset("ab"))))[0] == {"b"}


def test_cost_asks_for_minutes_alone() -> None:
    def value(without: frozenset[str]) -> Weight:
        return Weight(600 - 300 * ("a" not in without), 0, 20 - 2 * ("b" not in without))

    assert select("ab", value, cheaper(Minimum(30, 0.05), value(frozenset("ab"))))[0] == {"b"}


JOBS = "abcde"


@st.composite
def graphs(draw: st.DrawFn) -> Callable[[frozenset[str]], float]:
    """A run as the longest of some chains, each made shorter by changes that it has in common with others."""
    chains = draw(
        st.lists(st.dictionaries(st.sampled_from(JOBS), st.integers(0, 200), max_size=4), min_size=1, max_size=4)
    )
    return lambda has: max(1000 - sum(saves for job, saves in one.items() if job in has) for one in chains)


@settings(max_examples=300)
@given(graphs())
def test_it_comes_within_two_percent_of_the_best_set(time: Callable[[frozenset[str]], float]) -> None:
    minimum = Minimum(1, 0)
    found = frozenset(chosen(time, JOBS, minimum))
    sets = chain.from_iterable(combinations(JOBS, size) for size in range(len(JOBS) + 1))
    best = min(time(frozenset(one)) for one in sets)
    assert time(found) <= best * 1.02
    for change in found:
        assert time(found - {change}) - time(found) >= 1, "each is worth having beside the others"


@pytest.mark.parametrize("count", [3, 20, 60])
def test_the_number_of_plans_that_are_weighed_stays_bounded(count: int) -> None:
    every = [f"c{number}" for number in range(count)]
    weighed = select(every, lambda without: Weight(600, 600, 0), faster(SECONDS, Weight(600, 600, 0)))[1]
    assert weighed <= 8 * count + 60
