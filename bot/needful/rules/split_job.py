"""Give a check that cannot share a machine with the others a job of its own. Advice, with what to write.

## Why

Two test suites of one job wait for each other. Where they use the same ports, databases or report files, they cannot
run at the same time on one machine; on two they can.

## What it says

How long the check takes in the recorded runs, what is set up before it, how much sooner the slower of both jobs ends,
and what the second set-up costs in minutes of machines. Checks that can share a machine are left to `parallel-steps`
and `background-step`, which set up nothing twice.

It is never applied: a new job is a new check, which only you can make a required one.

## When it stays silent

- no run is recorded, or the job succeeded in fewer than ten recorded cases;
- less than a minute, or a fifth of the job, would be saved;
- in most runs another job ends later, other than those that wait for this one;
- the checks use what the others make, or what one of them leaves on the machine is not known;
- they share nothing: then they can run at once where they are;
- a step from the check on does more than check, looks at how others ended, or asks for the check's outcome;
- the job has a matrix, groups of steps, or a machine that somebody keeps.
"""

from __future__ import annotations

from collections.abc import Iterator

from needful.dependence.analysis import Analysis
from needful.dependence.experience import told
from needful.dependence.job_parts import Apart, apart
from needful.dependence.step_links import step_name
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.workflow.model import Job, Step


def subjects(analysis: Analysis) -> Iterator[Subject]:
    for job in analysis.workflow.jobs if analysis.experience is not None else ():
        if job.uses is None:
            yield (job.id,)


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation = analysis.situation
    job = situation.workflow.job(subject[0])
    found = apart(situation, job) if job is not None else None
    if job is None or found is None:
        return None
    step = found.check.step
    seen = situation.evidence(
        step.span,
        f"it took {told(found.seconds)} of {told(found.whole)}, what is set up before it {told(found.before)}, in "
        f"{found.runs} recorded successes (medians)",
    )
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW,
        subject=subject,
        at=step.span,
        title=f"“{step_name(step)}” of `{job.id}` could be a job of its own",
        because=f"`{job.id}` ends most runs, and {found.why.text}, which two machines do not share",
        evidence=(seen, *found.why.evidence),
        cost=f"about {told(found.extra)} of machines more a run, for the second set-up; and one check more",
        held=_advice(analysis, job, found),
    )


def _advice(analysis: Analysis, job: Job, found: Apart) -> str:
    """What there is to do."""
    situation = analysis.situation
    kept = " and ".join(filter(None, (_lines(analysis, found.set_up), _lines(analysis, (found.check.step,)))))
    needing = [each.id for each in situation.workflow.jobs if job.id.lower() in situation.graph.needs[each.id.lower()]]
    waits = f", and to the `needs` of {', '.join(f'`{each}`' for each in needing)}" if needing else ""
    return (
        f"about {told(found.gain)} sooner; {found.why.text}, so that they cannot share a machine. If neither reads "
        f"what the other writes, copy "
        f"`{job.id}` with its steps in {kept} only, take the step in {_lines(analysis, (found.check.step,))} out of "
        f"`{job.id}`, and add the new job to the required checks{waits}"
    )


def _lines(analysis: Analysis, steps: tuple[Step, ...]) -> str:
    """Where steps stand that follow each other, `""` for none."""
    numbers = [analysis.workflow.line(step.span) for step in steps]
    if not numbers:
        return ""
    return f"line {numbers[0]}" if len(numbers) == 1 else f"lines {numbers[0]} to {numbers[-1]}"


RULE = Rule(
    id="split-job",
    tier=Tier.REVIEW,
    since="0.2.0",
    summary="Give a check that cannot share a machine with the others a job of its own. Advice, never applied.",
    subjects=subjects,
    propose=propose,
)
