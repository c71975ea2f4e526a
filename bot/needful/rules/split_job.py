"""Give groups of steps that share only their set-up jobs of their own.

## Why

Steps of a job wait for each other. A linter that compiles, a test suite and a build often share nothing but what was
set up before them: on machines of their own they end when the slowest of them ends. Two suites that use the same ports
or databases cannot run at the same time on one machine at all; on two they can.

## What it does

It writes the job once for each group, with the steps of the group and with all that these need of the steps before
them, as they are written: what is set up is set up in each. The job itself stays under its name as one that waits for
all of them and fails unless all succeeded. So a required check stays the check that it was, and whoever needs the job
goes on needing it; where it may be skipped, it is skipped with them. Everything else (`env`, `services`, `container`,
`permissions`, `defaults` …) is the same in each.

A job with a matrix keeps its name, its legs and the longest group; the other becomes a job with the same legs, for
which everybody waits who waited for the job. Where only some legs do that work, it is only said.

Which groups are formed follows from the recorded runs, or where there are none from the kinds of work: the last of them
has to end a minute sooner, waiting for one machine more included.

## The cost

Every group sets up for itself, and every job waits for a machine and is billed in whole minutes. A group that fails no
longer stops the others. Caches that go by the id of the job (rust-cache, setup-gradle) begin anew.

## When it is left for review

Something of a step cannot be seen, so that what it is for is only supposed: it is named. Without recorded runs the
times are assumed. And a job with a matrix gives a check that only you can make a required one.

## When it stays silent

- less than a minute, or with recorded runs a fifth of the job, would be saved; there are too few of them, or another
  job ends later in most;
- what comes later uses what an earlier step makes, so that only one group is left;
- independent neighbours run at once on the one machine nearly as soon (`parallel-steps`), or the objective is `cost`;
- the job publishes, deploys or belongs to an environment, to a concurrency group, or to a machine that somebody keeps;
- it runs steps at once already, asks for its own id, or runs in a container;
- a step that seems to check, but cannot be seen through, is given a secret or a token;
- what it puts out comes from several groups.
"""

from __future__ import annotations

from collections.abc import Iterator

from needful.dependence import proof_split
from needful.dependence.analysis import Analysis
from needful.dependence.experience import told
from needful.dependence.gate import gate_operations
from needful.dependence.job_groups import Group
from needful.dependence.job_splits import Split, split_of
from needful.dependence.matrix_parts import cached_by_id
from needful.dependence.model import Evidence
from needful.dependence.obligations import Obligation
from needful.dependence.parts import Part
from needful.dependence.step_links import step_name
from needful.dependence.step_roles import likely
from needful.document.operations import AddName, CopyKey, Operation, RemoveItem, RemoveKey, ReplaceValue
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.workflow.model import Job


def subjects(analysis: Analysis) -> Iterator[Subject]:
    for job in analysis.workflow.jobs:
        if likely(job):
            yield (job.id,)


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation = analysis.situation
    job = situation.workflow.job(subject[0])
    split = split_of(situation, job, analysis.wants.objective) if job is not None else None
    if job is None or split is None:
        return None
    found = split.parting
    doubts = tuple(_doubts(split))
    named = " and ".join(filter(None, (", ".join(map(_told, found.groups[:-1])), _told(found.groups[-1]))))
    held = _held(split)
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW if doubts else Tier.TRADE,
        subject=subject,
        at=job.key_span,
        title=f"{named} of `{job.id}` {'could' if held else 'can'} be jobs of their own",
        because=doubts[0].why_not if doubts else "they share only what is set up before them",
        evidence=tuple(_evidence(analysis, split)),
        operations=() if held else tuple(_operations(analysis, job, split)),
        cost=_cost(split),
        accepts=frozenset({proof_split.CACHED}),
        certificate=doubts,
        held=held,
        parts=frozenset({Part.SPLIT}) if split.gate else frozenset({Part.SPLIT, Part.NEEDS}),
    )


def _told(group: Group) -> str:
    return f"“{group.label}”"


def _doubts(split: Split) -> Iterator[Obligation]:
    """What the rule knows that nobody can show."""
    found = split.parting
    if not found.runs:
        yield Obligation(WORTH, "", "no recorded run says how long the steps take; the times are assumed by their kind")
    for part in found.supposed:
        why = f"what “{step_name(part.step)}” needs and leaves is only supposed: {part.hidden[0].text}"
        yield Obligation(proof_split.HANDED, "", why)


def _held(split: Split) -> str:
    """Why it is for a person to write, and what there is to write; `""` where it is written."""
    job = split.parting.job
    moved = "; ".join(f"`{name}` with {_steps(split, group)}" for name, group in _moving(split))
    rest = f"take the steps out of `{job.id}`, and let whoever needs `{job.id}` need it as well"
    if split.seen is not None:
        return f"{split.seen.text}; look there first, then copy `{job.id}` as {moved}, and {rest}"
    if split.few:
        only = f"only the legs for which `{split.few}` holds do that work"
        return f"`{job.id}` has a matrix, and {only}: write {moved} for these legs alone, {rest}"
    return ""


def _moving(split: Split) -> Iterator[tuple[str, Group]]:
    pairs = zip(split.names, split.parting.groups, strict=True)
    return ((name, group) for name, group in pairs if name != split.parting.job.id)


def _steps(split: Split, group: Group) -> str:
    return " and ".join(f"“{step_name(split.parting.parts[index].step)}”" for index in group.own)


def _evidence(analysis: Analysis, split: Split) -> Iterator[Evidence]:
    found = split.parting
    said = f"in {found.runs} recorded successes (medians)" if found.runs else "assumed by kinds of work"
    whole = f"`{found.job.id}` takes {told(found.whole)}, {said}"
    yield analysis.situation.evidence(found.job.key_span, whole)
    for group in found.groups:
        first = found.parts[group.own[0]].step
        text = f"{_steps(split, group)}, with what is set up before: {told(group.seconds)}"
        yield analysis.situation.evidence(first.span, text)


def _cost(split: Split) -> str:
    found = split.parting
    number = len(found.groups) + (1 if split.gate else 0)
    costs = [
        f"{number} jobs where there was one, about {told(found.extra)} of machines more a run, and a longer file",
        "a group that fails no longer stops the others",
    ]
    if action := cached_by_id(found.job):
        costs.append(f"the cache of {action} begins anew, once for each job")
    return "; ".join(costs)


# --- what is written -------------------------------------------------------------------------------------------------


def _operations(analysis: Analysis, job: Job, split: Split) -> Iterator[Operation]:
    pairs = list(zip(split.names, split.parting.groups, strict=True))
    copies = [name for name, _ in pairs if name != job.id]
    yield from (CopyKey(job.path, name) for name in reversed(copies))
    for name, group in pairs:
        path = (*job.path[:-1], name)
        yield from (RemoveItem((*path, "steps", index)) for index in range(len(job.steps)) if index not in group.steps)
        if name != job.id:
            if job.name is not None:
                yield ReplaceValue((*path, "name"), f"{job.name.value} ({group.label})")
            yield from _own_outputs(job, split, name)
    if split.gate:
        yield from gate_operations(analysis.workflow, job, split.names, split.outputs)
        return
    for other in analysis.workflow.jobs:
        if job.id.lower() in analysis.situation.graph.needs[other.id.lower()]:
            yield from (AddName((*other.path, "needs"), name, after=("name", "")) for name in copies)


def _own_outputs(job: Job, split: Split, name: str) -> Iterator[Operation]:
    """A job keeps the outputs that its steps give."""
    gone = [output.name for output in job.outputs if split.outputs[output.name] != name]
    path = (*job.path[:-1], name, "outputs")
    if gone and len(gone) == len(job.outputs):
        yield RemoveKey(path)
    else:
        yield from (RemoveKey((*path, output)) for output in gone)


WORTH = "it is worth the machines"


RULE = Rule(
    id="split-job",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Give groups of steps that share only their set-up jobs of their own, behind the job's own name.",
    subjects=subjects,
    propose=propose,
)
