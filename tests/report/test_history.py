"""What recorded runs say, as lines: hostile names do no harm, what few cases cannot say is left out."""

from __future__ import annotations

import json

from history.made import match, matcher
from history.recordings import job, run
from history.test_store import records
from needful.history.matching import missed
from needful.history.reading import read_runs
from needful.history.statistics import statistics_of
from needful.history.store import Added, Stored
from needful.report.history import history_json, history_text, imported_text
from needful.report.terminal import Look

STORED = Stored("", "", "CI\x1b[31m", 1, None, None)
RUN = "runs-on: ubuntu-latest, steps: [{run: make}]"


def test_an_import_says_what_was_incomplete() -> None:
    again = run(2, run_attempt=2, begun=500)
    values = [again, job("a", run_id=2, run_attempt=2), job("b", run_id=3, job_id=2), *[7] * 150]
    reading = read_runs([("x.json", json.dumps(values).encode())])
    assert imported_text(reading, Added(2, 1, 0), "h.sqlite", Look()) == (
        "Read 2 attempts of runs with 2 jobs from 1 file. Of 1 only jobs were there. 1 job was carried over\n"
        "by re-runs.\n"
        "2 new, 1 grown, 0 known already: h.sqlite\n"
        "50 more that could not be read are not shown.\n"
    )


def test_nothing_is_said_of_nothing() -> None:
    text = history_text([(STORED, statistics_of(()), None)], ["a.yml"], Look())
    assert text == (
        "a workflow without its file · CI\\x1b[31m\n"
        "  0 runs\n"
        "  How the runs ended is not recorded.\n"
        "\n"
        "No runs of a.yml.\n"
    )
    assert history_text([], [], Look()) == "The history is empty.\n"


def test_few_cases_have_no_ninetieth_percentile_and_names_do_no_harm() -> None:
    found = statistics_of(records(run(), run(72, run_attempt=2, begun=9000), job("\x1b]0;::set-output name=x::\u202e")))
    lines = history_text([(STORED, found, None)], [], Look()).splitlines()
    assert "  1 run and 1 re-run" not in lines[1]  # each is the only attempt of its run that is known
    assert lines[1] == "  2 runs, 2026-03-02: 2 push"
    assert "  1   1m    -     0/1     0/1    0/1  1/1  \\x1b]0;::set-output name=x::\\u202e" in lines


def test_what_did_not_match_is_named() -> None:
    workflow = matcher(f"  a: {{name: B, {RUN}}}\n  b: {{name: B, {RUN}}}\n")
    matched = match(workflow, "B", "B", *(f"old {number:02}" for number in range(12)))
    text = history_text([(STORED, statistics_of([matched.run]), missed([matched]))], [], Look())
    lines = text[text.index("  0 of 14") :].splitlines()
    assert lines[0] == "  0 of 14 recorded jobs found in the workflow."
    assert lines[1:3] == ["    not there  old 00 (1)", "               old 01 (1)"]
    assert lines[11:13] == ["               and 2 more names", "    unclear    B (2)"]


def test_numbers_that_are_not_there_are_null() -> None:
    document = json.loads(history_json([(STORED, statistics_of(()), None)], ["a.yml"]))
    (found,) = document["workflows"]
    assert (document["without"], found["makespan"], found["matched"], found["jobs"]) == (["a.yml"], None, None, [])
