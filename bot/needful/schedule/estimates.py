"""How long a step takes that was not recorded where it stands now.

Asked in this order: the same step elsewhere in the same run; the same step in other runs; another use of the same
action in this repository; what was measured elsewhere (`facts/durations.json`). A command of which none of this is
known has no duration, and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple, TypeAlias

from needful.facts.durations import Distribution, distribution, of_action
from needful.history.matching import MatchedJob
from needful.history.steps import took
from needful.schedule.load import Origin
from needful.schedule.recorded import Recorded
from needful.workflow.model import Job, Step, StepKind

StepKey: TypeAlias = tuple[str, ...]


class Basis(NamedTuple):
    """What one assumption or other use of a duration rests on. `times` is how often it was measured."""

    what: str
    origin: Origin
    source: str
    times: int = 0


class Estimate(NamedTuple):
    """Seconds, and what they rest on; None for both where nothing is known."""

    seconds: float | None
    basis: Basis | None = None


UNKNOWN = Estimate(None)
_PART = re.compile(
    r"(?P<whole>.+?)(?: --)? --(?:shard=|partition (?:hash|count):)\$\{\{ matrix\.\w+ \}\}/(?P<of>[1-9]\d{0,2})"
)
"""A command that runs one of several parts of its tests, as `shard-tests` writes it."""


def work_of(step: Step) -> StepKey:
    """What a step does, whatever it is called: equal for steps that do the same."""
    inputs = (f"{one.name.lower()}={one.value.value}" for one in step.inputs)
    run = step.run.value if step.run is not None else ""
    uses = step.uses.text.value if step.uses is not None else ""
    folder = step.working_directory.value if step.working_directory is not None else ""
    return (step.kind.value, run, uses, folder, *inputs)


def form_of(job: Job) -> tuple[object, ...]:
    """All that decides how long a job takes and what its legs are called; equal for jobs that do not differ in it."""
    matrix = job.strategy.matrix if job.strategy is not None else None
    return (
        job.name.value if job.name is not None else "",
        (matrix.legs, matrix.values) if matrix is not None else None,
        tuple(text.value for text in job.runs_on),
        job.uses.text.value if job.uses is not None else "",
        tuple((one.name.lower(), one.value.value) for one in job.inputs),
        steps_form(job),
    )


def steps_form(job: Job) -> tuple[object, ...]:
    """What the steps of a job do, and how they follow each other."""
    return tuple(_form(step) for step in job.steps)


def _form(step: Step) -> tuple[object, ...]:
    condition = step.condition.value if step.condition is not None else ""
    return (work_of(step), condition, step.background, step.targets, tuple(_form(member) for member in step.steps))


@dataclass
class Measured:
    """Steps of all recorded runs: seconds by what they do, and by the action they use."""

    by_work: dict[StepKey, list[float]] = field(default_factory=dict)
    by_action: dict[str, list[float]] = field(default_factory=dict)
    queues: dict[str, list[float]] = field(default_factory=dict)  # by pool
    assume: bool = False  # a command takes what commands take elsewhere

    @classmethod
    def of(cls, runs: Iterable[Recorded]) -> Measured:
        """What these runs show."""
        found = cls()
        for run in runs:
            for leg, one in run.legs:
                found.queues.setdefault(leg.pool, []).append(leg.queue)
                for key, seconds, action in recorded_steps(one):
                    found.by_work.setdefault(key, []).append(seconds)
                    if action:
                        found.by_action.setdefault(action, []).append(seconds)
        return found

    def estimate(self, step: Step, run: Mapping[StepKey, float], draw: Random) -> Estimate:
        """How long a step takes; `run` are the steps of the run at hand."""
        key = work_of(step)
        name = _shown(step)
        if (written := _as_written(step, run, draw)) is not None:
            return written
        if key in run:
            return Estimate(run[key], Basis(name, Origin.REPLAYED, "the same step in the same runs"))
        if times := self.by_work.get(key):
            basis = Basis(name, Origin.REPLAYED, "the same step in other runs", len(times))
            return Estimate(draw.choice(times), basis)
        action = step.uses.name if step.uses is not None else ""
        if times := self.by_action.get(action):
            basis = Basis(name, Origin.REPLAYED, f"other uses of {action} in this repository", len(times))
            return Estimate(draw.choice(times), basis)
        published = of_action(action) if action else None
        if published is None and self.assume:
            published = distribution("command")
        return drawn(published, name, draw) if published is not None else UNKNOWN

    def queue(self, pool: str, draw: Random) -> Estimate:
        """How long a new job waits for a runner."""
        what = f"waiting for a runner ({pool})" if pool else "waiting for a runner"
        if times := self.queues.get(pool):
            return Estimate(
                draw.choice(times), Basis(what, Origin.REPLAYED, "other jobs of this repository", len(times))
            )
        return drawn(distribution(f"queue-{pool}" if pool else "queue-linux"), what, draw)


def _as_written(step: Step, run: Mapping[StepKey, float], draw: Random) -> Estimate | None:
    """How long a step takes that a rule wrote: a part of the tests of the run at hand, or the look at results."""
    text = step.run.value.strip() if step.run is not None else ""
    if text == "exit 1":
        return Estimate(0.0)
    part = _PART.fullmatch(text)
    kind, _, *rest = work_of(step)
    seconds = run.get((kind, part["whole"], *rest)) if part is not None else None
    if part is None or seconds is None:
        return None
    source = f"the same step in the same runs, in {part['of']} parts that differ by up to a quarter"
    seconds *= draw.uniform(0.75, 1.25) / int(part["of"])
    return Estimate(seconds, Basis(_shown(step), Origin.ASSUMED, source))


def drawn(published: Distribution, what: str, draw: Random) -> Estimate:
    """A value of a distribution that was measured elsewhere."""
    source = f"{published.what}: {published.source}, {published.date}"
    return Estimate(published.at(draw.random()), Basis(what, Origin.ASSUMED, source))


def recorded_steps(one: MatchedJob) -> Iterable[tuple[StepKey, float, str]]:
    """The steps of a recorded job that ran: what they do, their seconds, the action they use."""
    for step, record in one.steps:
        seconds = took(record)
        if seconds is not None and record.conclusion != "skipped" and step.kind in (StepKind.RUN, StepKind.USES):
            yield work_of(step), seconds, step.uses.name if step.uses is not None else ""


def _shown(step: Step) -> str:
    """A step in a few words."""
    text = step.name or step.run or (step.uses.text if step.uses is not None else None)
    line = text.value.strip().partition("\n")[0] if text is not None else step.kind.value
    return line if len(line) <= 60 else line[:59] + "…"
