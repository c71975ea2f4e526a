"""Drop a `needs` edge that other edges imply.

## Why

`needs: [build, test]` says nothing more than `needs: [test]` where `test` itself needs `build`. It costs no time, so
this is cosmetic, and many maintainers like the longer form: the rule runs only when it is asked for by name.

## When it stays silent

- the job reads the `needs` context of that job, which holds direct needs only;
- the job reads the results of all that it needs.
"""

from __future__ import annotations

from collections.abc import Iterator

from needful.dependence.analysis import Analysis
from needful.dependence.model import Verdict
from needful.document.operations import DropName
from needful.rules.api import Obligation, Proposal, Rule, Tier


def check(analysis: Analysis) -> Iterator[Proposal]:
    for edge, _ in analysis.judged:
        if edge.verdict is not Verdict.IMPLIED:
            continue
        consumer = analysis.situation.job(edge.consumer)
        written = next(need.on for need in consumer.needs if need.on.lower() == edge.producer.lower())
        yield Proposal(
            rule=RULE.id,
            tier=Tier.SAFE,
            subject=(edge.consumer, edge.producer),
            at=edge.span,
            title=f"`{edge.consumer}` waits for `{edge.producer}` anyway",
            because=edge.reason,
            evidence=(),
            operations=(DropName((*consumer.path, "needs"), written),),
            certificate=(
                Obligation("every job waits for the same jobs as before", "other edges order the two"),
                Obligation("nothing but `needs` changes", "only `needs` differs, compared after writing"),
            ),
        )


RULE = Rule(
    id="drop-implied-needs",
    tier=Tier.SAFE,
    since="0.1.0",
    summary="Drop an edge that other edges imply. Cosmetic: only on request.",
    check=check,
    on_request=True,
)
