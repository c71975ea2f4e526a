"""Keep what Cargo downloads and compiles.

## Why

A job that builds Rust code compiles all its dependencies in every run, which mostly takes longer than the project's own
code. `Swatinem/rust-cache` keeps them from one run to the next.

## What it does

It adds a step with that action behind the step that installs the toolchain, because the compiler's version is part of
the key, and before the first command that compiles. That may be Cargo itself, also for a tool that is installed, or a
program that calls it (maturin, wasm-pack, napi, tauri, trunk, cross, pip for a project that is partly Rust), in the
workflow or in a script that it runs. Where a toolchain is installed for more than to format, a command behind it that
nobody can look into counts as one that compiles. The action is named by the SHA that the repository uses elsewhere,
otherwise by that of a release. Workspaces that are not in the root are named, and so are the parts of the matrix on
which the commands depend.

## The cost

Compiled dependencies are large, and share the space that a repository has for caches (10 GB). A run with other
dependencies than the last one takes some seconds longer, because it saves them. The benefit begins after the first run
on the default branch; where there is none, a pull request finds what its own earlier runs saved. The name of the job is
part of the key: a job that is renamed starts anew. So the tier is `trade`.

## When it is left for review

- The matrix has more than eight combinations: that many caches may push each other out.
- A comment in the job speaks of caches: somebody has thought of it.

## When it stays silent

- the job may write more than comments and checks, or ask for an OIDC token; it publishes, deploys, or makes what such a
  job publishes;
- the workflow runs on releases, tags, or events that strangers can start, or is called by other workflows;
- it runs by hand, once a week or more rarely, or for changes below `.github` only: a cache is deleted after seven days;
- a comment in the job speaks against a cache, or is one that was taken out; or the toolchain's own is switched off;
- something keeps Cargo's folders already: another cache action, sccache, a local or an unknown action that sets up;
- the job runs in a container, on a machine that somebody keeps, or has a `cache-mode` of its own;
- the commands only format or inspect, or install a tool again although it is there (`--force`);
- recorded runs show that they take less than five seconds, or that a cache was taken out;
- the job hands on what it built and does not run for pull requests: it may be what people download;
- it runs for more than six hours on purpose;
- nobody knows which project they build.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from needful.dependence.analysis import Analysis
from needful.dependence.cache_times import needless
from needful.dependence.cache_worth import unfilled
from needful.dependence.caching import (
    held,
    is_for_others,
    legs_beyond,
    legs_in,
    spoken_against,
    thought_of,
    unfit,
    unfit_as_written,
)
from needful.dependence.parts import Part
from needful.document.nodes import Plain
from needful.document.operations import InsertItem, Noted
from needful.effects.builds import Build, builds
from needful.effects.step import StepEffects
from needful.effects.walk import is_checkout
from needful.facts.set_up_caches import pin
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.workflow.model import Job, Step
from needful.workflow.repository import Repository
from needful.workflow.uses import Named, pinned

_ACTION = "swatinem/rust-cache"
_TOOLCHAIN = re.compile(r"rust-?toolchain|actions-rs/toolchain|setup-rust|rustup")
_NAMED = re.compile(r"\b(?:cargo|rustup|maturin|wasm-pack|napi|tauri|trunk|cross)\b")
_MANIFESTS = ("Cargo.toml", "Cargo.lock")
_COST = "a run with other dependencies saves them, which takes some seconds; caches share the repository's space"
_MANY = 8
_HOURS = 360
"""Minutes after which GitHub ends a job if it says nothing else."""


def subjects(analysis: Analysis) -> Iterator[Subject]:
    """Jobs that name Cargo, a program that calls it, or a toolchain; of a Rust project, all that run commands."""
    rusty = any(map(analysis.repository.has, _MANIFESTS))
    for job in analysis.workflow.jobs:
        if job.uses is None and any(_may_compile(step, rusty=rusty) for step in job.steps):
            yield (job.id,)


def _may_compile(step: Step, *, rusty: bool) -> bool:
    if step.uses is not None:
        return _sets_up(step)
    return step.run is not None and (rusty or bool(_NAMED.search(step.run.value)))


def _sets_up(step: Step) -> bool:
    """Whether a step installs a compiler."""
    if step.uses is not None:
        return bool(_TOOLCHAIN.search(step.uses.name))
    return step.run is not None and "rustup" in step.run.value


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation = analysis.situation
    job = situation.workflow.job(subject[0])
    if job is None or job.uses is not None or unfit_as_written(situation, job) or _has_wrapper(analysis, job):
        return None
    if is_for_others(situation, job) or _is_endless(job) or _is_decided(job) or spoken_against(situation, job):
        return None
    steps = situation.steps[job.id.lower()]
    compiling = list(_compiling(analysis, steps)) or list(_unseen(steps))
    if not compiling or held(steps, "cargo") or needless(situation, job, [step for step, _ in compiling]):
        return None
    first, roots = compiling[0][0], _roots(analysis.repository, [one for _, one in compiling])
    index = _index(job, first)
    name = pinned(analysis.repository, _ACTION) or _pinned()
    folder = next((checkout.folder for checkout in first.site.checkouts if checkout.own), None)
    if index is None or not roots or name is None or folder is None or unfit(situation, job):
        return None
    doubt = _doubt(analysis, job)
    only_tools = all(one.tool for _, one in compiling)
    what = "the same tool" if only_tools else "the same dependencies"
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW if doubt else Tier.TRADE,
        subject=subject,
        at=first.site.step.span,
        title=f"`{job.id}` can keep what Cargo compiles{'' if only_tools else ' of its dependencies'}",
        because=doubt or f"`{job.id}` compiles {what} in every run",
        evidence=(compiling[0][1].seen,),
        operations=(InsertItem((*job.path, "steps"), index, _step(name, folder, roots, _legs(job, compiling))),),
        cost="; ".join(filter(None, (_COST, unfilled(situation, job)))),
        parts=frozenset({Part.CACHES}),
    )


def _doubt(analysis: Analysis, job: Job) -> str:
    """Why a person should decide, `""` where nothing speaks against the cache."""
    if said := thought_of(analysis.situation, job):
        return said
    return (
        "a cache for every combination of a large matrix may not fit into the repository's space"
        if legs_beyond(job, _MANY)
        else ""
    )


def _is_decided(job: Job) -> bool:
    """Whether somebody switched off the cache of the action that installs the compiler."""
    texts = (step.input("cache") for step in job.all_steps() if step.uses is not None and _sets_up(step))
    return any(text is not None and text.value.strip().lower() == "false" for text in texts)


def _has_wrapper(analysis: Analysis, job: Job) -> bool:
    """Whether a compiler cache of its own is asked for."""
    names = (variable.name for variable in (*analysis.workflow.env, *job.env))
    return any(name.startswith(("SCCACHE", "RUSTC_WRAPPER", "CARGO_TARGET_DIR", "CARGO_HOME")) for name in names)


def _is_endless(job: Job) -> bool:
    """Whether a job runs for hours on purpose, so that some minutes are nothing to it."""
    return job.timeout is not None and job.timeout.value.isdigit() and int(job.timeout.value) > _HOURS


def _compiling(analysis: Analysis, steps: tuple[StepEffects, ...]) -> Iterator[tuple[StepEffects, Build]]:
    """Each command that compiles, with its step, in the workflow itself; as a hook, where a compiler was installed."""
    ready = any(_sets_up(step.site.step) for step in steps)
    for step in steps:
        if step.site.file is step.site.workflow:
            yield from ((step, one) for one in builds(step, analysis.repository) if ready or not one.hook)


def _unseen(steps: tuple[StepEffects, ...]) -> Iterator[tuple[StepEffects, Build]]:
    """The commands that nobody can look into, behind a compiler that was installed for more than to format."""
    ready = False
    for step in steps:
        own = step.site.step
        if ready and own.run is not None and step.opaque and step.site.file is step.site.workflow:
            yield step, Build("", step.opaque[0])
        ready = ready or (_sets_up(own) and not _is_to_format(own))


def _is_to_format(step: Step) -> bool:
    """Whether no more of a toolchain is asked for than what formats."""
    components = step.input("components") or step.input("component")
    return components is not None and set(re.split(r"[\s,]+", components.value.strip())) == {"rustfmt"}


def _roots(repository: Repository, compiling: list[Build]) -> tuple[str, ...]:
    """The workspaces that are built, by their folders in the repository; none where one of them is not known.

    Those where no more than a tool is built count only where there are no others.
    """
    found: dict[str, None] = {}
    for one in [one for one in compiling if not one.tool] or compiling:
        root = _root(repository, one.folder) if one.folder is not None else None
        if root is None:
            return ()
        found[root] = None
    return tuple(found)


def _root(repository: Repository, folder: str) -> str | None:
    """The workspace that a folder belongs to: where the lock file lies, or the topmost manifest."""
    above = [folder]
    while above[-1]:
        above.append(posixpath.dirname(above[-1]))
    for name, places in (("Cargo.lock", above), ("Cargo.toml", reversed(above))):
        root = next((place for place in places if repository.has(posixpath.join(place, name))), None)
        if root is not None:
            return root if root == folder or _is_workspace(repository, root) else None
    return None


def _is_workspace(repository: Repository, folder: str) -> bool:
    """Whether the projects below a folder are built with it."""
    return "[workspace" in (repository.text(posixpath.join(folder, "Cargo.toml")) or "")


def _index(job: Job, first: StepEffects) -> int | None:
    """Where the new step goes: behind the toolchain and the checkout, before the first step that compiles."""
    path = first.site.step.path
    if path[:3] != ("jobs", job.id, "steps") or len(path) != 4 or not isinstance(path[3], int):
        return None
    if first.site.step.run is not None and "rustup" in first.site.step.run.value:
        return None  # the step installs the compiler itself, and then compiles
    for index in range(path[3], 0, -1):
        before = job.steps[index - 1]
        if _sets_up(before) or is_checkout(before):
            return index
    return None


def _pinned() -> Named | None:
    found = pin(_ACTION)
    return Named(*found) if found is not None else None


def _legs(job: Job, compiling: list[tuple[StepEffects, Build]]) -> tuple[str, ...]:
    """The parts of the matrix on which the commands depend."""
    texts = (text for step, _ in compiling for text in (step.site.step.run, step.site.step.working_directory))
    return legs_in(job, texts)


def _step(name: Named, folder: str, roots: tuple[str, ...], legs: tuple[str, ...]) -> Noted:
    inputs: dict[str, Plain] = {}
    inside = [posixpath.join(folder, root) for root in roots]
    if inside != [""]:
        inputs["workspaces"] = "\n".join(one or "." for one in inside) + ("\n" if len(inside) > 1 else "")
    if legs:
        inputs["key"] = "-".join(f"${{{{ {leg} }}}}" for leg in legs)
    return Noted({"uses": name.uses, **({"with": inputs} if inputs else {})}, beside=name.comment)


RULE = Rule(
    id="cache-builds",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Keep the compiled dependencies of Cargo, with rust-cache behind the toolchain.",
    subjects=subjects,
    propose=propose,
)
