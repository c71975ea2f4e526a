"""Which steps of a job have ended before another one starts, by `parallel`, `background`, `wait` and `wait-all`.

Read from plain data, so that two texts of a job can be compared. Written after the runner's own behaviour
(actions/runner 2.336.0, `StepsRunner` and `BackgroundStepCoordinator`).
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from needful.dependence.parts import mapping
from needful.document.nodes import Plain

BACKGROUND = "background"


class Ordered(NamedTuple):
    """The steps of a job that do work, in the order of the text, and for each the indices of those that ended before.

    `alongside` is the greatest number of steps that run in the background at the same time.
    """

    work: tuple[Mapping[str, Plain], ...]
    ended: tuple[frozenset[int], ...]
    alongside: int


def ordered(steps: Plain) -> Ordered:
    """What is known of the order of a job's steps."""
    work: list[Mapping[str, Plain]] = []
    ended: list[frozenset[int]] = []
    over: set[int] = set()
    running: dict[int, str] = {}
    most = 0
    for step in map(mapping, steps if isinstance(steps, list) else ()):
        members = step.get("parallel")
        if "wait" in step or "wait-all" in step or "cancel" in step:
            waited = [index for index, name in running.items() if _waits(step, name)]
            over.update(waited)
            for index in waited:
                del running[index]
        elif isinstance(members, list):
            most = max(most, len(running) + len(members))
            first = len(work)
            for member in map(mapping, members):
                work.append(member)
                ended.append(frozenset(over))
            over.update(range(first, len(work)))
        else:
            work.append(step)
            ended.append(frozenset(over))
            if step.get(BACKGROUND) is True:
                running[len(work) - 1] = str(step.get("id") or "")
                most = max(most, len(running))
            else:
                over.add(len(work) - 1)
    return Ordered(tuple(work), tuple(ended), most)


def _waits(step: Mapping[str, Plain], name: str) -> bool:
    """Whether a control step is over only when the step of that id is; ids compare as they are written."""
    if "wait-all" in step:
        return True
    wanted = step.get("wait", step.get("cancel"))
    return bool(name) and name in (map(str, wanted) if isinstance(wanted, list) else [str(wanted)])


def matched(before: Ordered, after: Ordered) -> tuple[int, ...] | None:
    """For each step of `before`, where it is in `after`; None where the two have not the same steps."""
    places: dict[str, deque[int]] = {}
    for index, step in enumerate(after.work):
        places.setdefault(_written(step), deque()).append(index)
    found = [places[text].popleft() if places.get(text) else -1 for text in map(_written, before.work)]
    return tuple(found) if -1 not in found and len(before.work) == len(after.work) else None


def _written(step: Mapping[str, Plain]) -> str:
    return json.dumps({key: value for key, value in step.items() if key != BACKGROUND}, sort_keys=True)


def loosened(before: Ordered, after: Ordered, places: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """The pairs of steps of which the first had ended before the second started, and no longer has to."""
    for later, over in enumerate(before.ended):
        for earlier in sorted(over):
            if places[earlier] not in after.ended[places[later]]:
                yield earlier, later


def tightened(before: Ordered, after: Ordered, places: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """The pairs of steps of which the first has ended before the second starts, and did not have to."""
    for later, over in enumerate(before.ended):
        for earlier in range(len(before.ended)):
            if earlier not in over and places[earlier] in after.ended[places[later]]:
                yield earlier, later
