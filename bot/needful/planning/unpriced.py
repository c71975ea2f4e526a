"""What a plan gains, said without numbers: nobody recorded a run."""

from __future__ import annotations

from dataclasses import replace

from needful.dependence.parts import TIMED
from needful.document.parse import parse
from needful.planning.plan import FilePlan
from needful.planning.worth import Pricing
from needful.schedule.shape import shape_of
from needful.schedule.structure import NoPrediction, structure
from needful.source import Source
from needful.workflow.model import Workflow
from needful.workflow.reader import read_workflow

NO_RUNS = NoPrediction(
    "no recorded run is at hand",
    "`needful history import` keeps what GitHub's API returned for runs; `--assume` does with published durations",
)


def with_structure(file: FilePlan) -> FilePlan:
    """A plan with the longest chains of jobs before and after it; one that is no matter of time as it is."""
    if not any(change.proposal.parts <= TIMED for change in file.changes):
        return file
    before, after = workflow_of(file, file.before), workflow_of(file, file.after)
    return replace(file, pricing=Pricing(structure(shape_of(before), shape_of(after)), NO_RUNS))


def workflow_of(file: FilePlan, source: Source) -> Workflow:
    """A text of a plan as a workflow."""
    return read_workflow(parse(source), file.path)
