"""What a plan of a workflow comes to without some of its changes.

Where these are about `needs` alone, the edges that they dropped are put back into the graph of the whole plan: a gate
that was moved for such an edge is then implied by it, and an edge that is implied costs no time. All else is planned
anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from needful.dependence.parts import ONLY_NEEDS
from needful.planning.plan import Change, FilePlan
from needful.planning.planner import Choice, Opened, plan_opened
from needful.planning.pricing import Pricer
from needful.planning.unpriced import workflow_of
from needful.schedule.predict import Weight
from needful.schedule.shape import shape_of, with_edges
from needful.source import Source
from needful.workflow.model import Workflow

_Edges = frozenset[tuple[str, str]]


class Weights:
    """Plans of one workflow that lack some changes of the whole one, weighed by replayed runs."""

    def __init__(self, begun: Opened, choice: Choice, whole: FilePlan, pricer: Pricer) -> None:
        self._begun = begun
        self._choice = choice
        self._pricer = pricer
        after = workflow_of(whole, whole.after)
        self._shape = shape_of(after)
        self._loads = pricer.loads(after)
        self._dropped = dict(_dropped(whole))
        self.now = pricer.weights(whole)[0]
        """The workflow as it is."""

    def without(self, gone: frozenset[str]) -> Weight:
        """The plan without the changes of these ids."""
        if gone <= self._dropped.keys():
            edges = {edge for change in gone for edge in self._dropped[change]}
            return self._pricer.weight(self._loads, with_edges(self._shape, edges))
        refused = {**self._choice.refused, **dict.fromkeys(gone, "weighed")}
        return self._pricer.weights(plan_opened(self._begun, replace(self._choice, refused=refused)))[1]


def _dropped(plan: FilePlan) -> Iterable[tuple[str, _Edges]]:
    """The edges that each change drops, of changes that do nothing else."""
    edges = [_edges(workflow_of(plan, Source(plan.path, text))) for text in _texts(plan.changes)]
    for change, old, new in zip(plan.changes, edges, edges[1:], strict=False):
        if change.proposal.parts <= ONLY_NEEDS:
            yield change.id, old - new


def _texts(changes: tuple[Change, ...]) -> list[str]:
    return [changes[0].before, *(change.after for change in changes)] if changes else []


def _edges(workflow: Workflow) -> _Edges:
    known = {job.id.lower() for job in workflow.jobs}
    found = ((need.on.lower(), job.id.lower()) for job in workflow.jobs for need in job.needs)
    return frozenset(edge for edge in found if edge[0] in known)
