"""The legs of a matrix where not all can run at once: the order in which they start, and what another one gains."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import NamedTuple

from needful.dependence.experience import Experience, JobExperience, Values, typical
from needful.schedule.load import JobLoad, Leg, Limits
from needful.schedule.shape import JobShape, shape, shape_of
from needful.schedule.simulate import simulate
from needful.workflow.model import Job, Workflow

FEWEST = 10
"""Runs in which every leg succeeded, the least that are compared."""
LATE = 10.0
"""Seconds by which legs may start out of order: runners take their time."""
IN_ORDER, WAITED = 0.9, 0.5
"""Shares of runs in which legs started in the order of the file, and in which one waited for another to end."""
ALIKE = 1.25
"""Legs whose times differ by less than this factor are not put in order."""


class Timed(NamedTuple):
    """What a leg took in one run, whose limit it counts for, and when it started."""

    seconds: float
    pool: str
    started: float


class Saved(NamedTuple):
    """From the start of the first leg to the end of the last, median seconds of `runs`; `longer`: share of them."""

    before: float
    after: float
    runs: int
    longer: float


def whole_runs(known: JobExperience, legs: Sequence[Values]) -> list[dict[Values, Timed]]:
    """The runs in which every leg succeeded."""
    found: dict[int, dict[Values, Timed]] = {}
    for case in known.passed:
        found.setdefault(case.run, {})[case.leg] = Timed(case.seconds, case.pool, case.started)
    return [run for run in found.values() if run.keys() == set(legs)]


def starts_in_order(runs: Sequence[dict[Values, Timed]], legs: Sequence[Values]) -> bool:
    """Whether recorded runs show that legs wait for each other, and start in the order of the file."""
    waited = sum(_waited(run) for run in runs)
    in_order = sum(_in_order([run[leg] for leg in legs]) for run in runs)
    return bool(runs) and waited >= WAITED * len(runs) and in_order >= IN_ORDER * len(runs)


def _waited(run: dict[Values, Timed]) -> bool:
    first_end = min(leg.started + leg.seconds for leg in run.values())
    return any(leg.started >= first_end for leg in run.values())


def _in_order(legs: Sequence[Timed]) -> bool:
    """Within each pool: another one may have a place for a later leg."""
    latest: dict[str, float] = {}
    for leg in legs:
        if leg.started < latest.get(leg.pool, 0.0) - LATE:
            return False
        latest[leg.pool] = max(latest.get(leg.pool, 0.0), leg.started)
    return True


def saved(
    workflow: Workflow,
    job: Job,
    experience: Experience,
    runs: Sequence[dict[Values, Timed]],
    legs: Sequence[Values],
    longest_first: Sequence[Values],
) -> Saved:
    """What another order of the legs saves in recorded runs, played with the limits of the job and of the account."""
    alone = _alone(workflow, job)
    limits = Limits(experience.at_once.total, experience.at_once.pools)
    pairs = [(_time(alone, run, legs, limits), _time(alone, run, longest_first, limits)) for run in runs]
    longer = sum(after > before * 1.01 for before, after in pairs) / len(pairs)
    return Saved(typical([one for one, _ in pairs]), typical([other for _, other in pairs]), len(pairs), longer)


def _alone(workflow: Workflow, job: Job) -> JobShape:
    one = next(one for one in shape_of(workflow).jobs if one.id == job.id.lower())
    return JobShape(one.id, one.written, max_parallel=one.max_parallel)


def _time(job: JobShape, run: dict[Values, Timed], legs: Sequence[Values], limits: Limits) -> float:
    made = tuple(Leg(str(leg), run[leg].seconds, pool=run[leg].pool) for leg in legs)
    return simulate(shape((job,)), {job.id: JobLoad(made)}, limits).makespan


def length_class(seconds: Sequence[float]) -> int:
    """Equal for legs that take about the same, higher for longer ones."""
    return round(log(max(1.0, typical(seconds)), ALIKE))
