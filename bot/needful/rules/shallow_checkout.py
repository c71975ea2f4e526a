"""Fetch one commit where nothing looks at the others.

## Why

With `fetch-depth: 0`, a checkout fetches all commits, branches and tags of a repository, which takes minutes where
there are many. It is often copied from a job that needs them into one that does not.

## What it does

It takes `fetch-depth: 0` away from `actions/checkout`, which then fetches the commit of the run alone, in jobs of
which every command and every action is known, and none asks git for more than the files.

## The cost

Who later adds a step that looks at the history has to ask for it again. So the tier is `trade`.

## When it is left for review

The job runs tests or builds the project: that is code of its own, and nobody has read whether it asks git for anything.

## When it stays silent

- a command reads commits, tags or branches, switches between them, or names some to compare with (`origin/main`);
- a command or an action is not known, or cannot be looked into;
- the project takes its version from git (setuptools-scm, versioneer, hatch-vcs …), or may: its manifest is not there;
- tools that ask git by themselves: releases, changelogs, documentation with dates, changed files, scans of secrets,
  coverage services, images that are built from the folder, Nix, Go programs, .NET, Gradle, Maven, Composer;
- a variable tells tools of commits (`NX_BASE`, `DD_…`);
- the folder of git is kept in a cache or handed on as an artifact;
- the job publishes or deploys;
- tags are asked for, commits are fetched without their files, or another repository is checked out;
- somebody wrote beside it what it is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from needful.dependence.analysis import Analysis
from needful.dependence.checkouts import CHECKOUT, looks_of, why_not_shallow
from needful.dependence.parts import Part
from needful.document.operations import Operation, RemoveKey
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.workflow.model import Step

_DEPTH = "fetch-depth"
_DECIDED = ("fetch-tags", "filter", "repository", "sparse-checkout")
_COMMENT, _IS_COMMENT = re.compile(r"(?:^|\s)#(.*)$"), re.compile(r"\s*#")
_NAMES_ACTION = re.compile(r"\s*(?:-\s+)?[\"']?uses\b")
_SAYS_WHAT = re.compile(
    r"(?:\b(?:fetch(?:es)?|check|out|get|clone|all|full|the|whole|entire|complete|git|history|commits?|tags?|and|branches|of"
    r"|for|indicates?|repo|repository|instead|depth|just|last|only|one|not|unlimited|means?|means|a|as|it)\b|[\W\d_])+"
)
"""Words that say what `fetch-depth: 0` does, and not what for."""


def subjects(analysis: Analysis) -> Iterator[Subject]:
    """Each job with a checkout of the whole history."""
    for job in analysis.workflow.jobs:
        if any(map(_is_deep, job.steps)):
            yield (job.id,)


def _is_deep(step: Step) -> bool:
    depth = step.input(_DEPTH)
    return step.uses is not None and step.uses.name == CHECKOUT and depth is not None and depth.value.strip() == "0"


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    situation = analysis.situation
    job = situation.workflow.job(subject[0])
    deep = [step for step in job.steps if _is_deep(step)] if job is not None else []
    if job is None or not deep or any(map(_is_decided, deep)) or _is_explained(analysis, deep):
        return None
    if why_not_shallow(situation, job):
        return None
    own = next((look for look in looks_of(situation, job) if look.own), None)
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW if own is not None else Tier.TRADE,
        subject=subject,
        at=deep[0].span,
        title=f"`{job.id}` needs no history",
        because=(
            f"`{job.id}` {own.evidence.text}: the project's own code, which may ask git for the history"
            if own is not None
            else "every commit, branch and tag is fetched, and nothing looks at them"
        ),
        evidence=(situation.evidence(deep[0].span, f"`{job.id}` checks out the whole history"),),
        operations=tuple(map(_operation, deep)),
        cost="who adds a step that looks at the history has to ask for it again",
        parts=frozenset({Part.DEPTH}),
    )


def _is_decided(step: Step) -> bool:
    """Whether more of a checkout is chosen than its depth, so that it is another than it looks."""
    ref = step.input("ref")
    return any(step.input(name) is not None for name in _DECIDED) or (ref is not None and ref.template.is_static)


def _is_explained(analysis: Analysis, deep: list[Step]) -> bool:
    """Whether a comment above a checkout, or beside a line of it but its action, may say what the history is for."""
    source = analysis.workflow.document.source
    for step in deep:
        above = source.text[: source.line_start(step.span.start)].splitlines()
        said = list(takewhile(_IS_COMMENT.match, reversed(above)))
        within = source.text[source.line_start(step.span.start) : source.line_end(step.span.end)].splitlines()
        said += [line for line in within if not _NAMES_ACTION.match(line)]
        comments = (match[1] for line in said if (match := _COMMENT.search(line)) is not None)
        if not all(_SAYS_WHAT.fullmatch(comment.lower()) for comment in comments if comment.strip()):
            return True
    return False


def _operation(step: Step) -> Operation:
    name = next(one.name for one in step.inputs if one.name.lower() == _DEPTH)
    return RemoveKey((*step.path, "with", name) if len(step.inputs) > 1 else (*step.path, "with"))


RULE = Rule(
    id="shallow-checkout",
    tier=Tier.TRADE,
    since="0.1.0",
    summary="Fetch one commit instead of the whole history, where nothing looks at it.",
    subjects=subjects,
    propose=propose,
)
