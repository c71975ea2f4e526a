"""One verdict for each `needs` edge, with its reason in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from needful.dependence import conditions
from needful.dependence.links import Obstacle
from needful.dependence.model import Edge, Verdict
from needful.dependence.removal import Removal, removal
from needful.dependence.situation import Situation

# The strongest reason gives the verdict: what flows, then what is touched together, then what is guarded.
_ORDER = (Verdict.DATA, Verdict.ORDER, Verdict.GATE, Verdict.UNEXPLAINED)


def edges(situation: Situation, *, thorough: bool = False) -> Iterator[tuple[Edge, Removal | None]]:
    """Every edge in the order of the text, with the judgement of its removal (None for an implied edge).

    `thorough`: with the strongest of all reasons, rather than the first that is found.
    """
    if situation.graph.cycle:
        return
    for job in situation.workflow.jobs:
        consumer = job.id.lower()
        for need in job.needs:
            producer = need.on.lower()
            if producer not in situation.graph.needs[consumer]:
                continue
            name = situation.job(producer).id
            if situation.graph.implied(producer, consumer) and not _is_read(situation, producer, consumer):
                reason = f"`{job.id}` waits for `{name}` through other jobs as well"
                yield Edge(name, job.id, need.span, Verdict.IMPLIED, reason), None
                continue
            judged = removal(situation, producer, consumer, thorough=thorough)
            strongest = _strongest(judged.obstacles)
            if strongest is None:
                reason = f"nothing flows from `{name}` to `{job.id}`: the edge only spares minutes when `{name}` fails"
                if conditions.always_runs(job):
                    reason = f"nothing flows from `{name}` to `{job.id}`, which runs whatever becomes of `{name}`"
                yield Edge(name, job.id, need.span, Verdict.ECONOMY, reason), judged
            else:
                yield Edge(name, job.id, need.span, strongest.verdict, strongest.text, strongest.evidence), judged


def _is_read(situation: Situation, producer: str, consumer: str) -> bool:
    reads = situation.reads[consumer]
    return producer in reads.named or bool(reads.everything)


def _strongest(obstacles: tuple[Obstacle, ...]) -> Obstacle | None:
    certain = [obstacle for obstacle in obstacles if obstacle.certain]
    ranked = sorted(certain or obstacles, key=lambda obstacle: _ORDER.index(obstacle.verdict))
    return ranked[0] if ranked else None
