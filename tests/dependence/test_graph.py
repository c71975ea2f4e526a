"""The graph of `needs`, compared with Warshall's algorithm."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dependence.made import files_of
from needful.dependence.graph import Graph, needs_graph

_IDS = [f"j{index}" for index in range(7)]


@st.composite
def graphs(draw: st.DrawFn, *, cyclic: bool = False) -> Graph:
    return Graph(
        {
            job: frozenset(draw(st.sets(st.sampled_from(_IDS if cyclic else _IDS[:index] or ["j0"])))) - {job}
            for index, job in enumerate(_IDS)
        }
    )


def reach(graph: Graph) -> set[tuple[str, str]]:
    """All pairs of jobs with a path from the first to the second: Warshall's algorithm."""
    found = {(need, job) for job, needs in graph.needs.items() for need in needs}
    for through in graph.needs:
        for start in graph.needs:
            for end in graph.needs:
                if (start, through) in found and (through, end) in found:
                    found.add((start, end))
    return found


def edges(graph: Graph) -> list[tuple[str, str]]:
    return [(need, job) for job, needs in graph.needs.items() for need in sorted(needs)]


@given(graphs())
def test_ancestors_and_descendants(graph: Graph) -> None:
    pairs = reach(graph)
    assert {(above, job) for job, jobs in graph.ancestors.items() for above in jobs} == pairs
    assert {(job, below) for job, jobs in graph.descendants.items() for below in jobs} == pairs
    assert all(graph.order.index(need) < graph.order.index(job) for need, job in pairs)


@given(graphs())
def test_an_edge_is_implied_when_the_jobs_stay_ordered_without_it(graph: Graph) -> None:
    for need, job in edges(graph):
        rest = graph.without(need, job)
        assert graph.implied(need, job) == ((need, job) in reach(rest))
        assert rest.with_edges([(need, job)]) == graph
        assert {(above, below) for below, jobs in rest.ancestors.items() for above in jobs} == reach(rest)
        assert all(rest.order.index(above) < rest.order.index(below) for above, below in reach(rest))


@given(graphs(cyclic=True))
def test_cycles(graph: Graph) -> None:
    assert bool(graph.cycle) == any(start == end for start, end in reach(graph))
    found = set(edges(graph))
    assert all((a, b) in found or (b, a) in found for a, b in pairwise(graph.cycle))


def test_ids_compare_without_case_and_unknown_ones_are_left_out() -> None:
    text = "  A: {runs-on: x}\n  b: {runs-on: x, needs: [a, B, gone]}\n"
    assert needs_graph(files_of(text)[0]).needs == {"a": frozenset(), "b": frozenset({"a"})}
