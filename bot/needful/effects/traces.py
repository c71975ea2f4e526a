"""What a step leaves on its machine and looks at there, as values, and where two steps meet."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from needful.effects.channels import Channel, Way
from needful.effects.model import Evidence
from needful.effects.names import Name, may_be_same
from needful.workflow.model import Step


class Trace(NamedTuple):
    """What a step reads or writes on a channel, as `channels.Touch`; paths are those of the workspace.

    `skips` are names of files and folders, as globs, that the program never looks into.
    """

    channel: Channel
    way: Way
    name: Name
    evidence: Evidence
    skips: tuple[str, ...] = ()


@dataclass(frozen=True)
class Left:
    """What other steps could meet of a step, or of one of its commands, in the words of `Footprint`."""

    traces: tuple[Trace, ...] = ()
    hidden: tuple[Evidence, ...] = ()
    kinds: frozenset[str] = frozenset()
    long: bool = False
    posts: bool = False


@dataclass(frozen=True)
class Footprint:
    """All that other steps could meet of a step. Its commands are not read before anything of that is asked for."""

    step: Step
    tell: Callable[[], Left] = field(repr=False, compare=False)

    @cached_property
    def _left(self) -> Left:
        return self.tell()

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
        return self._left.kinds

    @property
    def long(self) -> bool:
        """Whether one of its checks usually takes long."""
        return self._left.long

    @property
    def posts(self) -> bool:
        """Whether an action of it does something at the end of the job."""
        return self._left.posts


def meet(a: Trace, b: Trace) -> bool:
    """Whether one step may write what another writes or looks at."""
    if a.channel is not b.channel or (a.way is Way.READS and b.way is Way.READS) or not may_be_same(a.name, b.name):
        return False
    return not (_skipped(a, b) or _skipped(b, a))


def _skipped(one: Trace, other: Trace) -> bool:
    """Whether a program never looks, and so never writes, where the other does."""
    parts = "".join(part if isinstance(part, str) else "\0" for part in other.name).split("/") if one.skips else ()
    return any(fnmatch.fnmatchcase(part, skip) for part in parts for skip in one.skips)
