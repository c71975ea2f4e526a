"""What is worked out about a job when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from needful.workflow.model import Job, Workflow

_Found = TypeVar("_Found")


class OnDemand(Mapping[str, _Found]):
    """Something about each job, worked out when it is first asked for."""

    def __init__(self, workflow: Workflow, found_of: Callable[[Job], _Found]) -> None:
        self._jobs = {job.id.lower(): job for job in workflow.jobs}
        self._found_of = found_of
        self._found: dict[str, _Found] = {}

    def take(self, known: OnDemand[_Found], jobs: Iterable[str]) -> None:
        """Take over what another text of the workflow has told of jobs that are the same in both."""
        self._found.update((job, known._found[job]) for job in jobs if job in known._found)

    def __getitem__(self, job_id: str) -> _Found:
        if job_id not in self._found:
            self._found[job_id] = self._found_of(self._jobs[job_id])
        return self._found[job_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._jobs)

    def __len__(self) -> int:
        return len(self._jobs)
