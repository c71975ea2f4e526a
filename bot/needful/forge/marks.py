"""The part of a pull request's text that is ours, and what it remembers.

Ours lies between two markers and is written anew each time; everything else belongs to people and stays. Within, a
hidden line remembers what was proposed, so that what somebody declined does not come again, what people decided since,
and what was promised.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from needful.commands.checkboxes import BEGIN, END
from needful.forge.branches import digest
from needful.forge.decisions import Decision, fewer, kept_as, read
from needful.report.pull_request import MAX_BODY

_REGION = re.compile(f"{re.escape(BEGIN)}((?:(?!{re.escape(BEGIN)}).)*?){re.escape(END)}", re.DOTALL)
_STATE = re.compile(r"^<!-- needful:state (\{[^\n]*?\}) -->$", re.MULTILINE)
_CUT = "\n\n… (the rest does not fit)"
_HEX = re.compile(r"[0-9a-f]{20}")
_LINKED = re.compile("(?<=/blob/)[0-9a-f]{40}(?=/)")
MAX_STATE = 12_000
"""Characters of the hidden line. Where it would be longer, the oldest decisions are forgotten."""
_MOST_HANDLED = 50


class Promise(NamedTuple):
    """What was predicted when these changes were first proposed: by which share a run gets longer (-0.2: a fifth less).

    `before` is the p50 in seconds that it starts from, `runs` by how many runs. `made` is when (seconds since 1970):
    runs before it had other changes. `changes` is a digest of the ids of the changes.
    """

    share: float
    before: float
    runs: int
    made: int = 0
    changes: str = ""


@dataclass(frozen=True)
class Memory:
    """What is remembered beside what was proposed. `handled`: ids of the comments whose commands are done."""

    decisions: tuple[Decision, ...] = ()
    handled: tuple[int, ...] = ()
    promise: Promise | None = None


NO_MEMORY = Memory()


@dataclass(frozen=True)
class Remembered:
    """`changes`: digests of what was proposed. `title`: the digest of the title that we gave.

    `withdrawn`: we closed it ourselves, so nobody declined anything.
    """

    changes: tuple[str, ...]
    title: str
    withdrawn: bool = False
    memory: Memory = NO_MEMORY


def remembered(body: str) -> Remembered | None:
    """What our part of a text remembers, None where there is no such part or nobody can tell any more."""
    region = _REGION.search(_lines(body))
    found = _STATE.search(region[1]) if region else None
    if found is None:
        return None
    try:
        state = json.loads(found[1])
    except (ValueError, RecursionError):
        return None
    changes, title = state.get("changes"), state.get("title")
    if not (isinstance(changes, list) and isinstance(title, str) and all(isinstance(one, str) for one in changes)):
        return None
    return Remembered(tuple(changes), title, state.get("withdrawn") is True, _memory(state))


def woven(theirs: str, ours: Callable[[int], str], state: Remembered) -> str:
    """A text with our part put in the place of the old one, or below what people wrote where there is none.

    `ours` writes our part, with the markers or without, in so many characters. It is cut where it is longer all the
    same: GitHub would refuse it. What people wrote never is.
    """
    before, after = _around(_lines(theirs))
    head = f"{BEGIN}\n{_state_line(state)}\n\n"
    room = MAX_BODY - len(before) - len(after) - len(head) - len(END) - 1
    inner = ours(max(room, 0)).strip().removeprefix(BEGIN).removesuffix(END)
    for mark in (BEGIN, END):
        inner = inner.replace(mark, mark.replace("<", "&lt;"))  # whoever wrote it into a workflow gains nothing
    inner = inner.strip()
    if len(inner) > room:
        inner = inner[: max(room - len(_CUT), 0)].rpartition("\n")[0] + _CUT
    return f"{before}{head}{inner}\n{END}{after}"


def withdrawn(body: str, memory: Memory) -> str:
    """The text of a pull request that we close ourselves: it remembers that nobody declined it, and the decisions."""
    state = remembered(body)
    if state is None:
        return body
    line = _state_line(replace(state, withdrawn=True, memory=memory))
    return _STATE.sub(lambda _: line, _lines(body), count=1)


def same(one: str, other: str) -> bool:
    """Whether two texts say the same: GitHub's editor ends lines as Windows does, and drops blanks at the ends.

    Links to lines of an older commit still lead to what was seen: for them alone nothing is written anew.
    """
    return _LINKED.sub("", _lines(one)).strip() == _LINKED.sub("", _lines(other)).strip()


def title_digest(title: str) -> str:
    return digest(title.strip())


def _around(body: str) -> tuple[str, str]:
    region = _REGION.search(body)
    if region:
        return body[: region.start()], body[region.end() :]
    return (f"{body.rstrip()}\n\n" if body.strip() else ""), ""


def _state_line(state: Remembered) -> str:
    kept: dict[str, object] = {"changes": [one for one in state.changes if _HEX.fullmatch(one)], "title": state.title}
    if state.withdrawn:
        kept["withdrawn"] = True
    decisions = fewer(state.memory.decisions)
    if state.memory.handled:
        kept["handled"] = state.memory.handled[-_MOST_HANDLED:]
    if state.memory.promise:
        kept["promise"] = state.memory.promise
    while True:
        line = _hidden(kept | ({"decisions": [kept_as(one) for one in decisions]} if decisions else {}))
        if len(line) <= MAX_STATE or not decisions:
            return line
        decisions = decisions[1:]


def _hidden(kept: dict[str, object]) -> str:
    """No text in it ends the comment of HTML that it stands in."""
    text = json.dumps(kept).replace("<", "\\u003c").replace(">", "\\u003e")
    return f"<!-- needful:state {text} -->"


def _memory(state: dict[str, object]) -> Memory:
    """What anybody may have edited: whatever is not as we write it is left out."""
    decisions, handled = state.get("decisions"), state.get("handled")
    found = [read(one) for one in decisions] if isinstance(decisions, list) else []
    ids = [one for one in handled if isinstance(one, int)] if isinstance(handled, list) else []
    return Memory(tuple(one for one in found if one), tuple(ids), _promise(state.get("promise")))


def _promise(value: object) -> Promise | None:
    match value:
        case [float() | int() as share, float() | int() as before, int(runs), *later] if (
            -1 <= share <= 10 and 0 < before < 1e9
        ):
            match later:
                case [int(made), str(changes)] if 0 <= made < 1e11 and _HEX.fullmatch(changes):
                    return Promise(float(share), float(before), runs, made, changes)
            return Promise(float(share), float(before), runs)
    return None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")
