"""Steps of a job: numbers worked out by hand, and what holds for any list of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dependence.made import files_of
from needful.schedule.model import StepBar
from needful.schedule.steps import MAX_BACKGROUND, Do, Instruction, arrange, instructions
from needful.workflow.model import Step

RUN, LAUNCH, WAIT, CANCEL = Do.RUN, Do.LAUNCH, Do.WAIT, Do.CANCEL


def end(bars: tuple[StepBar, ...]) -> float:
    return max((bar.end for bar in bars), default=0.0)


def group(*seconds: float) -> list[Instruction]:
    keys = tuple(str(number) for number in range(len(seconds)))
    return [Instruction(LAUNCH, key, took, key) for key, took in zip(keys, seconds, strict=True)] + [
        Instruction(WAIT, targets=keys)
    ]


def test_one_after_the_other() -> None:
    assert arrange([Instruction(RUN, "a", 3), Instruction(RUN, "b", 0), Instruction(RUN, "c", 4)], share=1) == (
        ("a", 0, 3, False),
        ("b", 3, 3, False),
        ("c", 3, 7, False),
    )


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.0, (61, 130)),
        (0.5, (61, 130)),  # together they want just the whole machine
        (0.75, (91.5, 160.5)),  # at two thirds of their speed while both run
        (1.0, (122, 191)),  # nothing is gained
    ],
)
def test_a_recorded_group_under_contention(share: float, expected: tuple[float, float]) -> None:
    """The steps of nuxt's run 30668200410: 61 and 130 seconds by themselves."""
    first, second = arrange(group(61, 130), share)
    assert (first.end, second.end) == pytest.approx(expected)


def test_background_steps_run_beside_what_follows() -> None:
    bars = arrange(
        [
            Instruction(LAUNCH, "server", 50, "server"),
            Instruction(LAUNCH, "fetch", 4, "fetch"),
            Instruction(RUN, "install", 10),
            Instruction(WAIT, targets=("fetch",)),
            Instruction(RUN, "test", 5),
            Instruction(CANCEL, targets=("server",)),
            Instruction(RUN, "report", 2),
        ]
    )
    assert [(bar.name, bar.start, bar.end) for bar in bars] == [
        ("server", 0, 15),
        ("fetch", 0, 4),
        ("install", 0, 10),
        ("test", 10, 15),
        ("report", 15, 17),
    ]


def test_the_job_waits_for_what_nobody_waits_for() -> None:
    assert end(arrange([Instruction(LAUNCH, "a", 9, "a"), Instruction(RUN, "b", 2)])) == 9
    assert end(arrange([Instruction(LAUNCH, "a", 9, "a"), Instruction(WAIT), Instruction(RUN, "b", 2)])) == 11


def test_ten_at_once() -> None:
    bars = arrange(group(*[5] * 11, 1))
    assert [bar.end for bar in bars] == [5] * 10 + [10, 6]


def test_a_step_that_waits_for_a_place_can_be_cancelled() -> None:
    todo = [*group(*[5] * MAX_BACKGROUND, 7)[:-1], Instruction(CANCEL, targets=("10",))]
    assert end(arrange(todo)) == 5


def test_the_forms_of_the_text() -> None:
    text = """  job:
    runs-on: ubuntu-latest
    steps:
      - {id: s, run: serve, background: true}
      - {run: anonymous, background: true}
      - parallel: [{run: a}, {run: b}]
      - wait: [s]
      - run: c
      - wait-all:
      - cancel: s
"""

    def told(step: Step) -> tuple[str, float]:
        return (step.run.value if step.run else ""), 1.0

    found = list(instructions(files_of(text)[0].jobs[0].steps, told))
    assert found == [
        (LAUNCH, "serve", 1, "s", None),
        (LAUNCH, "anonymous", 1, "1", None),
        (LAUNCH, "a", 1, "2/0", None),
        (LAUNCH, "b", 1, "2/1", None),
        (WAIT, "", 0, "", ("2/0", "2/1")),
        (WAIT, "", 0, "", ("s",)),
        (RUN, "c", 1, "", None),
        (WAIT, "", 0, "", None),
        (CANCEL, "", 0, "", ("s",)),
    ]


@st.composite
def lists(draw: st.DrawFn) -> list[Instruction]:
    made = []
    for number in range(draw(st.integers(0, 14))):
        do = draw(st.sampled_from((RUN, LAUNCH, LAUNCH, WAIT)))
        targets = None if draw(st.booleans()) else tuple(str(other) for other in range(number))
        made.append(Instruction(do, str(number), draw(st.integers(0, 20)), str(number), targets))
    return made


@given(lists(), st.sampled_from((0.0, 0.3, 0.5, 1.0)))
def test_what_holds_for_any_list(todo: list[Instruction], share: float) -> None:
    bars = arrange(todo, share)
    work = [one for one in todo if one.do in (RUN, LAUNCH)]
    assert [bar.name for bar in bars] == [one.name for one in work]
    for bar, one in zip(bars, work, strict=True):
        assert bar.end - bar.start >= one.seconds - 1e-6
    assert end(bars) <= sum(one.seconds for one in work) + 1e-6
    assert end(bars) >= share * sum(one.seconds for one in work) - 1e-6
    assert end(bars) >= end(arrange(todo)) - 1e-6 or share == 0
    assert bars == arrange(todo, share)
