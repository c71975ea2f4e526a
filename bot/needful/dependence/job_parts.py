"""Checks of one job that cannot share a machine, and could run on two: what that saves by recorded runs.

Checks that can share one are better run at once in one job, where nothing is set up twice (`step_groups.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from needful.dependence.experience import Case, typical
from needful.dependence.sharding import FEWEST, OFTEN, ends_runs
from needful.dependence.situation import Situation
from needful.dependence.step_conditions import Reaction, reaction
from needful.dependence.step_links import Clash, clashes, harm, watchers
from needful.dependence.step_runner import not_hosted
from needful.effects.channels import Channel
from needful.effects.traces import Footprint
from needful.workflow.model import Job, Step, StepKind

HOP = 25.0
"""Seconds that a job more takes before its steps begin, as much as is usual of recorded runs: waiting for a runner,
setting it up, ending it. The replay of a plan draws them anew."""
_CHECKS = frozenset({"test", "lint", "types", "format", "scan"})
LEAST, SHARE = 60.0, 0.2
"""Seconds, and share of the job, that must be saved."""


@dataclass(frozen=True)
class Apart:
    """A check that could be a job of its own. Seconds are medians of `runs` cases.

    `set_up` are the steps before all checks, which both jobs need; `why` says what the checks share.
    """

    check: Footprint
    set_up: tuple[Step, ...]
    why: Clash
    seconds: float
    before: float
    whole: float
    runs: int

    @property
    def gain(self) -> float:
        """Seconds by which the slower of both jobs is shorter than the one."""
        return self.whole - max(self.whole - self.seconds, HOP + self.before + self.seconds)

    @property
    def extra(self) -> float:
        """Seconds of machines that are spent more."""
        return HOP + self.before


def apart(situation: Situation, job: Job) -> Apart | None:
    """The check of a job by which most is saved, None where none is worth a job."""
    experience = situation.experience
    known = experience.of(job) if experience is not None else None
    plain = all(step.kind in (StepKind.RUN, StepKind.USES) and not step.background for step in job.steps)
    if experience is None or known is None or job.strategy is not None or not plain:
        return None
    if len(known.passed) < FEWEST or not_hosted(situation.workflow, job):
        return None
    if ends_runs(situation, experience, job) < OFTEN:
        return None
    found = [one for one in _candidates(situation, job, known.passed) if _pays(one)]
    return max(found, key=lambda one: one.gain, default=None)


def _pays(one: Apart) -> bool:
    return one.gain >= max(LEAST, SHARE * one.whole)


def _candidates(situation: Situation, job: Job, cases: Sequence[Case]) -> Iterator[Apart]:
    prints = situation.footprints[job.id.lower()]
    checks = [index for index, one in enumerate(prints) if one.kinds]
    if len(checks) < 2:
        return
    first, work = checks[0], prints[checks[0] :]
    for index in checks:
        check = prints[index]
        why = _shared(check, prints[first:index], prints[index + 1 :])
        if why is None or not _may_go(job, prints, check) or any(map(_needs_all, work)):
            continue
        if any(harm(one) for one in prints[index:]):
            continue
        times = [_times(case, job.steps[:first], check.step) for case in cases]
        known = [time for time in times if time is not None]
        if len(known) >= FEWEST:
            seconds, before, whole = (typical([time[part] for time in known]) for part in range(3))
            yield Apart(check, job.steps[:first], why, seconds, before, whole, len(known))


def _shared(check: Footprint, before: Sequence[Footprint], behind: Sequence[Footprint]) -> Clash | None:
    """What a check and another use that one machine has once; None if there is nothing, or if they share more.

    Checks may look at the reports and caches of each other, as far as anybody can see; nobody checks them. What a
    build makes is there to be used.
    """
    if any(not one.kinds <= _CHECKS for one in (*before, check, *behind)):
        return None
    pairs = (*((one, check) for one in before), *((check, one) for one in behind))
    found = [clash for pair in pairs for clash in clashes(*pair)]
    locks = [clash for clash in found if clash.kind == Channel.LOCK.value]
    files = [clash for clash in found if clash.kind == Channel.FILES.value]
    return locks[0] if locks and len(locks) + len(files) == len(found) else None


def _may_go(job: Job, prints: tuple[Footprint, ...], check: Footprint) -> bool:
    """Whether nobody asks how the check ended, and it does not ask that of others."""
    return reaction(check.step.condition) is Reaction.STOPS and not any(watchers(job, prints, check.step))


def _needs_all(one: Footprint) -> bool:
    """Whether a step looks at how those before it ended."""
    return reaction(one.step.condition) is Reaction.JUDGES


def _times(case: Case, set_up: Sequence[Step], check: Step) -> tuple[float, float, float] | None:
    """What the check, the steps before all checks, and the job took; None where the check did not run."""
    own = case.step(check)
    if own is None:
        return None
    before = [time.seconds for step in set_up if (time := case.step(step)) is not None]
    return own.seconds, sum(before), case.seconds
