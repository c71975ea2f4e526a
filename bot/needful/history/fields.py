"""Values of JSON that nobody vouches for, taken out by name with their type checked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from needful.errors import UserError

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_ID = (1 << 63) - 1
"""Ids are kept as 64 bits. Those of GitHub have eleven digits."""
MAX_TEXT = 2_000
"""Characters of a name or a label. GitHub's own names end at 255 bytes or far below 1,000 characters."""
MAX_PROSE = 262_144
"""Characters of a comment. GitHub takes 65,536."""
MAX_ITEMS = 100_000
"""Entries of one list."""
_YEAR_2000 = 946_684_800.0
_YEAR_2100 = 4_102_444_800.0


class Place(NamedTuple):
    """Where a value stands: the file as the user named it, the line (from 1) where there are many, the keys to it."""

    file: str
    line: int | None = None
    keys: tuple[str | int, ...] = ()

    def below(self, key: str | int) -> Place:
        return Place(self.file, self.line, (*self.keys, key))

    def wrong(self, message: str, hint: str = "") -> UserError:
        """The error that says what is wrong here."""
        return UserError(
            f"{self.shown}: {message}" if self.keys else message, path=self.file, line=self.line, hint=hint
        )

    @property
    def shown(self) -> str:
        """The keys as one writes them: `jobs[3].steps[0].name`."""
        text = ""
        for key in self.keys:
            text += f"[{key}]" if isinstance(key, int) else f".{_short(key)}" if text else _short(key)
        return text


class Fields(NamedTuple):
    """The entries of a JSON object. What is missing or null is empty; what has another type raises `UserError`."""

    place: Place
    values: Mapping[str, Json]

    def has(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        """A name or another short text, `""` where there is none."""
        return self._text(name, MAX_TEXT, "is no name")

    def prose(self, name: str) -> str:
        """What people write: a comment, the text of a pull request. `""` where there is none."""
        return self._text(name, MAX_PROSE, "is not read")

    def number(self, name: str, default: int = 0) -> int:
        """A whole number from 0 that fits 64 bits."""
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_ID:
            raise self._unlike(name, value, "a whole number")
        return value

    def time(self, name: str) -> float | None:
        """A time as GitHub writes it (ISO 8601 with a zone), in seconds since 1970; None where there is none.

        GitHub gives the year 1 to what never started: that is no time either.
        """
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self._unlike(name, value, _TIME)
        try:
            return _seconds(value[:_LONGEST_TIME])
        except ValueError as error:
            raise self._unlike(name, value, str(error)) from None

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        found = []
        for place, value in self.items(name):
            if not isinstance(value, str) or len(value) > MAX_TEXT:
                raise place.wrong(f"expected a text, found {kind(value)}")
            found.append(value)
        return tuple(found)

    def items(self, name: str) -> Iterator[tuple[Place, Json]]:
        """The entries of a list, each with its place."""
        place = self.place.below(name)
        return ((place.below(index), value) for index, value in enumerate(self._list(name)))

    def object(self, name: str) -> Fields:
        """An object, an empty one where there is none."""
        value = self.values.get(name)
        return fields_at(self.place.below(name), {} if value is None else value)

    def _text(self, name: str, longest: int, verdict: str) -> str:
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._unlike(name, value, "a text")
        if len(value) > longest:
            raise self.place.below(name).wrong(f"a text of {len(value):,} characters; over {longest:,} {verdict}")
        return value

    def _list(self, name: str) -> list[Json]:
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._unlike(name, value, "a list")
        if len(value) > MAX_ITEMS:
            raise self.place.below(name).wrong(f"a list of {len(value):,} entries; over {MAX_ITEMS:,} are not read")
        return value

    def _unlike(self, name: str, value: Json, expected: str) -> UserError:
        return self.place.below(name).wrong(f"expected {expected}, found {kind(value)}")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME = "a time such as 2026-03-01T12:00:00Z"
_LONGEST_TIME = 50


@lru_cache(maxsize=65_536)  # a step begins when the one before it ends
def _seconds(text: str) -> float | None:
    """Raises `ValueError` that says what was expected."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(_TIME) from None
    if moment.tzinfo is None:
        raise ValueError(_TIME.replace("time", "time with its zone,", 1))
    seconds = (moment - _EPOCH).total_seconds()
    return seconds if _YEAR_2000 <= seconds < _YEAR_2100 else None


def fields_at(place: Place, value: Json) -> Fields:
    """The entries of an object. Raises `UserError` where it is none."""
    if not isinstance(value, dict):
        raise place.wrong(f"expected an object, found {kind(value)}")
    return Fields(place, value)


def kind(value: Json) -> str:
    """What a value is, in the words of JSON; texts and numbers are shown, cut short."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {_digits(value)}"
        case str():
            return f"the text {_short(value)!r}"
        case list():
            return "a list"
    return "an object"


def _digits(value: float) -> str:
    if isinstance(value, int) and abs(value) > MAX_ID:
        return "that has too many digits"
    return str(value) if math.isfinite(value) else "that is none"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
