"""How the groups of a job's steps become jobs: what they are called, what stands for them, and what forbids it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from needful.config.settings import Objective
from needful.dependence.gate import no_gate_for
from needful.dependence.job_groups import Parting, parting
from needful.dependence.matrix_parts import noticed, separator, tied
from needful.dependence.parts import jobs_of, steps_of
from needful.dependence.situation import Situation
from needful.dependence.step_links import step_name
from needful.dependence.step_roles import Part, likely
from needful.dependence.step_runner import not_hosted
from needful.effects.channels import Channel, Way
from needful.effects.model import Evidence
from needful.expressions import Access
from needful.workflow.model import Job, Text


@dataclass(frozen=True)
class Split:
    """A job to be made several. `names` are the ids of the jobs of its groups, in their order.

    `gate`: the job itself only looks at their results; else it keeps the first group, and its own id stands first in
    `names`. `outputs`: for each of its outputs the job that gives it. `few`: values of the matrix for which alone the
    later groups do anything, in words; `""` for all. `seen`: what a person has to look at first.
    """

    parting: Parting
    names: tuple[str, ...]
    gate: bool
    outputs: Mapping[str, str]
    few: str = ""
    seen: Evidence | None = None


_NEVER = frozenset(
    {
        *(Channel.IMAGE, Channel.REF, Channel.RELEASE, Channel.PACKAGE, Channel.ATTESTATION, Channel.DEPLOYMENT),
        *(Channel.INFRASTRUCTURE, Channel.PAGES, Channel.SNAPSHOT, Channel.TOKEN, Channel.VARIABLE, Channel.RUN),
    }
)


def split_of(situation: Situation, job: Job, objective: Objective = "latency") -> Split | None:
    """How a job is made several; None where that is not worth it, or not possible."""
    if job.uses is not None or not job.runs_on or job.extra or not likely(job) or _refused(job):
        return None
    gate = job.strategy is None
    if not_hosted(situation.workflow, job) or (gate and no_gate_for(situation.workflow, job)):
        return None
    found = parting(situation, job, objective)
    if found is None or (not gate and _of_one_kind(found)):
        return None
    if not gate:  # the checks that may be required go on covering most
        found = replace(found, groups=tuple(sorted(found.groups, key=lambda group: -group.seconds)))
    keys = [part for part in found.parts if _holds_a_key(part)]
    if _is_part(situation, job) or _lasting(situation, job) or any(part.kinds for part in keys):
        return None
    names = _names(situation, job, found, gate=gate)
    outputs = dict(_outputs(job, found, names))
    if (
        names is None
        or len(outputs) < len(job.outputs)
        or (not gate and any(one != job.id for one in outputs.values()))
    ):
        return None
    seen = None if gate else noticed(situation, job.id.lower())
    if keys:
        told = f"“{step_name(keys[0].step)}” is given a token or a secret, and nobody can see all that it does"
        seen = situation.evidence(keys[0].step.span, told)
    return Split(found, names, gate, outputs, "" if gate else _few(found), seen)


_OWN: Mapping[str, None] = dict.fromkeys(("name", "needs", "steps", "outputs"))
"""The keys in which the jobs that came of one may differ."""


def _holds_a_key(part: Part) -> bool:
    """Whether a step of which nobody can see all is given a secret or a token: it may do more than check."""
    accesses = (access for text in part.step.texts for access in _accesses(text)) if part.hidden else ()
    return any(access[0] == "secrets" or tuple(access[:2]) == ("github", "token") for access in accesses)


def _is_part(situation: Situation, job: Job) -> bool:
    """Whether a job is one of several that came of one: called after another, with the same keys and the same start."""
    plain = jobs_of(situation.workflow.document.plain)
    for other in situation.workflow.jobs:
        one, two = sorted((job.id.lower(), other.id.lower()), key=len)
        if one == two or not re.match(rf"{re.escape(one)}[-_]", two):
            continue
        if job.id.lower() in situation.graph.needs[other.id.lower()]:
            return True
        mine, its = ({**plain.get(each.id, {}), **_OWN} for each in (job, other))
        begins = [next(steps_of(plain.get(each.id, {}).get("steps")), None) for each in (job, other)]
        if repr(begins[0]) == repr(begins[1]) and mine == its:
            return True
    return False


def _of_one_kind(found: Parting) -> bool:
    """Whether the groups do the same kind of work, for which a matrix is there."""
    kinds = [{found.parts[index].kinds[:1] for index in group.own} for group in found.groups]
    return bool(set.intersection(*kinds))


def _refused(job: Job) -> bool:
    """Whether a job is tied to being one, by what is written of it."""
    return bool(tied(job)) or job.continue_on_error is not None


def _lasting(situation: Situation, job: Job) -> bool:
    """Whether it does something for which the steps before it may stand guard, or its machine outlives it."""
    effects = situation.effects[job.id.lower()]
    if effects.irreversible or effects.disk or effects.guards or (effects.signs and effects.dangers):
        return True
    written = (one for step in situation.steps[job.id.lower()] for one in step.effects if one.way is Way.WRITES)
    return any(one.channel in _NEVER for one in written)


def _names(situation: Situation, job: Job, found: Parting, *, gate: bool) -> tuple[str, ...] | None:
    taken = {other.id.lower() for other in situation.workflow.jobs}
    dash = separator(job)
    names: list[str] = []
    for group in found.groups:
        own = not names and not gate
        name = job.id if own else f"{job.id}{dash}{group.label.replace('-', dash)}"
        if not own and name.lower() in taken:
            return None
        names.append(name)
    return tuple(names)


def _outputs(job: Job, found: Parting, names: tuple[str, ...] | None) -> Iterator[tuple[str, str]]:
    """For each output the first group that has all steps of which it is made, where there is one."""
    for output in job.outputs:
        asked = {
            str(access[1]).lower() for access in _accesses(output.value) if access[0] == "steps" and len(access) > 1
        }
        for group, name in zip(found.groups, names or (), strict=False):
            has = {job.steps[index].id.lower() for index in group.steps}
            if asked and asked <= has:
                yield output.name, name
                break


def _accesses(text: Text) -> Iterator[Access]:
    return (access for expression in text.template.expressions for access in expression.accesses)


def _few(found: Parting) -> str:
    """Why a group that leaves a job with a matrix should not get all legs: all its steps ask for some of them."""
    for group in found.groups[1:]:
        conditions = [found.parts[index].step.condition for index in group.own]
        if all(text is not None and any(access[0] == "matrix" for access in _accesses(text)) for text in conditions):
            return next(text.value for text in conditions if text is not None)
    return ""
