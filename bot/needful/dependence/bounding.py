"""Whether the time of a job may be bounded, and how long it has to be given: what was measured, with headroom."""

from __future__ import annotations

from needful.dependence.experience import JobExperience, high
from needful.dependence.situation import Situation
from needful.effects.channels import Channel, Way
from needful.facts.waits import command_waits, waits
from needful.workflow.model import Job

FEWEST = 20
"""Runs in which a job succeeded without which nothing is said of its longest; the legs of one have much in common."""
OF_HIGH, OF_LONGEST = 4.0, 3.0
"""How many times the 99th percentile, and the longest of all, a job is given at least.

Of the 17,002 recorded jobs of a project whose caches are sometimes cold, a limit from the first 20 to 100 successes
would have ended 1 in 4,000 of those that succeeded later; with three and two times, 1 in 1,400.
"""
SHORTEST = 15.0
"""Minutes that every job is given: a runner or a registry that is slow for a while is no reason to end one."""


def least(known: JobExperience) -> float:
    """Minutes that a job must be given at least: of its slowest leg, whether that succeeded or failed. Needs a case."""
    passed = (high([case.seconds for case in cases]) for _, cases in known.legs())
    longest = max(case.seconds for case in known.cases)
    return max(SHORTEST, OF_HIGH * max(passed, default=longest) / 60, OF_LONGEST * longest / 60)


def too_little_known(known: JobExperience | None) -> str:
    """Why the recorded runs do not say how long a job takes, in words that follow its name; `""` where they do."""
    if known is None:
        return "was never recorded"
    if known.unseen:
        return "has legs of which no success was recorded"
    passed = len({case.run for case in known.passed})
    return f"succeeded in {passed} recorded runs, of {FEWEST} that are the least" if passed < FEWEST else ""


def unboundable(situation: Situation, job: Job) -> str:
    """Why a job must not be ended by the clock, in words that follow its name; `""` where it may be."""
    if job.environment is not None or any(True for _ in situation.irreversible(job.id.lower())):
        return "does something lasting that must not stop half-way"
    if situation.signs(job.id.lower()):
        return "may do something lasting that must not stop half-way"
    if situation.effects[job.id.lower()].disk:
        return "runs on a machine that somebody keeps, and which may be another one tomorrow"
    for step in situation.steps[job.id.lower()]:
        uses = step.site.step.uses
        asks = any(effect.channel is Channel.RUN and effect.way is Way.READS for effect in step.effects)
        if uses is not None and (asks or waits(uses.name, known=step.unknown is None)):
            return f"waits for somebody, or for another run, with {uses.text.value}"
        if waiting := next((deed.command.text for deed in step.deeds if command_waits(deed.command.text)), ""):
            return f"waits for somebody, or for another run, with `{waiting}`"
    return ""


def unseen_power(situation: Situation, job: Job) -> str:
    """What in a job could do something lasting unseen, in words that follow its name; `""` for nothing."""
    found = situation.effects[job.id.lower()].dangers
    return f"could do something lasting unseen: it {found[0].text}" if found else ""


def minutes(job: Job) -> float | None:
    """How long a job is given, None where that is not written, or by an expression."""
    try:
        return float(job.timeout.value) if job.timeout is not None else None
    except ValueError:
        return None
