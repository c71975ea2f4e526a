"""What keeps two steps of a job in their order: what both touch on the machine, and what cannot be seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from needful.dependence.step_conditions import Reaction, reaction
from needful.effects.channels import Channel, Way
from needful.effects.model import Evidence
from needful.effects.names import is_literal, show
from needful.effects.traces import CACHE, Footprint, Trace, meet
from needful.expressions import Access
from needful.workflow.model import Job, Step, Text

_CHECKS = frozenset({"test", "lint", "types", "format", "scan"})
_ENVIRONMENT = frozenset({Channel.ENV, Channel.PATH})
# judged by themselves: what a step sets is known to those behind it only, whoever runs at the same time
_APART = frozenset({Channel.LOG, Channel.POST, *_ENVIRONMENT})


class Clash(NamedTuple):
    """Why two steps cannot run at once: `kind` in a word or two, `text` in a sentence, and where either is seen."""

    kind: str
    text: str
    evidence: tuple[Evidence, ...]


def clash(earlier: Footprint, later: Footprint) -> Clash | None:
    """The first reason why two steps, of which one comes first in the text, must not run at the same time."""
    return next(clashes(earlier, later), None)


def clashes(earlier: Footprint, later: Footprint) -> Iterator[Clash]:
    """All such reasons, the clearest first; none where the two are independent."""
    for step in (earlier, later):
        for seen in step.hidden[:1]:
            yield Clash("unknown", f"nobody knows all that one of them does: {seen.text}", (seen,))
    yield from _environment(earlier, later)
    pairs = ((one, other) for one in earlier.traces for other in later.traces if one.channel is other.channel)
    # a lock says in the fewest words what two programs share
    for one, other in sorted(pairs, key=lambda pair: pair[0].channel is not Channel.LOCK):
        if one.channel not in _APART and meet(one, other):
            yield _met(one, other)
    if earlier.post and later.post and {earlier.post, later.post} != {CACHE}:
        text = "both have work at the end of the job, whose order would be another"
        yield Clash(Channel.POST.value, text, ())


def handed_on(earlier: Footprint, later: Footprint) -> Iterator[Clash]:
    """What a step may leave for a later one: all that would be missed on another machine.

    What a linter, a type check or a test suite leaves are reports and caches: another check looks at such a file only
    where it names it.
    """
    reports = bool(earlier.kinds and later.kinds) and earlier.kinds | later.kinds <= _CHECKS
    for step in (earlier, later):
        for seen in step.hidden[:1]:
            yield Clash("unknown", f"nobody knows all that one of them does: {seen.text}", (seen,))
    for made in earlier.traces:
        if made.way is Way.READS or made.channel in (Channel.LOCK, Channel.LOG, Channel.POST):
            continue
        if made.channel in _ENVIRONMENT:
            text = f"the second needs what the first sets: {made.evidence.text}"
            yield Clash(made.channel.value, text, (made.evidence,))
        else:
            reads = (used for used in later.traces if used.way is Way.READS and meet(made, used))
            if reports and made.report:
                reads = (used for used in reads if is_literal(used.name))
            yield from (_met(made, used) for used in reads)


def _environment(earlier: Footprint, later: Footprint) -> Iterator[Clash]:
    """Variables and search path reach every later program, whether it is seen to ask for them or not."""
    provided = later.apart and "set-up" in earlier.chores
    asked = [trace for trace in later.traces if trace.way is Way.READS] if provided else []
    for trace in earlier.traces:
        if trace.way is Way.WRITES and trace.channel in _ENVIRONMENT:
            if provided and not any(meet(trace, one) for one in asked):
                continue
            text = f"the second needs what the first sets: {trace.evidence.text}"
            yield Clash(trace.channel.value, text, (trace.evidence,))
    for trace in (*earlier.traces, *later.traces):
        if trace.way is Way.WRITES and trace.channel is Channel.LOG:
            text = f"what the runner hides or marks in the log must be told first: {trace.evidence.text}"
            yield Clash(Channel.LOG.value, text, (trace.evidence,))


def _met(one: Trace, other: Trace) -> Clash:
    name = show(one.name) if is_literal(one.name) and one.name else show(other.name) if is_literal(other.name) else ""
    what = f"{one.channel.value} `{name}`" if name else one.channel.value
    if one.way is Way.WRITES and other.way is Way.WRITES:
        text = f"both use the {what}" if one.channel is Channel.LOCK else f"both may write {what}"
    elif one.way is Way.WRITES:
        text = f"the second may look at {what} that the first writes"
    else:
        text = f"the first may look at {what} that the second writes"
    return Clash(one.channel.value, text, (one.evidence, other.evidence))


_HARMLESS = frozenset(
    {
        *(Channel.FILES, Channel.CHECKOUT, Channel.ENV, Channel.PATH, Channel.STEP_OUTPUT, Channel.STATUS),
        *(Channel.TOOL, Channel.DEPENDENCIES, Channel.DAEMON, Channel.DOCKER, Channel.GIT, Channel.LOCK),
    }
)
"""What is written here ends with the job."""


_KEPT = frozenset({Channel.CACHE, Channel.POST})


def harm(step: Footprint) -> Evidence | None:
    """What a step does that should not happen after a failure; None for one that only checks."""
    return step.hidden[0] if step.hidden else harm_seen(step)


def harm_seen(step: Footprint) -> Evidence | None:
    """The same of what is seen of a step alone."""
    for trace in step.traces:
        # a cache is saved at the end of a job that succeeds, by actions that keep one
        kept = trace.channel in _KEPT and step.post == CACHE
        if trace.way is Way.WRITES and trace.channel not in _HARMLESS and not kept:
            return trace.evidence
    return None


def sets(step: Footprint) -> bool:
    """Whether a step adds to the environment or the search path of those behind it."""
    return any(trace.way is Way.WRITES and trace.channel in _ENVIRONMENT for trace in step.traces)


def asks_for(step: Step, ident: str) -> bool:
    """Whether a step reads anything of the one with that id."""
    return bool(ident) and any(_about(access, ident) for access in _accesses(step.texts))


def is_asked_for(prints: Iterable[Footprint], step: Step) -> bool:
    """Whether a step of a job reads anything of another one by its id."""
    return bool(step.id) and any(asks_for(other.step, step.id) for other in prints)


def watchers(job: Job, prints: Iterable[Footprint], step: Step) -> Iterator[str]:
    """Who looks at what is another when a step runs although an earlier one failed, or runs in the background.

    Its outcome is, and so are its outputs for those who read them even after a failure.
    """
    if not step.id:
        return
    for access in _accesses(job.texts):
        if _about(access, step.id) and (len(access) < 3 or str(access[2]).lower() != "outputs"):
            yield "its outcome is asked for"
    if any(_about(access, step.id) for access in _accesses(variable.value for variable in job.outputs)):
        yield "the job puts out what it puts out"
    for other in prints:
        if asks_for(other.step, step.id) and reaction(other.step.condition) is not Reaction.STOPS:
            yield "a step that runs after failures reads what it puts out"


def _accesses(texts: Iterable[Text]) -> Iterator[Access]:
    return (access for text in texts for expression in text.template.expressions for access in expression.accesses)


def _about(access: Access, ident: str) -> bool:
    """Whether an expression reads a step, or all of them."""
    if access[0] != "steps":
        return False
    return len(access) < 2 or access[1] in (None, "*") or str(access[1]).lower() == ident.lower()


def step_name(step: Step) -> str:
    """A step as people know it: by its name, or what it runs or uses."""
    told = step.name or step.run or (step.uses.text if step.uses is not None else None)
    return told.value.strip().partition("\n")[0][:60] if told is not None else step.id
