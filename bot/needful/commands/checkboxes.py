"""Checkboxes in the text of a pull request: ticking and unticking a change is a command too.

Only list items between our markers count, and only those with the id of a change in a code span.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from needful.commands.grammar import is_id
from needful.commands.model import Apply, Command, Drop

BEGIN, END = "<!-- needful:begin -->", "<!-- needful:end -->"
"""What lies between is ours; the rest of a body belongs to people."""
BECAUSE = "unticked in the pull request"

_BOX = re.compile(r"[ \t]*[-*+] \[(?P<tick>[ xX])\] `(?P<id>[^`]+)`[ \t]*\r?", re.ASCII)
_MAX_BODY = 65_536 * 4


def boxes(body: str) -> Mapping[str, bool]:
    """The ids of changes that have one checkbox in our part of a body, with their ticks."""
    begin = body.find(BEGIN) if len(body) <= _MAX_BODY else -1
    end = body.find(END, begin)
    if begin < 0 or end < 0:
        return {}
    begin = body.rfind(BEGIN, 0, end)  # what a marker without an end opened is not ours
    found: dict[str, bool] = {}
    twice: set[str] = set()
    for line in body[begin + len(BEGIN) : end].split("\n"):
        box = _BOX.fullmatch(line)
        if box is None or not is_id(box["id"]):
            continue
        if box["id"] in found:
            twice.add(box["id"])
        found[box["id"]] = box["tick"] != " "
    return {change: tick for change, tick in found.items() if change not in twice}


def ticked(before: str, after: str) -> tuple[Command, ...]:
    """What an edit of a body asks for. What has no box on both sides is no command: a box that is gone says nothing."""
    old, new = boxes(before), boxes(after)
    changed = [change for change, tick in new.items() if change in old and old[change] != tick]
    on, off = ([change for change in changed if new[change] is tick] for tick in (True, False))
    applied = (Apply(tuple(on)),) if on else ()
    return (*applied, *((Drop(tuple(off), BECAUSE),) if off else ()))
