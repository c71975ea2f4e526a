"""A script as the commands that it may run. A reader says all of them; it never leaves one out because it may not run.

Texts are names (`effects.names.Name`): literal parts, and holes for what is not known before the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from needful.effects.names import Name


class Redirect(NamedTuple):
    """`> target`, `>> target`, `< target`; here documents stand in `Command.stdin`."""

    operator: str
    target: Name


class Assignment(NamedTuple):
    """A variable of the script. `exported` ones reach the programs that it runs. `line` counts from 0."""

    name: str
    value: Name
    exported: bool
    line: int


@dataclass(frozen=True)
class Command:
    """One simple command. `words` are the program and its arguments, quotes removed, never empty.

    `line` counts from 0 within the script; `text` is the command as written, on one line and shortened, for people.
    `variables` are assignments in front of it. `stdin` is a here document or string; `piped`: it reads another
    command's output. `folder` is where it runs, relative to where the script started (`()` there, None if not known).
    `certain`: it runs whenever the script runs to its end (no `if`, `&&`, loop or function around it).
    """

    words: tuple[Name, ...]
    line: int
    text: str
    variables: tuple[tuple[str, Name], ...] = ()
    redirects: tuple[Redirect, ...] = ()
    stdin: Name | None = None
    piped: bool = False
    folder: Name | None = ()
    certain: bool = True
    background: bool = False


class Gap(NamedTuple):
    """A part of a script that could not be read as commands. `line` counts from 0."""

    line: int
    text: str


@dataclass(frozen=True)
class Script:
    """The commands of a script in the order of the text, those of functions and substitutions among them.

    `functions` are the names that it defines, so that a call of one is no unknown program.
    """

    commands: tuple[Command, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    functions: frozenset[str] = frozenset()
    gaps: tuple[Gap, ...] = ()
