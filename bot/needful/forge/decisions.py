"""What people decided about a workflow by command: kept in the text of its pull request, in the order they did it.

Each decision is kept as the line of its command, so that there is one grammar, and nothing else is read back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple, TypeAlias, TypeGuard

from needful.commands.checkboxes import BECAUSE, boxes
from needful.commands.grammar import parse_comment, spell
from needful.commands.model import Apply, Command, Drop, IgnoreRule, KeepEdge

Deciding: TypeAlias = Apply | Drop | KeepEdge | IgnoreRule
_MOST = 40
"""Decisions that can be taken back one by one. Of older ones, only those that still count are kept."""
_MAX_AUTHOR = 100


class Decision(NamedTuple):
    """`by` is the login of who decided, `comment` the id of the comment that said so; `""` and 0 for a checkbox."""

    command: Deciding
    by: str = ""
    comment: int = 0


def decides(command: Command) -> TypeGuard[Deciding]:
    """Whether a command is a decision, which is remembered."""
    return isinstance(command, Deciding)


def wanted(decisions: Iterable[Decision]) -> frozenset[str]:
    """The changes that somebody asked for by name and nobody dropped since."""
    return frozenset(change for change, one in _latest(decisions).items() if isinstance(one.command, Apply))


def dropped(decisions: Iterable[Decision]) -> dict[str, str]:
    """The changes that somebody dropped, each with the words that say who and why."""
    latest = _latest(decisions).items()
    return {change: _said(one, one.command) for change, one in latest if isinstance(one.command, Drop)}


def ticked(decisions: tuple[Decision, ...], body: str) -> tuple[Decision, ...]:
    """The decisions, and those by the checkboxes of a text that remembers them: only dropped changes have none ticked.

    Whoever may write to the repository may edit the text, so a box that says otherwise is a decision too.
    """
    known = dropped(decisions)
    found = boxes(body)
    on = tuple(change for change, tick in found.items() if tick and change in known)
    off = tuple(change for change, tick in found.items() if not tick and change not in known)
    applied = (Decision(Apply(on)),) if on else ()
    return (*decisions, *applied, *((Decision(Drop(off, BECAUSE)),) if off else ()))


def fewer(decisions: tuple[Decision, ...]) -> tuple[Decision, ...]:
    """The decisions, without old ones that later ones made void."""
    if len(decisions) <= _MOST:
        return decisions
    old, new = decisions[:-_MOST], decisions[-_MOST:]
    known = set(_latest(new))
    kept: list[Decision] = []
    for one in reversed(old):
        command = one.command
        if isinstance(command, Apply | Drop):
            ids = tuple(change for change in command.ids if change not in known)
            known |= set(ids)
            if not ids:
                continue
            command = replace(command, ids=ids)
        kept.append(one._replace(command=command))
    return (*reversed(kept), *new)


def kept_as(one: Decision) -> list[str | int]:
    """A decision as JSON."""
    return [spell(one.command), one.by[:_MAX_AUTHOR], one.comment]


def read(value: object) -> Decision | None:
    """A decision from JSON that anybody may have edited; None for what is none."""
    match value:
        case [str(line), str(by), int(comment)] if not isinstance(comment, bool):
            found = parse_comment(line)
            if isinstance(found, tuple) and len(found) == 1 and isinstance(found[0], Deciding):
                return Decision(found[0], by[:_MAX_AUTHOR], comment)
    return None


def _latest(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """Who decided last about each change."""
    found: dict[str, Decision] = {}
    for one in decisions:
        if isinstance(one.command, Apply | Drop):
            found |= dict.fromkeys(one.command.ids, one)
    return found


def _said(one: Decision, drop: Drop) -> str:
    who = f"dropped by {one.by}" if one.by else "dropped"
    return f"{who}: {drop.because}" if drop.because else who
