"""Names and labels of recorded jobs ↔ legs of a workflow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import NamedTuple

from needful.effects.names import fits
from needful.history.legs import Leg
from needful.history.model import JobRecord


class How(Enum):
    """What decided which leg a recorded job is."""

    NAME = "name"  # no other leg has that name
    PATTERN = "pattern"  # a name with expressions that only it fits
    LABELS = "labels"  # several legs have the name; the labels of its runner tell
    ORDER = "order"  # several legs of one job have the name, and as many were recorded
    NAMELESS = "nameless"  # a name that is nothing but an expression; its steps have to agree
    AMBIGUOUS = "ambiguous"
    NONE = "none"


class Paired(NamedTuple):
    """The leg of a record, as an index, and how it was found; -1 for none."""

    leg: int
    how: How


_NONE = Paired(-1, How.NONE)
_AMBIGUOUS = Paired(-1, How.AMBIGUOUS)


def pair(legs: Sequence[Leg], records: Sequence[JobRecord], unexpanded: Sequence[bool]) -> tuple[Paired, ...]:
    """For each record its leg. `unexpanded`: the record may stand for a whole job that never had legs.

    Each leg has one record at most, but for those that are open.
    """
    found: dict[int, Paired] = {}
    named = _named(legs, whole=False)
    wholes = _named(legs, whole=True)
    groups: dict[str, list[int]] = defaultdict(list)
    for index, record in enumerate(records):
        groups[record.name].append(index)
    for name, indices in groups.items():
        if name in named:
            found.update(_same_name(legs, named[name], records, indices))
        elif name in wholes:
            early = [index for index in indices if unexpanded[index]]
            found.update(_same_name(legs, wholes[name], records, early))
    rest = [index for index in range(len(records)) if index not in found]
    taken = {one.leg for one in found.values()}
    free = [index for index, leg in enumerate(legs) if leg.patterns and not leg.whole and index not in taken]
    found.update(_by_pattern(legs, free, records, rest))
    return tuple(found.get(index, _NONE) for index in range(len(records)))


def _named(legs: Sequence[Leg], *, whole: bool) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for index, leg in enumerate(legs):
        if leg.whole is whole:
            for name in leg.exact:
                found[name].append(index)
    return found


def _same_name(
    legs: Sequence[Leg], slots: list[int], records: Sequence[JobRecord], indices: list[int]
) -> dict[int, Paired]:
    """Records and legs that share one name."""
    if len(slots) == len(indices) == 1:
        return {indices[0]: Paired(slots[0], How.NAME)}
    return _told_apart(legs, slots, records, indices)


def _told_apart(
    legs: Sequence[Leg], slots: list[int], records: Sequence[JobRecord], indices: list[int]
) -> dict[int, Paired]:
    """By labels where each record fits one leg and each leg one record; else by order within one job."""
    fitting = {index: [slot for slot in slots if _labels_fit(legs[slot], records[index])] for index in indices}
    if not any(fitting.values()):  # all runs on something else by now, so labels tell nothing
        fitting = dict.fromkeys(indices, slots)
    single = [options[0] for options in fitting.values() if len(options) == 1]
    if len(single) == len(indices) and len(set(single)) == len(single):
        return {index: Paired(fitting[index][0], How.LABELS) for index in indices}
    one_job = len({legs[slot].jobs for slot in slots}) == 1
    in_order = list(zip(indices, slots, strict=False))
    if one_job and len(slots) == len(indices) and all(slot in fitting[index] for index, slot in in_order):
        return {index: Paired(slot, How.ORDER) for index, slot in in_order}
    return dict.fromkeys(indices, _AMBIGUOUS)


def _labels_fit(leg: Leg, record: JobRecord) -> bool:
    """Whether a job with these labels may be that leg. Labels that are not known, or not recorded, exclude nothing."""
    return not record.labels or leg.labels <= {label.lower() for label in record.labels}


def _by_pattern(
    legs: Sequence[Leg], free: Iterable[int], records: Sequence[JobRecord], rest: Sequence[int]
) -> dict[int, Paired]:
    """Records whose names fit names with expressions. What fits one leg alone is taken from the others."""
    slots = list(free)
    options = {index: _fitting(legs, slots, records[index].name) for index in rest}
    options = {index: fitting for index, fitting in options.items() if fitting}
    found: dict[int, Paired] = {}
    while settled := _settled(legs, options):
        found.update(settled)
        gone = {one.leg for one in settled.values() if one.how is not How.AMBIGUOUS and not legs[one.leg].open}
        options = {
            index: [slot for slot in fitting if slot not in gone]
            for index, fitting in options.items()
            if index not in settled
        }
    return found | _remaining(legs, options, records)


def _fitting(legs: Sequence[Leg], slots: list[int], name: str) -> list[int]:
    """The legs that a name fits: those it fits in part by its letters, else those that are nothing but expressions."""
    fitting = [slot for slot in slots if any(fits(name, pattern) for pattern in legs[slot].patterns)]
    lettered = [slot for slot in fitting if not _is_nameless(legs[slot])]
    return lettered or fitting


def _is_nameless(leg: Leg) -> bool:
    return all(not any(isinstance(part, str) for part in pattern) for pattern in leg.patterns)


def _settled(legs: Sequence[Leg], options: dict[int, list[int]]) -> dict[int, Paired]:
    """Records with one leg left. Where several have the same one left that takes only one, none is certain."""
    wanted: dict[int, list[int]] = defaultdict(list)
    for index, fitting in options.items():
        if len(fitting) == 1:
            wanted[fitting[0]].append(index)
    found: dict[int, Paired] = {}
    for slot, indices in wanted.items():
        leg = legs[slot]
        how = How.NAMELESS if _is_nameless(leg) else How.PATTERN
        certain = len(indices) == 1 or leg.open
        found.update(dict.fromkeys(indices, Paired(slot, how) if certain else _AMBIGUOUS))
    return found


def _remaining(legs: Sequence[Leg], options: dict[int, list[int]], records: Sequence[JobRecord]) -> dict[int, Paired]:
    """Records that fit several legs still: told apart where they share the same ones."""
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for index, fitting in options.items():
        groups[tuple(fitting)].append(index)
    found: dict[int, Paired] = {}
    for slots, indices in groups.items():
        alone = all(not set(slots) & set(other) for other in groups if other != slots)
        if not slots:
            found.update(dict.fromkeys(indices, _NONE))
        elif alone and not any(legs[slot].open for slot in slots):
            found.update(_told_apart(legs, list(slots), records, indices))
        else:
            found.update(dict.fromkeys(indices, _AMBIGUOUS))
    return found
