"""What a job runs on: a machine that is new for every job, or one whose disk outlives it."""

from __future__ import annotations

from needful.effects.choices import choices, choices_of
from needful.effects.model import Evidence
from needful.effects.names import Scope, names, show
from needful.facts.runners import is_fresh
from needful.workflow.model import Job, Text, Workflow


def lasting(workflow: Workflow, job: Job, scope: Scope) -> Evidence | None:
    """Why the disk of a job's machine may outlive it, None where the machine is new for every job."""
    if job.uses is not None:
        return None
    line = workflow.line(job.runs_on[0].span if job.runs_on else job.key_span)
    if job.runner_group is not None or not job.runs_on:
        return Evidence(workflow.path, line, f"`{job.id}` runs on a runner group, whose disks may be shared")
    for text in job.runs_on:
        for label in names(text, scope):
            if not all(is_fresh(choice) for choice in choices_of(label, job)):
                said = f"`{job.id}` may run on a self-hosted runner ({show(label)}), whose disk outlives it"
                return Evidence(workflow.path, line, said)
    return None


def labels(text: Text, job: Job, scope: Scope) -> tuple[str, ...]:
    """The labels that a text of `runs-on` can stand for; an empty one where that is not known."""
    return choices(text, job, scope)
