"""Which steps of one job could be jobs of their own: groups that share only what is set up before them.

A group has all that its steps use of those before them; what several groups use stands in each of them. Of all ways to
form two or three groups, the one is taken after which the slowest of them ends soonest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from needful.config.settings import Objective
from needful.dependence import step_groups
from needful.dependence.experience import Case, typical
from needful.dependence.sharding import FEWEST, OFTEN, ends_runs
from needful.dependence.situation import Situation
from needful.dependence.step_conditions import Reaction, reaction
from needful.dependence.step_links import step_name
from needful.dependence.step_roles import KINDS, Part, Role, likely, may_work, parts_of, static
from needful.dependence.step_runner import enterprise, refusers
from needful.dependence.step_sets import atoms_of
from needful.workflow.model import Job, Step

HOP = 25.0
"""Seconds that a job more takes before its steps begin, as much as is usual of recorded runs: waiting for a runner,
setting it up, ending it. The replay of a plan draws them anew."""
GATE = 15.0
"""Seconds until the job that only looks at the results of the others has ended, behind them."""
LEAST, SHARE = 60.0, 0.2
"""Seconds, and share of the job, that must be saved."""
MOST_GROUPS, MOST_ATOMS = 3, 8
_ASSUMED: Mapping[str, float] = {
    "test": 240,
    "build": 150,
    "docs": 90,
    "types": 90,
    "lint": 120,
    "scan": 30,
    "format": 10,
}
"""Seconds that a step of each kind is taken to need where nobody recorded any; a short linter needs 20."""
_SHORT, _UNKNOWN, _COMPILES, _INSTALLS, _PREPARES = 20.0, 60.0, 150.0, 40.0, 5.0
_BUILDS = re.compile(
    r"(?<![\w-])(?:cargo|go|mvnw?|gradlew?|dotnet|msbuild|swift|xcodebuild|cmake|ctest|ninja|meson|bazel|sbt|stack|cabal|zig)\s"
)
"""Programs that compile before anything else."""


@dataclass(frozen=True)
class Group:
    """A group of steps, by their places among those of the job: `own`, and with `shared` all that it has to have."""

    label: str
    own: tuple[int, ...]
    steps: tuple[int, ...]
    seconds: float


@dataclass(frozen=True)
class Parting:
    """A job as groups. Seconds are medians of `runs` recorded cases, or assumed where `runs` is 0.

    `gain`: by how much sooner the last of the groups and the job that looks at their results have ended; `extra`: what
    machines work more in all. `supposed`: steps of which nobody can see all, by their role.
    """

    job: Job
    parts: tuple[Part, ...]
    groups: tuple[Group, ...]
    whole: float
    runs: int

    @property
    def gain(self) -> float:
        return self.whole - HOP - max(group.seconds for group in self.groups) - GATE

    @property
    def extra(self) -> float:
        return sum(HOP + group.seconds for group in self.groups) + GATE - self.whole

    @property
    def supposed(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.hidden)


def parting(situation: Situation, job: Job, objective: Objective = "latency") -> Parting | None:
    """The best way to make several jobs of one; None where there is none that is worth it.

    What it is worth depends on the objective: for `cost` nothing is, for `balanced` a second may cost machines two.
    """
    if not likely(job) or objective == "cost":
        return None
    known = _recorded(situation, job)
    if situation.experience is not None and known is None:
        return None
    # what nobody recorded is assumed to take long only where it checks or makes something
    parts = parts_of(situation, job) if known or may_work(situation, job) > 1 else ()
    if not parts:
        return None
    needed, atoms = atoms_of(parts)
    if len(atoms) < 2:
        return None
    seconds = tuple(_seconds(part, known) if known or not _again(part, parts) else _SHORT for part in parts)
    most = MOST_GROUPS if known else 2  # what nobody measured is not worth a longer file
    whole = typical([case.seconds for case in known]) if known else sum(seconds)
    runs = len(known or ())
    found = [Parting(job, parts, groups, whole, runs) for groups in _ways(parts, needed, atoms, seconds, most)]
    worth = [one for one in found if _is_worth(one, seconds, objective)]
    at_once = _saved_at_once(situation, job, parts, seconds) if worth else 0.0
    worth = [one for one in worth if one.gain >= at_once + LEAST or not at_once]
    if not worth:
        return None
    best = max(one.gain for one in worth)
    return min((one for one in worth if one.gain >= 0.9 * best), key=_plainness)


def _saved_at_once(situation: Situation, job: Job, parts: Sequence[Part], seconds: Sequence[float]) -> float:
    """The seconds that are saved where independent neighbours run at once on the one machine, 0 where none can.

    That sets nothing up twice; of what they cost each other nothing is taken off, so that a job is not split lightly.
    """
    if refusers(situation.repository, situation.workflow.path) or enterprise(situation.repository):
        return 0.0
    saved = 0.0
    for group in step_groups.groups(situation, job):
        times = [seconds[place] for place in group.places] if not group.doubted else [0.0]
        saved += sum(times) - max(times)
    return saved


def _is_worth(one: Parting, seconds: Sequence[float], objective: Objective) -> bool:
    """Whether enough is saved, and by recorded times, or with a margin: no more than two and a half seconds for one.

    Without records each group has to have work for a machine, one of them such as usually takes long, and not all of it
    may be the same look at the sources. Every step has its place.
    """
    if one.gain < max(LEAST, SHARE * one.whole if one.runs else 0.0):
        return False
    if objective == "balanced" and one.extra > 2 * one.gain:
        return False
    if {index for group in one.groups for index in group.steps} != set(range(len(one.parts))):
        return False
    if one.runs:
        return True
    members = [[one.parts[index] for index in group.own] for group in one.groups]
    alike = len({part.kinds[:1] for parts in members for part in parts if part.kinds}) == 1
    if (alike and all(static(part) for parts in members for part in parts)) or one.extra > 2.5 * one.gain:
        return False
    long = any(part.long for parts in members for part in parts)
    return long and all(_time(group.own, seconds) >= LEAST for group in one.groups)


def _plainness(one: Parting) -> tuple[int, int, float]:
    """Few groups first, then those that hold one kind of work each, then those that cost the least."""
    kinds = sum(len({kind for index in group.own for kind in one.parts[index].kinds}) for group in one.groups)
    return len(one.groups), kinds, one.extra


def _recorded(situation: Situation, job: Job) -> Sequence[Case] | None:
    """The cases in which a job succeeded, where they are enough and it often ends its runs; else None."""
    experience = situation.experience
    known = experience.of(job) if experience is not None else None
    if experience is None or known is None or len(known.passed) < FEWEST:
        return None
    return known.passed if ends_runs(situation, experience, job) >= OFTEN else None


# --- which groups ----------------------------------------------------------------------------------------------------


def _seconds(part: Part, known: Sequence[Case] | None) -> float:
    if known:
        times = [time.seconds + (time.post or 0.0) for case in known if (time := case.step(part.step)) is not None]
        return typical(times) if times else 0.0
    if part.kinds and part.hidden and not part.footprint.long and "build" not in part.kinds:
        return _COMPILES if _BUILDS.search(part.step.run.value if part.step.run is not None else "") else _UNKNOWN
    if part.kinds:
        return sum(_ASSUMED[kind] if part.long or kind not in ("lint", "types") else _SHORT for kind in part.kinds[:1])
    return _INSTALLS if part.step.run is not None and part.role is Role.PREPARES and not part.quick else _PREPARES


def _again(part: Part, parts: Sequence[Part]) -> bool:
    """Whether an earlier step of which nobody can see all ran the same program, which is then compiled already."""
    head = _head(part)
    return bool(part.kinds and part.hidden and head) and any(_head(one) == head for one in parts[: part.index])


def _head(part: Part) -> list[str]:
    """The words by which programs of a project are told apart, where a step runs one; nothing otherwise."""
    words = part.step.run.value.split() if part.step.run is not None else []
    return words[:4] if len(words) > 3 and _BUILDS.match(f"{words[0]} ") else []


def _ways(
    parts: Sequence[Part],
    needed: Sequence[frozenset[int]],
    atoms: Sequence[frozenset[int]],
    seconds: Sequence[float],
    most: int,
) -> Iterator[tuple[Group, ...]]:
    """All ways to form up to `most` groups of what belongs together."""
    fewer = list(atoms)
    while len(fewer) > MOST_ATOMS:  # neighbours that take the least go together
        at = min(range(len(fewer) - 1), key=lambda place: _time(fewer[place] | fewer[place + 1], seconds))
        fewer[at : at + 2] = [fewer[at] | fewer[at + 1]]
    for places in _places(len(fewer), most):
        chosen: list[set[int]] = [set() for _ in range(max(places) + 1)]
        for atom, place in zip(fewer, places, strict=True):
            chosen[place] |= atom
        yield _groups(parts, needed, chosen, seconds)


def _time(steps: Iterable[int], seconds: Sequence[float]) -> float:
    return sum(seconds[index] for index in steps)


def _places(count: int, most: int) -> Iterator[tuple[int, ...]]:
    """For each of so many things its group, of two or more; the groups are numbered as they first occur."""

    def placed(given: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(given) == count:
            if max(given) > 0:
                yield given
            return
        for place in range(min(max(given, default=-1) + 2, most)):
            yield from placed((*given, place))

    return placed(())


def _groups(
    parts: Sequence[Part], needed: Sequence[frozenset[int]], chosen: Sequence[set[int]], seconds: Sequence[float]
) -> tuple[Group, ...]:
    found: list[Group] = []
    labels = _labels(parts, chosen)
    for own, label in zip(chosen, labels, strict=True):
        steps = set(own)
        for index in range(len(parts) - 1, -1, -1):
            if index in steps:
                steps |= needed[index]
        steps -= set(_superseded(parts, sorted(steps)))
        found.append(Group(label, tuple(sorted(own)), tuple(sorted(steps)), _time(steps, seconds)))
    placed = {index for group in found for index in group.steps}
    wanted = {index for own in chosen for index in own}.union(*needed)
    rest = tuple(index for index in range(len(parts)) if index not in placed and index not in wanted)
    says = {index for index in rest if reaction(parts[index].step.condition) is not Reaction.STOPS}
    for number, group in enumerate(found):  # what looks back stays with all of them
        last = number == len(found) - 1
        more = tuple(sorted((*group.steps, *(index for index in rest if last or index in says))))
        found[number] = Group(group.label, group.own, more, _time(more, seconds))
    return tuple(found)


def _labels(parts: Sequence[Part], chosen: Sequence[Iterable[int]]) -> list[str]:
    """A word for each group, all different: its kind of work, or where several do the same, what its step does."""
    kinds = [_label(parts, own) for own in chosen]
    found: list[str] = []
    for own, kind in zip(chosen, kinds, strict=True):
        words = (word for index in sorted(own) if (word := _word(parts[index].step)) not in ("", *found))
        label = next(words, kind) if kinds.count(kind) > 1 else kind
        number, first = 2, label
        while label in found:
            label = f"{first}-{number}"
            number += 1
        found.append(label)
    return found


def _label(parts: Sequence[Part], own: Iterable[int]) -> str:
    """The kind of work of a group, `checks` for several kinds that only look."""
    kinds = [kind for kind in KINDS if any(kind in parts[index].kinds for index in own)]
    if len(kinds) > 1 and set(kinds) <= {"types", "lint", "scan", "format"}:
        return "checks"
    return kinds[0] if kinds else "rest"


def _superseded(parts: Sequence[Part], steps: Sequence[int]) -> Iterator[int]:
    """Steps that set up what the next one sets up anew, so that nothing runs in between."""
    for index, following in pairwise(steps):
        one, other = parts[index].step, parts[following].step
        if parts[index].role is not Role.PREPARES or one.uses is None or other.uses is None or one.id:
            continue
        tools = "setup-" in one.uses.name and [each.name for each in one.inputs] == [each.name for each in other.inputs]
        if tools and one.uses.name == other.uses.name and one.condition is None is other.condition:
            yield index


_DROPPED = re.compile(
    r"(?:run|npm|yarn|pnpm|npx|bun|cargo|make|just|python3?|bash|sh|go|exec|the|on|in|of|for|and|with|a|tests?|suite|sudo"
    r"|[0-9]+|true|false)\Z"
)


def _word(step: Step) -> str:
    """A word or two by which a step can be told from others, `""` where there is none."""
    words = [word for word in re.split(r"[^a-z0-9]+", step_name(step).lower()) if word and not _DROPPED.match(word)]
    return words[0] if words and len(words[0]) < 16 else ""
