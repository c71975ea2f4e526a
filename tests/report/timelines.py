"""Timelines, made by hand or at random, for the tests of the drawings."""

from __future__ import annotations

from hypothesis import strategies as st

from needful.report.lanes import Panel
from needful.schedule.model import Bar, StepBar, Timeline

HOSTILE = (
    'x"]; click a href "javascript:alert(1)"\n%%{init: {"theme":"dark"}}%% `</title><script>alert(1)</script>`'
    " #quot; section : & ﬂ°°60¶ß \x1b[31m \u202e end ]]> --> \ufffe\ud800"
)


def bar(
    job: str,
    start: float,
    end: float,
    *,
    eligible: float | None = None,
    name: str = "",
    result: str = "success",
    critical: bool = False,
    slack: float = 0.0,
    steps: tuple[StepBar, ...] = (),
) -> Bar:
    return Bar(job, name or job, start if eligible is None else eligible, start, end, result, critical, slack, steps)


BEFORE = Timeline(
    (
        bar("lint", 10, 70, eligible=0, critical=True, steps=(StepBar("setup", 10, 30), StepBar("ruff", 30, 70))),
        bar("unit", 80, 200, eligible=70, name="unit (3.12)", slack=30),
        bar("unit", 90, 230, eligible=70, name="unit (3.13)", critical=True),
        bar("build", 240, 300, eligible=230, critical=True),
        bar("deploy", 300, 300, result="skipped"),
    )
)
AFTER = Timeline(
    (
        bar("lint", 10, 70, eligible=0, slack=80),
        bar("unit", 10, 130, eligible=0, name="unit (3.12)", slack=20),
        bar("unit", 10, 150, eligible=0, name="unit (3.13)", critical=True),
        bar("build", 10, 70, eligible=0, result="failure", slack=80),
        bar("deploy", 150, 150, result="skipped"),
    )
)
PAIR = (Panel("Before", BEFORE, 230), Panel("After", AFTER, 150))


def wide(legs: int, *, jobs: int = 1) -> Timeline:
    """Jobs with many legs, of which twenty run at once; the longest one is critical."""
    made = [
        bar(
            f"test-{job}",
            100 * (leg // 20) + leg % 7,
            100 * (leg // 20) + leg % 7 + 60 + leg % 31,
            eligible=0,
            name=f"test-{job} ({leg})",
            result="failure" if leg % 50 == 49 else "success",
            critical=job == 0 and leg == legs - 1,
        )
        for job in range(jobs)
        for leg in range(legs)
    ]
    return Timeline(tuple(made))


_SECONDS = st.floats(0, 30_000).map(lambda seconds: round(seconds, 1))
_NAMES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["section", "title x", "click a", "%%{init: {}}%%", "end", "gantt", "---", "run", "", " ", HOSTILE]
    ),
)


@st.composite
def bars(draw: st.DrawFn) -> Bar:
    eligible = draw(_SECONDS)
    start = eligible + draw(_SECONDS)
    end = start + draw(_SECONDS)
    result = draw(st.sampled_from(["success", "success", "failure", "cancelled", "timed_out", "skipped"]))
    name = draw(_NAMES)
    return bar(
        draw(st.one_of(st.just(name), st.sampled_from(["a", "b", "c"]))),
        start,
        start if result == "skipped" else end,
        eligible=start if result == "skipped" else eligible,
        name=name,
        result=result,
        critical=draw(st.booleans()),
        slack=draw(_SECONDS),
    )


@st.composite
def panels(draw: st.DrawFn) -> tuple[Panel, ...]:
    """One or two timelines of up to twelve bars."""
    return tuple(
        Panel(draw(_NAMES), Timeline(tuple(draw(st.lists(bars(), max_size=12)))), draw(st.none() | _SECONDS))
        for _ in range(draw(st.integers(1, 2)))
    )
