"""`# needful: keep — why`: what somebody wants left as it is, for ever.

Such a comment stands beside an edge (an item of `needs`, or the line of `needs`, for all of them), a step or a job, or
on a line of its own directly above. Inside a step it is about the step, elsewhere inside a job about the job. What
begins like one and says something else is an error: it may be a wish that we misread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from needful.document.comments import Comment, every_comment
from needful.document.layout import is_block, members
from needful.document.nodes import Mapping, Path, Sequence, resolve
from needful.errors import UserError
from needful.source import Span
from needful.workflow.model import Job, Step, Workflow

_OURS = re.compile(r"(?P<name>needful)(?P<colon>[ \t]*:)?[ \t]*(?P<rest>.*)", re.IGNORECASE)
_KEEP = re.compile(r"keep(?:\s*(?:[–—:]|--)+\s*|\s*-+\s+|\s+|$)(?P<reason>.*)", re.IGNORECASE)
_LIKE_KEEP = re.compile(r"keep\b", re.IGNORECASE)
_HOW = "write `# needful: keep — why` beside or directly above an edge, a step or a job"


class Kind(IntEnum):
    """What can be kept, the widest last."""

    EDGE = 0  # one item of `needs`
    NEEDS = 1  # all of `needs`
    STEP = 2
    JOB = 3


class Keep(NamedTuple):
    """Something that stays as it is. `path` leads to it; `at` is the comment; `on` is the producer of an edge.

    `what` says it in words: `` `deploy` waits for `test` ``.
    """

    kind: Kind
    job: str
    path: Path
    at: Span
    reason: str
    what: str
    on: str = ""


class _Place(NamedTuple):
    """Lines (from 1, the last included) on which something stands that can be kept."""

    kind: Kind
    first: int
    last: int
    job: str
    path: Path
    what: str
    on: str = ""


def keeps(workflow: Workflow) -> tuple[Keep, ...]:
    """What is kept, in the order of the comments. Raises `UserError` for a comment of ours that says nothing."""
    if "needful" not in workflow.document.source.text.lower():
        return ()
    ours = [(one, reason) for one in every_comment(workflow.document) if (reason := _reason(workflow, one)) is not None]
    places = list(_places(workflow)) if ours else []
    return tuple(
        Keep(place.kind, place.job, place.path, comment.span, reason, place.what, place.on)
        for comment, reason in ours
        for place in _meant(workflow, comment, places)
    )


def _reason(workflow: Workflow, comment: Comment) -> str | None:
    """Why something is kept, `""` where nobody says; None for a comment that is not for us."""
    ours = _OURS.match(comment.text)
    if ours is None:
        return None
    like = _LIKE_KEEP.match(ours["rest"])
    if not like and (not ours["colon"] or ours["name"] != "needful"):
        return None  # prose that begins with our name
    keep = _KEEP.match(ours["rest"])
    if keep is None or not ours["colon"]:
        raise _error(workflow, comment, "a comment for Needful that says nothing to it")
    return keep["reason"].strip(" \t-–—:")


def _meant(workflow: Workflow, comment: Comment, places: list[_Place]) -> list[_Place]:
    """What a comment is about: the widest of what begins on its line, else the narrowest around it.

    What an anchor shares begins on that line for several jobs.
    """
    line = _line(workflow, comment)
    starting = [place for place in places if place.first == line]
    if starting:
        widest = {
            job: max(place.kind for place in starting if place.job == job) for job in {one.job for one in starting}
        }
        return [place for place in starting if place.kind is widest[place.job]]
    around = [place for place in places if place.first <= line <= place.last]
    if not around:
        raise _error(workflow, comment, "`needful: keep` stands at nothing that can be kept")
    smallest = min(place.last - place.first for place in around)
    return [place for place in around if place.last - place.first == smallest]


def _line(workflow: Workflow, comment: Comment) -> int:
    """The line that a comment is about: its own, or the one directly below at the same indentation."""
    source = workflow.document.source
    line, column = source.position(comment.span.start)
    at = comment.span.start
    while comment.alone:
        below = source.next_line(at)
        text = source.text[below : source.line_end(below)]
        if below == at or len(text) - len(text.lstrip(" ")) != column - 1 or not text.strip():
            raise _error(workflow, comment, "`needful: keep` stands on a line of its own with nothing directly below")
        at, line = below, line + 1
        if not text.lstrip(" ").startswith("#"):
            break
    return line


def _error(workflow: Workflow, comment: Comment, message: str) -> UserError:
    source = workflow.document.source
    place = source.position(comment.span.start)
    return UserError(message, path=source.path, line=place.line, column=place.column, hint=_HOW)


# --- what can be kept ------------------------------------------------------------------------------------------------


def _places(workflow: Workflow) -> Iterator[_Place]:
    for job in workflow.jobs:
        yield _place(workflow, Kind.JOB, job.span, job, job.path, f"the job `{job.id}`")
        yield from _needs(workflow, job)
        for number, step in enumerate(job.all_steps(), 1):
            span = Span(_start(workflow, step), step.span.end)
            yield _place(workflow, Kind.STEP, span, job, step.path, _step(step, number, job))


def _place(workflow: Workflow, kind: Kind, span: Span, job: Job, path: Path, what: str, on: str = "") -> _Place:
    line = workflow.document.source.line
    return _Place(kind, line(span.start), line(span.end), job.id, path, what, on)


def _needs(workflow: Workflow, job: Job) -> Iterator[_Place]:
    written = workflow.document.find(job.path)
    mapping = resolve(written) if written is not None else None
    entry = mapping.entry("needs") if isinstance(mapping, Mapping) else None
    if entry is None:
        return
    path = (*job.path, "needs")
    names = [f"`{need.on}`" for need in job.needs]
    yield _place(
        workflow, Kind.NEEDS, entry.span, job, path, f"`{job.id}` waits for {' and '.join(names) or 'nothing'}"
    )
    for need in job.needs:
        yield _place(workflow, Kind.EDGE, need.span, job, path, f"`{job.id}` waits for `{need.on}`", need.on)


def _start(workflow: Workflow, step: Step) -> int:
    """Where a step begins: at its dash, which may stand on a line of its own."""
    written = workflow.document.find(step.path[:-1])
    steps = resolve(written) if written is not None else None
    index = step.path[-1]
    assert isinstance(steps, Sequence), "steps stand in a list"
    assert isinstance(index, int), "steps stand in a list"
    return members(workflow.document.source, steps)[index].start if is_block(steps) else step.span.start


def _step(step: Step, number: int, job: Job) -> str:
    named = step.name.value if step.name else step.id
    return f"the step “{named}” of `{job.id}`" if named else f"step {number} of `{job.id}`"
