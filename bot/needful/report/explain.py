"""Explanations for people: the verdict first, then what was seen where, then what can be done about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from needful.dependence.links import Obstacle
from needful.dependence.model import Edge, Evidence, Missing, Verdict
from needful.report.diff import painted_diff, unified_diff
from needful.report.explanation import EdgeView, Explained, Explanation, JobView
from needful.report.graph import JobGraph
from needful.report.offers import Offer
from needful.report.terminal import Look, clean, counted, disarmed, hang, shown_path, visible
from needful.rules.api import Tier
from needful.workflow.model import Workflow

_LABEL = 12
"""Columns for the words in front: verdicts, and the sides of a job."""
_MOST = 10
"""Things of one kind that are listed; a matrix can make hundreds."""

_TIER = {
    Tier.SAFE: "proved, without a trade-off",
    Tier.TRADE: "proved, at a cost that is named",
    Tier.REVIEW: "not proved in every point, so it is left to a person",
}


def explain_text(explained: Explained, look: Look) -> str:
    """A section for each workflow that has something to say, and a line of counts where all edges were asked for."""
    told = (one for one in explained.explanations if not isinstance(one, JobGraph) or one.edges or one.missing)
    text = "".join("\n".join(_section(explained.root, one, look)) + "\n\n" for one in told)
    graphs = [one for one in explained.explanations if isinstance(one, JobGraph)]
    return text + _summary(explained, graphs, look) if graphs else text.removesuffix("\n")


def _summary(explained: Explained, graphs: Sequence[JobGraph], look: Look) -> str:
    verdicts = Counter(edge.verdict for graph in graphs for edge in graph.edges)
    total, missing = verdicts.total(), sum(len(graph.missing) for graph in graphs)
    every = counted(len(graphs), "workflow")
    kinds = ", ".join(f"{verdicts[verdict]} {verdict.value}" for verdict in Verdict if verdicts[verdict])
    what = f"{counted(total, 'edge')} in {every}: {kinds}." if total else f"No edges in {every}."
    troubles = (
        (missing, "missing"),
        (len(explained.unreadable), "could not be read"),
        (len(explained.failures), "left alone because of an internal error"),
    )
    trouble = " ".join(f"{number} {what}." for number, what in troubles if number)
    lines = [*hang(look, "", what, role="good")]
    if trouble:
        lines += hang(look, "", trouble, role="bad")
    if total:
        lines += hang(look, "", "A job, or 'JOB->JOB', behind the path asks for all about it.")
    return "".join(f"{line}\n" for line in lines)


def _section(root: str, one: Explanation, look: Look) -> Iterator[str]:
    page = _Page(root, one.workflow, look)
    yield look.paint(disarmed(clean(shown_path(root, one.workflow.path))), "heading")
    if isinstance(one, JobGraph):
        yield from _overview(page, one)
    elif isinstance(one, JobView):
        yield from _job(page, one)
    elif isinstance(one, EdgeView):
        yield from _edge(page, one)
    else:
        yield from _change(page, one.offer)


@dataclass(frozen=True)
class _Page:
    """Writes the lines of one workflow's section."""

    root: str
    workflow: Workflow
    look: Look

    def title(self, text: str) -> Iterator[str]:
        yield ""
        yield from hang(self.look, "", text, indent=2, role="title")

    def line(self, label: str, text: str, evidence: Iterable[Evidence] = ()) -> Iterator[str]:
        """A labelled text, and below it what was seen where; only where, if the text says already what."""
        found = tuple(evidence)
        places = dict.fromkeys(self._place(seen) for seen in found if seen.text in text)
        where = f" ({', '.join(places)})" if places else ""
        yield from hang(self.look, label.ljust(_LABEL), text + where, indent=4)
        for seen in found:
            if seen.text not in text:
                yield from hang(self.look, " " * _LABEL, f"{self._place(seen)} {seen.text}", indent=4)

    def seen(self, label: str, evidence: Sequence[Evidence]) -> Iterator[str]:
        """What was seen where, the first behind the label."""
        for number, seen in enumerate(evidence[:_MOST]):
            yield from self.line("" if number else label, f"{self._place(seen)} {seen.text}")
        yield from self.rest(len(evidence))

    def obstacles(self, label: str, obstacles: Sequence[Obstacle]) -> Iterator[str]:
        """What links two jobs, the first behind the label."""
        for number, one in enumerate(obstacles[:_MOST]):
            kind = f"{one.verdict.value}: " if one.certain else ""
            yield from self.line("" if number else label, kind + one.text, one.evidence)
        yield from self.rest(len(obstacles))

    def rest(self, number: int) -> Iterator[str]:
        """That there is more than is listed."""
        if number > _MOST:
            yield from self.line("", f"and {number - _MOST} more; `--format json` lists them all")

    def _place(self, seen: Evidence) -> str:
        """Path and line. The file that the section is about goes by its last name."""
        known = seen.path == self.workflow.path
        return f"{PurePosixPath(seen.path).name if known else shown_path(self.root, seen.path)}:{seen.line}"


def _overview(page: _Page, graph: JobGraph) -> Iterator[str]:
    for job in graph.workflow.jobs:
        edges = [edge for edge in graph.edges if edge.consumer == job.id]
        if edges:
            yield from page.title(f"`{job.id}` waits for")
        for edge in edges:
            text = f"`{edge.producer}` (line {page.workflow.line(edge.span)}): {edge.reason}"
            yield from page.line(edge.verdict.value, text, edge.evidence)
    if graph.missing:
        yield from page.title("Missing")
    for lack in graph.missing:
        yield from _missing(page, lack)


def _missing(page: _Page, lack: Missing) -> Iterator[str]:
    yield from page.line("missing", lack.reason, lack.evidence)
    if lack.held:
        yield from page.line("stays", lack.held)


def _job(page: _Page, view: JobView) -> Iterator[str]:
    yield from page.title(f"`{view.job.id}` (line {page.workflow.line(view.job.key_span)})")
    if view.broken:
        yield from page.line("not judged", view.broken)
    else:
        yield from _neighbours(page, "waits for", ((edge.producer, edge) for edge in view.waits))
        if view.through:
            yield from page.line("", f"through them also for {_list(view.through)}")
        yield from _neighbours(page, "awaited by", ((edge.consumer, edge) for edge in view.followers))
    for lack in view.missing:
        yield from _missing(page, lack)
    for section in view.sections:
        yield from page.seen(section.label, section.seen) if section.seen else page.line(section.label, section.nothing)


def _neighbours(page: _Page, label: str, edges: Iterable[tuple[str, Edge]]) -> Iterator[str]:
    found = tuple(edges)
    for number, (name, edge) in enumerate(found):
        yield from page.line("" if number else label, f"`{name}` ({edge.verdict.value}): {edge.reason}")
    if not found:
        yield from page.line(label, "no other job")


def _edge(page: _Page, view: EdgeView) -> Iterator[str]:
    if view.asked:
        yield from page.title(f"`{view.asked}` is not offered")
    if view.edge is None:
        yield from _no_edge(page, view)
        return
    line = page.workflow.line(view.edge.span)
    yield from page.title(f"`{view.consumer}` waits for `{view.producer}` (line {line})")
    yield from page.line(view.edge.verdict.value, view.edge.reason, view.edge.evidence)
    if view.edge.verdict is not Verdict.UNEXPLAINED and view.obstacles and not any(o.certain for o in view.obstacles):
        yield from page.line("", "not certain: whoever knows better may drop it")
    others = [obstacle for obstacle in view.obstacles if obstacle.text != view.edge.reason]
    yield from page.obstacles("also", [one for one in others if one.certain])
    yield from page.obstacles("not shown", [one for one in others if not one.certain])
    if view.path:
        yield from page.line("through", _arrows(view.path))
    if view.lost:
        yield from page.line("without it", f"`{view.consumer}` would no longer wait for {_list(view.lost)}")
    if view.moves:
        get = "would get edges of their own" if len(view.moves) > 1 else "would get an edge of its own"
        yield from page.line("gates", f"{_list(view.moves)} {get} to `{view.producer}`")
    yield from _offers(page, view)
    if not view.offers:
        holds = any(one.certain for one in view.obstacles)
        yield from page.line("change", "none: what is certain holds the edge" if holds else "none: no rule drops it")


def _no_edge(page: _Page, view: EdgeView) -> Iterator[str]:
    """Why there is no edge between two jobs, or that there should be one."""
    yield from page.title(f"No edge from `{view.producer}` to `{view.consumer}`")
    if view.broken:
        yield from page.line("not judged", view.broken)
        return
    if view.path:
        yield from page.line("ordered", f"{_arrows(view.path)}: `{view.consumer}` waits for it through other jobs")
    if view.back:
        yield from page.line("ordered", f"{_arrows(view.back)}: `{view.consumer}` comes first")
    if view.missing:
        yield from _missing(page, view.missing)
    told = set(view.missing.evidence) if view.missing else set()
    links = [one for one in view.obstacles if not told.issuperset(one.evidence)]
    yield from page.obstacles("linked", links)
    if not links and not view.missing:
        way = "" if view.path or view.back else ", and neither waits for the other"
        yield from page.line("unlinked", f"neither reads what the other makes, as far as the files show{way}")
    yield from _offers(page, view)


def _offers(page: _Page, view: EdgeView) -> Iterator[str]:
    """The changes that are about an edge; why, where the verdict has not said it already."""
    said = (view.missing.reason if view.missing else "", view.edge.reason if view.edge else "")
    for number, offer in enumerate(view.offers):
        proposal = offer.proposal
        yield from page.line("" if number else "change", f"{offer.id} ({proposal.tier})")
        if proposal.tier is Tier.REVIEW and proposal.because not in said:
            yield from page.line("", proposal.because)
        if offer.first:
            yield from page.line("", f"found after {counted(len(offer.first), 'other change')}")
        yield from page.line("", _way(offer))


def _change(page: _Page, offer: Offer) -> Iterator[str]:
    proposal = offer.proposal
    yield from page.title(proposal.title)
    yield from page.line("id", offer.id)
    yield from page.line("tier", f"{proposal.tier}: {_TIER[proposal.tier]}")
    yield from page.line("why", proposal.because)
    yield from page.seen("seen", proposal.evidence)
    if proposal.cost:
        yield from page.line("cost", proposal.cost)
    shown = [f"{item.what}: {item.shown}" for item in proposal.certificate if item.shown]
    missing = [f"{item.what}: {item.why_not}" for item in proposal.certificate if not item.shown]
    for label, texts in (("shown", shown), ("not shown", missing)):
        for number, text in enumerate(texts):
            yield from page.line("" if number else label, text)
    if offer.first:
        yield from page.line("after", f"{_list(offer.first)}: found once these are made")
    yield from page.line("to have it", _way(offer))
    if offer.before != offer.after:
        yield ""
        yield from _diff(page, offer)


def _way(offer: Offer) -> str:
    """What makes a change: a command, or the user's own hand."""
    proposal = offer.proposal
    if proposal.held or offer.refused:
        return f"by hand: {proposal.held or offer.refused}"
    command = f"needful apply --only {proposal.rule}"
    if offer.rule.on_request:
        return f"`{command}`: it is made when it is asked for, not otherwise"
    if proposal.tier is Tier.REVIEW:
        return f"`{command} --include review`, with all others of this rule"
    return f"`needful apply`, or `{command}` for the changes of this rule alone"


def _diff(page: _Page, offer: Offer) -> Iterator[str]:
    """What a change would edit, without the names of the file. To be looked at: long lines are cut."""
    room = max(page.look.width - 4, 24)
    diff = unified_diff(page.workflow.path, offer.before, offer.after)
    for line in diff.split("\n")[3:-1]:
        safe = disarmed(visible(line.removesuffix("\r").expandtabs()))
        cut = safe if len(safe) <= room else safe[: room - 1] + "…"
        yield "    " + painted_diff(cut, page.look) if cut.strip() else ""


def _arrows(jobs: Iterable[str]) -> str:
    return " → ".join(f"`{job}`" for job in jobs)


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
