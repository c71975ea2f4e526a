"""The judgement of a workflow: every edge with its verdict, and the edges that are missing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from needful.dependence.experience import Experience
from needful.dependence.missing import missing
from needful.dependence.model import Edge, Missing
from needful.dependence.removal import Removal
from needful.dependence.situation import Situation, observe, rewired
from needful.dependence.verdicts import edges
from needful.workflow.model import Workflow
from needful.workflow.repository import Repository


@dataclass(frozen=True)
class Analysis:
    """What the rules decide on. Computed when first asked for.

    `thorough`: edges have the strongest of all their reasons, which people want to read; rules need only one.
    """

    situation: Situation
    thorough: bool = False

    @property
    def repository(self) -> Repository:
        return self.situation.repository

    @property
    def workflow(self) -> Workflow:
        return self.situation.workflow

    @property
    def experience(self) -> Experience | None:
        """What recorded runs say, None where there are none: rules that need it are silent then."""
        return self.situation.experience

    @cached_property
    def judged(self) -> tuple[tuple[Edge, Removal | None], ...]:
        """Every `needs` edge with what its removal would mean (None where other edges imply it)."""
        return tuple(edges(self.situation, thorough=self.thorough))

    @property
    def edges(self) -> tuple[Edge, ...]:
        return tuple(edge for edge, _ in self.judged)

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        return tuple(missing(self.situation))


def analyse(
    workflow: Workflow, repository: Repository, experience: Experience | None = None, *, thorough: bool = False
) -> Analysis:
    """Judge a workflow; local actions and reusable workflows are looked up in the repository."""
    return Analysis(observe(workflow, repository, experience=experience), thorough)


def under_other_needs(known: Analysis, workflow: Workflow) -> Analysis:
    """Judge a workflow that differs from one that is known in nothing but `needs`: the jobs do what they did."""
    return Analysis(rewired(known.situation, workflow), known.thorough)


def read_anew(known: Analysis, workflow: Workflow) -> Analysis:
    """Judge another text of a workflow that is known: jobs that are the same in both do what they did."""
    situation = known.situation
    return Analysis(observe(workflow, situation.repository, situation), known.thorough)
