"""A job whose tests run in parts, each on a machine of its own, behind a gate: what is written, and what forbids it.

The job is written once more, with a matrix of parts, an option that makes the runner run one part, and a name for each
part's uploads; the job itself becomes the gate of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from needful.dependence.gate import gate_operations, no_gate_for
from needful.dependence.matrix_parts import separator, tied
from needful.dependence.parts import jobs_of, mapping
from needful.dependence.sharding import Runner, runners
from needful.dependence.situation import Situation
from needful.document.nodes import Plain
from needful.document.operations import AddKey, CopyKey, Operation, ReplaceValue
from needful.effects.names import is_literal
from needful.facts.sharding import Sharding
from needful.workflow.model import Job, Step

KEY = "part"
PART = f"${{{{ matrix.{KEY} }}}}"
_PLAIN = re.compile(r"[\w@./:=,+~%\"' -]+\Z")
"""A script that is one command, so that an option goes behind it."""
_UPLOAD = "actions/upload-artifact"
_MERGED = frozenset({"codecov/codecov-action"})
"""Services that make one report of several (https://docs.codecov.com/docs/merging-reports)."""
_ALONE = re.compile(r"--(?:coverage|cov)\b|--(?:runInBand|no-file-parallelism|updateSnapshot|update-snapshots|watch)\b")
_SETTINGS = re.compile(r"(?:package\.json|(?:jest|vitest|vite)\.config\.\w+)\Z")
_BUILDS = re.compile(r"--no-run\b|nextest archive\b")
_LIMITS = re.compile(r"[Tt]hreshold")


@dataclass(frozen=True)
class Shards:
    """Tests of a job to be run in parts. `index` is the place of their step, `run` its script with the option."""

    job: Job
    name: str
    index: int
    run: str
    count: int


def shards_of(situation: Situation, job: Job, step: Step, count: int) -> Shards | None:
    """How a job is written in parts; None where nobody knows where the option goes."""
    found = next((one for one in runners(situation, job) if one.step.path == step.path), None)
    dash = separator(job)
    name = f"{job.id}{dash}parts"
    run = with_part(situation, found, count) if found is not None else ""
    taken = any(other.id.lower() == name.lower() for other in situation.workflow.jobs)
    index = next((index for index, each in enumerate(job.steps) if each.path == step.path), None)
    return Shards(job, name, index, run, count) if run and not taken and index is not None else None


def with_part(situation: Situation, runner: Runner, count: int) -> str:
    """The script of a step with the option that makes it run one part, `""` where that is not plain.

    The step runs the tests itself, or a script of package.json that does nothing else.
    """
    text = runner.step.run.value.strip() if runner.step.run is not None else ""
    option = runner.how.part(PART, count)
    way = runner.deed.spot.way
    if not _PLAIN.match(text) or " -- " in text or runner.step.shell is not None:
        return ""
    if not way:
        return f"{text} {option}" if text.endswith(runner.deed.command.text) else ""
    if len(way) > 1 or _scripts(situation, way[0].path).get(way[0].text) != runner.deed.command.text:
        return ""
    return f"{text} -- {option}" if text.split()[0] == "npm" else f"{text} {option}"


def _scripts(situation: Situation, path: str) -> Mapping[str, Plain]:
    return mapping(mapping(_json(situation, path)).get("scripts"))


def _json(situation: Situation, path: str) -> Plain:
    try:
        found: Plain = json.loads(situation.repository.text(path) or "null")
    except (ValueError, RecursionError):
        return None
    return found


def shard_operations(situation: Situation, shards: Shards) -> Iterator[Operation]:
    """What makes the parts and their gate of a job."""
    job, path = shards.job, (*shards.job.path[:-1], shards.name)
    yield CopyKey(job.path, shards.name)
    yield AddKey(path, "strategy", strategy(shards.count), after=("runs-on", "if", "needs", "name", ""))
    yield ReplaceValue((*path, "steps", shards.index, "run"), shards.run)
    for index, step in enumerate(job.steps):
        if (name := step.input("name")) is not None and step.uses is not None and step.uses.name == _UPLOAD:
            yield ReplaceValue((*path, "steps", index, "with", "name"), f"{name.value}-{PART}")
    yield from gate_operations(situation.workflow, job, (shards.name,), {})


def strategy(count: int) -> dict[str, Plain]:
    """The matrix of so many parts."""
    return {"fail-fast": False, "matrix": {KEY: list(range(1, count + 1))}}


def parted(job: Mapping[str, Plain], index: int, run: str, count: int) -> dict[str, Plain]:
    """A job as it has to be written in parts; its steps at other places are the same, but for the names of uploads."""
    steps = job.get("steps")
    made: list[Plain] = []
    for place, plain in enumerate(steps if isinstance(steps, list) else []):
        step = dict(mapping(plain))
        if place == index:
            step["run"] = run
        given = mapping(step.get("with"))
        if str(step.get("uses")).partition("@")[0].lower() == _UPLOAD and "name" in given:
            step["with"] = {**given, "name": f"{given['name']}-{PART}"}
        made.append(step)
    return {**job, "strategy": strategy(count), "steps": made}


def found_shards(
    old: Mapping[str, Mapping[str, Plain]], new: Mapping[str, Mapping[str, Plain]]
) -> tuple[str, str] | None:
    """The job that became a gate, and the job with its parts, directly below; None where that is not what happened."""
    names, added = list(new), [name for name in new if name not in old]
    if len(added) != 1 or [name for name in names if name in old] != list(old) or names[0] == added[0]:
        return None
    job = names[names.index(added[0]) - 1]
    return job, added[0]


def sharded(before: Plain, after: Plain) -> Plain:
    """The workflow `before` with what a job became that runs in parts in `after`; itself where none does."""
    old, new = jobs_of(before), jobs_of(after)
    found = found_shards(old, new)
    if found is None:
        return before
    jobs: dict[str, Plain] = {}
    for name, job in old.items():
        jobs[name] = dict(new[name]) if name == found[0] else dict(job)
        if name == found[0]:
            jobs[found[1]] = dict(new[found[1]])
    return {**mapping(before), "jobs": jobs}


# --- what forbids it -------------------------------------------------------------------------------------------------


def ties(situation: Situation, job: Job) -> Iterator[str]:
    """Why a job has to be one, or cannot have a gate."""
    for why in (no_gate_for(situation.workflow, job), tied(job)):
        if why:
            yield f"`{job.id}` {why}"
    if job.outputs:
        yield f"`{job.id}` puts something out, and each part would put out something of its own"
    yield from (seen.text for seen in situation.effects[job.id.lower()].disk)


def outside(situation: Situation, job: Job) -> Iterator[str]:
    """What is done outside of the job, which each part would do."""
    effects = situation.effects[job.id.lower()]
    yield from (seen.text for seen in (*effects.irreversible, *effects.dangers))
    apart = [step for step in job.steps if _action(step) in (*_MERGED, _UPLOAD)]
    for known in situation.steps[job.id.lower()]:
        if all(known.site.step.path != step.path for step in apart):
            yield from (seen.text for seen in known.outlasting())
    told = {text for step in apart for text in step.texts}
    accesses = (
        one for text in job.texts if text not in told for part in text.template.expressions for one in part.accesses
    )
    if any(access[0] == "secrets" for access in accesses):
        yield "the job is given a secret, and what its parts do with it at the same time is not known"


def _action(step: Step) -> str:
    return step.uses.name if step.uses is not None else ""


def reports(situation: Situation, job: Job) -> Iterator[str]:
    """Uploads that would no longer be found, or would collide."""
    for flow in situation.flows:
        if flow.producer == job.id.lower():
            yield f"`{situation.job(flow.consumer).id}` reads {flow.what}, of which there would be one for each part"
    for step in job.steps:
        name = step.input("name")
        if _action(step) == _UPLOAD and (name is None or not name.template.is_static):
            yield "an artifact is uploaded under a name that is not plain"
    for upload in situation.handed[job.id.lower()].uploads:
        if not is_literal(upload.name):
            yield upload.evidence.text
    yield from (seen.text for seen in situation.watchers)


def whole(situation: Situation, job: Job, runner: Runner) -> Iterator[str]:
    """Why the runner may need all tests at once, or cannot part them."""
    text = runner.deed.command.text
    if (found := _ALONE.search(f"{text} {runner.step.run.value if runner.step.run is not None else ''}")) is not None:
        yield f"`{found[0]}` is about all tests"
    folder = runner.deed.spot.way[0].path.rpartition("/")[0] if runner.deed.spot.way else ""
    for place in dict.fromkeys(("", folder)):
        for name in situation.repository.listing(place):
            path = f"{place}/{name}" if place else name
            if _SETTINGS.match(name) and _LIMITS.search(situation.repository.text(path) or ""):
                yield f"{path} asks for a share of the code that all tests together cover"
    if runner.how.has_it and not any(_BUILDS.search(step.run.value) for step in job.steps if step.run is not None):
        yield "the step compiles the tests as well, which every part would do"
    if why := _too_old(situation, runner.how, f"{folder}/package.json" if folder else "package.json"):
        yield why


def _too_old(situation: Situation, how: Sharding, path: str) -> str:
    """Why the runner may not know the option: the version that package.json asks for has to say so."""
    if how.has_it:
        return ""
    if not how.packages:
        return f"it needs {how.needs or 'another command'}"
    asked = mapping(_json(situation, path))
    specs = [
        mapping(asked.get(group)).get(name) for group in ("devDependencies", "dependencies") for name in how.packages
    ]
    spec = next((str(one) for one in specs if one is not None), "")
    major = re.match(r"[\^~>=v]*(\d+)", spec)
    if major is None or int(major[1]) < how.least:
        return f"{path} does not ask for {how.packages[0]} {how.least} or later"
    return ""
