"""Which steps of a job are worth a closer look, by a look at the workflow alone.

Reading what commands do costs the most of a plan, so it is done only where two steps may well go together: checks with
nothing installed or built between them, or installs, downloads and uploads with no check between them.
"""

from __future__ import annotations

from enum import Enum

from needful.effects.likely import likely
from needful.facts.footprints import CHORES, Part, action_row, names_check, part
from needful.workflow.model import Job, Step, StepKind


class Role(Enum):
    """What a step seems to be. `BARRIER`: nothing stands beside it, before or behind it. `UPLOAD`: an action that does.

    `LAST`: what it builds may be needed behind it.
    """

    BARRIER = "barrier"
    ASIDE = "aside"
    CHECK = "check"
    LAST = "last"
    CHORE = "chore"
    UPLOAD = "upload"


_OF_PARTS = {
    Part.ASIDE: Role.ASIDE,
    Part.INSTALLS: Role.CHORE,
    Part.BUILDS: Role.LAST,
    Part.CHECKS: Role.CHECK,
}
_OTHERS = {
    Role.CHECK: frozenset({Role.CHECK, Role.LAST}),
    Role.CHORE: frozenset({Role.CHORE, Role.UPLOAD}),
    Role.UPLOAD: frozenset({Role.CHORE, Role.UPLOAD}),
}
_PASSED = frozenset({Role.ASIDE, Role.UPLOAD})


def roles(job: Job) -> tuple[Role, ...]:
    """What each step of a job seems to be; a group is what its members are, where they are alike."""
    return tuple(_role(step) for step in job.steps)


def _role(step: Step) -> Role:
    if step.steps:
        found = {_role(member) for member in step.steps}
        return found.pop() if len(found) == 1 else Role.BARRIER
    if step.background or step.kind not in (StepKind.RUN, StepKind.USES):
        return Role.BARRIER
    if step.run is not None:
        role = _OF_PARTS[part(step.run.value)]
        # what nothing is said of is read in vain nearly always: its script, and what that runs
        return (
            Role.BARRIER if role is Role.CHECK and not names_check(step.run.value) and not likely(step).kinds else role
        )
    row = action_row(step.uses.name) if step.uses is not None else None
    if row is None:
        return Role.BARRIER
    return Role.UPLOAD if row.kind == "upload" else Role.CHORE if row.kind in CHORES else Role.CHECK


def partners(found: tuple[Role, ...], start: int) -> tuple[int, ...]:
    """The steps behind one that may well go together with it."""
    wanted = _OTHERS.get(found[start])
    places: list[int] = []
    if wanted is None:
        return ()
    for place in range(start + 1, len(found)):
        if found[place] in wanted:
            places.append(place)
        elif found[place] not in _PASSED:
            break
        if found[place] is Role.LAST:
            break
    return tuple(places)
