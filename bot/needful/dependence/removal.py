"""What would change if a `needs` edge went: the obstacles, and the gates that have to move.

The edge orders the consumer, and all that wait for it, behind the *lost* jobs: the producer and those ancestors that
no other edge reaches. Dropping it is harmless if none of the lost jobs can have made anything that the consumer (or
a job behind it) reads, if the consumer does nothing irreversible, and if whatever does, behind it, waits for the lost
jobs by an edge of its own. Ancestor sets decide, not edges: that is where people lose gates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from needful.dependence import conditions
from needful.dependence.graph import Graph
from needful.dependence.model import Verdict
from needful.dependence.situation import Situation
from needful.effects.model import Evidence
from needful.effects.names import Scope, may_be_same, resolve
from needful.workflow.model import StepKind


@dataclass(frozen=True)
class Obstacle:
    """Why an edge has to stay (`certain`), or why it cannot be shown that it may go."""

    verdict: Verdict
    text: str
    evidence: tuple[Evidence, ...]
    certain: bool = True


@dataclass(frozen=True)
class Removal:
    """The consequences of dropping the edge `producer → consumer`.

    `lost`: jobs that the consumer would no longer wait for. `moves`: jobs behind the consumer that need an edge from
    the producer instead. Ids in lower case, in the order of the workflow.
    """

    producer: str
    consumer: str
    lost: tuple[str, ...]
    moves: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def shown(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.obstacles


def removal(situation: Situation, producer: str, consumer: str) -> Removal:
    """Judge an edge that no other edges imply. Ids in lower case; the graph has no cycle."""
    graph = situation.graph
    rest = graph.without(producer, consumer)
    lost = graph.ancestors[consumer] - rest.ancestors[consumer]
    behind = tuple(job for job in graph.order if job in graph.descendants[consumer])
    obstacles = [
        *_reads(situation, producer, consumer),
        *_flows(situation, lost, consumer),
        *_gates(situation, producer, consumer),
        *_skips(situation, rest, lost, consumer),
        *_groups(situation, lost, consumer),
        *_made_outside(situation, lost),
        *_opaque(situation, lost, consumer),
        *(Obstacle(Verdict.UNEXPLAINED, seen.text, (seen,), certain=False) for seen in situation.watchers),
    ]
    moves = []
    for job in behind:
        if producer not in rest.ancestors[job] and _guarded(situation, job, lost):
            moves.append(job)
            rest = rest.with_edges([(producer, job)])
    freed = frozenset(job for job in (consumer, *behind) if producer not in rest.ancestors[job])
    for job in behind:
        obstacles += _judges(situation, producer, freed, job)
    return Removal(producer, consumer, _in_order(situation, lost), tuple(moves), tuple(obstacles))


def _in_order(situation: Situation, jobs: frozenset[str]) -> tuple[str, ...]:
    return tuple(job.id.lower() for job in situation.workflow.jobs if job.id.lower() in jobs)


def _reads(situation: Situation, producer: str, consumer: str) -> Iterator[Obstacle]:
    reads = situation.reads[consumer]
    names = situation.job(consumer).id, situation.job(producer).id
    for span in reads.named.get(producer, ())[:1]:
        evidence = situation.evidence(span, f"`{names[0]}` reads `needs.{names[1]}`")
        yield Obstacle(Verdict.DATA, evidence.text, (evidence,))
    for span in reads.everything[:1]:
        evidence = situation.evidence(span, f"`{names[0]}` reads the results of all that it needs")
        yield Obstacle(Verdict.GATE, evidence.text, (evidence,))


def _flows(situation: Situation, lost: frozenset[str], consumer: str) -> Iterator[Obstacle]:
    for flow in situation.flows:
        if flow.producer in lost and flow.consumer == consumer:
            verb = "reads" if flow.certain else "may read"
            text = f"`{situation.job(consumer).id}` {verb} {flow.what} of `{situation.job(flow.producer).id}`"
            yield Obstacle(Verdict.DATA, text, (flow.made, flow.read))


def _gates(situation: Situation, producer: str, consumer: str) -> Iterator[Obstacle]:
    job = situation.job(consumer)
    irreversible = situation.effects[consumer].irreversible
    if irreversible:
        yield Obstacle(Verdict.GATE, f"`{job.id}` does work that cannot be taken back", irreversible[:3])
    if conditions.status_functions(job):
        assert job.condition is not None
        evidence = situation.evidence(job.condition.span, f"`{job.id}` decides by itself what the jobs before it mean")
        yield Obstacle(Verdict.GATE, evidence.text, (evidence,))
    environment = situation.job(producer).environment
    if environment is not None:
        evidence = situation.evidence(environment.span, f"`{situation.job(producer).id}` may wait for an approval")
        yield Obstacle(Verdict.GATE, evidence.text, (evidence,))


def _skips(situation: Situation, rest: Graph, lost: frozenset[str], consumer: str) -> Iterator[Obstacle]:
    """A job whose condition is false skips all that wait for it: that is a condition of theirs too."""
    if all(situation.job(job_id).condition is None for job_id in lost):
        return
    known = conditions.of_jobs(situation.workflow, rest)[consumer]
    for job_id in _in_order(situation, lost):
        job = situation.job(job_id)
        if job.condition is not None and not conditions.implied(known, job):
            text = f"`{situation.job(consumer).id}` is skipped when `{job.id}` is"
            yield Obstacle(Verdict.GATE, text, (situation.evidence(job.condition.span, f"`{job.id}` has a condition"),))


def _groups(situation: Situation, lost: frozenset[str], consumer: str) -> Iterator[Obstacle]:
    own = situation.job(consumer).concurrency
    if own is None:
        return
    for job_id in _in_order(situation, lost):
        other = situation.job(job_id).concurrency
        if other is not None and may_be_same(resolve(own.group, Scope(consumer)), resolve(other.group, Scope(job_id))):
            places = tuple(situation.evidence(c.span, "takes part in a concurrency group") for c in (other, own))
            text = f"`{situation.job(job_id).id}` and `{situation.job(consumer).id}` may share a concurrency group"
            yield Obstacle(Verdict.ORDER, text, places)


def _made_outside(situation: Situation, lost: frozenset[str]) -> Iterator[Obstacle]:
    for job_id in _in_order(situation, lost):
        if irreversible := situation.effects[job_id].irreversible:
            text = f"`{situation.job(job_id).id}` changes something outside the run that later jobs may count on"
            yield Obstacle(Verdict.ORDER, text, irreversible[:3])


def _opaque(situation: Situation, lost: frozenset[str], consumer: str) -> Iterator[Obstacle]:
    """What could carry a dependence unseen. It does not prove one: a person may know better."""
    own = situation.effects[consumer]
    for job_id in (*_in_order(situation, lost), consumer):
        if capabilities := situation.effects[job_id].capabilities:
            role = "could do irreversible work" if job_id == consumer else "could leave something behind"
            text = f"`{situation.job(job_id).id}` {role}: {capabilities[0].text}"
            yield Obstacle(Verdict.UNEXPLAINED, text, capabilities[:3], certain=False)
    for job_id in _in_order(situation, lost):
        other = situation.effects[job_id]
        if other.opaque and (own.downloads or own.opaque):
            text = f"`{situation.job(job_id).id}` could make an artifact unseen: {other.opaque[0].text}"
            yield Obstacle(Verdict.UNEXPLAINED, text, other.opaque[:3], certain=False)
        if own.opaque and (other.uploads or other.caches):
            text = f"`{situation.job(consumer).id}` could read an artifact or a cache unseen: {own.opaque[0].text}"
            yield Obstacle(Verdict.UNEXPLAINED, text, own.opaque[:3], certain=False)


def _guarded(situation: Situation, job_id: str, lost: frozenset[str]) -> bool:
    """Whether a job behind the consumer has to go on waiting for the lost jobs."""
    effects = situation.effects[job_id]
    return (
        bool(effects.irreversible or effects.capabilities or effects.opaque)
        or any(flow.consumer == job_id and flow.producer in lost for flow in situation.flows)
        or bool(situation.reads[job_id].everything)
        or _reports_for_others(situation, job_id)
    )


def _reports_for_others(situation: Situation, job_id: str) -> bool:
    """A job that only collects: it waits for several and works on no code. Often a required check."""
    job = situation.job(job_id)
    collects = len(situation.graph.needs[job_id]) > 1
    return collects and job.uses is None and all(step.kind is StepKind.RUN for step in job.steps)


def _judges(situation: Situation, producer: str, freed: frozenset[str], job_id: str) -> Iterator[Obstacle]:
    """A job behind the consumer may look at results that become other ones.

    When the producer fails, the freed jobs run where they were skipped. Who looks at them sees that, which is harmless
    only if it can do nothing irreversible and sees the producer's own result too (who reads all results will: the
    producer joins its needs, or has a say there already).
    """
    job, reads = situation.job(job_id), situation.reads[job_id]
    status = conditions.status_functions(job)
    effects = situation.effects[job_id]
    harmless = not (effects.irreversible or effects.capabilities)
    seen = freed & (reads.results if harmless or not status else reads.named.keys())
    if not (seen or status & {"failure", "success"} or reads.everything):
        return
    if harmless and (reads.everything or producer in reads.results):
        return
    span = job.condition.span if job.condition is not None else job.key_span
    evidence = situation.evidence(span, f"`{job.id}` looks at the outcome of jobs before it")
    name = situation.job(producer).id
    text = f"`{job.id}` looks at the outcome of jobs that now run even if `{name}` failed"
    yield Obstacle(Verdict.GATE, text, (evidence,), certain=False)
