"""The tables: valid, without repetition, in order, and as their readers expect."""

from __future__ import annotations

import pytest

from needful.facts import table
from needful.facts.runners import is_fresh


def test_every_table_says_where_it_comes_from() -> None:
    for name in (
        "accounts.json",
        "actions.json",
        "cache_places.json",
        "caches.json",
        "durations.json",
        "frozen_installs.json",
        "histories.json",
        "hosted.json",
        "octokit.json",
        "outward.json",
        "runners.json",
        "sharding.json",
    ):
        assert table(name)["source"]
        assert table(name)["date"].startswith("20")


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("ubuntu-latest", True),
        ("Ubuntu-24.04-ARM", True),
        ("macos-15-intel", True),
        ("windows-2025", True),
        ("blacksmith-4vcpu-ubuntu-2404", True),
        ("ubuntu", False),
        ("self-hosted", False),
        ("linux", False),
        ("ubuntu-latest\nself-hosted", False),
        ("my-ubuntu-latest", False),
        ("", False),
    ],
)
def test_runners_that_are_new_for_every_job(label: str, expected: bool) -> None:
    assert is_fresh(label) is expected
