"""Real workflows: nothing to do changes nothing, and random changes of their jobs are made well or refused."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from document.changes import check
from needful.document.nodes import Plain
from needful.document.operations import (
    AddKey,
    AddName,
    CopyKey,
    DropName,
    InsertItem,
    MoveItem,
    Noted,
    Operation,
    RemoveItem,
    RemoveKey,
    ReplaceValue,
    WrapItems,
)
from needful.document.parse import Document, parse
from needful.document.writer import write
from needful.source import Source

NEW_JOB: Plain = {"runs-on": "ubuntu-latest", "steps": [{"uses": "actions/checkout@v4"}, {"run": "make\nmake test\n"}]}
EVERY = 10
"""Random changes are tried on every tenth file."""


@pytest.fixture(scope="module")
def documents(shared: Path) -> list[Document]:
    files = sorted((shared / "corpus").glob("*/.github/workflows/*.y*ml"))
    return [parse(Source.from_bytes(str(file), file.read_bytes())) for file in files]


@pytest.mark.slow
def test_nothing_to_do_changes_nothing(documents: list[Document]) -> None:
    for document in documents:
        assert write(document, []).source.to_bytes() == Path(document.source.path).read_bytes()


def changes(document: Document, rng: random.Random) -> Iterator[Operation]:
    plain = document.plain
    jobs = plain.get("jobs") if isinstance(plain, dict) else None
    if not isinstance(jobs, dict):
        return
    yield AddKey(("jobs",), "brand-new", NEW_JOB)
    name = rng.choice(list(jobs))
    path, job = ("jobs", name), jobs[name]
    yield CopyKey(path, "twice")
    if not isinstance(job, dict):
        return
    yield AddName((*path, "needs"), rng.choice([*jobs, "other"]), ("name", "runs-on"))
    needs = job.get("needs")
    if needs:
        yield DropName((*path, "needs"), str(rng.choice(needs) if isinstance(needs, list) else needs))
    yield (
        RemoveKey((*path, "runs-on")) if "timeout-minutes" in job else AddKey(path, "timeout-minutes", 9, ("runs-on",))
    )
    steps = job.get("steps")
    if not isinstance(steps, list) or not steps:
        return
    where, index = (*path, "steps"), rng.randrange(len(steps))
    new: list[Plain | Noted] = [Noted({"name": "New: one", "uses": "a/b@abc"}, "v4"), {"run": "a\nb\n"}]
    yield InsertItem(where, rng.randint(0, len(steps)), rng.choice(new))
    yield RemoveItem((*where, index))
    yield ReplaceValue((*where, index), {"run": "true"})
    if len(steps) > 1:
        yield MoveItem((*where, index), rng.randrange(len(steps)))
        start = rng.randrange(len(steps) - 1)
        yield WrapItems(where, start, start + 2, "parallel")
    step = steps[index]
    if isinstance(step, dict) and "if" not in step:
        yield AddKey((*where, index), "if", "${{ always() }}", ("name",))


@pytest.mark.slow
def test_random_changes_are_made_well_or_refused(documents: list[Document]) -> None:
    rng = random.Random(0)
    written, refused = 0, []
    for document in documents[::EVERY]:
        possible = list(changes(document, rng))
        for operation in rng.sample(possible, min(3, len(possible))):
            reason = check(document, operation)
            written += not reason
            refused += [f"{document.source.path}: {reason}"] if reason else []
    assert written > 500
    assert len(refused) < 0.02 * written, "\n".join(refused)
