"""Seconds as people read them, and where to put the ticks of a time axis."""

from __future__ import annotations

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
_DAY = 86_400
_UNITS = ((_DAY, "d"), (3600, "h"), (60, "m"), (1, "s"))


def duration(seconds: float) -> str:
    """The two largest units, as GitHub shows them: `45s`, `2m 10s`, `1h 5m`, `3d 4h`; tenths below ten seconds."""
    if seconds < 0:
        return f"-{duration(-seconds)}"
    if 0 < seconds < 9.95 and abs(seconds - round(seconds)) >= 0.05:
        return f"{seconds:.1f}s"
    whole = int(seconds + 0.5)
    if whole >= _DAY:
        whole = int(whole / 3600 + 0.5) * 3600
    elif whole >= 3600:
        whole = int(whole / 60 + 0.5) * 60
    parts = []
    for size, unit in _UNITS:
        number, whole = divmod(whole, size)
        if number:
            parts.append(f"{number}{unit}")
    return " ".join(parts[:2]) or "0s"


def ticks(span: float, most: int) -> tuple[int, ...]:
    """At most `most` + 1 round times from 0 to `span` seconds, evenly spaced; at least 0."""
    days = _DAY
    for step in _STEPS:
        if span / step <= most:
            days = step
            break
    else:
        while span / days > most:
            days *= 2
    return tuple(range(0, int(span) + 1, days))
