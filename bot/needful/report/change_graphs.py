"""The jobs of one workflow before and after a plan, as two Mermaid flowcharts: what goes is red, what comes green."""

from __future__ import annotations

from needful.report.mermaid import quoted
from needful.workflow.model import Workflow

_Edge = tuple[str, str]
MAX_JOBS = 60
"""More than this no one can read; GitHub draws at most 500 edges."""


def change_graphs(before: Workflow, after: Workflow) -> tuple[str, str]:
    """The two flowcharts, `""` for workflows too large to draw. Jobs are in the order of the file."""
    if max(len(before.jobs), len(after.jobs)) > MAX_JOBS:
        return "", ""
    old, new = _edges(before), _edges(after)
    gone, come = [edge for edge in old if edge not in new], [edge for edge in new if edge not in old]
    return _drawn(before, old, gone, "#d1242f"), _drawn(after, new, come, "#1a7f37")


def _edges(workflow: Workflow) -> list[_Edge]:
    known = {job.id.lower() for job in workflow.jobs}
    edges = [(need.on.lower(), job.id.lower()) for job in workflow.jobs for need in job.needs]
    return [edge for edge in dict.fromkeys(edges) if edge[0] in known]


def _drawn(workflow: Workflow, edges: list[_Edge], marked: list[_Edge], colour: str) -> str:
    names = {job.id.lower(): f"j{number}" for number, job in enumerate(workflow.jobs)}
    lines = ["graph LR"]
    lines += [f'  {names[job.id.lower()]}["{quoted(job.id)}"]' for job in workflow.jobs]
    lines += [f"  {names[producer]} --> {names[consumer]}" for producer, consumer in edges]
    if marked:
        numbers = ",".join(str(edges.index(edge)) for edge in marked)
        lines.append(f"  linkStyle {numbers} stroke:{colour},stroke-width:3px")
    return "\n".join(lines)
