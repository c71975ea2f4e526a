"""Recorded runs are fetched once, within an hour's requests, and kept where that can be done."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.stage import CI, Stage
from needful.app.recording import Recording, keep_tags, tags
from needful.forge.github.connection import Kept
from needful.history.store import Store


@pytest.fixture
def recording(recorded_stage: Stage) -> Recording:
    return recorded_stage.bot().recording


def test_none_are_fetched_where_none_are_wanted(recorded_stage: Stage) -> None:
    recorded_stage.newest = 0
    assert recorded_stage.bot().recording.of(CI).runs == ()
    assert recorded_stage.server.asked == []


def test_what_is_kept_is_not_fetched_again(recorded_stage: Stage, recording: Recording) -> None:
    first = recording.of(CI)
    assert len(first.runs) == len(recorded_stage.server.state.runs)
    recorded_stage.server.forget()
    assert recorded_stage.bot().recording.of(CI) == first
    assert len(recorded_stage.server.asked) == 1  # the list


def test_no_more_is_fetched_than_an_hour_allows(recorded_stage: Stage, recording: Recording) -> None:
    recording.left = 5
    assert len(recording.of(CI).runs) == 5
    assert "goes on fetching recorded runs" in recording.of(".github/workflows/other.yml").notes[0]
    assert len(recorded_stage.bot().recording.of(CI).runs) == len(recorded_stage.server.state.runs)


def test_one_that_cannot_be_read_is_counted_and_the_others_taken(recorded_stage: Stage, recording: Recording) -> None:
    recorded_stage.server.state.runs[0]["name"] = "x" * 3000
    known = recording.of(CI)
    assert known.notes == ("1 recorded runs could not be read",)
    assert len(known.runs) == len(recorded_stage.server.state.runs) - 1


def test_without_a_store_they_are_used_all_the_same(recorded_stage: Stage) -> None:
    recording = recorded_stage.bot().recording
    recording.store, recording.why_not = None, "there is no room"
    known = recording.of(CI)
    assert len(known.runs) == len(recorded_stage.server.state.runs)
    assert known.notes == ("there is no room",)


def test_tags_outlive_a_run_of_the_bot_and_answers_do_not(tmp_path: Path) -> None:
    with Store(tmp_path / "history.sqlite") as store:
        keep_tags(store, "acme/shop", {"runs of ci.yml": Kept("W/1"), "https://x": Kept("W/2", "{}")})
        assert tags(store, "acme/shop") == {"runs of ci.yml": Kept("W/1")}
        assert tags(store, "acme/other") == {}
    assert tags(None, "acme/shop") == {}
