"""Kinds of runners by their labels."""

from __future__ import annotations

import pytest

from needful.facts import table
from needful.facts.hosted import OWN, UNKNOWN, runner


@pytest.mark.parametrize(
    ("labels", "kind", "price", "pool"),
    [
        (("ubuntu-latest",), "linux", 0.006, "linux"),
        (("Ubuntu-22.04",), "linux", 0.006, "linux"),
        (("ubuntu-24.04-arm",), "linux_2_core_arm", 0.005, "linux"),
        (("ubuntu-slim",), "linux_slim", 0.002, "linux"),
        (("windows-2025",), "windows", 0.010, "windows"),
        (("windows-11-arm",), "windows_2_core_arm", 0.008, "windows"),
        (("macos-15",), "macos", 0.062, "macos"),
        (("macos-15-intel",), "macos", 0.062, "macos"),
        (("macos-latest-xlarge",), "macos_xl", 0.102, ""),
        (("macos-13-large",), "macos_l", 0.077, ""),
        (("self-hosted", "linux"), "self-hosted", 0.0, ""),
        (("self-hosted", "ubuntu-22.04"), "self-hosted", 0.0, ""),
    ],
)
def test_kinds(labels: tuple[str, ...], kind: str, price: float, pool: str) -> None:
    found = runner(labels)
    assert (found.kind, found.price, found.pool) == (kind, price, pool)


@pytest.mark.parametrize("label", ["ubuntu-latest-16-cores", "blacksmith-4vcpu-ubuntu-2404", "my-ubuntu-latest", ""])
def test_what_is_not_known_has_no_price(label: str) -> None:
    assert runner((label,)) == UNKNOWN
    assert UNKNOWN.price is None


def test_no_runner_at_all() -> None:
    assert runner(()) == UNKNOWN
    assert OWN.price == 0


def test_larger_runners_are_never_free() -> None:
    assert {row["kind"] for row in table("hosted.json")["runners"] if row.get("larger")} == {"macos_l", "macos_xl"}
