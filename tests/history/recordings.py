"""Recorded runs in the shape of GitHub's REST API, made up for the tests. Seconds count from noon of 2 March 2026."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ZERO = NOON.timestamp()
REPOSITORY = "harbour/lighthouse"


def at(seconds: float | None) -> str | None:
    """A time as the API writes it."""
    return None if seconds is None else (NOON + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def run(run_id: int = 71, *, begun: float = 0, **given: object) -> dict[str, Any]:
    """A finished run of `ci.yml`."""
    return {
        "id": run_id,
        "name": "CI",
        "node_id": "WFR_x",
        "head_branch": "main",
        "head_sha": "a" * 40,
        "path": ".github/workflows/ci.yml",
        "display_title": "Light the lamp",
        "run_number": 12,
        "event": "push",
        "status": "completed",
        "conclusion": "success",
        "workflow_id": 5,
        "actor": {"login": "keeper"},
        "created_at": at(begun),
        "run_started_at": at(begun),
        "updated_at": at(begun + 300),
        "run_attempt": 1,
        "head_commit": {"author": {"name": "Keeper", "email": "keeper@example.org"}},
        "repository": {"id": 9, "full_name": REPOSITORY},
        **given,
    }


def job(
    name: str, start: float | None = 5, end: float | None = 65, *, run_id: int = 71, job_id: int = 1, **given: object
) -> dict[str, Any]:
    """A finished job."""
    return {
        "id": job_id,
        "run_id": run_id,
        "run_url": f"https://api.github.com/repos/{REPOSITORY}/actions/runs/{run_id}",
        "run_attempt": 1,
        "workflow_name": "CI",
        "head_branch": "main",
        "head_sha": "a" * 40,
        "status": "completed",
        "conclusion": "success",
        "created_at": at(1),
        "started_at": at(start),
        "completed_at": at(end),
        "name": name,
        "steps": [],
        "labels": ["ubuntu-24.04"],
        "runner_name": "GitHub Actions 7",
        **given,
    }


def step(number: int, name: str, start: float | None, end: float | None, **given: object) -> dict[str, Any]:
    """A finished step."""
    return {
        "number": number,
        "name": name,
        "status": "completed",
        "conclusion": "success",
        "started_at": at(start),
        "completed_at": at(end),
        **given,
    }
