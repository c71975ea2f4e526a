"""Timelines as Mermaid charts, read back by Mermaid itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from needful.report.gantt import gantt
from needful.report.lanes import Panel
from needful.schedule.model import Timeline
from report import timelines
from report.timelines import BEFORE, HOSTILE, PAIR, bar, wide

LIMIT = 50_000
"""Characters that GitHub takes for a chart."""
Ask = Callable[[str], dict[str, Any]]


def test_a_pair_of_charts() -> None:
    _, after = gantt(PAIR)
    assert after == (
        '%%{init: {"gantt": {"displayMode": "compact", "leftPadding": 75, "barHeight": 18, "barGap": 3}}}%%\n'
        "gantt\n"
        "  dateFormat HH:mm:ss\n"
        "  axisFormat %M:%S\n"
        "  todayMarker off\n"
        "  title After\n"
        "  section run\n"
        "    2m 30s, 2m 30s less : active, 00:00:00, 150s\n"
        "    · : done, 00:02:30, 150s\n"
        "    2m 30s required checks : milestone, 00:02:30, 0s\n"
        "  section lint\n"
        "    · : done, 00:00:00, 10s\n"
        "    1m : 00:00:10, 60s\n"
        "  section unit\n"
        "    · : done, 00:00:00, 10s\n"
        "    2m 3.12 : 00:00:10, 120s\n"
        "    · : done, 00:00:00, 10s\n"
        "    2m 20s 3.13 : crit, 00:00:10, 140s\n"
        "  section build\n"
        "    · : done, 00:00:00, 10s\n"
        "    1m failed : 00:00:10, 60s\n"
        "  section deploy\n"
        "    · skipped : milestone, 00:02:30, 0s\n"
    )


def test_a_run_that_gets_longer_says_so() -> None:
    before, after = gantt(PAIR[::-1])
    assert "    2m 30s : active, " in before
    assert "    5m, 2m 30s more : active, " in after
    assert "less" not in before


def test_the_same_run_twice_claims_nothing() -> None:
    for chart in gantt((PAIR[0], PAIR[0])):
        assert "    5m : active, " in chart


def test_many_legs_are_one_line_and_the_critical_one_another() -> None:
    (chart,) = gantt([Panel("Now", wide(64))])
    assert chart.endswith(
        "  section test-0\n"
        "    64 legs, 1 failed, up to 1m 30s : 00:00:00, 395s\n"
        "    · : done, 00:00:00, 300s\n"
        "    1m 1s 63 : crit, 00:05:00, 61s\n"
    )


@pytest.mark.parametrize("timeline", [wide(256), wide(8, jobs=100), wide(1, jobs=256)], ids=["legs", "both", "jobs"])
def test_charts_are_bounded(timeline: Timeline) -> None:
    for chart in gantt([Panel("x" * 500, timeline)]):
        assert len(chart) < LIMIT / 5
        assert chart.count("\n") <= 8 + 40 * 3


def test_nothing_to_draw() -> None:
    assert gantt([]) == ()
    (chart,) = gantt([Panel("Nothing ran", Timeline(()))])
    assert chart.endswith("  section run\n    0s : active, 00:00:00, 0s\n")


def test_runs_of_days_have_days_on_their_axis() -> None:
    (chart,) = gantt([Panel("Soak", Timeline((bar("soak", 90_000, 200_000),)))])
    assert "  axisFormat day %-j, %H:%M\n" in chart
    assert "  1d 7h : 2001-01-02 01:00:00, 110000s" in chart
    (chart,) = gantt([Panel("Soak", Timeline((bar("soak", 0, 20_000),)))])
    assert "  axisFormat %H:%M\n" in chart


def test_no_name_leaves_its_line_or_holds_what_mermaid_obeys() -> None:
    names = ("section", "title", "click", "", "%%{", "---", HOSTILE)
    timeline = Timeline(tuple(bar(name, 0, 5, name=name) for name in names))
    (chart,) = gantt([Panel(HOSTILE, timeline)])
    body = chart.partition("todayMarker off\n")[2]
    assert not re.search(r"[#;<>`\"{}%&°¶ß]", body)
    for line in body.splitlines()[1:]:
        assert re.fullmatch(r"  section [^:]+|    [\d·][^:]* : (?:\w+, )?\d\d:\d\d:\d\d, \d+s", line)


def test_what_mermaid_puts_for_other_characters_is_not_taken_for_them() -> None:
    (chart,) = gantt([Panel("Now", Timeline((bar("a", 0, 5, name="ﬂ°°35¶ß"),)))])
    assert "  section ﬂoo35Pss\n" in chart


def test_sections_of_one_name_stay_apart() -> None:
    long = "a job with a name that is far too long to be shown {} whole, on any screen"
    timeline = Timeline((bar("run", 0, 5), bar("a", 0, 5, name=long.format(1)), bar("b", 0, 5, name=long.format(2))))
    (chart,) = gantt([Panel("Now", timeline)])
    assert "  section run (2)\n" in chart
    assert chart.count("  section a job with a name t") == 2
    assert " (2)\n" in chart.split("  section a job")[2]


@pytest.mark.judged
@pytest.mark.slow
class TestMermaid:
    def test_reads_what_was_meant(self, ask_mermaid: Ask) -> None:
        before, after = map(ask_mermaid, gantt(PAIR))
        assert before["title"] == "Before"
        assert before["sections"] == ["run", "lint", "unit", "build", "deploy"]
        work = [task for task in before["tasks"] if not task["done"]]
        assert [(task["section"], task["start"], task["end"], task["crit"]) for task in work] == [
            ("run", 0, 300, False),
            ("run", 230, 230, False),
            ("lint", 10, 70, True),
            ("unit", 80, 200, False),
            ("unit", 90, 230, True),
            ("build", 240, 300, True),
            ("deploy", 300, 300, False),
        ]
        waits = [task for task in before["tasks"] if task["done"]]
        assert [(task["start"], task["end"]) for task in waits] == [(0, 10), (70, 80), (70, 90), (230, 240)]
        assert max(task["end"] for task in before["tasks"]) == max(task["end"] for task in after["tasks"])

    @settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
    @given(panels=timelines.panels())
    def test_reads_every_chart_as_it_was_meant(self, ask_mermaid: Ask, panels: tuple[Panel, ...]) -> None:
        span = max(max(panel.timeline.makespan, panel.verdict or 0) for panel in panels)
        for chart in gantt(panels):
            said = ask_mermaid(chart)
            assert said.get("kind") == "gantt", (said, chart)
            lines = chart.splitlines()
            assert len(said["sections"]) == sum(line.startswith("  section ") for line in lines)
            assert len(said["tasks"]) == sum(line.startswith("    ") for line in lines)
            assert len(set(said["sections"])) == len(said["sections"])
            assert abs(max(task["end"] for task in said["tasks"]) - span) <= 1.5

    def test_bites(self, ask_mermaid: Ask) -> None:
        (chart,) = gantt([Panel("Now", BEFORE)])
        assert "error" in ask_mermaid(chart.replace("lint\n", "lint\n    : broken\n", 1).replace(" : ", " ", 1))
        torn = ask_mermaid(chart.replace("section lint", "section lint\n  section torn"))
        assert torn["sections"] != ask_mermaid(chart)["sections"]
