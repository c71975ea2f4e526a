"""Run adjacent checks of one job at the same time, in a `parallel:` block.

## Why

Steps of a job run one after the other, although a linter, a type check and a test suite often have nothing to do with
each other. Since June 2026 GitHub runs the steps of a `parallel:` block at once, on the same machine and in the same
workspace, so nothing has to be set up twice.

## What it does

It puts a `parallel:` block around steps that stand next to each other and are independent, pair by pair: nobody writes
a file that another looks at, nobody sets a variable that another needs, they share no port, no database, no cache and
no lock. Their lines only move to the right. At least two of them must be of a kind that usually takes long: a type
check, a test suite, a build, a large linter.

## The cost

They share the processors and the memory of the machine, so each may take longer than alone. And when one of them fails,
the others still run to their end. So the tier is `trade`.

Programs are taken at their ordinary work: a test suite that writes into the sources would be seen by a linter beside
it.

## When it is only shown

A linter of the repository, such as actionlint, refuses the new keys: then its workflow would turn red. The reason and
the entry for its settings are given.

## When it stays silent

- one step uses what the other makes, sets or installs, or both use the same thing: the build directory of Cargo, one
  coverage file, the ports and databases of two test suites;
- what a command or an action writes is not known; a tool may change files, or install itself first;
- a later step does more than check: it would now run after a failure;
- a condition asks for failures, or somebody reads the outcome of one of the steps;
- the job does not run on a runner of GitHub's own, or runs in a container.
"""

from __future__ import annotations

from collections.abc import Iterator

from needful.dependence.analysis import Analysis
from needful.dependence.model import Evidence
from needful.dependence.parts import Part
from needful.dependence.step_groups import Group, groups
from needful.dependence.step_links import step_name
from needful.dependence.step_runner import enterprise, refusal
from needful.document.operations import WrapItems
from needful.rules.api import Proposal, Rule, Subject, Tier


def subjects(analysis: Analysis) -> Iterator[Subject]:
    for job in analysis.workflow.jobs:
        for group in groups(analysis.situation, job):
            yield job.id, str(group.number)


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation = analysis.situation
    job = analysis.workflow.job(subject[0])
    found = (
        (group for group in groups(situation, job) if str(group.number) == subject[1]) if job is not None else iter(())
    )
    group = next(found, None)
    if group is None or enterprise(analysis.repository):
        return None
    names = [f"“{step_name(member.step)}”" for member in group.members]
    told = " and ".join((", ".join(names[:-1]), names[-1]))
    return Proposal(
        rule=RULE.id,
        tier=RULE.tier,
        subject=subject,
        at=group.members[0].step.span,
        title=f"{told} of `{group.job.id}` can run at the same time",
        because="none of them touches what another one changes, and the later ones only check",
        evidence=tuple(_seen(analysis, group)),
        operations=(WrapItems((*group.job.path, "steps"), group.start, group.stop, "parallel"),),
        cost="they share the machine's processors and memory, and all of them run although one fails",
        held=refusal(analysis.repository, analysis.workflow.path),
        parts=frozenset({Part.ORDER}),
    )


def _seen(analysis: Analysis, group: Group) -> Iterator[Evidence]:
    for member in group.members:
        kinds = " and ".join(sorted(member.kinds)) or "other work"
        yield analysis.situation.evidence(member.step.span, f"{step_name(member.step)}: {kinds}")


RULE = Rule(
    id="parallel-steps",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Run adjacent checks that are independent at the same time, in a `parallel:` block.",
    subjects=subjects,
    propose=propose,
)
