"""Recorded runs under the graph they had and under another one, with the durations they had."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from needful.facts.durations import distribution
from needful.history.legs import Leg as WorkflowLeg
from needful.history.matching import MatchedJob, Matcher, RunMatch
from needful.history.model import RunRecord
from needful.schedule.estimates import Basis, Measured, form_of, steps_form
from needful.schedule.load import Decision, JobLoad, Leg, Limits, Load, Origin
from needful.schedule.recorded import Recorded, Unfit, recorded
from needful.schedule.rework import Bench, Machine, Notes, added, reworked
from needful.schedule.shape import Shape, shape_of
from needful.schedule.simulate import NO_LIMITS, Trace, simulate
from needful.workflow.model import Job


@dataclass(frozen=True)
class Assumptions:
    """What the runs do not say. `limits`: jobs that the account runs at once. The same seed gives the same draws."""

    limits: Limits = NO_LIMITS
    machine: Machine = field(default_factory=Machine)
    seed: int = 0


@dataclass(frozen=True)
class Replayed:
    """One run, replayed twice.

    `typical`: its makespan under its own graph if every job had waited as long as it usually does in the other runs.
    """

    run: Recorded
    before: Trace
    after: Trace
    typical: float


@dataclass(frozen=True)
class Replay:
    """All runs. `unfit` says how many could not be replayed and why; `bases` and `unknown` what the draws rest on.

    `assumed`: the runs are made up of published durations.
    """

    before: Shape
    after: Shape
    runs: tuple[Replayed, ...]
    unfit: tuple[tuple[Unfit, int], ...] = ()
    bases: tuple[Basis, ...] = ()
    unknown: tuple[str, ...] = ()
    limits: Limits = NO_LIMITS
    assumed: bool = False


@dataclass(frozen=True)
class Baseline:
    """Runs under the graph they had: what every change is compared with. Lists are in the order of `runs`."""

    matcher: Matcher
    shape: Shape
    runs: tuple[Recorded, ...]
    unfit: tuple[tuple[Unfit, int], ...]
    assumptions: Assumptions
    loads: tuple[Load, ...] = field(repr=False)
    traces: tuple[Trace, ...] = field(repr=False)
    typical: tuple[float, ...] = field(repr=False)
    notes: Notes = field(repr=False, default_factory=Notes)


def baseline(before: Matcher, runs: Sequence[RunRecord], assumptions: Assumptions) -> Baseline:
    """The runs as they were. Raises `UserError` where jobs wait for each other in a circle."""
    shape = shape_of(before.workflow)
    unfit: Counter[Unfit] = Counter()
    fit: list[Recorded] = []
    for record in runs:
        found = recorded(before.match(record), shape)
        if isinstance(found, Unfit):
            unfit[found] += 1
        else:
            fit.append(found)
    notes, donors, queues = Notes(), _donors(fit), _queues(fit)
    loads = [_with_legs(run, donors, notes, _draw(assumptions, run, "before")) for run in fit]
    limits = assumptions.limits
    return Baseline(
        before,
        shape,
        tuple(fit),
        tuple(sorted(unfit.items(), key=lambda item: item[0].value)),
        assumptions,
        tuple(loads),
        tuple(simulate(shape, load, limits) for load in loads),
        tuple(simulate(shape, _waiting(load, queues), limits).makespan for load in loads),
        notes,
    )


def replay(start: Baseline, after: Matcher) -> Replay:
    """Each run under another workflow. Jobs are matched by id; legs that move to another job, by their names.

    Raises `UserError` where jobs wait for each other in a circle.
    """
    shape = shape_of(after.workflow)
    changes = _Changes(start, after)
    replayed = []
    for run, load, trace, typical in zip(start.runs, start.loads, start.traces, start.typical, strict=True):
        changed = simulate(shape, changes.load(run, load), start.assumptions.limits)
        replayed.append(Replayed(run, trace, changed, typical))
    return Replay(
        start.shape,
        shape,
        tuple(replayed),
        start.unfit,
        tuple(changes.notes.bases),
        tuple(changes.notes.unknown),
        start.assumptions.limits,
    )


def loads_under(start: Baseline, after: Matcher) -> tuple[Load, ...]:
    """What each run brings to another workflow."""
    changes = _Changes(start, after)
    return tuple(changes.load(run, load) for run, load in zip(start.runs, start.loads, strict=True))


def rewired(start: Baseline, loads: Sequence[Load], after: Shape) -> Replay:
    """Each run under other edges, with known loads: to compare many graphs of the same jobs."""
    limits = start.assumptions.limits
    runs = zip(start.runs, loads, start.traces, start.typical, strict=True)
    replayed = tuple(Replayed(run, trace, simulate(after, load, limits), usual) for run, load, trace, usual in runs)
    return Replay(start.shape, after, replayed, start.unfit, limits=limits)


def _queues(runs: Sequence[Recorded]) -> Mapping[str, Sequence[float]]:
    """How long the legs of each name waited, in ascending order of seconds."""
    queues: dict[str, list[float]] = {}
    for run in runs:
        for leg, _ in run.legs:
            queues.setdefault(leg.name, []).append(leg.queue)
    return {name: sorted(times) for name, times in queues.items()}


def _waiting(load: Load, queues: Mapping[str, Sequence[float]]) -> Load:
    """The load if every leg waited as long as it usually does in the other runs."""
    return {
        name: JobLoad(
            tuple(replace(leg, queue=_usual(leg, queues.get(leg.name, ()))) for leg in one.legs), one.decision
        )
        for name, one in load.items()
    }


def _usual(leg: Leg, ascending: Sequence[float]) -> float:
    """The median of what others of that name waited; where there are none, what runners elsewhere take."""
    others = len(ascending) - 1
    if others < 1:
        return distribution("queue-linux").at(0.5)
    own = bisect_left(ascending, leg.queue)
    low, high = ((others - 1) // 2, others // 2)
    return (ascending[low + (low >= own)] + ascending[high + (high >= own)]) / 2


def _draw(assumptions: Assumptions, run: Recorded, side: str) -> Random:
    """A generator of its own for each run, so that none depends on the order of the others."""
    return Random(f"{assumptions.seed}/{run.match.run.id}/{run.match.run.attempt}/{side}")


def _donors(runs: Sequence[Recorded]) -> dict[str, list[Recorded]]:
    """The runs in which each job ran."""
    found: dict[str, list[Recorded]] = {}
    for run in runs:
        for name, one in run.load.items():
            if one.legs:
                found.setdefault(name, []).append(run)
    return found


def _with_legs(run: Recorded, donors: Mapping[str, Sequence[Recorded]], notes: Notes, draw: Random) -> Load:
    """A job that something before it kept from running gets the legs of a run in which it ran."""
    load = dict(run.load)
    for name, one in run.load.items():
        if one.legs or one.decision is not Decision.BY_NEEDS:
            continue
        if name in donors:
            notes.bases.setdefault(_other_runs(name, len(donors[name])))
            legs = draw.choice(donors[name]).load[name].legs
            load[name] = JobLoad(tuple(replace(leg, origin=Origin.REPLAYED) for leg in legs), one.decision)
        else:
            notes.unknown.setdefault(f"`{name}`, which never ran")
    return load


class _Changes:
    """The loads of runs under another workflow; what several runs need is worked out once."""

    def __init__(self, start: Baseline, after: Matcher) -> None:
        self.after = after
        self.new = {job.id.lower(): job for job in after.workflow.jobs}
        self.places = {id(leg): place for place, leg in enumerate(after.legs)}
        self.notes = Notes(dict(start.notes.bases), dict(start.notes.unknown))
        old = {job.id.lower(): job for job in start.matcher.workflow.jobs}
        forms = {name: form_of(job) for name, job in old.items()}
        self.changed = [name for name, job in self.new.items() if forms.get(name) != form_of(job)]
        self.same_steps = {
            (name, new)
            for new in self.changed
            for name, job in old.items()
            if steps_form(job) == steps_form(self.new[new])
        }
        measured = Measured.of(start.runs if self.changed else ())
        self.bench = Bench(measured, start.assumptions.machine, self.notes)
        self.assumptions = start.assumptions
        self.donors = _donors(start.runs) if self.changed else {}

    def load(self, run: Recorded, before: Load) -> Load:
        """The load of a run, of which `before` is that under its own workflow."""
        load = {name: one for name, one in before.items() if name in self.new and name not in self.changed}
        if self.changed:
            draw = _draw(self.assumptions, run, "after")
            match = self.after.match(run.match.run)
            for name in self.changed:
                load[name] = self._changed(self.new[name], run, match, draw)
        return load

    def _changed(self, job: Job, run: Recorded, match: RunMatch, draw: Random) -> JobLoad:
        """A job that the new workflow changes or adds."""
        name = job.id.lower()
        decided = run.load.get(name)
        sources = {found.job_id.lower() for found in self._records(job, run, match)}
        if decided is None and sources:
            decided = run.load.get(min(sources))
        decision = decided.decision if decided is not None else Decision.BY_NEEDS
        if decision is Decision.SKIPPED:
            return JobLoad((), decision)
        legs = self._legs(job, run, match, draw)
        if not legs and name in self.donors:
            self.notes.bases.setdefault(_other_runs(name, len(self.donors[name])))
            donor = draw.choice(self.donors[name])
            legs = self._legs(job, donor, self.after.match(donor.match.run), draw)
        there = {record.name for record in run.match.run.jobs} if legs else set()
        missing = tuple(leg for leg in self._expected(job) if not legs or (leg.exact and leg.exact[0] not in there))
        return JobLoad((*legs, *added(self.bench, job, missing, run, draw)), decision)

    def _legs(self, job: Job, run: Recorded, match: RunMatch, draw: Random) -> tuple[Leg, ...]:
        by_record = {_mark(found): (leg, found) for leg, found in run.legs}
        made = []
        # where not all can run at once, they start in the order of the file
        for found in sorted(self._records(job, run, match), key=lambda one: self.places.get(id(one.leg), 0)):
            leg, old = by_record[_mark(found)]
            if (old.job_id.lower(), job.id.lower()) in self.same_steps:
                made.append(leg)
            else:
                made.append(reworked(self.bench, job, leg, old, run, draw))
        return tuple(made)

    def _records(self, job: Job, run: Recorded, match: RunMatch) -> list[MatchedJob]:
        """The recorded legs of a job, by the names that it has in the new workflow, else by its id."""
        there = {_mark(found) for _, found in run.legs}
        named = [found for found in match.of(job.id) if _mark(found) in there]
        if named:
            return named
        taken = {_mark(found) for found in match.jobs}
        return [found for found in run.match.of(job.id) if _mark(found) in there - taken]

    def _expected(self, job: Job) -> tuple[WorkflowLeg, ...]:
        return tuple(leg for leg in self.after.legs if leg.jobs[0] == job.id and not leg.whole)


def _mark(found: MatchedJob) -> tuple[int, str, float | None]:
    """What tells one record of a run from the others; some recordings have no ids."""
    return (found.record.id, found.record.name, found.record.started)


def _other_runs(name: str, count: int) -> Basis:
    return Basis(f"`{name}` where something before it failed", Origin.REPLAYED, "runs in which it ran", count)
