"""The store: what is added comes back, twice is once, two processes may use it, a damaged file is set aside."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.recordings import REPOSITORY, ZERO, at, job, run, step
from needful.errors import UserError
from needful.history.fields import Place
from needful.history.model import JobRecord, RunRecord, StepRecord
from needful.history.packing import packed, unpacked
from needful.history.reading import joined, merged
from needful.history.rest import parts_of
from needful.history.store import Added, Entry, Store, Stored, SyncState

PATH = ".github/workflows/ci.yml"


def records(*values: object) -> tuple[RunRecord, ...]:
    parts = []
    for value in values:
        for part in parts_of(Place("x"), value):  # type: ignore[arg-type]
            assert not isinstance(part, UserError)
            parts.append(part)
    return joined(parts)


STEPS = [step(1, "Set up job", 5, 6), step(2, "Run make", 6, 60)]
RUNS = records(run(71), run(72, begun=900), job("test", steps=STEPS), job("test", 905, 960, run_id=72, job_id=4))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


def test_what_is_added_comes_back(file: Path) -> None:
    with Store(file) as store:
        assert store.add(RUNS) == Added(new=2)
    with Store(file) as store:
        assert store.runs(REPOSITORY, PATH) == RUNS
        assert store.runs(REPOSITORY.upper(), PATH, newest=1) == RUNS[1:]
        assert store.warnings == ()


def test_to_add_twice_changes_nothing(file: Path) -> None:
    with Store(file) as store:
        store.add(RUNS)
        assert store.add(RUNS) == Added(known=2)
        assert store.runs(REPOSITORY, PATH) == RUNS


def test_an_attempt_that_ended_or_grew_replaces_what_was_known(file: Path) -> None:
    early = records(run(conclusion=None), job("a", end=None, conclusion=None))
    late = records(run(), job("a"), job("b", job_id=2))
    with Store(file) as store:
        assert store.add(early) == Added(new=1)
        assert store.add(late) == Added(grown=1)
        assert store.runs(REPOSITORY, PATH) == late
        assert store.add(early) == Added(known=1)
        assert store.runs(REPOSITORY, PATH) == late


def test_runs_and_their_jobs_may_come_one_after_the_other(file: Path) -> None:
    with Store(file) as store:
        store.add(records(job("test", steps=STEPS)))
        store.add(records(run()))
        assert store.runs(REPOSITORY, PATH) == records(run(), job("test", steps=STEPS))


def test_what_was_carried_over_shows_once_the_run_is_known(file: Path) -> None:
    again = job("test", run_attempt=2)
    with Store(file) as store:
        store.add(records(again))
        store.add(records(run(run_attempt=2, run_started_at=at(500))))
        ((found,),) = (one.jobs for one in store.runs(REPOSITORY, PATH))
    assert found.carried


def test_attempts_are_kept_apart(file: Path) -> None:
    both = records(run(), run(run_attempt=2, run_started_at=at(500)))
    with Store(file) as store:
        assert store.add(both) == Added(new=2)
        assert [one.attempt for one in store.runs(REPOSITORY, PATH)] == [1, 2]


def test_repositories_are_kept_apart(file: Path) -> None:
    other = tuple(replace(one, repository="harbour/pier") for one in RUNS)
    nameless = tuple(replace(one, repository="", id=one.id + 10) for one in RUNS)
    with Store(file) as store:
        store.add([*RUNS, *other, *nameless])
        assert store.runs("harbour/pier", PATH) == other
        assert store.runs("", PATH) == nameless
        assert store.runs("harbour/quay", PATH) == ()
        assert store.workflows() == (
            Stored("", PATH, "CI", 2, ZERO, ZERO + 900),
            Stored(REPOSITORY, PATH, "CI", 2, ZERO, ZERO + 900),
            Stored("harbour/pier", PATH, "CI", 2, ZERO, ZERO + 900),
        )


def test_runs_take_the_repository_they_are_added_for_unless_they_say_another(file: Path) -> None:
    nameless = replace(RUNS[0], repository="")
    with Store(file) as store:
        store.add([nameless, RUNS[1]], "Harbour/Pier")
        assert store.runs("harbour/pier", PATH) == (replace(nameless, repository="Harbour/Pier"),)
        assert store.runs(REPOSITORY, PATH) == RUNS[1:]


def test_a_run_whose_repository_becomes_known_is_not_kept_twice(file: Path) -> None:
    nameless = replace(RUNS[0], repository="")
    with Store(file) as store:
        store.add([nameless])
        assert store.add(RUNS[:1]) == Added(grown=1)
        assert store.add([nameless]) == Added(known=1)
        assert [one.runs for one in store.workflows()] == [1]


def test_runs_that_only_know_the_name_of_their_workflow(file: Path) -> None:
    alone = records(job("test"), job("x", run_id=80, workflow_name="Other"), job("y", run_id=81, workflow_name=None))
    with Store(file) as store:
        store.add(alone)
        assert [one.id for one in store.runs(REPOSITORY, PATH, "CI")] == [71]
        assert store.runs(REPOSITORY, PATH) == ()
        assert [(one.path, one.workflow) for one in store.workflows()] == [("", ""), ("", "CI"), ("", "Other")]


def test_how_far_a_workflow_was_fetched_is_remembered(file: Path) -> None:
    with Store(file) as store:
        assert store.sync_state(REPOSITORY, PATH) == SyncState()
        store.set_sync_state(REPOSITORY, PATH, SyncState('W/"a"', "{}"))
        store.set_sync_state(REPOSITORY.upper(), PATH, SyncState('W/"b"', "{}"))
        assert store.sync_state(REPOSITORY, PATH) == SyncState('W/"b"', "{}")


def test_predictions_and_what_became_of_them_are_kept(file: Path) -> None:
    entries = [Entry("a", "outcome", 9.0, 1, "[1]"), Entry("a", "prediction", 5.0, 1, "[2]")]
    with Store(file) as store:
        for entry in entries:
            store.put_entry(REPOSITORY, PATH, entry)
        store.put_entry(REPOSITORY, PATH, entries[0]._replace(data="[3]"))
        store.put_entry(REPOSITORY, "other.yml", entries[0])
        assert store.entries(REPOSITORY, PATH) == (entries[1], entries[0]._replace(data="[3]"))


# --- two processes --------------------------------------------------------------------------------------------------

WRITER = """\
    import sys
    from dataclasses import replace
    from pathlib import Path
    from needful.history.model import RunRecord
    from needful.history.store import Store

    run = RunRecord(0, 1, "CI", "ci.yml", "push", "main", "", "success", 1.0, 1.0, 2.0, repository="o/r")
    for number in range(int(sys.argv[2]), int(sys.argv[3])):
        with Store(Path(sys.argv[1])) as store:
            store.add([replace(run, id=one) for one in range(number, number + 5)])
            assert store.runs("o/r", "ci.yml")
            assert not store.warnings, store.warnings
"""


@pytest.mark.slow
def test_processes_may_write_at_once(file: Path) -> None:
    ranges = [(1, 41), (21, 61), (41, 81), (61, 101)]
    script = textwrap.dedent(WRITER)
    writers = [
        subprocess.Popen([sys.executable, "-c", script, str(file), *map(str, span)], stderr=subprocess.PIPE, text=True)
        for span in ranges
    ]
    assert [(writer.communicate(timeout=120)[1], writer.returncode) for writer in writers] == [("", 0)] * 4
    with Store(file) as store:
        assert [one.id for one in store.runs("o/r", "ci.yml")] == list(range(1, 105))


def test_whoever_waits_too_long_is_told(file: Path) -> None:
    with Store(file) as store:
        store.add(RUNS)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Store(file, patience=0.05) as store:
        assert store.runs(REPOSITORY, PATH) == RUNS  # readers do not wait for writers
        with pytest.raises(UserError, match="locked") as caught:
            store.add(records(run(99)))
    other.close()
    assert caught.value.hint == "another process is writing to it; try again"


# --- damage ---------------------------------------------------------------------------------------------------------


def filled(file: Path) -> None:
    with Store(file) as store:
        store.add(records(*(run(number) for number in range(1, 400))))


def test_a_file_that_is_no_database_is_set_aside(file: Path) -> None:
    file.write_bytes(b"this was a store once")
    with Store(file) as store:
        (warning,) = store.warnings
        assert "history.sqlite.damaged-1" in warning
        assert store.add(RUNS) == Added(new=2)
    assert file.with_name("history.sqlite.damaged-1").read_bytes() == b"this was a store once"


def test_a_file_that_turns_out_to_be_damaged_is_set_aside_once(file: Path) -> None:
    filled(file)
    data = bytearray(file.read_bytes())
    data[4096 * 2 :] = b"\xff" * (len(data) - 4096 * 2)
    file.write_bytes(data)
    file.with_name("history.sqlite.damaged-1").write_bytes(b"an older one")
    with Store(file) as store:
        assert store.runs(REPOSITORY, PATH) == ()
        assert len(store.warnings) == 1
        assert store.add(RUNS) == Added(new=2)
        assert store.runs(REPOSITORY, PATH) == RUNS
    assert file.with_name("history.sqlite.damaged-2").read_bytes() == data
    assert file.with_name("history.sqlite.damaged-1").read_bytes() == b"an older one"


@pytest.mark.parametrize(
    "text", ["", "[]", "[[], [1], []]", '[["a"], [1,1,"","","","","","",1,1,1,""], [[1,7,0,[],1,1,1,0,[]]]]']
)
def test_a_row_that_is_damaged_counts_as_damage(file: Path, text: str) -> None:
    filled(file)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE runs SET data = ? WHERE run = 7", (text,))
    connection.close()
    with Store(file) as store:
        assert store.runs(REPOSITORY, PATH) == ()
        assert "a run in it cannot be read" in store.warnings[0]


def test_a_file_cut_short_is_set_aside(file: Path) -> None:
    filled(file)
    file.write_bytes(file.read_bytes()[:9000])
    with Store(file) as store:
        store.add(RUNS)
        assert store.runs(REPOSITORY, PATH) == RUNS


def test_an_older_form_is_set_aside_and_a_newer_one_refused(file: Path) -> None:
    filled(file)
    for version in (0, 99):
        with sqlite3.connect(file) as connection:
            connection.execute(f"PRAGMA user_version = {version}")
        connection.close()
        if version == 0:
            with Store(file) as store:
                assert "older version" in store.warnings[0]
        else:
            with pytest.raises(UserError, match="newer version"):
                Store(file)


def test_what_was_never_a_store_is_refused(tmp_path: Path) -> None:
    workflow = tmp_path / "ci.yml"
    workflow.write_text("on: push\n")
    with pytest.raises(UserError, match="not a history of Needful"):
        Store(workflow)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE mine (a)")
    connection.close()
    with pytest.raises(UserError, match="a database of another program"):
        Store(other)
    with pytest.raises(UserError, match="cannot be"):
        Store(tmp_path)
    with pytest.raises(UserError, match="unable to open"):
        Store(tmp_path / "nowhere" / "x.sqlite")
    assert sorted(tmp_path.iterdir()) == [workflow, other]


def test_an_empty_file_becomes_a_store(file: Path) -> None:
    file.touch()
    with Store(file) as store:
        assert store.add(RUNS) == Added(new=2)


def test_a_file_that_is_replaced_meanwhile_is_not_set_aside(file: Path) -> None:
    filled(file)
    with Store(file) as store:
        store.runs(REPOSITORY, PATH)
        good = file.with_name("good")
        filled(good)
        assert store._connection is not None
        store._connection.execute("UPDATE runs SET data = ''")
        good.replace(file)
        file.with_name("history.sqlite-wal").unlink(missing_ok=True)
        assert len(store.runs(REPOSITORY, PATH)) == 399
        assert store.warnings == ()


# --- the compact form -----------------------------------------------------------------------------------------------

_NAMES = st.text(max_size=6)
_TIMES = st.none() | st.floats(1e9, 2e9) | st.integers(10**9, 2 * 10**9).map(float)
_IDS = st.integers(0, 2**63 - 1)
_STEPS = st.builds(StepRecord, _IDS, _NAMES, _NAMES, _TIMES, _TIMES)
_JOBS = st.builds(
    JobRecord,
    id=_IDS,
    name=_NAMES,
    conclusion=_NAMES,
    labels=st.lists(_NAMES, max_size=3).map(tuple),
    created=_TIMES,
    started=_TIMES,
    completed=_TIMES,
    steps=st.lists(_STEPS, max_size=4).map(tuple),
    carried=st.booleans(),
)
_RUNS: st.SearchStrategy[Any] = st.builds(
    RunRecord,
    id=_IDS,
    attempt=st.integers(1, 9),
    **dict.fromkeys(("workflow", "path", "event", "branch", "head_sha", "conclusion", "repository"), _NAMES),
    **dict.fromkeys(("created", "started", "updated"), _TIMES),
    jobs=st.lists(_JOBS, max_size=4).map(tuple),
)


@given(_RUNS)
def test_everything_of_a_run_comes_back(one: RunRecord) -> None:
    again = unpacked(packed(one))
    assert again == one
    assert all(type(step) is StepRecord for job in again.jobs for step in job.steps)


@given(_RUNS)
def test_to_merge_a_run_with_itself_changes_no_job(one: RunRecord) -> None:
    once = merged(one, one)
    assert merged(once, once) == once
