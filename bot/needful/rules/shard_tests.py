"""Run a long test suite in parts, each on a machine of its own.

## Why

Where one step of tests takes most of a job, and that job ends the run, no edge that is dropped and no cache makes the
run shorter: only fewer tests in one place do. Several test runners can run the n-th part of their tests.

## What it does

It writes the job once more, with a matrix of parts and the option of the runner, and gives what is uploaded a name for
each part. The job itself stays under its name as one that waits for all parts and fails unless all succeeded, so that
required checks and `needs` stay as they are; where it may be skipped, it is skipped with them.

How many parts there are follows from the recorded runs: for the objective `latency` as many as save what their own
set-up takes, and a minute each; for `balanced` those for which the time saved exceeds the minutes that machines work
more by the most; eight at most, and no more than the account runs at once.

It does so for Jest from version 28, Vitest, Playwright and cargo-nextest. For pytest, `go test`, `cargo test`, Cypress
and Gradle, which need something more, and wherever something forbids the change, it says what to write.

## The cost

Every part is set up anew, and the tests of all parts are not measured together any more.

## When it is only said

- the runner needs a plug-in, another program, or a list of tests;
- the command stands in a script that does more, or runs with options that are about all tests (`--coverage`);
- the step of cargo-nextest compiles the tests as well;
- a settings file asks for a share of the code that tests cover;
- the job has a matrix, outputs, an environment, a concurrency group, or a machine that is not GitHub's;
- it is given a secret, leaves something behind, or uploads what another job reads;
- somebody tells a failure of the job from its end by a stop.

- no run is recorded, and the tests seem long: they may take half an hour, are spread over the processors of one
  machine, or are called integration tests or the like.

## When it stays silent

- no run is recorded, and nothing says that the tests are long; or the job succeeded in fewer than ten recorded cases;
- the objective is `cost`;
- the tests take less than five minutes, or less than three fifths of the job;
- in most runs another job ends later, other than those that wait for this one;
- the tests are run in parts already: by an option, or by a key of the matrix that is called for it;
- the step runs tests by several commands, or by a program that is not known to run parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from needful.dependence import proof_shards
from needful.dependence.analysis import Analysis
from needful.dependence.experience import told
from needful.dependence.gate import RUNNER, gate_condition, gate_question, may_be_skipped, sees_cancelled
from needful.dependence.matrix_parts import cached_by_id
from needful.dependence.parts import Part
from needful.dependence.sharding import LEAST, MOST, Suite, suite, unmeasured
from needful.dependence.shards import PART, outside, reports, shard_operations, shards_of, ties, whole
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.schedule.rounding import billed_minutes
from needful.workflow.model import Job


def subjects(analysis: Analysis) -> Iterator[Subject]:
    if analysis.wants.objective == "cost":
        return
    for job in analysis.workflow.jobs:
        if job.uses is None:
            yield (job.id,)


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation = analysis.situation
    job = situation.workflow.job(subject[0])
    if job is not None and analysis.experience is None:
        return _supposed(analysis, job)
    found = suite(situation, job) if job is not None else None
    if job is None or found is None:
        return None
    found = _for_objective(analysis, found)
    shards = shards_of(situation, job, found.step, found.parts) if found is not None else None
    if found is None:
        return None
    step = found.step
    measured = (
        f"`{found.text}` took {told(found.tests)}, everything around it {told(found.rest)}, in {found.runs} recorded "
        "successes (medians), and the job ends most of the runs"
    )
    why = next(_obstacles(analysis, job, found), "")
    does = shards is not None and not why
    return Proposal(
        rule=RULE.id,
        tier=Tier.TRADE if does else Tier.REVIEW,
        subject=subject,
        at=step.span,
        title=f"the tests of `{job.id}` {'can' if does else 'could'} run in {found.parts} parts at the same time",
        because=f"`{job.id}` ends most runs, and {told(found.tests)} of it are one step of tests",
        evidence=(situation.evidence(step.span, measured),),
        operations=tuple(shard_operations(situation, shards)) if shards is not None and does else (),
        cost=_cost(job, found),
        accepts=frozenset({proof_shards.CACHED}),
        held="" if does else _advice(job, found, why),
        parts=frozenset({Part.SHARDS}),
    )


def _supposed(analysis: Analysis, job: Job) -> Proposal | None:
    """What is said where nobody recorded a run."""
    known = unmeasured(analysis.situation, job)
    if known is None:
        return None
    found, sign = known
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW,
        subject=(job.id,),
        at=found.step.span,
        title=f"the tests of `{job.id}` could run in parts at the same time",
        because=f"{sign}; no recorded run says how long they take",
        evidence=(analysis.situation.evidence(found.step.span, f"runs `{found.text}`"),),
        held=_advice(job, found, f"no recorded run says whether that pays, but {sign}"),
        parts=frozenset({Part.SHARDS}),
    )


def _obstacles(analysis: Analysis, job: Job, found: Suite) -> Iterator[str]:
    """Why the proof would fail, what costs least first."""
    situation = analysis.situation
    yield from ties(situation, job)
    yield from whole(situation, job, found.runner)
    yield from reports(situation, job)
    yield from outside(situation, job)
    if (seen := sees_cancelled(situation, job.id.lower())) is not None:
        yield seen.text


def _cost(job: Job, found: Suite) -> str:
    cost = f"about {told(found.extra)} of machines more a run, since each part is set up anew"
    action = cached_by_id(job)
    return f"{cost}; the cache of {action} begins anew" if action else cost


def _for_objective(analysis: Analysis, found: Suite) -> Suite | None:
    """The suite with as many parts as the objective asks for, and the account runs; None where none pay."""
    total = analysis.experience.at_once.total if analysis.experience is not None else None
    places = MOST if total is None else max(0, total - len(analysis.workflow.jobs))
    counts = range(2, min(MOST, places) + 1)
    if analysis.wants.objective == "latency":
        return replace(found, parts=min(found.parts, places)) if counts else None
    worth = {count: _worth(found, count) for count in counts}
    best = max(worth, key=lambda count: (worth[count], -count), default=0)
    return replace(found, parts=best) if best and worth[best] >= LEAST else None


def _worth(found: Suite, count: int) -> float:
    """Seconds that are saved, less those that are billed more; the gate is a job of less than a minute."""
    one = found.rest + found.tests / count
    billed = count * billed_minutes(one) + 1 - billed_minutes(found.rest + found.tests)
    return found.rest + found.tests - one - GATE - 60 * billed


GATE = 15.0
"""Seconds until the job that only looks at results has ended, behind the parts."""


def _advice(job: Job, found: Suite, why: str) -> str:
    """What there is to do, and what to look out for; `why` it is not done."""
    option = found.how.part(PART, found.parts)
    saved = f"up to {told(found.gain)} sooner, if the parts take the same; " if found.runs else ""
    needs = f"; it needs {found.how.needs}" if found.how.needs else ""
    passed = "" if found.outright or found.how.instead else f", passed on to `{found.text}`"
    tests = f"    # `{option}` for the tests" if found.how.instead else f"    # tests with {option}{passed}"
    parts = ", ".join(str(number) for number in range(1, found.parts + 1))
    lines = [f"{saved}{why or 'only you know whether the tests can be parted'}. To do so{needs}:"]
    if job.strategy is None:
        lines += [f"  {job.id}-parts:  # what `{job.id}` is now, and", "    strategy:", "      fail-fast: false"]
        lines += ["      matrix:", f"        part: [{parts}]", tests, *_gate(job)]
    else:
        lines += [
            "      matrix:  # beside what is there",
            f"        part: [{parts}]",
            tests,
        ]
        lines.append("Every leg then has another check name: see to the required checks.")
    if found.how.merge:
        lines.append(f"{found.how.merge}.")
    if job.outputs:
        lines.append(f"What `{job.id}` puts out has to be handed on.")
    if any(step.uses is not None and "upload" in step.uses.name for step in job.all_steps()):
        lines.append("What is uploaded needs a name for each part.")
    return "\n".join(lines)


def _gate(job: Job) -> list[str]:
    """A job that keeps the check name and the id, and with these all that waits for it."""
    name = [f"    name: {job.name.value}"] if job.name is not None and job.name.template.is_static else []
    parts = f"{job.id}-parts"
    return [
        f"  {job.id}:  # the check that others wait for",
        *name,
        f"    needs: {parts}",
        f"    if: {gate_condition(parts, skips=may_be_skipped(job))}",
        f"    runs-on: {RUNNER}",
        "    steps:",
        f"      - if: {gate_question([parts])}",
        "        run: exit 1",
    ]


RULE = Rule(
    id="shard-tests",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Run a long test suite in parts, where recorded runs show that it ends the run.",
    subjects=subjects,
    propose=propose,
)
