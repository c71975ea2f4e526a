"""What was found in a file, whether it is changed or not."""

from __future__ import annotations

from typing import TypeAlias

from needful.planning.plan import Change, FilePlan, Held

Finding: TypeAlias = Change | Held


def findings(file: FilePlan) -> tuple[Finding, ...]:
    """All findings of a file: what changes first."""
    return (*file.changes, *file.held)
