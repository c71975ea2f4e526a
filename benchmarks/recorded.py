"""How long recorded runs take to import, to read back, to match and to sum up: 1,000 runs of a workflow of 20 jobs."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

from made_up import PATH, REPOSITORY, Record, job_record, run_record
from needful.history.matching import Matcher, missed
from needful.history.reading import read_runs
from needful.history.statistics import statistics_of
from needful.history.store import Store
from needful.workflow.repository import Repository

RUNS, JOBS, STEPS = 1000, 20, 14

_T = TypeVar("_T")


def main() -> None:
    """Print the figures of one run, in CPU seconds of this process."""
    print(f"Python {sys.version.split()[0]}; {RUNS:,} runs × {JOBS} jobs × {STEPS} steps, CPU seconds")
    pages = [(f"{number}.json", page(number)) for number in range(RUNS // 100)]
    repository = Repository(".", lambda path: workflow().encode() if path == PATH else None, [PATH])
    described = repository.workflow(PATH)
    assert described is not None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "history.sqlite")
        reading = timed(f"read {sum(len(data) for _, data in pages) / 1e6:.0f} MB of JSON", lambda: read_runs(pages))
        assert len(reading.runs) == RUNS
        with Store(file) as store:
            timed("keep", lambda: store.add(reading.runs))
            timed("keep again", lambda: store.add(reading.runs))
        with Store(file) as store:
            runs = timed(f"read back {file.stat().st_size / 1e6:.0f} MB", lambda: store.runs(REPOSITORY, PATH))
        matcher = Matcher(described, repository)
        found = timed("match with the workflow", lambda: missed(matcher.match(run) for run in runs))
        assert (found.jobs, found.matched) == (RUNS * JOBS, RUNS * JOBS)
        timed("sum up", lambda: statistics_of(runs))


def timed(what: str, work: Callable[[], _T]) -> _T:
    """Do something once and print what it took."""
    before = time.process_time()
    result = work()
    print(f"  {what:28}{time.process_time() - before:7.3f}")
    return result


def workflow() -> str:
    """A workflow of as many jobs, each with its own steps."""
    steps = "".join(f"      - {{name: Part {number}, run: make part-{number}}}\n" for number in range(1, STEPS - 1))
    jobs = (f"  job-{number}:\n    runs-on: ubuntu-latest\n    steps:\n{steps}" for number in range(JOBS))
    return "name: CI\non: push\njobs:\n" + "".join(jobs)


def page(number: int) -> bytes:
    """A hundred runs with their jobs, as the API gives them."""
    runs = [one_run(number * 100 + index) for index in range(100)]
    return json.dumps({"workflow_runs": runs}).encode()


def one_run(number: int) -> Record:
    start = number * 3600
    return run_record(number, start, start + 900, [one_job(number, index, start) for index in range(JOBS)])


def one_job(run: int, index: int, start: int) -> Record:
    names = ["Set up job", *(f"Part {number}" for number in range(1, STEPS - 1)), "Complete job"]
    lengths = (1 + (run * 7 + index * 3 + number) % 60 for number in range(STEPS))
    cuts = list(accumulate(lengths, initial=start + 4 + (run + index) % 30))
    return job_record(run, run * JOBS + index + 1, f"job-{index}", start + 1, names, cuts)


if __name__ == "__main__":
    main()
