"""Predictions: numbers that can be checked by hand, and claims that are not made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dependence.made import files_of
from needful.history.matching import Matcher
from needful.history.model import RunRecord
from needful.schedule.billing import DAYS_PER_MONTH, runs_per_month
from needful.schedule.economy import edge_saving
from needful.schedule.load import Limits, Origin
from needful.schedule.predict import predict, typical_run, verdict_of, weigh
from needful.schedule.prediction import Prediction, Verdict
from needful.schedule.replay import Assumptions, baseline, replay
from needful.schedule.resampling import bootstrap, next_of_sorted, quantile
from needful.schedule.rounding import billed_minutes
from needful.schedule.shape import shape_of
from needful.schedule.structure import NoPrediction, longest_chain, structure
from needful.schedule.unrecorded import assume
from schedule.made import STEPS, graph, matcher, record, run, workflow

CHAIN = workflow({"lint": [], "test": ["lint"], "deploy": ["test"]})
FLAT = workflow({"lint": [], "test": [], "deploy": ["lint", "test"]})


def runs(count: int, spread: float = 1.0, failing: int = 0) -> list[RunRecord]:
    """One a day: `lint` takes a minute and a bit, `test` two, `deploy` ten seconds; no job waits."""
    made = []
    for number in range(count):
        more = number % 5 * spread
        lint, test = 61 + more, 121 + more
        jobs = [
            record("lint", 0, lint),
            record("test", lint, lint + test),
            record("deploy", lint + test, lint + test + 10),
        ]
        bad = number < failing
        if bad:
            skipped = (record(name, lint, lint, "skipped") for name in ("test", "deploy"))
            jobs = [record("lint", 0, lint, "failure"), *skipped]
        made.append(run(*jobs, number=number, day=number, conclusion="failure" if bad else "success"))
    return made


def told(before: Matcher, after: Matcher, recorded: list[RunRecord], verdict: Verdict | None = None) -> Prediction:
    start = baseline(before, recorded, Assumptions(Limits(20)))
    found = predict(replay(start, after), verdict or verdict_of(start.shape, None, ["deploy"]), public=False, seed=7)
    assert isinstance(found, Prediction)
    return found


def test_a_saving_that_can_be_claimed() -> None:
    found = told(CHAIN, FLAT, runs(20))
    gain = found.makespan
    assert (gain.before, gain.after, gain.saving) == (196, 133, 63)
    assert gain.before_p90 == pytest.approx(quantile([192 + 2 * (n % 5) for n in range(20)], 0.9))
    assert gain.interval.low <= 63 <= gain.interval.high
    assert (gain.shorter, gain.longer) == (1, 0)
    assert gain.share == pytest.approx(63 / 196)
    assert found.makespan_claim.holds
    assert (found.replayed, found.timed) == (20, 20)
    assert found.calibration.exact_p90 == 0
    assert found.bases == ()


def test_time_to_verdict_is_another_time() -> None:
    found = told(CHAIN, FLAT, runs(20))
    assert found.verdict == Verdict(
        ("lint", "test"),
        "all jobs but those that deploy or publish, and what comes after them; which checks are required is not known",
    )
    assert (found.to_verdict.before, found.to_verdict.after) == (186, 123)
    lint = told(CHAIN, FLAT, runs(20), Verdict(("lint",), "the required checks", known=True))
    assert (lint.to_verdict.saving, lint.makespan.saving) == (0, 63)
    assert lint.makespan_claim.holds
    assert not lint.verdict_claim.holds
    assert lint.verdict_claim.reason == "the median changes by less than 1 %"


def test_each_job_and_how_often_it_is_critical() -> None:
    jobs = {one.job: one for one in told(CHAIN, FLAT, runs(20)).jobs}
    assert (jobs["lint"].critical_before, jobs["lint"].critical_after) == (1, 0)
    assert (jobs["test"].critical_before, jobs["test"].critical_after) == (1, 1)
    assert (jobs["test"].end_before, jobs["test"].end_after) == (186, 123)
    gone = {one.job: one for one in told(CHAIN, workflow({"lint": []}), runs(20)).jobs}
    assert (gone["test"].end_after, gone["test"].critical_after) == (None, None)


def test_minutes_are_billed_whole_and_failures_cost_what_they_no_longer_spare() -> None:
    found = told(CHAIN, FLAT, runs(20, failing=5)).cost
    # 2 + 3 + 1 minutes where all runs; 2 where `lint` fails, then 2 + 3 without the edge
    assert (found.before, found.after) == ((15 * 6 + 5 * 2) / 20, (15 * 6 + 5 * 5) / 20)
    assert found.monthly_runs == pytest.approx(DAYS_PER_MONTH)
    assert found.money_before == pytest.approx(5.0 * 0.006 * DAYS_PER_MONTH)
    assert found.minutes_per_month == pytest.approx((5.0 * DAYS_PER_MONTH, 5.75 * DAYS_PER_MONTH))
    assert [(kind.kind, kind.price) for kind in found.kinds] == [("linux", 0.006)]


def test_what_an_edge_spares() -> None:
    start = baseline(CHAIN, runs(20, failing=5), Assumptions())
    one = edge_saving(start, "lint", "test")
    assert (one.runs, one.failures, one.spared) == (20, 5, 5)
    assert one.minutes == 5 * 3 / 20
    assert one.monthly == pytest.approx(one.minutes * DAYS_PER_MONTH)
    assert edge_saving(start, "test", "deploy").failures == 0
    both = workflow({"lint": [], "more": ["lint"], "test": ["lint", "more"]})
    failed = run(record("lint", 0, 9, "failure"), conclusion="failure")
    passed = run(record("lint", 0, 9), record("more", 9, 20), record("test", 20, 30))
    start = baseline(both, [failed, passed], Assumptions())
    assert edge_saving(start, "lint", "test").spared == 0  # `more` keeps it from running as well


@pytest.mark.parametrize(
    ("after", "recorded", "reason"),
    [
        (FLAT, runs(9), "only 9 runs could be replayed; 10 are the least"),
        (FLAT, runs(1), "only 1 run could be replayed; 10 are the least"),
        (CHAIN, runs(20), "the median changes by less than 1 %"),
        (workflow({"lint": ["test"], "test": [], "deploy": ["lint"]}), runs(20), "the median changes by less than 1 %"),
    ],
)
def test_claims_that_are_not_made(after: Matcher, recorded: list[RunRecord], reason: str) -> None:
    claim = told(CHAIN, after, recorded).makespan_claim
    assert (claim.holds, claim.reason) == (False, reason)


def test_a_change_for_the_worse_is_said() -> None:
    claim = told(FLAT, CHAIN, [run(record("lint", 0, 61), record("test", 0, 99), number=n) for n in range(12)])
    assert claim.makespan_claim == (False, "it takes longer: 61 s")
    assert claim.makespan.longer == 1


def test_a_saving_within_the_error_of_the_replay_is_none() -> None:
    """Waiting differs from run to run by more than the change is worth."""
    recorded = []
    for number in range(40):
        wait = (0, 50, 400)[number % 3]
        ends = (wait + 61, wait + 61 + 3)
        recorded.append(run(record("lint", wait, ends[0]), record("test", *ends), number=number))
    claim = told(workflow({"lint": [], "test": ["lint"]}), workflow({"lint": [], "test": []}), recorded).makespan_claim
    assert not claim.holds
    assert "more than the change" in claim.reason


def test_a_range_that_includes_none() -> None:
    recorded = []
    for number in range(12):
        took = 100 * (number % 2)
        recorded.append(run(record("a", 0, 50), record("b", 50, 51 + took), record("c", 0, 100), number=number))
    claim = told(
        workflow({"a": [], "b": ["a"], "c": []}), workflow({"a": [], "b": [], "c": []}), recorded
    ).makespan_claim
    assert claim.reason.startswith("the range of the saving includes none")


def test_runs_that_took_no_second() -> None:
    found = told(CHAIN, FLAT, [run(record("lint", 0, 0), number=n) for n in range(12)])
    assert (found.calibration.runs, found.makespan.share, found.bound.closeness) == (0, 0, 1)
    assert not found.makespan_claim.holds


def test_no_runs_no_numbers() -> None:
    start = baseline(CHAIN, runs(3, failing=3), Assumptions())
    found = predict(replay(start, FLAT), verdict_of(start.shape, None, ()), public=True, seed=1)
    assert isinstance(found, NoPrediction)
    assert "needful history import" in found.advice


def test_the_bound_that_no_schedule_beats() -> None:
    found = told(CHAIN, FLAT, runs(20)).bound
    assert (found.critical_path, found.work, found.at_once, found.seconds) == (133, 196, 20, 133)
    assert found.closeness == 1
    assert found._replace(at_once=1).seconds == 196
    assert found._replace(makespan=266).closeness == 0.5


def test_the_timelines_shown_are_those_of_a_median_run() -> None:
    start = baseline(CHAIN, runs(21), Assumptions())
    before, after = typical_run(replay(start, FLAT))
    assert (before.makespan, after.makespan) == (196, 133)
    assert [bar.name for bar in before.critical_path] == ["lint", "test", "deploy"]
    assert [bar.name for bar in after.critical_path] == ["test", "deploy"]


def test_checks_by_the_names_of_legs() -> None:
    side = matcher(f"  m:\n    strategy: {{matrix: {{n: [1, 2]}}}}\n{STEPS}")
    recorded = [run(record("m (1)", 0, 20), record("m (2)", 0, 90), number=n) for n in range(3)]
    assert told(side, side, recorded, Verdict(("m (1)",), "", known=True)).to_verdict.before == 20
    nobody = told(side, side, recorded, Verdict(("Other",), "", known=True))
    assert nobody.to_verdict.before == 90
    assert nobody.verdict == Verdict(("m",), "all jobs; none reports Other")


def test_a_new_job_may_be_a_check_too() -> None:
    more = workflow({"lint": [], "test": [], "deploy": ["lint", "test"], "slow": ["test"], "smoke": ["deploy"]})
    found = told(CHAIN, more, runs(20))
    assert found.unknown  # what the new jobs take is not known here, so nothing is claimed
    assert 123 < found.to_verdict.after < found.makespan.after  # `slow` counts, `smoke` comes after `deploy`
    start = baseline(CHAIN, runs(20), Assumptions(Limits(20)))
    weights = weigh(replay(start, more), found.verdict)
    assert weights is not None
    assert [weight.to_verdict for weight in weights] == [found.to_verdict.before, found.to_verdict.after]
    assert [weight.makespan for weight in weights] == [found.makespan.before, found.makespan.after]
    known = told(CHAIN, more, runs(20), Verdict(("test",), "", known=True))
    assert known.to_verdict.after == 123


def test_which_jobs_a_person_waits_for() -> None:
    shape = shape_of(files_of(f"  Deploy:\n{STEPS}  smoke:\n    needs: deploy\n{STEPS}")[0])
    assert verdict_of(shape, None, ["deploy"]).jobs == ("Deploy", "smoke")
    assert verdict_of(shape, None, ["smoke"]).jobs == ("Deploy",)
    assert verdict_of(shape, ["smoke"], ["smoke"]) == Verdict(("smoke",), "the required checks", known=True)


def test_structure_without_numbers() -> None:
    before, after = (shape_of(side.workflow) for side in (CHAIN, FLAT))
    assert structure(before, after) == (("lint", "test", "deploy"), ("lint", "deploy"))
    assert longest_chain(graph({})) == ()


def test_assumed_durations_carry_no_claim() -> None:
    found = predict(assume(CHAIN, FLAT, Assumptions(seed=3)), Verdict(("test",), ""), public=True, seed=1)
    assert isinstance(found, Prediction)
    assert found.assumed
    assert found.makespan.saving > 0
    assert found.makespan_claim.reason == "every duration is assumed, none of this repository was measured"
    assert {basis.origin for basis in found.bases} == {Origin.ASSUMED}
    assert found.unknown == ()
    again = predict(assume(CHAIN, FLAT, Assumptions(seed=3)), Verdict(("test",), ""), public=True, seed=1)
    assert again == found
    called = matcher("  call:\n    uses: other/repo/.github/workflows/x.yml@v1\n")
    assert assume(called, called, Assumptions(), runs=1).unknown == ("`call`, whose steps are not known",)


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (0.5, 1), (60, 1), (60.000000001, 1), (61, 2), (120, 2)])
def test_minutes(seconds: float, minutes: int) -> None:
    assert billed_minutes(seconds) == minutes


def test_runs_a_month_need_days() -> None:
    assert runs_per_month([]) is None
    assert runs_per_month([0, 86_400]) is None
    assert runs_per_month([0, 10, 4 * 86_400]) == pytest.approx(2 / 4 * DAYS_PER_MONTH)


def test_money_is_not_known_without_prices() -> None:
    recorded = [run(record("lint", 0, 60, labels=("my-machine",)), number=n, day=n) for n in range(5)]
    cost = told(CHAIN, CHAIN, recorded).cost
    assert (cost.money_before, cost.money_after, cost.unpriced, cost.before) == (None, None, 1, 1)
    start = baseline(CHAIN, runs(5), Assumptions())
    free = predict(replay(start, FLAT), verdict_of(start.shape, None, ()), public=True, seed=1)
    assert isinstance(free, Prediction)
    assert (free.cost.money_before, free.cost.money_after) == (0, 0)


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=30), st.floats(0, 1))
def test_quantiles_lie_among_the_values(values: list[float], share: float) -> None:
    for found in (quantile(values, share), next_of_sorted(sorted(values), share)):
        assert min(values) <= found <= max(values)


def test_quantiles() -> None:
    assert [quantile([4, 1, 3, 2], share) for share in (0, 0.5, 0.9, 1)] == pytest.approx([1, 2.5, 3.7, 4])
    assert next_of_sorted(list(range(1, 20)), 0.05) == 1
    assert next_of_sorted(list(range(1, 40)), 0.05) == 2


def test_the_interval_of_a_mean_is_that_of_the_textbook() -> None:
    """Mean difference of 200 pairs with a known spread: about two standard errors to each side."""
    pairs = [(10.0 + number % 2 * 4, 10.0) for number in range(200)]

    def mean(before: object, after: object) -> float:
        assert isinstance(before, list)
        assert isinstance(after, list)
        return float(sum(before) - sum(after)) / len(before)

    low, high = bootstrap(pairs, mean, seed=1)
    error = 2 / 200**0.5
    assert low == pytest.approx(2 - 1.96 * error, abs=0.05)
    assert high == pytest.approx(2 + 1.96 * error, abs=0.05)
    assert bootstrap(pairs, mean, seed=1) == (low, high)
    assert quantile([5.0], 0.3) == next_of_sorted([5.0], 0.3) == 5
