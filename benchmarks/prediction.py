"""How good predictions are, on recorded runs: replaying what was, and predicting later runs from earlier ones."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace as changed_to
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from needful.history.matching import Matcher
from needful.history.model import JobRecord, RunRecord
from needful.history.reading import read_runs
from needful.schedule.load import JobLoad, Leg, Limits
from needful.schedule.predict import predict, typical_run, verdict_of
from needful.schedule.prediction import Prediction, Verdict
from needful.schedule.replay import Assumptions, Replay, Replayed, baseline, replay
from needful.schedule.resampling import next_of_sorted, quantile
from needful.schedule.rework import Machine
from needful.schedule.shape import JobShape, shape
from needful.schedule.simulate import Trace, simulate
from needful.schedule.slack import timeline
from needful.workflow.repository import Repository
from normalised import normalised_runs

CI = ".github/workflows/ci.yml"
TRAIN, TEST = 60, 30
FEWEST_TO_TRAIN = 20


def main() -> None:
    """Print all figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    beside = Path(os.environ.get("NEEDFUL_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--data", type=Path, default=beside / "timing-data", help="the folder of recorded runs")
    data = parser.parse_args().data
    speed()
    if not data.is_dir():
        print(f"No recorded runs at {data}: only the simulation is timed.")
        return
    bitcoin(data)
    single_jobs(data)
    biome(data)
    parallel_steps(data)
    pytables(data)
    whole_runs(data)
    print("step-security/skip-duplicate-actions: no workflow beside the record, so nothing to replay.")


# --- data ------------------------------------------------------------------------------------------------------------


def matcher(text: str) -> Matcher:
    """For a workflow by itself."""
    repository = Repository(".", lambda path: text.encode() if path == CI else None, [CI])
    workflow = repository.workflow(CI)
    assert workflow is not None
    return Matcher(workflow, repository)


def by_names(needs: Mapping[str, Iterable[str]], ids: Mapping[str, str] | None = None) -> Matcher:
    """For a workflow whose jobs are called so, each with those that it needs."""
    ids = ids or {name: f"j{number}" for number, name in enumerate(needs)}
    text = "on: push\njobs:\n"
    for name, wanted in needs.items():
        needed = json.dumps([ids[need] for need in wanted])
        text += f"  {ids[name]}:\n    name: {json.dumps(name)}\n    needs: {needed}\n"
        text += "    runs-on: ubuntu-latest\n    steps: [run: make]\n"
    return matcher(text)


def names_of(runs: Iterable[RunRecord]) -> list[str]:
    """Names of jobs in the order in which they first appear."""
    return list(dict.fromkeys(job.name for run in runs for job in run.jobs))


# --- what is printed -------------------------------------------------------------------------------------------------


def calibrated(title: str, replayed: Replay) -> Prediction | None:
    """Replay against the measured makespan."""
    found = predict(replayed, verdict_of(replayed.before, None, ()), public=True, seed=1)
    left = ", ".join(f"{count} {why.value}" for why, count in replayed.unfit) or "none"
    if not isinstance(found, Prediction):
        print(f"  {title}: {found.reason}; left out: {left}")
        return None
    one = found.calibration
    print(f"  {title}: {found.replayed} runs replayed, {found.timed} of them passed; left out: {left}")
    print(f"    error of the makespan, usual waiting     median {one.median:7.2%}   p90 {one.p90:7.2%}")
    print(f"    error of the makespan, their own waiting median {one.exact_median:7.2%}   p90 {one.exact_p90:7.2%}")
    return found


class Held(NamedTuple):
    """What a prediction said of runs that it had not seen."""

    error: float
    inside: int
    runs: int
    drift: float


def held_out(title: str, pairs: Sequence[tuple[float, float]]) -> None:
    """From the runs before, the next ones: `pairs` are what replay gives and what was measured, earliest first."""
    blocks = []
    for start in range(TRAIN, len(pairs) - TEST // 2, TEST):
        known = sorted(predicted for predicted, _ in pairs[start - TRAIN : start])
        later = [measured for _, measured in pairs[start : start + TEST]]
        low, high = next_of_sorted(known, 0.05), next_of_sorted(known, 0.95)
        actual = median(later)
        before = median(measured for _, measured in pairs[start - TRAIN : start])
        error = abs(median(known) - actual) / actual
        blocks.append(Held(error, sum(low <= one <= high for one in later), len(later), abs(before - actual) / actual))
    if not blocks:
        print(f"    held out, {title}: too few runs ({len(pairs)}; {TRAIN} to learn from and {TEST // 2} to judge)")
        return
    errors = sorted(block.error for block in blocks)
    inside, count = sum(block.inside for block in blocks), sum(block.runs for block in blocks)
    verdict = "reached" if median(errors) <= 0.10 else "NOT reached"
    covered = "reached" if 0.85 <= inside / count <= 0.95 else "NOT reached"
    print(f"    held out, {title}: {len(blocks)} blocks of {TEST} runs, each from the {TRAIN} before")
    print(
        f"      error of the median      median {median(errors):.1%}, worst {errors[-1]:.1%}   (10 % asked: {verdict})"
    )
    if median(errors) > 0.10:
        moved = median(block.drift for block in blocks)
        print(f"        the work is not stable: the measured median itself moves by {moved:.1%} from one to the next")
    print(f"      runs in the 90 % range   {inside / count:6.1%} of {count}   (85 to 95 % asked: {covered})")


# --- the data sets ---------------------------------------------------------------------------------------------------

ROOTS = ("test each commit", "determine runners", "macOS", "Windows native", "Win64 native", "windows-native", "matrix")


def bitcoin(data: Path) -> None:
    """17,002 jobs: the `needs` are those that the README beside the data gives."""
    runs = normalised_runs(data / "normalised" / "bitcoin_bitcoin.jsonl.gz")
    crosses = {"Windows, test cross-built": "Linux->Windows cross, no tests"}
    crosses["macOS, test cross-built"] = "Linux->macOS cross, no tests"
    needs: dict[str, list[str]] = {}
    for name in names_of(runs):
        root = name.startswith(ROOTS) and not name.startswith("macOS-cross")
        needs[name] = [crosses[name]] if name in crosses else [] if root else ["determine runners"]
    whole = by_names(needs)
    print("bitcoin/bitcoin, CI")
    same = replay(baseline(whole, runs, Assumptions()), whole)
    calibrated("as it was", same)
    passed = [run for run in same.runs if run.run.passed]
    held_out("the same graph", [(run.after.makespan, run.run.measured) for run in passed])
    without = {name: wanted for name, wanted in needs.items() if name != "test each commit"}
    ids = {name: f"j{number}" for number, name in enumerate(needs)}
    changed = replay(baseline(whole, runs, Assumptions()), by_names(without, ids))
    pairs = [(run.after.makespan, measured_of(run.run.match.run, without)) for run in changed.runs if run.run.passed]
    errors = [abs(predicted - measured) / measured for predicted, measured in pairs]
    print(f"  without `test each commit`: per run median {median(errors):.2%}, p90 {quantile(errors, 0.9):.2%} off")
    held_out("without `test each commit`", pairs)
    mixes: dict[frozenset[str], list[Replayed]] = {}
    for run in passed:
        mixes.setdefault(frozenset(job.name for job in run.run.match.run.jobs), []).append(run)
    most = max(mixes.values(), key=len)
    held_out(
        f"the most frequent mix of jobs ({len(most)} runs)", [(run.after.makespan, run.run.measured) for run in most]
    )
    for part in ("Windows, test cross-built", "macOS 14 native, arm64, fuzz"):
        held = [pair for run in passed if (pair := part_of(run, part)) is not None]
        held_out(f"the end of `{part}`", held)
    print()


def measured_of(run: RunRecord, names: Iterable[str]) -> float:
    """When the last of some jobs really ended."""
    wanted = set(names)
    return max(job.completed or 0 for job in run.jobs if job.name in wanted) - (run.started or 0)


def part_of(run: Replayed, name: str) -> tuple[float, float] | None:
    """What replay gives and what was measured as the end of one job."""
    measured = [job for job in run.run.match.run.jobs if job.name == name and job.completed]
    if not measured:
        return None
    ends = [end for leg, end in zip(run.after.legs, run.after.end, strict=True) if leg.name == name]
    return max(ends), (measured[0].completed or 0) - run.run.begun


def single_jobs(data: Path) -> None:
    """Sets without a graph: one job a run, or jobs of which no `needs` are known."""
    for title, runs in (
        (
            "ionic-team/ionic-framework, Stencil Nightly Build (raw; only the first job of each run is recorded)",
            raw(data / "stencil-speed", "jobs.json", "workflow_runs.json"),
        ),
        ("the same, normalised", normalised_runs(data / "normalised" / "ionic_stencil_nightly.jsonl.gz")),
        ("panjf2000/ants (raw; no `needs` known)", raw(data / "devlake", "jobs_all_history.json")),
        ("the same, normalised", normalised_runs(data / "normalised" / "panjf2000_ants.jsonl.gz")),
    ):
        whole = by_names(dict.fromkeys(names_of(runs), ()))
        print(title)
        same = replay(baseline(whole, runs, Assumptions()), whole)
        calibrated("as it was", same)
        passed = [run for run in same.runs if run.run.passed]
        held_out("the same graph", [(run.after.makespan, run.run.measured) for run in passed])
        print()


def raw(folder: Path, *names: str) -> Sequence[RunRecord]:
    """Runs with jobs, from files as GitHub's API returns them."""
    return [run for run in read_runs([(name, (folder / name).read_bytes()) for name in names]).runs if run.jobs]


def whole_runs(data: Path) -> None:
    """Sets of which only the time of whole runs is known: how well earlier ones tell later ones."""
    print("autoware: durations of runs, without the times of jobs: nothing can be replayed")
    for file in sorted((data / "autoware-ci-metrics" / "workflow_runs").rglob("*.jsonl")):
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        times = [
            row["duration"] for row in sorted(rows, key=lambda row: row["created_at"]) if row["conclusion"] == "success"
        ]
        held_out(f"{file.parent.name}/{file.stem} ({len(times)} passed)", [(one, one) for one in times if one])
    print()


def biome(data: Path) -> None:
    """One run of eight jobs with its workflow."""
    text = (data / "otel-cicd-action" / "biome_main.yml@f9ff72d3.yml").read_text("utf-8")
    side = matcher(text)
    runs = [run for run in raw(data / "otel-cicd-action", "all_history.json") if run.id == 12541749172]
    print("biomejs/biome, CI on main, run 12541749172")
    calibrated("as it was", replay(baseline(side, runs, Assumptions()), side))
    print()


def parallel_steps(data: Path) -> None:
    """A job's steps made parallel, and a recorded group made serial, under contention from none to full."""
    print("Steps side by side: no run shows what contention costs, so it is varied from none to full")
    text = (data / "otel-cicd-action" / "biome_main.yml@f9ff72d3.yml").read_text("utf-8")
    two = text[text.index("      - name: Run cargo check") : text.index("\n  check-dependencies:")]
    indented = "".join(f"    {line}\n" for line in two.splitlines() if line)
    beside = text.replace(two, "      - parallel:\n" + indented)
    runs = [run for run in raw(data / "otel-cicd-action", "all_history.json") if run.id == 12541749172]
    contention(
        "biome, `Lint Rust Files`: cargo check ∥ clippy", matcher(text), matcher(beside), runs, "Lint Rust Files"
    )

    jobs = json.loads((data / "actions-timeline" / "parallel_nuxt.extracted.json").read_bytes())[1]["jobs"]
    whole = json.dumps({"jobs": [job | {"run_id": 30668200410} for job in jobs]}).encode()
    group = "{name: Test (types), run: a}, {name: Typecheck (docs), run: b}"
    head = "on: push\njobs:\n  j:\n    name: typecheck (ubuntu-24.04-arm, bundler)\n    runs-on: ubuntu-24.04-arm\n"
    together, serial = (matcher(f"{head}    steps: [{steps}]\n") for steps in (f"parallel: [{group}]", group))
    contention("nuxt 30668200410, the group as it was recorded", together, together, read_runs([("x", whole)]).runs)
    contention("nuxt 30668200410, one after the other", together, serial, read_runs([("x", whole)]).runs)
    print()


def contention(title: str, before: Matcher, after: Matcher, runs: Sequence[RunRecord], name: str = "") -> None:
    """How long a job takes before, and after under each contention."""
    row = []
    first = baseline(before, runs, Assumptions()).traces[0]
    for share in (0, 0.25, 0.5, 0.75, 1):
        one = replay(baseline(before, runs, Assumptions(machine=Machine(contention=share))), after).runs[0]
        row.append(f"{share:.0%} {length(one.after, name):.0f} s")
    print(f"  {title}: {length(first, name):.0f} s before; contention {', '.join(row)}")


def length(trace: Trace, name: str) -> float:
    """How long the legs of a name take, or all together."""
    named = (leg for leg in range(len(trace.legs)) if not name or trace.legs[leg].name == name)
    return sum(trace.end[leg] - trace.start[leg] for leg in named)


def pytables(data: Path) -> None:
    """One run in which tests wait for a wheel that they do not use."""
    folder = data / "ghalogs-example"
    text = (folder / "wheels.yml@a2033260.yml").read_text("utf-8")
    block = text[text.index("  build_wheels:\n") : text.index("  build_wheels_windows:\n")]
    include = block[block.index("        include:\n") : block.index("    steps:\n")]
    slow = block.replace("build_wheels:", "build_wheels_aarch64:").replace("[ 'x86_64',  'aarch64' ]", "[ 'aarch64' ]")
    apart = block.replace("[ 'x86_64',  'aarch64' ]", "[ 'x86_64' ]") + slow.replace(include, "\n")
    split = text.replace(block, apart).replace("needs: [ build_sdist, ", "needs: [ build_wheels_aarch64, build_sdist, ")
    # the log of a job that has two is called `… (1)`
    runs = [
        changed_to(
            run,
            conclusion="success",
            jobs=tuple(changed_to(job, name=job.name.removesuffix(" (1)")) for job in run.jobs),
        )
        for run in normalised_runs(data / "normalised" / "pytables_wheels.jsonl.gz")
    ]
    found = replay(baseline(matcher(text), runs, Assumptions()), matcher(split))
    tests = Verdict(("test_wheels",), "the tests", known=True)
    told = predict(found, tests, public=False, seed=1)
    assert isinstance(told, Prediction)
    print("PyTables/PyTables, Wheels, run 6261949618: the aarch64 wheel as a job of its own, for which no test waits")
    for title, gain, claim in (
        ("the run's end     ", told.makespan, told.makespan_claim),
        ("the tests' verdict", told.to_verdict, told.verdict_claim),
    ):
        print(f"  {title} {gain.before:8,.0f} s → {gain.after:8,.0f} s   {-gain.share:+.1%}   (claimed: {claim.holds};")
        print(f"    {claim.reason})")
    print(f"  replayed as it was: {told.calibration.median:.2%} off")
    for title, line in zip(("before", "after"), typical_run(found), strict=True):
        chain = " → ".join(f"{bar.name} ({bar.end - bar.start:,.0f} s)" for bar in line.critical_path)
        print(f"  critical path {title}: {chain}")
    bound = told.bound
    print(
        f"  no schedule of these jobs ends before {bound.seconds:,.0f} s; closeness of the plan {bound.closeness:.0%}"
    )
    private = sum((kind.price or 0) * kind.after for kind in told.cost.kinds)
    print(
        f"  billed minutes {told.cost.before:.0f} → {told.cost.after:.0f}; {private:.2f} dollars a run, were it private"
    )
    print()


def speed() -> None:
    """A run of 256 jobs, simulated with and without a limit; and replays of 1,000 runs of 20 jobs."""
    jobs: list[JobShape] = []
    load = {}
    for place in range(256):
        needs = tuple(sorted({(place * 7) % place, (place * 13 + 5) % place})) if place > 20 else ()
        above = frozenset(needs).union(*(jobs[need].ancestors for need in needs))
        jobs.append(JobShape(f"j{place}", f"j{place}", needs, above))
        load[f"j{place}"] = JobLoad((Leg(f"j{place}", 10 + place * 37 % 101, place % 5, pool="linux"),))
    whole = shape(tuple(jobs))
    print("One run of 256 jobs (median of 50)")
    for title, limits in (("no limit", Limits()), ("20 at once, 5 on macOS", Limits(20, (("macos", 5),)))):
        bare = timed(partial(simulate, whole, load, limits))
        drawn = timed(partial(timeline, whole, simulate(whole, load, limits)))
        print(f"  {title:24} {bare * 1000:5.2f} ms; its critical path, slack and bars {drawn * 1000:5.2f} ms more")
    needs_of = {f"job {n}": [f"job {n - 3}"] if n >= 3 else [] for n in range(20)}
    less = {name: needed[: n % 2] for n, (name, needed) in enumerate(needs_of.items())}
    side, other = by_names(needs_of), by_names(less)
    runs = [made_run(number, needs_of) for number in range(1000)]
    start = time.process_time()
    known = baseline(side, runs, Assumptions(Limits(20)))
    first = time.process_time()
    predict(replay(known, other), verdict_of(known.shape, None, ()), public=True, seed=1)
    print(f"1,000 runs of 20 jobs: matched and replayed as they were {first - start:.2f} s,")
    print(f"  replayed under one more graph and judged {time.process_time() - first:.2f} s\n")


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time, the median of 50."""
    times = []
    for _ in range(50):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return median(times)


def made_run(number: int, needs: Mapping[str, Sequence[str]]) -> RunRecord:
    """A run that nobody recorded, to measure time with."""
    begun = 1.7e9 + number * 3600
    ends: dict[str, float] = {}
    jobs = []
    for place, (name, wanted) in enumerate(needs.items()):
        free = max((ends[need] for need in wanted), default=begun)
        ends[name] = free + 5 + 20 + (number * 31 + place * 17) % 90
        jobs.append(JobRecord(place + 1, name, "success", ("ubuntu-latest",), free, free + 5, ends[name]))
    return RunRecord(number, 1, "CI", CI, "push", "main", "", "success", begun, begun, max(ends.values()), tuple(jobs))


if __name__ == "__main__":
    main()
