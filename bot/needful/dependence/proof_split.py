"""What has to be kept where the steps of a job become several jobs, whoever chose which.

It compares two texts. Where the job kept its name for one that only looks at results, whoever waited for it sees what
they saw; where it kept its name and some of its steps, whoever waited for it has to wait for the others as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from needful.dependence.gate import CANCELLED, STANDS_FOR, not_a_gate, sees_cancelled
from needful.dependence.matrix_parts import cached_by_id, noticed, tied
from needful.dependence.obligations import Obligation, obligation
from needful.dependence.parts import Part, came_of, jobs_of, mapping
from needful.dependence.proof_same import split_alike
from needful.dependence.situation import Situation
from needful.dependence.step_conditions import Reaction, reaction
from needful.dependence.step_links import asks_for, handed_on, harm, step_name
from needful.document.nodes import Plain
from needful.effects.traces import Footprint
from needful.workflow.model import Job

EVERY_STEP = "every step stands in one of the jobs at least, in the order that it had"
HANDED = "every step finds what the steps before it leave for it"
ONCE = "what several jobs do harms nobody by being done twice"
AFTER_FAILURE = "nothing lasting is done that a failure before it would have prevented"
ASKED = "no step asks how steps ended that another job has now"
SEPARATE = "nothing depends on all steps being one job's"
CACHED = "caches are found under the keys that they had"


def of_split(before: Situation, after: Situation) -> Iterator[Obligation]:
    """The obligations of jobs whose steps moved to jobs of their own."""
    splits = list(_splits(before, after))
    names = " and ".join(f"`{split.job.id}`" for split in splits)
    for what, shown, question in (
        (EVERY_STEP, f"the steps of {names} were compared after writing", _unlike),
        (STANDS_FOR, "it waits for all of them and was played for every result that they can have", _no_gate),
        (CANCELLED, "nobody asks, or is told the same of a failure", _cancelled),
        (HANDED, "what the others do writes nothing that it reads", _missing),
        (ONCE, "what they have in common stays on their machines", _twice),
        (AFTER_FAILURE, "the steps only check", _lasting),
        (ASKED, "no `if` and no expression does", _judging),
        (
            SEPARATE,
            "it has no group, no environment, no machine of its own, and does not ask for itself",
            _tied,
        ),
        (CACHED, "no action in it is known to name its cache after the job", _by_id),
    ):
        yield obligation(what, shown, next((why for split in splits for why in question(split)), ""))


@dataclass(frozen=True)
class _Split:
    """A job whose steps several jobs have. `made` are these, by the steps (places in the old job) that each has."""

    before: Situation
    after: Situation
    job: Job
    old: Mapping[str, Plain]
    new: Mapping[str, Mapping[str, Plain]]

    @cached_property
    def gate(self) -> bool:
        """Whether the job itself does no work any more."""
        return self.new[self.job.id].get("steps") != self.old.get("steps") and not self._has(self.job.id)

    @cached_property
    def made(self) -> Mapping[str, tuple[int, ...]]:
        names = [name for name in self.new if name != self.job.id or not self.gate]
        return {name: self._has(name) for name in names}

    def _has(self, name: str) -> tuple[int, ...]:
        """The old steps that a job has, in order; nothing if it has others."""
        steps, found = self.old.get("steps"), []
        rest = iter(enumerate(steps if isinstance(steps, list) else []))
        own = self.new[name].get("steps")
        for step in own if isinstance(own, list) else []:
            index = next((index for index, other in rest if repr(other) == repr(step)), None)
            if index is None:
                return ()
            found.append(index)
        return tuple(found)

    @cached_property
    def prints(self) -> tuple[Footprint, ...]:
        return self.before.footprints[self.job.id.lower()]

    def name(self, index: int) -> str:
        return f"“{step_name(self.job.steps[index])}”"

    def apart(self) -> Iterator[tuple[int, int]]:
        """Pairs of steps of which the first no longer comes before the second, which another job has."""
        for has in self.made.values():
            for later in has:
                yield from ((earlier, later) for earlier in range(later) if earlier not in has)


def _splits(before: Situation, after: Situation) -> Iterator[_Split]:
    old, new = (jobs_of(situation.workflow.document.plain) for situation in (before, after))
    found = came_of(old, new, frozenset({Part.SPLIT})) or {}
    for name, made in found.items():
        if len(made) > 1:
            yield _Split(before, after, before.job(name), old[name], {each: new[each] for each in made})


def _unlike(split: _Split) -> Iterator[str]:
    if why := split_alike(split.old, split.job.id, split.new):
        yield f"`{split.job.id}` {why}"
    if not all(split.made.values()) or len(split.prints) != len(split.job.steps):
        yield f"`{split.job.id}` has other steps than before"
    seen = {index for has in split.made.values() for index in has}
    yield from (f"no job has {split.name(index)}" for index in range(len(split.job.steps)) if index not in seen)


def _no_gate(split: _Split) -> Iterator[str]:
    names = list(split.made)
    if split.gate:
        if why := not_a_gate(split.new[split.job.id], split.old, names):
            yield f"`{split.job.id}` {why}"
        yield from _outputs(split, names)
        return
    others = " and ".join(f"`{name}`" for name in names if name != split.job.id)
    if (seen := noticed(split.before, split.job.id.lower())) is not None:
        yield seen.text
    wanted = {name.lower() for name in names}
    for job in split.after.workflow.jobs:
        needs = split.after.graph.needs[job.id.lower()]
        if split.job.id.lower() in needs and not wanted <= needs:
            yield f"`{job.id}` does not wait for {others}"
    yield f"{others} shows as a check of its own, which only you can make a required one"


def _cancelled(split: _Split) -> Iterator[str]:
    if split.gate and (seen := sees_cancelled(split.before, split.job.id.lower())) is not None:
        yield seen.text


def _outputs(split: _Split, names: list[str]) -> Iterator[str]:
    """The outputs of a job, which now come from the jobs that have the steps."""
    given = mapping(split.new[split.job.id].get("outputs"))
    if given.keys() != mapping(split.old.get("outputs")).keys():
        yield f"`{split.job.id}` has other outputs than before"
    for key, value in mapping(split.old.get("outputs")).items():
        sources = [
            name
            for name in names
            if given.get(key) == f"${{{{ needs.{name}.outputs.{key} }}}}"
            and repr(mapping(split.new[name].get("outputs")).get(key)) == repr(value)
        ]
        asked = {step.id for step in split.job.steps if step.id and f"steps.{step.id}." in str(value)}
        has = {split.job.steps[index].id for name in sources for index in split.made[name]}
        if not sources or not asked <= has or not asked:
            yield f"the output `{key}` of `{split.job.id}` would be another one"


def _missing(split: _Split) -> Iterator[str]:
    for earlier, later in split.apart():
        one, other = split.prints[earlier], split.prints[later]
        if asks_for(other.step, one.step.id):
            yield f"{split.name(later)} asks for {split.name(earlier)} by its id"
        for clash in handed_on(one, other):
            yield f"{split.name(earlier)} and {split.name(later)}: {clash.text}"


def _twice(split: _Split) -> Iterator[str]:
    for index in range(len(split.job.steps)):
        if sum(index in has for has in split.made.values()) > 1 and (seen := _lasts(split, index)):
            yield f"{split.name(index)} stands in several jobs: {seen}"


def _lasts(split: _Split, index: int) -> str:
    """What a step leaves outside of its job, `""` where that is nothing, or only a cache."""
    path = split.job.steps[index].path
    for step in split.before.steps[split.job.id.lower()]:
        if step.site.step.path != path or step.site.file is not step.site.workflow:
            continue
        if (seen := next(step.outlasting(), None)) is not None:
            return seen.text
    return ""


def _lasting(split: _Split) -> Iterator[str]:
    effects = split.before.effects[split.job.id.lower()]
    yield from (seen.text for seen in (*effects.irreversible, *effects.dangers))
    for earlier, later in split.apart():
        print_ = split.prints[later]
        if reaction(print_.step.condition) is Reaction.STOPS and (seen := harm(print_)):
            if why := _lasts(split, later):
                yield f"{split.name(later)} no longer waits for {split.name(earlier)}: {why}"
            elif print_.kinds == frozenset() and later in _moved(split):
                yield f"{split.name(later)} no longer waits for {split.name(earlier)}: {seen.text}"


def _moved(split: _Split) -> frozenset[int]:
    counts = [sum(index in has for has in split.made.values()) for index in range(len(split.job.steps))]
    return frozenset(index for index, count in enumerate(counts) if count == 1)


def _judging(split: _Split) -> Iterator[str]:
    for _, later in split.apart():
        if reaction(split.job.steps[later].condition) is Reaction.JUDGES:
            yield f"the `if` of {split.name(later)} asks for failures"


def _tied(split: _Split) -> Iterator[str]:
    if why := tied(split.job):
        yield f"`{split.job.id}` {why}"
    disk = split.before.effects[split.job.id.lower()].disk
    yield from (seen.text for seen in disk)


def _by_id(split: _Split) -> Iterator[str]:
    if action := cached_by_id(split.job):
        yield f"the cache of {action} goes by the id of the job"
