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
_PREPARES = re.compile(
    r"(?:set.?up|install\w*|prepare|download|fetch|restore|cache|generate|create|configure|init\w*|start|launch|wait\w*"
    r"|checkout|clone|free|clean\w*|login|log in|update|upgrade|add|remove|use|get|print|show|apt\w*)\b",
    re.IGNORECASE,
)
_LIKELY = re.compile(
    r"test|lint|check|build|spec\b|clippy|fmt|format|type|verif|doc|e2e|bench|pytest|tox|nox|cypress|playwright|mypy|ruff"
    r"|analy|audit|scan|compile|coverage|cov\b",
    re.IGNORECASE,
)
_COMMON = frozenset({"test", "tests", "build", "check", "exec", "pnpm", "yarn", "cargo", "python", "python3", "node"})
_OUT = frozenset({Channel.ARTIFACT, Channel.REPORT, Channel.SCAN})
_LONG, _MADE = frozenset({"test", "build", "docs", "types"}), frozenset({"build", "docs"})


def likely(job: Job) -> bool:
    """Whether, by the looks of its lines alone, a job has two steps or more that check or make something."""
    if job.uses is not None or len(job.steps) < 2:
        return False
    found = 0
    for step in job.steps:
        if step.kind not in (StepKind.RUN, StepKind.USES) or step.background:
            return False
        texts = (step.run, step.name, step.uses.text if step.uses is not None else None)
        found += any(text is not None and _LIKELY.search(text.value) is not None for text in texts)
    return found > 1


def parts_of(situation: Situation, job: Job) -> tuple[Part, ...]:
    """The steps of a job with their roles; none if some step is of another kind than to run or to use something."""
    prints = {one.step.path: one for one in situation.footprints[job.id.lower()]}
    effects: dict[int, list[StepEffects]] = {}
    for one in situation.steps[job.id.lower()]:
        effects.setdefault(one.site.line, []).append(one)
    found = []
    for index, step in enumerate(job.steps):
        footprint = prints.get(step.path)
        if footprint is None:
            return ()
        own = effects.get(situation.workflow.line(step.span), [])
        found.append(_part(index, step, own, footprint))
    return tuple(found)


def _part(index: int, step: Step, own: Sequence[StepEffects], footprint: Footprint) -> Part:
    hidden = tuple(_hidden(own))
    local = any(one.site.file is not one.site.workflow for one in own)
    if any(_hands_over(one) for one in own):
        return Part(index, step, Role.HANDS, (), False, hidden, footprint)
    works = any(one.works for one in own)
    quick = step.run is not None and all(deed.meaning.neutral for one in own for deed in one.deeds)
    worth = works and not local and not _only_prepares(step) and (_checks(own) or _said(step))
    kinds = _kinds(step, own, footprint) if worth else ()
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
    return any(effect.way is Way.WRITES and effect.channel in _OUT for effect in one.effects)


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
    found = set(footprint.kinds)
    for one in own:
        for deed in one.deeds:
            if deed.hook or not deed.meaning.checks or deed.meaning.installs or deed.sealed:
                continue
            rows = [row for call in calls(deed.command) if (row := program_row(call.path)) is not None]
            told = {row.kind for row in rows if row.kind in KINDS}
            found |= told or _by_words(deed.command.text) or {"build"}
    if not found:
        found = _by_words(_told(step))
    if step.uses is not None and not found:
        found = _by_words(f"{step.name.value if step.name is not None else ''} {step.uses.name}") or {"build"}
    return tuple(kind for kind in KINDS if kind in found)


def _by_words(text: str) -> set[str]:
    """The first kind that a text speaks of, as a set; nothing if it speaks of none."""
    kind = next((kind for kind, words in _SAYS if words.search(text) is not None), "")
    return {kind} if kind else set()


def _only_prepares(step: Step) -> bool:
    """Whether a step is called like one that sets something up, whatever its program can do beside that."""
    name = step_name(step)
    begins = _PREPARES.match(name)
    return begins is not None and not any(words.search(name[begins.end() :]) for _, words in _SAYS[4:5])


def static(part: Part) -> bool:
    """Whether a step only looks at the sources."""
    return set(part.kinds) <= _STATIC
