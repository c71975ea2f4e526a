"""Keep what pre-commit and Composer download.

## Why

pre-commit installs every hook into an environment of its own, and Composer downloads every package, in every run. No
set-up action keeps that from one run to the next, but `actions/cache` can.

## What it does

It adds a step with `actions/cache` before the first step that runs the tool. The key holds the system and the file that
says what is downloaded, for pre-commit also where Python is, because its environments point there. The action is named
by the SHA that the repository uses elsewhere, otherwise by that of a release.

## The cost

A run with another lock file than the last one takes some seconds longer, because it saves the new cache. Caches share
the space that a repository has (10 GB). The benefit begins after the first run on the default branch. So the tier is
`trade`.

## When it is left for review

A comment in the job speaks of caches: somebody has thought of it, or has switched one off.

## When it stays silent

- the job may write more than comments and checks, or ask for an OIDC token; it publishes, deploys, or makes what such a
  job publishes;
- the workflow runs on releases, tags, or events that strangers can start, or is called by other workflows;
- something keeps the downloads already: another cache action, a local or an unknown action that sets up;
- the job runs in a container, on a machine that somebody keeps, or has a `cache-mode` of its own;
- a lock file is not in the repository, or pre-commit's configuration names no repository to install from;
- no step names the tool itself, and no lock file of it lies in the root: then no commands are read for it;
- the command asks for single packages or another configuration, or its step has a condition;
- a variable may tell the tool to keep its downloads elsewhere, or Composer does not run on Linux;
- recorded runs show that the step takes less than five seconds, or that a cache was taken out.

Browsers of Playwright are left alone: its authors advise against caching them, because to restore them takes as long as
to download them (https://playwright.dev/docs/ci#caching-browsers).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from needful.dependence.analysis import Analysis
from needful.dependence.cache_times import needless
from needful.dependence.caching import held, moved, spoken_of, unfit, unfit_as_written
from needful.dependence.parts import Part
from needful.document.nodes import Plain
from needful.document.operations import InsertItem, Noted
from needful.effects.installs import Install, installs
from needful.effects.step import StepEffects
from needful.effects.work import Deed
from needful.facts.set_up_caches import pin
from needful.facts.tool_downloads import Downloads, tools
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.workflow.model import Job, Step
from needful.workflow.repository import Repository
from needful.workflow.uses import Named, pinned

_ACTION = "actions/cache"
_FROM_ELSEWHERE = re.compile(r"""(?m)^\s*-?\s*["']?repo["']?\s*:\s*["']?(?!local\b|meta\b|\s|#)\S""")
_NAMES = {"composer": "Composer"}
_PLAIN = re.compile(r"[\w./@+ -]+\Z")
"""Paths that mean nothing but themselves in `hashFiles('…')`."""


def subjects(analysis: Analysis) -> Iterator[Subject]:
    """Each tool that a job may run."""
    for job in analysis.workflow.jobs:
        if job.uses is None and any(step.run is not None for step in job.steps):
            yield from ((job.id, tool) for tool, facts in tools().items() if _is_likely(analysis, job, tool, facts))


def _is_likely(analysis: Analysis, job: Job, tool: str, facts: Downloads) -> bool:
    """Whether the project has a lock file in its root, or a step names the tool: else no commands are read for it."""
    named = any(tool in step.run.value for step in job.all_steps() if step.run is not None)
    return named or any(analysis.repository.has(name) for name in facts.locks)


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation = analysis.situation
    job, tool = situation.workflow.job(subject[0]), subject[1]
    if job is None or job.uses is not None or tool not in tools() or unfit_as_written(situation, job):
        return None
    steps, facts = situation.steps[job.id.lower()], tools()[tool]
    found = _commands(analysis, steps, tool)
    if not found or unfit(situation, job) or held(steps, tool) or moved(steps, facts.moved_by):
        return None
    step, install = found[0]
    locks = tuple(dict.fromkeys(_lock(analysis.repository, tool, facts, one) for _, one in found))
    index, name = _index(job, step), pinned(analysis.repository, _ACTION) or _pinned()
    if not all(map(_PLAIN.match, locks)) or index is None or name is None or needless(situation, job, (step,)):
        return None
    if facts.systems and step.site.scope.runner not in facts.systems:
        return None
    deed, doubt = install.deed, spoken_of(situation, job)
    said = _NAMES.get(tool, tool)
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW if doubt else Tier.TRADE,
        subject=subject,
        at=step.site.step.span,
        title=f"`{job.id}` can keep what {said} downloads",
        because=(
            f"a comment in `{job.id}` speaks of caches: “{doubt}”"
            if doubt
            else f"`{job.id}` downloads the same in every run, and nothing keeps it"
        ),
        evidence=(step.site.seen(f"`{job.id}` runs `{deed.command.text}`", deed.spot.line, deed.spot.way),),
        operations=(
            InsertItem(
                (*job.path, "steps"), index, _step(name, _entry(tool, facts, deed), facts, locks, job.steps[:index])
            ),
        ),
        cost="a run with another lock file saves it, which takes some seconds; caches share the repository's space",
        parts=frozenset({Part.CACHES}),
    )


def _commands(analysis: Analysis, steps: tuple[StepEffects, ...], tool: str) -> list[tuple[StepEffects, Install]]:
    """All commands that download, each with its step; none where one of them downloads a part, or anew."""
    found = [(step, one) for step in steps for one in installs(step, analysis.repository) if one.manager == tool]
    return found if all(one.whole and not one.anew for _, one in found) else []


def _lock(repository: Repository, tool: str, facts: Downloads, install: Install) -> str:
    """The file of the repository that says what is downloaded; `""` where there is none, or nothing is."""
    if install.folder is None:
        return ""
    if tool != "pre-commit":
        return next((path for name in facts.locks if repository.has(path := posixpath.join(install.folder, name))), "")
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


def _entry(tool: str, facts: Downloads, deed: Deed) -> str:
    """How the key begins: what downloads less must not be taken for all of it, since the first job to save wins."""
    options = [option for option in facts.fewer if option in deed.command.text.split()]
    return "".join((tool, *(option[1:] for option in options)))


def _step(name: Named, entry: str, facts: Downloads, locks: tuple[str, ...], before: tuple[Step, ...]) -> Noted:
    actions = {step.uses.name for step in before if step.uses is not None}
    parts = ("runner.os", "runner.arch", *(value for action, value in facts.key if action in actions))
    prefix = f"{entry}-{'-'.join(f'${{{{ {part} }}}}' for part in parts)}-"
    named = ", ".join(f"'{lock}'" for lock in locks)
    inputs: dict[str, Plain] = {
        "path": "\n".join(facts.paths) + ("\n" if len(facts.paths) > 1 else ""),
        "key": f"{prefix}${{{{ hashFiles({named}) }}}}",
    }
    if facts.fallback:
        inputs["restore-keys"] = prefix
    return Noted({"uses": name.uses, "with": inputs}, beside=name.comment)


RULE = Rule(
    id="cache-downloads",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Keep what pre-commit and Composer download, with actions/cache before the step that runs them.",
    subjects=subjects,
    propose=propose,
)
