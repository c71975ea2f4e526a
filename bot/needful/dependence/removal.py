"""What would change if a `needs` edge went: the obstacles, and the gates that have to move.

The edge orders the consumer, and all that wait for it, behind the *lost* jobs: the producer and those ancestors that
no other edge reaches. Dropping it is harmless if none of the lost jobs can have made anything that the consumer (or
a job behind it) reads, if the consumer does nothing irreversible, and if whatever does, behind it, waits for the lost
jobs by an edge of its own. Ancestor sets decide, not edges: that is where people lose gates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from needful.dependence import conditions
from needful.dependence.graph import Graph
from needful.dependence.judges import judge
from needful.dependence.links import (
    Obstacle,
    handed_over,
    in_order,
    made_outside,
    may_look,
    meetings,
    only_reports,
    unseen,
)
from needful.dependence.model import Verdict
from needful.dependence.situation import Situation
from needful.expressions import Access, Binary, Call, Literal, Node, Property, walk
from needful.expressions.tree import accesses_of
from needful.workflow.model import Job


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


def removal(situation: Situation, producer: str, consumer: str, *, thorough: bool = False) -> Removal:
    """Judge an edge that no other edges imply. Ids in lower case; the graph has no cycle.

    Unless all reasons are asked for, the first that keeps the edge ends the search: most edges are kept by what the
    YAML says, and the commands of their jobs need not be read.
    """
    graph = situation.graph
    rest = graph.without(producer, consumer)
    lost = graph.ancestors[consumer] - rest.ancestors[consumer]
    obstacles: list[Obstacle] = []
    if not thorough and (first := _first_sight(situation, lost, producer, consumer)):
        return Removal(producer, consumer, in_order(situation.workflow, lost), (), (first,))
    for stage in _stages(situation, rest, lost, producer, consumer):
        obstacles += stage
        if not thorough and any(obstacle.certain for obstacle in obstacles):
            return Removal(producer, consumer, in_order(situation.workflow, lost), (), tuple(obstacles))
    moves = []
    runs_anyway = conditions.always_runs(situation.job(consumer))
    changed: frozenset[str] = frozenset() if runs_anyway else frozenset({consumer})
    for job in (job for job in graph.order if job in graph.descendants[consumer]):
        if _must_wait(situation, rest, lost, producer, job) or _must_see(situation, rest, changed, producer, job):
            moves.append(job)
            rest = rest.with_edges([(producer, job)])
        if _turns_out_otherwise(situation, rest, changed, producer, job):
            changed |= {job}
            obstacles += _judges(situation, rest, lost, producer, job)
    return Removal(
        producer, consumer, in_order(situation.workflow, lost), tuple(moves), tuple(dict.fromkeys(obstacles))
    )


def _first_sight(situation: Situation, lost: frozenset[str], producer: str, consumer: str) -> Obstacle | None:
    """What certainly keeps an edge, and takes no more than the YAML or the first command that says so."""
    before = in_order(situation.workflow, lost)
    looks = (
        _reads(situation, producer, consumer),
        handed_over(situation, lost, consumer),
        _approved(situation, consumer),
        (one for job_id in before if situation.job(job_id).uses is None for one in _guards(situation, job_id)),
        (one for job_id in (consumer, *before) for one in _lasting(situation, job_id)),
    )
    return next((one for look in looks for one in look if one.certain), None)


def _lasting(situation: Situation, job_id: str) -> Iterator[Obstacle]:
    for seen in situation.irreversible(job_id):
        yield Obstacle(Verdict.GATE, f"`{situation.job(job_id).id}` does work that cannot be taken back", (seen,))


def _stages(
    situation: Situation, rest: Graph, lost: frozenset[str], producer: str, consumer: str
) -> Iterator[Iterable[Obstacle]]:
    """What may keep an edge, what costs little first."""
    yield _reads(situation, producer, consumer)
    yield handed_over(situation, lost, consumer)
    yield _gates(situation, lost, consumer)
    yield _skips(situation, rest, lost, consumer)
    yield made_outside(situation, lost)
    yield (
        one for one in meetings(situation, lost, consumer) if one not in tuple(handed_over(situation, lost, consumer))
    )
    yield unseen(situation, lost, consumer)
    yield (Obstacle(Verdict.UNEXPLAINED, seen.text, (seen,), certain=False) for seen in situation.watchers)


def _reads(situation: Situation, producer: str, consumer: str) -> Iterator[Obstacle]:
    reads = situation.reads[consumer]
    names = situation.job(consumer).id, situation.job(producer).id
    for span in reads.named.get(producer, ())[:1]:
        evidence = situation.evidence(span, f"`{names[0]}` reads `needs.{names[1]}`")
        yield Obstacle(Verdict.DATA, evidence.text, (evidence,))
    for span in reads.everything[:1]:
        evidence = situation.evidence(span, f"`{names[0]}` reads the results of all that it needs")
        yield Obstacle(Verdict.GATE, evidence.text, (evidence,))
    for other in sorted(reads.results - {producer})[:1]:
        evidence = situation.evidence(reads.named[other][0], f"`{names[0]}` judges the results of jobs before it")
        yield Obstacle(Verdict.GATE, evidence.text, (evidence,))


def _gates(situation: Situation, lost: frozenset[str], consumer: str) -> Iterator[Obstacle]:
    job, effects = situation.job(consumer), situation.effects[consumer]
    if effects.irreversible:
        yield Obstacle(Verdict.GATE, f"`{job.id}` does work that cannot be taken back", effects.irreversible[:3])
    elif effects.signs:
        text = f"`{job.id}` may do work that cannot be taken back: {effects.signs[0].text}"
        yield Obstacle(Verdict.GATE, text, effects.signs[:3], certain=bool(effects.capabilities))
    yield from _approved(situation, consumer)
    if conditions.status_functions(job):
        yield from _decides(situation, job)
    if only_reports(situation, consumer):
        evidence = situation.evidence(job.key_span, f"`{job.id}` works on no code: it reports for the jobs before it")
        yield Obstacle(Verdict.GATE, evidence.text, (evidence,))
    for job_id in in_order(situation.workflow, lost):
        yield from _guards(situation, job_id)


def _approved(situation: Situation, consumer: str) -> Iterator[Obstacle]:
    job = situation.job(consumer)
    if job.environment is not None:
        evidence = situation.evidence(job.environment.span, f"`{job.id}` may wait for the approval of its environment")
        yield Obstacle(Verdict.GATE, evidence.text, (evidence,))


def _guards(situation: Situation, job_id: str) -> Iterator[Obstacle]:
    """A job that lets something pass, by its name, by its calls or by people."""
    job = situation.job(job_id)
    if guards := situation.guards(job_id):
        yield Obstacle(Verdict.GATE, guards[0].text, guards[:3])
    if job.environment is not None:
        evidence = situation.evidence(job.environment.span, f"`{job.id}` may wait for an approval")
        yield Obstacle(Verdict.GATE, evidence.text, (evidence,))


def _decides(situation: Situation, job: Job) -> Iterator[Obstacle]:
    """What a job makes of the jobs before it whose `if` does not ask for the success of all."""
    assert job.condition is not None
    if not conditions.always_runs(job) or situation.reads[job.id.lower()].results:
        evidence = situation.evidence(job.condition.span, f"`{job.id}` decides by itself what the jobs before it mean")
        yield Obstacle(Verdict.GATE, evidence.text, (evidence,))
    elif looks := may_look(situation, job.id.lower()):
        text = f"`{job.id}` runs whatever becomes of the jobs before it, and may look at them: {looks[0].text}"
        yield Obstacle(Verdict.UNEXPLAINED, text, looks[:3], certain=False)


def _skips(situation: Situation, rest: Graph, lost: frozenset[str], consumer: str) -> Iterator[Obstacle]:
    """A job whose condition is false skips all that wait for it: that is a condition of theirs too.

    A job that runs whatever is skipped hands that on all the same: those behind it look at all jobs before them.
    """
    if all(situation.job(job_id).condition is None for job_id in lost):
        return
    skipped = [consumer]
    if conditions.status_functions(situation.job(consumer)):
        behind = in_order(situation.workflow, situation.graph.descendants[consumer])
        skipped = [job_id for job_id in behind if not conditions.status_functions(situation.job(job_id))]
    known = conditions.of_jobs(situation.workflow, rest)
    for job_id in skipped:
        effects = situation.effects[job_id]
        guards = bool(effects.irreversible or (effects.signs and effects.capabilities))
        for other in in_order(situation.workflow, lost - rest.ancestors[job_id]):
            job = situation.job(other)
            if job.condition is not None and not conditions.implied(known[job_id], job):
                text = f"`{situation.job(job_id).id}` is skipped when `{job.id}` is"
                seen = situation.evidence(job.condition.span, f"`{job.id}` has a condition")
                yield Obstacle(Verdict.GATE, text, (seen,), certain=guards)


def _must_wait(situation: Situation, rest: Graph, lost: frozenset[str], producer: str, job_id: str) -> bool:
    """Whether a job behind the consumer has to go on waiting for the lost jobs, and no other edges see to it."""
    if producer in rest.ancestors[job_id]:
        return False
    effects = situation.effects[job_id]
    unseen = bool(effects.downloads or effects.caches) and any(situation.effects[job].makers for job in lost)
    return (
        bool(effects.irreversible or effects.signs or effects.dangers or effects.opaque or unseen)
        or situation.job(job_id).environment is not None
        or bool(situation.reads[job_id].everything or situation.reads[job_id].results)
        or only_reports(situation, job_id)
        or any(True for _ in meetings(situation, lost, job_id))
    )


def _must_see(situation: Situation, rest: Graph, changed: frozenset[str], producer: str, job_id: str) -> bool:
    """Whether a job that collects results needs the producer's own: the jobs between no longer pass it on."""
    return (
        bool(situation.reads[job_id].everything)
        and bool(conditions.status_functions(situation.job(job_id)))
        and bool(rest.needs[job_id] & changed)
        and producer not in rest.needs[job_id]
    )


def _turns_out_otherwise(
    situation: Situation, rest: Graph, changed: frozenset[str], producer: str, job_id: str
) -> bool:
    """Whether a job behind the consumer may run, or end, otherwise than before when the producer fails.

    Without a status function it does not run then, unless it no longer waits for the producer. With one, it may look at
    jobs that run now and did not before.
    """
    status = conditions.status_functions(situation.job(job_id))
    reads = situation.reads[job_id]
    if not status:
        return producer not in rest.ancestors[job_id]
    return bool(
        status & {"failure", "success"}
        or reads.named.keys() & changed
        or (reads.everything and rest.needs[job_id] & changed)
    )


def _judges(situation: Situation, rest: Graph, lost: frozenset[str], producer: str, job_id: str) -> Iterator[Obstacle]:
    """A job that looks at outcomes which become other ones.

    That is harmless if it can do nothing irreversible and asks for the failure of the producer too, which is then the
    only one that explains what it sees. (`always()` that asks for nothing turns out as before.) One that always
    runs, and does nothing but fail in cases that are plain, is played through by the proof.
    """
    job = situation.job(job_id)
    if not conditions.status_functions(job):
        return
    if conditions.asks_for_nothing(job) and judge(situation.workflow, job).alone:
        return
    effects = situation.effects[job_id]
    harmless = not (effects.irreversible or effects.capabilities)
    if harmless and lost == {producer} and producer in rest.needs[job_id] and asks(job, producer):
        return
    assert job.condition is not None
    evidence = situation.evidence(job.condition.span, f"`{job.id}` looks at the outcome of jobs before it")
    name = situation.job(producer).id
    text = f"`{job.id}` looks at the outcome of jobs that now run even if `{name}` failed"
    yield Obstacle(Verdict.GATE, text, (evidence,), certain=False)


def asks(job: Job, producer: str) -> bool:
    """Whether a job asks of the producer, or of all, for what a job is that fails; `skipped` alone will not do."""
    return any(
        _asks_for_failure(node, producer, whole=node is part.tree)
        for text in job.texts
        for part in text.template.expressions
        for node in walk(part.tree)
    )


def _asks_for_failure(node: Node, producer: str, *, whole: bool) -> bool:
    own = ("needs", producer, "result")
    match node:
        case Call(name="contains", arguments=(of, Literal(value=str(wanted)))):
            return wanted.lower() == "failure" and _reads_below(of, ("needs", "*"))
        case Call(name="join" | "tojson", arguments=(of, *_)):
            return _reads_below(of, ("needs",))
        case Binary(operator="==" | "!=", left=left, right=Literal(value=str(wanted))):
            return wanted.lower() in ("success", "failure") and _reads_below(left, own)
        case Property():
            return whole and _reads_below(node, own)
    return False


def _reads_below(node: Node, wanted: Access) -> bool:
    """Whether a part reads a chain that begins with these keys; they compare without case."""
    return any(tuple((key or "").lower() for key in found[: len(wanted)]) == wanted for found in accesses_of(node))
