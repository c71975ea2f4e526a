"""Install exactly what the lock file lists.

## Why

`npm install` works out anew what to install, and may change the lock file on the way: two runs of one commit can test
different packages. `npm ci` installs what the lock file lists, which is quicker, and fails where the file does not fit
the project.

## What it does

It puts `npm ci` in place of a step that is exactly `npm install`, and gives `--frozen-lockfile` to `yarn install` of
Yarn 1 and to `bun install`. pnpm, and Yarn from version 2 on, do so by themselves in CI. Options that mean the same in
both stay. Before that, `package.json` and the lock file are compared: what each workspace asks for has to be what the
lock file says that it asks for, and every package has to find there what it needs.

## The cost

A commit that changes `package.json` and not the lock file fails, as it should. So the tier is `trade`.

## When it stays silent

- the step runs anything else, installs packages by name, or has options that only the one command knows;
- there is no lock file in its folder, it does not fit `package.json`, or it does not say what was asked for (version 1
  of npm's, `bun.lockb`);
- packages are overridden or patched, or `.npmrc` says something of lock files: what is asked for stands elsewhere;
- the project has workspaces, and is installed by Yarn or Bun;
- `node_modules` is kept in a cache, or by the machine: `npm ci` begins by removing it;
- another step looks at the files of git, at the lock file or into `node_modules`, or pushes: it may be about what the
  install changes;
- nobody knows the folder in which the step installs, or an action of the job.
"""

from __future__ import annotations

from collections.abc import Iterator

from needful.dependence.analysis import Analysis
from needful.dependence.installing import why_not_alone, why_not_frozen
from needful.dependence.parts import Part
from needful.document.operations import ReplaceValue
from needful.effects.step import StepEffects
from needful.facts.frozen_installs import Frozen, frozen
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.workflow.model import Job, Step, Text


def subjects(analysis: Analysis) -> Iterator[Subject]:
    """Each job of which a step installs and does no more."""
    for job in analysis.workflow.jobs:
        if any(True for _ in _installing(job)):
            yield (job.id,)


def _installing(job: Job) -> Iterator[tuple[Step, Text, Frozen]]:
    for step in job.steps:
        other = frozen(step.run.value) if step.run is not None else None
        if other is not None and step.run is not None:
            yield step, step.run, other


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation = analysis.situation
    job = situation.workflow.job(subject[0])
    found = [one for one in _installing(job) if _is_enough(analysis, job, one[0], one[2])] if job is not None else []
    if job is None or not found:
        return None
    commands = " and ".join(dict.fromkeys(f"`{command.value.strip()}`" for _, command, _ in found))
    return Proposal(
        rule=RULE.id,
        tier=Tier.TRADE,
        subject=subject,
        at=found[0][0].span,
        title=f"`{job.id}` can install what the lock file lists",
        because=f"{commands} may work out anew what to install, and the lock file says it already",
        evidence=tuple(situation.evidence(run.span, f"`{job.id}` runs `{run.value.strip()}`") for _, run, _ in found),
        operations=tuple(ReplaceValue((*step.path, "run"), other.command) for step, _, other in found),
        cost="a commit that changes package.json and not the lock file fails",
        parts=frozenset({Part.INSTALLS}),
    )


def _is_enough(analysis: Analysis, job: Job, step: Step, other: Frozen) -> bool:
    """Whether the lock file is enough for a step, and nobody counts on more."""
    effects = _effects(analysis, job, step)
    if effects is None or why_not_frozen(analysis.situation, job, effects, other):
        return False
    return not why_not_alone(analysis.situation, job, effects)


def _effects(analysis: Analysis, job: Job, step: Step) -> StepEffects | None:
    steps = analysis.situation.steps[job.id.lower()]
    own = (one for one in steps if one.site.file is one.site.workflow)
    return next((one for one in own if one.site.step.path == step.path), None)


RULE = Rule(
    id="frozen-install",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Install exactly what the lock file lists, where it fits the project.",
    subjects=subjects,
    propose=propose,
)
