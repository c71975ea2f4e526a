"""The jobs of workflows and what each waits for, as values to draw; `mermaid` and `dot` know the languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from needful.dependence.model import Edge, Missing, Verdict
from needful.errors import UserError
from needful.planning.plan import Failure
from needful.report.durations import duration
from needful.report.terminal import shown_path
from needful.schedule.model import Timeline
from needful.workflow.model import Workflow


@dataclass(frozen=True)
class JobGraph:
    """One workflow with a verdict for each of its `needs` edges, and the edges that are missing.

    `timeline` is a typical run of it, None where none was recorded.
    """

    workflow: Workflow
    edges: tuple[Edge, ...] = ()
    missing: tuple[Missing, ...] = ()
    timeline: Timeline | None = None


@dataclass(frozen=True)
class Graphs:
    """The graphs of one repository; the rest as in a plan."""

    root: str
    workflows: tuple[JobGraph, ...] = ()
    unreadable: tuple[UserError, ...] = ()
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True)
class Arrow:
    """An edge between the names that the jobs have in the drawing. `verdict` is None for a missing edge."""

    producer: str
    consumer: str
    verdict: Verdict | None

    @property
    def label(self) -> str:
        return self.verdict.value if self.verdict else "missing"

    @property
    def loose(self) -> bool:
        """Whether nothing that can be seen would be lost without it."""
        return self.verdict in (Verdict.ECONOMY, Verdict.IMPLIED, Verdict.UNEXPLAINED)


@dataclass(frozen=True)
class Node:
    """A job to draw: a made-up name, which no job id can break out of, the id, and how long it takes in words.

    `critical`: it lies on the critical path of a typical run.
    """

    name: str
    job: str
    time: str = ""
    critical: bool = False


@dataclass(frozen=True)
class Drawing:
    """One workflow to draw."""

    title: str
    jobs: tuple[Node, ...]
    arrows: tuple[Arrow, ...]


_SAME = 1.0  # seconds
_MEANING = {
    Verdict.DATA: "reads what the other makes",
    Verdict.ORDER: "both touch the same thing outside the run",
    Verdict.GATE: "must not start unless the other passed",
    Verdict.ECONOMY: "nothing flows, it only saves minutes when the other fails",
    Verdict.IMPLIED: "other edges already order the two",
    Verdict.UNEXPLAINED: "the files do not tell",
}


def drawings(graphs: Sequence[Graphs]) -> tuple[tuple[Drawing, ...], str]:
    """What to draw, and a note on the workflows that are left out: those without edges where others have some."""
    found = [(one.root, graph) for one in graphs for graph in one.workflows]
    chosen = [pair for pair in found if pair[1].edges or pair[1].missing] or found
    note = f"{len(found) - len(chosen)} more are not drawn: none of their jobs waits for another"
    drawn = tuple(_drawing(number, root, graph) for number, (root, graph) in enumerate(chosen))
    return drawn, note if len(found) > len(chosen) else ""


def _drawing(number: int, root: str, graph: JobGraph) -> Drawing:
    jobs = graph.workflow.jobs
    names = {job.id.lower(): f"w{number}j{row}" for row, job in enumerate(jobs)}
    links: list[tuple[str, str, Verdict | None]] = [(e.producer, e.consumer, e.verdict) for e in graph.edges]
    links += [(missing.producer, missing.consumer, None) for missing in graph.missing]
    arrows = tuple(
        Arrow(names[producer.lower()], names[consumer.lower()], verdict)
        for producer, consumer, verdict in links
        if producer.lower() in names and consumer.lower() in names
    )
    title = shown_path(root, graph.workflow.path)
    return Drawing(title, tuple(_node(names[job.id.lower()], job.id, graph.timeline) for job in jobs), arrows)


def _node(name: str, job: str, timeline: Timeline | None) -> Node:
    bars = [bar for bar in timeline.bars if bar.job.lower() == job.lower()] if timeline is not None else []
    ran = [bar for bar in bars if bar.end > bar.start]
    if not ran:
        return Node(name, job, "skipped" if bars else "")
    length = max(bar.end - bar.start for bar in ran)
    critical = any(bar.critical for bar in ran)
    slack = min(bar.slack for bar in ran)
    spare = "" if critical or slack < _SAME else f", could end {duration(slack)} later"
    return Node(name, job, duration(length) + spare, critical)


def legend(drawn: Iterable[Drawing]) -> list[str]:
    """A line for each label that occurs."""
    found = list(drawn)
    seen = {arrow.verdict for drawing in found for arrow in drawing.arrows}
    lines = [f"{verdict.value}: {meaning}" for verdict, meaning in _MEANING.items() if verdict in seen]
    if None in seen:
        lines.append("missing: a dependence without needs")
    if any(node.time for drawing in found for node in drawing.jobs):
        lines.append("times: a typical recorded run; bold: its critical path")
    return lines
