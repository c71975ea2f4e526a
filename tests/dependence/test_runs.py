"""Rewritten workflows run as before: every outcome of every job is played, in workflows that hypothesis makes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dependence.interpreter import Run, before, jobs_of, made_by, needs_of, play, read_by, schedules
from needful.planning.planner import Choice
from needful.rules.api import Tier
from rules.cases import CI, cases, plan_files

EVENTS = ("push", "pull_request")
_HEAD = "name: CI\non: [push, pull_request]\npermissions:\n  contents: read\njobs:\n"
_CODE = ["- uses: actions/checkout@v7", "- run: make"]


@st.composite
def workflows(draw: st.DrawFn) -> str:
    """A workflow of up to six jobs that check, make, read, deploy, collect results or clean up."""
    text = _HEAD
    makers: list[str] = []
    count = draw(st.integers(2, 6))
    for index in range(count):
        earlier = [f"j{number}" for number in range(index)]
        kind = draw(st.sampled_from(_KINDS if index else ("check", "make")))
        needs = draw(st.lists(st.sampled_from(earlier), unique=True, max_size=3)) if earlier else []
        if kind == "make":
            makers.append(f"j{index}")
        text += _job(draw, f"j{index}", kind, needs, makers)
    return text


_KINDS = ("check", "check", "check", "make", "read", "deploy", "collect", "collect", "handle")


def _job(draw: st.DrawFn, name: str, kind: str, needs: list[str], makers: list[str]) -> str:
    extra, steps = [], list(_CODE)
    condition = ""
    match kind:
        case "check":
            condition = draw(
                st.sampled_from(("", "", "", "github.event_name == 'push'", "github.event_name != 'push'"))
            )
            if draw(st.integers(0, 5)) == 0:
                extra.append("continue-on-error: true")
            if draw(st.integers(0, 3)) == 0:
                extra.append("outputs: {verdict: good}")
        case "make":
            condition = draw(st.sampled_from(("", "", "github.event_name == 'push'")))
            steps.append(f"- uses: actions/upload-artifact@v7\n        with: {{name: out-{name}, path: out}}")
        case "read":
            made = draw(st.sampled_from(makers)) if makers else ""
            what = draw(st.sampled_from((f"name: out-{made}", "pattern: out-*"))) if made else "pattern: out-*"
            steps.append(f"- uses: actions/download-artifact@v8\n        with: {{{what}}}")
        case "deploy":
            condition = draw(_decision(needs))
            extra.append("environment: production")
            steps = ["- run: ./deploy"]
        case "collect":
            condition = draw(_decision(needs))
            steps = [f"- if: {draw(_verdict(needs))}\n        run: exit 1", "- run: echo done"]
            steps = draw(st.sampled_from((steps, [_CODE[0], *steps])))
        case "handle":
            condition = draw(st.sampled_from(("failure()", "always()", "${{ !success() }}", "${{ !cancelled() }}")))
    lines = [f"  {name}:"]
    if needs:
        lines.append(f"    needs: {needs[0]}" if len(needs) == 1 else f"    needs: [{', '.join(needs)}]")
    if condition:
        lines.append(f"    if: {condition}" if condition[0] != "!" else f"    if: ${{{{ {condition} }}}}")
    lines += [f"    {line}" for line in ("runs-on: ubuntu-latest", *extra, "steps:")] + [
        f"      {step}" for step in steps
    ]
    return "\n".join(lines) + "\n"


def _decision(needs: list[str]) -> st.SearchStrategy[str]:
    """What a job that deploys or collects may ask for."""
    found = ["", "", "always()", "!failure()", "success() || github.event_name == 'push'"]
    for need in needs[:2]:
        found += [
            f"needs.{need}.result == 'success'",
            f"always() && needs.{need}.result == 'success'",
            f"always() && needs.{need}.result != 'failure'",
            f"!cancelled() && needs.{need}.outputs.verdict == 'good'",
        ]
    if needs:
        found += [
            "always() && !contains(needs.*.result, 'failure')",
            "always() && !contains(needs.*.result, 'skipped')",
            "!contains(needs.*.result, 'failure')",
        ]
    return st.sampled_from(found)


def _verdict(needs: list[str]) -> st.SearchStrategy[str]:
    """When a job that collects results fails."""
    found = ["github.event_name == 'release'"]
    for need in needs[:2]:
        found += [f"needs.{need}.result != 'success'", f"needs.{need}.outputs.verdict != 'good'"]
    if needs:
        found += [
            "contains(needs.*.result, 'failure')",
            "contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled')",
            "contains(needs.*.result, 'failure') || contains(needs.*.result, 'skipped')",
            "contains(needs.*.result, 'skipped')",
            "${{ !contains(needs.*.result, 'success') }}",
        ]
    return st.sampled_from([verdict.removeprefix("${{").removesuffix("}}").strip() for verdict in found]).map(
        lambda verdict: f"${{{{ {verdict} }}}}" if verdict[0] == "!" else verdict
    )


def outcomes(jobs: dict[str, dict[str, Any]]) -> Iterator[tuple[frozenset[str], str]]:
    """Every set of jobs that would succeed, under each event."""
    for size in range(len(jobs) + 1):
        for good in combinations(jobs, size):
            for event in EVENTS:
                yield frozenset(good), event


def irreversible(jobs: dict[str, dict[str, Any]]) -> set[str]:
    return {name for name, job in jobs.items() if "environment" in job}


def collecting(jobs: dict[str, dict[str, Any]]) -> set[str]:
    """Jobs that stand for others: they read their results, or have nothing else to do."""
    return {
        name
        for name, job in jobs.items()
        if needs_of(job)
        and (
            any(".result" in str(step.get("if")) for step in job["steps"]) or not any("uses" in s for s in job["steps"])
        )
    }


def rewritten(text: str, *rules: str) -> str:
    return plan_files({CI: text.encode()}, Choice(Tier.TRADE, only=frozenset(rules))).after.text


def compare(old_text: str, new_text: str) -> None:
    """The new workflow keeps every gate of the old one, whatever happens in it."""
    if new_text == old_text:
        return
    old, new = jobs_of(old_text), jobs_of(new_text)
    assert list(old) == list(new)
    for name in irreversible(old) | collecting(old):
        assert before(old, name) <= before(new, name), f"{name} no longer waits for all it waited for"
    for name, job in old.items():
        makers = {
            other
            for other in before(old, name)
            for art in made_by(old[other])
            for r in read_by(job)
            if art.startswith(r)
        }
        assert makers <= before(new, name), f"{name} no longer waits for what it reads"
    for good, event in outcomes(old):
        _compare(old, play(old, good, event), play(new, good, event))


def _compare(jobs: dict[str, dict[str, Any]], was: Run, now: Run) -> None:
    deploys = irreversible(jobs)
    assert was.ran & deploys == now.ran & deploys, f"other irreversible jobs run: {was} {now}"
    if "failure" not in was.results.values():
        assert was.ran == now.ran
    for name in collecting(jobs) - deploys:
        if was.results[name] == "failure":
            assert now.results[name] != "success", f"{name} passes where it failed: {was} {now}"


@given(workflows())
@settings(max_examples=max(150, settings().max_examples))
def test_dropped_edges_change_no_outcome_that_counts(text: str) -> None:
    compare(text, rewritten(text, "drop-false-needs"))


@given(workflows())
def test_dropping_implied_edges_changes_nothing_at_all(text: str) -> None:
    after = rewritten(text, "drop-implied-needs")
    old, new = jobs_of(text), jobs_of(after)
    assert all(before(old, name) == before(new, name) for name in old)
    for good, event in outcomes(old):
        assert play(old, good, event) == play(new, good, event)


@given(workflows())
def test_all_rules_together_keep_what_the_added_edges_leave(text: str) -> None:
    compare(rewritten(text, "add-missing-needs"), rewritten(text, "add-missing-needs", "drop-false-needs"))


@given(workflows())
def test_added_edges_only_make_jobs_wait(text: str) -> None:
    after = rewritten(text, "add-missing-needs")
    if after == text:
        return
    old, new = jobs_of(text), jobs_of(after)
    for name in old:
        assert before(old, name) <= before(new, name)
    for good, event in outcomes(old):
        was, now = play(old, good, event), play(new, good, event)
        assert now.ran <= was.ran, "no job runs where it did not"
        if good == set(old):
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
    compare(text, case.after.decode())
    if naive != text:
        with pytest.raises(AssertionError, match=r"no longer waits|irreversible"):
            compare(text, naive)


@given(workflows(), st.integers(0, 10_000))
def test_no_schedule_starts_a_job_before_all_that_it_waits_for(text: str, seed: int) -> None:
    jobs = jobs_of(text)
    for started in schedules(jobs, frozenset(jobs), "push", seed):
        (name,) = (item for item in started if not item.startswith("ended "))
        assert {f"ended {job}" for job in before(jobs, name)} <= started
