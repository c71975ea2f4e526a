"""What a step leaves on its machine and looks at there, as values, and where two steps meet."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from needful.effects.channels import Channel, Way
from needful.effects.model import Evidence
from needful.effects.names import Name, may_be_same
from needful.facts.footprints import CHORES
from needful.workflow.model import Step


class Trace(NamedTuple):
    """What a step reads or writes on a channel, as `channels.Touch`; paths are those of the workspace.

    `skips` are names of files and folders, as globs, that the program never looks into. `report`: a program leaves it
    by its ordinary work, without being told to by the words of the command.
    """

    channel: Channel
    way: Way
    name: Name
    evidence: Evidence
    skips: tuple[str, ...] = ()
    report: bool = False


@dataclass(frozen=True)
class Left:
    """What other steps could meet of a step, or of one of its commands, in the words of `Footprint`.

    `kinds` are those of its checks and of its chores. `apart`: what set-up actions provide does not reach it.
    `mends`: a tool that checks is at work that may change what it finds.
    """

    traces: tuple[Trace, ...] = ()
    hidden: tuple[Evidence, ...] = ()
    kinds: frozenset[str] = frozenset()
    long: bool = False
    post: str = ""
    seconds: float = 0.0
    apart: bool = False
    mends: bool = False


@dataclass(frozen=True)
class Footprint:
    """All that other steps could meet of a step. Its commands are not read before anything of that is asked for.

    `glance` says by as few of them as will do whether anything is hidden.
    """

    step: Step
    tell: Callable[[], Left] = field(repr=False, compare=False)
    glance: Callable[[], bool] | None = field(default=None, repr=False, compare=False)

    @cached_property
    def _left(self) -> Left:
        return self.tell()

    @cached_property
    def hides(self) -> bool:
        """Whether it may do anything beside its traces."""
        return bool(self._left.hidden) if self.glance is None else self.glance()

    @property
    def traces(self) -> tuple[Trace, ...]:
        return self._left.traces

    @property
    def hidden(self) -> tuple[Evidence, ...]:
        """What it may do beside its traces, which nobody can name."""
        return self._left.hidden

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of checks that it does."""
        return self._left.kinds - CHORES

    @property
    def chores(self) -> frozenset[str]:
        """What it does that prepares for other steps, or hands on what they made."""
        return self._left.kinds & CHORES

    @property
    def long(self) -> bool:
        """Whether one of its checks usually takes long."""
        return self._left.long

    @property
    def seconds(self) -> float:
        """How long it usually takes, as far as that is known: an assumption."""
        return self._left.seconds

    @property
    def apart(self) -> bool:
        """Whether programs, variables and the search path that set-up actions provide make no difference to it."""
        return self._left.apart

    @property
    def mends(self) -> bool:
        """Whether a tool that checks may change what it finds, as it is called."""
        return self._left.mends

    @property
    def post(self) -> str:
        """What an action of it does at the end of the job: keeps a `cache`, anything `else`, or `""`."""
        return self._left.post


def together(parts: Iterable[Left]) -> Left:
    """What several parts leave, as one."""
    found = tuple(parts)
    return Left(
        tuple(dict.fromkeys(trace for part in found for trace in part.traces)),
        tuple(dict.fromkeys(one for part in found for one in part.hidden)),
        frozenset().union(*(part.kinds for part in found)),
        any(part.long for part in found),
        next((part.post for part in sorted(found, key=lambda part: part.post == CACHE) if part.post), ""),
        sum(part.seconds for part in found),
        bool(found) and all(part.apart for part in found),
        any(part.mends for part in found),
    )


CACHE = "cache"
"""What an action does at the end of the job that keeps what the steps left in a cache."""


def meet(a: Trace, b: Trace) -> bool:
    """Whether one step may write what another writes or looks at."""
    if a.channel is not b.channel or (a.way is Way.READS and b.way is Way.READS) or not may_be_same(a.name, b.name):
        return False
    return not (_skipped(a, b) or _skipped(b, a))


def _skipped(one: Trace, other: Trace) -> bool:
    """Whether a program never looks, and so never writes, where the other does."""
    parts = "".join(part if isinstance(part, str) else "\0" for part in other.name).split("/") if one.skips else ()
    return any(fnmatch.fnmatchcase(part, skip) for part in parts for skip in one.skips)
