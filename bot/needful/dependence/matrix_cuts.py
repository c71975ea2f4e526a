"""A matrix written as two: some of its legs in one, all others in the other, each run once and named as before.

It is cut between the values of one key, or between the entries of an `include` that is all there is. What becomes of
the other entries is not reasoned out: both halves are expanded by GitHub's rules and compared with the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from needful.document.nodes import Path, Plain
from needful.effects.names import Leg
from needful.workflow.matrix import Combination, combinations
from needful.workflow.shapes import shown

_FILTERS = ("include", "exclude")


class Cut(NamedTuple):
    """A matrix in two. `kept` and `moved` are the legs of the halves.

    `gone` are the places in the matrix that the first half lacks, `left` those that the second one lacks. `values` are
    those by which the moved legs differ from the kept ones, if that can be said in a few words.
    """

    kept: tuple[Combination, ...]
    moved: tuple[Combination, ...]
    gone: tuple[Path, ...]
    left: tuple[Path, ...]
    values: tuple[str, ...]


def cuts(matrix: Mapping[str, Plain], rank: Callable[[Leg], float]) -> Iterator[Cut]:
    """The ways to move the legs that `rank` highest: by every key, with each one value or entry more than before."""
    whole = _expanded(matrix)
    if whole is None:
        return
    for key, values in matrix.items():
        if key not in _FILTERS and isinstance(values, list) and _are_texts(values):
            yield from _by_key(matrix, whole, key, values, rank)
    include = matrix.get("include")
    if list(matrix) == ["include"] and isinstance(include, list) and len(include) == len(whole):
        yield from _by_entry(matrix, whole, rank)


def _expanded(matrix: Mapping[str, Plain]) -> tuple[Combination, ...] | None:
    """The legs of a matrix, None where a value is a list, by which legs could differ without being told apart."""
    lists = [value for value in matrix.values() if isinstance(value, list)]
    entries = [each for value in lists for each in value]
    inner = [value for each in entries if isinstance(each, dict) for value in each.values()]
    if any(isinstance(each, list) for each in (*entries, *inner)) or len(matrix) > len(lists):
        return None
    return combinations(matrix) or None


def _are_texts(values: Sequence[Plain]) -> bool:
    """Whether the values of a key are all different and neither lists nor mappings."""
    texts = [shown(value).lower() for value in values if not isinstance(value, list | dict)]
    return len(set(texts)) == len(values)


def _by_key(
    matrix: Mapping[str, Plain],
    whole: tuple[Combination, ...],
    key: str,
    values: Sequence[Plain],
    rank: Callable[[Leg], float],
) -> Iterator[Cut]:
    worth = {_value(value): 0.0 for value in values}
    for leg in whole:
        value = dict(leg.values).get(key, "")
        if value in worth:
            worth[value] = max(worth[value], rank(leg.values))
    highest = sorted(worth, key=lambda value: -worth[value])
    for number in range(1, len(highest)):
        moved = highest[:number]
        gone, left = (tuple(_places(matrix, key, moved, taken=taken)) for taken in (True, False))
        if (found := _cut(matrix, whole, gone, left, tuple(moved))) is not None:
            yield found


def _places(matrix: Mapping[str, Plain], key: str, moved: Sequence[str], *, taken: bool) -> Iterator[Path]:
    """The entries of a matrix that have one of those values of a key, or, not `taken`, another one."""
    for name, entries in matrix.items():
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            if name == key or (name in _FILTERS and isinstance(entry, dict) and key in entry):
                value = entry[key] if isinstance(entry, dict) else entry
                if (_value(value) in moved) == taken:
                    yield name, index


def _value(value: Plain) -> str:
    return "" if isinstance(value, list | dict) else shown(value)


def _by_entry(
    matrix: Mapping[str, Plain], whole: tuple[Combination, ...], rank: Callable[[Leg], float]
) -> Iterator[Cut]:
    highest = sorted(range(len(whole)), key=lambda index: -rank(whole[index].values))
    for number in range(1, len(highest)):
        moved = sorted(highest[:number])
        gone = tuple(("include", index) for index in moved)
        left = tuple(("include", index) for index in sorted(highest[number:]))
        if (found := _cut(matrix, whole, gone, left, _own(whole, moved))) is not None:
            yield found


def _own(whole: tuple[Combination, ...], moved: Sequence[int]) -> tuple[str, ...]:
    """For one leg, the shortest value that no other has."""
    if len(moved) > 1:
        return ()
    others = {value for index, leg in enumerate(whole) if index not in moved for _, value in leg.values}
    own = sorted((value for value in whole[moved[0]].shown if value not in others), key=len)
    return tuple(own[:1])


def _cut(
    matrix: Mapping[str, Plain],
    whole: tuple[Combination, ...],
    gone: tuple[Path, ...],
    left: tuple[Path, ...],
    values: tuple[str, ...],
) -> Cut | None:
    kept, moved = (_expanded(_without(matrix, places)) for places in (gone, left))
    if not kept or not moved or Counter(kept) + Counter(moved) != Counter(whole):
        return None
    return Cut(kept, moved, gone, left, values)


def _without(matrix: Mapping[str, Plain], places: tuple[Path, ...]) -> dict[str, Plain]:
    """A matrix without some entries, and without the lists that nothing is left of."""
    rest: dict[str, Plain] = {}
    for key, value in matrix.items():
        entries = (
            [each for index, each in enumerate(value) if (key, index) not in places] if isinstance(value, list) else []
        )
        if entries:
            rest[key] = list(entries)
    return rest


def halves(whole: Mapping[str, Plain], parts: Sequence[Mapping[str, Plain]]) -> bool:
    """Whether some matrices have the legs of another between them, each once, with the same names."""
    legs, found = _expanded(whole), [_expanded(part) for part in parts]
    if legs is None or None in found:
        return False
    return sum((Counter(part) for part in found if part), Counter()) == Counter(legs)
