"""Which steps of a job belong together, by what they leave for each other: files, outputs, and how they ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from needful.dependence.step_conditions import Reaction, reaction
from needful.dependence.step_links import asks_for
from needful.dependence.step_roles import Part, Role, static
from needful.effects.channels import Channel, Way
from needful.effects.traces import meet
from needful.workflow.model import Step


def atoms_of(parts: Sequence[Part]) -> tuple[tuple[frozenset[int], ...], tuple[frozenset[int], ...]]:
    """For each step the steps before it that it needs; and the steps that must stay together, in order.

    What only prepares, or is built for several, belongs to no such set.
    """
    needed = [frozenset(_needs(parts, index)) for index in range(len(parts))]
    pairs = [(index, other) for index, part in enumerate(parts) for other in _tied(parts, index) if _works(part)]
    # what is made is set up once more for each of those that use it, unless only one does
    users = {index: [user for user in range(len(parts)) if index in needed[user]] for index in range(len(parts))}
    own = {index for index, part in enumerate(parts) if _works(part)}
    sets = _joined(own, pairs)
    for index, part in enumerate(parts):
        if part.role is Role.MAKES:
            using = {frozenset(one) for one in sets for user in users[index] if user in one and index not in one}
            if len(using) == 1:
                pairs.append((index, next(iter(next(iter(using))))))
            elif len(using) > 1:
                own.discard(index)
    sets = _joined(own, [pair for pair in pairs if pair[0] in own and pair[1] in own])
    return tuple(needed), tuple(sorted((frozenset(one) for one in sets), key=min))


def _works(part: Part) -> bool:
    return part.role is not Role.PREPARES


def _joined(members: Iterable[int], pairs: Iterable[tuple[int, int]]) -> list[set[int]]:
    sets = [{member} for member in members]
    for one, other in pairs:
        first = next((found for found in sets if one in found), None)
        second = next((found for found in sets if other in found), None)
        if first is not None and second is not None and first is not second:
            first |= second
            sets.remove(second)
    return sets


def _needs(parts: Sequence[Part], index: int) -> Iterator[int]:
    """The earlier steps without which a step cannot do what it did."""
    part = parts[index]
    for earlier in parts[:index]:
        if (
            earlier.role is Role.PREPARES
            or asks_for(part.step, earlier.step.id)
            or (earlier.role is Role.MAKES and _may_use(earlier, part))
        ):
            yield earlier.index


def _may_use(maker: Part, user: Part) -> bool:
    if set(maker.kinds) <= {"docs"} | {
        kind for kind in maker.kinds if kind in ("lint", "format", "scan", "types", "test")
    }:
        return user.role is Role.HANDS
    if set(user.kinds) and set(user.kinds) <= {"format", "scan"}:
        return False
    one, other = maker.footprint, user.footprint
    if one.hidden or other.hidden:
        return True
    return any(
        made.way is Way.WRITES and made.channel is not Channel.LOCK and meet(made, used)
        for made in one.traces
        for used in other.traces
    )


def _tied(parts: Sequence[Part], index: int) -> Iterator[int]:
    """The earlier steps that a step goes with: it takes what they leave, or asks for them by their ids."""
    part = parts[index]
    for earlier in parts[:index]:
        if earlier.role is not Role.PREPARES and (
            asks_for(part.step, earlier.step.id) or _instead(part.step, earlier.step)
        ):
            yield earlier.index
    takes = part.role is Role.HANDS or reaction(part.step.condition) is not Reaction.STOPS
    if takes:
        yield from _before(parts, index)


def _instead(one: Step, other: Step) -> bool:
    """Whether two steps ask for the same in their `if`: often only one of them runs."""
    asked = [
        frozenset(access for expression in step.condition.template.expressions for access in expression.accesses)
        for step in (one, other)
        if step.condition is not None
    ]
    return len(asked) == 2 and asked[0] == asked[1] != frozenset()


def _before(parts: Sequence[Part], index: int) -> Iterator[int]:
    """What may have left what a step takes: what it speaks of, else what worked since something was last taken.

    What is not known may have left it, however long before.
    """
    earlier = [part for part in parts[:index] if part.role in (Role.CHECKS, Role.MAKES)]
    spoken = [part.index for part in earlier if _speaks_of(parts[index].step, part)]
    if spoken:
        yield from spoken
        return
    at = index
    while at > 0 and parts[at - 1].role is Role.HANDS:
        at -= 1
    last = max((part.index for part in parts[:at] if part.role is Role.HANDS), default=-1)
    near = [part for part in earlier if part.index > last] or earlier[-1:]
    worked = [part for part in near if part.role is Role.CHECKS and not static(part)] or near
    yield from (part.index for part in worked)
    yield from (part.index for part in earlier if part.hidden and not static(part))


def _speaks_of(step: Step, other: Part) -> bool:
    """Whether the words of a step name a program that another runs."""
    said = " ".join(text.value for text in (step.name, *(each.value for each in step.inputs)) if text is not None)
    return any(word in said.lower() for word in other.programs)
