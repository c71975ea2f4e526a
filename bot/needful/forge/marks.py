"""The part of a pull request's text that is ours, and what it remembers.

Ours lies between two markers and is written anew each time; everything else belongs to people and stays. Within, a
hidden line remembers what was proposed, so that what somebody declined does not come again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from needful.commands.checkboxes import BEGIN, END
from needful.forge.branches import digest
from needful.report.pull_request import MAX_BODY

_REGION = re.compile(f"{re.escape(BEGIN)}((?:(?!{re.escape(BEGIN)}).)*?){re.escape(END)}", re.DOTALL)
_STATE = re.compile(r"^<!-- needful:state (\{[^\n]*?\}) -->$", re.MULTILINE)
_CUT = "\n\n… (the rest does not fit)"
_HEX = re.compile(r"[0-9a-f]{20}")


@dataclass(frozen=True)
class Remembered:
    """`changes`: digests of what was proposed. `title`: the digest of the title that we gave.

    `withdrawn`: we closed it ourselves, so nobody declined anything.
    """

    changes: tuple[str, ...]
    title: str
    withdrawn: bool = False


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
    return Remembered(tuple(changes), title, state.get("withdrawn") is True)


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


def withdrawn(body: str) -> str:
    """The text of a pull request that we close ourselves: it remembers that nobody declined it."""
    state = remembered(body)
    if state is None:
        return body
    return _STATE.sub(lambda _: _state_line(replace(state, withdrawn=True)), _lines(body), count=1)


def same(one: str, other: str) -> bool:
    """Whether two texts say the same: GitHub's editor ends lines as Windows does, and drops blanks at the ends."""
    return _lines(one).strip() == _lines(other).strip()


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
    return f"<!-- needful:state {json.dumps(kept)} -->"


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")
