"""What every test relies on: how hard hypothesis tries, and where data beside the checkout is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_SLOW_MACHINES = [HealthCheck.too_slow]
settings.register_profile("default", max_examples=60, deadline=None, suppress_health_check=_SLOW_MACHINES)
settings.register_profile(
    "ci", max_examples=200, deadline=None, derandomize=True, print_blob=True, suppress_health_check=_SLOW_MACHINES
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The top of this repository."""
    return CHECKOUT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The data folder beside the checkout (or `NEEDFUL_SHARED`); tests that need it are skipped without it."""
    folder = Path(os.environ.get("NEEDFUL_SHARED") or CHECKOUT.parent / "shared")
    if not (folder / "corpus").is_dir():
        pytest.skip(f"the data folder {os.environ.get('NEEDFUL_SHARED') or '../shared'} is not here")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What reads the data folder is marked, so that it can run by itself: coverage must not depend on that folder."""
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("real")
