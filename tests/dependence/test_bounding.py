"""Limits of jobs are proved by what was recorded, whatever rule proposes them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dependence.made import situation
from needful.dependence import proof_parts
from needful.dependence.bounding import FEWEST, SHORTEST, least, minutes, too_little_known
from needful.dependence.experience import Case, Experience, JobExperience
from needful.dependence.obligations import Obligation
from needful.dependence.parts import Part
from needful.dependence.proof import KEPT, prove

JOB = "  test:\n    runs-on: ubuntu-latest\n    steps: [{uses: actions/checkout@v7}, {run: make}]\n"


def bounded(limit: object, text: str = JOB) -> str:
    return text.replace("    steps", f"    timeout-minutes: {limit}\n    steps", 1)


def cases(*seconds: float, passed: bool = True, leg: str = "") -> tuple[Case, ...]:
    values = (("os", leg),) if leg else ()
    return tuple(Case(number, values, "linux", each, passed) for number, each in enumerate(seconds))


USUAL = JobExperience(cases(*([300.0] * FEWEST)))


def proved(before: str, after: str, known: JobExperience | None = USUAL) -> dict[str, Obligation]:
    experience = Experience({"test": known}) if known is not None else None
    was, now = (replace(situation(text), experience=experience) for text in (before, after))
    return {each.what: each for each in prove(was, now, None, frozenset({Part.TIMEOUTS}))}


def test_a_limit_with_headroom_is_proved() -> None:
    found = proved(JOB, bounded(20))
    assert all(each.shown for each in found.values())
    assert found[KEPT].shown == "only `timeout-minutes` differs, compared after writing"


@pytest.mark.parametrize(
    ("before", "after", "known", "reason"),
    [
        pytest.param(JOB, bounded(19), USUAL, "is given less than 20 minutes", id="too short"),
        pytest.param(JOB, bounded("${{ vars.MOST }}"), USUAL, "is given less than 20 minutes", id="nobody knows"),
        pytest.param(bounded(60), bounded(30), USUAL, "had a limit before", id="shorter than before"),
        pytest.param(bounded(60), JOB, USUAL, "had a limit before", id="taken away"),
        pytest.param(JOB, bounded(60), None, "was never recorded", id="no runs"),
        pytest.param(
            JOB,
            bounded(60),
            JobExperience(cases(300)),
            f"succeeded in 1 recorded runs, of {FEWEST} that are the least",
            id="few runs",
        ),
        pytest.param(
            JOB,
            bounded(60),
            JobExperience(tuple(replace(case, run=0) for case in USUAL.cases)),
            f"succeeded in 1 recorded runs, of {FEWEST} that are the least",
            id="many legs of one run",
        ),
        pytest.param(
            JOB,
            bounded(60),
            replace(USUAL, unseen=True),
            "has legs of which no success was recorded",
            id="a leg that is not known",
        ),
    ],
)
def test_other_limits_are_not(before: str, after: str, known: JobExperience | None, reason: str) -> None:
    assert proved(before, after, known)[proof_parts.LONG_ENOUGH].why_not == f"`test` {reason}"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("run: make", "run: npm publish", "does something lasting that must not stop half-way"),
        ("    steps", "    environment: live\n    steps", "does something lasting that must not stop half-way"),
        ("    steps", "    name: Deploy\n    steps", "may do something lasting that must not stop half-way"),
        (
            "ubuntu-latest",
            "[self-hosted]",
            "runs on a machine that somebody keeps, and which may be another one tomorrow",
        ),
        ("run: make", "run: gh run watch 1", "waits for somebody, or for another run, with `gh run watch 1`"),
        (
            "run: make",
            "uses: acme/wait-for-approval@v1",
            "waits for somebody, or for another run, with acme/wait-for-approval@v1",
        ),
        (
            "run: make",
            "run: ./x.sh, env: {KEY: '${{ secrets.DEPLOY_KEY }}'}",
            "could do something lasting unseen: it",
        ),
    ],
)
def test_what_must_not_stop_half_way_has_no_limit(old: str, new: str, reason: str) -> None:
    text = JOB.replace(old, new)
    assert proved(text, bounded(60, text))[proof_parts.WHOLE].why_not.startswith(f"`test` {reason}")


def test_a_job_is_given_what_its_slowest_leg_needs() -> None:
    known = JobExperience((*cases(*([60.0] * 30), leg="linux"), *cases(*([900.0] * 3), leg="windows")))
    assert least(known) == 60


def test_a_long_failure_counts_but_less() -> None:
    assert least(JobExperience((*USUAL.cases, *cases(600, passed=False)))) == 30
    assert least(JobExperience(cases(600, passed=False))) == 40


def test_every_job_is_given_some_minutes() -> None:
    assert least(JobExperience(cases(1, 2, 3))) == SHORTEST


def test_too_little_known_is_said_of_a_job_without_cases() -> None:
    assert too_little_known(None) == "was never recorded"
    assert not too_little_known(USUAL)


@pytest.mark.parametrize(("limit", "expected"), [(15, 15), ("7.5", 7.5), ("${{ inputs.most }}", None)])
def test_minutes_of_a_job(limit: object, expected: float | None) -> None:
    assert minutes(situation(bounded(limit)).job("test")) == expected
    assert minutes(situation(JOB).job("test")) is None
