"""Keep what pre-commit, Composer and other tools download.

## Why

pre-commit installs every hook into an environment of its own, and Composer downloads every package, in every run. No
set-up action keeps that from one run to the next, but `actions/cache` can. The same holds for prek, Bun, Stack and
Dart, and for NuGet without a lock file.

## What it does

It adds a step with `actions/cache` before the first step that runs the tool. The key holds the system and the file that
says what is downloaded, for hooks also where Python is, because their environments point there. Where Composer or Dart
have no lock file, or are told to look for what is newest, that is the manifest, with the parts of the matrix that the
steps before depend on. For NuGet it is all project files. The action is named by the SHA that the repository uses
elsewhere, otherwise by that of a release.

## The cost

A run with another lock file than the last one takes some seconds longer, because it saves the new cache. Caches share
the space that a repository has (10 GB). The benefit begins after the first run on the default branch. So the tier is
`trade`.

## When it is left for review

- A comment in the job speaks of caches: somebody has thought of it.
- No run on the default branch would fill the cache: a pull request then finds only what its own earlier runs saved.

## When it stays silent

- the job may write more than comments and checks, or ask for an OIDC token; it publishes, deploys, or makes what such a
  job publishes;
- the workflow runs on releases, tags, or events that strangers can start, or is called by other workflows;
- it runs by hand, once a week or more rarely, or for changes below `.github` only: a cache is deleted after seven days;
- a comment in the job speaks against a cache, or is one that was taken out;
- something keeps the downloads already: another cache action, a local or an unknown action that sets up;
- the job runs in a container, on a machine that somebody keeps, or has a `cache-mode` of its own;
- the file on which the key stands is not in the repository, or pre-commit's configuration names no repository;
- NuGet has lock files: then the set-up action can keep what they list; or somebody switched its cache off;
- no step names the tool, and none runs scripts of a project with its lock file in the root: no commands are read then;
- the command asks for single packages or another configuration, or its step has a condition;
- a variable or option may tell the tool to keep its downloads elsewhere;
- nobody knows where the tool keeps them on this system, or a cache is slow there (NuGet, Stack and prek on Windows);
- recorded runs show that the step takes less than five seconds, or that a cache was taken out.

Browsers of Playwright are left alone: its authors advise against caching them, because to restore them takes as long as
to download them (https://playwright.dev/docs/ci#caching-browsers).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cache

from needful.dependence.analysis import Analysis
from needful.dependence.cache_times import needless
from needful.dependence.cache_worth import unfilled
from needful.dependence.caching import held, legs_in, moved, spoken_against, thought_of, unfit, unfit_as_written
from needful.dependence.parts import Part
from needful.document.nodes import Plain
from needful.document.operations import InsertItem, Noted
from needful.effects.installs import Install, installs
from needful.effects.project.found import found as find
from needful.effects.step import StepEffects
from needful.facts.set_up_caches import pin, set_up
from needful.facts.tool_downloads import Downloads, tools
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.workflow.model import Job, Step, Text
from needful.workflow.repository import Repository
from needful.workflow.uses import Named, pinned

_ACTION = "actions/cache"
_FROM_ELSEWHERE = re.compile(r"""(?m)^\s*-?\s*["']?repo["']?\s*:\s*["']?(?!local\b|meta\b|\s|#)\S""")
_NAMES = {"composer": "Composer", "dotnet": "NuGet", "bun": "Bun", "stack": "Stack"}
_SCRIPTS = (
    "Makefile",
    "justfile",
    "package.json",
    "tox.ini",
    "noxfile.py",
    "pyproject.toml",
    "Taskfile.yml",
    "tasks.py",
)
"""Where commands are written down that steps run by other names."""
_LEADS_ON = re.compile(r"\b(?:make|just|npm|npx|yarn|pnpm|tox|nox|uvx?|task|invoke|hatch|pdm|pixi|poetry)\b|\.sh\b")
_UPDATES = frozenset({"update", "u", "upgrade"})
_MANY = 20
"""Combinations of a matrix past which they share one cache."""
_HOOKS = frozenset({"pre-commit", "prek"})
_PLAIN = re.compile(r"[\w./@+ -]+\Z")
"""Paths that mean nothing but themselves in `hashFiles('…')`."""


def subjects(analysis: Analysis) -> Iterator[Subject]:
    """Each tool that a job may run: that a step names, or that scripts name while a lock file of it is in the root.

    Else no commands are read for it.
    """
    repository = analysis.repository
    locked = [tool for tool, facts in tools().items() if any(map(repository.has, facts.locks))]
    texts = (repository.text(name) or "" for name in (_SCRIPTS if locked else ()))
    written = {program for text in texts for program in _named(text)}
    for job in analysis.workflow.jobs:
        if job.uses is not None or not any(step.run is not None for step in job.steps):
            continue
        script = "\n".join(text.value for step in job.all_steps() for text in _scripts(step))
        named = _named(script)
        leads = locked if _LEADS_ON.search(script) else ()
        for tool, facts in tools().items():
            behind = tool in leads and (".sh" in script or not written.isdisjoint(facts.programs))
            if behind or not named.isdisjoint(facts.programs):
                yield job.id, tool


def _named(text: str) -> set[str]:
    """The programs of tools that a text names as words."""
    there = [program for program in _programs() if program in text]
    return {program for program in there if re.search(rf"\b{program}\b", text)}


@cache
def _programs() -> tuple[str, ...]:
    return tuple(program for facts in tools().values() for program in facts.programs)


def _scripts(step: Step) -> Iterator[Text]:
    """What a step runs, or hands to an action that may run it."""
    if step.run is not None:
        yield step.run
    yield from (one.value for one in step.inputs)


def _is_settled(steps: tuple[StepEffects, ...], tool: str) -> bool:
    """Whether somebody has decided about the cache of a set-up action that could keep the same."""
    for step in steps:
        facts = set_up(step.site.step.uses.name) if step.site.step.uses is not None else None
        if facts is not None and tool in facts.managers and step.site.step.input(facts.input) is not None:
            return True
    return False


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation = analysis.situation
    job, tool = situation.workflow.job(subject[0]), subject[1]
    if job is None or job.uses is not None or tool not in tools() or unfit_as_written(situation, job):
        return None
    steps, facts = situation.steps[job.id.lower()], tools()[tool]
    found = _commands(analysis, steps, tool)
    if not found or held(steps, tool) or moved(steps, facts.moved_by) or _is_settled(steps, tool):
        return None
    if spoken_against(situation, job):
        return None
    step, install = found[0]
    files = _key_files(analysis.repository, tool, facts, [one for _, one in found])
    index, name = _index(job, step), pinned(analysis.repository, _ACTION) or _pinned()
    if not files or index is None or name is None or needless(situation, job, (step,)) or unfit(situation, job):
        return None
    if facts.systems and step.site.scope.runner not in facts.systems:
        return None
    paths = _paths(facts, step.site.scope.runner)
    varies = any(posixpath.basename(file) in facts.unlocked for file in files)
    commands = [set(one.deed.command.text.split()) for _, one in found]
    options = tuple(option for option in facts.fewer if all(option in words for words in commands))
    prefix = _prefix(job, index, facts, (_NAMES.get(tool, tool).lower(), *options), varies=varies)
    doubt = thought_of(situation, job) or unfilled(situation, job)
    deed, named = install.deed, _NAMES.get(tool, tool)
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW if doubt else Tier.TRADE,
        subject=subject,
        at=step.site.step.span,
        title=f"`{job.id}` can keep what {named} downloads",
        because=(doubt or f"`{job.id}` downloads the same in every run, and nothing keeps it"),
        evidence=(step.site.seen(f"`{job.id}` runs `{deed.command.text}`", deed.spot.line, deed.spot.way),),
        operations=(InsertItem((*job.path, "steps"), index, _step(name, prefix, facts, paths, files)),),
        cost="a run with another lock file saves it, which takes some seconds; caches share the repository's space",
        parts=frozenset({Part.CACHES}),
    )


def _commands(analysis: Analysis, steps: tuple[StepEffects, ...], tool: str) -> list[tuple[StepEffects, Install]]:
    """All commands that download, each with its step; none where one of them downloads a part, or anew."""
    found = [(step, one) for step in steps for one in installs(step, analysis.repository) if one.manager == tool]
    return found if all(one.whole and not one.anew for _, one in found) else []


def _key_files(repository: Repository, tool: str, facts: Downloads, wanted: list[Install]) -> tuple[str, ...]:
    """The files and patterns that say what is downloaded; none where one command has none, or nothing is."""
    if facts.everywhere:
        there = any(one.folder is None for one in wanted) or any(find(repository, one) for one in facts.instead)
        return () if there else tuple(pattern for pattern in facts.everywhere if find(repository, pattern))
    files = [_lock(repository, tool, facts, one) for one in wanted]
    return tuple(dict.fromkeys(files)) if all(map(_PLAIN.match, files)) else ()


def _lock(repository: Repository, tool: str, facts: Downloads, install: Install) -> str:
    """The file of the repository that says what is downloaded; `""` where there is none, or nothing is."""
    if install.folder is None:
        return ""
    if tool not in _HOOKS:
        updates = tool == "composer" and not _UPDATES.isdisjoint(install.deed.command.text.split())
        paths = (posixpath.join(install.folder, name) for name in (*(() if updates else facts.locks), *facts.unlocked))
        return next(filter(repository.has, paths), "")
    file = next((name for name in facts.locks if repository.has(name)), "")
    return file if file and _FROM_ELSEWHERE.search(repository.text(file) or "") else ""


def _index(job: Job, step: StepEffects) -> int | None:
    """Where the new step goes: before the step that downloads, if that is one of the job itself and always runs."""
    path = step.site.step.path
    if path[:3] != ("jobs", job.id, "steps") or len(path) != 4 or not isinstance(path[3], int):
        return None
    own = any(checkout.own and not checkout.folder for checkout in step.site.checkouts)
    return path[3] if own and step.site.step.condition is None else None


def _pinned() -> Named | None:
    found = pin(_ACTION)
    return Named(*found) if found is not None else None


def _prefix(job: Job, index: int, facts: Downloads, entry: tuple[str, ...], *, varies: bool) -> str:
    """How the key begins: what downloads other things must not be taken for the same, since the first to save wins.

    `entry` is the tool, and the options with which it does. Where no lock file says what is downloaded, that varies
    with the matrix.
    """
    actions = {step.uses.name for step in job.steps[:index] if step.uses is not None}
    parts = ["runner.os", "runner.arch", *(value for action, value in facts.key if action in actions)]
    legs = job.strategy.matrix.legs if job.strategy is not None and job.strategy.matrix is not None else ()
    if varies and legs is not None and len(legs) <= _MANY:
        parts += legs_in(job, (text for step in job.steps[: index + 1] for text in step.texts))
    name = "-".join(one.removeprefix("--") for one in entry)
    return f"{name}-{'-'.join(f'${{{{ {part} }}}}' for part in parts)}-"


def _paths(facts: Downloads, system: str) -> tuple[str, ...]:
    """Where a tool keeps its downloads on a system; on all where a matrix decides."""
    if system in ("", *facts.elsewhere):
        others = {path: None for name, paths in facts.elsewhere.items() if system in ("", name) for path in paths}
        return (*(() if system else facts.paths), *others)
    return facts.paths


def _step(name: Named, prefix: str, facts: Downloads, paths: tuple[str, ...], files: tuple[str, ...]) -> Noted:
    named = ", ".join(f"'{file}'" for file in files)
    inputs: dict[str, Plain] = {
        "path": "\n".join(paths) + ("\n" if len(paths) > 1 else ""),
        "key": f"{prefix}${{{{ hashFiles({named}) }}}}",
    }
    if facts.fallback:
        inputs["restore-keys"] = prefix
    return Noted({"uses": name.uses, "with": inputs}, beside=name.comment)


RULE = Rule(
    id="cache-downloads",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Keep what pre-commit, Composer, NuGet and others download, with actions/cache before the step.",
    subjects=subjects,
    propose=propose,
)
