"""What a step leaves, and looks at, where other steps that work on the machine at the same time could meet it.

Between jobs it is enough that a linter checks and a test runner tests. Beside each other on one machine they share
every file, cache, port and lock, so here only what `facts.footprints` describes is known: for all else nobody knows
what it writes, and it can stand beside nothing.
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from needful.effects.action_footprints import HOME, asked_of, changes_machine, of_action, standing
from needful.effects.channels import Channel, Way
from needful.effects.command_names import path_name
from needful.effects.commands import calls, meaning
from needful.effects.expressed import asked_for, put_out
from needful.effects.meanings import Call, Meaning
from needful.effects.model import Evidence
from needful.effects.names import UNKNOWN, Name, joined, literal
from needful.effects.options import is_hole, text_of
from needful.effects.runner_files import SUMMARY, redirected
from needful.effects.step import StepEffects
from needful.effects.traces import Footprint, Left, Trace, together
from needful.effects.walk import Site
from needful.effects.work import Deed, inside_repository
from needful.facts.footprints import CARRIER, Row, Said, Write, program_row
from needful.memory import Lazily
from needful.workflow.model import Job, Step, StepKind, Workflow
from needful.workflow.repository import Repository


def footprints(
    workflow: Workflow, job: Job, repository: Repository, steps: Iterable[StepEffects]
) -> tuple[Footprint, ...]:
    """The footprint of every step of a job that has work of its own, members of parallel groups in their place.

    `steps` are all of the job, those of local actions among them (`job_steps`).
    """
    own = {known.site.step.path: known for known in steps if known.site.file is known.site.workflow}
    flat = (member for step in job.steps for member in (step.steps or (step,)))
    found: list[Footprint] = []
    earlier: tuple[StepEffects, ...] = ()
    for step in flat:
        if step.kind in (StepKind.RUN, StepKind.USES, StepKind.UNKNOWN):
            known = own.get(step.path)
            if known is None:
                found.append(Footprint(step, partial(_elsewhere, workflow, step)))
                continue
            found.append(_of_step(known, repository, earlier))
            earlier = (*earlier, known)
    return tuple(found)


def _runs(step: StepEffects) -> frozenset[str]:
    """The commands that a step certainly runs, by the words that lead to them in the tables."""
    certain = (deed.command for deed in step.deeds if deed.certain and not step.site.conditional)
    return frozenset(" ".join(call.path) for command in certain for call in calls(command))


def _elsewhere(workflow: Workflow, step: Step) -> Left:
    what = f"uses {step.uses.text.value}, " if step.uses is not None else ""
    seen = Evidence(workflow.path, workflow.line(step.span), f"{what}a local action, whose steps cannot be told apart")
    return Left(hidden=(seen,))


def _of_step(known: StepEffects, repository: Repository, earlier: tuple[StepEffects, ...]) -> Footprint:
    site = known.site
    if site.step.uses is not None:
        return Footprint(site.step, partial(of_action, site))
    if site.step.run is None:
        hidden = (site.evidence("is a step of a kind that is not known here"),)
        return Footprint(site.step, lambda: Left(hidden=hidden))
    parts = Lazily(map(_Deeds(site, repository, earlier).of, known.deeds))
    return Footprint(site.step, partial(_of_commands, known, parts), partial(_hides, known, parts))


def _hides(known: StepEffects, parts: Lazily[Left]) -> bool:
    """Whether anything of a step is hidden: mostly its first commands say so, before those that they lead to."""
    return any(part.hidden or known.hides for part in parts) or known.hides


def _of_commands(known: StepEffects, parts: Lazily[Left]) -> Left:
    site = known.site
    found = together(parts)
    hidden = dict.fromkeys((*known.opaque, *known.own, *found.hidden))
    return replace(found, traces=tuple(dict.fromkeys((*asked_of(site), *found.traces))), hidden=tuple(hidden))


_INSTALLED = frozenset({Channel.TOOL, Channel.DEPENDENCIES})
_MENDERS = frozenset({"format", "lint"})


@dataclass(frozen=True)
class _Deeds:
    """The commands of one step, behind `earlier` ones of the job."""

    site: Site
    repository: Repository
    earlier: tuple[StepEffects, ...]

    def of(self, deed: Deed) -> Left:
        if not deed.meaning.known or deed.contained:
            return Left()  # a gap names it already, or what starts its container is not known
        rows = [(call, program_row(call.path)) for call in calls(deed.command)]
        known = [(call, row) for call, row in rows if row is not None]
        if not known or len(known) < len(rows):
            return self._by_tables(deed)
        return together(self._by_row(deed, call, row) for call, row in known)

    def _seen(self, deed: Deed, text: str) -> Evidence:
        return self.site.seen(f"{text} `{deed.command.text}`", deed.spot.line, deed.spot.way)

    def _touched(self, deed: Deed) -> tuple[Meaning, Iterator[Trace]]:
        """What the tables say that a command does, with paths as the workspace has them."""
        placed = replace(deed.command, folder=deed.folder)
        means = deed.meaning if deed.meaning.neutral or placed == deed.command else meaning(placed)
        touches = (put_out(self.site, touch) for touch in (*means.touches, *asked_for(placed)))
        traces = (Trace(t.channel, t.way, t.name, self._seen(deed, t.text)) for t in touches if t.text != SUMMARY)
        return means, traces

    def _by_tables(self, deed: Deed) -> Left:
        """A command without a row may look at anything. It may write nothing but files that its words name."""
        means, traces = self._touched(deed)
        found = tuple(traces)
        lost = any(changes_machine(t) and (t.channel is not Channel.FILES or is_hole(t.name)) for t in found)
        if means.checks or means.installs or lost:
            return Left((), (self._seen(deed, "what else on the machine it changes is not known:"),))
        return Left((*found, Trace(Channel.FILES, Way.READS, UNKNOWN, self._seen(deed, "may look at files by"))))

    def _by_row(self, deed: Deed, call: Call, row: Row) -> Left:
        if why := self._undescribed(deed, call, row):
            return Left((), (self._seen(deed, why),), mends=row.kind in _MENDERS)
        placed = replace(deed.command, folder=deed.folder)
        touched = self._touched(deed)[1]
        files = (t for t in redirected(placed, "") if t.channel is Channel.FILES)
        # of the machine, the row says all that is written, or the tables do
        said = frozenset({Channel.FILES, *(_INSTALLED if row.gives else ())})
        traces = [t for t in touched if t.channel not in said and (row.whole or not changes_machine(t))]
        traces += (Trace(t.channel, t.way, t.name, self._seen(deed, t.text)) for t in files)
        if row.kind == CARRIER:
            return Left(tuple(traces), apart=True)
        seen = self._seen(deed, "runs")
        skips = (*row.skips, HOME)
        traces += (Trace(Channel.FILES, Way.READS, below(deed.folder, glob), seen, skips) for glob in row.reads)
        traces += standing(row, seen)
        own = [part for write in row.writes for part in write.path.split("/")]
        never = tuple(skip for skip in row.skips if not any(fnmatch.fnmatchcase(part, skip) for part in own))
        for write in row.writes:
            traces += self._written(deed, call, write, never)
        return Left(tuple(traces), (), frozenset({row.kind}), row.long, "", row.seconds, not row.takes)

    def _undescribed(self, deed: Deed, call: Call, row: Row) -> str:
        """Why the row does not say all that this very command does, `""` where it does."""
        given = call.arguments.given
        if row.unless and given(row.unless) is not False:
            return "what it writes with these options is not known:"
        names = {*self.site.variables, *(name for name, _ in deed.command.variables)}
        if any(fnmatch.fnmatchcase(name, glob) for name in names for glob in row.variables):
            return "a variable may tell it to write more:"
        if row.needs and given(row.needs) is not True and not (row.settled and self._settled(deed, call, row.settled)):
            return "it may change files:"
        ran = row.after and any(_runs(step) & set(row.after) for step in self.earlier)
        if (row.after and not ran) or (row.fetches and not self._is_listed(deed, row.fetches)):
            return "it may install the program first:"
        return ""

    def _settled(self, deed: Deed, call: Call, said: Said) -> bool:
        return call.arguments.given(said.unless or ("",)) is False and self._says(deed, said, unseen=False)

    def _may_say(self, deed: Deed, call: Call, said: Said) -> bool:
        other = bool(said.unless) and call.arguments.given(said.unless) is not False
        return other or self._says(deed, said, unseen=True)

    def _says(self, deed: Deed, said: Said, *, unseen: bool) -> bool:
        """Whether a file of the folder says something; `unseen` where the folder cannot be looked into."""
        inside = inside_repository(self.site, deed.folder)
        if inside is None:
            return unseen
        texts = (self.repository.text(path) for glob in said.files for path in self._there(inside, glob))
        return any(text is not None and re.search(said.says, text) for text in texts)

    def _there(self, folder: str, glob: str) -> Iterator[str]:
        below_it, _, pattern = glob.rpartition("/")
        inside = "/".join(part for part in (folder, below_it) if part)
        for name in self.repository.listing(inside):
            if fnmatch.fnmatchcase(name, pattern):
                yield f"{inside}/{name}" if inside else name

    def _is_listed(self, deed: Deed, manager: str) -> bool:
        """Whether the manifest of the project lists the package of a program, so that it is installed already."""
        if manager != "npm" or not deed.meaning.runs:
            return False
        program = text_of(deed.meaning.runs[0].words[0])
        row = program_row((program,))
        package = (row.package if row is not None else "") or program
        inside = inside_repository(self.site, deed.folder)
        texts = (self.repository.text(path) for path in {"package.json", f"{inside or ''}/package.json".lstrip("/")})
        return any(package in _dependencies(text) for text in texts if text is not None)

    def _written(self, deed: Deed, call: Call, write: Write, skips: tuple[str, ...]) -> Iterator[Trace]:
        given = call.arguments.given
        if write.when and given(write.when) is False:
            return
        if (write.unless and given(write.unless) is True) or (write.absent and self._is_there(deed, write.absent)):
            return
        if write.said is not None and not self._may_say(deed, call, write.said):
            return
        seen = self._seen(deed, "writes by")
        if write.path:
            yield Trace(Channel.FILES, Way.WRITES, below(deed.folder, write.path), seen, skips, report=True)
        values = call.arguments.values(write.named)
        if write.named and not values and given(write.named) is not False:
            yield Trace(Channel.FILES, Way.WRITES, UNKNOWN, seen)
        for word in values:
            path = path_name(word, deed.folder)
            yield Trace(Channel.FILES, Way.WRITES, path, seen)
            if "." not in text_of(path).rpartition("/")[2]:  # a folder
                yield Trace(Channel.FILES, Way.WRITES, joined((path, ("/",), UNKNOWN)), seen)

    def _is_there(self, deed: Deed, name: str) -> bool:
        """Whether a file lies in the folder or in one above it."""
        inside = inside_repository(self.site, deed.folder)
        while inside is not None:
            if name in self.repository.listing(inside):
                return True
            inside = inside.rpartition("/")[0] if inside else None
        return False


def _dependencies(manifest: str) -> frozenset[str]:
    try:
        content = json.loads(manifest)
    except ValueError:
        return frozenset()
    tables = (content.get(key) for key in ("dependencies", "devDependencies")) if isinstance(content, dict) else ()
    return frozenset(name for each in tables if isinstance(each, dict) for name in each)


def below(folder: Name | None, glob: str) -> Name:
    """A glob of the tables as a name in the workspace: `*` stands for anything."""
    if folder is None:
        return UNKNOWN
    first, *others = glob.split("*")
    name = joined((literal(first), *((*UNKNOWN, *literal(other)) for other in others)))
    return name if folder in ((), (".",)) else joined((folder, ("/",), name))
