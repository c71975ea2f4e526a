"""How long `needful plan` takes with 1,000 recorded runs of a workflow of 20 jobs: the whole command, from the store.

The jobs form four stages of five jobs. Each reads the artifact of the job above it; two of each stage wait for another
one as well, of which they read nothing, so that there is something to drop and to weigh.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from made_up import PATH, Record, job_record, run_record

STAGES, WIDE, RUNS, ROUNDS = 4, 5, 1000, 5
IDLE = (0, 2)
"""The places in a stage of jobs that wait for a job of which they read nothing."""
STEPS = (
    "Set up job",
    "Run actions/checkout@v7",
    "Run make test",
    "Run actions/upload-artifact@v7",
    "Post",
    "Complete job",
)


def main() -> None:
    """Print user and system seconds of each round."""
    with tempfile.TemporaryDirectory() as folder:
        root, runs = Path(folder, "repository"), Path(folder, "runs.json")
        (root / PATH).parent.mkdir(parents=True)
        (root / PATH).write_text(workflow(), "utf-8")
        runs.write_text(json.dumps([one_run(number) for number in range(RUNS)]), "utf-8")
        store = Path(folder, "history.sqlite")
        needful("history", "import", str(runs), "--store", str(store))
        plan = "plan", str(root), "--store", str(store), "--quiet"
        seconds = [needful(*plan) for _ in range(ROUNDS)]
        without = [needful("plan", str(root), "--no-history", "--quiet") for _ in range(ROUNDS)]
    print(f"Python {sys.version.split()[0]}; {RUNS:,} runs × {STAGES * WIDE} jobs, CPU seconds of the command")
    for what, found in (("with the runs", seconds), ("without", without)):
        print(f"  {what:16}min {min(found):.2f}, median {median(found):.2f}, max {max(found):.2f} of {len(found)}")


def needful(*arguments: str) -> float:
    """Run the command; the CPU seconds it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "needful", *arguments], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def workflow() -> str:
    """Each job reads what the one above it makes; some wait for their neighbour, too."""
    lines = ["name: CI", "on: push", "permissions: {contents: read}", "jobs:"]
    for stage in range(STAGES):
        for place in range(WIDE):
            lines.append(f"  job-{stage}-{place}:")
            if stage:
                more = f", job-{stage - 1}-{(place + 1) % WIDE}" if place in IDLE else ""
                lines.append(f"    needs: [job-{stage - 1}-{place}{more}]")
            lines += [
                "    runs-on: ubuntu-latest",
                "    timeout-minutes: 15",
                "    steps:",
                "      - uses: actions/checkout@v7",
            ]
            if stage:
                lines.append(
                    f"      - {{uses: actions/download-artifact@v8, with: {{name: made-{stage - 1}-{place}}}}}"
                )
            lines.append("      - run: make test")
            lines.append(
                f"      - {{uses: actions/upload-artifact@v7, with: {{name: made-{stage}-{place}, path: out}}}}"
            )
    return "\n".join(lines) + "\n"


def one_run(number: int) -> Record:
    start = number * 3600
    ends: dict[tuple[int, int], int] = {}
    jobs = []
    for stage in range(STAGES):
        for place in range(WIDE):
            above = [ends[stage - 1, place]] if stage else [start]
            if stage and place in IDLE:
                above.append(ends[stage - 1, (place + 1) % WIDE])
            begun = max(above) + 3 + (number + place) % 5
            ends[stage, place] = begun + 60 + (number * 7 + place * 31 + stage * 17) % 120
            jobs.append(one_job(number, stage * WIDE + place, f"job-{stage}-{place}", begun, ends[stage, place]))
    return run_record(number, start, max(ends.values()), jobs)


def one_job(run: int, index: int, name: str, begun: int, end: int) -> Record:
    cuts = [begun, begun + 1, begun + 4, end - 6, end - 2, end - 1, end]
    return job_record(run, run * STAGES * WIDE + index + 1, name, begun - 2, STEPS, cuts)


if __name__ == "__main__":
    main()
