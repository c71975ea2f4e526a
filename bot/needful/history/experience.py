"""Recorded runs, matched with their workflow → what is known of its jobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from needful.dependence.experience import NO_LIMITS, AtOnce, Case, Experience, JobExperience, StepTime
from needful.facts.hosted import runner
from needful.history.matching import MatchedJob, Matcher
from needful.history.model import JobRecord, RunRecord
from needful.history.reading import begun
from needful.history.steps import Part, parts, ran, took
from needful.workflow.model import StepKind

_BY_ITSELF = ("success", "failure")
_OVERDUE = "timed_out"


def experience_of(matcher: Matcher, runs: Iterable[RunRecord], at_once: AtOnce = NO_LIMITS) -> Experience | None:
    """What runs say of the jobs of a workflow, None where no run has one of them.

    Jobs that call another workflow are left out: their times are those of its jobs.
    """
    cases: dict[str, list[Case]] = {}
    overdue: dict[str, int] = {}
    lost: set[str] = set()
    for number, run in enumerate(sorted(runs, key=lambda run: begun(run) or 0.0)):
        match = matcher.match(run)
        starts = [one.record.started for one in match.jobs if one.record.started is not None and ran(one.record)]
        for one in match.jobs:
            name = one.job_id.lower()
            if len(one.leg.jobs) > 1 or one.leg.whole or one.leg.job.uses is not None or not ran(one.record):
                continue
            overdue[name] = overdue.get(name, 0) + (one.record.conclusion == _OVERDUE)
            if _lost_cache(one):
                lost.add(name)
            if one.record.conclusion in _BY_ITSELF:
                cases.setdefault(name, []).append(_case(number, one, min(starts)))
    jobs = {
        name: JobExperience(tuple(found), _unseen(matcher, name, found), overdue[name], name in lost)
        for name, found in cases.items()
    }
    return Experience(jobs, at_once) if jobs else None


def _case(number: int, one: MatchedJob, begun: float) -> Case:
    return Case(
        run=number,
        leg=one.leg.values,
        pool=runner(one.record.labels or tuple(sorted(one.leg.labels))).pool,
        seconds=took(one.record) or 0.0,
        passed=one.record.conclusion == "success",
        started=(one.record.started or begun) - begun,
        steps=dict(_steps(one)),
    )


def _steps(one: MatchedJob) -> Iterable[tuple[int, StepTime]]:
    posts = _posts(one.record)
    for step, record in one.steps:
        seconds = took(record)
        if seconds is not None and record.conclusion != "skipped" and step.kind in (StepKind.RUN, StepKind.USES):
            yield step.span.start, StepTime(seconds, posts.get(record.name))


def _lost_cache(one: MatchedJob) -> bool:
    """Whether a recorded step kept a cache, going by its name, and is none of the workflow's any more."""
    ended = {step.name for step in one.record.steps}
    return any("cache" in step.name.lower() and f"Post {step.name}" in ended for step in one.loose)


def _posts(record: JobRecord) -> Mapping[str, float]:
    """What the actions of steps did at the end, by the names of the steps; none for names that several have."""
    kinds = parts(record.steps)
    names = [step.name for step, part in zip(record.steps, kinds, strict=True) if part is Part.MAIN]
    found = {}
    for step, part in zip(record.steps, kinds, strict=True):
        name, seconds = step.name.removeprefix("Post "), took(step)
        if part is Part.POST and seconds is not None and step.conclusion != "skipped" and names.count(name) == 1:
            found[name] = seconds
    return found


def _unseen(matcher: Matcher, name: str, cases: Iterable[Case]) -> bool:
    """Whether a job has a leg that never succeeded in a run, or legs that only the run knows."""
    own = [leg for leg in matcher.legs if len(leg.jobs) == 1 and leg.jobs[0].lower() == name and not leg.whole]
    seen = {case.leg for case in cases if case.passed}
    return any(leg.open or leg.values not in seen for leg in own)
