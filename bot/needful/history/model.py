"""Recorded runs as values, in the shape of GitHub's REST API. Times are seconds since 1970, None if unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class StepRecord(NamedTuple):
    """One step of a recorded job; `conclusion` is GitHub's word (`success`, `skipped` …), `""` where it has none."""

    number: int
    name: str
    conclusion: str
    started: float | None = None
    completed: float | None = None


@dataclass(frozen=True)
class JobRecord:
    """One job of a recorded run, named as people see it: `test (3.12)`, `caller / callee`.

    `created` is when nothing but a runner was missing, `started` when one had it. `carried`: the job did not run in
    this attempt, its record comes from an earlier one.
    """

    id: int
    name: str
    conclusion: str
    labels: tuple[str, ...] = ()
    created: float | None = None
    started: float | None = None
    completed: float | None = None
    steps: tuple[StepRecord, ...] = ()
    carried: bool = False


@dataclass(frozen=True)
class RunRecord:
    """One attempt of a run. `path` is the workflow's file (`.github/workflows/ci.yml`), `workflow` its name.

    `created` is when the run was first made, `started` when this attempt began. `repository` is `owner/name`. Where
    only jobs were recorded, texts that only the run says are `""`.
    """

    id: int
    attempt: int
    workflow: str
    path: str
    event: str
    branch: str
    head_sha: str
    conclusion: str
    created: float | None
    started: float | None
    updated: float | None
    jobs: tuple[JobRecord, ...] = ()
    repository: str = ""

    @property
    def unapproved(self) -> bool:
        """Whether GitHub holds it back until somebody approves it: listed as completed, though it never began.

        https://docs.github.com/en/actions/how-tos/manage-workflow-runs/approve-runs-from-forks
        """
        return self.conclusion == "action_required"
