"""What one run brings to a schedule: for each leg of each job how long it waits, how long it takes, how it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from needful.facts.accounts import at_once
from needful.schedule.model import StepBar


class Origin(Enum):
    """Where a duration comes from."""

    MEASURED = "measured"  # this leg of this run
    REPLAYED = "replayed"  # other recorded work of this repository, put to a new use
    ASSUMED = "assumed"  # a published constant


class Decision(Enum):
    """Whether a job runs."""

    BY_NEEDS = "by needs"  # by what became of the jobs before it, and the status functions of its `if`
    RUNS = "runs"  # whatever became of them
    SKIPPED = "skipped"  # its own `if` says no


@dataclass(frozen=True)
class Leg:
    """One leg of a job, named as people see it: `test (3.12)`.

    `queue` is how many seconds pass between its needs being done and a runner having it: start-up, other work on the
    account, an approval that somebody gave. `seconds` is how long it then takes; `steps` are bars from the start of
    the leg. `pool` is whose concurrency limit it counts for: `linux`, `windows`, `macos`, `""` for none (self-hosted).
    `harmless`: it failed, and the other legs of its matrix went on.
    """

    name: str
    seconds: float
    queue: float = 0.0
    result: str = "success"
    pool: str = ""
    labels: tuple[str, ...] = ()
    steps: tuple[StepBar, ...] = ()
    origin: Origin = Origin.MEASURED
    harmless: bool = False


class JobLoad(NamedTuple):
    """The legs of one job. A job that is skipped may have legs: how long they would take."""

    legs: tuple[Leg, ...]
    decision: Decision = Decision.BY_NEEDS


Load = Mapping[str, JobLoad]
"""What one run brings, by job id in lower case."""


class Limits(NamedTuple):
    """How many jobs the account runs at once: in all, and of single pools (`macos`). None: no limit that matters."""

    total: int | None = None
    pools: tuple[tuple[str, int], ...] = ()


def limits_of(account: str | int) -> Limits:
    """The limits of an account: those of a plan of GitHub (`free`, `pro`, `team`, `enterprise`), or a number in all."""
    if isinstance(account, int):
        return Limits(account)
    known = at_once(account)
    return Limits(known.jobs, (("macos", known.macos),))
