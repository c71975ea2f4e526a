"""Which steps of a recorded job are whose, which ran side by side, and how long a job was busy."""

from __future__ import annotations

from history.recordings import job, step
from needful.history.fields import Place
from needful.history.model import JobRecord, StepRecord
from needful.history.rest import JobPart, parts_of
from needful.history.steps import Group, Part, groups, parts, ran, took, waited


def record(name: str = "test", start: float | None = 5, end: float | None = 65, **given: object) -> JobRecord:
    (part,) = parts_of(Place("x"), job(name, start, end) | given)
    assert isinstance(part, JobPart)
    return part.job


def steps(*rows: tuple[str, float, float]) -> tuple[StepRecord, ...]:
    return tuple(StepRecord(number, name, "success", *span) for number, (name, *span) in enumerate(rows, 1))


def named(*names: str) -> tuple[StepRecord, ...]:
    return tuple(StepRecord(number, name, "success") for number, name in enumerate(names, 1))


def test_the_runners_steps_stand_around_those_of_the_workflow() -> None:
    found = parts(
        named(
            *("Set up job", "Initialize containers", "Pull postgres:17", "Build x/y@v1", "Pre Run x/z@v2"),
            *("Run actions/checkout@v5", "Build the docs", "Post the news", "Parallel group"),
            *("Wait for all background steps", "Post Run x/z@v2", "Post Run actions/checkout@v5"),
            *("Stop containers", "Complete job"),
        )
    )
    counted = [Part.SETUP] * 5 + [Part.MAIN] * 3 + [Part.CONTROL] * 2 + [Part.POST] * 1
    # `Post Run x/z@v2` is the runner's only where a step `Run x/z@v2` stands: here only its `Pre` does
    assert found == (*counted[:-1], Part.MAIN, Part.POST, Part.END, Part.END)


def test_a_step_is_the_runners_only_where_that_could_stand() -> None:
    assert parts(named("Run make", "Set up job", "Complete job", "Run x")) == (Part.MAIN,) * 4
    assert parts(named("Set up job", "Run x", "Post Run y", "Complete job"))[2] is Part.MAIN
    assert parts(()) == ()


SIDE_BY_SIDE = steps(
    ("Set up job", 0, 2),
    ("Run install", 2, 20),
    ("Test the types", 20, 81),
    ("Check the docs", 20, 150),
    ("Parallel group", 20, 150),
    ("Run report", 150, 155),
)


def test_members_of_a_group_start_with_it_and_end_within() -> None:
    assert groups(SIDE_BY_SIDE) == (Group(4, (2, 3)),)


def test_steps_that_queued_for_a_place_belong_to_the_group_too() -> None:
    rows = [(f"t{number}", 0.0, 10.0) for number in range(10)]
    assert groups(steps(*rows, ("late", 10, 30), ("Parallel group", 0, 30))) == (Group(11, tuple(range(11))),)


def test_groups_are_kept_apart_and_a_control_step_alone_is_none() -> None:
    found = steps(
        ("a", 0, 5), ("b", 0, 3), ("Parallel group", 0, 5), ("c", 5, 6), ("d", 5, 9), ("Parallel group", 5, 9)
    )
    assert groups(found) == (Group(2, (0, 1)), Group(5, (3, 4)))
    assert groups(steps(("a", 0, 5), ("Parallel group", 6, 9))) == ()
    assert groups(named("a", "Parallel group")) == ()


def test_queue_times() -> None:
    assert waited(record(start=31, created_at=None)) is None
    assert waited(record(start=31)) == 30
    assert waited(record(start=0)) == 0  # the clocks of two machines
    assert waited(record(start=None, conclusion="skipped")) is None
    assert waited(record(start=5, end=5, conclusion="skipped")) is None
    assert waited(record(start=5, end=90, conclusion="cancelled")) is None  # before a runner had it


def test_a_job_with_needs_waits_from_when_they_end() -> None:
    first, second = record("a", 5, 100), record("b", 5, 70)
    assert waited(record(start=104), [first, second]) == 4
    assert waited(record(start=104), [record(start=None, end=None)]) == 103


def test_how_long_things_took() -> None:
    assert took(record(start=5, end=65)) == 60
    assert took(record(start=5, end=4)) == 0
    assert took(record(start=None, end=4)) is None


def test_what_ran() -> None:
    assert ran(record())
    assert ran(record(conclusion="cancelled", steps=[step(1, "Set up job", 5, 6)]))
    assert not ran(record(conclusion="skipped"))
    assert not ran(record(conclusion=None))
    assert not ran(record(end=None))
