"""Run independent steps of one job at the same time, in a `parallel:` block.

## Why

Steps of a job run one after the other, although a linter, a type check and a test suite often have nothing to do with
each other. Since June 2026 GitHub runs the steps of a `parallel:` block at once, on the same machine and in the same
workspace, so nothing has to be set up twice.

## What it does

It puts a `parallel:` block around steps that are independent, pair by pair: nobody writes a file that another looks at,
nobody sets a variable that another needs, they share no port, no database, no cache and no lock. They are checks (lint,
types, tests, builds), installs of different languages, set-up, downloads and uploads. Their lines only move to the
right; a step further down moves up to them, past steps that it does not need and that only check. It must save about
ten seconds, as long as steps usually take: a block for two quick linters is not worth its lines.

## The cost

They share the processors and the memory of the machine, so each may take longer than alone. And when one of them fails,
the others still run to their end. So the tier is `trade`.

Programs are taken at their ordinary work: a test suite that writes into the sources would be seen by a linter beside
it.

## When it is only shown

- Nobody can see all that the steps do (a script, a makefile of a build), but their names say that they check, at
  most one of them tests, and nothing that is seen of them collides.
- The job runs on a machine of a company that rents out runners, in a container, or on one that a variable names: nobody
  can tell whether it knows the keys.
- A linter of the repository, such as actionlint, refuses the new keys: then its workflow would turn red. The reason and
  the entry for its settings are given.
- An upload would now happen although another upload before it failed.
- It saves a few seconds only.

## When it stays silent

- one step uses what the other makes, sets or installs, or both use the same thing: the build directory of Cargo, one
  coverage file, the ports and databases of two test suites, one package manager;
- a tool may change files, or install itself first;
- a later step does more than check: it would now run after a failure;
- a step that measures how fast something is would be disturbed;
- a condition asks for failures, or somebody reads the outcome of one of the steps;
- the job runs on a machine that people keep themselves.
"""

from __future__ import annotations

from collections.abc import Iterator

from needful.dependence.analysis import Analysis
from needful.dependence.model import Evidence
from needful.dependence.obligations import Obligation
from needful.dependence.parts import Part
from needful.dependence.step_groups import ENOUGH, Group, backgrounds, groups
from needful.dependence.step_links import is_asked_for, step_name
from needful.dependence.step_proof import APART, HARMLESS, READERS, RUNNER
from needful.dependence.step_runner import enterprise, not_hosted, refusal
from needful.document.operations import MoveItem, Operation, WrapItems
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.workflow.model import Job

WORTH = "it saves enough to be worth its lines"


def subjects(analysis: Analysis) -> Iterator[Subject]:
    for job in analysis.workflow.jobs:
        found = tuple(groups(analysis.situation, job))
        elsewhere = _told_already(analysis, job) if found else range(0)
        for group in found:
            if group.places[0] not in elsewhere:
                yield job.id, str(group.number)


def _told_already(analysis: Analysis, job: Job) -> range:
    """The steps that `background-step` only shows for a reason that holds here as well: one entry says enough."""
    steps = next((range(one.start, one.until) for one in backgrounds(analysis.situation, job)), range(0))
    doubted = steps and (not_hosted(analysis.workflow, job) or refusal(analysis.repository, analysis.workflow.path))
    return steps if doubted else range(0)


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation = analysis.situation
    job = analysis.workflow.job(subject[0])
    found = (
        (group for group in groups(situation, job) if str(group.number) == subject[1]) if job is not None else iter(())
    )
    group = next(found, None)
    if group is None or enterprise(analysis.repository):
        return None
    doubts = tuple(_doubts(analysis, group))
    names = [f"“{step_name(member.step)}”" for member in group.members]
    told = " and ".join((", ".join(names[:-1]), names[-1]))
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW if doubts else RULE.tier,
        subject=subject,
        at=group.members[0].step.span,
        title=f"{told} of `{group.job.id}` can run at the same time",
        because=doubts[0].why_not if doubts else "none of them touches what another one changes",
        evidence=tuple(_seen(analysis, group)),
        operations=tuple(_operations(group)),
        cost="they share the machine's processors and memory, and all of them run although one fails",
        certificate=doubts,
        parts=frozenset({Part.ORDER}),
    )


def _doubts(analysis: Analysis, group: Group) -> Iterator[Obligation]:
    """What makes a proposal one for review before anything of it is proved."""
    hidden = next((seen for member in group.members for seen in member.hidden), None)
    if hidden is not None:
        yield Obligation(APART, "", f"they seem to only check, but nobody can see all that they do: {hidden.text}")
    elif group.doubted:
        yield Obligation(HARMLESS, "", "a later one would be uploaded although an earlier upload failed")
    elif group.saves < ENOUGH:
        yield Obligation(WORTH, "", f"such steps usually take so little that it saves about {group.saves:.0f} s")
    if why := not_hosted(analysis.workflow, group.job):
        yield Obligation(RUNNER, "", why)
    prints = analysis.situation.footprints[group.job.id.lower()]
    asked = any(is_asked_for(prints, member.step) for member in group.members)
    if why := refusal(analysis.repository, analysis.workflow.path, asked=asked):
        yield Obligation(READERS, "", why)


def _operations(group: Group) -> Iterator[Operation]:
    steps, first = (*group.job.path, "steps"), group.places[0]
    stop = first + sum(place == first + offset for offset, place in enumerate(group.places))
    moved = tuple(place for place in group.places if place >= stop)
    # all of them to the same place, the last one first, so that each comes to stand before those behind it
    for place in reversed(moved):
        yield MoveItem((*steps, place), stop)
    yield WrapItems(steps, first, stop, "parallel", moved)


def _seen(analysis: Analysis, group: Group) -> Iterator[Evidence]:
    for member in group.members:
        kinds = " and ".join(sorted(member.kinds or member.chores)) or "not seen in full"
        yield analysis.situation.evidence(member.step.span, f"{step_name(member.step)}: {kinds}")


RULE = Rule(
    id="parallel-steps",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Run steps of a job that are independent at the same time, in a `parallel:` block.",
    subjects=subjects,
    propose=propose,
)
