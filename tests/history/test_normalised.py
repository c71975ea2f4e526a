"""The recordings of the data folder in their common form, as the benchmarks read them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from needful.history.model import RunRecord
from needful.history.statistics import makespan, statistics_of


def normalised(checkout: Path, shared: Path, name: str) -> tuple[RunRecord, ...]:
    spec = importlib.util.spec_from_file_location("normalised", checkout / "benchmarks" / "normalised.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: tuple[RunRecord, ...] = module.normalised_runs(shared / "timing-data" / "normalised" / f"{name}.jsonl.gz")
    return found


@pytest.mark.parametrize(
    ("name", "runs", "jobs", "steps", "carried"),
    [
        ("autoware_health_check", 100, 455, 0, 0),
        ("biome_and_stepsecurity", 7, 18, 134, 0),
        ("bitcoin_bitcoin", 923, 17_002, 0, 0),
        ("ionic_stencil_nightly", 296, 296, 1762, 32),
        ("panjf2000_ants", 39, 110, 917, 0),
        ("pytables_wheels", 1, 18, 90, 0),
    ],
)
def test_all_recorded_jobs_are_read(
    checkout: Path, shared: Path, name: str, runs: int, jobs: int, steps: int, carried: int
) -> None:
    found = normalised(checkout, shared, name)
    own = [job for run in found for job in run.jobs]
    assert (len(found), len(own)) == (runs, jobs)
    assert (sum(len(job.steps) for job in own), sum(job.carried for job in own)) == (steps, carried)


def test_waiting_is_as_it_was_measured_by_hand(checkout: Path, shared: Path) -> None:
    # first attempts of the nightly build, created to started; one of the 260 was cancelled before it had a runner
    runs = [run for run in normalised(checkout, shared, "ionic_stencil_nightly") if run.attempt == 1]
    ((labels, waits),) = statistics_of(runs).waits
    assert (labels, waits.n, waits.p50, waits.p90) == ("ubuntu-latest", 259, 6, 8)


def test_the_makespan_of_the_wheels_is_that_of_the_slow_one(checkout: Path, shared: Path) -> None:
    (run,) = normalised(checkout, shared, "pytables_wheels")
    assert makespan(run) == pytest.approx(16_510, abs=1)
