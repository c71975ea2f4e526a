"""The two sides of a comparison: the jobs of a workflow, with what decides how each of them goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from needful.dependence.judges import Judge, judge
from needful.dependence.situation import Situation
from needful.effects.model import Download
from needful.expressions import Access, Node
from needful.workflow.model import Job, Step


@dataclass(frozen=True)
class Part:
    """One job of a stage, with what decides how it goes, worked out when first asked for."""

    job: Job
    stage: Stage = field(repr=False)

    @cached_property
    def id(self) -> str:
        return self.job.id.lower()

    @cached_property
    def ancestors(self) -> tuple[str, ...]:
        """All that it waits for, producers first."""
        return tuple(sorted(self.stage.situation.graph.ancestors[self.id], key=self.stage.order.__getitem__))

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """What it needs itself, in the order of the workflow."""
        direct = self.stage.situation.graph.needs[self.id]
        return tuple(job for job in self.stage.parts if job in direct)

    @cached_property
    def decides(self) -> bool:
        """Whether it may run although something that it waits for did not succeed: its `if` has a status function."""
        template = self.job.condition.template if self.job.condition is not None else None
        return template is not None and any(part.status_functions for part in template.expressions)

    @cached_property
    def beside(self) -> tuple[Node, ...]:
        """What it is told of affected jobs while it runs, or of all that it needs, outside the steps that judge."""
        return self._told(self.judge.steps)

    @cached_property
    def shown(self) -> tuple[Node, ...]:
        """The same with the steps that judge, but for those whose `judge` settles what becomes of it."""
        return self._told(self.judge.settled)

    def _told(self, apart: tuple[Step, ...]) -> tuple[Node, ...]:
        if not self._is_told:
            return ()
        left_out = {self.job.condition, *(text for step in apart for text in step.texts)}
        found = (part for text in self.job.texts if text not in left_out for part in text.template.expressions)
        return tuple(part.tree for part in found if any(map(self._tells, part.accesses)))

    @cached_property
    def judge(self) -> Judge:
        """How it fails by the results of others."""
        return judge(self.stage.situation.workflow, self.job) if self._is_told else Judge((), (), (), False)

    @cached_property
    def _is_told(self) -> bool:
        reads = self.stage.situation.reads[self.id]
        return bool(reads.everything or reads.named.keys() & self.stage.affected)

    def _tells(self, access: Access) -> bool:
        named = access[1] if len(access) > 1 else None
        return access[0] == "needs" and (named in (None, "*") or str(named).lower() in self.stage.affected)

    @cached_property
    def makers(self) -> tuple[frozenset[str], ...]:
        """For each artifact without which it fails, the jobs that may make it before."""
        if self.id not in self.stage.affected:
            return ()  # it is of no interest
        flows = [flow for flow in self.stage.situation.flows if flow.consumer == self.id]
        required = [flow for flow in flows if flow.certain and _is_required(flow.download)]
        if not required or self.stage.opaque:
            return ()  # there is none, or another may make it unseen
        later = self.stage.situation.graph.descendants[self.id]
        return tuple(
            frozenset(other.producer for other in flows if other.download == flow.download) - later for flow in required
        )


def _is_required(read: Download | None) -> bool:
    return read is not None and read.name is not None and not (read.optional or read.conditional)


@dataclass(frozen=True)
class Stage:
    """A workflow to be played. Job ids in lower case.

    `affected`: jobs whose needs, or those of a job before them, differ between the two sides; `apart`: jobs whose end
    has nothing to do with what differs, so that it may be taken to be anything. `unread`: for a job, the needs that it
    reads and that only one side lets it read; while it runs, it is taken to read the same of them, and with `awake` its
    `if` is, too.
    """

    situation: Situation
    affected: frozenset[str]
    apart: frozenset[str]
    unread: Mapping[str, frozenset[str]]
    awake: bool = False

    @cached_property
    def parts(self) -> Mapping[str, Part]:
        return {job.id.lower(): Part(job, self) for job in self.situation.workflow.jobs}

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each job among all, producers first, otherwise as in the text."""
        above = self.situation.graph.ancestors
        return {job: number for number, job in enumerate(sorted(self.parts, key=lambda job: len(above[job])))}

    @cached_property
    def deciders(self) -> tuple[str, ...]:
        """Jobs with a status function that are not apart, producers first."""
        return tuple(job for job in self.order if self.parts[job].decides and job not in self.apart)

    @cached_property
    def opaque(self) -> bool:
        """Whether some job may make artifacts unseen."""
        return any(effects.makers for effects in self.situation.effects.values())
