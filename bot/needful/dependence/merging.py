"""Two jobs as one: what must be the same of them, and what one would feel of the other.

The steps of the second go behind those of the first, without what both begin with: that is set up once. The two either
wait for the same jobs and are waited for by the same, or the second waits for the first alone, and is all that does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from needful.dependence.conditions import status_functions
from needful.dependence.matrix_parts import noticed, tied
from needful.dependence.parts import jobs_of
from needful.dependence.situation import Situation
from needful.dependence.step_conditions import Reaction, reaction
from needful.dependence.step_links import clashes, harm, step_name
from needful.document.nodes import Plain
from needful.document.operations import AddName, CopyItem, DropName, Operation, RemoveKey
from needful.effects.traces import Footprint
from needful.workflow.model import Job, StepKind

_FREE = ("name", "needs", "steps")
_NEVER = ("uses", "strategy", "concurrency", "environment", "continue-on-error", "outputs", "snapshot")


@dataclass(frozen=True)
class Merge:
    """Two jobs to become one, which keeps the name of the first. `shared`: so many steps both begin with.

    `waiting`: the jobs that need the second, ids in lower case; `chain`: the second waits for the first.
    """

    first: Job
    second: Job
    shared: int
    chain: bool
    waiting: tuple[str, ...]


def merge_of(situation: Situation, first: Job, second: Job) -> Merge | None:
    """The two as one, None where what is written of them forbids that. Costs no look at what they do."""
    plain = jobs_of(situation.workflow.document.plain)
    one, other = plain[first.id], plain[second.id]
    if first.id == second.id or not _alike(one, other) or not (_plain_steps(first) and _plain_steps(second)):
        return None
    needs, graph = situation.graph.needs, situation.graph
    own, others = first.id.lower(), second.id.lower()
    waiting, behind = ([name for name in needs if job in needs[name]] for job in (others, own))
    # one that runs whatever becomes of the first is no second half of it
    chain = needs[others] == {own} and behind == [others] and not status_functions(second)
    siblings = needs[own] == needs[others] and waiting == behind
    if graph.cycle or not (chain or siblings):
        return None
    pairs = zip(_steps(one), _steps(other), strict=False)
    shared = sum(1 for _ in takewhile(lambda pair: repr(pair[0]) == repr(pair[1]), pairs))
    return Merge(first, second, shared, chain, tuple(waiting)) if shared < len(second.steps) else None


def _alike(one: Mapping[str, Plain], other: Mapping[str, Plain]) -> bool:
    """Whether two jobs run at the same time on the same kind of machine, with the same rights and variables."""
    if any(key in job for job in (one, other) for key in _NEVER):
        return False
    keys = (one.keys() | other.keys()) - {*_FREE}
    return all(key in one and key in other and repr(one[key]) == repr(other[key]) for key in keys)


def _steps(job: Mapping[str, Plain]) -> list[Plain]:
    steps = job.get("steps")
    return steps if isinstance(steps, list) else []


def _plain_steps(job: Job) -> bool:
    return bool(job.steps) and all(
        step.kind in (StepKind.RUN, StepKind.USES) and not step.background for step in job.steps
    )


def merge_operations(situation: Situation, merge: Merge) -> Iterator[Operation]:
    """What makes the one job of the two."""
    first, second = merge.first, merge.second
    for index in range(merge.shared, len(second.steps)):
        yield CopyItem((*first.path, "steps"), (*second.path, "steps", index))
    for name in merge.waiting:
        needs = (*situation.job(name).path, "needs")
        if merge.chain:
            yield AddName(needs, first.id)
        yield DropName(needs, second.id)
    yield RemoveKey(second.path)


# --- what forbids it -------------------------------------------------------------------------------------------------


def rights(merge: Merge) -> Iterator[str]:
    """What the steps of one job would be trusted with because of the other."""
    one, other = _secrets(merge.first), _secrets(merge.second)
    yield from (f"only one of the two is given `secrets.{name}`" for name in sorted(one ^ other))


def _secrets(job: Job) -> set[str]:
    accesses = (access for text in job.texts for part in text.template.expressions for access in part.accesses)
    return {str(access[1] if len(access) > 1 else "*").lower() for access in accesses if access[0] == "secrets"}


def meetings(situation: Situation, merge: Merge) -> Iterator[str]:
    """What the second would find otherwise on the machine that the first has used."""
    ones, others = _own(situation, merge)
    for one in ones:
        for other in others:
            yield from (
                f"“{step_name(one.step)}” and “{step_name(other.step)}”: {met.text}" for met in clashes(one, other)
            )
    disk = (*situation.effects[merge.first.id.lower()].disk, *situation.effects[merge.second.id.lower()].disk)
    yield from (seen.text for seen in disk)
    taken = {step.id.lower() for step in merge.first.steps if step.id}
    for print_ in others:
        if print_.step.id and print_.step.id.lower() in taken:
            yield f"both have a step with the id `{print_.step.id}`"


def _own(situation: Situation, merge: Merge) -> tuple[tuple[Footprint, ...], tuple[Footprint, ...]]:
    """The steps of both that they do not have in common."""
    first, second = (situation.footprints[job.id.lower()] for job in (merge.first, merge.second))
    return first[merge.shared :], second[merge.shared :]


def lasting(situation: Situation, merge: Merge) -> Iterator[str]:
    """What is done no more where the first fails, or only then."""
    for job in (merge.first, merge.second):
        effects = situation.effects[job.id.lower()]
        yield from (seen.text for seen in (*effects.irreversible, *effects.dangers, *effects.signs, *effects.guards))
    for print_ in _own(situation, merge)[1]:
        if (seen := harm(print_)) is not None:
            yield seen.text
        if reaction(print_.step.condition) is not Reaction.STOPS:
            yield f"“{step_name(print_.step)}” asks how the steps before it ended"


def askers(situation: Situation, merge: Merge) -> Iterator[str]:
    """Who could tell one job from two."""
    for job in (merge.first, merge.second):
        if (seen := noticed(situation, job.id.lower())) is not None:
            yield seen.text
        if why := tied(job):
            yield f"`{job.id}` {why}"
    if merge.chain:
        for name in situation.graph.descendants[merge.second.id.lower()]:
            job, reads = situation.job(name), situation.reads[name]
            if status_functions(job) or reads.results or reads.everything:
                yield f"`{job.id}` asks for results, which `{merge.second.id}` had none of its own where it was skipped"
    flows = situation.flows_between(merge.first.id.lower(), merge.second.id.lower())
    yield from (f"`{merge.second.id}` reads {flow.what} of `{merge.first.id}`" for flow in flows)
    yield from (seen.text for seen in situation.watchers)
