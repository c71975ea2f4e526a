"""What an edge saves that nothing flows along: the minutes of a job that is not started because another one failed."""

from __future__ import annotations

from dataclasses import dataclass

from needful.schedule.billing import runs_per_month
from needful.schedule.replay import Baseline
from needful.schedule.rounding import billed_minutes
from needful.schedule.simulate import FAILED


@dataclass(frozen=True)
class EdgeSaving:
    """What the edge saved in `runs` recorded runs: that is what it costs to drop it.

    In `failures` of them the producer failed; in `spared` this alone kept the consumer from running. `minutes` are the
    billed minutes that it would have taken, a run (the mean of all runs); `monthly` a month, None where the runs were
    recorded over too short a time.
    """

    producer: str
    consumer: str
    runs: int
    failures: int
    spared: int
    minutes: float
    monthly: float | None


def edge_saving(start: Baseline, producer: str, consumer: str) -> EdgeSaving:
    """For one edge, by ids of jobs. Raises `KeyError` for a job that the workflow does not have."""
    places = {job.id: place for place, job in enumerate(start.shape.jobs)}
    first, second = places[producer.lower()], places[consumer.lower()]
    others = (need for need in start.shape.jobs[second].needs if need != first)
    still = frozenset[int]().union(*({need, *start.shape.jobs[need].ancestors} for need in others))
    failures = spared = 0
    minutes = 0.0
    for load, trace in zip(start.loads, start.traces, strict=True):
        results: dict[int, set[str]] = {}
        for place, result in zip(trace.jobs, trace.result, strict=True):
            results.setdefault(place, set()).add(result)
        if not results[first] & FAILED:
            continue
        failures += 1
        alone = all(results[place] == {"success"} for place in still)
        legs = load[consumer.lower()].legs
        if alone and legs and results[second] == {"skipped"}:
            spared += 1
            minutes += sum(billed_minutes(leg.seconds) for leg in legs)
    count = len(start.runs)
    monthly = runs_per_month(run.begun for run in start.runs)
    mean = minutes / count if count else 0.0
    return EdgeSaving(
        producer, consumer, count, failures, spared, mean, mean * monthly if monthly is not None else None
    )
