"""What no change may touch, whatever the rule: what a comment in the workflow keeps, and what the settings ignore.

Judged by outcome, so that it holds for rules that are not written yet: the proposal is written, and what is kept must
be there as it was. A job that is kept, or an edge of which is, goes on waiting for all that it waited for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from needful.config.settings import Ignore
from needful.dependence.graph import needs_graph
from needful.document import nodes
from needful.document.nodes import Path
from needful.document.parse import Document
from needful.errors import Refusal
from needful.planning.plan import Kept
from needful.rules.api import Proposal
from needful.workflow.keeps import Keep, Kind, keeps
from needful.workflow.model import Workflow
from needful.workflow.reader import read_workflow

Stop: TypeAlias = Keep | Ignore


@dataclass(frozen=True)
class Guard:
    """Everything that may stand in the way of a proposal for one workflow."""

    workflow: Workflow
    keeps: tuple[Keep, ...] = ()
    ignore: tuple[Ignore, ...] = ()

    def stop(self, document: Document, proposal: Proposal, *, wanted: bool = False) -> Stop | None:
        """What forbids a proposal on a text that earlier ones left; `wanted` by name, it is not ignored."""
        for ignore in () if wanted else self.ignore:
            if any(ignore.covers(proposal.rule, self.workflow.path, job) for job in _jobs(proposal)):
                return ignore
        return self.touched(document, proposal)

    def touched(self, document: Document, proposal: Proposal) -> Keep | None:
        """What is kept and would be touched, of whatever the settings say."""
        if not self.keeps:
            return None
        # imported late: most workflows keep nothing
        from needful.document.writer import write

        named = next((keep for keep in self.keeps if _is_about(proposal, keep)), None)
        if named or not proposal.operations:
            return named
        try:
            written = write(document, proposal.operations)
        except Refusal:
            return None  # it is not made, and says so itself
        after = read_workflow(written, self.workflow.path)
        return next((keep for keep in self.keeps if not _holds(keep, self.workflow, after)), None)


def guard(workflow: Workflow, ignore: tuple[Ignore, ...]) -> Guard:
    """The guard of a workflow. Raises `UserError` for a comment that is meant for us and says nothing."""
    return Guard(workflow, keeps(workflow), ignore)


def kept(guard: Guard, prevented: Mapping[Stop, Sequence[str]]) -> tuple[Kept, ...]:
    """What stays: all that the workflow keeps, and what the settings ignore of what was found."""
    line, path = guard.workflow.line, guard.workflow.path
    ids = {stop: tuple(found) for stop, found in prevented.items()}
    return (
        *(Kept(path, line(keep.at), keep.what, keep.reason, ids.get(keep, ())) for keep in guard.keeps),
        *(
            Kept("", ignore.line, f"`{ignore.rule}` is ignored{_where(ignore)}", ignore.because, ids[ignore])
            for ignore in guard.ignore
            if ignore in ids
        ),
    )


def _where(ignore: Ignore) -> str:
    job = f" for `{ignore.job}`" if ignore.job else ""
    return f"{job} in `{ignore.workflow}`" if ignore.workflow else job


def _jobs(proposal: Proposal) -> list[str]:
    """The jobs that a proposal is about or would change."""
    changed = [str(operation.path[1]) for operation in proposal.operations if operation.path[:1] == ("jobs",)]
    return [*proposal.subject[:1], *changed]


def _is_about(proposal: Proposal, keep: Keep) -> bool:
    """Whether a proposal is about a job that is kept, though it may change nothing."""
    return keep.kind is Kind.JOB and [job.lower() for job in proposal.subject[:1]] == [keep.job.lower()]


def _holds(keep: Keep, before: Workflow, after: Workflow) -> bool:
    """Whether what is kept is there as it was."""
    if keep.kind is Kind.STEP:
        step = _around(keep.path), _text(before.document, keep.path)
        return _steps(after, keep.job)[step] >= _steps(before, keep.job)[step]
    job = after.job(keep.job)
    if job is None or _ancestors(before, keep.job) - _ancestors(after, keep.job):
        return False
    if keep.kind is Kind.EDGE:
        return any(need.on.lower() == keep.on.lower() for need in job.needs)
    return _text(before.document, keep.path) == _text(after.document, keep.path)


def _ancestors(workflow: Workflow, job: str) -> frozenset[str]:
    graph = needs_graph(workflow)
    return frozenset() if graph.cycle else graph.ancestors[job.lower()]


def _steps(workflow: Workflow, job_id: str) -> Counter[tuple[Path, str]]:
    """The texts of a job's steps, each with the kind of list that it stands in."""
    job = workflow.job(job_id)
    steps = job.all_steps() if job else ()
    return Counter((_around(step.path), _text(workflow.document, step.path)) for step in steps)


def _around(path: Path) -> Path:
    return tuple(part for part in path if isinstance(part, str))


def _text(document: Document, path: Path) -> str:
    """What stands at a path, with the key it has in its mapping."""
    node = document.find(path)
    if node is None:
        return ""
    span = node.span
    parent = document.find(path[:-1])
    holder = nodes.resolve(parent) if parent is not None else None
    if isinstance(holder, nodes.Mapping) and isinstance(path[-1], str) and (entry := holder.entry(path[-1])):
        span = entry.span
    return document.source.text[slice(*span)]
