"""One run of a workflow, event by event: the same shape, load and limits give the same schedule.

A job becomes ready when all it needs have ended. Its legs then pass, in this order, `max-parallel`, the concurrency
group, the queue for a runner (as long as the load says) and the account's limit. Who asked first gets the first free
place; those who ask at the same time are served in the order of the file.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple

from needful.schedule.load import Decision, JobLoad, Leg, Limits, Load
from needful.schedule.places import NOBODY, Places
from needful.schedule.shape import Group, JobShape, Runs, Shape

_END, _ASK = 0, 1  # what ends at a moment makes place for what asks at that moment
FAILED = frozenset(("failure", "timed_out", "startup_failure"))
NO_LIMITS = Limits()


class Edge(NamedTuple):
    """`after` could not start before `before` ended, for want of a place (not because of `needs`)."""

    before: int
    after: int
    queue: float = 0.0  # how long `after` waits for a runner once it may


@dataclass
class Trace:
    """What happened, by the number of the leg. `blocker`: whose end let it start last (`NOBODY`: the run's start)."""

    jobs: list[int] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    eligible: list[float] = field(default_factory=list)
    start: list[float] = field(default_factory=list)
    end: list[float] = field(default_factory=list)
    result: list[str] = field(default_factory=list)
    blocker: list[int] = field(default_factory=list)
    cut: list[int] = field(default_factory=list)  # whose end ended it early
    ended: list[int] = field(default_factory=list)  # legs in the order in which they ended
    edges: list[Edge] = field(default_factory=list)
    ran: list[bool] = field(default_factory=list)  # whether it started

    @property
    def makespan(self) -> float:
        """Seconds from the start of the run to the end of its last job."""
        return max(self.end, default=0.0)


def simulate(shape: Shape, load: Load, limits: Limits = NO_LIMITS) -> Trace:
    """One run. A job without a load is skipped."""
    return _Run(shape, load, limits).trace


class _Run:
    """The state of one simulation; nothing of it outlives the simulation but the trace."""

    def __init__(self, shape: Shape, load: Load, limits: Limits) -> None:
        self.shape = shape
        self.trace = Trace()
        self.events: list[tuple[float, int, int]] = []
        self.places = Places(limits) if limits != NO_LIMITS else None
        self.holders: dict[str, int] = {}  # who holds a concurrency group
        self.pending: dict[str, deque[int]] = {}  # who waits for it
        self.decisions: list[Decision] = []
        self.numbers: list[range] = []  # of the legs of each job
        self._number(load)
        self.missing = [len(job.needs) for job in shape.jobs]
        self.open = [len(numbers) for numbers in self.numbers]
        self.unsuccessful: set[int] = set()  # jobs that failed, were cancelled or skipped
        self.failed: set[int] = set()
        self.held: list[deque[int]] = [deque() for _ in shape.jobs]  # by `max-parallel`
        self.running = self.trace.ran
        self.closed = [False] * len(self.trace.legs)  # it ended, or will never start
        self.over = [False] * len(self.trace.legs)
        self._play()

    def _number(self, load: Load) -> None:
        trace = self.trace
        for place, job in enumerate(self.shape.jobs):
            given = load.get(job.id)
            if given is None or not given.legs:
                given = JobLoad((Leg(job.written, 0.0),), Decision.SKIPPED)
            first = len(trace.legs)
            trace.legs += given.legs
            trace.jobs += [place] * len(given.legs)
            self.decisions.append(given.decision)
            self.numbers.append(range(first, len(trace.legs)))
        count = len(trace.legs)
        trace.eligible, trace.start, trace.end = [0.0] * count, [0.0] * count, [0.0] * count
        trace.result = [leg.result for leg in trace.legs]
        trace.blocker, trace.cut, trace.ran = [NOBODY] * count, [NOBODY] * count, [False] * count

    def _play(self) -> None:
        for place, missing in enumerate(self.missing):
            if not missing:
                self._ready(place, 0.0, NOBODY)
        while self.events:
            time, kind, leg = heappop(self.events)
            if kind == _END:
                if not self.over[leg]:
                    self._end(leg, time)
            elif not self.closed[leg]:
                self._ask(leg, time)

    def _ready(self, place: int, time: float, blocker: int) -> None:
        """All that a job needs has ended."""
        job, numbers = self.shape.jobs[place], self.numbers[place]
        for leg in numbers:
            self.trace.eligible[leg] = time
        if not self._runs(job, self.decisions[place]):
            for leg in numbers:
                self._drop(leg, time, blocker, "skipped")
            return
        most = job.max_parallel or len(numbers)
        self.held[place].extend(numbers[most:])
        for leg in numbers[:most]:
            self._release(leg, time, blocker)

    def _runs(self, job: JobShape, decision: Decision) -> bool:
        if decision is not Decision.BY_NEEDS:
            return decision is Decision.RUNS
        if job.runs is Runs.ALWAYS:
            return True
        if job.runs is Runs.AFTER_FAILURE:
            return not self.failed.isdisjoint(job.ancestors)
        return self.unsuccessful.isdisjoint(job.ancestors)

    def _release(self, leg: int, time: float, blocker: int) -> None:
        """Nothing but its group, a runner and a place is missing."""
        trace = self.trace
        trace.blocker[leg] = blocker
        group = self.shape.jobs[trace.jobs[leg]].group
        if group is None or self._enter(group, leg, time):
            heappush(self.events, (time + trace.legs[leg].queue, _ASK, leg))

    def _enter(self, group: Group, leg: int, time: float) -> bool:
        """Whether a leg holds the group now. If not it waits, and who waited before it is dropped."""
        holder = self.holders.setdefault(group.name, leg)
        if holder == leg:
            return True
        waiting = self.pending.setdefault(group.name, deque())
        while waiting and not group.queues:
            self._cancel(waiting.popleft(), time, self.trace.blocker[leg])
        waiting.append(leg)
        if group.cancels:
            self._cancel(holder, time, self.trace.blocker[leg])
        return False

    def _leave(self, group: Group, leg: int, time: float) -> None:
        if self.holders.get(group.name) != leg:
            return
        del self.holders[group.name]
        waiting = self.pending.get(group.name, ())
        heir = next((other for other in waiting if not self.closed[other]), NOBODY)
        if heir != NOBODY:
            self.pending[group.name].remove(heir)
            self._hand_over(leg, heir, time)

    def _hand_over(self, leg: int, to: int, time: float) -> None:
        """One leg's end, not `needs`, makes another eligible."""
        self.trace.edges.append(Edge(leg, to, self.trace.legs[to].queue))
        self._release(to, time, leg)

    def _ask(self, leg: int, time: float) -> None:
        """A runner is there for it."""
        pool = self.trace.legs[leg].pool
        if self.places is None or not pool:
            self._start(leg, time)
        elif self.places.free(pool):
            self._take(self.places, leg, time)
        else:
            self.places.wait(leg, pool, time)

    def _take(self, places: Places, leg: int, time: float) -> None:
        formers = places.take(self.trace.legs[leg].pool)
        self.trace.edges += (Edge(former, leg) for former in formers if former != NOBODY)
        self._start(leg, time)

    def _start(self, leg: int, time: float) -> None:
        end = time + self.trace.legs[leg].seconds
        self.trace.start[leg], self.trace.end[leg] = time, end
        self.running[leg] = True
        heappush(self.events, (end, _END, leg))

    def _end(self, leg: int, time: float) -> None:
        trace = self.trace
        self.over[leg] = self.closed[leg] = True
        trace.ended.append(leg)
        place = trace.jobs[leg]
        job = self.shape.jobs[place]
        stops = job.fail_fast and not (job.tolerated or trace.legs[leg].harmless)
        if stops and trace.result[leg] in FAILED and self.open[place] > 1:
            self._fail_fast(place, leg, time)
        if self.places is not None and self.running[leg] and trace.legs[leg].pool:
            self._give_back(self.places, leg, time)
        if job.group is not None:
            self._leave(job.group, leg, time)
        if self.held[place]:
            self._hand_over(leg, self.held[place].popleft(), time)
        self.open[place] -= 1
        if not self.open[place]:
            self._done(place, time, leg)

    def _give_back(self, places: Places, leg: int, time: float) -> None:
        """Its place goes to who has waited longest for one like it."""
        places.give_back(leg, self.trace.legs[leg].pool)
        while (chosen := places.next(self.closed)) != NOBODY:
            self.trace.blocker[chosen] = leg
            self._take(places, chosen, time)

    def _fail_fast(self, place: int, failed: int, time: float) -> None:
        """The other legs of a matrix end with the first that fails; one recorded as cancelled ends by itself."""
        self.held[place].clear()
        for leg in self.numbers[place]:
            if not self.closed[leg] and not (self.running[leg] and self.trace.result[leg] == "cancelled"):
                self._cancel(leg, time, failed)

    def _cancel(self, leg: int, time: float, by: int) -> None:
        if self.closed[leg]:
            return  # it was dropped while it waited for its group
        if not self.running[leg]:
            self._drop(leg, time, by, "cancelled")
        else:
            self.trace.cut[leg] = by
            self.trace.result[leg], self.trace.end[leg] = "cancelled", time
            heappush(self.events, (time, _END, leg))

    def _drop(self, leg: int, time: float, blocker: int, result: str) -> None:
        """It never starts."""
        trace = self.trace
        trace.start[leg] = trace.end[leg] = time
        trace.result[leg], trace.blocker[leg] = result, blocker
        self.closed[leg] = True
        heappush(self.events, (time, _END, leg))

    def _done(self, place: int, time: float, last: int) -> None:
        results = {self.trace.result[leg] for leg in self.numbers[place]}
        result = together(results, self.shape.jobs[place].tolerated)
        if result != "success":
            self.unsuccessful.add(place)
        if result == "failure":
            self.failed.add(place)
        for dependent in self.shape.dependents[place]:
            self.missing[dependent] -= 1
            if not self.missing[dependent]:
                self._ready(dependent, time, last)


def together(results: set[str], tolerated: bool) -> str:
    """The result that `needs` shows, of those of the legs."""
    if results & FAILED and not tolerated:
        return "failure"
    if "cancelled" in results:
        return "cancelled"
    return "skipped" if results == {"skipped"} else "success"
