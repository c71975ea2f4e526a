"""What a proof is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Obligation:
    """One thing a rewrite has to keep. `shown` says how that was shown; where it is `""`, `why_not` says why not."""

    what: str
    shown: str
    why_not: str = ""


def obligation(what: str, shown: str, why_not: str) -> Obligation:
    """An obligation that is shown, unless there is a reason why not."""
    return Obligation(what, "" if why_not else shown, why_not)
