"""What a job makes, reads and may do, as values. Every one carries the place where it was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from needful.effects.channels import Channel, Way
from needful.effects.names import Name
from needful.workflow.model import Text


class Place(NamedTuple):
    """A stop on the way to something: a place in a file of the repository, and what stands there (`"lint"`)."""

    path: str
    line: int
    text: str = ""

    def __str__(self) -> str:
        named = self.text and self.text.removeprefix("./") != self.path
        return f'{self.path}:{self.line} "{self.text}"' if named else f"{self.path}:{self.line}"


class Evidence(NamedTuple):
    """Where something was seen: `path` relative to the repository, `line` from 1, `text` says what, in plain words."""

    path: str
    line: int
    text: str


@dataclass(frozen=True)
class Effect:
    """What a step does on a channel, and where that was seen. `name` and `certain` as in `channels.Touch`."""

    channel: Channel
    way: Way
    name: Name
    evidence: Evidence
    certain: bool = True


@dataclass(frozen=True)
class Upload:
    """An artifact of this run that a step makes; `replaces` says whether it may take the place of one of that name."""

    name: Name
    evidence: Evidence
    replaces: bool = False


@dataclass(frozen=True)
class Download:
    """Artifacts of this run that a step reads: the one called `name`, or all that the glob `pattern` matches.

    `conditions` are the `if`s of the workflow on the way to the step, `conditional` says whether there is any `if`;
    `optional`: the job goes on when there is nothing to read.
    """

    name: Name | None
    pattern: Name | None
    evidence: Evidence
    conditions: tuple[Text, ...] = ()
    conditional: bool = False
    optional: bool = False


@dataclass(frozen=True)
class CacheUse:
    """A cache entry that `actions/cache` and its halves name. `keys` holds the key and the restore keys (prefixes).

    `paths` is what is saved and restored: an entry is found only with the same. `downloads`: it holds no more than
    downloads, so that a job without it only takes longer.
    """

    keys: tuple[Name, ...]
    saves: bool
    restores: bool
    evidence: Evidence
    paths: Name = ()
    downloads: bool = False


@dataclass(frozen=True)
class ToolCache:
    """A cache that an action keeps by itself: `kind` is the action with what it caches, e.g. `actions/setup-node yarn`.

    `key` is the name by which jobs share it on purpose, None where they share it by what it caches.
    """

    kind: str
    key: Name | None
    evidence: Evidence


class Group(NamedTuple):
    """A concurrency group: of two jobs in one, the later waits or is cancelled."""

    name: Name
    evidence: Evidence


@dataclass(frozen=True)
class JobEffects:
    """All that is known of a job's dealings with the world outside it.

    `works`: commands and actions that do more than install; a job that has tool caches and no such work is there to
    fill them. `irreversible`: work that cannot be taken back or that others see. `capabilities`: what could do such
    work, or leave something for another job, unseen; without any, whatever the job runs stays inside it, but for
    artifacts and caches; `pushes` are those among them that could push commits and tags, and no more, and `trials`
    those of tests, which publish and deploy nothing. `trusted`: what
    is taken not to push with a token that nobody asked for. `opaque`: what
    could make or read artifacts and caches unseen, `makers` what of that could make them; `unseen`: all that cannot be
    seen of its work. `signs`: what makes
    one expect irreversible work of the job. `guards`: what makes it one that decides what may run at
    all. `disk`: why its machine may outlive it. `groups`: the concurrency groups
    that it takes part in. `effects`: what else it does on channels between jobs.
    """

    uploads: tuple[Upload, ...] = ()
    downloads: tuple[Download, ...] = ()
    caches: tuple[CacheUse, ...] = ()
    tool_caches: tuple[ToolCache, ...] = ()
    works: tuple[Evidence, ...] = ()
    irreversible: tuple[Evidence, ...] = ()
    capabilities: tuple[Evidence, ...] = ()
    opaque: tuple[Evidence, ...] = ()
    makers: tuple[Evidence, ...] = ()
    signs: tuple[Evidence, ...] = ()
    disk: tuple[Evidence, ...] = ()
    guards: tuple[Evidence, ...] = ()
    pushes: tuple[Evidence, ...] = ()
    trials: tuple[Evidence, ...] = ()
    trusted: tuple[Evidence, ...] = ()
    unseen: tuple[Evidence, ...] = ()
    groups: tuple[Group, ...] = ()
    effects: tuple[Effect, ...] = ()

    @property
    def dangers(self) -> tuple[Evidence, ...]:
        """The capabilities that could do irreversible work."""
        return tuple(one for one in self.capabilities if one not in self.trials)
