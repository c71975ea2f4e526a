"""Run a long test suite in parts, each on a machine of its own. Advice, with what to write.

## Why

Where one step of tests takes most of a job, and that job ends the run, no edge that is dropped and no cache makes the
run shorter: only fewer tests in one place do. Several test runners can run the n-th part of their tests.

## What it says

How long the step takes in the recorded runs, in how many parts it would pay, what that saves if all parts take the
same, and what it costs in minutes of machines, since every part is set up anew. It writes out the matrix, the options
of the runner, and a job that keeps the old check name, which required checks wait for. There are as many parts as save
what their own set-up takes, and a minute each, and eight at most.

Only you know whether your tests can be run in parts: some suites count on their order, on one database, or on a
coverage report of all of them. So it is never applied.

It knows Jest, Vitest, Playwright, cargo-nextest, and pytest with the plug-in pytest-split.

## When it stays silent

- no run is recorded, or the job succeeded in fewer than ten recorded cases;
- the tests take less than five minutes, or less than three fifths of the job;
- in most runs another job ends later, other than those that wait for this one;
- the tests are run in parts already: by an option, or by a key of the matrix that is called for it;
- the step runs tests by several commands, or by a program that is not known to run parts.
"""

from __future__ import annotations

from collections.abc import Iterator

from needful.dependence.analysis import Analysis
from needful.dependence.experience import told
from needful.dependence.sharding import Suite, suite
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.workflow.model import Job


def subjects(analysis: Analysis) -> Iterator[Subject]:
    for job in analysis.workflow.jobs if analysis.experience is not None else ():
        if job.uses is None:
            yield (job.id,)


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation = analysis.situation
    job = situation.workflow.job(subject[0])
    found = suite(situation, job) if job is not None else None
    if job is None or found is None:
        return None
    step = found.step
    measured = (
        f"`{found.text}` took {told(found.tests)}, everything around it {told(found.rest)}, in {found.runs} recorded "
        "successes (medians), and the job ends most of the runs"
    )
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW,
        subject=subject,
        at=step.span,
        title=f"the tests of `{job.id}` could run in {found.parts} parts at the same time",
        because=f"`{job.id}` ends most runs, and {told(found.tests)} of it are one step of tests",
        evidence=(situation.evidence(step.span, measured),),
        cost=f"about {told(found.extra)} of machines more a run, since each part is set up anew",
        held=_advice(job, found),
    )


def _advice(job: Job, found: Suite) -> str:
    """What there is to do, and what to look out for."""
    option = found.how.part("${{ matrix.part }}", found.parts)
    saved = f"up to {told(found.gain)} sooner, if the parts take the same"
    needs = f"; it needs {found.how.needs}" if found.how.needs else ""
    passed = "" if found.outright else f", passed on to `{found.text}`"
    parts = ", ".join(str(number) for number in range(1, found.parts + 1))
    lines = [f"{saved}; only you know whether the tests can be parted. To do so{needs}:"]
    if job.strategy is None:
        lines += [f"  {job.id}-parts:  # what `{job.id}` is now, and", "    strategy:", "      fail-fast: false"]
        lines += ["      matrix:", f"        part: [{parts}]", f"    # tests with {option}{passed}", *_gate(job)]
    else:
        lines += [
            "      matrix:  # beside what is there",
            f"        part: [{parts}]",
            f"    # tests with {option}{passed}",
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
    result = f"needs.{job.id}-parts.result"
    skips = f" && {result} != 'skipped'" if job.condition is not None or job.needs else ""
    return [
        f"  {job.id}:  # the check that others wait for",
        *name,
        "    if: always()",
        f"    needs: {job.id}-parts",
        "    runs-on: ubuntu-latest",
        "    steps:",
        f"      - if: {result} != 'success'{skips}",
        "        run: exit 1",
    ]


RULE = Rule(
    id="shard-tests",
    tier=Tier.REVIEW,
    since="0.2.0",
    summary="Run a long test suite in parts, where recorded runs show that it ends the run. Advice, never applied.",
    subjects=subjects,
    propose=propose,
)
