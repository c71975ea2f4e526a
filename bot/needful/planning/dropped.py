"""The edges that the changes of a plan drop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from needful.dependence.parts import ONLY_NEEDS
from needful.planning.plan import FilePlan
from needful.planning.unpriced import workflow_of
from needful.source import Source
from needful.workflow.model import Workflow

Edges: TypeAlias = frozenset[tuple[str, str]]
"""Producers and consumers, by ids in lower case."""


def dropped_edges(plan: FilePlan) -> Iterator[tuple[str, Edges]]:
    """Each change that is about `needs` alone, by its id, with the edges that it drops."""
    if not plan.changes:
        return
    texts = [plan.changes[0].before, *(change.after for change in plan.changes)]
    edges = [_edges(workflow_of(plan, Source(plan.path, text))) for text in texts]
    for change, old, new in zip(plan.changes, edges, edges[1:], strict=False):
        if change.proposal.parts <= ONLY_NEEDS:
            yield change.id, old - new


def _edges(workflow: Workflow) -> Edges:
    known = {job.id.lower() for job in workflow.jobs}
    found = ((need.on.lower(), job.id.lower()) for job in workflow.jobs for need in job.needs)
    return frozenset(edge for edge in found if edge[0] in known)
