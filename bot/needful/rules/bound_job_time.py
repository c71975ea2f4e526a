"""End a job that hangs, long before GitHub's six hours are over.

## Why

A job that waits for something that never comes, such as a test that deadlocks or a server that does not answer, holds
its runner for 360 minutes. Nobody learns of it before, and every one of those minutes counts.

## What it does

It adds `timeout-minutes` to a job. How many follows from the recorded runs of this repository: four times the 99th
percentile of the slowest leg, and at least three times what the longest case of all took, whether that succeeded or
failed. No job is given less than a quarter of an hour. The number is one that the repository uses elsewhere, if one
fits, otherwise a round one.

## The cost

A run that takes longer than any before, by that factor, is ended although it might have succeeded. So the tier is
`trade`.

## When it is left for review

Something in the job could publish or deploy unseen, and must perhaps not stop half-way.

## When it stays silent

- no run is recorded, or the job succeeded in fewer than 20 recorded runs;
- a leg of its matrix never succeeded in a recorded run, or only the run knows which legs there are;
- the job has a limit, or every step that does something has one;
- it publishes, deploys, or changes something else that lasts: it must not stop half-way;
- it waits for a person or for another run;
- it runs on a machine that somebody keeps: the next machine may be slower;
- what it may take is more than three hours: little would be saved;
- it calls another workflow, where the limit belongs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from needful.dependence.analysis import Analysis
from needful.dependence.bounding import least, minutes, too_little_known, unboundable
from needful.dependence.experience import JobExperience, high, told, typical
from needful.dependence.parts import Part
from needful.document.operations import AddKey
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.workflow.model import Job, StepKind, Workflow

_ROUND = (15, 20, 30, 45, 60, 90, 120, 180)
"""Minutes as people write them. GitHub's own limit is 360, so the last one saves half of it."""
_GENEROUS = 2.0
"""A number that the repository uses may be so many times the round one."""
_SHORT_RUNNERS = "ubuntu-slim"
"""Ends every job after 15 minutes."""


def subjects(analysis: Analysis) -> Iterator[Subject]:
    for job in analysis.workflow.jobs if analysis.experience is not None else ():
        if job.timeout is None and job.uses is None:
            yield (job.id,)


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation = analysis.situation
    job = situation.workflow.job(subject[0])
    if job is None or job.timeout is not None or analysis.experience is None or _is_bounded(job):
        return None
    known = analysis.experience.of(job)
    if known is None or too_little_known(known):
        return None
    limit = _limit(analysis, least(known))
    if limit is None or unboundable(situation, job):
        return None
    return Proposal(
        rule=RULE.id,
        tier=Tier.TRADE,
        subject=subject,
        at=job.key_span,
        title=f"`{job.id}` can be ended after {limit} minutes instead of 360",
        because=f"`{job.id}` has no limit, so that a run of it that hangs holds its runner for six hours",
        evidence=(situation.evidence(job.key_span, _measured(job, known)),),
        operations=(AddKey(job.path, "timeout-minutes", limit, after=("runs-on",)),),
        cost=f"a run of `{job.id}` that takes longer than any before, and over {limit} minutes, is ended",
        parts=frozenset({Part.TIMEOUTS}),
    )


def _is_bounded(job: Job) -> bool:
    """Whether the job cannot hang for long: its runner ends it, or every step that does something has a limit."""
    if any(_SHORT_RUNNERS in text.value.lower() for text in job.runs_on):
        return True
    steps = [step for step in job.all_steps() if step.kind in (StepKind.RUN, StepKind.USES)]
    return all(step.timeout is not None for step in steps)


def _limit(analysis: Analysis, needed: float) -> int | None:
    """Minutes, at least the `needed` ones: as other jobs have them, else a round number; None for too many."""
    plain = next((number for number in _ROUND if number >= needed), None)
    if plain is None:
        return None
    for workflows in ((analysis.workflow,), analysis.repository.readable):
        usual = [number for number in _used(workflows) if needed <= number <= min(_GENEROUS * plain, _ROUND[-1])]
        if usual:
            return min(usual)
    return plain


def _used(workflows: Iterable[Workflow]) -> Iterator[int]:
    """The limits that jobs have, in whole minutes."""
    for workflow in workflows:
        for job in workflow.jobs:
            given = minutes(job)
            if given is not None and given.is_integer():
                yield int(given)


def _measured(job: Job, known: JobExperience) -> str:
    passed = [case.seconds for case in known.passed]
    failed = len(known.cases) - len(passed)
    failures = f"{failed} failure{'s' if failed > 1 else ''}"
    longest = max(case.seconds for case in known.cases)
    said = f"`{job.id}` took {told(typical(passed))} in {len(passed)} recorded successes (median)"
    said += f", {told(high(passed))} as 99th percentile; the longest of all was {told(longest)}"
    said += f", {failures} among them" if failed else ""
    return said + (f"; {known.overdue} ran into GitHub's limit" if known.overdue else "")


RULE = Rule(
    id="bound-job-time",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="End a job that hangs: a limit from recorded runs, with headroom.",
    subjects=subjects,
    propose=propose,
    together=True,
)
