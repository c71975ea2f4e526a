"""The judgement of a workflow: every edge with its verdict, and the edges that are missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from needful.config.settings import Objective
from needful.dependence.experience import Experience
from needful.dependence.missing import missing
from needful.dependence.model import Edge, Missing
from needful.dependence.removal import Removal
from needful.dependence.situation import Situation, observe, rewired
from needful.dependence.verdicts import edges
from needful.workflow.model import Workflow
from needful.workflow.repository import Repository


@dataclass(frozen=True)
class Wants:
    """What people want of a workflow: what is to be improved, and the checks that a pull request waits for.

    `required` are names of checks as GitHub shows them, None where they are not known.
    """

    objective: Objective = "latency"
    required: frozenset[str] | None = None


LATENCY = Wants()


@dataclass(frozen=True)
class Analysis:
    """What the rules decide on. Computed when first asked for.

    `thorough`: edges have the strongest of all their reasons, which people want to read; rules need only one.
    """

    situation: Situation
    thorough: bool = False
    wants: Wants = LATENCY

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
    workflow: Workflow,
    repository: Repository,
    experience: Experience | None = None,
    *,
    thorough: bool = False,
    wants: Wants = LATENCY,
) -> Analysis:
    """Judge a workflow; local actions and reusable workflows are looked up in the repository."""
    return Analysis(observe(workflow, repository, experience=experience), thorough, wants)


def under_other_needs(known: Analysis, workflow: Workflow) -> Analysis:
    """Judge a workflow that differs from one that is known in nothing but `needs`: the jobs do what they did."""
    return replace(known, situation=rewired(known.situation, workflow))


def read_anew(known: Analysis, workflow: Workflow) -> Analysis:
    """Judge another text of a workflow that is known: jobs that are the same in both do what they did."""
    return replace(known, situation=observe(workflow, known.repository, known.situation))
