"""For random real-looking documents and random operations: bytes, meaning and comments are kept."""

from __future__ import annotations

import random

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from document.changes import check, operations, sequence_meaning
from document.texts import workflow
from needful.document import parse as parsing
from needful.document.aliases import alias_paths
from needful.document.parse import Document, parse
from needful.document.semantics import same
from needful.document.writer import write
from needful.errors import Refusal
from needful.source import Source

SEEDS = st.integers(0, 2**32)


def document_of(seed: int, jobs: int, *, bom: bool = False) -> Document:
    return parse(Source("made.yml", workflow(seed, jobs), bom))


@given(seed=SEEDS, jobs=st.integers(1, 3), bom=st.booleans(), chance=SEEDS)
def test_one_operation_keeps_everything_else(seed: int, jobs: int, bom: bool, chance: int) -> None:
    document = document_of(seed, jobs, bom=bom)
    for operation in operations(document, random.Random(chance), 6):
        refused = check(document, operation)
        event(f"{type(operation).__name__}: {'refused' if refused else 'written'}")


@given(seed=SEEDS, jobs=st.integers(1, 3), chance=SEEDS, count=st.integers(2, 5))
def test_several_operations_mean_what_they_mean_one_by_one(seed: int, jobs: int, chance: int, count: int) -> None:
    document = document_of(seed, jobs)
    if alias_paths(document):
        return
    wanted = operations(document, random.Random(chance), count)
    try:
        written = write(document, wanted)
    except Refusal:
        return
    assert same(written.plain, sequence_meaning(document.plain, wanted))


@given(seed=SEEDS, jobs=st.integers(0, 3), bom=st.booleans())
def test_nothing_to_do_changes_nothing(seed: int, jobs: int, bom: bool) -> None:
    document = document_of(seed, jobs, bom=bom)
    assert write(document, []).source.to_bytes() == document.source.to_bytes()


@given(seed=SEEDS, jobs=st.integers(0, 3))
def test_both_parsers_see_the_same_tree(seed: int, jobs: int) -> None:
    source = Source("made.yml", workflow(seed, jobs))
    with pytest.MonkeyPatch.context() as patch:
        compiled = parse(source)
        patch.setattr(parsing, "CParser", None)
        assert parse(source).root == compiled.root


def test_random_operations_are_seldom_refused_for_their_surroundings() -> None:
    refused = written = 0
    for seed in range(60):
        document = document_of(seed, 2)
        for operation in operations(document, random.Random(seed), 4):
            reason = check(document, operation)
            refused += "does not allow" in reason or "readable" in reason
            written += not reason
    assert written > 150
    assert refused <= written * 0.02


@pytest.mark.slow
def test_a_document_of_500_kb() -> None:
    rng = random.Random(7)
    parts = [workflow(7, 1).split("jobs:")[0].removeprefix("---"), "jobs:\n"]
    size = number = 0
    while size < 500_000:
        job = f"  job{number}:\n    runs-on: x  # {number}\n    steps:\n" + "      - run: |\n          echo ü\n" * 30
        parts.append(job)
        size, number = size + len(job.encode()), number + 1
    document = parse(Source("big.yml", "".join(parts)))
    for operation in operations(document, rng, 2):
        check(document, operation)
