"""Explanations as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable

from needful import __version__
from needful.dependence.links import Obstacle
from needful.dependence.model import Edge, Evidence, Missing
from needful.errors import UserError
from needful.planning.plan import Failure
from needful.report.diff import unified_diff
from needful.report.explanation import EdgeView, Explained, Explanation, JobView
from needful.report.graph import JobGraph
from needful.report.offers import Offer
from needful.report.structured import VERSION, Json, certificate
from needful.workflow.model import Workflow


def explain_json(explained: Explained) -> str:
    """What was asked, as one document of the same frame as plans and graphs. ASCII only."""
    errors = (*explained.unreadable, *explained.unanswered)
    repository: Json = {
        "root": explained.root,
        "explanations": [_explanation(one) for one in explained.explanations],
        "unreadable": [_error(explained.root, error) for error in errors],
        "failures": [_failure(failure) for failure in explained.failures],
    }
    document: Json = {"version": VERSION, "needful": __version__, "repositories": [repository]}
    return json.dumps(document, indent=2) + "\n"


def _error(root: str, error: UserError) -> Json:
    path = error.path.removeprefix(f"{root}/")
    return {"path": path, "line": error.line, "message": error.message, "hint": error.hint}


def _failure(failure: Failure) -> Json:
    return {"path": failure.path, "message": failure.message}


def _explanation(one: Explanation) -> Json:
    path = one.workflow.path
    if isinstance(one, JobGraph):
        return {"kind": "workflow", "path": path, **_edges(one.workflow, one.edges, one.missing)}
    if isinstance(one, JobView):
        return {"kind": "job", "path": path, **_job(one)}
    if isinstance(one, EdgeView):
        return {"kind": "edge", "path": path, **_edge_view(one)}
    return {"kind": "change", "path": path, **_offer(path, one.offer)}


def _edges(workflow: Workflow, edges: Iterable[Edge], missing: Iterable[Missing]) -> dict[str, Json]:
    return {
        "edges": [_edge(workflow, edge) for edge in edges],
        "missing": [_missing(workflow, lack) for lack in missing],
    }


def _edge(workflow: Workflow, edge: Edge) -> Json:
    return {
        "producer": edge.producer,
        "consumer": edge.consumer,
        "line": workflow.line(edge.span),
        "verdict": edge.verdict.value,
        "reason": edge.reason,
        "evidence": _evidence(edge.evidence),
    }


def _missing(workflow: Workflow, lack: Missing) -> Json:
    return {
        "producer": lack.producer,
        "consumer": lack.consumer,
        "line": workflow.line(lack.span),
        "reason": lack.reason,
        "held": lack.held,
        "consequence": lack.consequence,
        "evidence": _evidence(lack.evidence),
    }


def _job(view: JobView) -> dict[str, Json]:
    return {
        "job": view.job.id,
        "line": view.workflow.line(view.job.key_span),
        **_edges(view.workflow, (*view.waits, *view.followers), view.missing),
        "through": list(view.through),
        "effects": {section.label: _evidence(section.seen) for section in view.sections},
        "broken": view.broken,
    }


def _edge_view(view: EdgeView) -> dict[str, Json]:
    return {
        "producer": view.producer,
        "consumer": view.consumer,
        "edge": _edge(view.workflow, view.edge) if view.edge else None,
        "missing": _missing(view.workflow, view.missing) if view.missing else None,
        "obstacles": [_obstacle(obstacle) for obstacle in view.obstacles],
        "lost": list(view.lost),
        "moves": list(view.moves),
        "path_between": list(view.path),
        "path_back": list(view.back),
        "not_offered": view.asked,
        "changes": [_offer(view.workflow.path, offer) for offer in view.offers],
        "broken": view.broken,
    }


def _obstacle(obstacle: Obstacle) -> Json:
    return {
        "verdict": obstacle.verdict.value,
        "text": obstacle.text,
        "certain": obstacle.certain,
        "evidence": _evidence(obstacle.evidence),
    }


def _offer(path: str, offer: Offer) -> dict[str, Json]:
    proposal = offer.proposal
    return {
        "id": offer.id,
        "rule": proposal.rule,
        "tier": str(proposal.tier),
        "subject": list(proposal.subject),
        "line": offer.line,
        "title": proposal.title,
        "because": proposal.because,
        "evidence": _evidence(proposal.evidence),
        "cost": proposal.cost,
        "certificate": certificate(proposal),
        "on_request": offer.rule.on_request,
        "first": list(offer.first),
        "held": proposal.held or offer.refused,
        "diff": unified_diff(path, offer.before, offer.after),
    }


def _evidence(items: Iterable[Evidence]) -> Json:
    return [{"path": item.path, "line": item.line, "text": item.text} for item in items]
