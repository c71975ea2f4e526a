"""Which runners are new for every job: `runners.json`, typed."""

from __future__ import annotations

import re
from functools import cache

from needful.facts import table


def is_fresh(label: str) -> bool:
    """Whether a label means a machine that no other job has used or will use."""
    return bool(_fresh().match(label))


@cache
def _fresh() -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(table("runners.json")["fresh"]) + r")\Z", re.IGNORECASE)
