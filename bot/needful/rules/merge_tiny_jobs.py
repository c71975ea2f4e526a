"""Let a job that takes less time than its own set-up run its checks in another job.

## Why

A job is set up before it works: a machine is found, the code is checked out, tools are installed. Where that takes
longer than the checks themselves, and another job is set up in the same way, most of the second job is done twice. Each
job is billed by whole minutes, rounded up, so a job of twenty seconds costs as much as one of a minute.

## What it does

The steps of the second job move behind those of the first, with their comments; what both begin with is done once.
Whoever waited for the second waits for the first. It is done for the objectives `cost` and `balanced` only: the run
does not get faster by it.

## The cost

The second job is no check of its own any more, and where a step of the first fails, those of the second do not run. So
the tier is `trade`. Where nobody knows which checks are required, it is left for review.

## When it stays silent

- the objective is `latency`, or no run is recorded;
- either job succeeded in fewer than ten recorded cases, or the second takes longer than its set-up;
- it saves less than half a billed minute a run;
- the first ends most runs, and the second does not wait for it;
- the second is a required check;
- the jobs differ in their machine, condition, permissions, variables, services, secrets, or in what they wait for and
  who waits for them (unless one waits for the other alone);
- their steps meet in a file, a variable, a port or a lock, or what one of them does is not known;
- one of them does more than check;
- somebody asks for one of them by its id, or for outcomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from needful.dependence.analysis import Analysis
from needful.dependence.experience import Case, Experience, high, told, typical
from needful.dependence.merging import Merge, askers, lasting, meetings, merge_of, merge_operations, rights
from needful.dependence.obligations import Obligation
from needful.dependence.parts import Part
from needful.dependence.sharding import FEWEST, OFTEN, ends_runs
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.schedule.rounding import billed_minutes
from needful.workflow.model import Job, Step

NAMES = "no check that a pull request waits for is gone"
LEAST = 0.5
"""Billed minutes that must be saved in a run, on average."""
_TIME = 360 * 60
"""Seconds that a job may take where nothing else is said
(https://docs.github.com/actions/reference/limits); half of it is given to the steps of both."""


def subjects(analysis: Analysis) -> Iterator[Subject]:
    if analysis.wants.objective == "latency" or analysis.experience is None:
        return
    for first, second in combinations(analysis.workflow.jobs, 2):
        kept, gone = (
            (second, first) if _is_required(analysis, second) and not _is_required(analysis, first) else (first, second)
        )
        yield gone.id, kept.id
        if analysis.situation.graph.needs[kept.id.lower()] == {gone.id.lower()}:
            yield kept.id, gone.id


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation, experience = analysis.situation, analysis.experience
    second, first = (situation.workflow.job(name) for name in subject)
    if experience is None or first is None or second is None or _is_required(analysis, second):
        return None
    pairs = _pairs(experience, first, second)
    merge = merge_of(situation, first, second) if len(pairs) >= FEWEST else None
    if merge is None or _shown(second) is None:
        return None
    if not merge.chain and ends_runs(situation, experience, first) >= OFTEN:
        return None
    own = second.steps[merge.shared :]
    work = typical([_seconds(case, own) for _, case in pairs])
    rest = typical([case.seconds for _, case in pairs]) - work
    saved = sum(_saved(one, other, own) for one, other in pairs) / len(pairs)
    if work > rest or saved < LEAST or _too_long(merge, pairs) or _hindered(analysis, merge):
        return None
    doubts = (
        ()
        if analysis.wants.required is not None
        else (Obligation(NAMES, "", "nobody knows which checks are required"),)
    )
    seen = f"its own steps took {told(work)}, all else in it {told(rest)}, in {len(pairs)} recorded successes (medians)"
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW if doubts else Tier.TRADE,
        subject=subject,
        at=second.key_span,
        title=f"`{second.id}` can run its checks in `{first.id}`",
        because=doubts[0].why_not if doubts else "it takes less time than its set-up, which both have",
        evidence=(situation.evidence(second.key_span, seen),),
        operations=tuple(merge_operations(situation, merge)),
        cost=f"`{second.id}` is no check of its own any more, and does not run where a step of `{first.id}` fails; "
        f"it saves {saved:.1f} billed minutes a run",
        certificate=doubts,
        parts=frozenset({Part.MERGE}),
    )


def _is_required(analysis: Analysis, job: Job) -> bool:
    return _shown(job) in (analysis.wants.required or ())


def _shown(job: Job) -> str | None:
    """The name of the check that a job is shown as, None where only the run knows it."""
    if job.name is None:
        return job.id
    return job.name.value if job.name.template.is_static else None


def _pairs(experience: Experience, first: Job, second: Job) -> list[tuple[Case, Case]]:
    """The cases of both jobs in the runs in which both succeeded."""
    one, other = (_passed(experience, job) for job in (first, second))
    return [(one[run], other[run]) for run in sorted(one.keys() & other.keys())]


def _passed(experience: Experience, job: Job) -> Mapping[int, Case]:
    known = experience.of(job)
    return {case.run: case for case in known.passed} if known is not None else {}


def _seconds(case: Case, steps: tuple[Step, ...]) -> float:
    times = [case.step(step) for step in steps]
    return sum(time.seconds + (time.post or 0.0) for time in times if time is not None)


def _saved(one: Case, other: Case, own: tuple[Step, ...]) -> float:
    """Billed minutes of one run."""
    together = billed_minutes(one.seconds + _seconds(other, own))
    return billed_minutes(one.seconds) + billed_minutes(other.seconds) - together


def _too_long(merge: Merge, pairs: list[tuple[Case, Case]]) -> bool:
    """Whether the one job could come near the time that it may take."""
    timeout = merge.first.timeout
    minutes = timeout.value.strip() if timeout is not None else ""
    if timeout is not None and not minutes.isdigit():
        return True
    return 2 * high([one.seconds + other.seconds for one, other in pairs]) > (int(minutes) * 60 if minutes else _TIME)


def _hindered(analysis: Analysis, merge: Merge) -> bool:
    """Whether the proof would fail, what costs least first."""
    situation = analysis.situation
    questions = (askers(situation, merge), rights(merge), lasting(situation, merge), meetings(situation, merge))
    return any(next(question, "") for question in questions)


RULE = Rule(
    id="merge-tiny-jobs",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Run the checks of a job that is shorter than its set-up in another one, for `cost` and `balanced`.",
    subjects=subjects,
    propose=propose,
)
