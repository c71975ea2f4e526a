"""Folders that hold no more than downloads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.facts.caches import asks_for_downloads, holds_downloads


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("~/.npm", True),
        ("~/.npm/_cacache/", True),
        (" ~/.cargo/registry ", True),
        ("~\\.npm", True),
        ("build", False),
        ("node_modules", False),
        ("~/.npm-global", False),
        ("", False),
    ],
)
def test_folders(folder: str, expected: bool) -> None:
    assert holds_downloads(folder) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("steps.yarn-cache-dir.outputs.dir", True),
        ("env.PNPM_STORE", True),
        ("steps.build.outputs.dir", False),
        ("inputs.path", False),
    ],
)
def test_expressions(expression: str, expected: bool) -> None:
    assert asks_for_downloads(expression) is expected


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    assert holds_downloads(text) in (True, False)
    assert asks_for_downloads(text) in (True, False)
