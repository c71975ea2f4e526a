"""What fewer jobs and more of them would give, on recorded runs: folding tiny jobs, and running tests in parts.

No set has many runs with steps, several jobs and a workflow beside it, so the rules themselves have nothing to say
here. What can be measured is what they live on: how much of billed minutes is set-up and rounding, and how much sooner
a run ends if the tests of one job are parted, with the times that its jobs had.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from needful.history.model import JobRecord, RunRecord
from needful.history.steps import Part, parts, took
from needful.rules.shard_tests import GATE
from needful.schedule.rounding import billed_minutes
from normalised import normalised_runs

WITH_STEPS = ("panjf2000_ants", "ionic_stencil_nightly", "biome_and_stepsecurity", "pytables_wheels")
SET_UP = ("checkout", "setup", "set up", "install", "cache", "download")
PARTS = (2, 3, 4, 8)


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    beside = Path(os.environ.get("NEEDFUL_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--data", type=Path, default=beside / "timing-data", help="the folder of recorded runs")
    folder = parser.parse_args().data / "normalised"
    if not folder.is_dir():
        print(f"No recorded runs at {folder}.")
        return
    print("Billed minutes, by what they are for (steps told by their names)")
    for name in WITH_STEPS:
        minutes(name, normalised_runs(folder / f"{name}.jsonl.gz"))
    print("bitcoin/bitcoin, CI: the tests of the job that ends most runs in parts")
    parted(folder / "bitcoin_bitcoin.jsonl.gz")


def minutes(name: str, runs: Iterable[RunRecord]) -> None:
    """How much of what is billed is work, set-up and rounding; and how many jobs are shorter than their set-up."""
    jobs = [job for run in runs for job in run.jobs if job.steps and job.started and job.completed]
    split = [own_and_set_up(job) for job in jobs]
    billed = sum(billed_minutes(own + rest) for own, rest in split)
    work, rest = (sum(pair[place] for pair in split) / 60 for place in (0, 1))
    tiny = sum(own <= rest for own, rest in split)
    rounding = billed - work - rest
    print(
        f"  {name}: {len(jobs)} jobs, {billed} minutes: work {work / billed:.0%}, set-up {rest / billed:.0%}, "
        f"rounding {rounding / billed:.0%}; {tiny} jobs shorter than their set-up"
    )


def own_and_set_up(job: JobRecord) -> tuple[float, float]:
    """Seconds of a job's own steps, and of everything else in it."""
    own = sum(
        took(step) or 0.0
        for step, part in zip(job.steps, parts(job.steps), strict=True)
        if part is Part.MAIN and not any(word in step.name.lower() for word in SET_UP)
    )
    return own, max(0.0, (job.completed or 0.0) - (job.started or 0.0) - own)


def parted(file: Path) -> None:
    """Each run in which nothing failed, with the tests of one job in parts that take the same."""
    runs: dict[str, list[Mapping[str, Any]]] = {}
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["completed"] and row["started"]:
                runs.setdefault(row["run_id"], []).append(row)
    green = [rows for rows in runs.values() if all(row["conclusion"] == "success" for row in rows)]
    last = Counter(max(rows, key=lambda row: row["completed"])["job"] for rows in green)
    for name, count in last.most_common(3):
        ended = [rows for rows in green if any(row["job"] == name and tests_of(row) for row in rows)]
        if not ended:
            print(f"  `{name}` ends {count} of {len(green)} runs; how long its tests take is not recorded")
            continue
        figures = []
        for number in PARTS:
            saved = [makespan(rows) - makespan(rows, name, number) for rows in ended]
            own = [next(row for row in rows if row["job"] == name) for rows in ended]
            more = [
                number * billed_minutes(took_with(row, number)) + 1 - billed_minutes(took_with(row, 1)) for row in own
            ]
            figures.append(f"{number} parts {median(saved):.0f} s for {median(more):.0f} min")
        tests = median([tests_of(row) for rows in ended for row in rows if row["job"] == name])
        print(f"  `{name}` ends {count} of {len(green)} runs, tests {tests:.0f} s: sooner by {', '.join(figures)}")


def tests_of(row: Mapping[str, Any]) -> float:
    """Seconds of a job's tests, 0 where they are not recorded."""
    told = row.get("extra") or {}
    return float(sum(told.get(f"{kind}_test_duration") or 0 for kind in ("unit", "functional")))


def took_with(row: Mapping[str, Any], number: int) -> float:
    """Seconds of one part of a job."""
    tests = tests_of(row)
    return float(row["completed"] - row["started"] - tests + tests / number)


def makespan(rows: Iterable[Mapping[str, Any]], name: str = "", number: int = 1) -> float:
    """When a run ended, with the tests of one job in parts and a gate behind them."""
    ends = [
        row["started"] + took_with(row, number) + GATE if row["job"] == name and number > 1 else row["completed"]
        for row in rows
    ]
    return float(max(ends) - min(row["started"] for row in rows))


if __name__ == "__main__":
    main()
