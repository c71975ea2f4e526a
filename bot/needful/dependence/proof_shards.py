"""What has to be kept where the tests of a job run in parts, behind a gate. It compares two texts of a workflow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from needful.dependence.gate import CANCELLED, STANDS_FOR, not_a_gate, sees_cancelled
from needful.dependence.matrix_parts import cached_by_id
from needful.dependence.obligations import Obligation, obligation
from needful.dependence.parts import jobs_of, mapping
from needful.dependence.sharding import Runner, runners
from needful.dependence.shards import found_shards, outside, parted, reports, ties, whole, with_part
from needful.dependence.situation import Situation
from needful.document.nodes import Plain
from needful.workflow.model import Job

ALL_TESTS = "every test runs in one of the parts, set up as before"
PARTABLE = "the runner can run a part, and nothing is asked of all tests at once"
ONE_JOB = "nothing depends on it being one job"
ONCE = "what every part does harms nobody by being done several times"
REPORTS = "what is uploaded has a name for each part, and nobody looks for the old one"
CACHED = "caches are found under the keys that they had"


def of_shards(before: Situation, after: Situation) -> Iterator[Obligation]:
    """The obligations of a job that became the gate of its parts."""
    old, new = (jobs_of(situation.workflow.document.plain) for situation in (before, after))
    names = found_shards(old, new)
    found = _found(before, old, new, *names) if names is not None else None
    if names is None or found is None:
        yield Obligation(ALL_TESTS, "", "no job became several that each run a part of its tests")
        return
    job, runner = found.job, found.runner
    yield Obligation(ALL_TESTS, f"parts 1 to {found.count} of {found.count}; all else was compared after writing")
    shown = "it waits for them and was played for every result that they can have"
    gate = not_a_gate(new[job.id], old[job.id], [names[1]])
    yield obligation(STANDS_FOR, shown, f"`{job.id}` {gate}" if gate else "")
    seen = sees_cancelled(before, job.id.lower())
    yield obligation(CANCELLED, "nobody asks for more than success", seen.text if seen is not None else "")
    partable = "the version that is asked for knows the option, and nothing is measured over all tests"
    yield obligation(PARTABLE, partable, next(whole(before, job, runner), ""))
    alone = "it has no group, no environment, no outputs, and does not ask for itself"
    yield obligation(ONE_JOB, alone, next(ties(before, job), ""))
    yield obligation(ONCE, "its steps only check, and are given no secret", next(outside(before, job), ""))
    yield obligation(REPORTS, "no job and no workflow reads what it uploads", next(reports(before, job), ""))
    action = cached_by_id(job)
    cached = f"the cache of {action} goes by the id of the job" if action else ""
    yield obligation(CACHED, "no action in it is known to name its cache after the job", cached)


@dataclass(frozen=True)
class _Found:
    job: Job
    runner: Runner
    count: int


def _found(
    before: Situation,
    old: Mapping[str, Mapping[str, Plain]],
    new: Mapping[str, Mapping[str, Plain]],
    name: str,
    parts: str,
) -> _Found | None:
    """The tests that run in parts; None where the new job is not the old one with the options of a part."""
    listed = mapping(mapping(new[parts].get("strategy")).get("matrix")).get("part")
    count = len(listed) if isinstance(listed, list) else 0
    job = before.job(name)
    for runner in runners(before, job) if count > 1 else ():
        run = with_part(before, runner, count)
        index = next(index for index, step in enumerate(job.steps) if step.path == runner.step.path)
        if run and _text(parted(old[name], index, run, count)) == _text(new[parts]):
            return _Found(job, runner, count)
    return None


def _text(job: Mapping[str, Plain]) -> str:
    return json.dumps(job, sort_keys=True)
