"""Legs of jobs that the new workflow changes or adds: recorded steps in their new order, and what was not recorded."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

from needful.facts.durations import distribution
from needful.facts.hosted import runner
from needful.history.legs import Leg as WorkflowLeg
from needful.history.matching import MatchedJob
from needful.history.steps import Part, parts, took
from needful.schedule.estimates import Basis, Estimate, Measured, StepKey, drawn, recorded_steps, work_of
from needful.schedule.load import Leg, Origin
from needful.schedule.model import StepBar
from needful.schedule.recorded import Recorded
from needful.schedule.steps import Do, Instruction, arrange, instructions
from needful.workflow.model import Job, Step, StepKind

_CPUS = 2  # where the size of the runner is not known


@dataclass
class Notes:
    """What a prediction rests on beside what was recorded in its own place, and what nobody knows."""

    bases: dict[Basis, None] = field(default_factory=dict)
    unknown: dict[str, None] = field(default_factory=dict)

    def take(self, found: Estimate, what: str) -> float:
        """The seconds of an estimate, which is noted; 0 for one that nobody knows."""
        if found.basis is not None:
            self.bases.setdefault(found.basis)
        if found.seconds is None:
            self.unknown.setdefault(what)
            return 0.0
        return found.seconds


@dataclass(frozen=True)
class Machine:
    """How steps that run at once share a runner. `contention`: from 0 (not at all) to 1 (nothing is gained by it).

    None: a step keeps some processors busy, as many as `facts/durations.json` says, out of those the runner has.
    """

    public: bool = True
    contention: float | None = None

    def share(self, leg: Leg, draw: Random, notes: Notes) -> float:
        """The part of the machine that one step keeps busy."""
        if self.contention is not None:
            notes.bases.setdefault(Basis("steps at once", Origin.ASSUMED, f"contention {self.contention:g}, as asked"))
            return self.contention
        found = drawn(distribution("busy-processors"), "steps at once", draw)
        kind = runner(leg.labels)
        processors = (kind.public if self.public else kind.private) or _CPUS
        return min(1.0, notes.take(found, "steps at once") / processors)


@dataclass(frozen=True)
class Bench:
    """What reworking needs: what was measured, the machines, and where to note what a duration rests on."""

    measured: Measured
    machine: Machine
    notes: Notes


def reworked(bench: Bench, job: Job, leg: Leg, one: MatchedJob, run: Recorded, draw: Random) -> Leg:
    """A recorded leg with the steps of the job as they are now.

    Each recorded step keeps its seconds; what the runner does before and behind them, and what no step accounts for,
    stays as it was. A step that was skipped because an earlier one failed, but is now beside that one, runs. Without
    recorded steps the leg stays as it is, and that is noted.
    """
    if not one.steps:
        bench.notes.unknown.setdefault(f"the steps of `{leg.name}`, of which no times are recorded")
        return leg
    own = _Own(one)
    everywhere = {key: seconds for _, other in run.legs for key, seconds, _ in recorded_steps(other)}
    freed = _freed(job, one)

    def told(step: Step) -> tuple[str, float]:
        name = _name(step, one)
        seconds = own.seconds(step, bench.notes)
        if seconds is None and work_of(step) in own.skipped and work_of(step) not in freed:
            seconds = 0.0
        if seconds is None:
            seconds = bench.notes.take(bench.measured.estimate(step, everywhere, draw), name)
        return name, seconds

    before, behind = _surroundings(one)
    todo = [*before, *instructions(job.steps, told), Instruction(Do.WAIT), *behind]
    bars = arrange(todo, _shared(bench, leg, todo, draw))
    rest = max(0.0, leg.seconds - _covered(leg.steps))
    end = max((bar.end for bar in bars), default=0.0) + rest
    return replace(leg, seconds=end, steps=bars, origin=Origin.REPLAYED)


def added(bench: Bench, job: Job, legs: tuple[WorkflowLeg, ...], run: Recorded | None, draw: Random) -> tuple[Leg, ...]:
    """The legs of a job that no run has, all of it drawn; steps that the run at hand has elsewhere take their time."""
    others = run.legs if run is not None else ()
    everywhere = {key: seconds for _, other in others for key, seconds, _ in recorded_steps(other)}

    def told(step: Step) -> tuple[str, float]:
        name = _name(step, None)
        return name, bench.notes.take(bench.measured.estimate(step, everywhere, draw), f"`{job.id}`: {name}")

    return tuple(_added(bench, job, leg, list(instructions(leg.job.steps, told)), draw) for leg in legs)


def _added(bench: Bench, job: Job, leg: WorkflowLeg, work: list[Instruction], draw: Random) -> Leg:
    if not work:
        bench.notes.unknown.setdefault(f"`{job.id}`, whose steps are not known")
    labels = tuple(sorted(leg.labels))
    pool = runner(labels).pool
    name = leg.exact[0] if leg.exact else job.id
    ends = [
        Instruction(Do.RUN, title, bench.notes.take(drawn(distribution(entry), title, draw), title))
        for title, entry in (("Set up job", "set-up-job"), ("Complete job", "complete-job"))
    ]
    queue = bench.notes.take(bench.measured.queue(pool, draw), "waiting")
    made = Leg(name, 0.0, queue, pool=pool, labels=labels, origin=Origin.ASSUMED)
    todo = [ends[0], *work, Instruction(Do.WAIT), ends[1]]
    bars = arrange(todo, _shared(bench, made, todo, draw))
    return replace(made, seconds=max(bar.end for bar in bars), steps=bars)


def _shared(bench: Bench, leg: Leg, todo: list[Instruction], draw: Random) -> float:
    """What the steps of a leg cost each other; nothing is assumed where none runs beside another."""
    several = any(instruction.do is Do.LAUNCH for instruction in todo)
    return bench.machine.share(leg, draw, bench.notes) if several else 0.0


class _Own:
    """The steps of one recorded leg, to be used up: a step that is there twice has two times."""

    def __init__(self, one: MatchedJob) -> None:
        self.times: dict[StepKey, list[float]] = {}
        self.actions: dict[str, float] = {}
        for key, seconds, action in recorded_steps(one):
            self.times.setdefault(key, []).append(seconds)
            if action:
                self.actions[action] = seconds
        self.skipped = {work_of(step) for step, record in one.steps if record.conclusion == "skipped"}

    def seconds(self, step: Step, notes: Notes) -> float | None:
        """What the step took, or the same action with other inputs; None where neither ran."""
        times = self.times.get(work_of(step))
        if times:
            return times.pop(0) if len(times) > 1 else times[0]
        action = step.uses.name if step.uses is not None else ""
        if action in self.actions:
            source = "the same action with other inputs: it takes what it took, and so does all that follows"
            notes.bases.setdefault(Basis(action, Origin.ASSUMED, source))
        return self.actions.get(action)


def _freed(job: Job, one: MatchedJob) -> set[StepKey]:
    """The steps that stand beside one that failed: its failure skips them no more."""
    failed = {work_of(step) for step, record in one.steps if record.conclusion == "failure"}
    found: set[StepKey] = set()
    for step in job.steps:
        members = {work_of(member) for member in step.steps}
        if step.kind is StepKind.PARALLEL and members & failed:
            found |= members
    return found


def _surroundings(one: MatchedJob) -> tuple[list[Instruction], list[Instruction]]:
    """What the runner did before and behind the workflow's steps. Steps that could not be told apart stand before."""
    matched = {record.number for _, record in one.steps}
    before: list[Instruction] = []
    behind: list[Instruction] = []
    for record, part in zip(one.record.steps, parts(one.record.steps), strict=True):
        if record.number not in matched and record.conclusion != "skipped" and part is not Part.CONTROL:
            last = part in (Part.POST, Part.END)
            (behind if last else before).append(Instruction(Do.RUN, record.name, took(record) or 0.0))
    return before, behind


def _covered(steps: tuple[StepBar, ...]) -> float:
    """Seconds in which at least one step ran."""
    total = reached = 0.0
    for step in sorted(steps, key=lambda step: step.start):
        total += max(0.0, step.end - max(step.start, reached))
        reached = max(reached, step.end)
    return total


def _name(step: Step, one: MatchedJob | None) -> str:
    """The name of a step as it was recorded, else as the workflow says it."""
    key = work_of(step)
    recorded = one.steps if one is not None else ()
    for other, record in recorded:
        if work_of(other) == key:
            return record.name
    text = step.name or step.run or (step.uses.text if step.uses is not None else None)
    return text.value.strip().partition("\n")[0] if text is not None else step.kind.value
