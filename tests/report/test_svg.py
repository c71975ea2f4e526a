"""Timelines as SVG: well-formed, every bar where its times are, no text over a bar, another text or the edge."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.report.lanes import Panel
from needful.report.svg import WIDTH, timeline_svg
from needful.report.svg_style import stylesheet
from needful.report.svg_text import fitted, number, safe, width
from needful.schedule.model import Bar, StepBar, Timeline
from report import timelines
from report.drawn import SVG, Box, axes, boxes, root_of, seconds_of
from report.timelines import AFTER, BEFORE, HOSTILE, PAIR, bar, wide


def drawn(*panels: Panel, title: str = "CI", note: str = "") -> list[Box]:
    return list(boxes(root_of(timeline_svg(title, panels, note))))


def of(found: list[Box], name: str, style: str) -> list[Box]:
    return [box for box in found if box.of.startswith(f"{name}: ") and style in box.style.split()]


def test_every_bar_is_where_its_times_are() -> None:
    root = root_of(timeline_svg("CI", PAIR))
    found = list(boxes(root))
    for panel, axis, which in zip((BEFORE, AFTER), axes(root), (0, 1), strict=True):
        for leg in panel.bars:
            if leg.result == "skipped":
                continue
            box = of(found, leg.name, "bar")[which]
            assert axis.time(box.left) == pytest.approx(leg.start, abs=0.1)
            assert axis.time(box.right) == pytest.approx(leg.end, abs=0.1)
            wait = of(found, leg.name, "wait")[which]
            assert axis.time(wait.left) == pytest.approx(leg.eligible, abs=0.1)
            assert axis.time(wait.right) == pytest.approx(leg.start, abs=0.1)
            assert ("critical" in box.style.split()) == leg.critical
            assert ("failed" in box.style.split()) == (leg.result == "failure")


def test_both_panels_have_one_scale() -> None:
    before, after = axes(root_of(timeline_svg("CI", PAIR)))
    assert before == after


def test_rows_are_in_order_of_start() -> None:
    tops = [of(drawn(PAIR[0]), name, "bar")[0].top for name in ("lint", "unit (3.12)", "unit (3.13)", "build")]
    assert tops == sorted(tops)
    assert len(set(tops)) == 4


def test_the_critical_path_is_connected() -> None:
    root = root_of(timeline_svg("CI", PAIR[:1]))
    (axis,) = axes(root)
    found = list(boxes(root))
    links = [
        re.findall(r"[\d.]+", path.get("d", "")) for path in root.iter(f"{SVG}path") if path.get("class") == "tl-link"
    ]
    ends = [((float(link[0]), float(link[1])), (float(link[-2]), float(link[-1]))) for link in links]
    pairs = [("lint", "unit (3.13)"), ("unit (3.13)", "build")]
    for ((from_x, from_y), (to_x, to_y)), (sooner, later) in zip(ends, pairs, strict=True):
        assert axis.time(from_x) == pytest.approx(next(b.end for b in BEFORE.bars if b.name == sooner), abs=0.1)
        assert axis.time(to_x) == pytest.approx(next(b.eligible for b in BEFORE.bars if b.name == later), abs=0.1)
        assert from_y == pytest.approx(of(found, sooner, "bar")[0].bottom)
        assert to_y == pytest.approx(of(found, later, "bar")[0].top - 4)


def test_a_job_that_waited_for_the_runner_of_another_is_met_where_that_ended() -> None:
    timeline = Timeline((bar("a", 0, 50, critical=True), bar("b", 50, 90, eligible=0, critical=True)))
    root = root_of(timeline_svg("CI", [Panel("Now", timeline)]))
    (axis,) = axes(root)
    (link,) = [path.get("d", "") for path in root.iter(f"{SVG}path") if path.get("class") == "tl-link"]
    assert {round(axis.time(float(x)), 1) for x in re.findall(r"[ML]([\d.]+)", link)} == {50.0}


def test_legs_of_the_critical_path_that_run_side_by_side_are_not_connected() -> None:
    timeline = Timeline((bar("a", 0, 50, critical=True), bar("b", 0, 50, critical=True)))
    assert "tl-link" not in timeline_svg("CI", [Panel("Now", timeline)]).partition("</style>")[2]


def test_slack_ends_where_the_job_could() -> None:
    root = root_of(timeline_svg("CI", PAIR[1:]))
    (axis,) = axes(root)
    ends = {
        round(axis.time(float(line.get("x2", ""))))
        for line in root.iter(f"{SVG}line")
        if line.get("class") == "tl-slack"
    }
    assert ends == {150}


def test_what_is_said_of_the_run() -> None:
    root = root_of(timeline_svg("CI of tidewatch", PAIR, "replayed from 38 runs"))
    said = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    for text in ("CI of tidewatch", "replayed from 38 runs", "Before5m", "After2m 30s2m 30s less (50%)"):
        assert text in said
    assert "failed, 1m" in said
    assert said.count("skipped") == 3
    assert {"required checks 3m 50s", "required checks 2m 30s"} <= set(said)
    assert ["".join(e.itertext()) for e in root_of(timeline_svg("CI", PAIR[::-1])).iter(f"{SVG}tspan")][-1] == (
        "2m 30s more (100%)"
    )


def test_who_cannot_see_it_is_told() -> None:
    root = root_of(timeline_svg("CI", PAIR, ident="ci"))
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "ci-title ci-text")
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == "CI"
    assert root[1].text == (
        "Before: 5m. The critical path is lint (1m), unit (3.13) (2m 20s), build (1m). "
        "The required checks have reported after 3m 50s. "
        "After: 2m 30s. The critical path is unit (3.13) (2m 20s). The required checks have reported after 2m 30s."
    )


def test_each_bar_says_what_it_is() -> None:
    titles = {title.text for title in root_of(timeline_svg("CI", PAIR)).iter(f"{SVG}title")}
    assert "lint: 1m, waited 10s, on the critical path, longest step ruff (40s)" in titles
    assert "unit (3.12): 2m, waited 10s, could end 30s later" in titles
    assert "deploy: skipped" in titles


def test_steps_are_lines_and_names_where_there_is_room() -> None:
    steps = (StepBar("Set up job", 0, 10), StepBar("Run pytest", 10, 400), StepBar("Post", 400, 401))
    text = timeline_svg("CI", [Panel("Now", Timeline((bar("a", 0, 401, steps=steps),)))])
    said = [element.text for element in root_of(text).iter(f"{SVG}text")]
    assert "pytest" in said
    assert "Post" not in said
    assert text.count('class="tl-step"') == 1
    side_by_side = (StepBar("one", 0, 400), StepBar("two", 0, 400))
    text = timeline_svg("CI", [Panel("Now", Timeline((bar("a", 0, 401, steps=side_by_side),)))])
    assert "one" not in [element.text for element in root_of(text).iter(f"{SVG}text")]


def test_many_legs_are_an_area_as_high_as_they_are_many() -> None:
    timeline = Timeline(
        tuple(bar("test", leg // 10 * 100, leg // 10 * 100 + 100, name=f"test ({leg})") for leg in range(20))
    )
    text = timeline_svg("CI", [Panel("Now", timeline)])
    assert "20 legs, 10 at once" in text
    assert "up to 1m 40s" in text
    root = root_of(text)
    area = next(path for path in root.iter(f"{SVG}path") if path.get("class") == "tl-bar")
    points = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", area.get("d", ""))]
    assert max(points) - min(points) == 24
    half = Timeline((*timeline.bars[:10], *timeline.bars[10:15]))
    area = next(
        p for p in root_of(timeline_svg("CI", [Panel("Now", half)])).iter(f"{SVG}path") if p.get("class") == "tl-bar"
    )
    assert len(set(re.findall(r"[ML][\d.]+ ([\d.]+)", area.get("d", "")))) == 3


def test_many_legs_that_were_skipped_have_no_area() -> None:
    timeline = Timeline(tuple(bar("test", 5, 5, name=f"test ({leg})", result="skipped") for leg in range(20)))
    text = timeline_svg("CI", [Panel("Now", timeline)])
    assert "20 legs, 20 skipped" in text
    assert not [path for path in root_of(text).findall(f"{SVG}g/{SVG}g/{SVG}path") if path.get("class") == "tl-bar"]


def test_the_critical_one_of_many_legs_has_a_bar_of_its_own() -> None:
    found = drawn(Panel("Now", wide(64)))
    assert len([box for box in found if "critical" in box.style]) == 2  # and one in the legend
    assert of(found, "test-0 (63)", "bar")


@pytest.mark.parametrize(
    "timeline",
    [wide(256), wide(8, jobs=100), wide(1, jobs=256), wide(11, jobs=30), Timeline(()), Timeline((bar("a", 0, 0),))],
    ids=["legs", "both", "jobs", "thirty matrices", "nothing", "no time"],
)
def test_drawings_are_bounded(timeline: Timeline) -> None:
    text = timeline_svg("CI", [Panel("Before", timeline), Panel("After", timeline)])
    height = float(root_of(text).get("height", ""))
    assert height < 3800
    assert len(text) < 400_000


@pytest.mark.parametrize("seconds", [0.5, 20, 600, 21_600, 300_000])
def test_any_length_of_time_has_a_fitting_axis(seconds: float) -> None:
    root = root_of(timeline_svg("CI", [Panel("Now", Timeline((bar("a", seconds / 10, seconds),)), seconds)]))
    marks = [text.text for text in root.iter(f"{SVG}text") if text.get("class") == "tl-dim tl-tiny tl-middle"]
    assert marks[0] == "0"
    assert 1 <= len(marks) <= 12
    assert seconds_of(marks[-1] or "") <= seconds


@pytest.mark.parametrize("verdict", [1, 30, 59, 60])
def test_the_verdict_is_named_beside_its_line_and_inside_the_drawing(verdict: float) -> None:
    root = root_of(timeline_svg("CI", [Panel("Now", Timeline((bar("a", 0, 60),)), verdict)]))
    (axis,) = axes(root)
    (line, _legend) = [line for line in root.iter(f"{SVG}line") if line.get("class") == "tl-verdict"]
    x = float(line.get("x1", ""))
    assert axis.time(x) == pytest.approx(verdict, abs=0.1)
    (label,) = [box for box in boxes(root) if box.of.startswith("required checks ") and "tiny" in box.style]
    assert label.right <= WIDTH - 24
    assert min(abs(label.left - x), abs(label.right - x)) == pytest.approx(5)


def test_it_stands_by_itself_and_nothing_in_it_acts() -> None:
    text = timeline_svg("CI", PAIR)
    assert not re.search(r"<script|foreignObject|href|@import|@font-face|\son\w+=|style=", text)
    assert re.findall(r"url\(([^)]*)\)", text) == ["#timeline-hatch"] * text.count("url(")
    assert re.findall(r"https?://[^\"]*", text) == ["http://www.w3.org/2000/svg"]
    assert text == timeline_svg("CI", PAIR)


def test_two_drawings_of_one_page_share_no_id() -> None:
    one, other = (set(re.findall(r' id="([^"]*)"', timeline_svg("CI", PAIR, ident=ident))) for ident in "ab")
    assert one.isdisjoint(other)
    assert len(one) == len(other) == 3


def test_every_class_has_a_colour_in_both_schemes() -> None:
    light, _, dark = stylesheet().partition("@media (prefers-color-scheme:dark)")
    stepped = Timeline((bar("a", 0, 300, steps=(StepBar("make", 0, 300),)),))
    text = timeline_svg(HOSTILE, [*PAIR, Panel("x", wide(64)), Panel("y", stepped)])
    used = {name for names in re.findall(r'class="([^"]*)"', text) for name in names.split()}
    coloured = set(re.findall(r"\.(tl-[\w-]+)\{(?:fill|stroke):", light))
    assert coloured == set(re.findall(r"\.(tl-[\w-]+)\{(?:fill|stroke):", dark))
    sizes = {"tl-title", "tl-heading", "tl-small", "tl-tiny", "tl-right", "tl-middle"}
    assert used - sizes <= coloured
    assert used >= coloured - {"tl-loss", "tl-on-path"}


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_texts_can_be_read_on_what_lies_below_them(scheme: int) -> None:
    """https://www.w3.org/TR/WCAG22/#contrast-minimum."""
    style = stylesheet().split("@media")[scheme]
    fill = dict(re.findall(r"\.tl-([\w-]+)\{fill:(#\w+)\}", style))
    pairs = [(text, "page") for text in ("strong", "plain", "dim", "verdict-text", "bad", "gain", "loss")]
    pairs += [("on-bar", "bar"), ("on-critical", "critical"), ("on-critical", "failed")]
    for text, below in pairs:
        light, dark = sorted((_luminance(fill[text]), _luminance(fill[below])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, below)


def test_hostile_names_stay_text() -> None:
    timeline = Timeline(tuple(Bar(f"{n}{HOSTILE}", f"{n}{HOSTILE}", 0, 1, 60, "success", n == 0) for n in range(3)))
    text = timeline_svg(HOSTILE, [Panel(HOSTILE, timeline)], HOSTILE, "x")
    root = root_of(text)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        *("svg", "title", "desc", "style", "defs", "pattern", "line", "rect", "text", "tspan", "g")
    }
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ufffe\ud800]", text)
    assert any("<script>alert(1)</script>" in (title.text or "") for title in root.iter(f"{SVG}title"))


@given(timelines.panels(), st.text(max_size=200))
def test_no_text_lies_over_a_bar_another_text_or_the_edge(panels: tuple[Panel, ...], title: str) -> None:
    text = timeline_svg(title, panels, title)
    root = root_of(text)
    height = float(root.get("height", "nan"))
    found = list(boxes(root))
    texts = [box for box in found if box.style.startswith("text")]
    bars = [box for box in found if {"bar", "wait"} & set(box.style.split())]
    for box in texts:
        assert box.left >= 0, box
        assert box.right <= WIDTH, box
        assert box.top >= 0, box
        assert box.bottom <= height, box
        for below in bars:
            if "on-" in box.style and below.of == box.of and below.left <= box.left and box.right <= below.right:
                continue
            assert not box.meets(below), (box, below)
    for one, other in combinations(texts, 2):
        assert not one.meets(other), (one, other)


@given(st.text(), st.floats(5, 20), st.floats(10, 300), st.booleans())
def test_what_is_fitted_fits(text: str, size: float, room: float, middle: bool) -> None:
    short = fitted(text, size, room, middle=middle)
    assert width(short, size) <= max(room, width("…", size))
    assert short == safe(text) or "…" in short


def test_names_of_jobs_lose_their_middle_and_those_of_steps_their_end() -> None:
    assert fitted("integration tests (3.12)", 10, 100) == "integrat…s (3.12)"
    assert fitted("docker build --tag x .", 10, 100, middle=False) == "docker build --t…"


def test_widths_know_wide_letters_and_those_without_width() -> None:
    assert width("日本", 10) > width("ab", 10)
    assert width("e\u0301", 10) == width("e", 10)
    assert width("🚀", 10) > width("m", 10)
    assert width("é", 10) > width("e", 10)


def test_numbers_are_short() -> None:
    assert [number(value) for value in (1.0, 0.005, -0.001, 2.345678)] == ["1", "0.01", "0", "2.35"]
