"""What a user may ask `explain` about, as it is written: a job, an edge, the id of a change; and what was meant if not.

Job ids of GitHub hold letters, digits, `-` and `_` only, so neither an arrow nor a colon can be part of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import NamedTuple

from needful.errors import UserError

_ARROW = re.compile(r"-{0,2}>|→|\.\.")
_MAX_LISTED = 20
"""Names in one message; whoever has more jobs looks into the file."""
_MAX_COMPARED = 2_000
_MAX_LENGTH = 200


class Unknown(NamedTuple):
    """A workflow that has no such thing: its job ids, and the ids of its changes where one was asked for."""

    path: str
    jobs: tuple[str, ...]
    changes: tuple[str, ...] = ()


def ends_of(about: str) -> tuple[str, str] | None:
    """Producer and consumer of an edge written `A->B`, `A -> B`, `A --> B`, `A→B` or `A..B`; None for anything else."""
    found = _ARROW.search(about)
    if found is None:
        return None
    ends = about[: found.start()].strip(), about[found.end() :].strip()
    return ends if all(ends) else None


def asks_for_change(about: str) -> bool:
    """Whether it can only be the id of a change, such as `drop-false-needs:ci.yml:test:lint`."""
    return ":" in about


def file_name(path: str) -> str:
    """A workflow's last name, as the ids of its changes have it."""
    return path.rsplit("/", 1)[-1]


def is_in(change_id: str, path: str) -> bool:
    """Whether the id of a change names this workflow."""
    return f":{file_name(path).lower()}:" in change_id.lower()


def paths_of(about: str, paths: Sequence[str]) -> tuple[str, ...]:
    """The workflows that can have what is asked for: the id of a change names its file. All, if it names none."""
    return tuple(path for path in paths if is_in(about, path)) or tuple(paths)


def unanswered(about: str, found: Iterable[Unknown]) -> UserError:
    """What to say where no workflow has what was asked for: what there is, and what may have been meant."""
    found = tuple(found)
    jobs = _different(job for one in found for job in one.jobs)
    if asks_for_change(about):
        changes = _different(change for one in found for change in one.changes)
        return UserError(
            f"there is no change {about!r}",
            hint=_meant(about, changes) or "`needful plan --include review` lists the changes with their ids",
        )
    ends = ends_of(about)
    known = {job.lower() for job in jobs}
    for job in ends or (about,):
        if job.lower() not in known:
            hint = " ".join(filter(None, (_meant(job, jobs), f"jobs: {_listed(jobs)}", _shell(about))))
            return UserError(f"there is no job {job!r}", hint=hint)
    assert ends is not None, "a job that is there has been explained"
    if ends[0].lower() == ends[1].lower():
        return UserError(f"{ends[0]!r} is one job, and an edge has two", hint=f"jobs: {_listed(jobs)}")
    return UserError(f"no workflow has both {ends[0]!r} and {ends[1]!r}", hint="an edge joins two jobs of one workflow")


def _different(names: Iterable[str]) -> tuple[str, ...]:
    """The names, each once whatever its case."""
    return tuple({name.lower(): name for name in names}.values())


def _meant(asked: str, known: Sequence[str]) -> str:
    """The closest matches. Comparing takes time in proportion to both lengths, so both are bounded."""
    candidates = {name.lower(): name for name in islice(known, _MAX_COMPARED) if len(name) <= _MAX_LENGTH}
    matches = get_close_matches(asked.lower()[:_MAX_LENGTH], candidates, n=3)
    return f"did you mean {' or '.join(candidates[match] for match in matches)}?" if matches else ""


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MAX_LISTED} more" if len(names) > _MAX_LISTED else ""
    return ", ".join(names[:_MAX_LISTED]) + more


def _shell(about: str) -> str:
    """A shell takes the arrow of an edge without quotes for a redirection."""
    return "(an edge wants quotes, 'A->B', or two dots, A..B)" if about.endswith("-") else ""
