"""What a step really runs: its commands, those of the scripts and targets that they name, and what cannot be seen.

One command leads to others: `sudo` runs what stands behind it, `npm run lint` what `package.json` says, `docker build`
what the Dockerfile says. All of them are found here, each with the way that leads to it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from operator import itemgetter
from typing import TypeAlias

from needful.effects.actions import action_openings, action_scripts
from needful.effects.commands import Meaning, meaning
from needful.effects.model import Evidence, Place
from needful.effects.names import Name, is_literal, joined, literal, show, variants
from needful.effects.project.model import Body, Opening
from needful.effects.project.opener import open_project
from needful.effects.project.outward import reaches_out
from needful.effects.shell.model import Command, Script
from needful.effects.shell.reader import default_shell, read_script
from needful.effects.walk import Site
from needful.memory import Lazily
from needful.workflow.repository import Repository, normalise

_PROGRAMS = frozenset({"script", "node"})
_HOOKS = "-hooks"
_IMAGES = frozenset({"dockerfile", "bake", "compose"})
MAX_DEPTH = 12
"""Scripts that run scripts, and commands that run commands: deeper than people nest them."""
MAX_COMMANDS = 4000
"""Commands of one step, with all that they lead to."""


_Pairs: TypeAlias = tuple[tuple[str, Name], ...]
_Key: TypeAlias = tuple[str, tuple[Name, ...], tuple[Name, ...], Name | None, _Pairs, _Pairs]


@dataclass(frozen=True)
class Spot:
    """Where a command stands: on `line` of the file that holds the step, or at the end of the `way` from there."""

    line: int
    way: tuple[Place, ...] = ()

    def below(self, lines: int) -> Spot:
        """The spot some lines further down in the script that begins here."""
        if not self.way:
            return Spot(self.line + lines)
        last = self.way[-1]
        return Spot(self.line, (*self.way[:-1], last._replace(line=last.line + lines)))


@dataclass(frozen=True)
class Deed:
    """A command that a step runs or may run.

    `folder` is where it runs in the workspace, None if not known. `certain`: it runs whenever the step runs.
    `contained`: it runs in an image or an environment of its own. `sealed`: while an image is built, out of reach of
    what the job is given. `hook`: as a hook of an install.
    """

    command: Command
    meaning: Meaning
    spot: Spot
    folder: Name | None = ()
    certain: bool = True
    contained: bool = False
    sealed: bool = False
    hook: bool = False


@dataclass(frozen=True)
class Work:
    """All that a step runs. `gaps` is what could not be seen, in plain words.

    `own` are programs of the repository that are not read command by command, but do not reach out of the job either.
    `hooks` are those of the gaps and of the own programs that an install runs.
    """

    deeds: tuple[Deed, ...] = ()
    gaps: tuple[Evidence, ...] = ()
    own: tuple[Evidence, ...] = ()
    hooks: frozenset[Evidence] = frozenset()


@dataclass(frozen=True)
class _Task:
    """A script that is still to be gone through. `folder` is where it runs in the workspace, None if not known."""

    script: Script
    spot: Spot
    folder: Name | None = ()
    certain: bool = True
    contained: bool = False
    sealed: bool = False
    hook: bool = False
    variables: Mapping[str, Name] = field(default_factory=dict)
    opened: frozenset[object] = frozenset()


def work(site: Site, repository: Repository) -> Work:
    """Everything that a step runs, followed through the files of the repository. Bounded, whatever runs whatever."""
    return Walk(site, repository).work()


class Walk:
    """The scripts of one step, worked off one after the other, as far as somebody asks for the commands in them.

    `deeds` are these commands. A file is opened for what stands behind it, not before.
    """

    def __init__(self, site: Site, repository: Repository) -> None:
        self._site = site
        self._repository = repository
        self._tasks = deque(_of_step(site))
        self._count = 0
        self.deeds = Lazily(self._walk())
        self._gaps: dict[Evidence, None] = {}
        self._own: dict[Evidence, None] = {}
        self._hooks: set[Evidence] = set()

    def work(self) -> Work:
        """All of it."""
        return Work(tuple(self.deeds), tuple(self._gaps), tuple(self._own), frozenset(self._hooks))

    @property
    def hides(self) -> bool:
        """Whether something that cannot be seen, or is not read command by command, was met so far."""
        return bool(self._gaps or self._own)

    def _walk(self) -> Iterator[Deed]:
        own = _Task(Script(), Spot(self._site.own_line))
        for opening in action_openings(self._site):
            self._open(opening, own, own.spot, opening.kind)
        while self._tasks:
            task = self._tasks.popleft()
            for gap in task.script.gaps:
                self._gap(task, task.spot.below(gap.line), f"runs something that cannot be read: {gap.text}")
            for command in task.script.commands:
                yield from self._command(command, task)
            if self._count > MAX_COMMANDS:
                self._gap(replace(task, sealed=False), task.spot, "runs more commands than are followed")
                break

    def _command(self, first: Command, task: _Task) -> Iterator[Deed]:
        """A command and those that it runs in turn."""
        spot = task.spot.below(first.line)
        certain = task.certain and first.certain
        pending = [first]
        for _ in range(MAX_DEPTH):
            following: list[Command] = []
            for command in pending:
                means = _meaning(command, task.script.functions)
                folder = within(task.folder, command.folder)
                self._count += 1
                yield Deed(command, means, spot, folder, certain, task.contained, task.sealed, task.hook)
                if not means.known:
                    self._gap(task, spot, f"runs `{command.text}`, which is not known here")
                for shell, text in means.scripts:
                    self._script(shell, text, command, task, spot)
                for opening in means.opens:
                    inside = within(task.folder, opening.folder)
                    self._open(opening._replace(folder=inside, environment=task.variables), task, spot, command.text)
                following += means.runs
            pending = following
            if not pending or self._count > MAX_COMMANDS:
                return
        self._gap(task, spot, f"runs `{first.text}`, which leads too far")

    def _script(self, shell: str, text: Name, command: Command, task: _Task, spot: Spot) -> None:
        """A script that stands in the words of a command."""
        if len(task.opened) >= MAX_DEPTH:
            self._gap(task, spot, f"runs `{command.text}`, which leads too far")
            return
        script = _read(text, shell, task.variables)
        inner = replace(task, script=script, spot=spot, folder=within(task.folder, command.folder))
        self._tasks.append(
            replace(inner, opened=task.opened | {(shell, text)}, certain=task.certain and command.certain)
        )

    def _open(self, opening: Opening, task: _Task, spot: Spot, text: str) -> None:
        """Look through a command at what the files of the repository say that it runs."""
        key = _key(opening)
        if key in task.opened:
            return  # it leads back to itself: everything that it runs is found already
        bodies = _bodies(key, self._site, self._repository) if len(task.opened) < MAX_DEPTH else None
        if bodies is None or (opening.kind in _PROGRAMS and any(body.script.gaps for body in bodies)):
            why_not = self._reaches_out(opening) if opening.kind in _PROGRAMS else "cannot be looked into"
            if not why_not:
                if not task.sealed:
                    self._note(self._own, opening.kind.endswith(_HOOKS) or task.hook, f"runs `{text}`", spot)
                return
            if bodies is None:
                if opening.kind not in _IMAGES and not opening.kind.endswith(_HOOKS):
                    self._gap(task, spot, f"runs `{text}`, which {why_not}")
                return
        for body in bodies:
            way = (*spot.way, Place(body.path, body.line, body.label))
            self._tasks.append(
                _Task(
                    body.script,
                    Spot(spot.line, way),
                    within(self._site.own_folder, body.folder),
                    task.certain,
                    task.contained or body.contained,
                    task.sealed or opening.kind in _IMAGES,
                    task.hook or opening.kind.endswith(_HOOKS),
                    body.environment,
                    task.opened | {key},
                )
            )

    def _reaches_out(self, opening: Opening) -> str:
        """Why a program of the repository may reach out of the job, `""` where it does not."""
        target = opening.targets[0] if opening.targets else ()
        path = next(_in_checkout(self._site, opening.folder, target), None) if is_literal(target) else None
        return reaches_out(path, self._repository) if path else "cannot be looked into"

    def _gap(self, task: _Task, spot: Spot, text: str) -> None:
        if task.sealed:
            return  # whatever it is, it has nothing in hand
        self._note(self._gaps, task.hook, text, spot)

    def _note(self, found: dict[Evidence, None], hook: bool, text: str, spot: Spot) -> None:
        evidence = self._site.seen(text, spot.line, spot.way)
        found[evidence] = None
        if hook:
            self._hooks.add(evidence)


def _of_step(site: Site) -> Iterator[_Task]:
    """The scripts that stand in the step itself, once for each leg of the matrix that makes them different."""
    variables = site.variables
    if site.step.run is not None:
        spot = Spot(site.first_line(site.step.run))
        for shell in site.shells or (default_shell(site.scope.runner),):
            for text in variants(site.step.run, site.scope):
                yield _Task(_read(text, shell, variables), spot, site.folder, variables=variables)
    for shell, text in action_scripts(site):
        spot = Spot(site.own_line)
        yield _Task(_read(text, shell, variables), spot, site.folder, variables=variables)


def _read(text: Name, shell: str, variables: Mapping[str, Name]) -> Script:
    return read_script(text, shell, variables)


@lru_cache(maxsize=8192)
def _meaning(command: Command, functions: frozenset[str]) -> Meaning:
    return meaning(command, functions)


def within(outer: Name | None, inner: Name | None) -> Name | None:
    """A folder in another; None where one of them is not known."""
    if outer is None or inner is None:
        return None
    return joined((outer, ("/",), inner)) if outer and inner else outer or inner


def _key(opening: Opening) -> _Key:
    options, environment = _sorted(opening.options), _sorted(opening.environment)
    return opening.kind, opening.targets, opening.arguments, opening.folder, options, environment


def _sorted(values: Mapping[str, Name]) -> _Pairs:
    return tuple(sorted(values.items(), key=itemgetter(0)))


def _bodies(key: _Key, site: Site, repository: Repository) -> tuple[Body, ...] | None:
    """What an opening runs, as the repository says; None where it does not say, or where other files lie there."""
    kind, targets, arguments, folder, options, environment = key
    inside = inside_repository(site, folder)
    if inside is None and kind in _PROGRAMS and targets and is_literal(targets[0]):
        # the workspace itself holds no files of the repository, but a folder in it does
        inside, targets = "", tuple(literal(found) for found in _in_checkout(site, folder, targets[0]))
    if inside is None or (kind in _PROGRAMS and not targets):
        return None
    return _opened(repository, (kind, targets, arguments, literal(inside), options, environment))


def _in_checkout(site: Site, folder: Name | None, target: Name) -> Iterator[str]:
    path = within(folder, target)
    below = normalise(show(path)) if path is not None and is_literal(path) else None
    found = site.in_repository(below) if below is not None else None
    if found is not None:
        yield found


def inside_repository(site: Site, folder: Name | None) -> str | None:
    """A folder of the workspace as a folder of the repository, None where other files lie there or nobody knows."""
    below = normalise(show(folder)) if folder is not None and is_literal(folder) else None
    return site.in_repository(below) if below is not None else None


@lru_cache(maxsize=4096)
def _opened(repository: Repository, key: _Key) -> tuple[Body, ...] | None:
    """Read the files of a repository once for each thing that its commands open."""
    kind, targets, arguments, folder, options, environment = key
    return open_project(Opening(kind, targets, arguments, folder, dict(options), dict(environment)), repository)
