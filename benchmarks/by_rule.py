"""Which rules the time of a plan goes to: CPU milliseconds per workflow over a folder of repositories, in one process.

What several rules ask for is worked out once, and counts for the rule that asks first.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from typing import ParamSpec, TypeVar

from needful import app
from needful.dependence.analysis import Analysis
from needful.planning import planner, step
from needful.rules import RULES
from needful.rules.api import Rule, Subject
from speed import targets_in

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Clock:
    """CPU seconds by name, each without what is timed within."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._within = [0.0]

    def on(self, name: str, work: Callable[_P, _T]) -> Callable[_P, _T]:
        """The same function, timed."""

        def timed(*given: _P.args, **named: _P.kwargs) -> _T:
            start = time.process_time()
            self._within.append(0.0)
            try:
                return work(*given, **named)
            finally:
                took = time.process_time() - start
                self.seconds[name] += took - self._within.pop()
                self._within[-1] += took

        return timed


def main() -> None:
    """Plan every n-th repository, and print what took how long."""
    parser = argparse.ArgumentParser(description=__doc__)
    beside = Path(os.environ.get("NEEDFUL_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--corpus", type=Path, default=beside / "corpus", help="a folder of repositories")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="plan every N-th repository only")
    options = parser.parse_args()
    targets = [target for folder in sorted(options.corpus.glob("*/")) for target in targets_in(folder)]
    targets = targets[:: options.every]
    choice = app.choose("trade", (), ())
    clock = Clock()
    watch(clock)
    start = time.process_time()
    for target in targets:
        app.plan_target(target, choice)
    whole = time.process_time() - start
    count = sum(len(target.workflows) for target in targets)
    print(f"Python {sys.version.split()[0]}, {count} workflows of {len(targets)} repositories")
    print(f"  {whole / count * 1000:6.2f} ms per workflow (mean), of these")
    for name, seconds in sorted(clock.seconds.items(), key=itemgetter(1), reverse=True):
        print(f"  {seconds / count * 1000:6.2f} {name}")


def watch(clock: Clock) -> None:
    """Time the rules, and the parts of the planner that all of them use."""

    def watched(rule: Rule) -> Rule:
        def subjects(analysis: Analysis) -> Iterator[Subject]:
            return iter(tuple(rule.subjects(analysis)))  # all of them, while the clock runs

        return replace(rule, subjects=clock.on(rule.id, subjects), propose=clock.on(rule.id, rule.propose))

    vars(planner)["RULES"] = tuple(map(watched, RULES))
    for module, name in ((planner, "opened"), (planner, "make"), (planner, "guard"), (step, "prove")):
        vars(module)[name] = clock.on(f"({name})", vars(module)[name])


if __name__ == "__main__":
    main()
