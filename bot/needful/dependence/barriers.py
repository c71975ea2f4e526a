"""Jobs that wait for all legs of a matrix and use what some of them make: for which legs they need not wait.

Which legs are the slow ones, recorded runs say. Without them it is only known that somebody waits for more than it
uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from needful.dependence.experience import typical
from needful.dependence.links import Obstacle, in_order
from needful.dependence.matrix_cuts import Cut, cuts
from needful.dependence.matrix_parts import noticed, separator, tied
from needful.dependence.parts import mapping
from needful.dependence.removal import removal
from needful.dependence.situation import Situation, feeds, observe, rewired
from needful.document.nodes import Plain
from needful.document.places import find
from needful.effects.job import handed_over, job_steps
from needful.effects.model import Upload
from needful.effects.names import Leg
from needful.errors import Refusal
from needful.workflow.model import Job, Matrix, Need, Text

FEWEST = 10
"""Cases in which each leg succeeded without which nobody knows which of them is slow."""
LEAST_GAIN = 60.0
"""Seconds that must be gained: less is not worth another job."""
SLOW = 2.0
"""How many times the slowest other leg a slow one takes."""
SECONDS_PER_LINE = 3.0
"""Seconds that each line must gain which then stands there twice."""
_LONGEST_SLUG = 24


@dataclass(frozen=True)
class Barrier:
    """A matrix job with slow legs that some jobs behind it do not use. Ids in lower case.

    `cut` moves the slow legs to a new job called `name`; `slow` and `others` are the seconds (median) that the slowest
    leg of each half takes, None where nothing is recorded, `runs` how often each leg succeeded at least. `freed` are
    the jobs that need not wait for the slow legs, `moves` those behind them that must go on waiting, `doubts` what
    cannot be shown of that. `blind`: jobs that read artifacts of slow and other legs in one go, so that nobody can see
    whether they need them.
    """

    job: Job
    cut: Cut
    name: str
    slow: float | None = None
    others: float | None = None
    runs: int = 0
    freed: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()
    doubts: tuple[Obstacle, ...] = ()
    blind: tuple[str, ...] = ()

    @property
    def gain(self) -> float:
        """Seconds."""
        return (self.slow or 0.0) - (self.others or 0.0)

    def pays(self, lines: int) -> bool:
        """Whether it gains enough for a job of that many lines."""
        slow = (self.slow or 0.0) >= SLOW * (self.others or 0.0)
        return bool(self.name) and slow and self.gain >= max(LEAST_GAIN, SECONDS_PER_LINE * lines)


def barriers(situation: Situation) -> Iterator[Barrier]:
    """At most one barrier for each job with a matrix: that by which most is gained."""
    for job in situation.workflow.jobs if not situation.graph.cycle else ():
        matrix = job.strategy.matrix if job.strategy is not None else None
        if matrix is None or matrix.legs is None or len(matrix.legs) < 2:
            continue
        behind = [one for one in _waiting(situation, job) if situation.handed[one].downloads]
        if not behind or not situation.handed[job.id.lower()].uploads or tied(job):
            continue
        made = {leg: _uploads(situation, job, matrix, index) for index, leg in enumerate(matrix.legs)}
        uses = {consumer: _use(situation, made, consumer) for consumer in behind}
        found = _best(situation, job, matrix, uses)
        if found is not None and noticed(situation, job.id.lower()) is None:
            yield found


def _waiting(situation: Situation, job: Job) -> tuple[str, ...]:
    """The jobs that need a job themselves."""
    graph = situation.graph
    return in_order(situation.workflow, frozenset(one for one in graph.needs if job.id.lower() in graph.needs[one]))


_Use: TypeAlias = tuple[frozenset[Leg], ...]
"""For each download of a job, the legs whose artifacts it reads, or may read."""


def _use(situation: Situation, made: Mapping[Leg, tuple[Upload, ...]], consumer: str) -> _Use:
    downloads = situation.handed[consumer].downloads
    read = (
        frozenset(leg for leg, uploads in made.items() if any(feeds(each, one, certain=False) for each in uploads))
        for one in downloads
    )
    return tuple(legs for legs in read if legs)


def _uploads(situation: Situation, job: Job, matrix: Matrix, index: int) -> tuple[Upload, ...]:
    workflow, repository, leg = situation.workflow, situation.repository, with_legs(job, matrix, (index,))
    steps = {leg.id.lower(): job_steps(workflow, leg, repository)}
    return handed_over(workflow, leg, repository, steps).uploads


def with_legs(job: Job, matrix: Matrix, indices: tuple[int, ...]) -> Job:
    """A job that has only some of its legs."""
    assert job.strategy is not None
    assert matrix.legs is not None
    legs = tuple(matrix.legs[index] for index in indices)
    shown = tuple(matrix.shown[index] for index in indices)
    return replace(job, strategy=replace(job.strategy, matrix=replace(matrix, legs=legs, shown=shown)))


def _best(situation: Situation, job: Job, matrix: Matrix, uses: Mapping[str, _Use]) -> Barrier | None:
    seconds = _seconds(situation, job, matrix)
    if not seconds:
        return _unmeasured(situation, job, uses)
    times = {leg: typical(passed) for leg, passed in seconds.items()}
    runs = min(len(passed) for passed in seconds.values())
    found: list[Barrier] = []
    for cut in cuts(_matrix(situation, job), lambda leg: times.get(leg, 0.0)):
        slow, others = (max(times[leg.values] for leg in half) for half in (cut.moved, cut.kept))
        barrier = Barrier(job, cut, _name(situation, job, cut), slow, others, runs)
        if barrier.pays(_lines(situation, job)):
            found.append(barrier)
    found.sort(key=lambda barrier: (-barrier.gain, len(barrier.cut.moved)))
    open_to = [barrier for barrier in found if _candidates(barrier.cut, uses)] if runs >= FEWEST else []
    judged = (_judged(situation, barrier, _candidates(barrier.cut, uses)) for barrier in open_to)
    freeing = next((barrier for barrier in judged if barrier.freed), None)
    if freeing is not None:
        return freeing
    blind = ((barrier, _blind(situation, barrier.cut, uses)) for barrier in found)
    return next((replace(barrier, blind=jobs) for barrier, jobs in blind if jobs), None)


def _seconds(situation: Situation, job: Job, matrix: Matrix) -> dict[Leg, list[float]]:
    """What each leg took when it succeeded; nothing where one of them never did."""
    known = situation.experience.of(job) if situation.experience is not None else None
    if known is None:
        return {}
    found = {leg: [case.seconds for case in cases] for leg, cases in known.legs()}
    return {leg: found[leg] for leg in matrix.legs or ()} if all(leg in found for leg in matrix.legs or ()) else {}


def _unmeasured(situation: Situation, job: Job, uses: Mapping[str, _Use]) -> Barrier | None:
    """A barrier of which only the structure is known: the legs that most jobs do not use, as far as they can be cut."""
    for consumer, use in uses.items():
        cut = _unused(_matrix(situation, job), frozenset().union(*use))
        if cut is not None:
            judged = _judged(situation, Barrier(job, cut, _name(situation, job, cut)), (consumer,))
            if judged.name and judged.freed:
                return judged
    return None


def _unused(matrix: Mapping[str, Plain], used: frozenset[Leg]) -> Cut | None:
    """The cut that moves most of the legs that are not used; None where nothing or everything is used."""
    found = [cut for cut in cuts(matrix, lambda leg: float(leg not in used)) if used and not used & _legs(cut)]
    return max(found, key=lambda cut: len(cut.moved), default=None)


def _candidates(cut: Cut, uses: Mapping[str, _Use]) -> tuple[str, ...]:
    """The jobs that use some leg, but none of those that are moved."""
    moved = _legs(cut)
    return tuple(consumer for consumer, use in uses.items() if use and not any(legs & moved for legs in use))


def _legs(cut: Cut) -> frozenset[Leg]:
    return frozenset(leg.values for leg in cut.moved)


def _blind(situation: Situation, cut: Cut, uses: Mapping[str, _Use]) -> tuple[str, ...]:
    """Jobs that read artifacts of kept and moved legs in one go, and guard nothing by waiting for them."""
    moved = _legs(cut)
    return tuple(
        consumer
        for consumer, use in uses.items()
        if any(legs & moved for legs in use)
        and all(legs - moved for legs in use)
        and not (situation.effects[consumer].irreversible or situation.effects[consumer].signs)
        and not (situation.reads[consumer].everything or situation.job(consumer).environment is not None)
    )


def _matrix(situation: Situation, job: Job) -> Mapping[str, Plain]:
    try:
        return mapping(find(situation.workflow.document.plain, (*job.path, "strategy", "matrix")))
    except Refusal:
        return {}


def _lines(situation: Situation, job: Job) -> int:
    """The lines of a job as the user has it."""
    document = situation.workflow.document
    node = document.find(job.path)
    return document.source.line(node.span.end) - document.source.line(node.span.start) + 2 if node is not None else 0


def _name(situation: Situation, job: Job, cut: Cut) -> str:
    """The id of the new job, `""` where it is taken."""
    between = separator(job)
    slug = re.sub(r"[^A-Za-z0-9]+", between, cut.values[0] if len(cut.values) == 1 else "").strip(between).lower()
    name = f"{job.id}{between}{slug if 0 < len(slug) <= _LONGEST_SLUG else 'slow'}"
    return name if situation.workflow.job(name) is None else ""


# --- who need not wait -----------------------------------------------------------------------------------------------


def _judged(situation: Situation, barrier: Barrier, consumers: tuple[str, ...]) -> Barrier:
    """The barrier with the jobs that may go without the moved legs, each judged behind those before it."""
    moved, parted = barrier.name.lower(), _parted(situation, barrier)
    freed: list[str] = []
    moves: dict[str, None] = {}
    doubts: dict[Obstacle, None] = {}
    for consumer in sorted(consumers, key=situation.graph.order.index):
        if moved not in parted.graph.needs[consumer] or parted.graph.implied(moved, consumer):
            continue
        judged = removal(parted, moved, consumer)
        if any(obstacle.certain for obstacle in judged.obstacles):
            continue
        freed.append(consumer)
        moves.update(dict.fromkeys(judged.moves))
        doubts.update(dict.fromkeys(judged.obstacles))
        parted = _wired(parted, consumer, moved, needed=False)
        for job in judged.moves:
            parted = _wired(parted, job, moved, needed=True)
    return replace(barrier, freed=tuple(freed), moves=tuple(moves), doubts=tuple(doubts))


def _wired(situation: Situation, job_id: str, on: str, *, needed: bool) -> Situation:
    """The same jobs, one of which needs another, or no longer does."""
    job = situation.job(job_id)
    rest = tuple(need for need in job.needs if need.on.lower() != on)
    needs = (*rest, Need(on, job.key_span)) if needed else rest
    jobs = tuple(replace(each, needs=needs) if each is job else each for each in situation.workflow.jobs)
    return rewired(situation, replace(situation.workflow, jobs=jobs))


def _parted(situation: Situation, barrier: Barrier) -> Situation:
    """The workflow with the moved legs in a job of their own, for which all wait that waited for the job."""
    job = barrier.job
    matrix = job.strategy.matrix if job.strategy is not None else None
    assert matrix is not None
    assert matrix.legs is not None
    moved = [index for index, leg in enumerate(matrix.legs) if leg in _legs(barrier.cut)]
    kept = [index for index in range(len(matrix.legs)) if index not in moved]
    name = job.name if job.name is not None else Text(job.id, job.key_span)
    first, second = with_legs(job, matrix, tuple(kept)), with_legs(job, matrix, tuple(moved))
    second = replace(second, id=barrier.name, name=name)
    jobs: list[Job] = []
    for each in situation.workflow.jobs:
        if each.id == job.id:
            jobs += [first, second]
        elif any(need.on.lower() == job.id.lower() for need in each.needs):
            jobs.append(replace(each, needs=(*each.needs, Need(barrier.name, each.key_span))))
        else:
            jobs.append(each)
    return observe(replace(situation.workflow, jobs=tuple(jobs)), situation.repository, situation)
