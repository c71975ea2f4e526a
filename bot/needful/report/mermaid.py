"""Job graphs as a Mermaid flowchart, which GitHub draws in comments, job summaries and Markdown files."""

from __future__ import annotations

from collections.abc import Sequence

from needful.report.graph import Arrow, Drawing, Graphs, Node, drawings, legend
from needful.report.terminal import clean


def graph_mermaid(graphs: Sequence[Graphs]) -> str:
    """One flowchart; each workflow is a box where there are several."""
    drawn, note = drawings(graphs)
    arrows = [arrow for drawing in drawn for arrow in drawing.arrows]
    lines = ["graph LR"]
    if note:
        lines.append(f"  %% {note}")
    for number, drawing in enumerate(drawn):
        if len(drawn) == 1:
            lines += [f"  {line}" for line in _body(drawing)]
        else:
            lines.append(f'  subgraph w{number}["{quoted(drawing.title)}"]')
            lines += [f"    {line}" for line in _body(drawing)]
            lines.append("  end")
    missing = [str(number) for number, arrow in enumerate(arrows) if arrow.verdict is None]
    if missing:
        lines.append(f"  linkStyle {','.join(missing)} stroke:#d1242f,color:#d1242f,stroke-dasharray:6 4")
    critical = [node.name for drawing in drawn for node in drawing.jobs if node.critical]
    if critical:
        lines += ["  classDef critical stroke:#0969da,stroke-width:3px", f"  class {','.join(critical)} critical"]
    if notes := legend(drawn):
        lines.append('  legend["' + "<br/>".join(quoted(line) for line in notes) + '"]')
        lines.append("  style legend fill:none,stroke-dasharray:2 2,text-align:left")
    return "\n".join(lines) + "\n"


def _body(drawing: Drawing) -> list[str]:
    jobs = [f'{node.name}["{_text(node)}"]' for node in drawing.jobs]
    return jobs + [f"{arrow.producer} {_line(arrow)}|{arrow.label}| {arrow.consumer}" for arrow in drawing.arrows]


def _text(node: Node) -> str:
    return f"{quoted(node.job)}<br/>{quoted(node.time)}" if node.time else quoted(node.job)


def _line(arrow: Arrow) -> str:
    return "-.->" if arrow.loose or arrow.verdict is None else "-->"


def quoted(text: str) -> str:
    """Text for a quoted label. Only letters, digits and harmless marks stay as they are; all else becomes entities."""
    return "".join(char if char.isalnum() or char in " -_./:," else f"#{ord(char)};" for char in clean(text))
