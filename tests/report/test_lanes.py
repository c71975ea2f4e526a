"""What of timelines is drawn, what is folded, and how times read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.report.durations import duration, ticks
from needful.report.lanes import Panel, at_once, ended, lanes, leg_labels, unusual
from needful.schedule.model import Timeline
from report import timelines
from report.timelines import AFTER, BEFORE, PAIR, bar


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.04, "0s"),
        (0.4, "0.4s"),
        (9.94, "9.9s"),
        (9.96, "10s"),
        (45.4, "45s"),
        (59.6, "1m"),
        (130, "2m 10s"),
        (3599.6, "1h"),
        (3929, "1h 5m"),
        (3931, "1h 6m"),
        (86_399, "1d"),
        (273_600, "3d 4h"),
        (-61, "-1m 1s"),
    ],
)
def test_durations_read_as_on_github(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@given(st.floats(0, 3_000_000), st.integers(2, 12))
def test_ticks_are_few_and_even(span: float, most: int) -> None:
    found = ticks(span, most)
    assert found[0] == 0
    assert len(found) <= most + 1
    assert found[-1] <= span
    assert len({later - sooner for sooner, later in pairwise(found)}) <= 1
    if span > 2 * most:
        assert len(found) > most / 3


def test_jobs_stand_in_order_of_start_and_legs_below_each_other() -> None:
    before, after = lanes(PAIR, 20)
    assert [(lane.label, len(lane.bars)) for lane in before] == [("lint", 1), ("unit", 2), ("build", 1), ("deploy", 1)]
    assert [lane.label for lane in after] == ["lint", "unit", "build", "deploy"]
    assert not any(lane.folded for lane in (*before, *after))


def test_legs_are_folded_where_there_is_no_room_for_them() -> None:
    for rows in lanes(PAIR, 4):
        assert {lane.label: lane.folded for lane in rows} == {
            "lint": False,
            "unit": True,
            "build": False,
            "deploy": False,
        }


def test_the_critical_jobs_and_the_longest_are_drawn_and_the_rest_are_counted() -> None:
    before, after = lanes(PAIR, 3)
    assert [lane.label for lane in before] == ["lint", "unit", "… and 2 more"]
    assert [lane.label for lane in after] == ["lint", "unit", "… and 2 more"]
    assert before[-1].rest == 2
    assert {leg.job for leg in before[-1].bars} == {"build", "deploy"}


def test_a_job_of_one_panel_only_is_a_row_of_that_panel_only() -> None:
    split = Panel("After", Timeline((*AFTER.bars, bar("new", 0, 5))))
    before, after = lanes((Panel("Before", BEFORE), split), 20)
    assert "new" not in [lane.label for lane in before]
    assert "new" in [lane.label for lane in after]


@given(timelines.panels(), st.integers(2, 30))
def test_every_bar_is_in_one_row_and_rows_are_bounded(panels: tuple[Panel, ...], most: int) -> None:
    for panel, rows in zip(panels, lanes(panels, most), strict=True):
        drawn = [leg for lane in rows for leg in lane.bars]
        assert sorted(map(id, drawn)) == sorted(map(id, panel.timeline.bars))
        assert sum(1 if lane.folded else len(lane.bars) for lane in rows) <= most
        starts = [lane.start for lane in rows if not lane.rest]
        assert starts == sorted(starts)
        assert not any(lane.rest for lane in rows[:-1])


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (["unit (3.12)", "unit (3.13)"], ("3.12", "3.13")),
        (["unit (linux, 3.1)", "unit (linux, 3.2)"], ("linux, 3.1", "linux, 3.2")),
        (["call / build", "call / test (1)"], ("build", "test (1)")),
        (["linux build", "linux test"], ("linux build", "linux test")),
        (["same", "same"], ("same", "same")),
        (["unit (a) b", "unit (c)"], ("a) b", "c)")),
    ],
)
def test_legs_are_told_apart_by_what_differs(names: list[str], labels: tuple[str, ...]) -> None:
    assert leg_labels([bar("job", 0, 1, name=name) for name in names]) == labels


def test_how_many_run_and_wait_at_once() -> None:
    bars = [bar("a", 2, 10, eligible=0), bar("a", 5, 8, eligible=0), bar("a", 10, 12)]
    assert at_once(bars, waiting=False) == ((2, 1), (5, 2), (8, 1), (10, 1), (12, 0))
    assert at_once(bars, waiting=True) == ((0, 2), (2, 1), (5, 0))
    assert at_once([], waiting=True) == ()


def test_ends_are_said_in_words() -> None:
    ends = [bar("a", 0, 1, result=word) for word in ("failure", "success", "timed_out", "failure")]
    assert unusual(ends) == ("2 failed", "1 timed out")
    assert ended("success") == "success"
