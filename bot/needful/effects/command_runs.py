"""What a command runs in turn: the commands that stand in it, and what it opens in the repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from needful.effects.command_names import is_rooted, up_to, within, without
from needful.effects.meanings import Call
from needful.effects.names import UNKNOWN, Hole, Name, is_literal, literal
from needful.effects.options import head_of, may_be_options, spaced, split, text_of
from needful.effects.project.model import Opening
from needful.effects.shell.model import Command
from needful.facts.commands import OpensFacts, Where

ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\??[:+]?=")
_VERSION = re.compile(r"@|[=<>!~]=|\[")


def words_at(call: Call, where: Where) -> tuple[Name, ...]:
    """The words of a command that stand at a place, none if it is empty there."""
    words = call.arguments.words
    if where.kind in ("argument", "arguments") and where.place >= 0:
        # what may stand for options shifts what is behind it
        unsure = any(may_be_options(word, place, call.entry) for place, word in enumerate(words[: where.place]))
        found = words[where.place :]
        if where.kind == "argument":
            unsure = unsure or (
                len(words) > 1 and any(may_be_options(word, where.place, call.entry) for word in found[:1])
            )
            return (UNKNOWN,) if unsure else found[:1]
        return (UNKNOWN, *found) if unsure else found
    if where.kind == "argument":
        return words[where.place :][:1]
    if where.kind == "sources":
        return words[where.place : -1]
    if where.kind == "option":
        return call.arguments.values(where.options)
    if where.kind == "listed":
        return tuple(part for word in (*call.arguments.values(where.options), *words) for part in _listed(word))
    if where.kind == "behind":
        return call.arguments.behind
    if where.kind == "given":
        return (literal("yes"),) if call.arguments.given(where.options) else ()
    fixed = {"text": where.text, "word": call.path[-1], "words": " ".join(call.path[: where.place])}
    return (literal(fixed[where.kind]),) if where.kind in fixed else ()


def _listed(word: Name) -> tuple[Name, ...]:
    """The parts of a list with commas, as far as they are known."""
    if not is_literal(word):
        return (word,)
    return tuple(literal(part) for part in text_of(word).split(",") if part)


def run_by(call: Call) -> tuple[Command, ...]:
    """The command that a command runs (`sudo x`), none if it runs none."""
    runs = call.entry.runs
    if runs is None:
        return ()
    own, rest = split(call.words, call.entry, frozenset(runs.module))
    if runs.unless and own.given(runs.unless):
        return ()
    words = own.values(runs.module)[-1:] + rest if own.values(runs.module) else rest[runs.skip :]
    variables: list[tuple[str, Name]] = []
    for word in words if runs.assignments else ():
        found = ASSIGNMENT.match(head_of(word))
        if found is None:
            break
        variables.append((found[1], without(word, found[0])))
    words = words[len(variables) :]
    words = words[1:] if words[:1] == (("--",),) else words
    if not words:
        return ()
    if runs.fills:
        words = filled(words)
    if runs.package:
        words = (package_program(words[0]), *words[1:])
    command = call.inner(words, tuple(variables))
    folder = None if runs.elsewhere else _moved(command.folder, call.arguments.values(runs.folder))
    return (replace(command, folder=folder),)


def filled(words: tuple[Name, ...]) -> tuple[Name, ...]:
    """Words with holes for `{}`, or behind them if there is none."""
    found = tuple(tuple(piece for part in word for piece in _fill(part)) for word in words)
    return found if found != words else (*words, UNKNOWN)


def _fill(part: str | Hole) -> Name:
    if isinstance(part, Hole) or "{}" not in part:
        return (part,)
    first, *others = part.split("{}")
    return literal(first) + tuple(piece for other in others for piece in (*UNKNOWN, *literal(other)))


def package_program(word: Name) -> Name:
    """The program that a package brings, which mostly has its name: `@scope/tool@1.2` → `@scope/tool`."""
    return up_to(word, _VERSION)


def openings(call: Call) -> tuple[Opening, ...]:
    """What of the repository a command runs, as its entry says."""
    return tuple(opening for facts in call.entry.opens for opening in _opening(call, facts))


def _opening(call: Call, facts: OpensFacts) -> Iterator[Opening]:
    if (facts.bare and call.arguments.words) or (facts.unless and call.arguments.given(facts.unless)):
        return
    if facts.targets is None:
        _, rest = split(call.words, call.entry)
        if not rest:
            return
        targets, arguments = rest[:1], rest[2:] if rest[1:2] == (("--",),) else rest[1:]
    else:
        targets, arguments = words_at(call, facts.targets), words_at(call, facts.arguments)
        if facts.targets.kind == "argument" and not targets:
            return
        if facts.arguments.kind == "behind" and facts.targets.kind == "arguments":
            targets = targets[: len(targets) - len(arguments)]
    options = {name: spaced(found) for name, where in facts.options.items() if (found := words_at(call, where))}
    yield Opening(
        facts.kind, targets, arguments, _moved(call.command.folder, call.arguments.values(facts.folder)), options
    )


def _moved(folder: Name | None, paths: tuple[Name, ...]) -> Name | None:
    """A folder after options that say in which to work, None where nobody knows it."""
    for path in paths:
        folder = None if is_rooted(path) else within(folder, path)
    return folder
