"""Job graphs in Graphviz's DOT language."""

from __future__ import annotations

from collections.abc import Sequence

from needful.report.graph import Arrow, Drawing, Graphs, Node, drawings, legend
from needful.report.terminal import clean


def graph_dot(graphs: Sequence[Graphs]) -> str:
    """One digraph; each workflow is a cluster where there are several."""
    drawn, note = drawings(graphs)
    lines = ["digraph needful {", "  rankdir=LR;", "  node [shape=box];"]
    if note:
        lines.append(f"  // {note}")
    for number, drawing in enumerate(drawn):
        if len(drawn) == 1:
            lines += [f"  {line}" for line in _body(drawing)]
        else:
            lines += [f"  subgraph cluster_{number} {{", f'    label="{_label(drawing.title)}";']
            lines += [f"    {line}" for line in _body(drawing)]
            lines.append("  }")
    meanings = legend(drawn)
    if meanings:
        text = "".join(_label(meaning) + "\\l" for meaning in meanings)  # `\\l` ends a line and aligns it left
        lines.append(f'  legend [shape=note, label="{text}"];')
    return "\n".join([*lines, "}"]) + "\n"


def _body(drawing: Drawing) -> list[str]:
    jobs = [f"{node.name} [{_node(node)}];" for node in drawing.jobs]
    return jobs + [f'{a.producer} -> {a.consumer} [label="{a.label}"{_style(a)}];' for a in drawing.arrows]


def _node(node: Node) -> str:
    time = f"\\n{_label(node.time)}" if node.time else ""
    return f'label="{_label(node.job)}{time}"' + (", color=blue, penwidth=3" if node.critical else "")


def _style(arrow: Arrow) -> str:
    if arrow.verdict is None:
        return ", style=dashed, color=red, fontcolor=red"
    return ", style=dotted" if arrow.loose else ""


def _label(text: str) -> str:
    return clean(text).replace("\\", "\\\\").replace('"', '\\"')
