"""What GitHub's API returns, in every shape that people keep it in, and what is wrong with it, with its place."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.recordings import REPOSITORY, ZERO, at, job, run, step
from needful.errors import UserError
from needful.history import fields, files
from needful.history.model import RunRecord, StepRecord
from needful.history.reading import Reading, read_runs

RUNS = [run(71), run(72, begun=1000)]
JOBS = [job("lint", job_id=1), job("test", job_id=2), job("lint", 1005, 1065, run_id=72, job_id=3, created_at=at(1001))]


def reading(*texts: str | bytes, name: str = "runs.json") -> Reading:
    return read_runs((name, text.encode() if isinstance(text, str) else text) for text in texts)


def read(*values: object) -> Reading:
    return reading(*(json.dumps(value) for value in values))


def names(found: Reading) -> dict[int, list[str]]:
    return {one.id: [job.name for job in one.jobs] for one in found.runs}


def said(found: Reading) -> list[str]:
    return [str(problem) for problem in found.problems]


SHAPES: dict[str, list[str]] = {
    "pages of runs and of jobs": [json.dumps({"workflow_runs": RUNS}), json.dumps({"total_count": 3, "jobs": JOBS})],
    "jobs first": [json.dumps({"jobs": JOBS}), json.dumps({"workflow_runs": RUNS})],
    "lists": [json.dumps(RUNS), json.dumps(JOBS)],
    "one list of everything": [json.dumps([*JOBS, *RUNS])],
    "a list of pages": [json.dumps([{"workflow_runs": RUNS}, {"jobs": JOBS[:1]}, {"jobs": JOBS[1:]}])],
    "runs and jobs in one object": [json.dumps({"runs": RUNS, "jobs": JOBS})],
    "runs with their jobs": [
        json.dumps([{**one, "jobs": [job for job in JOBS if job["run_id"] == one["id"]]} for one in RUNS])
    ],
    "runs with the page of their jobs": [
        json.dumps([{**one, "jobs": {"jobs": [job for job in JOBS if job["run_id"] == one["id"]]}} for one in RUNS])
    ],
    "by id": [json.dumps({str(one["id"]): one for one in RUNS}), json.dumps({str(one["id"]): one for one in JOBS})],
    "one a line": ["\n".join(json.dumps(one) for one in [*RUNS, *JOBS])],
    "pages behind each other": [json.dumps({"workflow_runs": RUNS}) + json.dumps({"jobs": JOBS})],
    "pages over several lines": [json.dumps({"workflow_runs": RUNS}, indent=2) + json.dumps({"jobs": JOBS}, indent=2)],
    "events of webhooks": [
        json.dumps({"action": "completed", kind: one})
        for kind, some in (("workflow_run", RUNS), ("workflow_job", JOBS))
        for one in some
    ],
}


@pytest.mark.parametrize("texts", SHAPES.values(), ids=SHAPES)
def test_every_shape_gives_the_same_runs(texts: list[str]) -> None:
    assert reading(*texts) == Reading(read(RUNS, JOBS).runs, files=len(texts))
    assert names(reading(*texts)) == {71: ["lint", "test"], 72: ["lint"]}


@pytest.mark.parametrize(
    "encoded", [gzip.compress, lambda data: data.decode().encode("utf-16")], ids=["gzip", "utf-16"]
)
def test_bytes_as_tools_write_them(encoded: Callable[[bytes], bytes]) -> None:
    assert names(reading(encoded(json.dumps([*RUNS, *JOBS]).encode()))) == {71: ["lint", "test"], 72: ["lint"]}


def test_what_is_kept_of_a_run() -> None:
    steps = [step(1, "Set up job", 5, 6), step(2, "Run make", 6, 60, conclusion="failure")]
    (found,) = read(run(), job("test", steps=steps, conclusion="failure", labels=["self-hosted", "arm"])).runs
    assert found == RunRecord(
        id=71,
        attempt=1,
        workflow="CI",
        path=".github/workflows/ci.yml",
        event="push",
        branch="main",
        head_sha="a" * 40,
        conclusion="success",
        created=ZERO,
        started=ZERO,
        updated=ZERO + 300,
        repository=REPOSITORY,
        jobs=found.jobs,
    )
    (one,) = found.jobs
    assert (one.id, one.name, one.conclusion, one.labels) == (1, "test", "failure", ("self-hosted", "arm"))
    assert (one.created, one.started, one.completed) == (ZERO + 1, ZERO + 5, ZERO + 65)
    assert one.steps == (
        StepRecord(1, "Set up job", "success", ZERO + 5, ZERO + 6),
        StepRecord(2, "Run make", "failure", ZERO + 6, ZERO + 60),
    )


def test_nothing_about_people_is_kept() -> None:
    assert "eeper" not in repr(read(run(), job("test")))


def test_missing_and_null_fields_are_no_error() -> None:
    found = read(
        {"id": 5, "event": None}, {"run_id": 5, "name": "x", "steps": None, "labels": None, "started_at": None}
    )
    assert found.problems == ()
    assert names(found) == {5: ["x"]}
    assert found.runs[0].attempt == 1


def test_zones_are_honoured_and_the_year_one_is_no_time() -> None:
    steps = [step(1, "a", 0, 0, started_at="2026-03-02T20:00:07.250+08:00", completed_at="0001-01-01T00:00:00Z")]
    assert read(job("x", steps=steps)).runs[0].jobs[0].steps[0] == StepRecord(1, "a", "success", ZERO + 7.25, None)


def test_the_reference_behind_a_path_goes() -> None:
    paths = ["a.yml@refs/heads/main", "b@c.yaml", "d.yml@x.yml"]
    found = read(*(run(number, path=path) for number, path in enumerate(paths, 1)))
    assert [one.path for one in found.runs] == ["a.yml", "b@c.yaml", "d.yml"]


def test_jobs_without_their_run_make_one() -> None:
    found = read(job("lint", head_branch="topic"), job("test", job_id=2))
    (one,) = found.runs
    assert found.alone == 1
    assert (one.id, one.attempt, one.workflow, one.branch, one.head_sha) == (71, 1, "CI", "topic", "a" * 40)
    assert (one.path, one.event, one.conclusion, one.created, one.repository) == ("", "", "", None, REPOSITORY)


def test_an_earlier_attempt_takes_after_the_run_that_is_known() -> None:
    found = read(run(run_attempt=2, begun=500, created_at=at(0)), job("lint"), job("lint", 505, 560, run_attempt=2))
    first, second = found.runs
    assert (first.attempt, first.path, first.event, first.conclusion) == (1, second.path, "push", "")
    assert (first.created, first.started, second.started) == (ZERO, None, ZERO + 500)
    assert found.alone == 1


def test_the_file_of_a_workflow_is_taken_from_its_other_runs_where_they_agree() -> None:
    alone = job("lint", run_id=80)
    assert [one.path for one in read(run(), alone).runs] == [".github/workflows/ci.yml"] * 2
    two = read(run(), run(72, path=".github/workflows/other.yml"), alone).runs
    assert {one.id: one.path for one in two}[80] == ""


def test_of_two_records_of_one_thing_the_fuller_counts() -> None:
    early = [run(conclusion=None, updated_at=at(20)), job("test", end=None, conclusion=None)]
    late = [run(), job("test", conclusion="failure", steps=[step(1, "Set up job", 5, 6)])]
    for order in ([early, late], [late, early]):
        (one,) = read(*order).runs
        assert (one.conclusion, one.jobs[0].conclusion, len(one.jobs[0].steps)) == ("success", "failure", 1)


def test_jobs_without_an_id_are_kept_apart() -> None:
    jobs = [job("a", job_id=0), job("b", job_id=0), job("a", job_id=0)]
    assert names(read(jobs)) == {71: ["a", "b"]}


def test_jobs_carried_over_by_a_re_run_are_marked() -> None:
    again = {"run_attempt": 2}
    found = read(
        run(**again, created_at=at(0), run_started_at=at(1000)),
        job("before it was made", 5, 65, job_id=1, **again, created_at=at(1003)),
        job("before the attempt", 5, 65, job_id=2, **again),
        job("skipped before", 5, 5, job_id=3, **again, conclusion="skipped", created_at=at(5)),
        job("anew", 1010, 1060, job_id=4, **again, created_at=at(1003)),
        job("not begun", None, None, job_id=5, **again, conclusion=None),
    )
    assert [one.carried for one in found.runs[0].jobs] == [True, True, True, False, False]


def test_a_first_attempt_carries_nothing_over() -> None:
    assert not read(run(), job("clocks differ", 0, 65, created_at=at(1))).runs[0].jobs[0].carried


BROKEN: dict[str, tuple[Any, str]] = {
    "a run id that is a text": (run(id="71"), "id: expected a whole number, found the text '71'"),
    "a run id that is true": (run(id=True), "id: expected a whole number, found true"),
    "an attempt below zero": (run(run_attempt=-1), "run_attempt: expected a whole number, found the number -1"),
    "a fraction": (run(run_attempt=1.5), "run_attempt: expected a whole number, found the number 1.5"),
    "too many digits": (run(id=1 << 70), "id: expected a whole number, found the number that has too many digits"),
    "a run without id": ({"run": {"name": "x"}}, "run: a run without `id`"),
    "a name that is a list": (job([]), "name: expected a text, found a list"),  # type: ignore[arg-type]
    "a name without end": (job("x" * 3000), "name: a text of 3,000 characters; over 2,000 is no name"),
    "a job without name": ({"run_id": 3}, "a job without `name`"),
    "a job of no run": ({"jobs": [{"name": "x"}]}, "jobs[0]: a job without `run_id`, and in no run"),
    "no object": (["x"], "[0]: expected an object, found the text 'x'"),
    "null": (None, "expected an object, found null"),
    "steps that are no list": (job("x", steps={}), "steps: expected a list, found an object"),
    "a step that is none": (job("x", steps=[7]), "steps[0]: expected an object, found the number 7"),
    "a label that is none": (job("x", labels=["a", 3]), "labels[1]: expected a text, found the number 3"),
    "a time that is a number": (
        job("x", steps=[step(1, "a", 1, 2), step(2, "b", 2, 3, started_at=5)]),
        "steps[1].started_at: expected a time such as 2026-03-01T12:00:00Z, found the number 5",
    ),
    "a time that is none": (
        run(created_at="yesterday"),
        "created_at: expected a time such as 2026-03-01T12:00:00Z, found the text 'yesterday'",
    ),
    "a time without zone": (
        run(created_at="2026-03-01T12:00:00"),
        "created_at: expected a time with its zone, such as 2026-03-01T12:00:00Z, found the text '2026-03-01T12:00:00'",
    ),
    "lists in lists": ([[[[[[]]]]]], "[0][0][0][0][0]: runs and jobs nest deeper than any page of GitHub's API"),
    "jobs by name": (run(jobs={"jobs": {"lint": 3.0}}), "jobs.jobs: expected a list, found an object"),
}


@pytest.mark.parametrize(("value", "message"), BROKEN.values(), ids=BROKEN)
def test_a_wrong_type_is_named_with_its_place(value: object, message: str) -> None:
    assert said(read(value)) == [f"runs.json: {message}"]


def test_what_github_answered_is_said() -> None:
    (problem,) = read({"message": "Not Found", "status": "404"}).problems
    assert problem.message == "neither a run nor a job nor a page of them; GitHub said 'Not Found'"
    assert "actions/runs" in problem.hint


def test_one_broken_record_does_not_lose_the_others() -> None:
    found = read(
        {"workflow_runs": [run(71), run(id=[]), run(73)]}, {"jobs": [job("a"), job("b", labels=3), job("c", job_id=3)]}
    )
    assert names(found) == {71: ["a", "c"], 73: []}
    assert said(found) == [
        "runs.json: workflow_runs[1].id: expected a whole number, found a list",
        "runs.json: jobs[1].labels: expected a list, found the number 3",
    ]


def test_one_broken_line_does_not_lose_the_others() -> None:
    lines = [
        json.dumps(run(71)),
        '{"id": 72, "event": "pu',
        "",
        json.dumps(run(73)),
        '{"id": 74, "event": 5}',
        "nonsense",
    ]
    found = reading("\n".join(lines), name="runs.jsonl")
    assert list(names(found)) == [71, 73]
    assert [(problem.line, problem.message.split(":")[0]) for problem in found.problems] == [
        (2, "no JSON"),
        (5, "event"),
        (6, "no JSON"),
    ]


def test_a_broken_file_gives_one_error_with_its_line() -> None:
    (problem,) = reading('{\n  "workflow_runs": [\n    {"id": }\n').problems
    assert (problem.path, problem.line, problem.message) == ("runs.json", 3, "no JSON: Expecting value at column 12")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\xff", "neither JSON nor gzip: the bytes are no text"),
        (b"\x1f\x8b\x08\x00nonsense", "a gzip file that cannot be unpacked"),
        (b"[" * 100_000, "values nest too deep"),
        (b'{"id": NaN}', "no JSON: NaN is no number of JSON"),
        (b'{"id": ' + b"9" * 5000 + b"}", "no JSON: Exceeds the limit"),
    ],
)
def test_hostile_bytes_are_an_error(data: bytes, message: str) -> None:
    (problem,) = reading(data).problems
    assert problem.message.startswith(message)


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 1000)
    monkeypatch.setattr(fields, "MAX_ITEMS", 3)
    bomb = gzip.compress(b" " * 100_000)
    assert len(bomb) < 1000
    assert said(reading(bomb)) == ["runs.json: files over 1,000 bytes are not read (cut it into several files)"]
    assert said(read({"jobs": [1] * 4})) == ["runs.json: jobs: a list of 4 entries; over 3 are not read"]


@pytest.mark.parametrize(
    ("home", "branch"),
    [({"full_name": "Mallory/copy"}, "Mallory:main"), ({"full_name": REPOSITORY.upper()}, "main"), (None, "main")],
)
def test_a_branch_of_a_fork_is_not_taken_for_ours(home: object, branch: str) -> None:
    (found,) = read({"workflow_runs": [run(head_repository=home)]}).runs
    assert found.branch == branch


def test_problems_are_counted_and_the_first_are_shown() -> None:
    found = read([7] * 250)
    assert (found.wrong, len(found.problems)) == (250, 100)


_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["id", "run_id", "name", "jobs", "run", "workflow_runs", "steps", "event", "5", "repository"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)


@given(_JSON)
def test_whatever_comes_is_read_or_said(value: object) -> None:
    found = read(value)
    assert all(isinstance(problem, UserError) for problem in found.problems)
    assert found.wrong == len(found.problems)


@given(st.binary(max_size=200))
def test_whatever_bytes_come_are_read_or_said(data: bytes) -> None:
    found = reading(data, name="x.jsonl")
    assert found.runs or found.wrong or not data.strip(b" \t\r\n") or data.strip() in (b"[]", b"{}")


@given(st.permutations([*RUNS, *JOBS]))
def test_the_order_of_records_makes_no_difference(values: list[Any]) -> None:
    assert read(*values).runs == read(RUNS, JOBS).runs


# --- recordings from public repositories ----------------------------------------------------------------------------


def shared_files(folder: Path, *named: str) -> Iterable[tuple[str, bytes]]:
    return ((name, (folder / "timing-data" / name).read_bytes()) for name in named)


def counts(found: Reading) -> tuple[int, int, int, int]:
    jobs = [job for one in found.runs for job in one.jobs]
    return len(found.runs), len(jobs), sum(len(job.steps) for job in jobs), sum(job.carried for job in jobs)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (("stencil-speed/jobs.json", "stencil-speed/workflow_runs.json"), (296, 296, 1762, 32)),
        (("devlake/runs.json", "devlake/jobs_all_history.json"), (74, 110, 917, 0)),
        (("otel-cicd-action/all_history.json",), (7, 18, 134, 0)),
        (("actions-timeline/workflow.json", "actions-timeline/workflow_job.json"), (1, 1, 8, 0)),
        (("actions-timeline/workflow_gantt_sp.test.extracted.json",), (2, 5, 17, 0)),
    ],
)
def test_recorded_runs_are_read(shared: Path, files: tuple[str, ...], expected: tuple[int, int, int, int]) -> None:
    found = read_runs(shared_files(shared, *files))
    assert found.problems == ()
    assert counts(found) == expected


@pytest.mark.parametrize(
    "name", ["ghalogs-example/run.json", "autoware-ci-metrics/workflow_runs/health-check-2026.jsonl"]
)
def test_recordings_of_other_tools_are_said_to_be_none(shared: Path, name: str) -> None:
    found = read_runs(shared_files(shared, name))
    assert found.wrong > 0
    assert found.runs == ()
