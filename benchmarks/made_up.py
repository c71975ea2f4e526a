"""Records of runs as GitHub's API gives them, made up for the benchmarks. Times are seconds from the start of 2026."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

PATH = ".github/workflows/ci.yml"
REPOSITORY = "harbour/lighthouse"

Record = dict[str, object]


def run_record(number: int, begun: int, ended: int, jobs: Sequence[Record]) -> Record:
    """A run of `PATH` on the main branch in which everything succeeds; `number` counts from 0."""
    return {
        "id": number + 1,
        "name": "CI",
        "path": PATH,
        "event": "push",
        "head_branch": "main",
        "head_sha": f"{number:040x}",
        "status": "completed",
        "conclusion": "success",
        "run_attempt": 1,
        "created_at": moment(begun),
        "run_started_at": moment(begun),
        "updated_at": moment(ended),
        "repository": {"full_name": REPOSITORY},
        "jobs": jobs,
    }


def job_record(run: int, number: int, name: str, created: int, steps: Sequence[str], cuts: Sequence[int]) -> Record:
    """A job of the run with this number. `cuts` are the times between its steps, from its begin to its end."""
    assert len(cuts) == len(steps) + 1
    return {
        "id": number,
        "run_id": run + 1,
        "run_attempt": 1,
        "name": name,
        "labels": ["ubuntu-latest"],
        "status": "completed",
        "conclusion": "success",
        "created_at": moment(created),
        "started_at": moment(cuts[0]),
        "completed_at": moment(cuts[-1]),
        "steps": [
            {
                "number": place,
                "name": step,
                "status": "completed",
                "conclusion": "success",
                "started_at": moment(begun),
                "completed_at": moment(ended),
            }
            for place, (step, (begun, ended)) in enumerate(zip(steps, pairwise(cuts), strict=True), 1)
        ],
    }


def moment(seconds: int) -> str:
    """As the API writes it."""
    return datetime.fromtimestamp(1_767_225_600 + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
