"""Rewritten workflows run as before: every outcome of every job is played, in workflows that hypothesis makes."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dependence.generated import collecting, harm, outcomes, workflows
from dependence.interpreter import before, jobs_of, play, schedule
from needful.planning.planner import Choice
from needful.rules.api import Tier
from rules.cases import CI, cases, plan_files

SEEDS = st.integers(0, 10_000)


def rewritten(text: str, *rules: str) -> str:
    return plan_files({CI: text.encode()}, Choice(Tier.TRADE, only=frozenset(rules))).after.text


@given(workflows(), SEEDS)
@settings(max_examples=max(150, settings().max_examples))
def test_dropped_edges_change_no_outcome_that_counts(text: str, seed: int) -> None:
    assert harm(text, rewritten(text, "drop-false-needs"), seed) == ""


@given(workflows(), SEEDS)
def test_dropping_implied_edges_changes_nothing_at_all(text: str, seed: int) -> None:
    after = rewritten(text, "drop-implied-needs")
    old, new = jobs_of(text), jobs_of(after)
    assert all(before(old, name) == before(new, name) for name in old)
    for ends, event in outcomes(old, seed):
        assert play(old, ends, event) == play(new, ends, event)


@given(workflows(), SEEDS)
def test_all_rules_together_keep_what_the_added_edges_leave(text: str, seed: int) -> None:
    added = rewritten(text, "add-missing-needs")
    assert harm(added, rewritten(text, "add-missing-needs", "drop-false-needs"), seed) == ""


@given(workflows(), SEEDS)
def test_added_edges_only_make_jobs_wait(text: str, seed: int) -> None:
    after = rewritten(text, "add-missing-needs")
    if after == text:
        return
    assert harm(text, after, seed) == ""
    old, new = jobs_of(text), jobs_of(after)
    for ends, event in outcomes(old, seed):
        was, now = play(old, ends, event), play(new, ends, event)
        assert now.ran <= was.ran, "no job runs where it did not"
        if set(ends.values()) == {"success"}:
            succeeded = {name for name, result in was.results.items() if result == "success"}
            assert all(now.results[name] == "success" for name in succeeded)
        for name in collecting(old):
            assert was.results[name] != "failure" or now.results[name] != "success"


@pytest.mark.parametrize("name", ["gate-moves-to-the-deployment", "gate-moves-over-two-jobs", "a-serial-chain"])
def test_interpreter_sees_that_a_gate_is_lost(name: str) -> None:
    (case,) = (case for case in cases("drop-false-needs") if case.name == name)
    text = case.before.decode()
    naive = "\n".join(
        line for line in text.split("\n") if line.strip() != "needs: lint" and "needs: [lint]" not in line
    )
    assert harm(text, case.after.decode()) == ""
    assert naive == text or "no longer waits" in harm(text, naive)


@given(workflows(), SEEDS)
def test_no_schedule_starts_a_job_before_all_that_it_waits_for(text: str, seed: int) -> None:
    jobs = jobs_of(text)
    well = dict.fromkeys(jobs, "success")
    run = schedule(jobs, well, "push", random.Random(seed))
    assert all(maker not in before(jobs, reader) for maker, reader in run.early)
    if not run.early:
        assert (run.results, run.ran) == (play(jobs, well, "push").results, play(jobs, well, "push").ran)
