"""Values of GitHub's JSON, taken out by name with their type checked. What has another shape raises `Stop`."""

from __future__ import annotations

from datetime import datetime

from needful.forge.outcomes import Stop, Unavailable
from needful.history.fields import Json


def at(value: Json, *keys: str) -> Json:
    """What stands below these keys, None where nothing does."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def text(value: Json, *keys: str) -> str:
    found = at(value, *keys)
    if not isinstance(found, str):
        raise _odd("a text", keys)
    return found


def text_or_nothing(value: Json, *keys: str) -> str:
    return "" if at(value, *keys) is None else text(value, *keys)


def number(value: Json, *keys: str) -> int:
    found = at(value, *keys)
    if not isinstance(found, int) or isinstance(found, bool):
        raise _odd("a number", keys)
    return found


def entries(value: Json, *keys: str) -> list[Json]:
    found = at(value, *keys)
    if not isinstance(found, list):
        raise _odd("a list", keys)
    return found


def moment(value: Json, *keys: str) -> float | None:
    """A time in seconds since 1970, None where there is none."""
    found = text_or_nothing(value, *keys)
    try:
        return datetime.fromisoformat(found).timestamp() if found else None
    except ValueError:
        raise _odd("a time", keys) from None


def _odd(expected: str, keys: tuple[str, ...]) -> Stop:
    return Stop(Unavailable("GitHub", f"its answer has not {expected} at {'.'.join(keys) or 'the top'}"))
