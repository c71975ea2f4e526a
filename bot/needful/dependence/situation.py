"""All that is known of a workflow's jobs before anything is judged: graph, effects, and what flows between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from needful.dependence import conditions
from needful.dependence.conditions import Conditions
from needful.dependence.experience import Experience
from needful.dependence.graph import Graph, needs_graph
from needful.dependence.on_demand import OnDemand
from needful.document.nodes import Scalar
from needful.document.parse import Document
from needful.effects import irreversible
from needful.effects.channels import EXTERNAL, Channel, Way
from needful.effects.footprints import footprints
from needful.effects.job import handed_over, job_effects, job_steps
from needful.effects.model import CacheUse, Download, Effect, Evidence, JobEffects, Upload
from needful.effects.names import Name, is_literal, matches, may_be_same, may_match, same, show
from needful.effects.step import StepEffects
from needful.effects.traces import Footprint
from needful.source import Source, Span
from needful.workflow.model import Job, Text, Workflow
from needful.workflow.repository import Repository


@dataclass(frozen=True)
class NeedsReads:
    """What a job reads of the `needs` context: jobs by name (lower case), and places that read all of them."""

    named: Mapping[str, tuple[Span, ...]]
    results: frozenset[str]
    everything: tuple[Span, ...]


class Flow(NamedTuple):
    """Something that one job makes and another reads. Not `certain`: it could not be excluded.

    For an artifact, `download` is who reads it and `name` what it is called. `presumed`: only what the producer is
    called says that it hands this over.
    """

    producer: str
    consumer: str
    what: str
    certain: bool
    made: Evidence
    read: Evidence
    download: Download | None = None
    name: Name = ()
    presumed: bool = False


@dataclass(frozen=True)
class Situation:
    """A workflow seen as jobs with effects. Job ids are in lower case throughout; `job` gives the job itself.

    `effects` are worked out when they are first asked for: they take the reading of every command. `handed` are the
    artifacts and caches among them, and `flows` the artifacts that one job makes and another reads, which cost little;
    `flows_between` gives all flows.

    `steps` are those of each job, one by one, with the effects of each; none of a job that calls another workflow.

    `watchers`: workflows that start when this one ends, whatever its outcome, and may look at its jobs.

    `experience` is what recorded runs say, None where there are none.
    """

    workflow: Workflow
    graph: Graph
    effects: OnDemand[JobEffects]
    handed: Mapping[str, JobEffects]
    reads: Mapping[str, NeedsReads]
    conditions: Mapping[str, Conditions]
    flows: tuple[Flow, ...]
    watchers: tuple[Evidence, ...]
    repository: Repository = field(repr=False, compare=False)
    steps: OnDemand[tuple[StepEffects, ...]] = field(repr=False, compare=False)
    footprints: OnDemand[tuple[Footprint, ...]] = field(repr=False, compare=False)
    experience: Experience | None = field(default=None, repr=False, compare=False)
    _between: dict[tuple[str, str], tuple[Flow, ...]] = field(default_factory=dict, repr=False, compare=False)

    def flows_between(self, producer: str, consumer: str) -> tuple[Flow, ...]:
        """Everything that one job makes and another reads, or may read."""
        pair = producer, consumer
        if pair not in self._between:
            handed = [flow for flow in self.flows if (flow.producer, flow.consumer) == pair]
            self._between[pair] = tuple(dict.fromkeys((*handed, *_all_flows(self, producer, consumer))))
        return self._between[pair]

    def irreversible(self, job_id: str) -> Iterator[Evidence]:
        """What a job does that cannot be taken back, told while it is found: the steps that cost little come first.

        Whether there is any takes less than the effects of the job, which have it too.
        """
        job = self.job(job_id)
        if job.uses is not None:
            yield from self.effects[job_id].irreversible
            return
        yield from irreversible.of_job(self.workflow, job)
        for step in sorted(self.steps[job_id], key=lambda step: step.site.step.run is not None):
            yield from step.irreversible

    def signs(self, job_id: str) -> tuple[Evidence, ...]:
        """What makes one expect such work of a job, without its commands."""
        job = self.job(job_id)
        return self.effects[job_id].signs if job.uses is not None else tuple(irreversible.signs(self.workflow, job))

    def guards(self, job_id: str) -> tuple[Evidence, ...]:
        """What makes a job one that decides what may run at all, without its commands."""
        job = self.job(job_id)
        return self.effects[job_id].guards if job.uses is not None else tuple(irreversible.guards(self.workflow, job))

    def job(self, job_id: str) -> Job:
        job = self.workflow.job(job_id)
        assert job is not None, job_id
        return job

    def evidence(self, span: Span, text: str) -> Evidence:
        return Evidence(self.workflow.path, self.workflow.line(span), text)


def observe(
    workflow: Workflow,
    repository: Repository,
    known: Situation | None = None,
    experience: Experience | None = None,
) -> Situation:
    """Everything about a workflow that the judgements stand on.

    `known`: what was seen of an earlier text of it; a job that is the same there does what it did, and the runs that
    were recorded are the same.
    """
    graph = needs_graph(workflow)
    alike = _alike(known.workflow, workflow) if known is not None else ()
    steps = OnDemand(workflow, partial(job_steps, workflow, repository=repository))
    effects = OnDemand(workflow, partial(job_effects, workflow, repository=repository, steps=steps))
    prints = OnDemand(workflow, lambda job: footprints(workflow, job, repository, steps[job.id.lower()]))
    if known is not None:
        effects.take(known.effects, alike)
        steps.take(known.steps, alike)
        prints.take(known.footprints, alike)
        experience = known.experience and known.experience.told_by(workflow.jobs)
    told = known.handed if known is not None else {}
    handed = {
        name: told[name] if name in alike else handed_over(workflow, job, repository, steps)
        for job in workflow.jobs
        for name in (job.id.lower(),)
    }
    reads = {job.id.lower(): needs_reads(job) for job in workflow.jobs}
    when = {} if graph.cycle else conditions.of_jobs(workflow, graph)
    watchers = tuple(_watchers(workflow, repository))
    flows = tuple(_flows(handed, when))
    return Situation(
        workflow, graph, effects, handed, reads, when, flows, watchers, repository, steps, prints, experience
    )


_NO_DOCUMENT = Document(Source("", ""), Scalar(Span(0, 0), ""))


def _alike(known: Workflow, workflow: Workflow) -> tuple[str, ...]:
    """The jobs that do the same in two texts of a workflow: they are the same, and so is what reaches into them."""
    if _around(known) != _around(workflow):
        return ()
    return tuple(job.id.lower() for job in workflow.jobs if known.job(job.id) == job)


def _around(workflow: Workflow) -> Workflow:
    """A workflow without its jobs, and without its own concurrency group, which makes no job do anything else."""
    return replace(workflow, document=_NO_DOCUMENT, jobs=(), concurrency=None, texts=())


def rewired(situation: Situation, workflow: Workflow) -> Situation:
    """The same jobs with other `needs`: what they do is known, when they run is worked out anew."""
    graph = needs_graph(workflow)
    when = {} if graph.cycle else conditions.of_jobs(workflow, graph)
    if when == situation.conditions:
        return replace(situation, workflow=workflow, graph=graph)
    flows = tuple(_flows(situation.handed, when))
    return replace(situation, workflow=workflow, graph=graph, conditions=when, flows=flows, _between={})


_ONLY_AFTER_SUCCESS = Text("github.event.workflow_run.conclusion == 'success'", Span(0, 0), condition=True)


def _watchers(workflow: Workflow, repository: Repository) -> Iterator[Evidence]:
    for other in repository.listeners(workflow):
        wanted = conditions.of_text(_ONLY_AFTER_SUCCESS)
        graph = needs_graph(other)
        when = {} if graph.cycle else conditions.of_jobs(other, graph)
        trigger = other.on("workflow_run")
        if trigger is not None and not all(wanted <= known for known in when.values()):
            text = f"{other.path} starts when this workflow ends and may look at its jobs"
            yield Evidence(other.path, other.line(trigger.span), text)


def needs_reads(job: Job) -> NeedsReads:
    """Every read of the `needs` context in a job, in whatever key it stands."""
    named: dict[str, list[Span]] = {}
    results: set[str] = set()
    everything: list[Span] = []
    for text in job.texts:
        for expression in text.template.expressions:
            for access in expression.accesses:
                if access[0] != "needs":
                    continue
                target = access[1] if len(access) > 1 else None
                if target is None or target == "*":
                    everything.append(text.span)
                    continue
                named.setdefault(target.lower(), []).append(text.span)
                if len(access) < 3 or access[2] in (None, "*") or str(access[2]).lower() == "result":
                    results.add(target.lower())
    return NeedsReads({key: tuple(spans) for key, spans in named.items()}, frozenset(results), tuple(everything))


def _flows(handed: Mapping[str, JobEffects], when: Mapping[str, Conditions]) -> Iterator[Flow]:
    for consumer, own in handed.items():
        others = [(job, made) for job, made in handed.items() if job != consumer]
        for download in own.downloads:
            yield from _artifact_flows(consumer, own, download, others, when)


def _all_flows(situation: Situation, producer: str, consumer: str) -> Iterator[Flow]:
    """What flows from one job to another, what only their commands say included."""
    own, made = situation.effects[consumer], situation.effects[producer]
    for download in own.downloads:
        yield from _artifact_flows(consumer, own, download, [(producer, made)], situation.conditions)
    named = _is_named_for_caches(situation.job(producer))
    for cache in own.caches:
        if cache.restores:
            yield from _cache_flows(producer, consumer, cache, made, named=named)
    yield from _filled_caches(producer, consumer, own, made, named=named)
    for read in own.effects:
        if read.way is Way.READS and read.channel in _HANDED_OVER:
            yield from _effect_flows(producer, consumer, read, made)


def _artifact_flows(
    consumer: str,
    own: JobEffects,
    download: Download,
    others: list[tuple[str, JobEffects]],
    when: Mapping[str, Conditions],
) -> Iterator[Flow]:
    # a job that makes an artifact of the very name that it reads may well hand it over to itself
    itself = download.name is not None and any(feeds(upload, download, certain=True) for upload in own.uploads)
    reader = conditions.joined(when.get(consumer, frozenset()), download.conditions)
    for producer, made in others:
        if conditions.exclusive(reader, when.get(producer, frozenset())):
            continue
        for upload in made.uploads:
            certain = not itself and feeds(upload, download, certain=True)
            if certain or feeds(upload, download, certain=False):
                what = upload.evidence.text.removeprefix("uploads ")
                seen = upload.evidence, download.evidence
                yield Flow(producer, consumer, what, certain, *seen, download, upload.name)


def feeds(upload: Upload, download: Download, *, certain: bool) -> bool:
    """Whether a download reads an artifact, certainly or as far as that is not excluded."""
    if download.name is not None:
        return same(upload.name, download.name) if certain else may_be_same(upload.name, download.name)
    assert download.pattern is not None
    return matches(download.pattern, upload.name) if certain else may_match(download.pattern, upload.name)


_CACHING = re.compile(
    r"(?:^|[^a-z])(?:pre-?)?(?:cach(?:e|es|ing)|warm(?:s|ing)?(?:-?up)?|prim(?:e|es|ing)|populat(?:e|es|ing)|prefetch(?:es)?)"
    r"(?:$|[^a-z])",
    re.IGNORECASE,
)


def _is_named_for_caches(job: Job) -> bool:
    return any(map(_CACHING.search, (job.id, job.name.value if job.name is not None else "")))


def _cache_flows(producer: str, consumer: str, restored: CacheUse, made: JobEffects, *, named: bool) -> Iterator[Flow]:
    for saved in made.caches:
        # a job that works and keeps its downloads hands nothing over; one that only fills the cache does
        kept = saved.downloads and restored.downloads and bool(made.works)
        if not saved.saves or (kept and not named):
            continue
        if not _may_hold_the_same(saved, restored):
            continue
        certain = same(saved.keys[0], restored.keys[0])
        if certain or any(may_match((*key, "*"), saved.keys[0]) for key in restored.keys):
            what = saved.evidence.text.removeprefix("uses ")
            yield Flow(producer, consumer, what, certain, saved.evidence, restored.evidence, presumed=kept)


# artifacts and caches have names and rules of their own
_HANDED_OVER = EXTERNAL | {Channel.REPORT}


def _may_hold_the_same(saved: CacheUse, restored: CacheUse) -> bool:
    """Whether two caches can be of the same paths; those of downloads are no others that are written out."""
    for one, other in ((saved, restored), (restored, saved)):
        if one.downloads and not other.downloads and is_literal(other.paths):
            return False
    return may_be_same(saved.paths, restored.paths)


def _effect_flows(producer: str, consumer: str, read: Effect, made: JobEffects) -> Iterator[Flow]:
    """What a job reads outside the run, where another job writes."""
    for written in made.effects:
        if written.way is Way.READS or written.channel is not read.channel:
            continue
        certain = written.certain and read.certain and same(written.name, read.name)
        if certain or may_be_same(written.name, read.name):
            name = show(written.name) if is_literal(written.name) else show(read.name)
            what = f"the {read.channel.value} `{name}`" if name else f"a {read.channel.value}"
            yield Flow(producer, consumer, what, certain, written.evidence, read.evidence)


def _filled_caches(producer: str, consumer: str, own: JobEffects, made: JobEffects, *, named: bool) -> Iterator[Flow]:
    """Caches of actions: shared by name on purpose, or filled once by a job that is there for it."""
    for filled in made.tool_caches:
        for read in own.tool_caches:
            by_name = filled.key is not None and read.key is not None and may_be_same(filled.key, read.key)
            if filled.kind == read.kind and (by_name or (filled.key is None and (named or not made.works))):
                what = filled.evidence.text.removeprefix("uses ")
                presumed = not by_name and bool(made.works)
                yield Flow(producer, consumer, what, True, filled.evidence, read.evidence, presumed=presumed)
