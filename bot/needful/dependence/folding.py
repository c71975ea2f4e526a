"""Two texts of a workflow, as plain data, of which one has a job less: whose steps another job has now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from needful.dependence.parts import jobs_of, mapping
from needful.document.nodes import Plain

Jobs: TypeAlias = Mapping[str, Mapping[str, Plain]]


class Fold(NamedTuple):
    """The job that is gone, and the one that has its steps, without so many that both began with."""

    gone: str
    into: str
    shared: int


def found_fold(old: Jobs, new: Jobs) -> Fold | None:
    """Which job took over the steps of another; None where that is not what happened."""
    gone = [name for name in old if name not in new]
    if len(gone) != 1 or [name for name in old if name != gone[0]] != list(new):
        return None
    steps = _steps(old[gone[0]])
    for name in new:
        own, made = _steps(old[name]), _steps(new[name])
        shared = len(own) + len(steps) - len(made)
        if len(made) > len(own) and shared >= 0 and made == [*own, *steps[shared:]] and own[:shared] == steps[:shared]:
            return Fold(gone[0], name, shared)
    return None


def folded(before: Plain, after: Plain) -> Plain:
    """The workflow `before` as it has to become where the jobs are those of `after`; itself where that is no fold.

    Who needed the job that is gone needs the other one, once.
    """
    old, new = jobs_of(before), jobs_of(after)
    fold = found_fold(old, new)
    if fold is None:
        return before
    made: dict[str, Plain] = {}
    for name, job in old.items():
        changed = dict(job)
        if name == fold.into:
            changed["steps"] = new[name].get("steps")
        if fold.gone in _names(job.get("needs")) and name != fold.gone:
            changed["needs"] = new[name].get("needs") if _renamed(job, new[name], fold) else job.get("needs")
        if name != fold.gone:
            made[name] = changed
    return {**mapping(before), "jobs": made}


def _renamed(old: Mapping[str, Plain], new: Mapping[str, Plain], fold: Fold) -> bool:
    """Whether a job needs the same as before, with the one job for the two; names compare without case."""
    wanted = {
        fold.into.lower() if name.lower() == fold.gone.lower() else name.lower() for name in _names(old.get("needs"))
    }
    now = [name.lower() for name in _names(new.get("needs"))]
    return set(now) == wanted and len(now) == len(wanted)


def _names(needs: Plain) -> Sequence[str]:
    return [str(name) for name in needs] if isinstance(needs, list) else [str(needs)] if needs else []


def _steps(job: Mapping[str, Plain]) -> list[str]:
    """The steps of a job as text that can be compared; `true` is not `1`."""
    steps = job.get("steps")
    return [repr(step) for step in steps] if isinstance(steps, list) else []
