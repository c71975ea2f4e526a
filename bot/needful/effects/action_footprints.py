"""What the action of a step leaves, and looks at, where steps at work at the same time could meet it."""

from __future__ import annotations

from collections.abc import Iterator

from needful.effects.actions import action_touches, facts_of
from needful.effects.channels import Channel, Way
from needful.effects.expressed import ASKED, expressed
from needful.effects.model import Evidence
from needful.effects.names import UNKNOWN, joined, literal
from needful.effects.traces import Left, Trace
from needful.effects.walk import Site
from needful.facts.footprints import Row, action_row

# where a write that nobody can name could be one that any other step looks at
_ON_THE_MACHINE = frozenset(
    {
        *(Channel.FILES, Channel.CHECKOUT, Channel.TOOL, Channel.DEPENDENCIES, Channel.DAEMON, Channel.DOCKER),
        *(Channel.CREDENTIAL, Channel.GIT),
    }
)
HOME = "~"
"""Where nothing looks that hashes files, or looks for them by globs: it stays in the workspace."""


def of_action(site: Site) -> Left:
    """What the action of a step leaves. It is known only if it has a row of its own, whatever else is known of it."""
    uses, facts = site.step.uses, facts_of(site)
    row = action_row(uses.name) if uses is not None else None
    said = uses.text.value if uses is not None else ""
    if row is None or facts is None:
        return Left(hidden=(site.evidence(f"uses {said}: what it leaves on the machine is not known"),))
    hidden = []
    for name in row.unless:
        value = site.step.input(name)
        if value is not None and value.value.strip().lower() not in ("", "false"):
            hidden.append(site.evidence(f"uses {said} with `{name}`: what it writes then is not known"))
    seen = site.evidence(f"uses {said}")
    touched = [Trace(t.channel, t.way, t.name, site.evidence(t.text)) for t in action_touches(site)]
    if row.whole:
        beside = any(_lays_out(trace) for trace in touched)
        traces = [found for trace in touched for found in _spread(trace, beside=beside) if not _provides(row, found)]
        if facts.tool_cache is not None and any(_restores(trace) for trace in touched):
            traces.append(Trace(Channel.FILES, Way.WRITES, (HOME + "/", *UNKNOWN), seen))
    else:
        kept = (trace for trace in touched if trace.channel is not Channel.FILES and not changes_machine(trace))
        traces = [*kept, Trace(Channel.FILES, Way.READS, UNKNOWN, seen, row.skips)]
    traces += asked_of(site)
    traces += standing(row, seen)
    kinds = frozenset({row.kind})
    return Left(tuple(traces), tuple(hidden), kinds, row.long, row.post, row.seconds, not row.takes)


def asked_of(site: Site) -> Iterator[Trace]:
    """What a step's texts read. What its `if` makes of failures is judged by itself (`dependence.step_conditions`)."""
    for touch in expressed(site):
        if touch.text != ASKED:
            skips = (HOME,) if touch.channel is Channel.FILES else ()
            yield Trace(touch.channel, touch.way, touch.name, site.evidence(touch.text), skips)


def _restores(trace: Trace) -> bool:
    """Whether an action restores a cache of its own. Where to, only the tool whose cache it is can tell: below home."""
    return trace.channel is Channel.CACHE and trace.way is Way.READS


def _provides(row: Row, trace: Trace) -> bool:
    """Whether an action that sets up puts a program into a folder of its own, where the search path alone leads."""
    return row.kind == "set-up" and trace.channel is Channel.TOOL and trace.way is Way.WRITES


def _lays_out(trace: Trace) -> bool:
    return trace.channel is Channel.CHECKOUT and trace.way is Way.WRITES


def _spread(trace: Trace, *, beside: bool) -> Iterator[Trace]:
    """What the catalogue says of an action, told of the files below a folder too.

    `beside`: it lays out a folder, and keeps there what it signs in with, as a checkout does it.
    """
    if trace.channel is Channel.CREDENTIAL and beside:
        return
    if trace.channel is not Channel.FILES and not _lays_out(trace):
        yield trace
        return
    if _lays_out(trace):
        yield trace
        trace = trace._replace(channel=Channel.FILES)
    name = trace.name
    if name and isinstance(name[-1], str) and name[-1].endswith("/"):
        name = (*name[:-1], *literal(name[-1].rstrip("/")))
    if name in ((), (".",)) or name[0] == UNKNOWN[0]:
        yield trace._replace(name=UNKNOWN, skips=(HOME,))
        return
    yield trace._replace(name=name)
    yield trace._replace(name=joined((name, ("/",), UNKNOWN)))


def changes_machine(trace: Trace) -> bool:
    """Whether a step writes something of the machine that others at work on it could look at."""
    return trace.way is Way.WRITES and trace.channel in _ON_THE_MACHINE


def standing(row: Row, seen: Evidence) -> Iterator[Trace]:
    """What a row says of locks, and of what is installed."""
    for lock in row.meets:
        yield Trace(Channel.LOCK, Way.WRITES, literal(lock), seen)
    for way, names in ((Way.READS, row.takes), (Way.WRITES, row.gives)):
        for name in names:
            channel = Channel.TOOL if name == "programs" else Channel.DEPENDENCIES
            yield Trace(channel, way, UNKNOWN if name in ("programs", "packages") else literal(name), seen)
