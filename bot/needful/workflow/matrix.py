"""`strategy.matrix` to its combinations, by the rules of GitHub's own builder (actions/runner, MatrixBuilder.cs).

The product of the lists, without those that match a filter of `exclude`; each entry of `include` adds its other keys
to all combinations that match its keys of the product, and is a combination by itself where none does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from itertools import product
from typing import NamedTuple, TypeAlias

from needful.document.nodes import Mapping, Node, Plain, plain
from needful.document.parse import Document
from needful.expressions import number_of
from needful.workflow.model import Matrix
from needful.workflow.shapes import (
    broken,
    is_expression,
    is_null,
    mapping_of,
    number_in,
    sequence_of,
    shown,
    texts_below,
)

MAX_LEGS = 256
"""GitHub runs no matrix with more."""

_Leg: TypeAlias = dict[str, Plain]
_FILTERS = ("include", "exclude")


def read_matrix(document: Document, node: Node) -> Matrix | None:
    """The matrix at a node, None where it is empty. Raises `UserError` for a shape that GitHub refuses."""
    if is_null(node):
        return None
    if is_expression(node):
        return Matrix(node.span, None)
    mapping = mapping_of(document, node, "`matrix`")
    vectors: dict[str, list[Plain]] = {}
    filters: dict[str, list[_Leg]] = {key: [] for key in _FILTERS}
    for entry in mapping.entries:
        key, value = entry.key.text, entry.value
        if is_expression(value):
            continue
        if key in filters:
            filters[key] = _filters(document, value, key)
        else:
            vectors[key.lower()] = [plain(item) for item in sequence_of(document, value, f"`matrix.{key}`").items]
    if any(True for _ in texts_below(document, mapping)):
        return Matrix(node.span, None, _values(document, mapping))
    written = {entry.key.text.lower(): entry.key.text for entry in mapping.entries}
    found = _combined(vectors, filters["include"], filters["exclude"], written)
    if found is None:
        return Matrix(node.span, None)
    return Matrix(node.span, tuple(one.values for one in found), shown=tuple(one.shown for one in found))


class Combination(NamedTuple):
    """A leg of a matrix: its values by key, and those that GitHub shows in the name of its job."""

    values: tuple[tuple[str, str], ...]
    shown: tuple[str, ...]


def combinations(matrix: AnyMapping[str, Plain]) -> tuple[Combination, ...]:
    """The legs of a static matrix as plain data, as `Matrix` has them; none for what GitHub refuses."""
    vectors = {key.lower(): value for key, value in matrix.items() if key not in _FILTERS and isinstance(value, list)}
    include, exclude = (_mappings(matrix.get(key)) for key in _FILTERS)
    return _combined(vectors, include, exclude, {key.lower(): key for key in matrix}) or ()


def _mappings(value: Plain) -> list[_Leg]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _combined(
    vectors: dict[str, list[Plain]], include: list[_Leg], exclude: list[_Leg], written: AnyMapping[str, str]
) -> tuple[Combination, ...] | None:
    """The legs with their keys as the product has them `written`; None for none."""
    found = _legs(vectors, include, exclude)
    if found is None:
        return None
    return tuple(
        Combination(
            tuple(pair for key, value in leg.items() for pair in _pairs(written.get(key, key), value)),
            tuple(_segments(list(named))),
        )
        for leg, named in found
    )


def _values(document: Document, mapping: Mapping) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What each key can be, where all that can set it is written there. (`exclude` takes combinations away only.)."""
    found: dict[str, list[Plain]] = {}
    open_keys: set[str] = set()
    for entry in mapping.entries:
        key = entry.key.text.lower()
        if key == "exclude":
            continue
        if is_expression(entry.value):
            if key == "include":
                return ()
            open_keys.add(key)
            continue
        for item in sequence_of(document, entry.value, f"`matrix.{entry.key.text}`").items:
            if key == "include" and not isinstance(item, Mapping):
                return ()
            pairs = [(one.key.text.lower(), one.value) for one in item.entries] if isinstance(item, Mapping) else []
            for name, node in pairs if key == "include" else [(key, item)]:
                if is_expression(node) or any(True for _ in texts_below(document, node)):
                    open_keys.add(name)
                else:
                    found.setdefault(name, []).append(plain(node))
    literal = {key: [shown(v) for v in values if not isinstance(v, list | dict)] for key, values in found.items()}
    return tuple((key, tuple(v)) for key, v in literal.items() if key not in open_keys and len(v) == len(found[key]))


def _filters(document: Document, node: Node, key: str) -> list[_Leg]:
    found: list[_Leg] = []
    for item in sequence_of(document, node, f"`matrix.{key}`").items:
        if is_expression(item):
            continue
        value = plain(mapping_of(document, item, f"an entry of `matrix.{key}`"))
        if not isinstance(value, dict) or not value:
            raise broken(document, item, f"an entry of `matrix.{key}` is empty")
        found.append(value)
    return found


def _legs(
    vectors: dict[str, list[Plain]], include: list[_Leg], exclude: list[_Leg]
) -> list[tuple[_Leg, list[Plain]]] | None:
    """The combinations, each with the values that name it (what is added to one does not); None for none."""
    size = math.prod(len(values) for values in vectors.values()) if vectors else len(include)
    if not 0 < size <= MAX_LEGS or any(key.lower() not in vectors for filter_ in exclude for key in filter_):
        return None  # GitHub refuses a list without values, too many combinations, filters for keys that are not there
    legs = [dict(zip(vectors, values, strict=True)) for values in product(*vectors.values())] if vectors else []
    legs = [leg for leg in legs if not any(_matches(leg, filter_) for filter_ in exclude)]
    extras: list[_Leg] = [{} for _ in legs]
    alone: list[_Leg] = []
    for entry in include:
        own = {key.lower(): value for key, value in entry.items() if key.lower() in vectors}
        added = {key: value for key, value in entry.items() if key.lower() not in vectors}
        matched = [extra for leg, extra in zip(legs, extras, strict=True) if _matches(leg, own)]
        for extra in matched:
            extra.update(added)
        if not matched:
            alone.append(own | added)
    complete = [(leg | extra, list(leg.values())) for leg, extra in zip(legs, extras, strict=True)]
    complete += [(leg, list(leg.values())) for leg in alone]
    return complete if len(complete) <= MAX_LEGS else None


def _segments(value: Plain) -> Iterator[str]:
    """Every value in a value, as it stands in the name of a job (actions/runner, WorkflowParser: JobNameBuilder)."""
    if isinstance(value, list | dict):
        for below in value.values() if isinstance(value, dict) else value:
            yield from _segments(below)
    elif text := shown(value):
        yield text


def _pairs(key: str, value: Plain) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _pairs(f"{key}.{name}", below)
    elif not isinstance(value, list):
        yield key, shown(value)


def _matches(value: AnyMapping[str, Plain], filter_: AnyMapping[str, Plain]) -> bool:
    """Whether a combination has all values of a filter. A filter that names a mapping may name a part of it."""
    lower = {key.lower(): below for key, below in value.items()}
    return all(_equal(lower.get(key.lower()), wanted) for key, wanted in filter_.items())


def _equal(value: Plain, wanted: Plain) -> bool:
    """`==` of the expression language, which GitHub builds filters from: texts without case, others as numbers."""
    if isinstance(wanted, dict):
        return _matches(value if isinstance(value, dict) else {}, wanted)
    if isinstance(value, list | dict) or isinstance(wanted, list | dict):
        return False
    if isinstance(value, str) and isinstance(wanted, str):
        return value.upper() == wanted.upper()
    return (type(value) is type(wanted) and value == wanted) or _number(value) == _number(wanted)


def _number(value: str | float | bool | None) -> float:
    if isinstance(value, str):
        stripped = value.strip()
        found = number_of(stripped) if stripped else 0.0
        return math.nan if found is None else found
    return number_in(value or 0)
