"""The parts of a workflow that a change may be about, and to which of them a difference between two texts belongs.

A proposal names the parts that it means to change; the proof sees to it that nothing else differs, and each part that
is named brings obligations of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import TypeAlias

from needful.document.nodes import Plain
from needful.facts.caches import is_cache_input, is_cache_line, is_cache_step
from needful.facts.frozen_installs import frozen


class Part(Enum):
    """What a change may be about, in words for people."""

    NEEDS = "`needs`"
    CACHES = "what is cached"
    DEPTH = "how much of the history is fetched"
    INSTALLS = "how packages are installed"
    CONCURRENCY = "`concurrency`"
    EVENTS = "`on`"
    ORDER = "which steps run at once"
    TIMEOUTS = "`timeout-minutes`"
    LEGS = "the order of a matrix"
    JOBS = "which job runs which legs of a matrix"
    SPLIT = "which job runs which steps"
    MERGE = "which of two jobs runs the steps of both"
    SHARDS = "on how many machines the tests of a job run"


Parts: TypeAlias = frozenset[Part]
ONLY_NEEDS: Parts = frozenset({Part.NEEDS})
TIMED: Parts = frozenset({Part.NEEDS, Part.ORDER, Part.LEGS, Part.MERGE, Part.SHARDS})
"""The parts whose change a replay can time. What else a change is about is worth having for other reasons."""
_MADE = frozenset({Part.JOBS, Part.SPLIT})
ALONE: Parts = frozenset({Part.MERGE, Part.SHARDS})
"""The parts that make other jobs of the jobs, so that such a change is compared by itself."""
_OF_JOBS = {Part.NEEDS: "needs", Part.TIMEOUTS: "timeout-minutes"}
_OF_THE_WORKFLOW = {Part.CONCURRENCY: "concurrency", Part.EVENTS: "on"}


def spoken(parts: Parts) -> str:
    """Parts in words, in the order above."""
    return " and ".join(part.value for part in Part if part in parts)


def job_keys(parts: Parts) -> tuple[str, ...]:
    """The keys of a job that belong to the parts."""
    return tuple(key for part, key in _OF_JOBS.items() if part in parts)


def top_keys(parts: Parts) -> tuple[str, ...]:
    """The keys of a workflow that belong to the parts."""
    return tuple(key for part, key in _OF_THE_WORKFLOW.items() if part in parts)


def part_of_step(before: Plain, after: Plain) -> Part | None:
    """To which part it belongs that a step became another, or is new, or gone (None); None where to no part."""
    old, new = mapping(before), mapping(after)
    if not old or not new:
        if not old and list(new) in (["wait-all"], ["wait"]):
            return Part.ORDER
        return Part.CACHES if is_cache_step(_action(old or new)) else None
    keys = [key for key in old.keys() | new.keys() if repr(old.get(key)) != repr(new.get(key))]
    if keys == ["background"]:
        return Part.ORDER
    if keys == ["run"] and _is_frozen(old, new):
        return Part.INSTALLS
    if keys != ["with"]:
        return None
    was, now, action = mapping(old.get("with")), mapping(new.get("with")), _action(new)
    inputs = [name.lower() for name in was.keys() | now.keys() if repr(was.get(name)) != repr(now.get(name))]
    if inputs == ["fetch-depth"] and is_depth(action):
        return Part.DEPTH
    caches = (is_cache_input(action, name) or _in_lines(action, name, was, now) for name in inputs)
    return Part.CACHES if all(caches) else None


def _is_frozen(before: Mapping[str, Plain], after: Mapping[str, Plain]) -> bool:
    """Whether a command installs from the lock file alone what it installed by the manifest."""
    other = frozen(str(before.get("run")))
    return other is not None and other.command == after.get("run")


def _in_lines(action: str, name: str, before: Mapping[str, Plain], after: Mapping[str, Plain]) -> bool:
    """Whether an input differs in lines only that say what is cached, and the others stand as they stood."""
    old, new = ([*_lines(inputs, name)] for inputs in (before, after))
    left = [[line for line in lines if not is_cache_line(action, name, line)] for lines in (old, new)]
    return old != new and left[0] == left[1]


def _lines(inputs: Mapping[str, Plain], name: str) -> Iterator[str]:
    for key, value in inputs.items():
        if key.lower() == name and isinstance(value, str):
            yield from filter(None, map(str.strip, value.splitlines()))


def is_depth(action: str) -> bool:
    """Whether the input `fetch-depth` of an action says how much of the history it fetches."""
    return action == "actions/checkout"


def identity(step: Plain) -> str:
    """What makes a step the same in another text, whatever else is changed: its action, without the version."""
    return _action(mapping(step)) or "run"


def _action(step: Mapping[str, Plain]) -> str:
    return str(step.get("uses") or "").partition("@")[0].strip().lower()


def steps_of(steps: Plain) -> Iterator[Plain]:
    """Steps and members of parallel groups, from what stands under `steps`."""
    for step in steps if isinstance(steps, list) else ():
        members = mapping(step).get("parallel")
        yield from members if isinstance(members, list) else (step,)


def jobs_of(plain: Plain) -> Mapping[str, Mapping[str, Plain]]:
    """The jobs of a workflow as plain data."""
    return {name: mapping(job) for name, job in mapping(mapping(plain).get("jobs")).items()}


def in_any_order(job: Mapping[str, Plain]) -> Mapping[str, Plain]:
    """A job whose matrix has its values in an order of ours, so that two orders of them are the same."""
    strategy = mapping(job.get("strategy"))
    matrix = mapping(strategy.get("matrix"))
    if not matrix:
        return job
    ordered: dict[str, Plain] = {
        key: sorted(value, key=repr) if isinstance(value, list) and key != "exclude" else value
        for key, value in matrix.items()
    }
    return {**job, "strategy": {**strategy, "matrix": ordered}}


def came_of(before: Mapping[str, object], after: Mapping[str, object], parts: Parts) -> Mapping[str, list[str]] | None:
    """For each job of a workflow, those of another that came of it: itself, and those below where legs or steps move.

    None where jobs are gone, others are there, or they stand in another order.
    """
    found: dict[str, list[str]] = {}
    last = ""
    for name in after:
        last = name if name in before else last
        if not last:
            return None
        found.setdefault(last, []).append(name)
    if list(found) != list(before) or (not parts & _MADE and len(after) > len(before)):
        return None
    return found


def mapping(plain: Plain) -> Mapping[str, Plain]:
    """Plain data as a mapping; an empty one for anything else."""
    return plain if isinstance(plain, dict) else {}
