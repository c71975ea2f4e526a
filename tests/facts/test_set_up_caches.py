"""The tables of caches: what they name is there, and fits together."""

from __future__ import annotations

import re

import pytest

from needful.facts import table
from needful.facts.actions import catalogued
from needful.facts.caches import is_cache_input, is_cache_step
from needful.facts.set_up_caches import keeps, may_hold, pin, set_up

ROWS = table("set_up_caches.json")


@pytest.mark.parametrize("action", ROWS["actions"])
def test_what_can_keep_a_cache_is_in_the_catalogue(action: str) -> None:
    facts, known = set_up(action), catalogued(action)
    assert facts is not None
    assert known is not None
    assert known.tool_cache is not None
    assert known.tool_cache.input == facts.input
    assert is_cache_input(action, facts.input)
    assert not facts.paths or is_cache_input(action, facts.paths)
    for manager, one in facts.managers.items():
        assert keeps(manager, action), "so that a second cache is not added"
        assert one.files
        assert 2 <= len(one.since) <= 3


@pytest.mark.parametrize("action", sorted({name for row in ROWS["held"].values() for name in row["by"]}))
def test_what_keeps_downloads_is_known_to_keep_a_cache(action: str) -> None:
    facts = catalogued(action)
    assert facts is not None
    assert facts.tool_cache is not None


@pytest.mark.parametrize("action", ROWS["pins"])
def test_what_is_added_is_pinned_by_its_sha(action: str) -> None:
    found = pin(action)
    assert found is not None
    uses, version = found
    assert re.fullmatch(rf"(?i){re.escape(action)}@[0-9a-f]{{40}}", uses)
    assert re.fullmatch(r"v\d+\.\d+\.\d+", version)
    assert is_cache_step(action)


@pytest.mark.parametrize(
    ("manager", "path", "holds"),
    [
        ("npm", "~/.npm", True),
        ("npm", "web/node_modules", True),
        ("npm", "~/.cargo", False),
        ("pip", "~/.cache/pip", True),
        ("pip", r"~\AppData\Local\pip\Cache", True),
        ("pip", "~/.cache", True),
        ("pip", "~/.cache/eslint", False),
        ("cargo", "target", True),
        ("maven", "~/.m2/repository", True),
        ("composer", "~/.cache/composer/files", True),
        ("composer", "vendor", True),
        ("pre-commit", "~/.cache/pre-commit", True),
        ("pre-commit", "~/.cache/pip", False),
        ("gradle", "~/.m2/repository", False),
    ],
)
def test_where_a_package_manager_keeps_its_downloads(manager: str, path: str, holds: bool) -> None:
    assert may_hold(manager, path) is holds
