"""Test steps that end the run: what recorded runs say of them, and in how many parts they pay."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from needful.dependence.experience import Case, Experience, typical
from needful.dependence.situation import Situation
from needful.document.nodes import Path
from needful.effects.commands import calls
from needful.effects.work import Deed
from needful.facts.sharding import Sharding, sharding
from needful.workflow.model import Job, Step

FEWEST = 10
"""Cases in which a job succeeded without which nothing is said of its steps."""
LONG = 300.0
"""Seconds that the tests must take: what is shorter is hardly worth the set-up of a second machine."""
MOST_OF_IT = 0.6
"""The share of the job that must be tests: the rest is done again in every part."""
OFTEN = 0.5
"""The share of runs that must end with the job."""
_IDLE = re.compile(r"\b(?:playwright|cypress) (?!run\b|test\b|-)\w")
"""What test runners do beside running tests: installing browsers, merging reports."""
LEAST, MOST = 60.0, 8
"""Seconds that one part more must save, beside what its own set-up takes, and the parts that there are at most."""


@dataclass(frozen=True)
class Suite:
    """Tests of a job that can be run in parts. Seconds are medians of its slowest leg, of `runs` cases.

    `text` is the command, `parts` how many of them pay. `outright`: it stands in the workflow itself.
    """

    runner: Runner
    tests: float
    rest: float
    runs: int
    parts: int

    @property
    def step(self) -> Step:
        return self.runner.step

    @property
    def text(self) -> str:
        return self.runner.deed.command.text

    @property
    def outright(self) -> bool:
        return not self.runner.deed.spot.way

    @property
    def how(self) -> Sharding:
        return self.runner.how

    @property
    def gain(self) -> float:
        """Seconds by which the job gets shorter, where all parts take the same."""
        return self.tests - self.tests / self.parts

    @property
    def extra(self) -> float:
        """Seconds of machines that are spent more."""
        return self.rest * (self.parts - 1)


def suite(situation: Situation, job: Job) -> Suite | None:
    """The tests of a job that end most runs, if they can be run in parts and are not yet."""
    experience = situation.experience
    known = experience.of(job) if experience is not None else None
    if experience is None or known is None or len(known.passed) < FEWEST or _in_parts(job):
        return None
    if ends_runs(situation, experience, job) < OFTEN:
        return None
    slowest = max((cases for _, cases in known.legs()), key=lambda cases: typical([case.seconds for case in cases]))
    return next((found for one in runners(situation, job) if (found := _measured(one, slowest)) is not None), None)


def unmeasured(situation: Situation, job: Job) -> tuple[Suite, str] | None:
    """Tests of a job that nobody timed and that are long by what is written, with what says so; two parts of them.

    What costs least is asked first: the commands are read only of a job with such a sign.
    """
    if job.uses is not None or _in_parts(job):
        return None
    signs = {step.path: sign for step in job.steps if (sign := _sign(job, step))}
    found = runners(situation, job, signs) if signs else ()
    return next(((Suite(one, 0, 0, 0, 2), signs[one.step.path]) for one in found), None)


def _sign(job: Job, step: Step) -> str:
    """What says that a step runs long tests, in words for people; `""` for nothing."""
    run = step.run.value if step.run is not None else ""
    if not _RUNS.search(run):
        return ""
    for limit in (step.timeout, job.timeout):
        minutes = limit.value.strip() if limit is not None else ""
        if minutes.isdigit() and int(minutes) * 60 >= ALLOWED:
            return f"they may take {minutes} minutes"
    if (spread := _SPREAD.search(run)) is not None:
        return f"`{spread[0].strip()}` makes the most of one machine"
    told = " ".join((job.id, *(text.value for text in (job.name, step.name) if text is not None), run))
    word = _WHOLE.search(told)
    return f"they are called “{word[0]}”" if word is not None else ""


ALLOWED = 30 * 60.0
"""Seconds that tests are allowed to take where somebody knows them to be long."""
_RUNS = re.compile(
    r"\b(?:jest|vitest|playwright|cypress|pytest|py\.test|nextest|(?:go|cargo) test|gradlew? .*(?:test|check))\b"
    r"|\b(?:npm|yarn|pnpm|jlpm|bun)\b.*(?:test|spec\b|e2e)"
)
_SPREAD = re.compile(r"(?<!\S)(?:-n[ =]?(?:auto|logical|\d+)|--numprocesses|--maxWorkers|--workers)(?:[ =][\w%]+)?")
_WHOLE = re.compile(
    r"(?<![a-z])(?:e2e|end[- ]to[- ]end|integration|acceptance|regression|slow)(?![a-z])", re.IGNORECASE
)


def _in_parts(job: Job) -> bool:
    """Whether a key of the matrix looks like a number of a part."""
    matrix = job.strategy.matrix if job.strategy is not None else None
    keys = {key.lower() for leg in (matrix.legs or () if matrix is not None else ()) for key, _ in leg}
    keys |= {key for key, _ in (matrix.values if matrix is not None else ())}
    return any(word in key for key in keys for word in ("shard", "split", "part", "group", "chunk"))


def ends_runs(situation: Situation, experience: Experience, job: Job) -> float:
    """In what share of its runs no job ends later but those that wait for it, a tenth of the run apart."""
    behind = situation.graph.descendants[job.id.lower()] if not situation.graph.cycle else frozenset()
    own, others = _ends(experience, [job.id.lower()]), _ends(experience, experience.jobs.keys() - behind)
    return sum(end >= 0.9 * others[run] for run, end in own.items()) / len(own) if own else 0.0


def _ends(experience: Experience, jobs: Iterable[str]) -> dict[int, float]:
    """For each run, when the last of some jobs ended, in seconds from its start."""
    found: dict[int, float] = {}
    for name in jobs:
        for case in experience.jobs[name].cases:
            found[case.run] = max(found.get(case.run, 0.0), case.started + case.seconds)
    return found


class Runner(NamedTuple):
    """A step, the command of it that runs tests, and how that can run a part of them."""

    step: Step
    deed: Deed
    how: Sharding


def runners(situation: Situation, job: Job, among: Container[Path] | None = None) -> Iterator[Runner]:
    """The steps that do one thing beside what serves it: they run tests, which can be run in parts and are not yet.

    `among`: the paths of the steps that are looked at, None for all.
    """
    for known in situation.steps[job.id.lower()]:
        if among is not None and known.site.step.path not in among:
            continue
        tests = [
            Runner(known.site.step, deed, how)
            for deed in known.deeds
            if not deed.contained
            for call in calls(deed.command)
            if (how := sharding(call.path)) is not None
            and call.arguments.given(how.by) is False
            and not _IDLE.search(deed.command.text)
        ]
        if len(tests) == 1 and known.site.file is known.site.workflow:
            yield tests[0]


def _measured(one: Runner, cases: tuple[Case, ...]) -> Suite | None:
    times = [(case.seconds, time.seconds) for case in cases if (time := case.step(one.step)) is not None]
    if len(times) < FEWEST:
        return None
    tests, whole = typical([step for _, step in times]), typical([job for job, _ in times])
    rest = max(0.0, whole - tests)
    parts = max((n for n in range(2, MOST + 1) if tests / (n * (n - 1)) >= max(rest, LEAST)), default=0)
    if tests < LONG or tests < MOST_OF_IT * whole or not parts:
        return None
    return Suite(one, tests, rest, len(times), parts)
