"""What a rewrite leaves alone: all that it is not about, the work of every job, and the actions that a lock file lists.

Both workflows are given as plain data. Each check gives `""`, or in plain words what is not the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

from needful.dependence.folding import folded
from needful.dependence.matrix_parts import parted_alike
from needful.dependence.parts import (
    ONLY_NEEDS,
    Part,
    Parts,
    came_of,
    identity,
    in_any_order,
    job_keys,
    jobs_of,
    mapping,
    part_of_step,
    steps_of,
    top_keys,
)
from needful.dependence.shards import sharded
from needful.document.nodes import Plain
from needful.document.parse import parse
from needful.errors import UserError
from needful.source import Source

LOCK_FILE = ".github/workflows/actions.lock"
"""https://docs.github.com/en/actions/concepts/security/workflow-dependency-lockfiles"""

_OWN = ("./", "$/", "docker://")
"""How an action begins that no lock file lists."""


def kept(before: Plain, after: Plain, parts: Parts = ONLY_NEEDS) -> str:
    """Whether two workflows differ in nothing but those parts, and the `steps` of the same jobs."""
    before = _expected(before, after, parts)
    if key := _different(mapping(before), mapping(after), ("jobs", *top_keys(parts))):
        return f"the workflow has another `{key}`"
    old, new = jobs_of(before), jobs_of(after)
    found = came_of(old, new, parts)
    if found is None:
        return "there are other jobs than before"
    for name, made in found.items():
        if len(made) > 1 and Part.SPLIT in parts and not _same_legs(old[name], new, made):
            if why_not := split_alike(old[name], name, {each: new[each] for each in made}, parts):
                return f"`{name}` {why_not}"
            continue
        several = ("name", "strategy") if len(made) > 1 else ()
        for each in made:
            was, now = (in_any_order(job) if Part.LEGS in parts else job for job in (old[name], new[each]))
            if key := _different(was, now, ("steps", *several, *job_keys(parts))):
                return f"`{each}` has another `{key}`"
        if several and (why_not := parted_alike(old[name], name, [new[each] for each in made])):
            return f"`{name}` {why_not}"
    return ""


def _same_legs(old: Mapping[str, Plain], new: Mapping[str, Mapping[str, Plain]], made: list[str]) -> bool:
    """Whether jobs came of one by its matrix, not by its steps."""
    return any(repr(new[each].get("strategy")) != repr(old.get("strategy")) for each in made[1:])


def split_alike(
    old: Mapping[str, Plain], job_id: str, made: Mapping[str, Mapping[str, Plain]], parts: Parts = ONLY_NEEDS
) -> str:
    """Why some jobs are not one job's with fewer steps each, in words that follow its name, else `""`.

    The job itself may have become one that only looks at their results (`gate`, where that is compared).
    """
    names = [job.get("name") for job in made.values() if job.get("name") is not None]
    if len(set(map(repr, names))) < len(names) or made[job_id].get("name") != old.get("name"):
        return "and those that came of it are not called by names of their own"
    works = {name: job for name, job in made.items() if name != job_id or not _looks_only(job)}
    for name, job in works.items():
        if key := _different(old, job, ("steps", "name", "outputs", *job_keys(parts & {Part.TIMEOUTS}))):
            return f"has another `{key}` in `{name}`"
    return ""


def _looks_only(job: Mapping[str, Plain]) -> bool:
    steps = job.get("steps")
    return isinstance(steps, list) and len(steps) == 1 and mapping(steps[0]).get("run") == "exit 1"


def _expected(before: Plain, after: Plain, parts: Parts) -> Plain:
    """What a workflow has to be but for those parts: where jobs may become others, with these."""
    if Part.MERGE in parts:
        return folded(before, after)
    return sharded(before, after) if Part.SHARDS in parts else before


def _different(old: Mapping[str, Plain], new: Mapping[str, Plain], free: tuple[str, ...]) -> str:
    """The first key that is not there in both with the same value; `true` is not `1`, which `==` would not tell."""
    for key in (*old, *new):
        if key not in free and not (key in old and key in new and repr(old[key]) == repr(new[key])):
            return key
    return ""


def work(before: Plain, after: Plain, parts: Parts = ONLY_NEEDS) -> str:
    """Whether every job has the same steps, in whatever order and grouping, but for what belongs to those parts.

    Where steps moved to other jobs, all together have to have them.
    """
    if Part.SPLIT in parts and (why_not := _work_of_several(before, after, parts)):
        return why_not
    for name, old, new in _same_jobs(_expected(before, after, parts), after, parts):
        if any(part_of_step(*pair) not in parts for pair in other_steps(old, new)):
            return f"`{name}` has other steps than before"
    return ""


def _same_jobs(
    before: Plain, after: Plain, parts: Parts
) -> Iterator[tuple[str, Mapping[str, Plain], Mapping[str, Plain]]]:
    """The jobs of a workflow with what they were before, by name."""
    old, new = jobs_of(before), jobs_of(after)
    found = came_of(old, new, parts) or {name: [name] for name in old.keys() & new.keys()}
    several = {name for name, made in found.items() if _is_split(old[name], new, made, parts)}
    return ((each, old[name], new[each]) for name, made in found.items() if name not in several for each in made)


def _is_split(old: Mapping[str, Plain], new: Mapping[str, Mapping[str, Plain]], made: list[str], parts: Parts) -> bool:
    return Part.SPLIT in parts and len(made) > 1 and not _same_legs(old, new, made)


def _work_of_several(before: Plain, after: Plain, parts: Parts) -> str:
    """What the jobs into which one was split lack of its steps, or have beside them."""
    old, new = jobs_of(before), jobs_of(after)
    for name, made in (came_of(old, new, parts) or {}).items():
        if not _is_split(old[name], new, made, parts):
            continue
        missing: list[Counter[str]] = []
        for each in made:
            if each == name and _looks_only(new[each]):
                continue
            pairs = list(other_steps(old[name], new[each]))
            if any(part_of_step(*pair) not in parts for pair in pairs if pair[1] is not None):
                return f"`{each}` has other steps than `{name}` had"
            missing.append(Counter(_written(was) for was, now in pairs if now is None))
        lost = missing[0]
        for other in missing[1:]:
            lost &= other
        if lost:
            return f"no job has all steps of `{name}`"
    return ""


def other_steps(old: Mapping[str, Plain], new: Mapping[str, Plain]) -> Iterator[tuple[Plain, Plain]]:
    """The steps of a job that are not the same, as `(before, after)`; None for one that is not there.

    What is gone and what is new at one place are taken for the same step, one after the other.
    """
    if repr(old.get("steps")) == repr(new.get("steps")):
        return
    was, now = (list(steps_of(job.get("steps"))) for job in (old, new))
    gone, added = Counter(map(_written, was)), Counter(map(_written, now))
    before, after = list(_left(was, gone - added)), list(_left(now, added - gone))
    for step in before:
        same = next((other for other in after if identity(other) == identity(step)), None)
        if same is not None:
            after.remove(same)
        yield step, same
    yield from ((None, step) for step in after)


def order(before: Plain, after: Plain, parts: Parts = ONLY_NEEDS) -> str:
    """Whether the steps that two workflows have in common stand in the same order and the same groups."""
    for name, old, new in _same_jobs(_expected(before, after, parts), after, parts):
        if repr(old.get("steps")) != repr(new.get("steps")):
            was, now = ([*_grouped(job.get("steps"))] for job in (old, new))
            common = Counter(was) & Counter(now)
            alone = Counter(step for _, step in was) & Counter(step for _, step in now)
            rest = iter(was)
            if common.total() < alone.total() or not all(step in rest for step in _as_many(now, common)):
                return f"`{name}` has its steps in another order or in other groups"
    return ""


def _grouped(steps: Plain) -> Iterator[tuple[int, str]]:
    """Steps as text, each with the number of its group, 0 for none."""
    groups = 0
    for step in steps if isinstance(steps, list) else ():
        groups += "parallel" in mapping(step)
        for member in steps_of([step]):
            yield groups if "parallel" in mapping(step) else 0, _written(member)


def _as_many(steps: list[tuple[int, str]], counts: Counter[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """As many of the steps as are counted, in order."""
    for step in steps:
        if counts[step] > 0:
            counts[step] -= 1
            yield step


def _left(steps: list[Plain], counts: Counter[str]) -> Iterator[Plain]:
    """As many of the steps as are counted, in order."""
    for step in steps:
        if counts[_written(step)] > 0:
            counts[_written(step)] -= 1
            yield step


def _written(step: Plain) -> str:
    """What a step does, as text that can be compared."""
    return json.dumps(step, sort_keys=True)


def locked(before: Plain, after: Plain, path: str, lock: str) -> str:
    """Whether all actions that are added stand in the text of the lock file, if that lists the workflow at `path`.

    GitHub refuses to run a workflow that is listed and uses anything else, until `gh actions-lock` has listed that too.
    """
    try:
        allowed = _listed(lock).get(path)
    except UserError as error:
        return f"{LOCK_FILE} cannot be read: {error.message}"
    added = set(_used(after)) - set(_used(before)) if allowed is not None else set()
    missing = sorted(added - (allowed or frozenset()))
    if not missing:
        return ""
    return (
        f"{LOCK_FILE} does not list {missing[0]} for this workflow: GitHub runs it once `gh actions-lock` has added it"
    )


@lru_cache(maxsize=8)
def _listed(lock: str) -> Mapping[str, frozenset[str]]:
    """The actions of each workflow that a lock file lists. Raises `UserError` for a file that is none."""
    workflows = mapping(parse(Source(LOCK_FILE, lock)).plain).get("workflows", False)
    if not isinstance(workflows, dict | None):
        raise UserError("it does not say which workflows it is about")
    found: dict[str, frozenset[str]] = {}
    for path, actions in (workflows or {}).items():
        if not isinstance(actions, list | None):
            raise UserError(f"it has no list of actions for {path}")
        found[path] = frozenset(str(action) for action in actions or ())
    return found


def _used(plain: Plain) -> Iterator[str]:
    """The actions and reusable workflows of other repositories, as written."""
    for job in jobs_of(plain).values():
        for user in (job, *map(mapping, steps_of(job.get("steps")))):
            uses = str(user.get("uses") or "").strip()
            if uses and not uses.startswith(_OWN):
                yield uses
