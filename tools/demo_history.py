"""Write the recorded history of the demonstration repository; with `--check`, say if it differs and write nothing.

Tidewatch is made up, and so are its runs. Each line of the file is one attempt of a run with its jobs, in the words of
GitHub's REST API: names of jobs and steps, their numbers with gaps, whole seconds, skipped jobs that keep the name they
have in the file, jobs that a re-run carries over. Only `Random.random` is used: it alone promises the same numbers in
every version of Python.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeAlias

CHECKOUT = Path(__file__).resolve().parent.parent
HISTORY = CHECKOUT / "fixtures" / "demo" / "history" / "runs.jsonl.gz"
SEED = 20260907
RUNS = 42
SIZE_SINCE = 36
"""From this run on there is a job `size`, which waits for nothing and so finds no image."""
MADE_UP = "Made up for the demonstration by tools/demo_history.py"
FIRST = datetime(2026, 9, 7, 8, 20, tzinfo=UTC)

Json: TypeAlias = "int | str | list[Json] | dict[str, Json] | None"


class Step(NamedTuple):
    """A step takes `least` seconds and up to `spread` more, rarely much more. `post`: it has a step at the end, too."""

    name: str
    least: float
    spread: float
    post: bool = False


class Job(NamedTuple):
    """A job, or one leg of a matrix, as the workflow has it."""

    name: str
    needs: tuple[str, ...]
    steps: tuple[Step, ...]
    label: str = "ubuntu-latest"


CHECKOUT_STEP = Step("Run actions/checkout@v7", 1, 2, post=True)
SETUP = Step("Run ./.github/actions/setup", 19, 9, post=True)
DOWNLOAD = Step("Run actions/download-artifact@v8", 4, 4)
UPLOAD = Step("Run actions/upload-artifact@v7", 1, 2)
UNITS = ("unit (3.12)", "unit (3.13)", "unit (3.14)")
WHOLE_UNIT = "unit (${{ matrix.python }})"
JOBS = (
    Job("lint", (), (CHECKOUT_STEP, SETUP, Step("Run ruff check .", 3, 3))),
    Job("types", ("lint",), (CHECKOUT_STEP, SETUP, Step("Run mypy src", 24, 14))),
    Job("handbook", ("lint",), (CHECKOUT_STEP, SETUP, Step("Run mkdocs build --strict", 12, 8))),
    *(
        Job(name, ("types",), (CHECKOUT_STEP, SETUP, Step("Run pytest --junit-xml=report.xml", least, 40), UPLOAD))
        for name, least in zip(UNITS, (104, 112, 126), strict=True)
    ),
    Job(
        "build",
        ("lint", *UNITS),
        (
            CHECKOUT_STEP._replace(least=4, spread=5),
            Step("Run docker build --tag tidewatch:ci . && docker save tidewatch:ci --output image.tar", 82, 45),
            UPLOAD._replace(least=6, spread=6),
        ),
    ),
    Job(
        "end-to-end",
        (*UNITS, "build"),
        (CHECKOUT_STEP, DOWNLOAD, Step("Run docker load --input image.tar && make end-to-end", 118, 50)),
    ),
    Job(
        "summary",
        UNITS,
        (
            DOWNLOAD._replace(least=1, spread=2),
            Step('Run python -m tidewatch.summary reports >> "$GITHUB_STEP_SUMMARY"', 1, 2),
        ),
        "ubuntu-slim",
    ),
    Job("size", (), (DOWNLOAD, Step('Run test "$(stat --format %s image.tar)" -lt 80000000', 0, 1)), "ubuntu-slim"),
    Job("deploy", ("end-to-end",), (DOWNLOAD, Step("Run ./ship.sh image.tar", 22, 12))),
)


class Story(NamedTuple):
    """What is out of the ordinary in a run: the step (from 0) at which jobs fail, when it is cancelled, in seconds."""

    fails: Mapping[str, int] = {}
    cancelled: float = float("inf")
    busy: bool = False  # runners are scarce
    again: bool = False  # what failed is run again


STORIES = {
    4: Story({"unit (3.14)": 2}),
    9: Story({"lint": 2}),
    13: Story(cancelled=190),
    18: Story({"end-to-end": 2}, again=True),
    22: Story({"types": 2}),
    25: Story(busy=True),
    26: Story(busy=True),
    30: Story({"unit (3.12)": 1}),
    33: Story({"handbook": 2}),
    39: Story(again=True),
}


class Done(NamedTuple):
    """A job of an attempt, with its times in seconds from the start of the run; steps as number, name, end, times."""

    job: Job
    result: str
    created: int
    started: int
    ended: int
    steps: tuple[tuple[int, str, str, int, int], ...] = ()


def attempt(random: Random, number: int, story: Story, begun: int, before: Mapping[str, Done]) -> dict[str, Done]:
    """The jobs of an attempt that begins at a second of the run. Those that ended well `before` are carried over."""
    factor = 0.92 + 0.2 * random.random()
    cold = random.random() < 0.12
    done: dict[str, Done] = {}
    for job in JOBS:
        if job.name == "size" and number < SIZE_SINCE:
            continue
        if job.name in before and before[job.name].result == "success":
            done[job.name] = before[job.name]
            continue
        ready = max((done[need].ended + 1 for need in job.needs), default=begun)
        ready = max(ready, begun)
        missed = job.name == "deploy" and not _pushed(number)
        if missed or (job.name != "summary" and any(done[need].result != "success" for need in job.needs)):
            done[job.name] = Done(job, "skipped", ready, ready, ready)
        else:
            started = ready + 3 + int(random.random() * random.random() * (95 if story.busy else 14))
            done[job.name] = _worked(random, job, ready, started, story, factor, cold)
    return done


def _pushed(number: int) -> bool:
    return number % 3 == 0


def _worked(random: Random, job: Job, ready: int, started: int, story: Story, factor: float, cold: bool) -> Done:
    """A job that has a runner. `cold`: there is no cache of the dependencies."""
    steps: list[tuple[int, str, str, int, int]] = []
    result, time = "success", started
    count = len(job.steps) + 1
    main = [(place + 2, step.name, step, place) for place, step in enumerate(job.steps)]
    post = [(2 * count - place, f"Post {step.name}", None, -1) for _, _, step, place in reversed(main) if step.post]
    plan = [(1, "Set up job", None, -1), *main, *post, (2 * count + 1, "Complete job", None, -1)]
    for step_number, name, step, place in plan:
        took = _seconds(random, step, factor * (2.3 if cold and step == SETUP else 1.0)) if step else _moment(random)
        always = step is None or (step == UPLOAD and job.name in UNITS)
        conclusion = "failure" if story.fails.get(job.name) == place and step else "success"
        if result != "success" and not ((always and result == "failure") or step is None):
            took, conclusion = 0, "skipped"
        elif started < story.cancelled <= time + took and result == "success":
            took, conclusion = int(story.cancelled) - time, "cancelled"
        result = conclusion if result == "success" and step else result
        steps.append((step_number, name, conclusion, time, time + took))
        time += took
    return Done(job, result, ready, started, time, tuple(steps))


def _seconds(random: Random, step: Step, factor: float) -> int:
    drawn = (random.random() + random.random() + random.random()) / 3
    rare = 1.6 if random.random() < 0.03 else 1.0
    return int((step.least + step.spread * drawn) * factor * rare + 0.5)


def _moment(random: Random) -> int:
    return int(2.2 * random.random())


def attempts() -> Iterator[dict[str, Json]]:
    """All attempts, as the API shows them, each with its jobs."""
    random = Random(SEED)
    created = FIRST
    for number in range(1, RUNS + 1):
        story = STORIES.get(number, Story())
        fails = {**story.fails, "size": 0} if number >= SIZE_SINCE else story.fails
        done = attempt(random, number, story._replace(fails=fails), 0, {})
        yield _run(number, 1, created, 0, done, {})
        if story.again:
            begun = max(one.ended for one in done.values()) + 420
            yield _run(number, 2, created, begun, attempt(random, number, Story(), begun, done), done)
        created += timedelta(minutes=95 + int(260 * random.random()))
        if created.hour >= 18:
            created = created.replace(hour=8, minute=int(50 * random.random())) + timedelta(days=1)
        while created.weekday() >= 5:
            created += timedelta(days=1)


def _run(
    number: int, attempt: int, created: datetime, begun: int, done: Mapping[str, Done], before: Mapping[str, Done]
) -> dict[str, Json]:
    run_id = 17_204_000_000 + 91_733 * number
    results = {one.result for one in done.values()}
    about: dict[str, Json] = {
        "head_branch": "main" if _pushed(number) else f"change-{number}",
        "head_sha": hashlib.sha1(f"tidewatch {number}".encode(), usedforsecurity=False).hexdigest(),
        "run_attempt": attempt,
        "status": "completed",
    }
    jobs: list[Json] = [
        {
            "id": 3 * run_id + 100 * attempt + place,
            "run_id": run_id,
            "workflow_name": "CI",
            **about,
            # what is carried over is created anew, long after it ran
            **_job(one, created, begun if before.get(one.job.name) is one else one.created),
        }
        for place, one in enumerate(_listed(done))
    ]
    return {
        "id": run_id,
        "name": "CI",
        "display_title": MADE_UP,
        "path": ".github/workflows/ci.yml",
        "run_number": number,
        "event": "push" if _pushed(number) else "pull_request",
        **about,
        "conclusion": next((word for word in ("failure", "cancelled") if word in results), "success"),
        "created_at": _time(created, 0),
        "run_started_at": _time(created, begun),
        "updated_at": _time(created, max(one.ended for one in done.values()) + 2),
        "repository": {"full_name": "example/tidewatch"},
        "jobs": jobs,
    }


def _listed(done: Mapping[str, Done]) -> Iterator[Done]:
    """A matrix that is skipped was never expanded: it is one job, named as in the file."""
    for name, one in done.items():
        if name not in UNITS or one.result != "skipped":
            yield one
        elif name == UNITS[0]:
            yield one._replace(job=one.job._replace(name=WHOLE_UNIT))


def _job(one: Done, epoch: datetime, created: int) -> dict[str, Json]:
    ran = bool(one.steps)
    steps: list[Json] = [
        {
            "name": name,
            "number": number,
            "status": "completed",
            "conclusion": conclusion,
            "started_at": _time(epoch, start),
            "completed_at": _time(epoch, end),
        }
        for number, name, conclusion, start, end in one.steps
    ]
    labels: list[Json] = [one.job.label]
    return {
        "name": one.job.name,
        "conclusion": one.result,
        "created_at": _time(epoch, created),
        "started_at": _time(epoch, one.started),
        "completed_at": _time(epoch, one.ended),
        "labels": labels if ran else [],
        "runner_name": "GitHub Actions" if ran else None,
        "steps": steps,
    }


def _time(epoch: datetime, seconds: int) -> str:
    return f"{epoch + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def text() -> str:
    """The history, a line for each attempt."""
    return "".join(json.dumps(one, separators=(",", ":")) + "\n" for one in attempts())


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    new = text()
    if not arguments.parse_args().check:
        HISTORY.parent.mkdir(exist_ok=True)
        HISTORY.write_bytes(gzip.compress(new.encode(), mtime=0))
    elif not HISTORY.is_file() or gzip.decompress(HISTORY.read_bytes()).decode() != new:
        print(f"{HISTORY.relative_to(CHECKOUT)} is not what would be made now: run `make docs`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
