"""For which events a job runs: whether everybody's pull requests get through to it.

In a run for a pull request from a fork, or of Dependabot, the job's token may only read, whatever the settings of the
repository say (docs.github.com, Automatic token authentication; Dependabot on GitHub Actions).
"""

from __future__ import annotations

from needful.effects.walk import Site
from needful.workflow.model import Job, Text, Workflow

_TELLS_NOTHING = frozenset({"matrix", "runner", "strategy"})
# what happens to a pull request when people decide about it
_BY_PEOPLE = frozenset({"assigned", "closed", "labeled", "milestoned", "review_requested", "unassigned", "unlabeled"})


def by_pull_requests(workflow: Workflow) -> bool:
    """Whether pull requests start a workflow as they come, from wherever they come."""
    trigger = workflow.on("pull_request")
    if trigger is None:
        return False
    types = {text.value for key, texts in trigger.filters if key == "types" for text in texts}
    return not types or not types <= _BY_PEOPLE


def lets_all_in(workflow: Workflow, job: Job) -> bool:
    """Whether no `if` of a job, or of those that it waits for, may tell pull requests from other runs."""
    seen: set[str] = set()
    pending = [job.id.lower()]
    while pending:
        found = workflow.job(pending.pop())
        if found is None or found.id.lower() in seen:
            continue
        seen.add(found.id.lower())
        if found.condition is not None and _may_tell(found.condition):
            return False
        pending += [need.on.lower() for need in found.needs]
    return True


def lets_in(site: Site) -> bool:
    """The same of the `if`s on the way to a step; what a local action asks for is not known here."""
    return not site.conditional or (site.file is site.workflow and not any(map(_may_tell, site.conditions)))


def _may_tell(condition: Text) -> bool:
    reads = (access[0] for part in condition.template.expressions for access in part.accesses)
    return any(context not in _TELLS_NOTHING for context in reads)
