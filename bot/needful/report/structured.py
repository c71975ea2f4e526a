"""Plans and job graphs as JSON for programs. `docs/plan.schema.json` publishes the shape of plans; a test compares."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TypeAlias

from needful import __version__
from needful.dependence.model import Evidence
from needful.errors import UserError
from needful.planning.plan import Change, Failure, FilePlan, Held, Kept, Plan
from needful.report.diff import unified_diff
from needful.report.findings import Finding
from needful.report.graph import Graphs, JobGraph
from needful.rules.api import Proposal

VERSION = 1
"""Of the document. Goes up when a reader of the old one could be misled; new keys alone do not count."""

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


def plan_json(plans: Iterable[Plan]) -> str:
    """All plans of a run as one document. ASCII only, so that it is safe to print and survives any encoding."""
    return _dump({"repositories": [_repository(plan) for plan in plans]})


def graph_json(graphs: Iterable[Graphs]) -> str:
    """All job graphs of a run, with lines, reasons and evidence."""
    return _dump({"repositories": [_graphs(one) for one in graphs]})


def _dump(body: dict[str, Json]) -> str:
    return json.dumps({"version": VERSION, "needful": __version__, **body}, indent=2) + "\n"


def _repository(plan: Plan) -> Json:
    return {
        "root": plan.root,
        "settings": plan.settings,
        "tier": str(plan.included),
        "left_out": list(plan.left_out),
        "files": [_file(file) for file in plan.files],
        "unreadable": _unreadable(plan.root, plan.unreadable),
        "failures": _failures(plan.failures),
    }


def _file(file: FilePlan) -> Json:
    return {
        "path": file.path,
        "changed": file.changed,
        "changes": [_change(file, change) for change in file.changes],
        "held": [_held(held) for held in file.held],
        "gain": _gain(file),
        "kept": [_kept(kept) for kept in file.kept],
    }


def _kept(kept: Kept) -> Json:
    return {
        "path": kept.path,
        "line": kept.line,
        "what": kept.what,
        "reason": kept.reason,
        "prevents": list(kept.prevents),
    }


def _gain(file: FilePlan) -> Json:
    if file.pricing is None:
        return None
    from needful.report.gain_json import gain_json

    return gain_json(file.pricing)


def _change(file: FilePlan, change: Change) -> Json:
    return {**_finding(change), "diff": unified_diff(file.path, change.before, change.after)}


def _held(held: Held) -> Json:
    return {**_finding(held), "reason": held.reason}


def _finding(finding: Finding) -> dict[str, Json]:
    proposal = finding.proposal
    return {
        "id": finding.id,
        "rule": proposal.rule,
        "tier": str(proposal.tier),
        "subject": list(proposal.subject),
        "line": finding.line,
        "title": proposal.title,
        "because": proposal.because,
        "evidence": _evidence(proposal.evidence),
        "cost": proposal.cost,
        "certificate": certificate(proposal),
    }


def certificate(proposal: Proposal) -> Json:
    """What had to be kept, and how that was shown or why it was not."""
    return [{"what": item.what, "shown": item.shown, "why_not": item.why_not} for item in proposal.certificate]


def _evidence(items: Iterable[Evidence]) -> Json:
    return [{"path": item.path, "line": item.line, "text": item.text} for item in items]


def _unreadable(root: str, errors: Iterable[UserError]) -> Json:
    return [
        {
            "path": error.path.removeprefix(f"{root}/"),
            "line": error.line,
            "column": error.column,
            "message": error.message,
            "hint": error.hint,
        }
        for error in errors
    ]


def _failures(items: Iterable[Failure]) -> Json:
    return [{"path": failure.path, "message": failure.message} for failure in items]


def _graphs(graphs: Graphs) -> Json:
    return {
        "root": graphs.root,
        "workflows": [_workflow(graph) for graph in graphs.workflows],
        "unreadable": _unreadable(graphs.root, graphs.unreadable),
        "failures": _failures(graphs.failures),
    }


def _workflow(graph: JobGraph) -> Json:
    workflow = graph.workflow
    return {
        "path": workflow.path,
        "jobs": [
            {"id": job.id, "name": job.name.value if job.name else "", "line": workflow.line(job.key_span)}
            for job in workflow.jobs
        ],
        "edges": [
            {
                "producer": edge.producer,
                "consumer": edge.consumer,
                "line": workflow.line(edge.span),
                "verdict": edge.verdict.value,
                "reason": edge.reason,
                "evidence": _evidence(edge.evidence),
            }
            for edge in graph.edges
        ],
        "missing": [
            {
                "producer": edge.producer,
                "consumer": edge.consumer,
                "line": workflow.line(edge.span),
                "reason": edge.reason,
                "held": edge.held,
                "consequence": edge.consequence,
                "evidence": _evidence(edge.evidence),
            }
            for edge in graph.missing
        ],
        "timeline": _timeline(graph),
    }


def _timeline(graph: JobGraph) -> Json:
    if graph.timeline is None:
        return None
    from needful.report.gain_json import timeline_json

    return timeline_json(graph.timeline)
