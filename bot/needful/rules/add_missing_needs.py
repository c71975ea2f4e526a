"""Add the `needs` edge that a job's own reads ask for.

## Why

A job that downloads an artifact without waiting for the job that uploads it works only as long as the other happens
to be faster. A job that reads `needs.x.outputs.y` without `x` among its `needs` reads an empty value, and nothing
reports it: conditions are never true, versions are empty.

## What it does

It adds the edge where the producer is certain: the `needs` context by job id, artifacts by name or glob, with
expressions, matrix legs, local actions and local reusable workflows followed. Artifacts reach a job through any chain
of `needs`; the `needs` context holds direct needs only.

## When it only reports

- the edge would close a cycle, or the two jobs never run together;
- the producer does not always run, and the edge would skip a job that runs today;
- several jobs make an artifact of that name;
- `needs` names a job that does not exist.

## When it stays silent

- the artifact comes from another run, or may come from the caller of a reusable workflow;
- a job that is waited for makes the artifact, or may make it where the other is left out;
- the download may fail without failing the job.

An edge that brings an `if` to life (it read an empty value so far) is a trade-off that is named; where the job then
does something irreversible, the edge is left for review. So it is where a job further down decides by outcomes: a job
that failed without the edge is skipped with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from needful.dependence import proof
from needful.dependence.analysis import Analysis
from needful.dependence.model import Missing
from needful.document.operations import AddName
from needful.rules.api import Proposal, Rule, Subject, Tier


def subjects(analysis: Analysis) -> Iterator[Subject]:
    for edge in analysis.missing:
        yield edge.consumer, edge.producer


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    edge = next((edge for edge in analysis.missing if (edge.consumer, edge.producer) == subject), None)
    if edge is None:
        return None
    path = (*analysis.situation.job(edge.consumer).path, "needs")
    return Proposal(
        rule=RULE.id,
        tier=_tier(analysis, edge),
        subject=subject,
        at=edge.span,
        title=_title(analysis, edge),
        because=edge.reason,
        evidence=edge.evidence,
        operations=() if edge.held else (AddName(path, edge.producer, after=("name", "")),),
        cost=edge.consequence,
        accepts=frozenset({proof.QUIET}) if edge.consequence else frozenset(),
        held=edge.held,
    )


def _title(analysis: Analysis, edge: Missing) -> str:
    if analysis.workflow.job(edge.producer) is None:
        return f"`{edge.consumer}` refers to `{edge.producer}`, which is no job"
    if edge.producer == edge.consumer:
        return f"`{edge.consumer}` waits for itself"
    return f"`{edge.consumer}` must wait for `{edge.producer}`"


def _tier(analysis: Analysis, edge: Missing) -> Tier:
    if not edge.consequence:
        return Tier.SAFE
    effects = analysis.situation.effects[edge.consumer.lower()]
    guards = edge.judged or effects.irreversible or effects.signs
    return Tier.REVIEW if guards else Tier.TRADE


RULE = Rule(
    id="add-missing-needs",
    tier=Tier.SAFE,
    since="0.1.0",
    summary="Add the edge to a job whose artifact or output is read without waiting for it.",
    subjects=subjects,
    propose=propose,
    defect=True,
)
