"""Run once for a commit that is pushed to a branch with a pull request.

## Why

A workflow that runs on every push and on pull requests runs twice for each commit of a pull request whose branch lies
in the repository itself: the same jobs, on the same files, at the same time.

## What it does

It limits `push` to the branches to which the other workflows of the repository limit theirs, mostly the default branch.
Pull requests go on being tested on every push.

## Why it is left for review

A branch without a pull request is no longer tested, and a fork not before its pull request. Whether anybody counts on
that does not stand in the files.

## When it stays silent

- `push` has branches or tags already;
- fewer than two other workflows say which branches count, or they say different things;
- a job asks from which repository a pull request comes, and so keeps the second run short itself;
- the workflow looks at tags or branches, publishes, deploys or may write: its runs have other reasons;
- it runs for changes of its own file only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from needful.dependence.analysis import Analysis
from needful.dependence.cancelling import PULL_REQUEST, uncancellable, worth_it
from needful.dependence.parts import Part
from needful.document.nodes import Plain
from needful.document.operations import AddKey, Operation, ReplaceValue
from needful.rules.api import Proposal, Rule, Subject, Tier
from needful.workflow.model import Trigger, Workflow
from needful.workflow.repository import Repository

_FILTERS = frozenset({"branches", "branches-ignore", "tags", "tags-ignore"})
_ASKS = ("head.repo", "ref_name", "ref_type", "refs/tags", "github.ref ", "github.ref)", "refs/heads", "base_ref")


def subjects(analysis: Analysis) -> Iterator[Subject]:
    push = analysis.workflow.on("push")
    if (
        push is not None
        and analysis.workflow.on(PULL_REQUEST) is not None
        and not _FILTERS & {k for k, _ in push.filters}
    ):
        yield ("push",)


def propose(analysis: Analysis, subject: Subject) -> Proposal | None:
    workflow, situation = analysis.workflow, analysis.situation
    push, pull_request = workflow.on("push"), workflow.on(PULL_REQUEST)
    if push is None or pull_request is None or _FILTERS & {key for key, _ in push.filters}:
        return None
    branches = _branches(analysis.repository, workflow)
    if not branches or _asks(workflow) or uncancellable(situation) or not worth_it(situation):
        return None
    jobs = [job.id.lower() for job in workflow.jobs]
    if any(map(situation.signs, jobs)) or any(True for job in jobs for _ in situation.irreversible(job)):
        return None
    listed = ", ".join(f"`{branch}`" for branch in branches)
    return Proposal(
        rule=RULE.id,
        tier=Tier.REVIEW,
        subject=subject,
        at=push.span,
        title=f"a commit of a pull request need not run twice: `push` can be limited to {listed}",
        because="a branch without a pull request would no longer be tested, and no file says whether that counts",
        evidence=(
            situation.evidence(push.span, "runs on every push"),
            situation.evidence(pull_request.span, "runs for the same commits of a pull request"),
        ),
        operations=_operations(workflow, push, [*branches]),
        cost="a branch without a pull request is no longer tested, and a fork not before its pull request",
        parts=frozenset({Part.EVENTS}),
    )


def _branches(repository: Repository, workflow: Workflow) -> tuple[str, ...]:
    """The branches to which most workflows that run on pushes limit themselves; none where they do not agree."""
    found: Counter[tuple[str, ...]] = Counter()
    for other in repository.readable:
        push = other.on("push")
        for key, texts in push.filters if push is not None and other.path != workflow.path else ():
            if key == "branches" and other.on(PULL_REQUEST) is not None:
                found[tuple(text.value for text in texts)] += 1
    (branches, times), *others = found.most_common(2) or [((), 0)]
    return branches if times > 1 and all(times > other for _, other in others) else ()


def _asks(workflow: Workflow) -> bool:
    texts = (text.value for job in workflow.jobs for text in job.texts)
    scripts = (step.run.value for job in workflow.jobs for step in job.all_steps() if step.run is not None)
    return any(word in f"{text} " for text in (*texts, *scripts) for word in _ASKS)


def _operations(workflow: Workflow, push: Trigger, branches: list[Plain]) -> tuple[Operation, ...]:
    on = workflow.document.plain["on"] if isinstance(workflow.document.plain, dict) else None
    if isinstance(on, list):
        events: dict[str, Plain] = {str(event): None for event in on}
        return (ReplaceValue(("on",), {**events, "push": {"branches": branches}}),)
    if push.filters:
        return (AddKey(("on", "push"), "branches", branches, after=("",)),)
    return (ReplaceValue(("on", "push"), {"branches": branches}),)


RULE = Rule(
    id="no-double-run",
    tier=Tier.REVIEW,
    since="0.1.0",
    summary="Limit `push` to the default branch where pull requests run the same workflow.",
    subjects=subjects,
    propose=propose,
)
