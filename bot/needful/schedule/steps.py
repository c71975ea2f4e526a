"""The steps of one job on its runner: in order, in the background, side by side.

At most ten steps run in the background at once; those beyond wait for a place, while the job goes on
(https://github.blog/changelog/2026-06-25-actions-steps-can-now-be-run-in-parallel). A step that another one cancels is
taken to end at once.

What steps that run at once cost each other is an assumption, `share`: which part of the machine a step keeps busy by
itself. With 0 they do not disturb each other; with 1 each alone fills the machine, so k at once run at 1/k of their
speed and nothing is gained. In between, k steps share the machine evenly once together they want more than all of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from needful.schedule.model import StepBar
from needful.workflow.model import Step, StepKind

MAX_BACKGROUND = 10
_TINY = 1e-9


class Do(Enum):
    """What an instruction does."""

    RUN = "run"  # and wait for its end
    LAUNCH = "launch"  # in the background
    WAIT = "wait"  # for what was launched
    CANCEL = "cancel"


class Instruction(NamedTuple):
    """One thing that a job does. `key` names what is launched; `targets` are keys, None for all."""

    do: Do
    name: str = ""
    seconds: float = 0.0
    key: str = ""
    targets: tuple[str, ...] | None = None


def instructions(steps: Iterable[Step], told: Callable[[Step], tuple[str, float]]) -> Iterator[Instruction]:
    """What the steps of a job do; `told` gives the name and the seconds of a step that works."""
    for number, step in enumerate(steps):
        if step.kind is StepKind.PARALLEL:
            keys = tuple(f"{number}/{member}" for member in range(len(step.steps)))
            for key, member in zip(keys, step.steps, strict=True):
                yield Instruction(Do.LAUNCH, *told(member), key)
            yield Instruction(Do.WAIT, targets=keys)
        elif step.kind is StepKind.WAIT:
            yield Instruction(Do.WAIT, targets=step.targets)
        elif step.kind is StepKind.WAIT_ALL:
            yield Instruction(Do.WAIT)
        elif step.kind is StepKind.CANCEL:
            yield Instruction(Do.CANCEL, targets=step.targets)
        elif step.background:
            yield Instruction(Do.LAUNCH, *told(step), step.id or str(number))
        else:
            yield Instruction(Do.RUN, *told(step))


def arrange(todo: Sequence[Instruction], share: float = 0.0) -> tuple[StepBar, ...]:
    """When each step runs, in seconds from the start of the first, in the order of the list.

    The job ends when all have ended. `share`: see above, from 0 to 1.
    """
    machine = _Machine(share)
    for number, one in enumerate(todo):
        if one.do is Do.RUN:
            machine.start(number, one.seconds)
            machine.run_until({number})
        elif one.do is Do.LAUNCH:
            machine.launch(number, one.seconds)
        else:
            wanted = {
                other
                for other in range(number)
                if todo[other].do is Do.LAUNCH and (one.targets is None or todo[other].key in one.targets)
            }
            (machine.run_until if one.do is Do.WAIT else machine.cancel)(wanted)
    machine.run_until(range(len(todo)))
    return tuple(StepBar(todo[number].name, *machine.spans[number]) for number in sorted(machine.spans))


class _Machine:
    """A runner with steps that share it evenly."""

    def __init__(self, share: float) -> None:
        self.share = share
        self.now = 0.0
        self.left: dict[int, float] = {}  # seconds of work that running steps still have
        self.begun: dict[int, float] = {}
        self.background: set[int] = set()
        self.waiting: deque[tuple[int, float]] = deque()
        self.spans: dict[int, tuple[float, float]] = {}

    def start(self, number: int, seconds: float) -> None:
        self.begun[number] = self.now
        self.left[number] = seconds
        if seconds <= _TINY:
            self._end(number)

    def launch(self, number: int, seconds: float) -> None:
        if len(self.background) >= MAX_BACKGROUND:
            self.waiting.append((number, seconds))
            return
        self.background.add(number)
        self.start(number, seconds)

    def run_until(self, wanted: Collection[int]) -> None:
        """Let time pass until these have ended, as far as they were started."""
        while any(number in self.left for number in wanted) or any(number in wanted for number, _ in self.waiting):
            pace = min(1.0, 1.0 / (len(self.left) * self.share)) if self.share > 0 else 1.0
            work = min(self.left.values())
            self.now += work / pace
            for number in list(self.left):
                self.left[number] -= work
            for number in [number for number, left in self.left.items() if left <= _TINY]:
                self._end(number)

    def cancel(self, wanted: Collection[int]) -> None:
        self.waiting = deque(one for one in self.waiting if one[0] not in wanted)
        for number in [number for number in self.left if number in wanted]:
            self._end(number)

    def _end(self, number: int) -> None:
        del self.left[number]
        self.spans[number] = (self.begun[number], self.now)
        if number in self.background:
            self.background.remove(number)
            if self.waiting:
                self.launch(*self.waiting.popleft())
