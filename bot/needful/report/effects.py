"""What a job makes, reads and may do, side by side: one table says which of its effects are shown where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

from needful.dependence.situation import Situation
from needful.effects.model import Evidence, JobEffects
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


_SIDES: tuple[tuple[str, str, tuple[Callable[[JobEffects], Iterable[Shown | Evidence]], ...]], ...] = (
    # label, what is said where there is nothing, effects
    ("makes", "nothing that another job could read", (lambda of: of.uploads,)),
    ("reads", "nothing of other jobs", (lambda of: of.downloads,)),
    ("caches", "", (lambda of: of.caches, lambda of: of.tool_caches)),
    ("does", "nothing that cannot be taken back", (lambda of: of.irreversible,)),
    (
        "may",
        "no more than is said here: its token only reads, it gets no secrets, and its runners are fresh",
        (lambda of: of.capabilities,),
    ),
    ("opaque", "nothing", (lambda of: of.opaque,)),
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
