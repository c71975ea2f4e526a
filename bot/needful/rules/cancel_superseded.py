"""Cancel what still runs for a pull request when a newer commit arrives.

## Why

Who pushes three times to a pull request starts three runs, and waits behind the first two: nobody reads their results
any more, but they hold runners. A concurrency group of which the older run is cancelled ends them.

## What it does

It adds `concurrency` to a workflow that runs on pull requests and has none. The group is that of the pull request. A
run for anything else (a push, a schedule, by hand) is in a group of its own, so that nothing else is ever cancelled or
kept waiting: `${{ github.workflow }}-${{ github.event.pull_request.number || github.run_id }}`.

## The cost

The run of an older commit ends as cancelled: whether that commit passed is not known any more. So the tier is `trade`.

## When it is left for review

- it calls a workflow of another repository, which cannot be read here. A called workflow that has the same group as its
  caller is cancelled by GitHub as waiting for itself;
- a job, or an action that is not known, is named for publishing or deploying, and has the means to;
- something that cannot be looked into is signed in to a cloud: a run that stops half-way may leave something behind.

## When it stays silent

- a job that runs for pull requests deploys, publishes or changes something else outside the run, other than comments,
  labels and checks: it must not stop half-way;
- the workflow is called by others: it would share the group of its caller;
- it does not run again when a newer commit comes (`types: [opened]`);
- it runs on other activities of pull requests (`labeled`, `closed` …) or other events of them (`pull_request_review`,
  `pull_request_target` …), which would cancel the run of the same commit; `edited` is no hindrance, because the same
  runs again then, unless the workflow asks what happened;
- it, one of its jobs, or a workflow that it calls has a concurrency group already;
- it hands secrets, or a token that may write, to a workflow of another repository, which cannot be read here;
- another workflow has the same name, so that the two would share the group;
- it builds, tests and installs nothing: a run that only labels or comments is over before a newer one comes.
"""

from __future__ import annotations

from collections.abc import Iterator

from needful.dependence.analysis import Analysis
from needful.dependence.cancelling import PULL_REQUEST, same_name, uncancellable, worth_it
from needful.dependence.parts import Part
from needful.document.nodes import Plain
from needful.document.operations import AddKey
from needful.rules.api import Proposal, Rule, Subject, Tier

_ALONE = "${{ github.workflow }}-${{ github.ref }}"
_AMONG_OTHERS = "${{ github.workflow }}-${{ github.event.pull_request.number || github.run_id }}"


def subjects(analysis: Analysis) -> Iterator[Subject]:
    workflow = analysis.workflow
    if workflow.on(PULL_REQUEST) is not None and workflow.concurrency is None:
        yield (PULL_REQUEST,)


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    workflow = analysis.workflow
    trigger = workflow.on(subject[0])
    if trigger is None or workflow.concurrency is not None or any(job.concurrency for job in workflow.jobs):
        return None
    situation = analysis.situation
    if any(True for _ in same_name(situation)) or uncancellable(situation) or not worth_it(situation):
        return None
    alone = {one.event for one in workflow.triggers} == {PULL_REQUEST}
    group: dict[str, Plain] = {"group": _ALONE if alone else _AMONG_OTHERS, "cancel-in-progress": True}
    return Proposal(
        rule=RULE.id,
        tier=Tier.TRADE,
        subject=subject,
        at=trigger.span,
        title="runs of a pull request that a newer commit supersedes can be cancelled",
        because="every push to a pull request starts a run, and the one before it goes on although nobody waits for it",
        evidence=(situation.evidence(trigger.span, "runs on pull requests, without a concurrency group"),),
        operations=(AddKey((), "concurrency", group, after=("on",)),),
        cost="the run of an older commit ends as cancelled: whether that commit passed is not known any more",
        parts=frozenset({Part.CONCURRENCY}),
    )


RULE = Rule(
    id="cancel-superseded",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Cancel the runs of a pull request that a newer commit supersedes.",
    subjects=subjects,
    propose=propose,
)
