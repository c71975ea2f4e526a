"""Plays the runs of a workflow: which jobs run, and how they end, in every course of events that can make a difference.

A course settles what the workflow leaves open (how a job ends that runs, what a condition reads) one question at a
time, when it is first asked; all courses are those of a tree of yes and no. Two workflows are played in the same
course: what both ask has the same answer in both. Semantics as documented by GitHub: without a status function a job
runs if all that it waits for, directly and through others, succeeded, which a skipped job did not.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from needful.dependence.proof_values import OUTCOMES, Beyond, is_true, key_of, value_of
from needful.dependence.situation import Situation
from needful.effects.model import Download
from needful.expressions import Access, Node
from needful.workflow.model import Job

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


@dataclass(frozen=True)
class Part:
    """One job of a stage, with what decides how it goes, worked out when first asked for."""

    job: Job
    stage: Stage = field(repr=False)

    @cached_property
    def id(self) -> str:
        return self.job.id.lower()

    @cached_property
    def ancestors(self) -> tuple[str, ...]:
        """All that it waits for, producers first."""
        return tuple(sorted(self.stage.situation.graph.ancestors[self.id], key=self.stage.order.__getitem__))

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """What it needs itself, in the order of the workflow."""
        direct = self.stage.situation.graph.needs[self.id]
        return tuple(job for job in self.stage.parts if job in direct)

    @cached_property
    def decides(self) -> bool:
        """Whether it may run although something that it waits for did not succeed: its `if` has a status function."""
        template = self.job.condition.template if self.job.condition is not None else None
        return template is not None and any(part.status_functions for part in template.expressions)

    @cached_property
    def shown(self) -> tuple[Node, ...]:
        """What it is told of affected jobs while it runs, or of all that it needs."""
        reads = self.stage.situation.reads[self.id]
        if not (reads.everything or reads.named.keys() & self.stage.affected):
            return ()
        texts = (text for text in self.job.texts if text is not self.job.condition)
        found = (part for text in texts for part in text.template.expressions)
        return tuple(part.tree for part in found if any(map(self._tells, part.accesses)))

    def _tells(self, access: Access) -> bool:
        named = access[1] if len(access) > 1 else None
        return access[0] == "needs" and (named in (None, "*") or str(named).lower() in self.stage.affected)

    @cached_property
    def makers(self) -> tuple[frozenset[str], ...]:
        """For each artifact without which it fails, the jobs that may make it before."""
        if self.id not in self.stage.affected:
            return ()  # it is of no interest
        flows = [flow for flow in self.stage.situation.flows if flow.consumer == self.id]
        required = [flow for flow in flows if flow.certain and _is_required(flow.download)]
        if not required or self.stage.opaque:
            return ()  # there is none, or another may make it unseen
        later = self.stage.situation.graph.descendants[self.id]
        return tuple(
            frozenset(other.producer for other in flows if other.download == flow.download) - later for flow in required
        )


def _is_required(read: Download | None) -> bool:
    return read is not None and read.name is not None and not (read.optional or read.conditional)


@dataclass(frozen=True)
class Stage:
    """A workflow to be played. Job ids in lower case.

    `affected`: jobs whose needs, or those of a job before them, differ between the two sides; `apart`: jobs whose end
    has nothing to do with what differs, so that it may be taken to be anything. `unread`: for a job, the needs that it
    reads and that only one side lets it read; while it runs, it is taken to read the same of them, and with `awake` its
    `if` is, too.
    """

    situation: Situation
    affected: frozenset[str]
    apart: frozenset[str]
    unread: Mapping[str, frozenset[str]]
    awake: bool = False

    @cached_property
    def parts(self) -> Mapping[str, Part]:
        return {job.id.lower(): Part(job, self) for job in self.situation.workflow.jobs}

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each job among all, producers first, otherwise as in the text."""
        above = self.situation.graph.ancestors
        return {job: number for number, job in enumerate(sorted(self.parts, key=lambda job: len(above[job])))}

    @cached_property
    def deciders(self) -> tuple[str, ...]:
        """Jobs with a status function that are not apart, producers first."""
        return tuple(job for job in self.order if self.parts[job].decides and job not in self.apart)

    @cached_property
    def opaque(self) -> bool:
        """Whether some job may make artifacts unseen."""
        return any(effects.opaque for effects in self.situation.effects.values())


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
        if self.lacks(job):
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
        """Stands for what a job is shown of the others while it runs: doing the same, it may end the same."""
        if job not in self._seen:
            view = _View(self, job, self.stage.unread.get(job, frozenset()), running=True)
            self._seen[job] = tuple(key_of(value_of(node, view), view) for node in self.stage.parts[job].shown)
        return self._seen[job]

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
