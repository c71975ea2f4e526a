"""Dependences that no path of `needs` carries: a job reads what another makes, and does not wait for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from needful.dependence import conditions
from needful.dependence.model import Missing
from needful.dependence.removal import asks
from needful.dependence.situation import Flow, Situation


def missing(situation: Situation) -> Iterator[Missing]:
    """Every missing edge of a workflow, in the order of its jobs. Those that cannot be added say why (`held`)."""
    yield from _broken(situation)
    if situation.graph.cycle:
        return
    for job in situation.workflow.jobs:
        consumer = job.id.lower()
        found: set[str] = set()
        for edge in (*_context(situation, consumer), *_artifacts(situation, consumer)):
            if edge.producer.lower() not in found:
                found.add(edge.producer.lower())
                yield edge


def _broken(situation: Situation) -> Iterator[Missing]:
    """`needs` that GitHub itself refuses: unknown jobs and cycles."""
    workflow = situation.workflow
    for job in workflow.jobs:
        for need in job.needs:
            if workflow.job(need.on) is None:
                evidence = situation.evidence(need.span, f"`{job.id}` needs `{need.on}`")
                reason = f"`{job.id}` needs `{need.on}`, but the workflow has no such job"
                yield Missing(need.on, job.id, need.span, reason, (evidence,), held="GitHub refuses the whole workflow")
    if cycle := situation.graph.cycle:
        job = situation.job(cycle[0])
        path = " → ".join(situation.job(job_id).id for job_id in reversed(cycle))
        evidence = situation.evidence(job.key_span, f"`{job.id}` waits for itself")
        reason = f"the jobs wait for each other: {path}"
        yield Missing(job.id, job.id, job.key_span, reason, (evidence,), held="GitHub refuses the whole workflow")


def _context(situation: Situation, consumer: str) -> Iterator[Missing]:
    """The `needs` context holds direct needs only: anything else reads as empty, without an error."""
    job = situation.job(consumer)
    for producer, spans in situation.reads[consumer].named.items():
        if producer in situation.graph.needs[consumer] or any(need.on.lower() == producer for need in job.needs):
            continue
        other = situation.workflow.job(producer)
        name = other.id if other else producer
        evidence = situation.evidence(spans[0], f"`{job.id}` reads `needs.{name}`")
        reason = f"`{job.id}` reads `needs.{name}`, which is empty because `{name}` is not among its `needs`"
        if other is None or producer == consumer:
            held = f"there is no job `{name}`" if other is None else "a job cannot wait for itself"
            yield Missing(name, job.id, spans[0], reason, (evidence,), held)
            continue
        held = _cannot_wait(situation, producer, consumer) or _would_skip(situation, producer, consumer)
        judged = _judged(situation, producer, consumer)
        consequence = judged or _wakes(situation, producer, consumer)
        yield Missing(name, job.id, spans[0], reason, (evidence,), held, consequence, bool(judged))


def _artifacts(situation: Situation, consumer: str) -> Iterator[Missing]:
    ancestors = situation.graph.ancestors[consumer]
    by_download: dict[int, list[Flow]] = {}
    for flow in situation.flows:
        if flow.consumer == consumer and flow.download is not None:
            by_download.setdefault(id(flow.download), []).append(flow)
    for flows in by_download.values():
        early = [flow for flow in flows if flow.producer in ancestors]
        late = _late(situation, flows, early)
        for flow in late:
            makers = {made.producer for made in flows if made.certain}
            yield _artifact_edge(situation, flow, len({made.producer for made in late}), only=makers == {flow.producer})


def _late(situation: Situation, flows: list[Flow], early: list[Flow]) -> list[Flow]:
    """The producers of a download that it surely means and does not wait for; `early` are those it waits for.

    By name: no job that is waited for may be the one that makes it. By glob: only in a job that publishes what it
    gathers; it waits for a part, and another job makes more of the same. Tests often mean a part only.
    """
    download = flows[0].download
    assert download is not None
    late = [flow for flow in flows if flow.certain and flow not in early]
    if download.optional:
        return []
    if download.name is not None:
        # names are unique in a run: where a job surely makes this one, no other does, unless that job may be left out
        return (
            [] if any(flow.certain or _may_be_left_out(situation, late) for flow in early) else _last(situation, late)
        )
    families = {_family(flow) for flow in early if flow.certain} - {""}
    akin = [flow for flow in late if _family(flow) in families]
    # in a reusable workflow, the artifacts of the caller's other jobs are there too
    if not akin or situation.workflow.on("workflow_call") is not None:
        return []
    return akin if any(True for _ in situation.irreversible(flows[0].consumer)) else []


def _last(situation: Situation, flows: list[Flow]) -> list[Flow]:
    """Of jobs that make the same one after the other, those at the end: they wait for the others, and make it last."""
    earlier = frozenset().union(*(situation.graph.ancestors[flow.producer] for flow in flows))
    return [flow for flow in flows if flow.producer not in earlier]


def _may_be_left_out(situation: Situation, flows: list[Flow]) -> bool:
    """Whether the jobs that make something may all be skipped while others run."""
    makers = {job for flow in flows for job in (flow.producer, *situation.graph.ancestors[flow.producer])}
    return any(situation.job(job).condition is not None for job in makers)


def _family(flow: Flow) -> str:
    """What the names of related artifacts begin with: `wheel-linux` and `wheel-macos` are both `wheel-`."""
    start = flow.name[0] if flow.name and isinstance(flow.name[0], str) else ""
    family = re.match(r"[^-_.]{3,}[-_.]", start)
    return family.group() if family else ""


def _artifact_edge(situation: Situation, flow: Flow, alternatives: int, *, only: bool) -> Missing:
    producer, consumer = situation.job(flow.producer), situation.job(flow.consumer)
    download = flow.download
    assert download is not None
    reason = f"`{consumer.id}` reads {flow.what}, which `{producer.id}` makes, but does not wait for it"
    held = _cannot_wait(situation, flow.producer, flow.consumer)
    if not held and download.name is not None and alternatives > 1:
        held = f"{alternatives} jobs make an artifact of that name, and only one can"
    judged = _judged(situation, flow.producer, flow.consumer)
    if not held and (judged or not (only and _fails_without(flow))):
        held = _would_skip(situation, flow.producer, flow.consumer)
    span = consumer.key_span
    for step in consumer.all_steps():
        if situation.workflow.line(step.span) == flow.read.line:
            span = step.span
    return Missing(producer.id, consumer.id, span, reason, (flow.read, flow.made), held, judged, bool(judged))


def _fails_without(flow: Flow) -> bool:
    """Whether the consumer cannot succeed without the producer: then a skip takes nothing away."""
    download = flow.download
    return download is not None and download.name is not None and not download.optional and not download.conditional


def _cannot_wait(situation: Situation, producer: str, consumer: str) -> str:
    names = situation.job(producer).id, situation.job(consumer).id
    if consumer in situation.graph.ancestors[producer]:
        return f"`{names[0]}` already waits for `{names[1]}`: the edge would close a cycle"
    if conditions.exclusive(situation.conditions[producer], situation.conditions[consumer]):
        return f"`{names[0]}` and `{names[1]}` never run together"
    return ""


def _would_skip(situation: Situation, producer: str, consumer: str) -> str:
    """Why a job that runs today might be skipped with the edge."""
    graph = situation.graph
    for job_id in (consumer, *(job for job in graph.order if job in graph.descendants[consumer])):
        if conditions.status_functions(situation.job(job_id)):
            continue
        new = (graph.ancestors[producer] | {producer}) - graph.ancestors[job_id]
        for job in situation.workflow.jobs:
            if job.id.lower() in new and not conditions.implied(situation.conditions[job_id], job):
                return f"`{job.id}` does not always run, and `{situation.job(job_id).id}` would be skipped with it"
    return ""


def _judged(situation: Situation, producer: str, consumer: str) -> str:
    """Who further down may take it for another thing that the consumer is skipped, rather than fails."""
    graph = situation.graph
    names = situation.job(producer).id, situation.job(consumer).id
    if producer in graph.ancestors[consumer]:
        return ""  # it waits already, and is skipped already
    for job_id in (job for job in graph.order if job in graph.descendants[consumer]):
        job, reads = situation.job(job_id), situation.reads[job_id]
        status = conditions.status_functions(job)
        effects = situation.effects[job_id]
        harmless = not (effects.irreversible or effects.capabilities)
        if harmless and producer in graph.needs[job_id] and asks(job, producer):
            continue
        if status and (status & {"failure", "success"} or reads.named or reads.everything):
            return f"`{job.id}` looks at outcomes: when `{names[0]}` does not succeed, `{names[1]}` is skipped now"
    return ""


def _wakes(situation: Situation, producer: str, consumer: str) -> str:
    """What comes to life with the edge: a condition that could not hold so far."""
    job = situation.job(consumer)
    steps = (step.condition for step in job.all_steps())
    asked = {text.span for text in (job.condition, *steps) if text is not None}
    if not asked & set(situation.reads[consumer].named[producer]):
        return ""
    what = "the job" if job.condition is not None and job.condition.span in asked else "a step"
    return f"an `if` of `{job.id}` has been reading an empty value so far: {what} may now run where it did not"
