"""Whether an install may be one of exactly what the lock file lists: the proof for the command in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from needful.dependence.obligations import Obligation, obligation
from needful.dependence.situation import Situation
from needful.effects.caches import caches
from needful.effects.channels import Channel, Way
from needful.effects.commands import calls
from needful.effects.installs import Install, installs
from needful.effects.job import job_scope
from needful.effects.names import Scope, is_literal, show
from needful.effects.project.frozen_locks import does_not_fit
from needful.effects.runners import lasting
from needful.effects.step import StepEffects
from needful.effects.work import inside_repository
from needful.facts.frozen_installs import Frozen, frozen
from needful.workflow.model import Job, Step

FITS = "an install from the lock file alone installs the same"
ALONE = "nobody counts on what an install changes or finds"
_MODULES = "node_modules"
_NODE = frozenset({"npm", "yarn", "pnpm"})
_RUN_FROM = re.compile(r"\A(?:node(?: --?[\w=-]+)* )?(?:\./)?node_modules/[\w@./-]+(?=\s|\Z)")
"""A program that is run from where it was installed."""
_CHANGES = re.compile(r"pull-request|auto-commit|add-and-commit|changed|lock")


def why_not_frozen(situation: Situation, job: Job, step: StepEffects, other: Frozen) -> str:
    """Why the lock file may not be enough for a step that installs; `""` where it is."""
    folder = _folder(step)
    if folder is None:
        return f"nobody knows in which folder `{job.id}` installs"
    lock = next((name for name in other.locks if situation.repository.has(f"{folder}/{name}".lstrip("/"))), "")
    if not lock:
        return f"there is no {' or '.join(other.locks)} where `{job.id}` installs"
    return does_not_fit(other.manager, folder, lock, situation.repository)


def why_not_alone(situation: Situation, job: Job, step: StepEffects) -> str:
    """Who counts on what an install changes or finds, in words that follow the job's name; `""` for nobody."""
    if lasting(situation.workflow, job, job_scope(situation.workflow, job, Scope(job.id.lower()))):
        return "runs on a machine that may keep what is installed"
    before, folder = True, _folder(step)
    for other in situation.steps[job.id.lower()]:
        if other.site.step.path == step.site.step.path:
            before = False
            continue
        if before and any(_is_here(one, folder) for one in installs(other, situation.repository)):
            return "installs something else before"
        uses = other.site.step.uses
        if any(_MODULES in show(cache.paths) for cache in caches(other.site)):
            return "keeps what is installed in a cache"
        if uses is not None and (other.unknown is not None or _CHANGES.search(uses.name)):
            return f"uses {uses.text.value}, which may look at the lock file"
        if why := _looks(other):
            return why
    return ""


def _folder(step: StepEffects) -> str | None:
    """The folder of the repository in which a step runs, None if not known."""
    folder = step.site.folder
    return inside_repository(step.site, folder) if is_literal(folder) else None


def _is_here(one: Install, folder: str | None) -> bool:
    """Whether packages may be installed into the same folder."""
    return one.manager in _NODE and (one.folder is None or one.folder == folder)


def _looks(step: StepEffects) -> str:
    """What in a step looks at the files that an install may change, or fills the folder that it replaces."""
    for effect in step.effects:
        if effect.channel is Channel.REF and effect.way is Way.WRITES:
            return f"pushes: it {effect.evidence.text}"
    for deed in step.deeds:
        if any(
            call.path[:1] == ("git",) and call.path[1:2] not in (("config",), ("submodule",))
            for call in calls(deed.command)
        ):
            return f"looks at the files afterwards: it runs `{deed.command.text}`"
        text = _RUN_FROM.sub("", deed.command.text)
        if "-lock" in text or "yarn.lock" in text or _MODULES in text:
            return f"works on what is installed: it runs `{deed.command.text}`"
    return ""


def of_installs(before: Situation, after: Situation) -> Iterator[Obligation]:
    """What has to be shown where a command that installs became another."""
    pairs = [
        (new, old_step, new_step)
        for old in before.workflow.jobs
        if (new := after.workflow.job(old.id)) is not None
        for old_step, new_step in zip(old.all_steps(), new.all_steps(), strict=False)
        if _command(old_step) != _command(new_step)
    ]
    yield obligation(FITS, "package.json and lock file were compared", next(_unfit(after, pairs), ""))
    others = (f"`{job.id}` {why}" for job, _, new in pairs if (why := _others(after, job, new)))
    shown = "nothing else in these jobs looks at what is installed from outside, or keeps it"
    yield obligation(ALONE, shown, next(others, ""))


def _unfit(situation: Situation, pairs: list[tuple[Job, Step, Step]]) -> Iterator[str]:
    for job, old, new in pairs:
        other = frozen(_command(old))
        step = _found(situation, job, new)
        if other is None or other.command != _command(new) or step is None:
            yield f"`{_command(new)}` is not known to install what `{_command(old)}` does"
        elif why := why_not_frozen(situation, job, step, other):
            yield why


def _others(situation: Situation, job: Job, step: Step) -> str:
    found = _found(situation, job, step)
    return why_not_alone(situation, job, found) if found is not None else ""


def _found(situation: Situation, job: Job, step: Step) -> StepEffects | None:
    steps = situation.steps[job.id.lower()]
    return next((one for one in steps if one.site.step.path == step.path and one.site.file is one.site.workflow), None)


def _command(step: Step) -> str:
    return step.run.value.strip() if step.run is not None else ""
