"""What `explain` tells, as values: all edges of a workflow, one job, one edge, or one change.

`explain` writes them for people, `explain_json` for programs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from needful.dependence.analysis import Analysis, analyse
from needful.dependence.graph import Graph
from needful.dependence.links import Obstacle, in_order, meetings
from needful.dependence.model import Edge, Missing
from needful.dependence.removal import Removal
from needful.dependence.situation import Situation
from needful.errors import UserError
from needful.planning.plan import Failure
from needful.report.effects import Section, sections
from needful.report.graph import JobGraph
from needful.report.offers import Offer, first_offers, offers
from needful.report.question import Unknown, asks_for_change, ends_of, file_name, is_in, unanswered
from needful.report.terminal import shown_path
from needful.workflow.model import Job, Workflow
from needful.workflow.repository import Repository


@dataclass(frozen=True)
class JobView:
    """Everything about one job.

    `through`: jobs that it waits for by way of others; `missing`: edges that lack at either end. `broken` says why
    no edge was judged, `""` where they were.
    """

    workflow: Workflow
    job: Job
    waits: tuple[Edge, ...]
    through: tuple[str, ...]
    followers: tuple[Edge, ...]
    missing: tuple[Missing, ...]
    sections: tuple[Section, ...]
    broken: str = ""


@dataclass(frozen=True)
class EdgeView:
    """Everything between two jobs; all job ids as their keys are written.

    `edge` is None where the consumer does not need the producer itself. `path` leads from the producer to the consumer
    through other jobs, `back` from the consumer to the producer; both hold their ends, or nothing. `obstacles` hold the
    edge or make it doubtful; without an edge they are what links the two. `lost` are the jobs that the consumer no
    longer waits for when the edge goes, `moves` those that then get an edge of their own. `asked` is the id of a change
    that was asked for and is not offered; `broken` as in `JobView`.
    """

    workflow: Workflow
    producer: str
    consumer: str
    edge: Edge | None
    obstacles: tuple[Obstacle, ...]
    lost: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    missing: Missing | None = None
    offers: tuple[Offer, ...] = ()
    broken: str = ""
    asked: str = ""


@dataclass(frozen=True)
class ChangeView:
    """One change, whether a plan makes it or not."""

    workflow: Workflow
    offer: Offer


Explanation: TypeAlias = JobGraph | JobView | EdgeView | ChangeView


@dataclass(frozen=True)
class Explained:
    """What was asked of one repository; the rest as in a plan. `unanswered`: no workflow has what was asked for."""

    root: str
    explanations: tuple[Explanation, ...] = ()
    unreadable: tuple[UserError, ...] = ()
    failures: tuple[Failure, ...] = ()
    unanswered: tuple[UserError, ...] = ()


def answered(
    root: str,
    about: str,
    found: Iterable[Explanation | Unknown],
    unreadable: tuple[UserError, ...],
    failures: tuple[Failure, ...],
) -> Explained:
    """What was found in the workflows of a repository, and the user's mistake if none has what was asked for."""
    told: list[Explanation] = []
    unknown: list[Unknown] = []
    for one in found:
        if isinstance(one, Unknown):
            unknown.append(one)
        else:
            told.append(one)
    problems = (unanswered(about, unknown),) if unknown and not told else ()
    return Explained(root, tuple(told), unreadable, failures, problems)


def explain(repository: Repository, path: str, about: str) -> Explanation | Unknown:
    """What is asked about one workflow: `about` is a job, an edge, a change's id, or `""` for all its edges.

    Raises `UserError` if the workflow cannot be read.
    """
    workflow = repository.workflow(path)
    if workflow is None:
        raise UserError("the file is gone", path=shown_path(repository.root, path))
    analysis = analyse(workflow, repository, thorough=True)
    if not about:
        return JobGraph(workflow, analysis.edges, analysis.missing)
    if job := workflow.job(about):
        return _job_view(analysis, job)
    if asks_for_change(about):
        return _change(analysis, repository, about)
    producer, consumer = (workflow.job(end) for end in ends_of(about) or ("", ""))
    if producer is None or consumer is None or producer is consumer:
        return Unknown(path, tuple(job.id for job in workflow.jobs))
    return _edge_view(analysis, repository, producer, consumer)


def _job_view(analysis: Analysis, job: Job) -> JobView:
    job_id, situation = job.id.lower(), analysis.situation
    graph = situation.graph
    above = frozenset[str]() if graph.cycle else graph.ancestors[job_id] - graph.needs[job_id]
    return JobView(
        situation.workflow,
        job,
        waits=tuple(edge for edge in analysis.edges if edge.consumer == job.id),
        through=_names(situation, in_order(situation.workflow, above)),
        followers=tuple(edge for edge in analysis.edges if edge.producer == job.id),
        missing=tuple(lack for lack in analysis.missing if job_id in (lack.producer.lower(), lack.consumer.lower())),
        sections=tuple(sections(situation, job)),
        broken=_broken(situation),
    )


def _change(analysis: Analysis, repository: Repository, about: str) -> ChangeView | EdgeView | Unknown:
    """A change by its id. Where none is offered, the edge that it would be about says why."""
    workflow = analysis.workflow
    jobs = tuple(job.id for job in workflow.jobs)
    if not is_in(about, workflow.path):
        return Unknown(workflow.path, jobs, tuple(offer.id for offer in first_offers(analysis, repository)))
    found = offers(analysis, repository)
    if offer := found.get(about.lower()):
        return ChangeView(workflow, offer)
    for edge in analysis.edges:
        for rule in ("drop-false-needs", "drop-implied-needs"):
            change_id = ":".join((rule, file_name(workflow.path), edge.consumer, edge.producer))
            if about.lower() == change_id.lower():
                ends = (analysis.situation.job(end) for end in (edge.producer, edge.consumer))
                return replace(_edge_view(analysis, repository, *ends), asked=change_id)
    return Unknown(workflow.path, jobs, tuple(offer.id for offer in found.values()))


def _edge_view(analysis: Analysis, repository: Repository, producer: Job, consumer: Job) -> EdgeView:
    situation = analysis.situation
    ids = producer.id.lower(), consumer.id.lower()
    edge, removal = _judged(analysis, producer, consumer)
    subject = (ids[1], ids[0])
    obstacles = removal.obstacles if removal else meetings(situation, frozenset({ids[0]}), ids[1])
    lacking = (lack for lack in analysis.missing if (lack.consumer, lack.producer) == (consumer.id, producer.id))
    return EdgeView(
        situation.workflow,
        producer.id,
        consumer.id,
        edge,
        obstacles=tuple(dict.fromkeys(obstacles)),
        lost=_names(situation, removal.lost) if removal else (),
        moves=_names(situation, removal.moves) if removal else (),
        path=_names(situation, _path(situation.graph, *ids, direct=edge is None)),
        back=_names(situation, _path(situation.graph, *reversed(ids))),
        missing=next(lacking, None),
        offers=tuple(
            offer
            for offer in offers(analysis, repository).values()
            if tuple(part.lower() for part in offer.proposal.subject) == subject
        ),
        broken=_broken(situation),
    )


def _judged(analysis: Analysis, producer: Job, consumer: Job) -> tuple[Edge | None, Removal | None]:
    for edge, removal in analysis.judged:
        if (edge.producer, edge.consumer) == (producer.id, consumer.id):
            return edge, removal
    return None, None


def _path(graph: Graph, producer: str, consumer: str, *, direct: bool = True) -> tuple[str, ...]:
    """The shortest way from a job to one that waits for it, or nothing. Not `direct`: only through other jobs."""
    behind: dict[str, str] = {}
    queue = deque([consumer])
    while queue and producer not in behind:
        job = queue.popleft()
        for need in sorted(graph.needs[job]):
            if need not in behind and need != consumer and (direct or (job, need) != (consumer, producer)):
                behind[need] = job
                queue.append(need)
    if producer not in behind:
        return ()
    path = [producer]
    while path[-1] != consumer:
        path.append(behind[path[-1]])
    return tuple(path)


def _broken(situation: Situation) -> str:
    cycle = _names(situation, tuple(reversed(situation.graph.cycle)))
    return f"the jobs wait for each other ({' → '.join(cycle)}), so GitHub refuses the workflow" if cycle else ""


def _names(situation: Situation, jobs: Iterable[str]) -> tuple[str, ...]:
    return tuple(situation.job(job).id for job in jobs)
