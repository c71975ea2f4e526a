"""Footprints of the steps of one job, for tests, among other files of the repository."""

from __future__ import annotations

from dependence.made import CI, HEAD
from needful.effects.footprints import footprints
from needful.effects.job import job_steps
from needful.effects.traces import Footprint
from needful.workflow.repository import Repository


def repository_of(files: dict[str, str]) -> Repository:
    """A repository of a few files, with its folders."""
    contents = {path: text.encode() for path, text in files.items()}

    def listed(folder: str) -> tuple[str, ...]:
        inside = [path[len(folder) + 1 :] if folder else path for path in files if path.startswith(folder)]
        return tuple(sorted({name.partition("/")[0] + ("/" if "/" in name else "") for name in inside if name}))

    return Repository(".", contents.get, [path for path in contents if "/workflows/" in path], listed)


def printed(*steps: str, files: dict[str, str] | None = None, job: str = "") -> tuple[Footprint, ...]:
    """The footprints of steps (each a flow mapping, or a command) behind a checkout, which is left out."""
    rows = [step if step.startswith("{") else f"{{run: {step!r}}}" for step in steps]
    keys = "".join(f"    {line}\n" for line in job.splitlines())
    text = f"{HEAD}  job:\n    runs-on: ubuntu-latest\n{keys}    steps:\n      - uses: actions/checkout@v7\n"
    text += "".join(f"      - {row}\n" for row in rows)
    repository = repository_of({**(files or {}), CI: text})
    workflow = repository.workflow(CI)
    assert workflow is not None
    (only,) = workflow.jobs
    return footprints(workflow, only, repository, job_steps(workflow, only, repository))[1:]
