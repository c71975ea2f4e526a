"""Drop a `needs` edge along which nothing flows, and move the gate to where it is needed.

## Why

A job that waits for another, yet reads none of its outputs, artifacts or caches, only lengthens the critical path.
About one edge in eight looks like that.

## What it does

It drops the edge, and gives every job further down that must go on waiting (it deploys, publishes, could do so, reads
an artifact, or collects results) an edge of its own to the job that is no longer on its way. What any such job waits
for never shrinks; only the jobs in between start earlier.

## The cost

The edge also saved minutes: when the first job fails, the second one now runs all the same. So the tier is `trade`.

## When it is left for review

Something that cannot be seen through could carry a dependence, and is named: a token that may write, a secret, a
self-hosted runner, an action that is not known, a job that judges the results of others. An edge with a comment of
its own is left for review too: somebody had a reason.

## When it stays silent

- something flows: an output, an artifact, a cache;
- the waiting job does something irreversible, decides by `always()` or `failure()`, or reads all results: a gate;
- the first job publishes or deploys, waits for an approval, shares a concurrency group, or may be skipped, which
  skips the second as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from needful.dependence.analysis import Analysis
from needful.dependence.links import Obstacle
from needful.dependence.model import Edge, Verdict
from needful.dependence.removal import Removal
from needful.document.comments import comments
from needful.document.operations import AddName, DropName, Operation
from needful.rules.api import Obligation, Proposal, Rule, Tier

_NO_CAPABILITY = "the jobs have read-only tokens, no secrets and fresh runners"


def check(analysis: Analysis) -> Iterator[Proposal]:
    for edge, removal in analysis.judged:
        if removal is None or any(obstacle.certain for obstacle in removal.obstacles):
            continue
        doubts = [*_comment(analysis, edge, removal), *removal.obstacles]
        yield Proposal(
            rule=RULE.id,
            tier=Tier.REVIEW if doubts else Tier.TRADE,
            subject=(edge.consumer, edge.producer),
            at=edge.span,
            title=f"`{edge.consumer}` need not wait for `{edge.producer}`",
            because=doubts[0].text if doubts else _reason(analysis, edge, removal),
            evidence=(
                analysis.situation.evidence(edge.span, f"`{edge.consumer}` waits for `{edge.producer}`"),
                *(seen for doubt in doubts for seen in doubt.evidence[:1]),
            ),
            operations=_operations(analysis, edge, removal),
            cost=f"when `{edge.producer}` fails, the minutes of `{edge.consumer}` are spent all the same",
            certificate=_certificate(analysis, removal),
        )


def _comment(analysis: Analysis, edge: Edge, removal: Removal) -> Iterator[Obstacle]:
    """Somebody took the trouble to say why the edge is there: that person decides."""
    document = analysis.workflow.document
    job = analysis.situation.job(edge.consumer)
    path = (*job.path, "needs")
    index = [need.on.lower() for need in job.needs].index(removal.producer)
    found = comments(document, (*path, index)) if len(job.needs) > 1 else ()
    if len(job.needs) == 1:
        found = (*comments(document, path), *comments(document, (*path, 0)))
    if found:
        words = " ".join(dict.fromkeys(found))
        text = f"a comment says why the edge is there: “{words[:120]}{'…' if len(words) > 120 else ''}”"
        yield Obstacle(
            Verdict.UNEXPLAINED, text, (analysis.situation.evidence(edge.span, "the comment"),), certain=False
        )


def _reason(analysis: Analysis, edge: Edge, removal: Removal) -> str:
    through = [analysis.situation.job(job).id for job in removal.lost if job != removal.producer]
    others = f" (nor of {_list(through)} behind it)" if through else ""
    return f"`{edge.consumer}` reads no output, artifact or cache of `{edge.producer}`{others} and guards nothing"


def _operations(analysis: Analysis, edge: Edge, removal: Removal) -> tuple[Operation, ...]:
    jobs = analysis.situation
    consumer = jobs.job(edge.consumer)
    written = next(need.on for need in consumer.needs if need.on.lower() == removal.producer)
    return (
        DropName((*consumer.path, "needs"), written),
        *(AddName((*jobs.job(move).path, "needs"), edge.producer, after=("name", "")) for move in removal.moves),
    )


def _certificate(analysis: Analysis, removal: Removal) -> tuple[Obligation, ...]:
    jobs = analysis.situation
    ids = [jobs.job(job).id for job in removal.lost]
    lost, several = _list(ids), len(ids) > 1
    conditional = any(jobs.job(job).condition is not None for job in removal.lost)
    consumer = jobs.job(removal.consumer).id
    run = "run" if several else "runs"
    always = f"{run} whenever the `if` of `{consumer}` holds" if conditional else f"always {run}"
    return (
        Obligation(
            "every producer still ends before its consumers start",
            f"nothing that {lost} {'make' if several else 'makes'} is read by a job that stops waiting",
        ),
        Obligation("what guards irreversible work and collected results does not shrink", _gates(analysis, removal)),
        Obligation("the same jobs run when all succeed", f"{lost} {always}"),
        Obligation("nothing else could carry a dependence", "" if removal.obstacles else _NO_CAPABILITY),
        Obligation("nothing but `needs` changes", "only `needs` differs, compared after writing"),
    )


def _gates(analysis: Analysis, removal: Removal) -> str:
    jobs = analysis.situation
    if moved := _list([jobs.job(job).id for job in removal.moves]):
        return f"{moved} still {'wait' if len(removal.moves) > 1 else 'waits'} for it"
    behind = jobs.graph.descendants[removal.consumer]
    return "all that must wait for it still does, by other edges" if behind else "no job comes behind"


def _list(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


RULE = Rule(
    id="drop-false-needs",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Drop an edge along which nothing flows; jobs that must go on waiting get an edge of their own.",
    check=check,
)
