"""Whether a cache would be found at all: GitHub deletes what nobody asked for in seven days, and hides the rest.

A run finds the caches of its own branch and of the default branch; those of a pull request are its own. See
https://docs.github.com/en/actions/reference/workflows-and-actions/dependency-caching#restrictions-for-accessing-a-cache
"""

from __future__ import annotations

import re

from needful.dependence.situation import Situation
from needful.facts.set_up_caches import set_up
from needful.workflow.model import Job, Trigger, Workflow

_BY_HAND = frozenset({"workflow_dispatch", "repository_dispatch"})
_NEVER_THERE = frozenset({"pull_request", "pull_request_review", "merge_group"})
"""Events whose runs are never those of the default branch."""
_STEPS = re.compile(r"\*/[123]")
_ELSEWHERE = re.compile(
    r"github\.event_name\s*==\s*'pull_request'|github\.ref(?:_name)?\s*!=\s*'(?:refs/heads/)?(?:main|master)'"
)


def too_rare(workflow: Workflow) -> str:
    """Why a cache would mostly be gone when a workflow runs again, in words that follow a job's name; `""` if not."""
    if all(trigger.event in _BY_HAND or _is_rare(trigger) for trigger in workflow.triggers):
        return "runs so rarely that a cache would mostly be gone before it is asked for"
    return ""


def _is_rare(trigger: Trigger) -> bool:
    texts = dict(trigger.filters)
    if trigger.event == "schedule":
        crons = texts.get("cron", ())
        return bool(crons) and all(_is_weekly(cron.value.split()) for cron in crons)
    paths = texts.get("paths", ())
    return bool(paths) and all(path.value.startswith(".github/") for path in paths)


def _is_weekly(fields: list[str]) -> bool:
    """Whether a schedule means no more than one day of the week, or some days of the month."""
    if len(fields) != 5:
        return False
    day, month, weekday = fields[2:]
    return month != "*" or not (day == "*" or _STEPS.match(day)) or weekday.isalnum()


def unfilled(situation: Situation, job: Job) -> str:
    """Why no run of the default branch saves what a job keeps, in words of their own; `""` where one may."""
    events = {trigger.event for trigger in situation.workflow.triggers}
    if not events <= _NEVER_THERE and not _is_elsewhere(job):
        return ""
    return "no run on the default branch fills it, so that a pull request finds only what its own earlier runs saved"


def _is_elsewhere(job: Job) -> bool:
    condition = job.condition.value if job.condition is not None else ""
    return bool(_ELSEWHERE.search(condition)) and "||" not in condition


def filled_elsewhere(situation: Situation, action: str, manager: str) -> bool:
    """Whether another workflow that runs on the default branch keeps the same with the same set-up action."""
    facts = set_up(action)
    if facts is None:
        return False
    wanted = manager if facts.value is None else "true"
    for other in situation.repository.readable:
        if {trigger.event for trigger in other.triggers} <= _NEVER_THERE:
            continue
        for step in (step for job in other.jobs for step in job.all_steps() if step.uses is not None):
            given = step.input(facts.input) if step.uses is not None and step.uses.name == action else None
            if given is not None and given.value.strip().lower() == wanted:
                return True
    return False
