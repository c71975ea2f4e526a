"""A plan without some changes weighs what it would if it were planned so: shown on the demonstration and its runs."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from needful.app.targets import find_targets, repository_of
from needful.history.reading import read_runs
from needful.planning.planner import Choice, Opened, opened, plan_opened
from needful.planning.pricing import Pricer, Terms
from needful.planning.weights import Weights
from needful.schedule.load import Limits
from needful.workflow.repository import Repository

ONLY_EDGES = Choice(only=frozenset({"drop-false-needs", "add-missing-needs"}))


@pytest.fixture(scope="module")
def demo(checkout: Path) -> tuple[Repository, Opened, Path]:
    (target,) = find_targets([str(checkout / "fixtures" / "demo")])
    repository = repository_of(target)
    return repository, opened(repository, target.workflows[0]), checkout / "fixtures" / "demo" / "history"


@pytest.mark.parametrize("limits", [Limits(), Limits(2)], ids=["no limit", "two jobs at once"])
def test_edges_that_are_put_back_weigh_what_a_new_plan_does(
    demo: tuple[Repository, Opened, Path], limits: Limits
) -> None:
    repository, begun, history = demo
    runs = read_runs((file.name, file.read_bytes()) for file in history.iterdir()).runs
    whole = plan_opened(begun, ONLY_EDGES)
    pricer = Pricer(repository, begun.state.analysis, runs, Terms(limits))
    assert pricer.comparable >= 10
    weights = Weights(begun, ONLY_EDGES, whole, pricer)
    dropped = [change.id for change in whole.changes if change.proposal.rule == "drop-false-needs"]
    assert len(dropped) == 5
    for size in range(len(dropped) + 1):
        for gone in combinations(dropped, size):
            anew = plan_opened(begun, replace(ONLY_EDGES, refused=dict.fromkeys(gone, "")))
            assert weights.without(frozenset(gone)) == pricer.weights(anew)[1], gone


def test_other_changes_are_planned_anew(demo: tuple[Repository, Opened, Path]) -> None:
    repository, begun, history = demo
    runs = read_runs((file.name, file.read_bytes()) for file in history.iterdir()).runs
    whole = plan_opened(begun, ONLY_EDGES)
    pricer = Pricer(repository, begun.state.analysis, runs, Terms())
    weights = Weights(begun, ONLY_EDGES, whole, pricer)
    assert weights.without(frozenset({"bound-job-time:ci.yml:lint"})) == weights.without(frozenset())
