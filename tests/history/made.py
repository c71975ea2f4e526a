"""Repositories and matched runs for the tests of this folder."""

from __future__ import annotations

from typing import Any

from history.recordings import job
from needful.errors import UserError
from needful.history.fields import Place
from needful.history.matching import Matcher, RunMatch
from needful.history.model import RunRecord
from needful.history.reading import joined
from needful.history.rest import parts_of
from needful.workflow.repository import Repository

CI = ".github/workflows/ci.yml"


def matcher(jobs: str, **others: str) -> Matcher:
    """For a workflow with these jobs; `others` are called workflows by their names without ending."""
    texts = {f".github/workflows/{name}.yml": text for name, text in others.items()}
    texts[CI] = f"name: CI\non: push\njobs:\n{jobs}"
    repository = Repository(".", lambda path: texts[path].encode() if path in texts else None, sorted(texts))
    workflow = repository.workflow(CI)
    assert workflow is not None
    return Matcher(workflow, repository)


def recorded(*jobs: dict[str, Any]) -> RunRecord:
    """A run of these jobs, numbered in their order."""
    parts = []
    for number, one in enumerate(jobs, 1):
        for part in parts_of(Place("x"), one | {"id": number}):
            assert not isinstance(part, UserError)
            parts.append(part)
    (run,) = joined(parts)
    return run


def match(workflow: Matcher, *jobs: str | dict[str, Any]) -> RunMatch:
    """A run of jobs, by their names or as they are recorded."""
    return workflow.match(recorded(*(one if isinstance(one, dict) else job(one) for one in jobs)))


def shown(found: RunMatch) -> dict[str, str]:
    """What each recorded job is: `caller/job key=value (how)`, `?` for several, `-` for none."""
    lines = {
        one.record.name: "/".join(one.leg.jobs)
        + "".join(f" {key}={value}" for key, value in one.leg.values)
        + (" whole" if one.leg.whole else "")
        + f" ({one.how.value})"
        for one in found.jobs
    }
    lines |= {record.name: "?" for record in found.ambiguous}
    return lines | {record.name: "-" for record in found.unmatched}
