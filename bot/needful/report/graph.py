"""The jobs of workflows and what each waits for, as values to draw; `mermaid` and `dot` know the languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from needful.dependence.model import Edge, Missing, Verdict
from needful.errors import UserError
from needful.planning.plan import Failure
from needful.report.terminal import shown_path
from needful.workflow.model import Workflow


@dataclass(frozen=True)
class JobGraph:
    """One workflow with a verdict for each of its `needs` edges, and the edges that are missing."""

    workflow: Workflow
    edges: tuple[Edge, ...] = ()
    missing: tuple[Missing, ...] = ()


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
class Drawing:
    """One workflow to draw: `jobs` are pairs of a made-up name, which no job id can break out of, and the id."""

    title: str
    jobs: tuple[tuple[str, str], ...]
    arrows: tuple[Arrow, ...]


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
    return Drawing(title, tuple((names[job.id.lower()], job.id) for job in jobs), arrows)


def legend(arrows: Iterable[Arrow]) -> list[str]:
    """A line for each label that occurs."""
    seen = {arrow.verdict for arrow in arrows}
    lines = [f"{verdict.value}: {meaning}" for verdict, meaning in _MEANING.items() if verdict in seen]
    return [*lines, "missing: a dependence without needs"] if None in seen else lines
