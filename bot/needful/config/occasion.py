"""Whether a run that a schedule started may open pull requests now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

from needful.config.settings import Day, PullRequests

_DAYS = get_args(Day)


def may_open(settings: PullRequests, now: datetime, last: datetime | None, *, by_hand: bool = False) -> bool:
    """Whether new pull requests may be opened.

    `last` is when earlier runs opened the newest one, None if there is none. Both times know their zone. A period has
    its pull requests as soon as one run opened any, and that run may open as many as the limit allows. `by_hand`: a
    person started the run, who may do so at any time.
    """
    if by_hand or settings.propose == "always":
        return True
    if settings.propose == "never":
        return False
    return last is None or last < _begun(settings, now.astimezone(UTC))


def _begun(settings: PullRequests, now: datetime) -> datetime:
    """When the period began in which a time lies."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if settings.propose == "daily":
        return midnight
    return midnight - timedelta(days=(midnight.weekday() - _DAYS.index(settings.day)) % 7)
