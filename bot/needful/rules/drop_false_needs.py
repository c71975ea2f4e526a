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

Something that cannot be seen through could carry a dependence, and is named: a command or an action that is not known,
where a token that may write, a secret or a login is in its reach; two jobs on machines whose disks outlive them; a job
that judges the results of others. An edge with a comment of its own is left for review too: somebody had a reason.

## When it stays silent

- something flows: an output, an artifact, a cache;
- the waiting job does something irreversible, decides by the outcomes of others, or reads all results: a gate;
- the first job publishes or deploys, waits for an approval, is named for a guard (DCO, CLA, permissions …), or shares a
  concurrency group;
- the first job may be skipped, which skips the second as well, and that one does something irreversible.
"""

from __future__ import annotations

from needful.dependence import proof
from needful.dependence.analysis import Analysis
from needful.dependence.model import Verdict
from needful.dependence.obligations import Obligation
from needful.dependence.removal import Removal, removal
from needful.dependence.situation import Situation
from needful.document.comments import comments
from needful.document.nodes import Scalar, Sequence, resolve
from needful.document.operations import AddName, DropName, Operation
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.rules.edges import edges, need_of
from needful.workflow.model import Job, Need

EXPLAINED = "the edge has no other reason"
_DOUBTS = {Verdict.GATE: proof.JUDGEMENT, Verdict.ORDER: proof.ORDER, Verdict.DATA: proof.ORDER}


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation, need = analysis.situation, need_of(analysis, subject)
    consumer, producer = (job.lower() for job in subject)
    if need is None or situation.graph.implied(producer, consumer):
        return None
    judged = removal(situation, producer, consumer)
    if any(obstacle.certain for obstacle in judged.obstacles):
        return None
    comment = _comment(analysis, situation.job(consumer), producer)
    seen = situation.evidence(need.span, f"`{subject[0]}` waits for `{subject[1]}`")
    doubts = [
        *([Obligation(EXPLAINED, "", f"a comment says why the edge is there: “{comment}”")] if comment else ()),
        *(Obligation(_DOUBTS.get(each.verdict, proof.UNSEEN), "", each.text) for each in judged.obstacles),
    ]
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW if doubts else Tier.TRADE,
        subject=subject,
        at=need.span,
        title=f"`{subject[0]}` need not wait for `{subject[1]}`",
        because=doubts[0].why_not if doubts else _reason(analysis, subject, judged),
        evidence=(
            seen,
            *([seen._replace(text="the comment")] if comment else ()),
            *(evidence for obstacle in judged.obstacles for evidence in obstacle.evidence[:1]),
        ),
        operations=_operations(analysis, subject, need, judged),
        cost=_cost(situation, subject),
        certificate=tuple({doubt.what: doubt for doubt in reversed(doubts)}.values())[::-1],
    )


def _cost(situation: Situation, subject: Subject) -> str:
    trials = situation.effects[subject[0].lower()].trials
    tested = f", and it still {trials[0].text}" if trials else ""
    return f"when `{subject[1]}` fails, the minutes of `{subject[0]}` are spent all the same{tested}"


def _comment(analysis: Analysis, job: Job, producer: str) -> str:
    """The words, cut short, with which somebody says why the edge is there: that person decides."""
    document, path = analysis.workflow.document, (*job.path, "needs")
    written = document.find(path)
    node = resolve(written) if written is not None else None
    names = [resolve(item) for item in node.items] if isinstance(node, Sequence) else [node]
    places = [
        (*path, index) for index, name in enumerate(names) if isinstance(name, Scalar) and name.text.lower() == producer
    ]
    if places and len(job.needs) == 1:
        places.insert(0, path)
    words = " ".join(dict.fromkeys(line for place in places for line in comments(document, place)))
    return f"{words[:120]}…" if len(words) > 120 else words


def _reason(analysis: Analysis, subject: Subject, judged: Removal) -> str:
    through = [analysis.situation.job(job).id for job in judged.lost if job != judged.producer]
    others = f" (nor of {', '.join(f'`{job}`' for job in through)} behind it)" if through else ""
    return f"`{subject[0]}` reads no output, artifact or cache of `{subject[1]}`{others} and guards nothing"


def _operations(analysis: Analysis, subject: Subject, need: Need, judged: Removal) -> tuple[Operation, ...]:
    jobs = analysis.situation
    return (
        DropName((*jobs.job(subject[0]).path, "needs"), need.on),
        *(AddName((*jobs.job(move).path, "needs"), subject[1], after=("name", "")) for move in judged.moves),
    )


RULE = Rule(
    id="drop-false-needs",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Drop an edge along which nothing flows; jobs that must go on waiting get an edge of their own.",
    subjects=edges,
    propose=propose,
)
