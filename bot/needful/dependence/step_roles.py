"""What each step of a job is there for: to prepare, to check or make something, or to hand something over.

Beside each other on one machine steps meet in every file (`step_links`). On machines of their own they do not meet, so
what counts here is only what a step hands to those behind it: tools, dependencies, variables, outputs, what was built.
By the ordinary work of the programs: linters, type checks and test suites leave reports and caches, builds leave what
is there to be used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from needful.dependence.situation import Situation
from needful.dependence.step_links import step_name
from needful.document.nodes import Path
from needful.effects.channels import Channel, Way
from needful.effects.commands import calls
from needful.effects.model import Evidence
from needful.effects.step import StepEffects
from needful.effects.traces import Footprint
from needful.effects.work import Deed
from needful.facts.footprints import program_row
from needful.workflow.model import Job, Step, StepKind


class Role(Enum):
    """What a step is there for.

    `PREPARES`: it sets up or installs, or nobody knows better. `CHECKS`: it tells good from bad, and nobody uses what
    it leaves. `MAKES`: what comes behind it may use what it leaves. `HANDS`: it takes out of the job what others left.
    """

    PREPARES = "prepares"
    CHECKS = "checks"
    MAKES = "makes"
    HANDS = "hands over"


@dataclass(frozen=True)
class Part:
    """A step of a job with its role. `kinds` are those of its checks (lint, test …), in order of `KINDS`.

    `long`: it usually takes long; `quick`: it only says something. `hidden`: what of it nobody can see, so that its
    role is only supposed. `programs` are the words of the commands that it runs.
    """

    index: int
    step: Step
    role: Role
    kinds: tuple[str, ...]
    long: bool
    hidden: tuple[Evidence, ...]
    footprint: Footprint
    quick: bool = False
    programs: frozenset[str] = frozenset()


KINDS = ("test", "build", "docs", "types", "lint", "scan", "format")
"""Kinds of work, those after which a job is called first."""
_STATIC = frozenset({"types", "lint", "scan", "format"})
_WORDS = (
    ("docs", r"(?:doc|docs|documentation|mkdocs|sphinx|typedoc|javadoc|doxygen|rustdoc|storybook)\b"),
    ("format", r"(?:format|formatting|fmt|rustfmt|prettier)\b"),
    ("types", r"(?:types?|typecheck|type-check|mypy|pytype|pyright|tsc)\b"),
    ("lint", r"(?:lint\w*|clippy|style|spell\w*|verify|validate|\w*lint|codegen|\w*checks?)\b"),
    ("test", r"(?:e2e|smoke|fuzz|tests?|testing|tested|specs?|integration)\b"),
    ("build", r"(?:build|builds|compile|bundle|package|pack|dist|assemble)\b"),
)
_SAYS = tuple((kind, re.compile(rf"(?<![a-z0-9]){words}", re.IGNORECASE)) for kind, words in _WORDS)
_MAKES = re.compile(r"\b(?:build|compile)\b", re.IGNORECASE)
_PREPARES = re.compile(
    r"(?:set.?up|install\w*|prepare|download|fetch|restore|cache|generate|create|configure|init\w*|start|launch|wait\w*"
    r"|checkout|clone|free|clean\w*|login|log in|update|upgrade|add|remove|use|get|print|show|apt\w*)\b",
    re.IGNORECASE,
)
_AND_TESTS = re.compile(r"(?:\band\b|&|\+|,).*(?:test|lint|check)", re.IGNORECASE)
_LIKELY = re.compile(
    r"test|lint|check|build|spec\b|clippy|fmt|format|type|verif|doc|e2e|bench|pytest|tox|nox|cypress|playwright|mypy|ruff"
    r"|analy|audit|scan|compile|coverage|cov\b",
    re.IGNORECASE,
)
_SET_UP = re.compile(r"set-?up|install|toolchain|cache|upload|download|checkout|login|artifact|buildx|qemu|free-disk")
_COMMON = frozenset({"test", "tests", "build", "check", "exec", "pnpm", "yarn", "cargo", "python", "python3", "node"})
_OUT = frozenset({Channel.ARTIFACT, Channel.REPORT, Channel.SCAN})
_STATE = frozenset({Channel.ENV, Channel.PATH})
_LONG, _MADE = frozenset({"test", "build", "docs", "types"}), frozenset({"build", "docs"})


def likely(job: Job) -> bool:
    """Whether, by the looks of its lines alone, a job has two steps or more that check or make something."""
    if job.uses is not None or len(job.steps) < 2:
        return False
    found = 0
    for step in job.steps:
        if step.kind not in (StepKind.RUN, StepKind.USES) or step.background:
            return False
        found += _looks_like_work(step)
    return found > 1


def _looks_like_work(step: Step) -> bool:
    if step.uses is not None:
        return _LIKELY.search(step.uses.name) is not None and _SET_UP.search(step.uses.name) is None
    texts = (text.value for text in (step.name, step.run) if text is not None)
    return any(_LIKELY.search(text) is not None for text in texts) and not _only_prepares(step)


def may_work(situation: Situation, job: Job) -> int:
    """How many steps of a job may check or make something, by their names and actions: no script is read for that."""
    own = (one for one in situation.steps[job.id.lower()] if one.site.file is one.site.workflow)
    asked = (one for one in own if not _only_prepares(one.site.step))
    return sum(one.site.step.run is not None or bool(one.checks) for one in asked)


def parts_of(situation: Situation, job: Job) -> tuple[Part, ...]:
    """The steps of a job with their roles; none if some step is of another kind than to run or to use something."""
    prints = {one.step.path: one for one in situation.footprints[job.id.lower()]}
    effects: dict[Path, list[StepEffects]] = {}
    for one in situation.steps[job.id.lower()]:
        effects.setdefault(one.site.outer.path, []).append(one)
    found = []
    for index, step in enumerate(job.steps):
        footprint = prints.get(step.path)
        if footprint is None:
            return ()
        found.append(_part(index, step, effects.get(step.path, []), footprint))
    return tuple(found)


def _part(index: int, step: Step, own: Sequence[StepEffects], footprint: Footprint) -> Part:
    hidden = tuple(_hidden(own))
    local = any(one.site.file is not one.site.workflow for one in own)
    if any(_hands_over(one) for one in own):
        return Part(index, step, Role.HANDS, (), False, hidden, footprint)
    works = any(one.works for one in own)
    quick = step.run is not None and all(deed.meaning.neutral for one in own for deed in one.deeds)
    worth = works and not local and not _only_prepares(step) and not any(map(_sets_state, own))
    kinds = _kinds(step, own, footprint) if worth and (_checks(own) or (hidden and _said(step))) else ()
    if not kinds:
        return Part(index, step, Role.PREPARES, (), False, hidden if works else (), footprint, quick)
    makes = bool(_MADE & set(kinds))
    long = footprint.long or bool(_LONG & set(kinds))
    programs = frozenset(word for one in own for deed in one.deeds for word in _program(deed))
    return Part(index, step, Role.MAKES if makes else Role.CHECKS, kinds, long, hidden, footprint, programs=programs)


def _program(deed: Deed) -> Iterator[str]:
    for call in calls(deed.command) if deed.meaning.checks else ():
        yield from (word for word in call.path if len(word) > 3 and word not in _COMMON)


def _hidden(own: Iterable[StepEffects]) -> Iterator[Evidence]:
    for one in own:
        yield from one.opaque
        if one.unknown is not None:
            yield one.unknown


def _hands_over(one: StepEffects) -> bool:
    if one.site.step.uses is not None:
        touched = {(effect.channel, effect.way) for effect in one.effects}
        saves = (Channel.CACHE, Way.WRITES) in touched and (Channel.CACHE, Way.READS) not in touched
        return saves or any((channel, Way.WRITES) in touched for channel in _OUT)
    touches = (touch for deed in one.deeds for touch in deed.meaning.touches)
    return any(touch.channel in _OUT and touch.way is Way.WRITES for touch in touches)


def _sets_state(one: StepEffects) -> bool:
    """Whether a step certainly changes what the commands of all later steps run in: variables, search path."""
    touches = (touch for deed in one.deeds for touch in deed.meaning.touches)
    return any(touch.channel in _STATE and touch.way is Way.WRITES and touch.certain for touch in touches)


def _checks(own: Iterable[StepEffects]) -> bool:
    return any(one.checks for one in own)


def _said(step: Step) -> bool:
    """Whether a command that is not known is one that checks, by what it is called."""
    if step.run is None:
        return False
    return any(words.search(_told(step)) is not None for _, words in _SAYS)


def _told(step: Step) -> str:
    """What a step says of itself: its name and its last command."""
    run = step.run.value.strip() if step.run is not None else ""
    lines = [line for line in run.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return " ".join(filter(None, (step.name.value if step.name is not None else "", *lines[-1:])))


def _kinds(step: Step, own: Iterable[StepEffects], footprint: Footprint) -> tuple[str, ...]:
    """The kinds of what a step does: as the tables have it, else by the words of its commands, else by its name."""
    found = set(footprint.kinds)
    for one in own if not found or footprint.hidden else ():
        for deed in one.deeds:
            if deed.hook or not deed.meaning.checks or deed.meaning.installs or deed.sealed:
                continue
            rows = [row for call in calls(deed.command) if (row := program_row(call.path)) is not None]
            told = {row.kind for row in rows if row.kind in KINDS}
            found |= told or _of_command(deed.command.text) or {"build"}
    if not found and step.run is not None:
        lines = [line for line in step.run.value.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        found = _of_command(lines[-1] if lines else "") or _by_words(step_name(step))
    named = step.name.value if step.name is not None else ""
    if step.uses is not None and not found:
        found = _by_words(f"{named} {step.uses.name}") or {"build"}
    if _MAKES.search(named) is not None:
        found.add("build")
    return tuple(kind for kind in KINDS if kind in found)


def _of_command(text: str) -> set[str]:
    """The kind that the last word of a command speaks of that is no option: `swift build --tests` builds."""
    for word in reversed(text.split()):
        if not word.startswith("-") and (found := _by_words(word)):
            return found
    return set()


def _by_words(text: str) -> set[str]:
    """The first kind that a text speaks of, as a set; nothing if it speaks of none."""
    kind = next((kind for kind, words in _SAYS if words.search(text) is not None), "")
    return {kind} if kind else set()


def _only_prepares(step: Step) -> bool:
    """Whether a step is called like one that sets something up, whatever its program can do beside that."""
    name = step_name(step)
    begins = _PREPARES.match(name)
    return begins is not None and _AND_TESTS.search(name, begins.end()) is None


def static(part: Part) -> bool:
    """Whether a step only looks at the sources."""
    return set(part.kinds) <= _STATIC
