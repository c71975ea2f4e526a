"""Shapes and loads for tests, and a second simulator that shares no code with the first: it goes second by second."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from needful.history.matching import Matcher
from needful.history.model import JobRecord, RunRecord, StepRecord
from needful.schedule.load import JobLoad, Leg, Limits, Load
from needful.schedule.shape import JobShape, Shape, shape
from needful.schedule.simulate import simulate
from needful.schedule.slack import timeline
from needful.workflow.repository import Repository


def job(name: str, needs: Sequence[int] = (), jobs: Sequence[JobShape] = (), **keys: object) -> JobShape:
    """A job that needs others of `jobs`, by their places."""
    above = frozenset(needs).union(*(jobs[need].ancestors for need in needs))
    return JobShape(id=name, written=name, needs=tuple(needs), ancestors=above, **keys)  # type: ignore[arg-type]


def graph(needs: Mapping[str, Sequence[str]]) -> Shape:
    """A shape of jobs in the order given, each with those it needs."""
    names = list(needs)
    jobs: list[JobShape] = []
    for name, wanted in needs.items():
        jobs.append(job(name, tuple(names.index(need) for need in wanted), jobs))
    return shape(tuple(jobs))


def load(seconds: Mapping[str, float], queue: float = 0.0, pool: str = "linux") -> dict[str, JobLoad]:
    """One leg per job."""
    return {name: JobLoad((Leg(name, took, queue, pool=pool),)) for name, took in seconds.items()}


def spans(shape: Shape, load: Load, limits: Limits | None = None) -> dict[str, tuple[float, float]]:
    """When each leg starts and ends."""
    trace = simulate(shape, load, limits or Limits())
    return {bar.name: (bar.start, bar.end) for bar in timeline(shape, trace).bars}


@dataclass
class Case:
    """A shape with its load and limits; every leg takes at least a second, all times are whole seconds."""

    shape: Shape
    load: dict[str, JobLoad] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


@st.composite
def cases(draw: st.DrawFn, *, limited: bool = True, failures: bool = False) -> Case:
    """Up to seven jobs of up to three legs, on two pools."""
    jobs: list[JobShape] = []
    made = Case(shape(()))
    for place in range(draw(st.integers(1, 7))):
        needs = sorted(draw(st.sets(st.integers(0, place - 1), max_size=3))) if place else []
        most = draw(st.sampled_from((None, None, 1, 2))) if limited else None
        jobs.append(job(f"j{place}", needs, jobs, max_parallel=most, fail_fast=draw(st.booleans())))
        legs = tuple(
            Leg(
                f"j{place}.{number}",
                draw(st.integers(1, 9)),
                draw(st.integers(0, 3)),
                draw(st.sampled_from(("success", "success", "failure"))) if failures else "success",
                draw(st.sampled_from(("linux", "macos", ""))),
            )
            for number in range(draw(st.integers(1, 3)))
        )
        made.load[f"j{place}"] = JobLoad(legs)
    made.shape = shape(tuple(jobs))
    if limited and draw(st.booleans()):
        made.limits = Limits(draw(st.integers(1, 4)), (("macos", draw(st.integers(1, 2))),))
    return made


def second_by_second(case: Case) -> dict[str, tuple[int, int, str]]:
    """Start, end and result of every leg, found by asking at each second who may start."""
    return _Clock(case).run()


class _Clock:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.legs = [leg for one in case.shape.jobs for leg in case.load[one.id].legs]
        self.owner = {leg.name: one for one in case.shape.jobs for leg in case.load[one.id].legs}
        self.asked: dict[str, int] = {}
        self.started: dict[str, int] = {}
        self.done: dict[str, tuple[int, int, str]] = {}

    def run(self) -> dict[str, tuple[int, int, str]]:
        now = 0
        while len(self.done) < len(self.legs):
            while self._end_what_ends(now) or self._make_eligible(now):
                pass
            self._start_what_can(now)
            now += 1
            assert now < 1000
        return self.done

    def _end_what_ends(self, now: int) -> bool:
        for leg in self.legs:
            begun = self.started.get(leg.name)
            if leg.name not in self.done and begun is not None and begun + leg.seconds == now:
                self.done[leg.name] = (begun, now, leg.result)
                if leg.result == "failure" and self.owner[leg.name].fail_fast:
                    for other in self.case.load[self.owner[leg.name].id].legs:
                        if other.name not in self.done:
                            self.done[other.name] = (self.started.get(other.name, now), now, "cancelled")
                return True
        return False

    def _make_eligible(self, now: int) -> bool:
        changed = False
        for one in self.case.shape.jobs:
            legs = self.case.load[one.id].legs
            above = [leg for place in one.ancestors for leg in self.case.load[self.case.shape.jobs[place].id].legs]
            direct = [leg for place in one.needs for leg in self.case.load[self.case.shape.jobs[place].id].legs]
            if not all(leg.name in self.done for leg in direct):
                continue
            if any(self.done[leg.name][2] != "success" for leg in above):
                for leg in legs:
                    changed |= leg.name not in self.done
                    self.done.setdefault(leg.name, (now, now, "skipped"))
                continue
            open_legs = [leg for leg in legs if leg.name in self.asked and leg.name not in self.done]
            free = (one.max_parallel or len(legs)) - len(open_legs)
            fresh = [leg for leg in legs if leg.name not in self.asked and leg.name not in self.done]
            for leg in fresh[:free]:
                self.asked[leg.name] = now + int(leg.queue)
                changed = True
        return changed

    def _start_what_can(self, now: int) -> None:
        order = {leg.name: number for number, leg in enumerate(self.legs)}
        waiting = [
            leg
            for leg in self.legs
            if leg.name not in self.started and leg.name not in self.done and self.asked.get(leg.name, 10**9) <= now
        ]
        for leg in sorted(waiting, key=lambda leg: (self.asked[leg.name], order[leg.name])):
            if self._place_for(leg):
                self.started[leg.name] = now

    def _place_for(self, leg: Leg) -> bool:
        if not leg.pool:
            return True
        running = [other for other in self.legs if other.name in self.started and other.name not in self.done]
        total = sum(1 for other in running if other.pool)
        own = sum(1 for other in running if other.pool == leg.pool)
        limits = self.case.limits
        return (limits.total is None or total < limits.total) and own < dict(limits.pools).get(leg.pool, 10**9)


# --- recorded runs ---------------------------------------------------------------------------------------------------

CI = ".github/workflows/ci.yml"
STEPS = "    runs-on: ubuntu-latest\n    steps: [run: make]\n"
BEGUN = 1_700_000_000.0


def matcher(text: str) -> Matcher:
    """For a workflow by itself, of which `jobs:` or all that stands below it is given."""
    whole = text if "jobs:" in text else f"on: push\njobs:\n{text}"
    repository = Repository(".", lambda path: whole.encode() if path == CI else None, [CI])
    workflow = repository.workflow(CI)
    assert workflow is not None
    return Matcher(workflow, repository)


def workflow(needs: Mapping[str, Sequence[str]]) -> Matcher:
    """For a workflow of jobs of one step, each with those it needs."""
    return matcher("".join(f"  {name}:\n    needs: [{', '.join(wanted)}]\n{STEPS}" for name, wanted in needs.items()))


def workflow_named(needs: Mapping[str, Sequence[str]]) -> Matcher:
    """The same for jobs whose names are no ids."""
    ids = {name: f"j{number}" for number, name in enumerate(needs)}
    text = ""
    for name, wanted in needs.items():
        above = ", ".join(ids[need] for need in wanted)
        text += f"  {ids[name]}:\n    name: {json.dumps(name)}\n    needs: [{above}]\n{STEPS}"
    return matcher(text)


def record(name: str, start: float, end: float, result: str = "success", **keys: object) -> JobRecord:
    """A job from `start` to `end`, in seconds from the start of its run; one that is skipped has no steps."""
    number = sum(map(ord, name))
    made = JobRecord(number, name, result, ("ubuntu-latest",), None, BEGUN + start, BEGUN + end)
    return replace(made, **keys)  # type: ignore[arg-type]


def step(number: int, name: str, start: float, end: float, result: str = "success") -> StepRecord:
    """A step, in seconds from the start of the run."""
    return StepRecord(number, name, result, BEGUN + start, BEGUN + end)


def run(*jobs: JobRecord, number: int = 1, conclusion: str = "success", day: float = 0.0) -> RunRecord:
    """A run of these jobs, which begins so many days after the first."""
    later = day * 86_400
    moved = tuple(
        replace(
            job,
            started=(job.started or 0) + later,
            completed=(job.completed or 0) + later,
            steps=tuple(
                one._replace(started=(one.started or 0) + later, completed=(one.completed or 0) + later)
                for one in job.steps
            ),
        )
        for job in jobs
    )
    at = BEGUN + later
    return RunRecord(number, 1, "CI", CI, "push", "main", "", conclusion, at, at, None, moved)
