"""A run as one compact text and back: lists of numbers, and each name once."""

from __future__ import annotations

import json
from functools import partial
from itertools import chain

from needful.history.model import JobRecord, RunRecord, StepRecord

VERSION = 1
"""Counts up when the form changes."""


def packed(run: RunRecord) -> str:
    """The text of a run. Everything of it comes back with `unpacked`."""
    words: dict[str, int] = {}

    def word(text: str) -> int:
        return words.setdefault(text, len(words))

    jobs = [
        [
            *(job.id, word(job.name), word(job.conclusion), [word(label) for label in job.labels]),
            *(_short(job.created), _short(job.started), _short(job.completed), int(job.carried)),
            list(
                chain.from_iterable(
                    (step.number, word(step.name), word(step.conclusion), _short(step.started), _short(step.completed))
                    for step in job.steps
                )
            ),
        ]
        for job in run.jobs
    ]
    head = [
        *(run.id, run.attempt, run.workflow, run.path, run.event, run.branch, run.head_sha, run.conclusion),
        *(_short(run.created), _short(run.started), _short(run.updated), run.repository),
    ]
    return json.dumps([list(words), head, jobs], separators=(",", ":"))


_STEP = partial(tuple.__new__, StepRecord)
"""What `StepRecord._make` does, without a call of Python for each of the hundreds of thousands of steps."""


def unpacked(text: str) -> RunRecord:
    """The run of a text. Raises `ValueError`, `TypeError` or `IndexError` for a text that is none."""
    words, head, jobs = json.loads(text)
    identity, attempt, workflow, path, event, branch, head_sha, conclusion, created, started, updated, repository = head
    return RunRecord(
        *(identity, attempt, workflow, path, event, branch, head_sha, conclusion, created, started, updated),
        jobs=tuple(_job(job, words) for job in jobs),
        repository=repository,
    )


def _job(values: list, words: list[str]) -> JobRecord:  # type: ignore[type-arg]
    identity, name, conclusion, labels, created, started, completed, carried, flat = values
    columns = zip(
        flat[0::5],
        [words[at] for at in flat[1::5]],
        [words[at] for at in flat[2::5]],
        flat[3::5],
        flat[4::5],
        strict=True,
    )
    return JobRecord(
        identity,
        words[name],
        words[conclusion],
        tuple([words[at] for at in labels]),
        created,
        started,
        completed,
        tuple(map(_STEP, columns)),
        bool(carried),
    )


def _short(time: float | None) -> float | None:
    """A time in whole seconds as a whole number, which takes two characters less."""
    return int(time) if time is not None and time == int(time) else time
