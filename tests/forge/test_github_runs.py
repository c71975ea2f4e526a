from __future__ import annotations

import pytest

from forge.samples import Connect
from github_server.answer import Reply, failed
from github_server.server import Server
from github_server.talk import add_run
from needful.errors import UserError
from needful.forge.github.connection import Kept
from needful.forge.github.service import GitHub
from needful.forge.outcomes import ComeBack, Denied, Stop
from needful.history.model import RunRecord

Known = dict[int, RunRecord]


def sync(github: GitHub, known: Known, newest: int = 100, since: float = 0.0) -> list[int]:
    """What a store does: remember what comes. Returns the ids in the order they came."""
    came = []

    def is_known(number: int, attempt: int) -> bool:
        return number in known and known[number].attempt == attempt

    for run in github.new_runs(".github/workflows/ci.yml", is_known, newest, since):
        assert isinstance(run, RunRecord)
        known[run.id] = run
        came.append(run.id)
    return came


def test_a_run_comes_whole(github: GitHub, server: Server) -> None:
    add_run(server.state, 1, jobs=3)
    known: Known = {}
    assert sync(github, known) == [1]
    run = known[1]
    assert (run.path, run.event, run.conclusion, run.attempt) == (".github/workflows/ci.yml", "push", "success", 1)
    assert [job.name for job in run.jobs] == ["job 0", "job 1", "job 2"]
    job = run.jobs[2]
    assert (job.started or 0) - (job.created or 0) == 5
    assert (job.completed or 0) - (job.started or 0) == 62


@pytest.mark.slow
def test_a_hundred_new_runs_cost_a_hundred_and_one_requests(connect: Connect, server: Server) -> None:
    for number in range(1, 101):
        add_run(server.state, number)
    known: Known = {}
    kept: dict[str, Kept] = {}
    github = connect(kept=kept)
    assert sync(github, known) == list(range(100, 0, -1))
    assert len(server.asked) == 101

    server.forget()  # nothing new
    assert sync(github, known) == []
    assert [(asked.status, asked.conditional) for asked in server.asked] == [(304, True)]

    for number in range(101, 201):
        add_run(server.state, number)
    server.forget()  # a hundred more
    assert sync(github, known) == list(range(200, 100, -1))
    assert len(server.asked) <= 105

    server.forget()  # another process, with what was kept
    assert sync(connect(kept=kept), known) == []
    assert [asked.status for asked in server.asked] == [304]


def test_only_the_window_is_asked_for(github: GitHub, server: Server) -> None:
    for number in range(1, 31):
        add_run(server.state, number)
    assert sync(github, {}, newest=10) == list(range(30, 20, -1))
    since = 1_770_000_000.0 + 28 * 600
    assert sync(github, {}, since=since) == [30, 29, 28]
    # another window is another question, whatever the tag of the first one says
    assert len(sync(github, {}, newest=20)) == 20


def test_a_late_one_among_known_ones_is_found(github: GitHub, server: Server) -> None:
    for number in range(1, 31):
        add_run(server.state, number)
    known: Known = {}
    server.state.runs[20]["status"] = "in_progress"
    late = server.state.runs[20]["id"]
    assert late not in sync(github, known)
    server.state.runs[20]["status"] = "completed"
    assert sync(github, known) == [late]


def test_a_new_attempt_is_a_new_record(github: GitHub, server: Server) -> None:
    add_run(server.state, 1)
    known: Known = {}
    sync(github, known)
    add_run(server.state, 1, attempt=2)
    assert sync(github, known) == [1]
    assert known[1].attempt == 2


@pytest.mark.slow
def test_more_than_a_thousand_come_in_slices(github: GitHub, server: Server) -> None:
    for number in range(1, 2301):
        add_run(server.state, number, jobs=0)
    known: Known = {number: RunRecord(number, 1, "", "", "", "", "", "", None, None, None) for number in range(6, 2301)}
    assert sync(github, known, newest=3000) == [5, 4, 3, 2, 1]
    slices = {asked.query.get("created", "") for asked in server.asked}
    assert len(slices) == 3
    assert len(server.asked) == 5 + 24


def test_many_jobs_come_in_pages(github: GitHub, server: Server) -> None:
    add_run(server.state, 1, jobs=230)
    known: Known = {}
    sync(github, known)
    assert len(known[1].jobs) == 230
    assert len(server.asked) == 1 + 3


def test_a_sync_that_broke_off_goes_on_where_it_ended(connect: Connect, server: Server) -> None:
    for number in range(1, 21):
        add_run(server.state, number)
    kept: dict[str, Kept] = {}
    github, known = connect(kept=kept), Known()
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1770009999"}
    server.fail("GET .*/jobs", failed(403, "API rate limit exceeded")._replace(headers=headers), nth=8)
    with pytest.raises(Stop) as stopped:
        sync(github, known)
    assert stopped.value.reason == ComeBack(1770009999.0, "API rate limit exceeded")
    assert sorted(known) == list(range(14, 21))
    server.forget()
    assert sync(github, known) == list(range(13, 0, -1))  # the tag of the first page was not kept
    assert len(server.asked) == 1 + 13


def test_a_broken_run_does_not_hide_the_others(github: GitHub, server: Server) -> None:
    for number in range(1, 4):
        add_run(server.state, number)
    # GitHub would not send it: not the server's contract is looked at here, but our reading
    body = {"total_count": 1, "jobs": [{"id": "no number", "run_id": 2, "name": "x"}]}
    server.fail("GET .*/runs/2/", failed(200, "")._replace(body=body))
    came = list(github.new_runs("ci.yml", lambda number, attempt: False, 10))
    assert [run.id for run in came if isinstance(run, RunRecord)] == [3, 1]
    (broken,) = [run for run in came if isinstance(run, UserError)]
    assert "expected a whole number" in str(broken)


def test_many_runs_within_one_second_end_all_the_same(github: GitHub, server: Server) -> None:
    """GitHub shows a thousand of them, and there is no question that would show the others."""
    page = {"total_count": 5000, "workflow_runs": [_plain_run(number) for number in range(100)]}
    link = {"link": f'<{server.url}/x?page=2>; rel="next"'}
    server.fail("GET .*/runs", Reply(200, page, link), times=1000)
    assert list(github.new_runs("ci.yml", lambda number, attempt: True, 5000)) == []
    assert len(server.asked) == 20


def _plain_run(number: int) -> dict[str, object]:
    return {"id": number + 1, "run_attempt": 1, "event": "push", "created_at": "2026-03-01T12:00:00Z"}


def test_a_run_without_a_number_is_told(github: GitHub, server: Server) -> None:
    page = {"total_count": 2, "workflow_runs": [{"event": "push"}, _plain_run(1)]}
    server.fail("GET .*/runs", Reply(200, page))
    broken, whole = list(github.new_runs("ci.yml", lambda number, attempt: False, 10))
    assert isinstance(broken, UserError)
    assert isinstance(whole, RunRecord)


def test_who_may_not_read_runs_is_told(github: GitHub, server: Server) -> None:
    server.fail("GET .*/runs", failed(403, "Resource not accessible by integration"))
    with pytest.raises(Stop) as stopped:
        sync(github, {})
    assert stopped.value.reason == Denied(
        "the runs of .github/workflows/ci.yml", "Resource not accessible by integration"
    )
