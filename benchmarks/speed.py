"""How long a plan takes: over the corpus in one process, beside zizmor on the same files, and from a cold start."""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from needful import app
from needful.errors import UserError

SMALL = """\
on: push
permissions: {}
jobs:
  lint:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v7
      - run: make lint
  test:
    needs: lint
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v7
      - run: make test
"""
NOTHING_TO_DO = SMALL.replace("    needs: lint\n", "")


def main() -> None:
    """Print all figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    beside = Path(os.environ.get("NEEDFUL_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--corpus", type=Path, default=beside / "corpus", help="a folder of repositories")
    parser.add_argument("--starts", type=int, default=20, help="how many cold starts")
    options = parser.parse_args()
    core = one_core()
    print(f"Python {sys.version.split()[0]}, {core}\n")
    if options.corpus.is_dir():
        over_the_corpus(options.corpus)
    else:
        print(f"No corpus at {options.corpus}: only the cold start is measured.\n")
    for what, workflow in (("nothing to change", NOTHING_TO_DO), ("one change", SMALL)):
        cold_start(what, workflow, options.starts)


def one_core() -> str:
    """Keep this process and its children on one core, where the system can."""
    if sys.platform != "linux":
        return "all cores"
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    return "one core"


def over_the_corpus(corpus: Path) -> None:
    """One `plan` per repository, all in this process; then each workflow by itself; then zizmor."""
    targets = [target for folder in sorted(corpus.glob("*/")) for target in targets_in(folder)]
    files = [Path(target.root, path) for target in targets for path in target.workflows]
    choice = app.choose("trade", (), ())
    single = [app.Target(target.root, (path,)) for target in targets for path in target.workflows]

    whole = timed(lambda: [app.plan_target(target, choice) for target in targets])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1 << 20)
    each = [timed(partial(app.plan_target, one, choice)) for one in single]
    readable = files_for_zizmor(files)
    zizmor = timed(partial(run_zizmor, readable))

    count = len(files)
    print(f"{count} workflows of {len(targets)} repositories")
    print(f"  needful plan, in process   {whole:7.2f} s   {whole / count * 1000:6.2f} ms per workflow (mean)")
    print(f"  a workflow by itself       {row(each)}, 99 % under {percentile(each, 99):.1f} ms")
    print(f"  zizmor --offline           {zizmor:7.2f} s   {zizmor / len(readable) * 1000:6.2f} ms per workflow (mean)")
    print(f"  peak memory of this process {memory:.0f} MB\n")


def targets_in(folder: Path) -> tuple[app.Target, ...]:
    """The repository in a folder, or nothing."""
    try:
        return app.find_targets([str(folder)])
    except UserError:
        return ()


def files_for_zizmor(files: Sequence[Path]) -> list[Path]:
    """The files without those that end its whole run (one of the corpus does)."""
    readable = list(files)
    while (run := run_zizmor(readable)).returncode:
        offender = re.search(r"failed to load file://(\S+)", run.stderr)
        if not offender or Path(offender[1]) not in readable:
            raise SystemExit(f"zizmor ended with {run.returncode}: {run.stderr[:500]}")
        readable.remove(Path(offender[1]))
        print(f"(zizmor cannot read {offender[1]}: left out for it)")
    return readable


def run_zizmor(files: Sequence[Path]) -> subprocess.CompletedProcess[str]:
    """Its default audits; its findings are of no interest here."""
    command = [program("zizmor"), "--offline", "--quiet", "--no-progress", "--no-exit-codes", "--format=json", "--"]
    return subprocess.run(
        [*command, *files], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", check=False
    )


def cold_start(what: str, workflow: str, times: int) -> None:
    """`needful plan` on one small workflow, as a process each time."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, ".github", "workflows", "ci.yml")
        file.parent.mkdir(parents=True)
        file.write_text(workflow, "utf-8")
        command = [program("needful"), "plan", str(file)]
        once = partial(subprocess.run, command, stdout=subprocess.DEVNULL, check=True)
        once()
        print(f"cold start, {what:18} {row([timed(once) for _ in range(times)])} ({times} times)")


def program(name: str) -> str:
    """The program beside this Python, or the one on the path."""
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else shutil.which(name) or name


def timed(work: Callable[[], object]) -> float:
    """How many seconds it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def percentile(seconds: Sequence[float], percent: int) -> float:
    """In milliseconds."""
    return statistics.quantiles(seconds, n=100)[percent - 1] * 1000


def row(seconds: Sequence[float]) -> str:
    """Minimum, median and maximum, in milliseconds."""
    least, middle, most = min(seconds), statistics.median(seconds), max(seconds)
    return f"min {least * 1000:.1f}, median {middle * 1000:.1f}, max {most * 1000:.1f} ms"


if __name__ == "__main__":
    main()
