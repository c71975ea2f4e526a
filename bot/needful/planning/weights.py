"""What a plan of a workflow comes to without some of its changes.

Where these are about `needs` alone, the edges that they dropped are put back into the graph of the whole plan: a gate
that was moved for such an edge is then implied by it, and an edge that is implied costs no time. All else is planned
anew.
"""

from __future__ import annotations

from dataclasses import replace

from needful.dependence.parts import ALONE
from needful.planning.dropped import dropped_edges
from needful.planning.plan import FilePlan
from needful.planning.planner import Choice, Opened, plan_opened
from needful.planning.pricing import Pricer
from needful.planning.unpriced import workflow_of
from needful.schedule.predict import Weight
from needful.schedule.shape import shape_of, with_edges


class Weights:
    """Plans of one workflow that lack some changes of the whole one, weighed by replayed runs."""

    def __init__(self, begun: Opened, choice: Choice, whole: FilePlan, pricer: Pricer) -> None:
        self._begun = begun
        self._choice = choice
        self._pricer = pricer
        after = workflow_of(whole, whole.after)
        self._shape = shape_of(after)
        self._loads = pricer.loads(after)
        # an edge between jobs that are others now cannot be put back
        merged = any(change.proposal.parts & ALONE for change in whole.changes)
        self._dropped = {} if merged else dict(dropped_edges(whole))
        self.now = pricer.weights(whole)[0]
        """The workflow as it is."""

    def without(self, gone: frozenset[str]) -> Weight:
        """The plan without the changes of these ids."""
        if gone <= self._dropped.keys():
            edges = {edge for change in gone for edge in self._dropped[change]}
            return self._pricer.weight(self._loads, with_edges(self._shape, edges))
        refused = {**self._choice.refused, **dict.fromkeys(gone, "weighed")}
        return self._pricer.weights(plan_opened(self._begun, replace(self._choice, refused=refused)))[1]
