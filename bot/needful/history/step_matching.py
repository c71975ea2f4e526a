"""The steps of a recorded job ↔ the steps of the workflow.

A step goes by its `name`, else by `Run` and the first line of its script or what it uses (actions/runner,
ActionRunner.cs, GenerateDisplayName); where an expression could not be evaluated yet, as it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from needful.effects.names import UNKNOWN, Leg, Name, Scope, fits, is_literal, joined, literal, resolve
from needful.history.model import StepRecord
from needful.history.steps import GROUP, Part, parts
from needful.workflow.model import Job, Step, StepKind, Text, UsesKind

_MAX_CELLS = 1_000_000
_UNNAMED = {StepKind.WAIT: "Wait", StepKind.WAIT_ALL: "Wait for all", StepKind.CANCEL: "Cancel"}


class StepMatch(NamedTuple):
    """Which record is which step: pairs of indices into the steps of `steps_of` and into the records.

    `loose` are the records of steps of the workflow of which that is not certain.
    """

    pairs: tuple[tuple[int, int], ...]
    loose: tuple[int, ...]


def steps_of(job: Job) -> tuple[Step, ...]:
    """The steps as they are recorded: members of a parallel group, then the group itself."""
    return tuple(found for step in job.steps for found in (*step.steps, step))


def match_steps(names: Sequence[tuple[Name, ...]], records: tuple[StepRecord, ...]) -> StepMatch:
    """The pairs that every best alignment has. `names`: for each step, what it may be called.

    An alignment keeps the order of both; a best one has the most pairs. Steps that another best alignment would pair
    otherwise (two of the same name, one of them not recorded) are left alone.
    """
    own = [index for index, part in enumerate(parts(records)) if part in (Part.MAIN, Part.CONTROL)]
    exact = {"".join(map(str, name)) for some in names for name in some if is_literal(name)}
    chosen = set(own)
    chosen |= {index for index, record in enumerate(records) if record.name in exact}
    candidates = sorted(chosen)
    if len(names) * len(candidates) > _MAX_CELLS:
        return StepMatch((), tuple(own))
    fitting = [
        [at for at, index in enumerate(candidates) if any(fits(records[index].name, name) for name in some)]
        for some in names
    ]
    pairs = tuple((step, candidates[at]) for step, at in _certain(fitting, len(candidates)))
    matched = {index for _, index in pairs}
    return StepMatch(pairs, tuple(index for index in own if index not in matched))


def _certain(fitting: list[list[int]], width: int) -> Iterator[tuple[int, int]]:
    """The pairs of all longest common subsequences: of the pairs that can be the k-th of one, there is only one."""
    before = _lengths(fitting, width)
    turned = [[width - 1 - at for at in row] for row in reversed(fitting)]
    behind = _lengths(turned, width)
    longest = before[-1][-1]
    by_rank: dict[int, list[tuple[int, int]]] = {}
    for step, row in enumerate(fitting):
        for at in row:
            rank = before[step][at]
            if rank + 1 + behind[len(fitting) - 1 - step][width - 1 - at] == longest:
                by_rank.setdefault(rank, []).append((step, at))
    for _, found in sorted(by_rank.items()):
        if len(found) == 1:
            yield found[0]


def _lengths(fitting: list[list[int]], width: int) -> list[list[int]]:
    """`[i][j]`: the most pairs of the first i steps with the first j records."""
    table = [[0] * (width + 1)]
    for row in fitting:
        above, here, marks = table[-1], [0], set(row)
        for at in range(width):
            best = max(above[at + 1], here[at])
            here.append(max(best, above[at] + 1) if at in marks else best)
        table.append(here)
    return table


def step_names(step: Step, scope: Scope, leg: Leg) -> tuple[Name, ...]:
    """What a step may be called. Variables of the environment stay unknown: steps before it may set them."""
    known = Scope(scope.owner, inputs=scope.inputs)
    if step.kind is StepKind.PARALLEL:
        return (literal(GROUP),)
    if step.name is not None and step.name.value.strip():
        return (_first_line(resolve(step.name, known, leg)),)
    if step.kind in _UNNAMED:
        return (literal(_UNNAMED[step.kind]),)
    if step.run is not None:
        return (joined((literal("Run "), _first_line(resolve(step.run, known, leg)))),)
    if step.uses is not None:
        return tuple(literal(f"Run {form}") for form in _used(step.uses.text, step.uses.kind))
    return (UNKNOWN,)


def _used(text: Text, kind: UsesKind) -> tuple[str, ...]:
    """What is used as names show it. (Runners before 2025 wrote a local action as `/./path`.)."""
    value = text.value.strip()
    if kind is UsesKind.LOCAL:
        return value, f"/{value}", value.removeprefix("$/").removeprefix("./")
    if kind is UsesKind.DOCKER:
        return value.removeprefix("docker://"), value
    return (value,)


def _first_line(name: Name) -> Name:
    """The first line of a text that is not blank, without the blanks before it."""
    kept: list[Name] = []
    for part in name:
        if not isinstance(part, str):
            kept.append((part,))
            continue
        text = part if kept else part.lstrip(" \t\r\n")
        line = text.replace("\r", "\n").partition("\n")[0]
        kept.append(literal(line))
        if line != text:
            break
    return joined(kept)
