"""The `needs` edges of a workflow as what rules are about."""

from __future__ import annotations

from collections.abc import Iterator

from needful.dependence.analysis import Analysis
from needful.rules.api import Subject
from needful.workflow.model import Need


def edges(analysis: Analysis) -> Iterator[Subject]:
    """Every edge between two jobs, once; none where jobs wait for each other.

    What comes last in a run comes first: when an edge goes, nothing below it then waits through it for no reason, and
    gates move once at most. Otherwise in the order of the text.
    """
    graph = analysis.situation.graph
    if graph.cycle:
        return
    depth = {job: -len(above) for job, above in graph.ancestors.items()}
    for job in sorted(analysis.workflow.jobs, key=lambda job: depth[job.id.lower()]):
        producers = {need.on.lower(): None for need in job.needs if need.on.lower() in graph.needs[job.id.lower()]}
        for producer in sorted(producers, key=depth.__getitem__):
            yield job.id, analysis.situation.job(producer).id


def need_of(analysis: Analysis, subject: Subject) -> Need | None:
    """Where an edge stands; None where it is gone."""
    consumer, producer = subject
    needs = analysis.situation.job(consumer).needs
    return next((need for need in needs if need.on.lower() == producer.lower()), None)
