"""Shapes of settings: what the JSON Schema says of a value, and what is made of a value that fits.

`errorMessage` is what people read where a value does not fit: it goes on from the setting's name. Editors that know the
word (https://code.visualstudio.com/docs/languages/json) show it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import Field, field, fields
from inspect import cleandoc
from typing import Any, NamedTuple, TypeAlias, TypeVar, cast

from needful.document.nodes import Plain

_T = TypeVar("_T")

Schema: TypeAlias = "dict[str, Any]"
"""A JSON Schema (2020-12)."""


class Shape(NamedTuple):
    """A JSON Schema without description and default, and what makes a setting of a value that it lets through."""

    schema: Schema
    read: Callable[[Plain], object]


def setting(default: _T, about: str, shape: Shape) -> _T:
    """A field of a settings dataclass. Its name with `-` for `_` is the key in the file."""
    return field(default=default, metadata={"about": about, "shape": shape})


def declared(kind: type[Any]) -> Iterator[tuple[Field[object], str, str, Shape]]:
    """The settings of a dataclass: field, key, description and shape."""
    for one in fields(kind):
        if one.metadata:
            yield one, one.name.replace("_", "-"), one.metadata["about"], one.metadata["shape"]


def one_of(words: Sequence[str]) -> Shape:
    """One word of a few."""
    return Shape({"enum": list(words), "errorMessage": f"must be {listed(words, 'or')}"}, lambda value: value)


def whole(least: int, most: int, unit: str) -> Shape:
    """A whole number of something."""
    says = f"must be a whole number from {least:,} to {most:,} ({unit})"
    return Shape({"type": "integer", "minimum": least, "maximum": most, "errorMessage": says}, _int)


def word_or_whole(words: Sequence[str], least: int, most: int) -> Shape:
    """One word of a few, or a whole number."""
    says = f"must be {listed(words, 'or')}, or a whole number from {least:,} to {most:,}"
    choices = [{"enum": list(words)}, {"type": "integer", "minimum": least, "maximum": most}]
    return Shape(
        {"anyOf": choices, "errorMessage": says}, lambda value: value if isinstance(value, str) else _int(value)
    )


def text(says: str, pattern: str = "", most: int = 200) -> Shape:
    """A text; `says` goes on from the name where it does not fit."""
    fits = {"pattern": pattern} if pattern else {}
    return Shape({"type": "string", "minLength": 1, "maxLength": most, **fits, "errorMessage": says}, str)


def several(item: Shape, most: int, says: str) -> Shape:
    """A list without repetitions; nothing at all is an empty one."""
    schema = {"type": ["array", "null"], "items": item.schema, "maxItems": most, "errorMessage": says}
    return Shape(schema, lambda value: tuple(dict.fromkeys(map(item.read, _list(value)))))


def group(kind: type[Any]) -> Shape:
    """A mapping whose keys are the fields of a settings dataclass; nothing at all is one without keys."""
    schema = {**_mapping(kind), "type": ["object", "null"], "errorMessage": "must be a mapping of settings"}
    return Shape(schema, lambda value: _build(kind, value or {}))


def entries(kind: type[Any], required: Sequence[str], most: int, says: str) -> Shape:
    """A list of mappings, of which some keys must be there."""
    what = f"must be a mapping with {listed(required, 'and')}"
    item = {**_mapping(kind), "type": "object", "required": list(required), "errorMessage": what}
    schema = {"type": ["array", "null"], "items": item, "maxItems": most, "errorMessage": says}
    return Shape(schema, lambda value: tuple(_build(kind, one) for one in _list(value)))


def _mapping(kind: type[Any]) -> Schema:
    properties: Schema = {}
    for one, key, about, shape in declared(kind):
        default = {"default": _plain(one.default)} if type(one.default) in (str, int, tuple) else {}
        properties[key] = {**shape.schema, "description": about, **default}
    return {
        "description": cleandoc(kind.__doc__ or "").partition("\n\n")[0],
        "properties": properties,
        "additionalProperties": False,
    }


def _build(kind: type[_T], value: Plain) -> _T:
    assert isinstance(value, dict), "the schema lets only mappings through"
    return kind(**{one.name: shape.read(value[key]) for one, key, _, shape in declared(kind) if key in value})


def _plain(default: object) -> Plain:
    return cast("Plain", list(default) if isinstance(default, tuple) else default)


def listed(words: Sequence[str], last: str) -> str:
    """`a`, `b` or `c`."""
    quoted = [f"`{word}`" for word in words]
    return f"{', '.join(quoted[:-1])} {last} {quoted[-1]}" if len(quoted) > 1 else "".join(quoted)


def _int(value: Plain) -> int:
    # the schema counts 30.0 among the whole numbers
    assert isinstance(value, int | float), "the schema lets only numbers through"
    return int(value)


def _list(value: Plain) -> list[Plain]:
    assert value is None or isinstance(value, list), "the schema lets only lists through"
    return value or []
