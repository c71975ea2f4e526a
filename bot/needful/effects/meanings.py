"""What one command does, as a value, and what the readers of commands hand to each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from needful.effects.channels import Channel, Touch, Way
from needful.effects.names import Name
from needful.effects.options import Arguments, parse, split
from needful.effects.project.model import Opening
from needful.effects.shell.model import Command
from needful.facts.commands import Entry


@dataclass(frozen=True)
class Meaning:
    """What one command does. `known`: all it does is said here, with what `runs`, `opens` and `scripts` do in turn.

    `runs` are commands that it runs in turn (`sudo x`); each has fewer words than this one. `opens` is what of the
    repository it runs (`npm run x`), `scripts` texts that it runs, each with its shell (`bash -c '…'`).
    `checks`: it runs tests, linters or compilers on the repository's code, by the ordinary work of its tool; `lints`:
    it is a linter or a formatter, which looks at that code; `installs`: it only fetches and installs; `neutral`: it has
    no effect outside the script.
    """

    known: bool
    touches: tuple[Touch, ...] = ()
    runs: tuple[Command, ...] = ()
    opens: tuple[Opening, ...] = ()
    scripts: tuple[tuple[str, Name], ...] = ()
    checks: bool = False
    lints: bool = False
    installs: bool = False
    neutral: bool = False

    def touching(self, *touches: Touch) -> Meaning:
        """The same with more touches, each once."""
        return replace(self, touches=tuple(dict.fromkeys((*self.touches, *touches))))


NOT_KNOWN = Meaning(known=False)
NEUTRAL = Meaning(known=True, neutral=True)


def together(meanings: Iterable[Meaning]) -> Meaning:
    """What several parts of a command do, as one."""
    parts = tuple(meanings)
    return Meaning(
        all(part.known for part in parts),
        tuple(dict.fromkeys(touch for part in parts for touch in part.touches)),
        tuple(command for part in parts for command in part.runs),
        tuple(opening for part in parts for opening in part.opens),
        tuple(script for part in parts for script in part.scripts),
        checks=any(part.checks for part in parts),
        lints=all(part.lints for part in parts if part.checks) and any(part.checks for part in parts),
        installs=all(part.installs for part in parts),
        neutral=all(part.neutral for part in parts),
    )


@dataclass(frozen=True)
class Call:
    """A command as the tables understand it: `path` are the words that led to `entry`, `words` those behind them.

    `before` are the options that stood between the words of `path`.
    """

    command: Command
    path: tuple[str, ...]
    entry: Entry
    before: Arguments
    words: tuple[Name, ...]

    @cached_property
    def arguments(self) -> Arguments:
        """The words behind the path told apart; of a program that runs a command, those that stand before it."""
        runs = self.entry.runs
        if runs is None:
            return parse(self.words, self.entry, self.before)
        own, rest = split(self.words, self.entry, frozenset(runs.module))
        return Arguments(rest[: runs.skip], self.before.options + own.options, self.before.loose or own.loose)

    def inner(self, words: tuple[Name, ...], variables: tuple[tuple[str, Name], ...] = ()) -> Command:
        """A command that this one runs. Its redirections are counted with this one."""
        return replace(self.command, words=words, variables=self.command.variables + variables, redirects=())


def reads(channel: Channel, name: Name, text: str, *, certain: bool = True) -> Touch:
    """A touch that reads."""
    return Touch(channel, Way.READS, name, text, certain)


def writes(channel: Channel, name: Name, text: str, *, certain: bool = True) -> Touch:
    """A touch that writes."""
    return Touch(channel, Way.WRITES, name, text, certain)
