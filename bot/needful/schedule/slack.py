"""A simulated run as bars: which legs the end waited for, and by how much each could have ended later.

Slack holds for the schedule as it came out: legs keep their places and their order there. (Where the account's limit
binds, another duration may lead to another order, and then even an earlier end may come out later: Graham 1966.)
"""

from __future__ import annotations

from math import inf

from needful.schedule.model import Bar, StepBar, Timeline
from needful.schedule.places import NOBODY
from needful.schedule.shape import Shape
from needful.schedule.simulate import Trace

_TINY = 1e-6  # seconds; sums of durations differ in their last digits


def timeline(shape: Shape, trace: Trace) -> Timeline:
    """The bars of a simulated run, in the order of the workflow's jobs."""
    critical = set(critical_legs(trace))
    slack = slack_of(shape, trace)
    bars = []
    for number, leg in enumerate(trace.legs):
        start, end = trace.start[number], trace.end[number]
        bars.append(
            Bar(
                job=shape.jobs[trace.jobs[number]].written,
                name=leg.name,
                eligible=trace.eligible[number],
                start=start,
                end=end,
                result=trace.result[number],
                critical=number in critical,
                slack=slack[number],
                steps=placed(leg.steps, start, end) if trace.ran[number] else (),
            )
        )
    return Timeline(tuple(bars))


def critical_legs(trace: Trace) -> list[int]:
    """The legs on the critical path, last first: what the end waited for, and what that waited for, and so on.

    Of legs that end together, the first in the order of the file is taken. What was skipped stands on the path only
    where something that ran waited for it.
    """
    if not trace.makespan:
        return []
    leg = trace.end.index(trace.makespan)
    path = []
    while leg != NOBODY:
        path.append(leg)
        leg = trace.cut[leg] if trace.cut[leg] != NOBODY else trace.blocker[leg]
    return path


def slack_of(shape: Shape, trace: Trace) -> list[float]:
    """Seconds by which each leg could end later without the run ending later."""
    count = len(trace.legs)
    latest = [trace.makespan] * count  # when each leg may end
    after: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    for before, later, queue in trace.edges:
        after[before].append((later, queue))
    for leg, by in enumerate(trace.cut):
        if by != NOBODY:
            after[by].append((leg, -inf))
    eligible = [inf] * len(shape.jobs)  # when each job's needs may have ended
    for leg in reversed(trace.ended):
        place = trace.jobs[leg]
        for dependent in shape.dependents[place]:
            latest[leg] = min(latest[leg], eligible[dependent])
        for later, queue in after[leg]:
            start = trace.start[later] + latest[later] - trace.end[later]
            # a leg that was cut ends when the other does; every other starts when the other has ended
            latest[leg] = min(latest[leg], latest[later] if queue == -inf else start - queue)
        queue = trace.legs[leg].queue if trace.ran[leg] else 0.0
        eligible[place] = min(eligible[place], trace.start[leg] + latest[leg] - trace.end[leg] - queue)
    return [max(0.0, latest[leg] - trace.end[leg]) for leg in range(count)]


def placed(steps: tuple[StepBar, ...], start: float, end: float) -> tuple[StepBar, ...]:
    """Steps of a leg from the start of the run, cut where the leg was, with those marked that its end waited for."""
    shown = tuple(
        StepBar(step.name, start + step.start, min(end, start + step.end))
        for step in steps
        if start + step.start < end or step.start == step.end
    )
    chosen = _waited_for(shown)
    return tuple(step._replace(critical=number in chosen) for number, step in enumerate(shown))


def _waited_for(steps: tuple[StepBar, ...]) -> set[int]:
    """Places of the steps that the last one's end waited for: back from the last, to what ended latest before each."""
    chosen: set[int] = set()
    before = inf
    for number in sorted(range(len(steps)), key=lambda number: (-steps[number].end, number)):
        step = steps[number]
        if step.end > step.start and step.end <= before + _TINY:
            chosen.add(number)
            before = step.start
    return chosen
