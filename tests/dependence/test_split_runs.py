"""Jobs made several, played on paper: what is proved looks the same, for jobs and ways to split them made at random."""

from __future__ import annotations

import io
import random
from collections import Counter
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from dependence.interpreter import jobs_of, play
from dependence.made import situation
from dependence.step_generated import CHECKOUT, HEAD, made, text_of
from dependence.step_interpreter import Job, Steps, asks, flat, name_of
from needful.dependence.gate import gate_condition, gate_steps
from needful.dependence.parts import Part
from needful.dependence.proof import prove
from needful.planning.planner import Choice
from needful.rules.api import Tier
from rules.cases import CI, plan_files

SPLIT = frozenset({Part.SPLIT})
# what checks leave for nobody: caches, reports, and what belongs to the one machine
_NOBODYS = ("port ", ".ruff_cache/", ".mypy_cache/", ".pytest_cache/", ".coverage", "node_modules/.vite/")


def split(steps: Steps, chance: random.Random) -> list[Steps]:
    """The steps as those of two jobs, in order: each step in one of them, or in both."""
    places = [chance.choice(((0,), (1,), (0, 1))) for _ in steps]
    return [[step for step, place in zip(steps, places, strict=True) if number in place] for number in (0, 1)]


def text_of_split(parts: list[Steps]) -> str:
    names = [f"job-{number}" for number in range(len(parts))]
    gate: dict[str, Any] = {"needs": names, "if": gate_condition(names[0], skips=False), "runs-on": "ubuntu-latest"}
    gate |= {"permissions": {}, "steps": gate_steps(names)}
    made_of = {
        name: {"runs-on": "ubuntu-latest", "steps": [CHECKOUT, *steps]}
        for name, steps in zip(names, parts, strict=True)
    }
    out = io.StringIO()
    YAML(typ="safe").dump({**HEAD, "jobs": {"job": gate, **made_of}}, out)
    return out.getvalue()  # sorted by name: `job` stands before `job-0`, as it has to


def is_proved(before: Steps, parts: list[Steps]) -> bool:
    old, new = situation(text_of(before)), situation(text_of_split(parts))
    return all(each.shown for each in prove(old, new, None, SPLIT))


def harm(before: Steps, parts: list[Steps]) -> str:
    """What somebody could see of the jobs that could not be seen of the one, `""` for nothing."""
    names = [name_of(step) for step in flat(before)]
    for fails in (frozenset[str](), *(frozenset({name}) for name in names)):
        was = Job(before, fails, random.Random(0)).play()
        now = [Job(part, fails, random.Random(0)).play() for part in parts]
        result = "success" if all(one.result == "success" for one in now) else "failure"
        if result != was.result:
            return f"{sorted(fails)} fail: {result} instead of {was.result}"
        pushed = Counter(push[0] for one in now for push in one.pushed)
        if pushed != Counter(push[0] for push in was.pushed):
            return f"{sorted(fails)} fail: {dict(pushed)} is pushed"
        ran = {name for one in now for name in one.logs}
        lost = was.logs.keys() - ran
        if lost or (not fails and ran != was.logs.keys()):
            return f"{sorted(fails)} fail: {sorted(lost or ran ^ was.logs.keys())} runs in one of the two only"
        asking = {name_of(step) for step in flat(before) if asks(step)}
        if asking & ran != asking & was.logs.keys():
            return f"{sorted(fails)} fail: {sorted(asking & (ran ^ was.logs.keys()))} runs in one of the two only"
        for one in now if not fails else ():
            for name, saw in one.logs.items():
                if _counts(saw) != _counts(was.logs[name]):
                    return f"{name} sees {saw} instead of {was.logs[name]}"
    return ""


def _counts(saw: tuple[str, ...]) -> list[str]:
    return [one for one in saw if not one.startswith(_NOBODYS)]


@given(st.integers(0, 10**9))
@settings(max_examples=max(300, settings().max_examples))
def test_what_is_proved_changes_nothing_that_counts(seed: int) -> None:
    chance = random.Random(seed)
    before = made(chance)
    parts = split(before, chance)
    if all(parts) and is_proved(before, parts):
        assert harm(before, parts) == ""


def test_some_is_proved_and_some_is_harmful() -> None:
    found: Counter[tuple[bool, bool]] = Counter()
    for seed in range(300):
        chance = random.Random(seed)
        before = made(chance)
        parts = split(before, chance)
        if all(parts):
            found[is_proved(before, parts), bool(harm(before, parts))] += 1
    assert not found[True, True]
    assert found[True, False] > 3
    assert found[False, True] > 80


@given(st.integers(0, 10**9))
@settings(max_examples=max(100, settings().max_examples))
def test_what_the_rule_does_by_itself_changes_nothing_that_counts(seed: int) -> None:
    before = made(random.Random(seed))
    choice = Choice(Tier.TRADE, only=frozenset({"split-job"}))
    after = jobs_of(plan_files({CI: text_of(before).encode()}, choice).after.text)
    parts = [job["steps"][1:] for name, job in after.items() if name != "job"]
    if parts:
        assert harm(before, parts) == ""


@pytest.mark.parametrize("skips", [False, True])
def test_the_gate_ends_as_one_job_would_and_whoever_waits_sees_it(skips: bool) -> None:
    """For every way in which two jobs of the same `if` can end: the gate passes exactly if both do."""
    wanted = "  first: {}\n" if skips else ""
    needs = "needs: first, " if skips else ""
    gate = {
        "needs": ["job-0", "job-1"],
        "if": gate_condition("job-0", skips=skips),
        "steps": gate_steps(["job-0", "job-1"]),
    }
    for first, *ends in product(("success", "failure"), *[("success", "failure", "cancelled")] * 2):
        text = (
            f"jobs:\n{wanted}  job-0: {{{needs}steps: []}}\n  job-1: {{{needs}steps: []}}\n  behind: {{needs: job}}\n"
        )
        jobs = {**jobs_of(text), "job": gate}
        given_ends = {**dict.fromkeys(jobs, "success"), "first": first, "job-0": ends[0], "job-1": ends[1]}
        run = play(jobs, given_ends, "push")
        skipped = skips and first == "failure"
        right = "skipped" if skipped else "success" if set(ends) == {"success"} else "failure"
        assert run.results["job"] == right
        assert ("behind" in run.ran) == (right == "success")
