"""What of a workflow decides when its jobs run: `needs`, limits within a matrix, groups, what a failure means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from graphlib import TopologicalSorter
from typing import NamedTuple

from needful.dependence.conditions import always_runs, status_functions
from needful.dependence.graph import Graph, needs_graph
from needful.errors import UserError
from needful.expressions import Access, accesses
from needful.workflow.model import Job, Text, Workflow


class Runs(Enum):
    """When a job runs, by the results of all jobs before it (direct or not)."""

    AFTER_SUCCESS = "after success"
    AFTER_FAILURE = "after a failure"
    ALWAYS = "always"


class Group(NamedTuple):
    """A concurrency group within the run. `cancels`: a newcomer ends who holds it. `queues`: all that wait are kept."""

    name: str
    cancels: bool = False
    queues: bool = False


@dataclass(frozen=True)
class JobShape:
    """One job, by `id` in lower case (`written` as in the file). `needs` are places in the list of jobs."""

    id: str
    written: str
    needs: tuple[int, ...] = ()
    ancestors: frozenset[int] = frozenset()
    runs: Runs = Runs.AFTER_SUCCESS
    max_parallel: int | None = None
    fail_fast: bool = True
    tolerated: bool = False  # `continue-on-error`: those behind it see a success
    group: Group | None = None


@dataclass(frozen=True)
class Shape:
    """The jobs in the order of the file, and for each the places of those that need it."""

    jobs: tuple[JobShape, ...]
    dependents: tuple[tuple[int, ...], ...] = field(repr=False, default=())


def shape_of(workflow: Workflow, graph: Graph | None = None) -> Shape:
    """What decides when a workflow's jobs run. Raises `UserError` where they wait for each other in a circle."""
    graph = graph or needs_graph(workflow)
    if graph.cycle:
        circle = " → ".join(graph.cycle)
        raise UserError(f"jobs wait for each other in a circle: {circle}", path=workflow.path)
    places = {job.id.lower(): place for place, job in enumerate(workflow.jobs)}
    return shape(tuple(_job(job, graph, places) for job in workflow.jobs))


def shape(jobs: tuple[JobShape, ...]) -> Shape:
    """A shape from its jobs."""
    dependents: list[list[int]] = [[] for _ in jobs]
    for place, job in enumerate(jobs):
        for need in job.needs:
            dependents[need].append(place)
    return Shape(jobs, tuple(tuple(places) for places in dependents))


def with_edges(known: Shape, edges: Iterable[tuple[str, str]]) -> Shape:
    """The same jobs with more edges, each from a producer to its consumer, by ids in lower case.

    The edges close no circle, and are between jobs that are there.
    """
    places = {job.id: place for place, job in enumerate(known.jobs)}
    needs = [set(job.needs) for job in known.jobs]
    for producer, consumer in edges:
        needs[places[consumer]].add(places[producer])
    above: dict[int, frozenset[int]] = {}
    for place in TopologicalSorter(dict(enumerate(needs))).static_order():
        above[place] = frozenset(needs[place]).union(*(above[need] for need in needs[place]))
    jobs = (
        replace(job, needs=tuple(sorted(needs[place])), ancestors=above[place]) for place, job in enumerate(known.jobs)
    )
    return shape(tuple(jobs))


def _job(job: Job, graph: Graph, places: Mapping[str, int]) -> JobShape:
    job_id = job.id.lower()
    return JobShape(
        id=job_id,
        written=job.id,
        needs=tuple(sorted(places[need] for need in graph.needs[job_id])),
        ancestors=frozenset(places[above] for above in graph.ancestors[job_id]),
        runs=_runs(job),
        max_parallel=_whole(job.strategy.max_parallel) if job.strategy is not None else None,
        fail_fast=job.strategy is None or not _is(job.strategy.fail_fast, "false"),
        tolerated=_is(job.continue_on_error, "true"),
        group=_group(job),
    )


def _runs(job: Job) -> Runs:
    """A condition that decides by status in some other way is taken to let the job run: its answer is not known."""
    asked = status_functions(job)
    if not asked:
        return Runs.AFTER_SUCCESS
    if not always_runs(job) and asked == {"failure"}:
        return Runs.AFTER_FAILURE
    return Runs.ALWAYS


def _group(job: Job) -> Group | None:
    """A job's group, None where its name differs from leg to leg or cannot be compared with those of other jobs."""
    concurrency = job.concurrency
    if concurrency is None or not all(_of_the_run(read) for read in accesses(concurrency.group.template)):
        return None
    return Group(concurrency.group.value.lower(), _is(concurrency.cancel, "true"), _is(concurrency.queue, "max"))


def _of_the_run(read: Access) -> bool:
    """Whether what is read is the same in every leg of every job."""
    return read[0] in ("github", "inputs", "vars") and len(read) > 1 and read[1] not in (None, "*", "job")


def _is(text: Text | None, value: str) -> bool:
    return text is not None and text.value.strip().lower() == value


def _whole(text: Text | None) -> int | None:
    """A whole number above zero, None for anything else (an expression)."""
    value = text.value.strip() if text is not None else ""
    return int(value) if value.isascii() and value.isdigit() and int(value) > 0 else None
