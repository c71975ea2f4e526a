"""Rules that ask recorded runs, on whole recordings: the demonstration's, and real ones of the data folder."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from needful.dependence.bounding import least
from needful.dependence.experience import Case, JobExperience
from needful.history.model import JobRecord, RunRecord
from needful.history.reading import read_runs
from needful.planning.plan import FilePlan
from needful.planning.planner import Choice
from needful.planning.pricing import Terms
from needful.planning.selection import Aim
from needful.planning.worthwhile import plan_worthwhile
from needful.workflow.repository import Repository
from rules.cases import HISTORY, cases, repository_of

RULES = frozenset({"bound-job-time", "drop-useless-cache", "longest-first"})
CI = ".github/workflows/ci.yml"


def planned(workflow: Path, path: str, runs: tuple[RunRecord, ...], root: Path | None = None) -> FilePlan:
    def read(name: str) -> bytes | None:
        file = workflow if name == path else root / name if root is not None else None
        return file.read_bytes() if file is not None and file.is_file() else None

    return plan_worthwhile(Repository(".", read, [path]), path, Choice(only=RULES), runs, Terms(), Aim())


def test_jobs_of_the_demonstration_are_bounded(checkout: Path) -> None:
    demo = checkout / "fixtures" / "demo"
    runs = read_runs([("runs.jsonl.gz", (demo / "history" / "runs.jsonl.gz").read_bytes())]).runs
    plan = planned(demo / CI, CI, runs, demo)
    assert {change.id for change in plan.changes} == {
        f"bound-job-time:ci.yml:{job}" for job in ("lint", "types", "handbook", "unit", "build", "end-to-end")
    }
    assert not planned(demo / CI, CI, runs[:15], demo).changes
    assert not planned(demo / CI, CI, (), demo).changes


def test_a_replay_of_whole_runs_shows_what_longest_first_saves() -> None:
    """The rule plays one job; the plan is priced by replays of the whole workflow, and keeps the change."""
    (case,) = (case for case in cases("longest-first") if case.name == "values-in-brackets")
    runs = read_runs([(HISTORY, case.history)]).runs
    plan = plan_worthwhile(repository_of({**case.files, CI: case.before}), CI, Choice(only=RULES), runs, Terms(), Aim())
    assert [change.proposal.rule for change in plan.changes] == ["longest-first"]
    assert plan.pricing is not None
    worth = plan.pricing.worth(plan.changes[0].id)
    assert worth is not None
    assert 100 < worth.makespan < 130


@pytest.mark.parametrize(
    ("recording", "workflow", "path"),
    [
        ("biome_and_stepsecurity", "otel-cicd-action/biome_main.yml@f9ff72d3.yml", ".github/workflows/main.yml"),
        ("pytables_wheels", "ghalogs-example/wheels.yml@a2033260.yml", ".github/workflows/wheels.yml"),
    ],
)
def test_one_recorded_run_proposes_nothing(
    checkout: Path, shared: Path, recording: str, workflow: str, path: str
) -> None:
    runs = tuple(normalised(checkout, shared, recording))
    assert runs
    assert not planned(shared / "timing-data" / workflow, path, runs).changes


def test_limits_hardly_ever_end_what_would_have_succeeded(checkout: Path, shared: Path) -> None:
    """A limit from the first 50 successes of each job of a large project, held against those that came later."""
    by_name: dict[str, list[JobRecord]] = {}
    for run in normalised(checkout, shared, "bitcoin_bitcoin"):
        for job in run.jobs:
            if job.conclusion in ("success", "failure") and job.started and job.completed:
                by_name.setdefault(job.name, []).append(job)
    ended = later = 0
    for jobs in by_name.values():
        in_order = sorted(jobs, key=lambda job: job.started or 0.0)
        seconds = [(job.conclusion == "success", (job.completed or 0) - (job.started or 0)) for job in in_order]
        places = [place for place, (passed, _) in enumerate(seconds) if passed]
        if len(places) < 70:
            continue
        first, rest = seconds[: places[50]], seconds[places[50] :]
        limit = least(JobExperience(tuple(Case(0, (), "linux", took, passed) for passed, took in first))) * 60
        later += sum(passed for passed, _ in rest)
        ended += sum(passed and took > limit for passed, took in rest)
    assert later > 5_000
    assert ended <= later / 2_000


def normalised(checkout: Path, shared: Path, name: str) -> Iterator[RunRecord]:
    spec = importlib.util.spec_from_file_location("normalised", checkout / "benchmarks" / "normalised.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield from module.normalised_runs(shared / "timing-data" / "normalised" / f"{name}.jsonl.gz")
