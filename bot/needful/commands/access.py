"""Who may ask for what, as data."""

from __future__ import annotations

from typing import NamedTuple

from needful.commands.model import Command, Explain, Help, ShowPlan

_READING = (Help, ShowPlan, Explain)


class Access(NamedTuple):
    """What a command needs: a person who may write to the repository, and a pull request of ours (`own`) or any."""

    writer: bool
    own: bool


def access(command: Command) -> Access:
    """What a command needs. Those that only read need a writer too: each starts a run and writes a comment."""
    return Access(writer=True, own=not isinstance(command, _READING))


def objection(command: Command, *, writer: bool, own: bool) -> str:
    """Why a command is not carried out, `""` if it may be: whether a writer asks, and on a pull request of ours."""
    needed = access(command)
    if needed.writer and not writer:
        return "only people who may write to this repository can ask for this"
    return "this works on pull requests of Needful only" if needed.own and not own else ""
