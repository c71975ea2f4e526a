"""What the steps of a recorded job are: the workflow's own, the runner's, or such as only stand for others.

Names of the runner's own steps: actions/runner, src/Runner.Worker/JobExtension.cs and ExecutionContext.cs.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from needful.history.model import JobRecord, StepRecord

GROUP = "Parallel group"
WAIT_FOR_ALL = "Wait for all background steps"


class Part(Enum):
    """What a recorded step is to its job."""

    SETUP = "setup"  # set up job, containers, images, docker actions, `pre` of actions
    MAIN = "main"  # the workflow's own steps, one record each
    CONTROL = "control"  # stands for steps that run beside each other, and takes no time of its own
    POST = "post"  # `post` of actions, in reverse order
    END = "end"  # stop containers, complete job


_SETUP_FIRST = ("Set up job", "Set up runner", "Initialize containers")
_SETUP_BEGINS = ("Pull ", "Build ", "Pre ")
_END = ("Stop containers", "Complete job", "Complete runner")


def parts(steps: tuple[StepRecord, ...]) -> tuple[Part, ...]:
    """What each step is, by name and place: the runner's stand before and behind the workflow's.

    A step of the workflow that is called like one of the runner's is taken for it only where that could stand: first,
    last, and `Post x` only behind a step `x`. Matching with the workflow corrects that.
    """
    found = [Part.MAIN] * len(steps)
    at = 0
    while at < len(steps) and _sets_up(steps[at].name, at):
        found[at] = Part.SETUP
        at += 1
    end = len(steps)
    while end > at and steps[end - 1].name in _END:
        end -= 1
        found[end] = Part.END
    names = {step.name for step in steps[:end]}
    while end > at and steps[end - 1].name.startswith("Post ") and steps[end - 1].name.removeprefix("Post ") in names:
        end -= 1
        found[end] = Part.POST
    for index in range(at, end):
        if steps[index].name in (GROUP, WAIT_FOR_ALL):
            found[index] = Part.CONTROL
    return tuple(found)


def _sets_up(name: str, at: int) -> bool:
    if at == 0:
        return name == _SETUP_FIRST[0]
    return name in _SETUP_FIRST[1:] or name.startswith(_SETUP_BEGINS)


class Group(NamedTuple):
    """Steps that ran side by side: the control step and its members, as indices into the job's steps."""

    control: int
    members: tuple[int, ...]


def groups(steps: tuple[StepRecord, ...]) -> tuple[Group, ...]:
    """The parallel groups of a job. A member stands before the control step and runs within its time.

    Times have a resolution of a second, so a step that took none and ended just then counts as one.
    """
    found = []
    for index, step in enumerate(steps):
        if step.name == GROUP and step.started is not None and step.completed is not None:
            first = index
            while first > 0 and _within(steps[first - 1], step.started, step.completed):
                first -= 1
            if first < index:
                found.append(Group(index, tuple(range(first, index))))
    return tuple(found)


def _within(step: StepRecord, start: float, end: float) -> bool:
    if step.name == GROUP or step.started is None or step.completed is None:
        return False
    return start <= step.started and step.completed <= end


def took(record: JobRecord | StepRecord) -> float | None:
    """Seconds from the start to the end, None where one is not known. A clock that went backwards gives 0."""
    if record.started is None or record.completed is None:
        return None
    return max(0.0, record.completed - record.started)


def ran(job: JobRecord) -> bool:
    """Whether a job ran in this attempt and is over: neither skipped, nor carried over, nor still at it.

    One that was cancelled without a single step never had a runner.
    """
    if job.carried or job.conclusion in ("", "skipped") or (job.conclusion == "cancelled" and not job.steps):
        return False
    return took(job) is not None


def waited(job: JobRecord, needs: Iterable[JobRecord] = ()) -> float | None:
    """Seconds from when a job could run until a runner had it; None where that cannot be told.

    `created` is when nothing but a runner was missing. `needs` are the jobs it waits for, where they are known: some
    recordings give the time at which the run was made as `created` of all its jobs.
    """
    if job.started is None or job.created is None or not ran(job):
        return None
    ends = (need.completed for need in needs)
    eligible = max((end for end in ends if end is not None), default=job.created)
    return max(0.0, job.started - max(eligible, job.created))
