"""What a rewrite leaves alone: all keys but `needs`, the work of every job, and the actions that a lock file lists.

Both workflows are given as plain data. Each check gives `""`, or in plain words what is not the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

from needful.document.nodes import Plain
from needful.document.parse import parse
from needful.errors import UserError
from needful.source import Source

LOCK_FILE = ".github/workflows/actions.lock"
"""https://docs.github.com/en/actions/concepts/security/workflow-dependency-lockfiles"""

_FREE = ("needs", "steps")
_OWN = ("./", "$/", "docker://")
"""How an action begins that no lock file lists."""


def kept(before: Plain, after: Plain) -> str:
    """Whether two workflows differ in nothing but the `needs` and the `steps` of the same jobs."""
    if key := _different(_mapping(before), _mapping(after), ("jobs",)):
        return f"the workflow has another `{key}`"
    old, new = _jobs(before), _jobs(after)
    if list(old) != list(new):
        return "there are other jobs than before"
    for name in old:
        if key := _different(old[name], new[name], _FREE):
            return f"`{name}` has another `{key}`"
    return ""


def _different(old: Mapping[str, Plain], new: Mapping[str, Plain], free: tuple[str, ...]) -> str:
    """The first key that is not there in both with the same value; `true` is not `1`, which `==` would not tell."""
    for key in (*old, *new):
        if key not in free and not (key in old and key in new and repr(old[key]) == repr(new[key])):
            return key
    return ""


def work(before: Plain, after: Plain) -> str:
    """Whether every job has the same steps, in whatever order and grouping."""
    old, new = _jobs(before), _jobs(after)
    for name in old.keys() & new.keys():
        steps, others = old[name].get("steps"), new[name].get("steps")
        if repr(steps) != repr(others) and Counter(_written(steps)) != Counter(_written(others)):
            return f"`{name}` has other steps than before"
    return ""


def _written(steps: Plain) -> Iterator[str]:
    """What steps do, one by one, as text that can be compared."""
    return (json.dumps(step, sort_keys=True) for step in _flat(steps))


def _flat(steps: Plain) -> Iterator[Plain]:
    """Steps and members of parallel groups."""
    for step in steps if isinstance(steps, list) else ():
        members = _mapping(step).get("parallel")
        yield from members if isinstance(members, list) else (step,)


def locked(before: Plain, after: Plain, path: str, lock: str) -> str:
    """Whether all actions that are added stand in the text of the lock file, if that lists the workflow at `path`.

    GitHub refuses to run a workflow that is listed and uses anything else.
    """
    try:
        allowed = _listed(lock).get(path)
    except UserError as error:
        return f"{LOCK_FILE} cannot be read: {error.message}"
    added = set(_used(after)) - set(_used(before)) if allowed is not None else set()
    missing = sorted(added - (allowed or frozenset()))
    return f"{LOCK_FILE} does not list {missing[0]} for this workflow" if missing else ""


@lru_cache(maxsize=8)
def _listed(lock: str) -> Mapping[str, frozenset[str]]:
    """The actions of each workflow that a lock file lists. Raises `UserError` for a file that is none."""
    workflows = _mapping(parse(Source(LOCK_FILE, lock)).plain).get("workflows", False)
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
    for job in _jobs(plain).values():
        for user in (job, *map(_mapping, _flat(job.get("steps")))):
            uses = str(user.get("uses") or "").strip()
            if uses and not uses.startswith(_OWN):
                yield uses


def _jobs(plain: Plain) -> Mapping[str, Mapping[str, Plain]]:
    return {name: _mapping(job) for name, job in _mapping(_mapping(plain).get("jobs")).items()}


def _mapping(plain: Plain) -> Mapping[str, Plain]:
    return plain if isinstance(plain, dict) else {}
