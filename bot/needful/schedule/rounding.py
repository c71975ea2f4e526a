"""Seconds of a job as they are billed."""

from __future__ import annotations

from math import ceil


def billed_minutes(seconds: float) -> int:
    """Whole minutes, rounded up (https://docs.github.com/billing/concepts/product-billing/github-actions)."""
    return ceil(round(seconds / 60, 9))
