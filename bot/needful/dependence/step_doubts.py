"""Which steps may well be independent although nobody can see all that they do: for people to decide, never proved.

What is seen must not meet, as ever. Of what is not seen, only the words of people say what it is for: checks beside
each other, at most one test suite, nothing built before another uses it, no two programs that lock what they build.
"""

from __future__ import annotations

from needful.dependence.step_links import clashes, harm_seen, sets
from needful.effects.likely import Likely, likely
from needful.effects.traces import Footprint

_SECONDS = 15.0
"""How long checks usually take of which only the purpose is known: an assumption that tells what is worth a block."""


def purpose(step: Footprint) -> frozenset[str]:
    """The kinds of checks that a step does, or seems to do."""
    return step.kinds | (_guess(step).kinds if step.hidden else frozenset())


def seems_something(step: Footprint) -> bool:
    """Whether words say what a step is for of which not all is seen."""
    return bool(_guess(step).kinds) and step.hides


def words_allow(earlier: Footprint, later: Footprint) -> bool:
    """What words alone say to `may_stand_beside`: where something of a step is hidden, its commands are not read."""
    if not (earlier.hides or later.hides):
        return True
    one, other = (_guess(step).kinds if step.hides else step.kinds for step in (earlier, later))
    return not ("build" in one or "test" in one & other or _guess(earlier).alone & _guess(later).alone)


def seems_to_check(step: Footprint) -> bool:
    """Whether all that is not seen of a step seems to be checks, and nothing that is seen goes out of the job."""
    return bool(_guess(step).kinds) and not step.mends and harm_seen(step) is None and not sets(step)


def seconds(step: Footprint) -> float:
    """How long a step usually takes, as far as that is known."""
    return max(step.seconds, _SECONDS) if step.hidden and _guess(step).kinds else step.seconds


def may_stand_beside(earlier: Footprint, later: Footprint) -> bool:
    """Whether two steps, of which one comes first in the text, may be independent as far as anybody can see."""
    hidden = [step for step in (earlier, later) if step.hidden]
    if not all(map(seems_to_check, hidden)) or any(found.kind != "unknown" for found in clashes(earlier, later)):
        return False
    if not hidden:
        return True
    if earlier.chores or later.chores:
        return False  # what is not seen may need what is installed
    if "build" in purpose(earlier) or "test" in purpose(earlier) & purpose(later):
        return False
    one, other = _guess(earlier), _guess(later)
    # what is built by the runner that also checks may be what the check builds first
    return not (one.alone & other.alone or ("build" in purpose(later) and one.runners & other.runners))


def _guess(step: Footprint) -> Likely:
    return likely(step.step)
