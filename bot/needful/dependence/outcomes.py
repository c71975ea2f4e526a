"""Plays the runs of a workflow: which jobs run, and how they end, in every course of events that can make a difference.

A course settles what the workflow leaves open (how a job ends that runs, what a condition reads) one question at a
time, when it is first asked; all courses are those of a tree of yes and no. Two workflows are played in the same
course: what both ask has the same answer in both. Semantics as documented by GitHub: without a status function a job
runs if all that it waits for, directly and through others, succeeded, which a skipped job did not.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from needful.dependence.proof_stage import Stage
from needful.dependence.proof_values import OUTCOMES, Beyond, is_true, key_of, value_of
from needful.expressions import Node

MAX_STEPS = 300_000
"""How often one job may ask how another ended, over all courses of a comparison: a few tenths of a second."""
_MAX_NESTED = 40
"""Jobs that must be known before each other, beyond what their order says."""


class Course:
    """One course of events: answers to the questions that come up, given by `choices` and, beyond them, yes.

    In a `quiet` course every job that runs succeeds, and nobody cancels the run.
    """

    def __init__(self, choices: Sequence[bool] = (), *, quiet: bool = False) -> None:
        self.quiet = quiet
        self._trouble: dict[str, str] = {}
        self._choices = list(choices)
        self._asked = 0
        self._answers: dict[Hashable, bool] = {}
        self._ends: dict[tuple[str, Hashable], list[str]] = {}

    def holds(self, question: Hashable) -> bool:
        """The answer to a question, the same whenever it is asked."""
        if question not in self._answers:
            self._answers[question] = self._choose()
        return self._answers[question]

    def ends(self, job: str, doing: Hashable, outcome: str, possible: tuple[str, ...]) -> bool:
        """Whether a job that runs, doing just that, ends so. `possible` are the ways in which it can end."""
        if self.quiet:
            return outcome == "success"
        left = self._ends.setdefault((job, doing), list(possible))
        if outcome in left and len(left) > 1:
            if self._choose():
                left[:] = [outcome]
            else:
                left.remove(outcome)
        return left == [outcome]

    def is_cancelled(self, job: str) -> bool:
        """Whether the run has been cancelled when it is decided about a job."""
        cancelled = not self.quiet and self.holds(("cancelled", job))
        if cancelled:
            self._trouble[""] = "cancelled"
        return cancelled

    def must_fail(self, job: str) -> None:
        """Note that a job cannot succeed."""
        self._trouble[job] = "failure"

    @property
    def trouble(self) -> dict[str, str]:
        """What did not go well, as far as it was asked for: the result of each such job, and of the run, named `""`."""
        return {**self._trouble, **{job: left[0] for (job, _), left in self._ends.items() if "success" not in left}}

    @property
    def choices(self) -> list[bool]:
        """The answers given, in order."""
        return self._choices[: self._asked]

    def _choose(self) -> bool:
        if self._asked == len(self._choices):
            self._choices.append(True)
        self._asked += 1
        return self._choices[self._asked - 1]


def courses(*, quiet: bool = False) -> Iterator[Course]:
    """All courses of events, as far as they are asked for while each is played."""
    choices: list[bool] = []
    while True:
        course = Course(choices, quiet=quiet)
        yield course
        choices = course.choices
        while choices and not choices[-1]:
            choices.pop()
        if not choices:
            return
        choices[-1] = False


class Steps:
    """Counts what is looked at; `count` raises `Beyond` when it becomes too much."""

    def __init__(self) -> None:
        self._left = MAX_STEPS

    def count(self, number: int) -> None:
        """Note that so many jobs are looked at."""
        self._left -= number
        if self._left < 0:
            raise Beyond("its runs can go in too many ways to play them all through")


class Play:
    """What becomes of the jobs of one workflow in one course of events."""

    def __init__(self, stage: Stage, course: Course, steps: Steps) -> None:
        self.stage = stage
        self.course = course
        self._steps = steps
        self._runs: dict[str, bool] = {}
        self._lacks: dict[str, bool] = {}
        self._fails: dict[str, bool] = {}
        self._passed: dict[str, bool] = {}
        self._seen: dict[str, tuple[Hashable, ...]] = {}
        self._nested = 0

    def runs(self, job: str) -> bool:
        """Whether a job is not skipped."""
        if job not in self._runs:
            if job in self.stage.apart and not self.course.quiet:
                self._runs[job] = not self.ended(job, "skipped")
            else:
                self._runs[job] = self._is_started(job)
        return self._runs[job]

    def _is_started(self, job: str) -> bool:
        if self._nested == _MAX_NESTED:
            raise Beyond("its jobs hang together in too many ways")
        self._nested += 1
        above = self.stage.situation.graph.ancestors[job]
        self._steps.count(len(above) + 1)
        for other in self.stage.deciders:  # first, so that their conditions are not read one inside the other
            if other in above:
                self.runs(other)
        started = self._decides(job)
        self._nested -= 1
        return started

    def ended(self, job: str, outcome: str) -> bool:
        """Whether a job ended with that result, as jobs behind it see it."""
        if job in self.stage.apart and not self.course.quiet:
            return self.course.ends(job, (), outcome, OUTCOMES)
        if not self.runs(job):
            return outcome == "skipped"
        if self.lacks(job) or self.fails(job):
            return outcome == "failure"
        # a workflow that is called may skip all of its jobs
        possible = OUTCOMES if self.stage.parts[job].job.uses else OUTCOMES[:-1]
        return self.course.ends(job, self.seen(job), outcome, possible)

    def passed(self, job: str) -> bool:
        """Whether a job counts as successful for `success()`, which is not certain where its failure is tolerated."""
        if job not in self._passed:
            failed = not self.ended(job, "success")
            self._passed[job] = not failed or (self.ended(job, "failure") and self._tolerated(job))
        return self._passed[job]

    def failed(self, job: str) -> bool:
        """Whether a job counts as failed for `failure()`."""
        return self.ended(job, "failure") and not self._tolerated(job)

    def seen(self, job: str) -> tuple[Hashable, ...]:
        """Stands for what a job is shown of the others while it runs: doing the same, it may end the same.

        What only steps that are settled see is left out: it makes the job fail, or nothing.
        """
        if job not in self._seen:
            self._seen[job] = self._keys(job, self.stage.parts[job].shown)
        return self._seen[job]

    def seen_beside(self, job: str) -> tuple[Hashable, ...]:
        """The same without what only steps that judge see."""
        return self._keys(job, self.stage.parts[job].beside)

    def _keys(self, job: str, shown: Iterable[Node]) -> tuple[Hashable, ...]:
        view = self._inside(job)
        return tuple(key_of(value_of(node, view), view) for node in shown)

    def fails(self, job: str) -> bool:
        """Whether a job that runs must fail by what it sees of others."""
        if job not in self._fails:
            view = self._inside(job)
            self._fails[job] = any(is_true(value_of(node, view), view) for node in self.stage.parts[job].judge.failures)
            if self._fails[job]:
                self.course.must_fail(job)
        return self._fails[job]

    def _inside(self, job: str) -> _View:
        return _View(self, job, self.stage.unread.get(job, frozenset()), running=True)

    def lacks(self, job: str) -> bool:
        """Whether a job that runs must fail for want of an artifact that nobody makes in this course."""
        if job not in self._lacks:
            makers = self.stage.parts[job].makers
            self._lacks[job] = any(not any(self.runs(maker) for maker in sorted(some)) for some in makers)
            if self._lacks[job]:
                self.course.must_fail(job)
        return self._lacks[job]

    def _tolerated(self, job: str) -> bool:
        tolerates = self.stage.parts[job].job.continue_on_error
        return tolerates is not None and tolerates.value != "false" and self.course.holds(("tolerated", job))

    def _decides(self, job: str) -> bool:
        part = self.stage.parts[job]
        condition = part.job.condition
        view = _View(self, job, self.stage.unread.get(job, frozenset()) if self.stage.awake else frozenset())
        if not part.decides and not view.status("success"):
            return False
        if condition is None or condition.template.sole is None:
            return True  # an empty condition, or one that is a text, which is true
        return is_true(value_of(condition.template.sole.tree, view), view)


@dataclass(frozen=True)
class _View:
    """What one job sees, when it is decided whether it runs or, `running`, in its steps."""

    play: Play
    job: str
    unread: frozenset[str] = frozenset()
    running: bool = False

    @property
    def needs(self) -> tuple[str, ...]:
        return self.play.stage.parts[self.job].needs

    def holds(self, question: Hashable) -> bool:
        return self.play.course.holds(question)

    def status(self, name: str) -> bool:
        match name:
            case "always":
                return True
            case _ if self.running:  # of the steps before
                return self.holds(("steps", name, self.job))
            case "cancelled":
                return self.play.course.is_cancelled(self.job)
        above = self.play.stage.parts[self.job].ancestors
        if name == "success":
            return all(map(self.play.passed, above))
        return any(map(self.play.failed, above))

    def ended(self, job: str, outcome: str) -> bool:
        return self.play.ended(job, outcome)

    def result_key(self, job: str) -> Hashable:
        if job not in self.play.stage.affected:
            return ("result", job)
        return next(outcome for outcome in OUTCOMES if self.play.ended(job, outcome))

    def outputs_key(self, job: str) -> Hashable | None:
        return (job, self.play.seen(job)) if self.play.runs(job) else None

    def need_key(self, job: str) -> Hashable:
        # the same on both sides, whatever it is
        return (self.result_key(job), self.outputs_key(job)) if job in self.play.stage.affected else (job,)
