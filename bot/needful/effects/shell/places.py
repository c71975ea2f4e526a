"""What the reader of bash carries along: where in the script it is, and what it has found."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from needful.effects.names import Name
from needful.effects.shell.marks import Marked
from needful.effects.shell.model import Assignment, Command, Gap, Redirect, Script
from needful.effects.shell.state import Roots, State
from needful.effects.shell.words import Code, Findings, Inner, Words

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_COMMANDS = 2000
_MAX_GAPS = 20


class Place(NamedTuple):
    """What stands around a command: `redirects` and `stdin` are those of groups and loops."""

    code: Code
    depth: int = 0
    certain: bool = True
    piped: bool = False
    background: bool = False
    redirects: tuple[Redirect, ...] = ()
    stdin: Name | None = None
    function: bool = False


class Found(NamedTuple):
    """A command, the byte of the script at which it stands, and whether that is in a function."""

    at: int
    command: Command
    function: bool


class Functions(NamedTuple):
    """The functions of a script. A call may set the variables `sets` (None: any), and change the folder."""

    names: frozenset[str] = frozenset()
    sets: frozenset[str] | None = frozenset()
    moves: bool = False


_NO_FUNCTIONS = Functions()


@dataclass
class Reading:
    """What is found in one script. `start` is what is known when a function is called.

    `breaks` are places between two words where the parser took the end of a line for a blank: the text has to be
    parsed anew with something there that it cannot mistake.
    """

    marks: Marked
    roots: Roots
    start: State
    exported: set[str]
    functions: Functions = _NO_FUNCTIONS
    commands: list[Found] = field(default_factory=list)
    assignments: list[tuple[int, Assignment]] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    breaks: list[tuple[int, int]] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    exports_all: bool = False
    braces: int = 0
    full: bool = False

    def words(self, place: Place, state: State) -> Words:
        """A reader of words for one place."""
        return Words(place.code, self.marks, state.variables, self.findings)

    def taken(self, state: State, place: Place, node: Node) -> tuple[State, list[Inner]]:
        """What words noted since this was last asked: the state after it, and what they run."""
        findings = self.findings
        inner, defaulted, unread = findings.inner, findings.defaulted, findings.unread
        if inner:
            findings.inner = []
        if defaulted:
            findings.defaulted = []
            state = state.without(defaulted)
        if unread:
            findings.unread = 0
            self.gap(place, node)
        return state, inner

    def gap(self, place: Place, node: Node) -> None:
        """Say that a part of the script could not be read."""
        self._say(place.code.line(node.start_byte), self.marks.shown(place.code.text(node)) or "a part is missing")

    def _say(self, line: int, text: str) -> None:
        if len(self.gaps) < _MAX_GAPS:  # what is missing at the end is missed behind the last line
            self.gaps.append(Gap(min(line, self.marks.text.count("\n")), text))

    def command(self, at: int, place: Place, command: Command) -> None:
        """Add a command; past a number that nobody writes, one gap stands for the rest."""
        if len(self.commands) < _MAX_COMMANDS:
            self.commands.append(Found(place.code.start + at, command, place.function))
        elif not self.full:
            self.full = True
            self._say(command.line, "more commands than are read")

    def broken(self, place: Place, start: int, end: int) -> bool:
        """Whether a line ends between two bytes of one command, where it cannot. It is noted."""
        between = place.code.gap(start, end)
        if b"\n" not in between or b"\n" not in between.replace(b"\\\n", b""):
            return False
        if place.code.parsed:
            self.breaks.append((start, end))
        else:
            self._say(place.code.line(start), "commands that run into each other")
        return True


def script_of(reading: Reading) -> Script:
    """What was found, in the order of the text. What a function reads is what is piped into a call of it."""
    names = reading.functions.names
    commands = sorted(reading.commands, key=lambda found: found.at)
    piped = any((one.command.piped or one.command.stdin is not None) and _calls(one.command, names) for one in commands)
    return Script(
        tuple(replace(one.command, piped=True) if piped and one.function else one.command for one in commands),
        tuple(assignment for _, assignment in sorted(reading.assignments, key=lambda found: found[0])),
        names,
        tuple(sorted(reading.gaps)),
    )


def _calls(command: Command, functions: frozenset[str]) -> bool:
    return len(command.words[0]) == 1 and command.words[0][0] in functions
