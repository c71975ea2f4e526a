"""Recorded jobs in the common form of the data folder (one job a line, short keys) → the records of `needful.history`.

The form is that of the folder `timing-data` beside the checkout, not GitHub's, so it is read here. What it does not
say stays unknown: no run has a conclusion, and where `attempt` is empty there is one attempt.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from needful.history.model import JobRecord, RunRecord, StepRecord
from needful.history.reading import joined
from needful.history.rest import JobPart, Part


def normalised_runs(file: Path) -> tuple[RunRecord, ...]:
    """The runs of a `.jsonl.gz` file with their jobs, the earliest first."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return joined([part for number, line in enumerate(lines, 1) for part in _parts(json.loads(line), number)])


def _parts(row: dict[str, Any], number: int) -> Iterator[Part]:
    attempt = row["attempt"] or 1
    workflow, sha = row["workflow"] or "", row["head_sha"] or ""
    yield RunRecord(
        id=row["run_id"],
        attempt=attempt,
        workflow=workflow,
        path=row["path"] or "",
        event=row["event"] or "",
        branch="",
        head_sha=sha,
        conclusion="",
        created=row["run_started"] if attempt == 1 else None,
        started=row["run_started"],
        updated=row["run_updated"],
        repository=row["repo"],
    )
    job = JobRecord(
        id=row["job_id"] or number,
        name=row["job"],
        conclusion=row["conclusion"] or "",
        labels=tuple(row["labels"]),
        created=row["created"],
        started=row["started"],
        completed=row["completed"],
        steps=tuple(
            StepRecord(step["n"], step["name"], step["c"] or "", step["s"], step["e"]) for step in row["steps"]
        ),
    )
    yield JobPart(row["run_id"], attempt, workflow, "", sha, row["repo"], job)
