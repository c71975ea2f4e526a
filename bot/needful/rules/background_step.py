"""Let a long check go on in the background while steps that have nothing to do with it run one after the other.

## Why

A linter that takes two minutes holds up all that stands behind it. Where the steps behind it need each other, they
cannot run at once, but the linter need not make them wait: since June 2026 a step with `background: true` goes on
while the next ones run.

## What it does

The step gets `background: true`. Before the first step that must come after it, a bare `wait-all:` is put; where
nothing must, there is none, since GitHub waits for all steps at the end of the job. A failure still fails the job: at
the `wait-all:`, or at the end. The step must be of a kind that usually takes long, and at least two behind it must be
independent of it, one of which takes long as well. Where all of them are independent of each other, `parallel-steps`
makes a group of them.

## The cost

They share the processors and the memory of the machine. And when the check fails, the steps that ran beside it have run
in vain. So the tier is `trade`.

## When it is only shown

A linter of the repository, such as actionlint, refuses the new keys: the reason and the entry for its settings are
given. Or nobody can tell whether the machine knows them: it is rented, in a container, or named by a variable.

## When it stays silent

- a step behind it uses what it makes, sets or installs, or both use the same thing;
- what one of them does is not known, or does more than check: it would now run after a failure;
- fewer than two steps could run beside it, or none that takes long;
- a condition asks for failures, or somebody reads the outcome of the step;
- the job has steps in the background already, or runs on a machine that people keep themselves.
"""

from __future__ import annotations

from collections.abc import Iterator

from needful.dependence.analysis import Analysis
from needful.dependence.obligations import Obligation
from needful.dependence.parts import Part
from needful.dependence.step_groups import Background, backgrounds
from needful.dependence.step_links import step_name
from needful.dependence.step_proof import READERS, RUNNER
from needful.dependence.step_runner import enterprise, not_hosted, refusal
from needful.document.operations import AddKey, InsertItem, Operation
from needful.rules.api import Proposal, Rule, Subject, Tier


def subjects(analysis: Analysis) -> Iterator[Subject]:
    for job in analysis.workflow.jobs:
        for found in backgrounds(analysis.situation, job):
            yield job.id, str(found.number)


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    job = analysis.workflow.job(subject[0])
    all_found = backgrounds(analysis.situation, job) if job is not None else iter(())
    found = next((one for one in all_found if str(one.number) == subject[1]), None)
    if found is None or enterprise(analysis.repository):
        return None
    seen = analysis.situation.evidence
    doubts = tuple(_doubts(analysis, found))
    told = f"{len(found.beside)} steps behind it touch nothing that it changes, and only check"
    beside = [seen(one.step.span, f"{step_name(one.step)}: runs meanwhile") for one in found.beside]
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW if doubts else RULE.tier,
        subject=subject,
        at=found.step.step.span,
        title=f"“{step_name(found.step.step)}” of `{found.job.id}` need not hold up the steps behind it",
        because=doubts[0].why_not if doubts else told,
        evidence=(seen(found.step.step.span, f"{step_name(found.step.step)}: takes long"), *beside),
        operations=tuple(_operations(found)),
        cost="they share the machine's processors and memory, and run although it fails",
        certificate=doubts,
        parts=frozenset({Part.ORDER}),
    )


def _doubts(analysis: Analysis, found: Background) -> Iterator[Obligation]:
    """What makes a proposal one for review before anything of it is proved."""
    if why := not_hosted(analysis.workflow, found.job):
        yield Obligation(RUNNER, "", why)
    if why := refusal(analysis.repository, analysis.workflow.path):
        yield Obligation(READERS, "", why)


def _operations(found: Background) -> Iterator[Operation]:
    steps = (*found.job.path, "steps")
    yield AddKey((*steps, found.start), "background", value=True, after=("name", "id", "uses", "run"))
    if found.waits:
        yield InsertItem(steps, found.until, {"wait-all": None})


RULE = Rule(
    id="background-step",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Let a long check go on in the background while independent steps behind it run.",
    subjects=subjects,
    propose=propose,
)
