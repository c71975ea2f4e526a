"""Let a set-up action keep what the package manager downloads.

## Why

A job that installs its dependencies downloads all of them in every run. The set-up actions of GitHub can keep them from
one run to the next, with one line: `cache: npm`.

## What it does

It switches on the cache of the set-up action that the job uses: `actions/setup-node` for npm, Yarn and pnpm,
`actions/setup-python` for pip, pipenv and Poetry, `actions/setup-java` for Maven, Gradle and sbt, `actions/setup-go`
before version 4, `astral-sh/setup-uv` before version 5, `pdm-project/setup-pdm`, and `actions/setup-dotnet` and
`denoland/setup-deno` where there is a lock file. `ruby/setup-ruby` installs what Bundler would by itself, so its cache
is switched on where the next command is a plain `bundle install` on Linux. Where pnpm is set up behind Node.js, or
without it, `pnpm/action-setup` keeps its store. Where the files that say what is installed do not lie where the action
looks for them, an input of the action names them. For `npm install` in a project without a lock
file that is `package.json`, and where only a script knows the folder, the only lock file that the repository has.

## The cost

A run with other dependencies than the last one takes a few seconds longer, because it saves the new cache. Caches share
the space that a repository has (10 GB). The benefit begins after the first run on the default branch, since other
branches cannot see each other's caches. So the tier is `trade`.

## When it is left for review

- A comment in the job speaks of caches: somebody has thought of it.
- No run on the default branch would fill the cache: a pull request then finds only what its own earlier runs saved.

## When it stays silent

- the job may write more than comments and checks, or ask for an OIDC token; it publishes, deploys, or makes what such a
  job publishes;
- the workflow runs on releases, tags, or events that strangers can start, or is called by other workflows;
- it runs by hand, once a week or more rarely, or for changes below `.github` only: a cache is deleted after seven days;
- a comment in the job speaks against a cache, or is one that was taken out;
- something keeps the downloads already: the action by default, another cache action, a local or an unknown action;
- the job runs in a container, on a machine that somebody keeps, or has a `cache-mode` of its own;
- the file on which the key stands is not in the repository, or is checked out after the action needs it;
- the version of the action cannot do it, or nobody knows which version it is;
- somebody switched the cache off;
- the command asks for what is newest, or for no cache (`--pre`, `--no-cache-dir`);
- the command installs no more than a tool or two by name, itself or in an environment of tox, or a project that needs
  nothing: that gains seconds at best;
- recorded runs show that the steps which install take less than five seconds, or that a cache was taken out;
- the job checks out other repositories as well, uses uv, or publishes to its own Maven repository.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from needful.dependence.analysis import Analysis
from needful.dependence.cache_times import needless
from needful.dependence.cache_worth import filled_elsewhere, unfilled
from needful.dependence.caching import (
    added_inputs,
    held,
    moved,
    spoken_against,
    thought_of,
    unfit,
    unfit_as_written,
    version_of,
)
from needful.dependence.parts import Part
from needful.document.nodes import Plain
from needful.effects.installs import Install, installs
from needful.effects.lock_files import BY_GLOB, key_files, lock_fits
from needful.effects.names import show
from needful.effects.step import StepEffects
from needful.effects.walk import Site
from needful.facts.set_up_caches import SetUp, set_up
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.workflow.model import Job

_MOVED = {"deno": ("DENO_DIR",), "uv": ("UV_CACHE_DIR", "UV_NO_CACHE"), "bundler": ("BUNDLE_GEMFILE", "BUNDLE_PATH")}
"""Variables that tell a tool to keep its downloads elsewhere: the action would have to know of them."""


def subjects(analysis: Analysis) -> Iterator[Subject]:
    """Each package manager that a set-up action of a job could keep the downloads of."""
    for job in analysis.workflow.jobs:
        found: dict[str, None] = {}
        for step in job.all_steps():
            facts = set_up(step.uses.name) if step.uses is not None else None
            if facts is not None and step.input(facts.input) is None:
                found.update(dict.fromkeys(facts.managers))
        yield from ((job.id, manager) for manager in found)


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    job_id, manager = subject
    situation = analysis.situation
    job = situation.workflow.job(job_id)
    if job is None or job.uses is not None or unfit_as_written(situation, job):
        return None
    steps = situation.steps[job.id.lower()]
    at = _place(analysis, steps, manager)
    if at is None or held(steps, manager) or _goes_elsewhere(steps, manager) or spoken_against(situation, job):
        return None
    site = steps[at].site
    wanted = [one for step in steps[at:] for one in installs(step, analysis.repository) if one.manager == manager]
    if any(one.anew for one in wanted):
        return None
    whole = [one for one in wanted if one.whole]
    facts = set_up(site.step.uses.name) if site.step.uses is not None else None
    if not whole or facts is None:
        return None
    if needless(
        situation, job, (step for step in steps[at:] if any(True for _ in installs(step, analysis.repository)))
    ):
        return None
    files = key_files(analysis.repository, manager, whole, facts)
    if not files or unfit(situation, job) or (manager == "bundler" and not _installs_next(steps[at:], files, whole)):
        return None
    return _proposal(analysis, job, site, facts, whole[0], files)


def _place(analysis: Analysis, steps: tuple[StepEffects, ...], manager: str) -> int | None:
    """The step that can keep the downloads; of several, one that takes the name of the package manager.

    None where there is none, or somebody has decided about one of them.
    """
    able = [
        (number, step.site, facts)
        for number, step in enumerate(steps)
        if step.site.step.uses is not None
        and (facts := set_up(step.site.step.uses.name)) is not None
        and manager in facts.managers
    ]
    if any(site.step.input(name) is not None for _, site, facts in able for name in (facts.input, *facts.off)):
        return None
    fit = [
        (facts.value is not None, number)
        for number, site, facts in able
        if _can_keep(analysis, site, facts, manager) and _is_ready(steps[:number], facts.managers[manager].before)
    ]
    return min(fit)[1] if fit else None


def _can_keep(analysis: Analysis, site: Site, facts: SetUp, manager: str) -> bool:
    """Whether a step of the workflow itself, behind the checkout, is of a version that can keep the downloads."""
    if site.file is not site.workflow or not any(checkout.own for checkout in site.checkouts):
        return False
    return version_of(analysis.situation, site) >= facts.managers[manager].since


def _goes_elsewhere(steps: tuple[StepEffects, ...], manager: str) -> bool:
    """Whether what a job installs may not come from this repository, or not end up where the action looks.

    uv keeps its own. What is published to the local repository of Maven would lie in the cache, and be old.
    """
    if any(not checkout.own for step in steps for checkout in step.site.checkouts):
        return True
    if moved(steps, _MOVED.get(manager, ())):
        return True
    if manager == "go" and any("GOPROXY=direct" in deed.command.text for step in steps for deed in step.deeds):
        return True  # it asks whether everything can still be fetched
    if manager == "maven":
        return any("publishToMavenLocal" in deed.command.text for step in steps for deed in step.deeds)
    return manager == "pip" and any(_is_of_uv(step) for step in steps)


def _is_of_uv(step: StepEffects) -> bool:
    """Whether a step sets up uv, or runs it: what it installs, it keeps elsewhere."""
    if step.site.step.uses is not None:
        return "setup-uv" in step.site.step.uses.name
    return any(show(deed.command.words[0]) in ("uv", "uvx") for deed in step.deeds)


def _installs_next(steps: tuple[StepEffects, ...], files: tuple[str, ...], wanted: list[Install]) -> bool:
    """Whether the action, which then installs by itself, does what the next command does, in the same folder.

    Nothing that runs in between may prepare it. With a lock file the action refuses what the file does not list, so the
    file has to list the system as well.
    """
    first, site = wanted[0].deed, steps[0].site
    following = next((step for step in steps[1:] if step.site.step.run is not None), None)
    opening = next(iter(following.deeds), None) if following is not None else None
    if following is None or opening is None or opening.command != first.command:
        return False
    if following.site.step.env or len(wanted) > 1 or site.step.input("working-directory") is not None:
        return False
    return site.scope.runner == "Linux" and lock_fits(following.repository, files[0])


def _is_ready(steps: tuple[StepEffects, ...], programs: tuple[str, ...]) -> bool:
    """Whether the programs that the action asks for their folders are there when it runs."""
    return all(any(_brings(step, program) for step in steps) for program in programs)


def _brings(step: StepEffects, program: str) -> bool:
    uses = step.site.step.uses
    if uses is not None and program in uses.name:
        return True
    texts = (deed.command.text for deed in step.deeds)
    return any(program in text or (program == "pnpm" and "corepack enable" in text) for text in texts)


def _proposal(
    analysis: Analysis, job: Job, site: Site, facts: SetUp, first: Install, files: tuple[str, ...]
) -> Proposal | None:
    manager = first.manager
    uses = site.step.uses
    assert uses is not None
    added: dict[str, Plain] = {facts.input: manager if facts.value is None else facts.value}
    inside = tuple(_in_workspace(site, file) for file in files)
    if manager not in BY_GLOB and not set(inside) <= _looked_for(facts, manager):
        if not facts.paths or version_of(analysis.situation, site) < facts.paths_since:
            return None
        added[facts.paths] = "\n".join(inside) + ("\n" if len(inside) > 1 else "")
    installing = site.seen(f"`{job.id}` runs `{first.deed.command.text}`", first.deed.spot.line, first.deed.spot.way)
    doubt = thought_of(analysis.situation, job)
    if not doubt and not filled_elsewhere(analysis.situation, uses.name, manager):
        doubt = unfilled(analysis.situation, job)
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW if doubt else Tier.TRADE,
        subject=(job.id, manager),
        at=site.step.span,
        title=f"`{job.id}` can keep what {_NAMES.get(manager, manager)} downloads",
        because=(doubt or f"`{job.id}` downloads the same packages in every run, and {uses.name} can keep them"),
        evidence=(site.evidence(f"sets up without a cache for {_NAMES.get(manager, manager)}"), installing),
        operations=tuple(added_inputs(site.step, added)),
        cost="a run with other dependencies saves them, which takes some seconds; caches share the repository's space",
        parts=frozenset({Part.CACHES}),
    )


_NAMES = {
    "deno": "Deno",
    "yarn": "Yarn",
    "poetry": "Poetry",
    "maven": "Maven",
    "gradle": "Gradle",
    "go": "Go",
    "bundler": "Bundler",
    "dotnet": "NuGet",
}


def _looked_for(facts: SetUp, manager: str) -> set[str]:
    """The files that the action takes by itself, in the root."""
    return {pattern.removeprefix("**/") for pattern in facts.managers[manager].files}


def _in_workspace(site: Site, file: str) -> str:
    folder = next((checkout.folder for checkout in site.checkouts if checkout.own), "")
    return posixpath.join(folder, file)


RULE = Rule(
    id="cache-dependencies",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Switch on the cache of a set-up action where a job downloads its dependencies every time.",
    subjects=subjects,
    propose=propose,
)
