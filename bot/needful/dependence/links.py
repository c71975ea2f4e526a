"""What links a job to another that it waits for: what it reads of it, what both touch, what nobody can see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from needful.dependence.model import Verdict
from needful.dependence.situation import Flow, Situation
from needful.effects.channels import Channel, Way
from needful.effects.irreversible import speaks_of_results
from needful.effects.model import Evidence, JobEffects
from needful.effects.names import may_be_same
from needful.workflow.model import StepKind, Workflow


@dataclass(frozen=True)
class Obstacle:
    """Why an edge has to stay (`certain`), or why it cannot be shown that it may go."""

    verdict: Verdict
    text: str
    evidence: tuple[Evidence, ...]
    certain: bool = True


def handed_over(situation: Situation, lost: frozenset[str], consumer: str) -> Iterator[Obstacle]:
    """The artifacts of the lost jobs that a job reads, as far as the actions in the YAML name them."""
    for flow in situation.flows:
        if flow.producer in lost and flow.consumer == consumer:
            yield _read(situation, flow)


def meetings(situation: Situation, lost: frozenset[str], consumer: str) -> Iterator[Obstacle]:
    """What a job reads of the lost jobs, and what would be another if it came before them or at the same time."""
    for job_id in in_order(situation.workflow, lost):
        for flow in situation.flows_between(job_id, consumer):
            yield _read(situation, flow)
        for flow in situation.flows_between(consumer, job_id):
            text = f"`{situation.job(job_id).id}` would meet {flow.what} of `{situation.job(consumer).id}`"
            yield Obstacle(Verdict.ORDER, text, (flow.read, flow.made), certain=not flow.presumed)
        yield from _replaced(situation, job_id, consumer)
        yield from _group(situation, job_id, consumer)


def _read(situation: Situation, flow: Flow) -> Obstacle:
    verb = "reads" if flow.certain and not flow.presumed else "may read"
    text = f"`{situation.job(flow.consumer).id}` {verb} {flow.what} of `{situation.job(flow.producer).id}`"
    return Obstacle(Verdict.DATA, text, (flow.made, flow.read), certain=not flow.presumed)


def _replaced(situation: Situation, earlier: str, later: str) -> Iterator[Obstacle]:
    """Of two artifacts of one name, the later one stays; without `overwrite` there cannot be two."""
    for upload in situation.handed[earlier].uploads:
        for other in situation.handed[later].uploads:
            if (upload.replaces or other.replaces) and may_be_same(upload.name, other.name):
                text = f"`{situation.job(later).id}` may replace an artifact of `{situation.job(earlier).id}`"
                yield Obstacle(Verdict.ORDER, text, (upload.evidence, other.evidence))


def _group(situation: Situation, earlier: str, later: str) -> Iterator[Obstacle]:
    for first in situation.effects[earlier].groups:
        for second in situation.effects[later].groups:
            if may_be_same(first.name, second.name):
                text = f"`{situation.job(earlier).id}` and `{situation.job(later).id}` may share a concurrency group"
                yield Obstacle(Verdict.ORDER, text, (first.evidence, second.evidence))


def made_outside(situation: Situation, lost: frozenset[str]) -> Iterator[Obstacle]:
    """What the lost jobs change outside the run."""
    for job_id in in_order(situation.workflow, lost):
        if irreversible := situation.effects[job_id].irreversible:
            text = f"`{situation.job(job_id).id}` changes something outside the run that later jobs may count on"
            yield Obstacle(Verdict.ORDER, text, irreversible[:3])


def unseen(situation: Situation, lost: frozenset[str], consumer: str) -> Iterator[Obstacle]:
    """What could carry a dependence unseen. It does not prove one: a person may know better."""
    own = situation.effects[consumer]
    for job_id in in_order(situation.workflow, lost):
        if capabilities := _reaching(situation.effects[job_id], own):
            text = f"`{situation.job(job_id).id}` could leave something behind: {capabilities[0].text}"
            yield Obstacle(Verdict.UNEXPLAINED, text, capabilities[:3], certain=False)
    if dangers := own.dangers:
        text = f"`{situation.job(consumer).id}` could do irreversible work: {dangers[0].text}"
        yield Obstacle(Verdict.UNEXPLAINED, text, dangers[:3], certain=False)
    for job_id in in_order(situation.workflow, lost):
        other = situation.effects[job_id]
        if other.makers and (own.downloads or own.opaque):
            text = f"`{situation.job(job_id).id}` could make an artifact unseen: {other.makers[0].text}"
            yield Obstacle(Verdict.UNEXPLAINED, text, other.makers[:3], certain=False)
        # nobody restores a cache without the runner's token
        if found := own.opaque if other.uploads else own.makers if other.caches else ():
            text = f"`{situation.job(consumer).id}` could read an artifact or a cache unseen: {found[0].text}"
            yield Obstacle(Verdict.UNEXPLAINED, text, found[:3], certain=False)
        if other.disk and own.disk:
            text = f"{other.disk[0].text}, and may be the one of `{situation.job(consumer).id}`"
            yield Obstacle(Verdict.UNEXPLAINED, text, (other.disk[0], own.disk[0]), certain=False)


def _reaching(made: JobEffects, own: JobEffects) -> tuple[Evidence, ...]:
    """The capabilities of a job that could reach another: commits reach who looks for them, beside its checkout."""
    looks = bool(own.unseen) or any(e.channel is Channel.REF and e.way is Way.READS for e in own.effects)
    return made.capabilities if looks else tuple(one for one in made.capabilities if one not in made.pushes)


def may_look(situation: Situation, job_id: str) -> tuple[Evidence, ...]:
    """What of a job cannot be seen and may look at other jobs: it holds a token, or some word speaks of results."""
    job, effects = situation.job(job_id), situation.effects[job_id]
    if speaks_of_results(job.id, job.name.value if job.name is not None else ""):
        return effects.unseen
    return tuple(seen for seen in effects.unseen if effects.opaque or speaks_of_results(seen.text))


def only_reports(situation: Situation, job_id: str) -> bool:
    """A job that uses nothing and works on nothing stands for the jobs before it. Often a required check."""
    job = situation.job(job_id)
    steps_only_run = job.uses is None and all(step.kind is StepKind.RUN for step in job.steps)
    effects = situation.effects[job_id]
    return steps_only_run and all(work in effects.unseen for work in effects.works)


def in_order(workflow: Workflow, jobs: frozenset[str]) -> tuple[str, ...]:
    """Job ids (in lower case) in the order of the workflow."""
    return tuple(job.id.lower() for job in workflow.jobs if job.id.lower() in jobs)
