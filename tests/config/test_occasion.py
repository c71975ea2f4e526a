"""When a run may open pull requests. 2026-11-23 is a Monday."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from needful.config.occasion import may_open
from needful.config.settings import PullRequests

MONDAY = datetime(2026, 11, 23, 6, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("settings", "now", "last", "expected"),
    [
        (PullRequests(), MONDAY, MONDAY - HOUR, True),
        (PullRequests(propose="never"), MONDAY, None, False),
        (PullRequests(propose="daily"), MONDAY, None, True),
        (PullRequests(propose="daily"), MONDAY, MONDAY - HOUR, False),
        (PullRequests(propose="daily"), MONDAY, MONDAY - 7 * HOUR, True),
        (PullRequests(propose="weekly"), MONDAY, MONDAY - DAY, True),
        (PullRequests(propose="weekly"), MONDAY + 6 * DAY, MONDAY, False),
        (PullRequests(propose="weekly"), MONDAY + 6 * DAY, MONDAY - DAY, True),
        (PullRequests(propose="weekly"), MONDAY + 7 * DAY, MONDAY + 6 * DAY, True),
        (PullRequests(propose="weekly", day="tuesday"), MONDAY, MONDAY - 5 * DAY, False),
        (PullRequests(propose="weekly", day="tuesday"), MONDAY + DAY, MONDAY, True),
        (PullRequests(propose="weekly", day="sunday"), MONDAY, MONDAY - DAY, False),
        (PullRequests(propose="weekly", day="sunday"), MONDAY, MONDAY - 2 * DAY, True),
    ],
)
def test_periods(settings: PullRequests, now: datetime, last: datetime | None, expected: bool) -> None:
    assert may_open(settings, now, last) == expected


def test_a_person_may_at_any_time() -> None:
    assert may_open(PullRequests(propose="never"), MONDAY, MONDAY, by_hand=True)


def test_days_are_those_of_utc() -> None:
    tokyo = timezone(9 * HOUR)
    still_sunday = datetime(2026, 11, 23, 8, 59, tzinfo=tokyo)
    weekly, last = PullRequests(propose="weekly"), MONDAY - 3 * DAY
    assert not may_open(weekly, still_sunday, last)
    assert may_open(weekly, still_sunday + timedelta(minutes=1), last)
