"""Start the longest legs of a matrix first, where not all can run at once.

## Why

Where `max-parallel`, or what the account may run at once, lets only some legs of a matrix start, the others wait. A
long leg that starts last runs alone while all the other places are empty. With the longest first, the short ones fill
what is left (Graham 1969: never more than a third longer than the best order of all).

## What it does

It moves values in the lists of the matrix, so that the legs that took longest in recorded runs come first. Legs that
take about the same (within a quarter) keep their order. GitHub makes legs in the order of the file
(https://docs.github.com/actions/using-jobs/using-a-matrix-for-your-jobs); that they also
start in it is asked of the recorded runs. What the new order saves is played with the times of every recorded run.

## The cost

With `fail-fast`, the first leg that fails ends the others: which of them had ended by then is another matter than
before. So the tier is `trade`.

## When it stays silent

- fewer than ten runs are recorded in which every leg succeeded;
- their legs did not wait for each other, or did not start in the order of the file;
- the typical job would end less than ten seconds or 3 % earlier, or one run in ten would end later;
- the job has outputs, since those of the last leg stand, or asks for the place of a leg (`strategy.job-index`);
- legs deploy, publish or change something that lasts, share a concurrency group, a machine that somebody keeps, a cache
  of more than downloads, or an artifact that they replace;
- the legs are known only when the job runs.

The order of jobs, as against legs, is left alone: nothing says in which order GitHub starts jobs that could start at
once, and a moved job is much to review.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from needful.dependence.analysis import Analysis
from needful.dependence.experience import Values, told
from needful.dependence.leg_order import meet
from needful.dependence.parts import Part, jobs_of, mapping
from needful.document.nodes import Path, Plain
from needful.document.operations import MoveItem, Operation
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.workflow.matrix import combinations
from needful.workflow.model import Job

if TYPE_CHECKING:
    from needful.schedule.leg_order import Timed

_SECONDS, _SHARE = 10.0, 0.03
_LONGER = 0.1

Matrix: TypeAlias = Mapping[str, Plain]
Runs: TypeAlias = "Sequence[Mapping[Values, Timed]]"


def subjects(analysis: Analysis) -> Iterator[Subject]:
    for job in analysis.workflow.jobs if analysis.experience is not None else ():
        if len(_legs(job)) > 1:
            yield (job.id,)


def _legs(job: Job) -> tuple[Values, ...]:
    """The legs of a job in the order of the file, none where only the run knows them or two are alike."""
    matrix = job.strategy.matrix if job.strategy is not None else None
    legs = (matrix.legs or ()) if matrix is not None else ()
    return legs if len(set(legs)) == len(legs) else ()


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation, experience = analysis.situation, analysis.experience
    job = situation.workflow.job(subject[0])
    known = experience.of(job) if experience is not None and job is not None else None
    legs = _legs(job) if job is not None else ()
    if experience is None or job is None or known is None or len(legs) < 2 or situation.graph.cycle:
        return None
    # imported late: without recorded runs nothing is played
    from needful.schedule.leg_order import FEWEST, saved, starts_in_order, whole_runs

    runs = whole_runs(known, legs)
    if len(runs) < FEWEST or not starts_in_order(runs, legs):
        return None
    matrix = mapping(mapping(jobs_of(situation.workflow.document.plain)[job.id].get("strategy")).get("matrix"))
    orders = {key: order for key, order in _orders(matrix, legs, runs) if list(order) != sorted(order)}
    found = combinations({**matrix, **{key: _in_order(matrix[key], order) for key, order in orders.items()}})
    after = tuple(leg.values for leg in found)
    if not orders or set(after) != set(legs) or meet(situation, job):
        return None
    gain = saved(situation.workflow, job, experience, runs, legs, after)
    less = gain.before - gain.after
    if less < max(_SECONDS, _SHARE * gain.before) or gain.longer > _LONGER:
        return None
    strategy = job.strategy
    assert strategy is not None, "it has legs"
    said = (
        f"its legs took {told(gain.before)} together in {gain.runs} recorded runs (median), in which they started in "
    )
    return Proposal(
        rule=RULE.id,
        tier=Tier.TRADE,
        subject=subject,
        at=job.key_span,
        title=f"`{job.id}` can start its longest legs first",
        because=f"long legs of `{job.id}` start late, while the places of others are empty at the end",
        evidence=(situation.evidence(strategy.span, f"{said}, and {told(gain.after)} with the longest first"),),
        operations=tuple(
            move for key, order in orders.items() for move in _moves((*job.path, "strategy", "matrix", key), order)
        ),
        cost=f"when a leg of `{job.id}` fails, others may have been ended that had run before, and the other way round",
        parts=frozenset({Part.LEGS}),
    )


def _in_order(values: Plain, order: Sequence[int]) -> list[Plain]:
    return [values[index] for index in order] if isinstance(values, list) else []


def _orders(matrix: Matrix, legs: Sequence[Values], runs: Runs) -> Iterator[tuple[str, tuple[int, ...]]]:
    """For each list of a matrix, its places with the longest first; those that take about the same stay in order.

    What `include` adds depends on its order, but for a matrix that is nothing else.
    """
    alone = set(matrix) == {"include"}
    for key, values in matrix.items():
        if not isinstance(values, list) or (key in ("include", "exclude") and not alone):
            continue
        classes = [_class(matrix, key, value, legs, runs) for value in values]
        yield key, tuple(sorted(range(len(values)), key=lambda index: -classes[index]))


def _class(matrix: Matrix, key: str, value: Plain, legs: Sequence[Values], runs: Runs) -> int:
    """How long the legs with a value take."""
    from needful.schedule.leg_order import length_class

    only = combinations({**{name: one for name, one in matrix.items() if name != "include"}, key: [value]})
    with_it = [leg for leg in legs if any(set(one.values) <= set(leg) for one in only)]
    return length_class([run[leg].seconds for run in runs for leg in with_it]) if with_it else 0


def _moves(path: Path, order: Sequence[int]) -> Iterator[Operation]:
    """As few moves as bring items into an order: those that are in order among themselves stay.

    Each move names places of the list as it was. What goes to one place is moved there last things first.
    """
    stay = set(_longest_ascent(order))
    gap, moves = len(order), []
    for index in reversed(order):
        if index in stay:
            gap = index
        else:
            moves.append(MoveItem((*path, index), gap - (gap > index)))
    yield from moves


def _longest_ascent(order: Sequence[int]) -> list[int]:
    """The most items of a list that ascend, in order."""
    best: list[list[int]] = []
    for number in order:
        before = max((one for one in best if one[-1] < number), key=len, default=[])
        best.append([*before, number])
    return max(best, key=len, default=[])


RULE = Rule(
    id="longest-first",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Start the longest legs of a matrix first, where recorded runs show that not all can run at once.",
    subjects=subjects,
    propose=propose,
)
