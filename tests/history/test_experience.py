"""What recorded runs say of the jobs of a workflow, by job, leg and step."""

from __future__ import annotations

import pytest

from needful.dependence.experience import AtOnce, Experience, JobExperience, StepTime, high, told, typical
from needful.history.experience import experience_of
from needful.history.model import JobRecord, RunRecord, StepRecord
from schedule.made import matcher, record, run, step

TEST = "  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/cache@v6\n      - run: make\n"
LEGS = "    strategy:\n      matrix: {os: [linux, macos]}\n"


def known(text: str, *runs: RunRecord, job: str = "test") -> JobExperience:
    found = experience_of(matcher(text), runs)
    assert found is not None
    return found.jobs[job]


def with_steps(*steps: StepRecord) -> JobRecord:
    return record("test", 0, 60, steps=steps)


def test_cases_are_those_that_ended_by_themselves_the_earliest_first() -> None:
    runs = [
        run(record("test", 0, 30), number=2, day=1),
        run(record("test", 0, 20), number=1),
        run(record("test", 0, 90, "failure", steps=(step(1, "Run make", 0, 90),)), number=3, day=2),
        run(record("test", 0, 70, "cancelled", steps=(step(1, "Run make", 0, 70),)), number=4, day=3),
        run(record("test", 0, 21_600, "timed_out", steps=(step(1, "Run make", 0, 9),)), number=5, day=4),
        run(record("test", 0, 0, "skipped"), number=6, day=5),
    ]
    found = known(TEST, *runs)
    assert [(case.run, case.seconds, case.passed) for case in found.cases] == [
        (0, 20, True),
        (1, 30, True),
        (2, 90, False),
    ]
    assert [case.seconds for case in found.passed] == [20, 30]
    assert found.overdue == 1
    assert found.cases[0].pool == "linux"


def test_nothing_is_known_without_runs_of_its_jobs() -> None:
    assert experience_of(matcher(TEST), ()) is None
    assert experience_of(matcher(TEST), [run(record("other", 0, 30))]) is None


def test_jobs_go_by_their_ids() -> None:
    text = TEST.replace("  test:", "  Test:")
    workflow = matcher(text)
    found = experience_of(workflow, [run(record("Test", 0, 30))], AtOnce(20))
    assert isinstance(found, Experience)
    assert found.of(workflow.workflow.jobs[0]) is found.jobs["test"]
    assert found.at_once == AtOnce(20)


def test_legs_go_by_their_combinations() -> None:
    text = TEST.replace("    steps", LEGS + "    steps")
    both = run(record("test (linux)", 0, 30), record("test (macos)", 0, 50))
    found = known(text, both, run(record("test (linux)", 0, 40), number=2, day=1))
    assert not found.unseen
    seconds = {leg: [case.seconds for case in cases] for leg, cases in found.legs()}
    assert seconds == {(("os", "linux"),): [30, 40], (("os", "macos"),): [50]}


@pytest.mark.parametrize(
    ("text", "jobs"),
    [
        pytest.param(
            TEST.replace("    steps", LEGS + "    steps"), [record("test (linux)", 0, 30)], id="a leg is missing"
        ),
        pytest.param(
            TEST.replace("    steps", "    strategy: {matrix: '${{ fromJSON(vars.LEGS) }}'}\n    steps"),
            [record("test (linux)", 0, 30), record("test (macos)", 0, 30)],
            id="only the run knows the legs",
        ),
        pytest.param(
            TEST, [record("test", 0, 30, "failure", steps=(step(1, "Run make", 0, 30),))], id="it never succeeded"
        ),
    ],
)
def test_what_was_never_recorded_is_said(text: str, jobs: list[JobRecord]) -> None:
    assert known(text, run(*jobs)).unseen


def test_steps_have_their_time_and_that_of_their_end() -> None:
    workflow = matcher(TEST)
    recorded = with_steps(
        step(1, "Set up job", 0, 2),
        step(2, "Run actions/cache@v6", 2, 12),
        step(3, "Run make", 12, 50),
        step(6, "Post Run actions/cache@v6", 50, 57),
        step(7, "Complete job", 57, 57),
    )
    found = experience_of(workflow, [run(recorded)])
    assert found is not None
    (case,) = found.jobs["test"].cases
    cache, make = workflow.workflow.jobs[0].steps
    assert case.step(cache) == StepTime(10, 7)
    assert case.step(make) == StepTime(38)


def test_the_end_of_steps_that_share_a_name_is_not_known() -> None:
    text = TEST.replace("      - run", "      - uses: actions/cache@v6\n      - run")
    recorded = with_steps(
        step(2, "Run actions/cache@v6", 2, 12),
        step(3, "Run actions/cache@v6", 12, 14),
        step(4, "Run make", 14, 50),
        step(6, "Post Run actions/cache@v6", 50, 57),
        step(7, "Post Run actions/cache@v6", 57, 59),
    )
    (case,) = known(text, run(recorded)).cases
    assert {time.post for time in case.steps.values()} == {None}


@pytest.mark.parametrize(
    ("name", "end", "expected"),
    [
        ("Run actions/cache@v4", "Post Run actions/cache@v4", True),
        ("Cache what Composer fetches", "Post Cache what Composer fetches", True),
        ("Run actions/cache/restore@v6", "Complete job", False),
        ("Run acme/lint@v1", "Post Run acme/lint@v1", False),
    ],
)
def test_a_cache_that_the_workflow_has_no_more_is_remembered(name: str, end: str, expected: bool) -> None:
    recorded = with_steps(step(1, name, 0, 9), step(2, "Run make", 9, 50), step(3, end, 50, 57))
    text = TEST.replace("      - uses: actions/cache@v6\n", "")
    assert known(text, run(recorded)).lost_cache is expected


def test_skipped_steps_have_no_time() -> None:
    recorded = with_steps(step(2, "Run actions/cache@v6", 2, 2, "skipped"), step(3, "Run make", 2, 50))
    (case,) = known(TEST, run(recorded)).cases
    assert [time.seconds for time in case.steps.values()] == [48]


def test_jobs_of_called_workflows_are_not_those_of_the_caller() -> None:
    text = TEST + "  call:\n    uses: acme/workflows/.github/workflows/x.yml@v1\n"
    found = experience_of(matcher(text), [run(record("test", 0, 30), record("call / inner", 0, 90))])
    assert found is not None
    assert list(found.jobs) == ["test"]


def test_the_99th_percentile_is_a_value_that_was_measured() -> None:
    assert high([5.0]) == 5
    assert high([float(value) for value in range(1, 51)]) == 50
    assert high([float(value) for value in range(1, 201)]) == 198
    assert typical([1.0, 2.0, 9.0]) == 2


def test_seconds_are_told_in_a_unit_that_fits() -> None:
    assert [told(8.2), told(99), told(150)] == ["8 s", "99 s", "2.5 min"]
