"""What a job makes, reads and may do, side by side: one table says which of its effects are shown where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

from needful.dependence.situation import Situation
from needful.effects.channels import Channel
from needful.effects.model import Effect, Evidence, JobEffects
from needful.effects.names import show
from needful.workflow.model import Job


class Section(NamedTuple):
    """One side of a job. `nothing` is said where nothing was seen, `""` where that goes without saying."""

    label: str
    seen: tuple[Evidence, ...]
    nothing: str


class Shown(Protocol):
    """An effect that carries the place where it was seen."""

    @property
    def evidence(self) -> Evidence: ...


# outputs and artifacts are shown as such
_NAMED = frozenset({Channel.OUTPUT, Channel.ARTIFACT})


def _elsewhere(effects: JobEffects) -> Iterator[Effect]:
    """What else a job reads or writes outside itself, beside what is shown as a cache, as work, or as possible."""
    told = {*effects.irreversible, *effects.capabilities}
    caches = [use.evidence for use in effects.caches] + [use.evidence for use in effects.tool_caches]
    kept_at = {(seen.path, seen.line) for seen in caches}
    for effect in effects.effects:
        kept = effect.channel is Channel.CACHE and (effect.evidence.path, effect.evidence.line) in kept_at
        if effect.channel not in _NAMED and effect.evidence not in told and not kept:
            yield effect


def _shared(effects: JobEffects) -> Iterator[Evidence]:
    """What other jobs may have to wait for, or find again: concurrency groups by their names, and disks."""
    for group in effects.groups:
        yield group.evidence._replace(text=f"{group.evidence.text}: `{show(group.name)}`")
    yield from effects.disk


def _unseen(effects: JobEffects) -> Iterator[Evidence]:
    """What cannot be seen, with what it holds where it could use artifacts and caches by that."""
    for seen in effects.unseen:
        held = (more for more in effects.opaque if more[:2] == seen[:2] and more.text.startswith(f"{seen.text}, and "))
        yield next(held, seen)
    yield from (more for more in effects.opaque if more not in effects.unseen)


_SIDES: tuple[tuple[str, str, tuple[Callable[[JobEffects], Iterable[Shown | Evidence]], ...]], ...] = (
    # label, what is said where there is nothing, effects
    ("makes", "nothing that another job could read", (lambda of: of.uploads,)),
    ("reads", "nothing of other jobs", (lambda of: of.downloads,)),
    ("caches", "", (lambda of: of.caches, lambda of: of.tool_caches)),
    ("does", "nothing that cannot be taken back", (lambda of: of.irreversible,)),
    (
        "may",
        "no more than is said here: nothing in it that cannot be seen is given a token that may write, a secret or a "
        "login",
        (lambda of: of.capabilities,),
    ),
    ("touches", "", (_elsewhere,)),
    ("shares", "", (_shared,)),
    ("guards", "", (lambda of: of.guards,)),
    ("signs", "", (lambda of: of.signs,)),
    ("unseen", "nothing", (_unseen,)),
    ("runs", "", (lambda of: of.works,)),
)


def sections(situation: Situation, job: Job) -> Iterator[Section]:
    """The sides of a job that are worth a word, in the order in which people ask for them."""
    effects = situation.effects[job.id.lower()]
    written = {"makes": _outputs(situation, job), "reads": _needs_context(situation, job)}
    for label, nothing, sides in _SIDES:
        found = (*written.get(label, ()), *(_evidence(item) for side in sides for item in side(effects)))
        if found or nothing:
            yield Section(label, tuple(dict.fromkeys(found)), nothing)


def _evidence(item: Shown | Evidence) -> Evidence:
    return item if isinstance(item, Evidence) else item.evidence


def _outputs(situation: Situation, job: Job) -> Iterator[Evidence]:
    for output in job.outputs:
        yield situation.evidence(output.value.span, f"gives the output `{output.name}`")


def _needs_context(situation: Situation, job: Job) -> Iterator[Evidence]:
    reads = situation.reads[job.id.lower()]
    for producer, spans in reads.named.items():
        other = situation.workflow.job(producer)
        for span in spans:
            yield situation.evidence(span, f"reads `needs.{other.id if other else producer}`")
    for span in reads.everything:
        yield situation.evidence(span, "reads the results of all that it needs")
