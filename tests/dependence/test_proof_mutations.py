"""Rewrites made at random: what the interpreter finds harmful is never proved."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from dependence.generated import edges_of, harm, rewired, workflows
from dependence.made import situation
from needful.dependence.proof import prove


def mutated(text: str, chance: random.Random) -> str:
    """The workflow with one or two edges dropped, added, or given to another job."""
    edges = {job: list(needs) for job, needs in edges_of(text).items()}
    names = list(edges)
    for _ in range(chance.randint(1, 2)):
        there = [(need, job) for job, needs in edges.items() for need in needs]
        dropped = chance.choice(there) if there and chance.random() < 0.8 else None
        if dropped:
            edges[dropped[1]].remove(dropped[0])
        if not dropped or chance.random() < 0.6:
            later = chance.randrange(1, len(names))
            # often the very gate that was dropped, further down
            earlier = dropped[0] if dropped and chance.random() < 0.6 else names[chance.randrange(later)]
            if names.index(earlier) < later and earlier not in edges[names[later]]:
                edges[names[later]].append(earlier)
    return rewired(text, edges)


def is_proved(old: str, new: str) -> bool:
    return all(obligation.shown for obligation in prove(situation(old), situation(new), None))


def reads_more(old: str, new: str) -> bool:
    """Whether a job can read a result that was empty before. What it makes of it, its rule names as a cost."""
    before, after = edges_of(old), edges_of(new)
    reads = situation(old).reads
    return any(need in reads[job].named for job in after for need in set(after[job]) - set(before[job]))


@given(workflows(), st.integers(0, 1_000_000))
@settings(max_examples=max(300, settings().max_examples), deadline=None)
def test_what_does_harm_is_not_proved(text: str, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(5):
        old, new = text, mutated(text, chance)
        if chance.random() < 0.3:
            old, new = new, old
        if edges_of(old) != edges_of(new) and not reads_more(old, new) and is_proved(old, new):
            assert harm(old, new, seed) == ""
