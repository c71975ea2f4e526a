"""Runs that nobody recorded, made of published durations."""

from __future__ import annotations

from random import Random

from needful.history.matching import Matcher, RunMatch
from needful.history.model import RunRecord
from needful.schedule.estimates import Measured
from needful.schedule.load import JobLoad, Load
from needful.schedule.recorded import Recorded
from needful.schedule.replay import Assumptions, Replay, Replayed
from needful.schedule.rework import Bench, Notes, added
from needful.schedule.shape import shape_of
from needful.schedule.simulate import simulate

RUNS = 200
"""Made-up runs of an assumption: quantiles then differ by a few percent from seed to seed."""


def assume(before: Matcher, after: Matcher, assumptions: Assumptions, runs: int = RUNS) -> Replay:
    """Made-up runs under both workflows: every duration is drawn from `facts/durations.json`, and nothing fails.

    A job that both workflows have takes the same in both. Conditions are not looked at: every job runs.
    """
    shapes = shape_of(before.workflow), shape_of(after.workflow)
    notes = Notes()
    bench = Bench(Measured(assume=True), assumptions.machine, notes)
    made = []
    for number in range(runs):
        old = _load(bench, before, f"{assumptions.seed}/{number}")
        new = _load(bench, after, f"{assumptions.seed}/{number}")
        first, second = simulate(shapes[0], old, assumptions.limits), simulate(shapes[1], new, assumptions.limits)
        record = RunRecord(number, 1, "", before.workflow.path, "", "", "", "success", None, None, None)
        run = Recorded(RunMatch(record, ()), 0.0, first.makespan, True, old, ())
        made.append(Replayed(run, first, second, first.makespan))
    return Replay(
        *shapes,
        tuple(made),
        bases=tuple(notes.bases),
        unknown=tuple(notes.unknown),
        limits=assumptions.limits,
        assumed=True,
    )


def _load(bench: Bench, side: Matcher, seed: str) -> Load:
    load = {}
    for job in side.workflow.jobs:
        legs = tuple(leg for leg in side.legs if leg.jobs[0] == job.id and not leg.whole)
        load[job.id.lower()] = JobLoad(added(bench, job, legs, None, Random(f"{seed}/{job.id.lower()}")))
    return load
