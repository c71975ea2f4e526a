"""Whether a job's machine, and those who read its workflow, understand steps that run at once."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from needful.dependence.parts import mapping
from needful.document.parse import parse
from needful.effects.job import job_scope
from needful.effects.names import Scope
from needful.effects.runners import labels
from needful.errors import UserError
from needful.facts.step_syntax import StepLinter, step_syntax
from needful.source import Source
from needful.workflow.model import Job, Workflow
from needful.workflow.repository import Repository


class Refuser(NamedTuple):
    """A linter that refuses the keys: where it is run, and the entry of its settings with which it would not."""

    name: str
    where: str
    entry: str


class Machine(NamedTuple):
    """Why a job may run where the keys are not known, `""` where it runs on a machine of GitHub's own.

    `never`: it is not worth asking anybody about.
    """

    doubt: str
    never: bool = False


def machine(workflow: Workflow, job: Job) -> Machine:
    """What is known of the machine of a job.

    Runners that people keep have a version of their own, and GitHub Enterprise Server has no such keys. Companies that
    rent out runners keep them new, but nobody can tell that from a label.
    """
    if job.runner_group is not None or not job.runs_on:
        return Machine(f"`{job.id}` runs on a group of runners, of which nobody knows the version", never=True)
    syntax = step_syntax()
    found = [
        (label, label or text.value)
        for text in job.runs_on
        for label in labels(text, job, job_scope(workflow, job, Scope(job.id.lower())))
    ]
    others = [(label, said) for label, said in found if not syntax.hosted.match(label)]
    if others:
        # one of several labels may be that of a machine that people keep: then it is for them to say
        told = [label for label, _ in others if label and "${{" not in label and not syntax.rented.match(label)]
        never = len(told) == len(found)
        return Machine(f"`{job.id}` may run on `{others[0][1]}`, which is no runner of GitHub's own", never)
    return Machine(f"`{job.id}` runs in a container" if job.container is not None else "")


def not_hosted(workflow: Workflow, job: Job) -> str:
    """Why a job may run where the keys are not known, `""` where it runs on a machine of GitHub's own."""
    return machine(workflow, job).doubt


def never_able(workflow: Workflow, job: Job) -> bool:
    """Whether a job may run on machines of which nobody can know whether they have the keys."""
    return machine(workflow, job).never


@lru_cache(maxsize=64)
def enterprise(repository: Repository) -> str:
    """Where a workflow shows that it may run on GitHub Enterprise Server, `""` where none does."""
    for path in repository.paths:
        for number, line in enumerate((repository.text(path) or "").splitlines(), 1):
            if found := step_syntax().enterprise.search(line):
                return f"{path}:{number} speaks of GitHub Enterprise Server (`{found[0]}`), which has no such keys"
    return ""


@lru_cache(maxsize=256)
def refusers(repository: Repository, path: str, *, asked: bool = False) -> tuple[Refuser, ...]:
    """The linters of a repository that would refuse the workflow at `path`, each where it is first seen.

    `asked`: an expression asks for a step of a group by its id.
    """
    seen = zip(step_syntax().linters, _first_mentions(repository), strict=True)
    return tuple(
        Refuser(linter.name, where, _entry(linter, path, asked=asked))
        for linter, where in seen
        if where and not _ignored(repository, linter, path, asked=asked)
    )


def refusal(repository: Repository, path: str, *, asked: bool = False) -> str:
    """Why a linter forbids the keys in the workflow at `path`, and what would make it allow them; `""` if none does."""
    for refuser in refusers(repository, path, asked=asked):
        cure = f"; it would not with\n{refuser.entry}" if refuser.entry else ""
        return f"{refuser.name} ({refuser.where}) refuses steps that run at once{cure}"
    return ""


@lru_cache(maxsize=64)
def _first_mentions(repository: Repository) -> tuple[str, ...]:
    """Where each linter is first seen, `""` for one that is not."""
    return tuple(next(_mentions(repository, linter), "") for linter in step_syntax().linters)


def _mentions(repository: Repository, linter: StepLinter) -> Iterator[str]:
    for place in (*repository.paths, *step_syntax().places, *linter.settings):
        text = repository.text(place)
        if text is None:
            continue
        if place in linter.settings:
            yield place
        for number, line in enumerate(text.splitlines(), 1):
            if linter.mentions.search(line.partition(" #")[0]) and not line.lstrip().startswith("#"):
                yield f"{place}:{number}"


def _ignored(repository: Repository, linter: StepLinter, path: str, *, asked: bool) -> bool:
    """Whether the settings tell the linter already to ignore all that it says of the keys."""
    patterns = [pattern for settings in linter.settings for pattern in _patterns(repository, settings, path)]
    said = (*linter.refusals, *([linter.hides] if asked and linter.hides else ()))
    return bool(said) and all(any(_finds(pattern, each) for pattern in patterns) for each in said)


def _patterns(repository: Repository, settings: str, path: str) -> Iterator[str]:
    text = repository.text(settings)
    try:
        plain = mapping(parse(Source(settings, text)).plain) if text is not None else {}
    except UserError:
        return
    for glob, rows in mapping(plain.get("paths")).items():
        ignored = mapping(rows).get("ignore")
        if fnmatch.fnmatchcase(path, glob.replace("**/", "*")) and isinstance(ignored, list):
            yield from map(str, ignored)


def _finds(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def _entry(linter: StepLinter, path: str, *, asked: bool) -> str:
    """The entry of the settings with which the linter takes the keys, `""` where there is no such thing."""
    if not linter.settings:
        return ""
    patterns = (*linter.ignore, *([linter.ignore_hidden] if asked and linter.ignore_hidden else ()))
    lines = ("paths:", f"  {path}:", "    ignore:", *(f"      - '{pattern}'" for pattern in patterns))
    return "\n".join((f"# {linter.settings[0]}", *lines))
