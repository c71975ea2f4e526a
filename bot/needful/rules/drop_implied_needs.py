"""Drop a `needs` edge that other edges imply.

## Why

`needs: [build, test]` says nothing more than `needs: [test]` where `test` itself needs `build`. It costs no time, so
this is cosmetic, and many maintainers like the longer form: the rule runs only when it is asked for by name.

## When it stays silent

- the job reads the `needs` context of that job, which holds direct needs only;
- the job reads the results of all that it needs.
"""

from __future__ import annotations

from needful.dependence.analysis import Analysis
from needful.dependence.situation import Situation
from needful.document.operations import DropName
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.rules.edges import edges, need_of


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation, need = analysis.situation, need_of(analysis, subject)
    consumer, producer = (job.lower() for job in subject)
    if need is None or _is_read(situation, producer, consumer) or not situation.graph.implied(producer, consumer):
        return None
    return Proposal(
        rule=RULE.id,
        tier=Tier.SAFE,
        subject=subject,
        at=need.span,
        title=f"`{subject[0]}` waits for `{subject[1]}` anyway",
        because=f"`{subject[0]}` waits for `{subject[1]}` through other jobs as well",
        evidence=(),
        operations=(DropName((*situation.job(consumer).path, "needs"), need.on),),
    )


def _is_read(situation: Situation, producer: str, consumer: str) -> bool:
    """Whether a job reads another in the `needs` context, by name or with all others."""
    reads = situation.reads[consumer]
    return producer in reads.named or bool(reads.everything)


RULE = Rule(
    id="drop-implied-needs",
    tier=Tier.SAFE,
    since="0.1.0",
    summary="Drop an edge that other edges imply. Cosmetic: only on request.",
    subjects=edges,
    propose=propose,
    on_request=True,
)
