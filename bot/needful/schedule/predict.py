"""Replayed runs → a prediction: medians, ranges, shares, and whether they carry a claim."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from statistics import median
from typing import NamedTuple

from needful.history.statistics import percentile
from needful.schedule.billing import billed, cost
from needful.schedule.model import Timeline
from needful.schedule.prediction import Bound, Calibration, Claim, Gain, Interval, JobGain, Prediction, Verdict
from needful.schedule.replay import Replay, Replayed
from needful.schedule.resampling import bootstrap, next_of_sorted, quantile
from needful.schedule.shape import Shape
from needful.schedule.simulate import Trace
from needful.schedule.slack import critical_legs, timeline
from needful.schedule.structure import NoPrediction

FEWEST = 10
"""Runs without which no claim is made."""
_NOTICED = 0.01  # share of a run's time; less is the same


def predict(replay: Replay, verdict: Verdict, *, public: bool, seed: int) -> Prediction | NoPrediction:
    """What the runs say. Required checks that no job reports count as not known."""
    timed = [run for run in replay.runs if run.run.passed]
    if not timed:
        return NoPrediction(
            "no recorded run in which nothing failed can be replayed",
            "import runs of this workflow as it is now: `needful history import`",
            replay.unfit,
        )
    whole_ends = [(run.before.makespan, run.after.makespan) for run in timed]
    whole = _gain(whole_ends, seed)
    verdict = _reported(replay, timed, verdict)
    later = _after(replay, verdict)
    ends = [
        (_end_of(replay.before, run.before, verdict.jobs), _end_of(replay.after, run.after, later)) for run in timed
    ]
    to_verdict = _gain(ends, seed) if ends != whole_ends else whole
    calibration = _calibration(timed)
    return Prediction(
        replayed=len(replay.runs),
        timed=len(timed),
        unfit=replay.unfit,
        makespan=whole,
        verdict=verdict,
        to_verdict=to_verdict,
        makespan_claim=claim(whole, replay, len(timed), calibration),
        verdict_claim=claim(to_verdict, replay, len(timed), calibration),
        jobs=_jobs(replay, timed),
        cost=cost(
            [run.before for run in replay.runs],
            [run.after for run in replay.runs],
            [run.run.begun for run in replay.runs],
            public=public,
        ),
        bound=_bound(replay, timed, whole.after),
        calibration=calibration,
        bases=replay.bases,
        unknown=replay.unknown,
        assumed=replay.assumed,
        seed=seed,
    )


def verdict_of(shape: Shape, required: Collection[str] | None, outward: Collection[str]) -> Verdict:
    """Which jobs a person waits for before they merge.

    The `required` checks, by names of legs or ids of jobs. Where that is not known: all but the jobs that do
    something irreversible (`outward`: deploy, publish …) and those that need one of them, because nobody waits for
    these to judge a change. Where nothing else is left, all.
    """
    if required is not None:
        return Verdict(tuple(required), "the required checks", known=True)
    out = {place for place, job in enumerate(shape.jobs) if job.id in {name.lower() for name in outward}}
    kept = tuple(job.written for place, job in enumerate(shape.jobs) if place not in out and not (job.ancestors & out))
    if not kept:
        return Verdict(tuple(job.written for job in shape.jobs), "all jobs; which checks are required is not known")
    left = len(shape.jobs) - len(kept)
    but = " but those that deploy or publish, and what comes after them" if left else ""
    return Verdict(kept, f"all jobs{but}; which checks are required is not known")


def claim(gain: Gain, replay: Replay, runs: int, calibration: Calibration) -> Claim:
    """Whether a saving can be claimed from that many runs. The first objection is the reason."""
    unknown = replay.unknown
    share = abs(gain.saving) / gain.before if gain.before else 0.0
    low, high = gain.interval
    if replay.assumed:
        return Claim(False, "every duration is assumed, none of this repository was measured")
    if unknown:
        return Claim(False, f"no duration is known of {unknown[0]}" + (" and others" if len(unknown) > 1 else ""))
    if runs < FEWEST:
        return Claim(False, f"only {runs} run{'s' if runs > 1 else ''} could be replayed; {FEWEST} are the least")
    if share < _NOTICED and low <= 0 <= high:
        return Claim(False, "the median changes by less than 1 %")
    if low <= 0 <= high:
        return Claim(False, f"the range of the saving includes none: {low:.0f} to {high:.0f} s")
    if calibration.median >= share:
        error, saved = f"{calibration.median:.1%}", f"{share:.1%}"
        return Claim(False, f"replaying the runs as they were is {error} off, more than the change of {saved}")
    if gain.saving < 0:
        return Claim(False, f"it takes longer: {-gain.saving:.0f} s")
    return Claim(True, f"{runs} runs, {low:.0f} to {high:.0f} s, replay off by {calibration.median:.1%}")


class Weight(NamedTuple):
    """What one graph comes to: the median makespan and time to the verdict, in seconds, and billed minutes of a run."""

    makespan: float
    to_verdict: float
    minutes: float


def weigh(replay: Replay, verdict: Verdict) -> tuple[Weight, Weight] | None:
    """Both graphs in short, to compare many plans. None where there is no run in which nothing failed."""
    timed = [run for run in replay.runs if run.run.passed]
    if not timed:
        return None
    verdict = _reported(replay, timed, verdict)

    def weight(shape: Shape, of: Callable[[Replayed], Trace], jobs: Collection[str]) -> Weight:
        minutes = sum(sum(billed(of(run)).values()) for run in replay.runs) / len(replay.runs)
        ends = median(_end_of(shape, of(run), jobs) for run in timed)
        return Weight(median(of(run).makespan for run in timed), ends, minutes)

    before = weight(replay.before, lambda run: run.before, verdict.jobs)
    return before, weight(replay.after, lambda run: run.after, _after(replay, verdict))


def typical_run(replay: Replay) -> tuple[Timeline, Timeline]:
    """Both timelines of the run whose makespan before is the median one (of two, the shorter). Needs a run."""
    timed = [run for run in replay.runs if run.run.passed] or list(replay.runs)
    run = sorted(timed, key=lambda run: run.before.makespan)[(len(timed) - 1) // 2]
    return timeline(replay.before, run.before), timeline(replay.after, run.after)


def _gain(pairs: Sequence[tuple[float, float]], seed: int) -> Gain:
    before, after = sorted(one for one, _ in pairs), sorted(other for _, other in pairs)
    count = len(pairs)
    return Gain(
        before=percentile(before, 0.5),
        before_p90=percentile(before, 0.9),
        after=percentile(after, 0.5),
        after_p90=percentile(after, 0.9),
        saving=_saved(before, after),
        interval=Interval(*bootstrap(pairs, _saved, seed)),
        shorter=sum(after < before * (1 - _NOTICED) for before, after in pairs) / count,
        longer=sum(after > before * (1 + _NOTICED) for before, after in pairs) / count,
        expected=(next_of_sorted(after, 0.05), next_of_sorted(after, 0.95)),
    )


def _saved(before: Sequence[float], after: Sequence[float]) -> float:
    return percentile(before, 0.5) - percentile(after, 0.5)


def _reported(replay: Replay, runs: Sequence[Replayed], verdict: Verdict) -> Verdict:
    """A verdict that some job gives: the one asked for, or that of all jobs."""
    if any(_end_of(replay.before, run.before, verdict.jobs) for run in runs):
        return verdict
    every = verdict_of(replay.before, None, ())
    return Verdict(every.jobs, f"all jobs; none reports {', '.join(verdict.jobs) or 'a required check'}")


def _after(replay: Replay, verdict: Verdict) -> tuple[str, ...]:
    """What gives the verdict in the new graph: where it is not known, jobs that are new there may be checks as well."""
    if verdict.known:
        return verdict.jobs
    before = {job.id for job in replay.before.jobs}
    beside = before - {name.lower() for name in verdict.jobs}
    kept = {place for place, job in enumerate(replay.after.jobs) if job.id in beside}
    new = (job.id for job in replay.after.jobs if job.id not in before and not job.ancestors & kept)
    return (*verdict.jobs, *new)


def _end_of(shape: Shape, trace: Trace, jobs: Collection[str]) -> float:
    """When the last of these jobs, or legs by their names, ends."""
    wanted = {name.lower() for name in jobs}
    ends = (
        end
        for place, leg, end in zip(trace.jobs, trace.legs, trace.end, strict=True)
        if shape.jobs[place].id in wanted or leg.name.lower() in wanted
    )
    return max(ends, default=0.0)


def _calibration(runs: Sequence[Replayed]) -> Calibration:
    def errors(of: Callable[[Replayed], float]) -> list[float]:
        return [abs(of(run) - run.run.measured) / run.run.measured for run in runs if run.run.measured > 0]

    usual, exact = errors(lambda run: run.typical), errors(lambda run: run.before.makespan)
    if not usual:  # runs that took no second, as far as the record says
        return Calibration(0, 0.0, 0.0, 0.0, 0.0)
    return Calibration(len(usual), median(usual), quantile(usual, 0.9), median(exact), quantile(exact, 0.9))


def _jobs(replay: Replay, runs: Sequence[Replayed]) -> tuple[JobGain, ...]:
    before = _by_job(replay.before, [run.before for run in runs])
    after = _by_job(replay.after, [run.after for run in runs])
    names = {job.id: job.written for shape in (replay.before, replay.after) for job in shape.jobs}
    nothing = (None, None)
    found = []
    for name, written in names.items():
        (end_before, critical_before), (end_after, critical_after) = before.get(name, nothing), after.get(name, nothing)
        found.append(JobGain(written, end_before, end_after, critical_before, critical_after))
    return tuple(found)


def _by_job(shape: Shape, traces: Sequence[Trace]) -> dict[str, tuple[float, float]]:
    """When each job that ever runs ends (median), and how often it is critical."""
    ends: dict[str, list[float]] = {}
    critical: dict[str, int] = {}
    for trace in traces:
        last: dict[int, float] = {}
        for number, place in enumerate(trace.jobs):
            if trace.ran[number]:
                last[place] = max(last.get(place, 0.0), trace.end[number])
        for place, end in last.items():
            ends.setdefault(shape.jobs[place].id, []).append(end)
        for place in {trace.jobs[leg] for leg in critical_legs(trace) if trace.ran[leg]}:
            critical[shape.jobs[place].id] = critical.get(shape.jobs[place].id, 0) + 1
    return {name: (median(times), critical.get(name, 0) / len(traces)) for name, times in ends.items()}


def _bound(replay: Replay, runs: Sequence[Replayed], makespan: float) -> Bound:
    chains, work = [], []
    for run in runs:
        chains.append(_chain(replay.after, run.after))
        work.append(
            sum(leg.seconds for leg, did in zip(run.after.legs, run.after.ran, strict=True) if did and leg.pool)
        )
    return Bound(median(chains), median(work), replay.limits.total, makespan)


def _chain(shape: Shape, trace: Trace) -> float:
    """The longest chain of jobs by their own durations."""
    longest = [0.0] * len(shape.jobs)
    for number, place in enumerate(trace.jobs):
        if trace.ran[number]:
            longest[place] = max(longest[place], trace.end[number] - trace.start[number])
    ends = [0.0] * len(shape.jobs)
    for place in sorted(range(len(shape.jobs)), key=lambda place: len(shape.jobs[place].ancestors)):
        job = shape.jobs[place]
        ends[place] = longest[place] + max((ends[need] for need in job.needs), default=0.0)
    return max(ends, default=0.0)
