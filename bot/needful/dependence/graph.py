"""The `needs` graph of a workflow: who waits for whom, directly and through others.

Plain sets and graphlib: these questions are asked of every workflow, and networkx takes longer to import than the
whole command may take to start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from needful.workflow.model import Workflow


@dataclass(frozen=True)
class Graph:
    """Job ids in lower case, each with those it needs directly. Unknown jobs and self-references are left out."""

    needs: Mapping[str, frozenset[str]]

    @cached_property
    def cycle(self) -> tuple[str, ...]:
        """The jobs of one cycle, the first of the file first and last, or nothing. Such a workflow never runs."""
        try:
            TopologicalSorter({job: sorted(needs) for job, needs in self.needs.items()}).prepare()
        except CycleError as error:
            round_trip = error.args[1][:-1]
            first = min(round_trip, key=list(self.needs).index)
            at = round_trip.index(first)
            return (*round_trip[at:], *round_trip[:at], first)
        return ()

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The jobs, producers first. Only without a cycle."""
        return tuple(TopologicalSorter(self.needs).static_order())

    @cached_property
    def ancestors(self) -> Mapping[str, frozenset[str]]:
        """For each job, all that must have ended before it starts. Only without a cycle."""
        found: dict[str, frozenset[str]] = {}
        for job in self.order:
            direct = self.needs[job]
            found[job] = direct.union(*(found[need] for need in direct))
        return found

    @cached_property
    def descendants(self) -> Mapping[str, frozenset[str]]:
        """For each job, all that wait for it. Only without a cycle."""
        found: dict[str, set[str]] = {job: set() for job in self.needs}
        for job, above in self.ancestors.items():
            for ancestor in above:
                found[ancestor].add(job)
        return {job: frozenset(below) for job, below in found.items()}

    def without(self, producer: str, consumer: str) -> Graph:
        """The graph without one edge. Only what lies behind the edge is worked out anew. Only without a cycle."""
        rest = Graph({**self.needs, consumer: self.needs[consumer] - {producer}})
        found = dict(self.ancestors)
        for job in self.order:
            if job == consumer or consumer in self.ancestors[job]:
                found[job] = rest.needs[job].union(*(found[need] for need in rest.needs[job]))
        # an order that suits more edges suits fewer; every edge of a workflow is judged, so this is asked often
        rest.__dict__.update(order=self.order, ancestors=found)
        return rest

    def with_edges(self, edges: Iterable[tuple[str, str]]) -> Graph:
        """The graph with edges `(producer, consumer)` added."""
        needs = dict(self.needs)
        for producer, consumer in edges:
            needs[consumer] = needs[consumer] | {producer}
        return Graph(needs)

    def implied(self, producer: str, consumer: str) -> bool:
        """Whether other edges order the two as well."""
        return any(producer in self.ancestors[other] for other in self.needs[consumer] if other != producer)


def needs_graph(workflow: Workflow) -> Graph:
    """The graph of a workflow's `needs`; ids compare without case."""
    ids = {job.id.lower() for job in workflow.jobs}
    return Graph(
        {
            job.id.lower(): frozenset(need.on.lower() for need in job.needs) & ids - {job.id.lower()}
            for job in workflow.jobs
        }
    )
