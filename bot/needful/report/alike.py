"""Findings of which the same is said, but for the names of jobs, told as one: nobody reads a sentence twenty times.

What varies is what a finding is about: the first part of its subject, the last one, or both (each of these jobs, each
of those that it waits for). Nothing is known here of what rules say: texts are alike if they are the same once these
names, in code spans, are taken out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Generic, TypeVar

from needful.dependence.model import Evidence
from needful.planning.plan import Change, Held
from needful.report.findings import Finding, moved_gates
from needful.rules.api import Proposal

AnyFinding = TypeVar("AnyFinding", Change, Held)

_SPAN = re.compile("`([^`]+)`")
_NUMBER = re.compile(r"(?<= )[0-9]+(?= )")
"""A number that is a word of its own."""
_MOST = 24
"""Findings that are told as one, at most: what is told of them stays a line that can be read."""


@dataclass(frozen=True)
class Alike(Generic[AnyFinding]):
    """`findings` are told as one, in the words of the first with the names of all."""

    findings: tuple[AnyFinding, ...]

    @property
    def first(self) -> AnyFinding:
        return self.findings[0]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(finding.id for finding in self.findings)

    def told(self, text: str) -> str:
        """A text of the first as it holds for all: `` `test` need not wait for `lint` / `types` ``."""
        return _renamed(text, self._names(self.first))

    def nameless(self, text: str) -> str:
        """What was told, without the names: equal to what is told of others that only differ in them."""
        for place, every in enumerate(self._names(self.first).values()):
            text = text.replace(every, f"`{place}`")
        return text

    def each(self, texts: Callable[[Proposal], Iterable[str]]) -> tuple[str, ...]:
        """Texts of each, with the names of all: once where only the names, or one number, differ."""
        own = ((self._names(finding), texts(finding.proposal)) for finding in self.findings)
        return _ranged(_renamed(text, names) for names, found in own for text in found)

    def seen(self, place: Callable[[Evidence], str]) -> dict[str, tuple[str, ...]]:
        """What was seen of each, with the names of all, and where: each text and each place once."""
        found: dict[str, dict[str, None]] = {}
        for finding in self.findings:
            names = self._names(finding)
            for one in finding.proposal.evidence:
                found.setdefault(_renamed(one.text, names), {})[place(one)] = None
        return {text: tuple(places) for text, places in found.items()}

    def _names(self, finding: AnyFinding) -> dict[str, str]:
        """For a name in the subject of a finding, the code spans of all names that it stands for."""
        columns = zip(*(one.proposal.subject for one in self.findings), strict=True)
        every = (" / ".join(f"`{name}`" for name in dict.fromkeys(column)) for column in columns)
        return dict(zip(finding.proposal.subject, every, strict=True))


def alike(
    findings: Sequence[AnyFinding], gains: Mapping[str, str] = MappingProxyType({})
) -> tuple[Alike[AnyFinding], ...]:
    """The findings, those that say the same together, in the order of the first of each.

    `gains` has the words on what a change gains, by its id: they must be the same too.
    """
    single = [(finding,) for finding in findings]
    by_last = _together(single, lambda group: _key(group[0], gains, {-1}))
    both = _together(by_last, lambda group: (_lasts(group), _key(group[0], gains, {0, -1})))
    return tuple(Alike(group) for group in both)


def _together(
    groups: Iterable[tuple[AnyFinding, ...]], key: Callable[[tuple[AnyFinding, ...]], Hashable]
) -> list[tuple[AnyFinding, ...]]:
    """Join the groups that have the same key, as long as there is room."""
    joined: list[tuple[AnyFinding, ...]] = []
    places: dict[Hashable, int] = {}
    for group in groups:
        known = key(group)
        place = places.get(known)
        if place is not None and len(joined[place]) + len(group) <= _MOST:
            joined[place] += group
        else:
            places[known] = len(joined)
            joined.append(group)
    return joined


def _lasts(group: Iterable[AnyFinding]) -> frozenset[str]:
    """What the findings of a group vary in, if they were joined before."""
    return frozenset(finding.proposal.subject[-1] for finding in group if len(finding.proposal.subject) > 1)


def _key(finding: Finding, gains: Mapping[str, str], varied: set[int]) -> Hashable:
    """All that is said of a finding, with the names taken out that stand at these places of its subject."""
    proposal = finding.proposal
    subject = proposal.subject
    size = len(subject)
    if size == 0 or (size == 1 and 0 not in varied):  # what is about one thing has no last one beside it
        return finding.id
    places = {size - 1 if place < 0 else place for place in varied}
    names = {subject[place]: f"`{place}`" for place in places}
    unshown = (f"{item.what}\n{item.why_not}" for item in proposal.certificate if not item.shown)
    stays = finding.reason if isinstance(finding, Held) else ""
    said = (proposal.title, proposal.because, proposal.cost, proposal.held, stays, moved_gates(proposal), *unshown)
    return (
        proposal.rule,
        proposal.tier,
        tuple(name for place, name in enumerate(subject) if place not in places),
        size,
        *(_renamed(text, names) for text in (*said, gains.get(finding.id, ""))),
    )


def _ranged(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text once; those that differ in one number alone as one text with its range."""
    alike: dict[str, list[str]] = {}
    for text in dict.fromkeys(texts):
        numbers = _NUMBER.findall(text)
        alike.setdefault(_NUMBER.sub("\0", text) if len(numbers) == 1 else text, []).append(text)
    return tuple(_range(found) for found in alike.values())


def _range(texts: Sequence[str]) -> str:
    if len(texts) == 1:
        return texts[0]
    numbers = [int(_NUMBER.findall(text)[0]) for text in texts]
    return _NUMBER.sub(f"{min(numbers)} to {max(numbers)}", texts[0])


def _renamed(text: str, names: Mapping[str, str]) -> str:
    return _SPAN.sub(lambda span: names.get(span[1], span[0]), text)
