"""Rules that ask recorded runs beside all others: what one takes out, none puts back."""

from __future__ import annotations

import pytest

from rules.cases import CI, Case, cases, plan_files

RECORDED = [case for case in cases() if case.history and case.acts]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in RECORDED])
def test_a_second_run_of_all_rules_finds_nothing(case: Case) -> None:
    choice = case.choice(alone=False)
    first = plan_files({**case.files, CI: case.before}, choice, case.history)
    assert case.rule in {change.proposal.rule for change in first.changes}
    again = plan_files({**case.files, CI: first.after.to_bytes()}, choice, case.history)
    assert not again.changes


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in RECORDED])
def test_without_recorded_runs_these_rules_are_silent(case: Case) -> None:
    if case.rule != "cache-dependencies":
        assert not plan_files({**case.files, CI: case.before}, case.choice()).changes
