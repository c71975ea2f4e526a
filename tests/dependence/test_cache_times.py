"""What the times of recorded steps say of caches: only what can be told from them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dependence.made import situation
from needful.dependence.cache_removal import ASKED_FOR, SLOWER
from needful.dependence.cache_times import (
    compared,
    installs_quickly,
    keeps_downloads,
    needless,
    outer,
    taken_out,
    users,
    why_not_useless,
)
from needful.dependence.experience import Case, Experience, JobExperience, StepTime
from needful.dependence.obligations import Obligation
from needful.dependence.parts import Part
from needful.dependence.proof import prove
from needful.dependence.proof_parts import TRUST
from needful.dependence.situation import Situation
from needful.workflow.model import Job

CACHE = "      - uses: actions/cache@v6\n        with: {path: ~/.npm, key: npm}\n"
HEAD = "on: push\npermissions: {contents: read}\njobs:\n"
TEST = f"  test:\n    runs-on: ubuntu-latest\n    steps:\n{CACHE}      - run: npm ci\n      - run: echo done\n"
Times = tuple[float, float, float | None]
LEG = tuple[str, list[Times]]
FOUND: list[Times] = [(20.0, 5.0, 0.0)] * 10
MISSED: list[Times] = [(1.0, 9.0, 6.0)] * 5


def told(text: str, *legs: LEG, unseen: bool = False, lost: bool = False) -> tuple[Situation, Job]:
    """A job of which these times are known: of its first step, of the second, and of the end of the first."""
    found = situation(HEAD + text)
    job = found.job("test")
    cases = tuple(
        Case(
            number,
            (("os", leg),) if leg else (),
            "linux",
            60,
            passed=True,
            steps={
                job.steps[0].span.start: StepTime(restoring, end),
                job.steps[1].span.start: StepTime(using),
            },
        )
        for leg, times in legs
        for number, (restoring, using, end) in enumerate(times)
    )
    known = JobExperience(cases, unseen, 0, lost)
    return replace(found, experience=Experience({"test": known})), job


def verdict(*times: Times) -> str:
    here, job = told(TEST, ("", list(times)))
    return why_not_useless(here, job, here.steps["test"][0])


def test_a_cache_that_takes_longer_than_it_saves_is_useless() -> None:
    assert verdict(*FOUND, *MISSED) == ""


@pytest.mark.parametrize(
    ("times", "reason"),
    [
        pytest.param([*FOUND, *MISSED[:4]], "too few runs", id="hardly ever missed"),
        pytest.param([*FOUND[:9], *MISSED], "too few runs", id="hardly ever found"),
        pytest.param([(20.0, 5.0, None), *FOUND[:9], *MISSED], "too few runs", id="an end that is not known"),
        pytest.param([*FOUND, *[(1.0, 9.0, 2.0)] * 5], "too few runs", id="an end that may have saved or not"),
        pytest.param([*FOUND, *[(14.0, 9.0, 6.0)] * 5], "too few runs", id="an older entry was restored"),
        pytest.param([*[(4.0, 5.0, 0.0)] * 10, *MISSED], "too few runs", id="restored within seconds"),
        pytest.param([*FOUND, *[(1.0, 90.0, 6.0)] * 5], "`test` is not slower", id="a long install without it"),
        pytest.param([*FOUND, *[(1.0, 22.0, 6.0)] * 5], "`test` is not slower", id="hardly a difference"),
        pytest.param([*FOUND, *MISSED[:4], (1.0, 60.0, 6.0)], "`test` is not slower", id="one long install without it"),
    ],
)
def test_otherwise_nothing_is_concluded(times: list[Times], reason: str) -> None:
    assert verdict(*times).startswith(reason)


def test_the_time_to_save_is_none_of_a_run_without_cache() -> None:
    here, job = told(TEST, ("", [*FOUND, *[(1.0, 9.0, 60.0)] * 5]))
    legs = compared(here.experience.of(job), job.steps[0], job.steps[1:2])  # type: ignore[union-attr, arg-type]
    assert legs is not None
    assert (legs[0].found[0], legs[0].missed[0], legs[0].slower) == (25, 10, 15)


def test_every_leg_has_to_be_known() -> None:
    both = ("linux", [*FOUND, *MISSED]), ("macos", [*FOUND, *MISSED])
    two = told(TEST, *both)
    assert why_not_useless(*two, two[0].steps["test"][0]) == ""
    few = told(TEST, both[0], ("macos", FOUND))
    assert why_not_useless(*few, few[0].steps["test"][0]).startswith("too few runs")
    never = told(TEST, both[0], unseen=True)
    assert why_not_useless(*never, never[0].steps["test"][0]).startswith("too few runs")


def test_without_runs_nothing_is_known() -> None:
    here = situation(HEAD + TEST)
    job = here.job("test")
    assert why_not_useless(here, job, here.steps["test"][0]) == "no run of `test` is recorded"
    assert not needless(here, job, here.steps["test"])


def test_what_may_install_may_use_a_cache() -> None:
    steps = "      - run: npm ci\n      - run: ./make.sh\n      - run: echo done\n      - uses: acme/thing@v1\n"
    here = situation(HEAD + TEST.replace("      - run: npm ci\n      - run: echo done\n", steps))
    job = here.job("test")
    assert users(here, job, here.steps["test"][0]) == (job.steps[1], job.steps[2], job.steps[4])


@pytest.mark.parametrize(
    ("cache", "step", "expected"),
    [
        ("uses: actions/setup-node@v4\n        with: {cache: npm}", "run: jest --ci", False),
        ("uses: actions/setup-node@v4\n        with: {cache: npm}", "run: npx eslint .", True),
        ("uses: actions/setup-python@v6\n        with: {cache: pip}", "run: pytest", False),
        ("uses: actions/setup-python@v6\n        with: {cache: pip}", "run: pre-commit run --all-files", True),
        ("uses: actions/setup-go@v6", "uses: golangci/golangci-lint-action@v9", True),
        ("uses: actions/setup-go@v6", "run: go vet ./...", True),
        ("uses: actions/setup-go@v6", "run: echo done", False),
        ("uses: actions/cache@v6\n        with: {path: ~/.cache/go-build, key: a}", "run: golangci-lint run", True),
        ("uses: actions/cache@v6\n        with: {path: ~/.cache/pip, key: a}", "run: golangci-lint run", False),
    ],
)
def test_what_compilers_made_is_used_by_more_than_packages_are(cache: str, step: str, expected: bool) -> None:
    text = f"{HEAD}  test:\n    runs-on: ubuntu-latest\n    steps:\n      - {cache}\n      - {step}\n"
    here = situation(text)
    job = here.job("test")
    assert users(here, job, here.steps["test"][0]) == ((job.steps[1],) if expected else ())


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{uses: actions/cache@v6, with: {path: ~/.npm, key: a}}", True),
        ("{uses: actions/cache@v6, with: {path: build, key: a}}", False),
        ("{uses: actions/cache/restore@v6, with: {path: ~/.npm, key: a}}", False),
        ("{uses: actions/setup-node@v4, with: {cache: npm}}", True),
        ("{uses: actions/setup-node@v4}", False),
        ("{uses: actions/setup-go@v6}", True),
        ("{uses: actions/setup-go@v6, with: {cache: false}}", False),
        ("{run: npm ci}", False),
    ],
)
def test_what_keeps_downloads(step: str, expected: bool) -> None:
    here = situation(f"{HEAD}  test:\n    runs-on: ubuntu-latest\n    steps: [{step}]\n")
    assert keeps_downloads(here.steps["test"][0].site) is expected


# --- what speaks against a new cache ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "count", "expected"), [(4.0, 5, True), (4.0, 4, False), (5.0, 5, False), (60.0, 9, False)]
)
def test_installs_are_quick_where_their_steps_are(seconds: float, count: int, expected: bool) -> None:
    here, job = told(TEST, ("", [(1.0, seconds, None)] * count))
    assert installs_quickly(here, job, here.steps["test"][1:2]) is expected


def test_a_step_that_was_not_recorded_is_not_quick() -> None:
    here, job = told(TEST, ("", [(1.0, 1.0, None)] * 9))
    assert not installs_quickly(here, job, here.steps["test"][1:3])


def test_a_cache_that_was_taken_out_is_remembered() -> None:
    here, job = told(TEST, ("", FOUND))
    assert not taken_out(here, job)
    assert taken_out(here, replace(job, steps=job.steps[1:]))
    assert taken_out(*told(TEST, ("", FOUND), lost=True))


def test_steps_of_a_local_action_are_those_of_the_step_that_uses_it() -> None:
    files = {"a/action.yml": "runs:\n  using: composite\n  steps:\n    - {run: npm ci, shell: bash}\n"}
    text = f"{HEAD}  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n      - uses: ./a\n"
    here = situation(text, files)
    job = here.job("test")
    inside = next(step for step in here.steps["test"] if step.site.file is not here.workflow)
    assert outer(job, inside) == job.steps[1].span.start
    assert outer(replace(job, steps=()), inside) == -1


# --- the proof -------------------------------------------------------------------------------------------------------


def proved(before: str, after: str, *times: Times) -> dict[str, Obligation]:
    was, _ = told(before, ("", list(times)))
    now = replace(situation(HEAD + after), experience=was.experience)
    return {each.what: each for each in prove(was, now, None, frozenset({Part.CACHES}))}


def test_taking_out_a_useless_cache_is_proved() -> None:
    found = proved(TEST, TEST.replace(CACHE, ""), *FOUND, *MISSED)
    assert {SLOWER, ASKED_FOR} < found.keys()
    assert all(each.shown for each in found.values())


def test_taking_out_another_is_not() -> None:
    found = proved(TEST, TEST.replace(CACHE, ""), *FOUND)
    assert found[SLOWER].why_not.startswith("too few runs")


def test_a_job_that_publishes_may_lose_a_cache_too() -> None:
    publishes = TEST.replace("echo done", "npm publish")
    assert TRUST not in proved(publishes, publishes.replace(CACHE, ""), *FOUND, *MISSED)


@pytest.mark.parametrize("read", ["steps.npm.outputs.cache-hit", "toJSON(steps)", "steps.*.outcome"])
def test_what_is_asked_of_the_step_keeps_it(read: str) -> None:
    named = TEST.replace("cache@v6\n", "cache@v6\n        id: npm\n").replace("echo done", f"echo ${{{{ {read} }}}}")
    gone = named.replace(CACHE.replace("cache@v6\n", "cache@v6\n        id: npm\n"), "")
    assert proved(named, gone, *FOUND, *MISSED)[ASKED_FOR].why_not == "`test` asks what the cache had found"


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ("actions/cache/restore@v6", "`other` restores the cache that `test` saves"),
        ("actions/cache@v6", ""),
    ],
)
def test_who_only_restores_it_keeps_it(action: str, reason: str) -> None:
    step = f"{{uses: {action}, with: {{path: ~/.npm, key: npm}}}}"
    other = f"  other:\n    runs-on: ubuntu-latest\n    steps: [{step}]\n"
    found = proved(TEST + other, TEST.replace(CACHE, "") + other, *FOUND, *MISSED)
    assert found[ASKED_FOR].why_not == reason
