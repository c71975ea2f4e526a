"""Job graphs in Mermaid and DOT."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from needful.dependence.model import Verdict
from needful.report.dot import graph_dot
from needful.report.graph import Graphs
from needful.report.mermaid import graph_mermaid
from report import samples

LONE = samples.graph("on: push\njobs: {a: {runs-on: x, steps: []}}\n", path=".github/workflows/lone.yml")


def test_mermaid_labels_edges_and_marks_missing_ones() -> None:
    assert graph_mermaid([samples.LINKED]) == (
        "graph LR\n"
        '  w0j0["lint"]\n'
        '  w0j1["test"]\n'
        "  w0j0 -.->|economy| w0j1\n"
        "  w0j1 -.->|missing| w0j0\n"
        "  linkStyle 1 stroke:#d1242f,color:#d1242f,stroke-dasharray:6 4\n"
        '  legend["economy: nothing flows, it only saves minutes when the other fails'
        '<br/>missing: a dependence without needs"]\n'
        "  style legend fill:none,stroke-dasharray:2 2,text-align:left\n"
    )


def test_dot_labels_edges_and_marks_missing_ones() -> None:
    assert graph_dot([samples.LINKED]) == (
        "digraph needful {\n"
        "  rankdir=LR;\n"
        "  node [shape=box];\n"
        '  w0j0 [label="lint"];\n'
        '  w0j1 [label="test"];\n'
        '  w0j0 -> w0j1 [label="economy", style=dotted];\n'
        '  w0j1 -> w0j0 [label="missing", style=dashed, color=red, fontcolor=red];\n'
        '  legend [shape=note, label="economy: nothing flows, it only saves minutes when the other fails\\l'
        'missing: a dependence without needs\\l"];\n'
        "}\n"
    )


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_a_line_and_a_meaning(verdict: Verdict) -> None:
    graphs = [Graphs(".", (samples.graph(samples.BEFORE, (samples.edge("LINT", "test", verdict),)),))]
    loose = verdict in (Verdict.ECONOMY, Verdict.IMPLIED, Verdict.UNEXPLAINED)
    mermaid, dot = graph_mermaid(graphs), graph_dot(graphs)
    assert f"w0j0 {'-.->' if loose else '-->'}|{verdict.value}| w0j1" in mermaid
    assert f'legend["{verdict.value}: ' in mermaid
    assert ("style=dotted" in dot) == loose
    assert "linkStyle" not in mermaid


def test_several_workflows_are_boxes_and_lone_jobs_are_counted() -> None:
    linked = samples.LINKED.workflows[0]
    graphs = [Graphs("shop", (linked, linked, LONE))]
    mermaid, dot = graph_mermaid(graphs), graph_dot(graphs)
    assert '  subgraph w1["shop/.github/workflows/ci.yml"]\n    w1j0["lint"]' in mermaid
    assert mermaid.count("  end\n") == 2
    assert '  subgraph cluster_1 {\n    label="shop/.github/workflows/ci.yml";\n    w1j0 [label="lint"];' in dot
    assert "linkStyle 1,3 " in mermaid
    assert "  %% 1 more are not drawn" in mermaid
    assert "  // 1 more are not drawn" in dot


def test_workflows_without_edges_are_drawn_where_there_are_no_others() -> None:
    assert graph_mermaid([Graphs(".", (LONE,))]) == 'graph LR\n  w0j0["a"]\n'
    assert graph_mermaid([]) == "graph LR\n"


def test_edges_to_jobs_that_are_not_there_are_left_out() -> None:
    graph = samples.graph(samples.BEFORE, (samples.edge("ghost", "test", Verdict.DATA),))
    assert "-->" not in graph_mermaid([Graphs(".", (graph,))])


HOSTILE = 'x"]; click a "javascript:alert(1)" ]\\\\n --> `<img src=x>` %%{init}%% #quot; \\\x1b end'


def test_no_job_id_breaks_out_of_its_label() -> None:
    key = HOSTILE.replace("\\", "\\\\").replace('"', '\\"').replace("\x1b", "\\e")
    graphs = [Graphs(".", (samples.graph(f'on: push\njobs: {{"{key}": {{runs-on: x, steps: []}}}}\n'),))]
    body = graph_mermaid(graphs).splitlines()[1]
    assert re.fullmatch(r'  w0j0\["[^"<>`\[\]{}%\\]*"\]', body)
    decoded = re.sub(r"#(\d+);", lambda match: chr(int(match[1])), body)
    assert decoded == '  w0j0["' + HOSTILE.replace("\x1b", "\\x1b") + '"]'
    line = graph_dot(graphs).splitlines()[3]
    label = re.fullmatch(r'  w0j0 \[label="((?:[^"\\]|\\["\\])*)"\];', line)
    assert label
    assert re.sub(r"\\(.)", r"\1", label[1]) == HOSTILE.replace("\x1b", "\\x1b")


@pytest.mark.judged
@pytest.mark.slow
def test_mermaid_takes_every_graph_for_a_flowchart(ask_mermaid: Callable[[str], dict[str, Any]]) -> None:
    key = HOSTILE.replace("\\", "\\\\").replace('"', '\\"').replace("\x1b", "\\e")
    hostile = Graphs(".", (samples.graph(f'on: push\njobs: {{"{key}": {{runs-on: x, steps: []}}}}\n'),))
    for graphs in ([samples.LINKED], [samples.LINKED, samples.LINKED], [hostile], [Graphs(".", (LONE,))]):
        assert ask_mermaid(graph_mermaid(graphs)) == {"kind": "flowchart-v2"}
