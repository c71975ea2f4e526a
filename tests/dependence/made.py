"""Workflows for tests, written short, and what is made of them."""

from __future__ import annotations

from collections.abc import Iterable

from needful.dependence.analysis import Analysis, analyse
from needful.dependence.situation import Situation, observe
from needful.effects.model import JobEffects
from needful.workflow.model import Workflow
from needful.workflow.repository import Repository

CI = ".github/workflows/ci.yml"
HEAD = "on: push\npermissions: {contents: read}\njobs:\n"


def files_of(text: str, files: dict[str, str] | None = None) -> tuple[Workflow, Repository]:
    """The workflow of a text (with `jobs:` or only what stands below it) among other files."""
    whole = text if "jobs:" in text else HEAD + text
    contents = {path: data.encode() for path, data in {**(files or {}), CI: whole}.items()}
    workflows = [path for path in contents if "/workflows/" in path]
    repository = Repository(".", contents.get, workflows, lambda folder: listed(contents, folder))
    workflow = repository.workflow(CI)
    assert workflow is not None
    return workflow, repository


def listed(paths: Iterable[str], folder: str) -> tuple[str, ...]:
    """The names in a folder of a repository that has these files."""
    inside = [path[len(folder) :].lstrip("/") for path in paths if not folder or path.startswith(f"{folder}/")]
    return tuple(sorted({name + "/" * bool(below) for name, below, _ in (path.partition("/") for path in inside)}))


def situation(text: str, files: dict[str, str] | None = None) -> Situation:
    return observe(*files_of(text, files))


def analysis(text: str, files: dict[str, str] | None = None) -> Analysis:
    return analyse(*files_of(text, files), thorough=True)


def effects(steps: str, *, job: str = "", top: str = HEAD, files: dict[str, str] | None = None) -> JobEffects:
    """The effects of one job, `job`, with these steps (a flow list without its brackets) and further keys."""
    keys = "".join(f"    {line}\n" for line in job.splitlines())
    runner = "" if "runs-on" in job or "uses:" in job else "    runs-on: ubuntu-latest\n"
    body = f"    steps: [{steps}]\n" if steps else ""
    return situation(f"{top}  job:\n{runner}{keys}{body}", files).effects["job"]
