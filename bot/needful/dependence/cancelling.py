"""Whether the runs of a workflow for a pull request may be cancelled by newer ones, and whom a group would cancel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from needful.dependence import conditions
from needful.dependence.conditions import Conditions
from needful.dependence.situation import Situation
from needful.effects.actions import facts_of
from needful.effects.channels import EXTERNAL, Channel, Way
from needful.effects.irreversible import speaks_of_publishing
from needful.effects.permissions import may_write
from needful.effects.step import StepEffects
from needful.expressions import Logical, Node, Property
from needful.expressions.tree import accesses_of
from needful.source import Span
from needful.workflow.model import Concurrency, Job, Text, Workflow

PULL_REQUEST = "pull_request"
_NEW_COMMITS = frozenset({"opened", "synchronize", "reopened", "ready_for_review"})
"""The activities of a pull request after which what ran before is of no use any more."""
_SAME_AGAIN = frozenset({"edited"})
"""Activities after which the same runs again for the same commit, unless the workflow asks what happened."""
_ASKS = re.compile(
    r"event\.action|event\.changes|event\[|GITHUB_EVENT_PATH|payload|toJSON\(\s*github|github\.event\s*[)}]",
    re.IGNORECASE,
)
_ALSO_OF_ONE = frozenset({"pull_request_target", "pull_request_review", "pull_request_review_comment"})
"""Other events that carry a pull request: their runs would be in its group, and cancel those of the same commit."""
_PASSING = frozenset({Channel.CONVERSATION, Channel.RUN})
"""What a newer run does again: comments, labels, checks."""

_IDENTITY = "id-token"
_MEANS = ("contents", "packages", "deployments", "pages", _IDENTITY, "actions", "attestations")
"""Permissions to change what a newer run does not put right again."""


def uncancellable(situation: Situation) -> str:
    """Why runs for pull requests must not be cancelled, `""` where they may be."""
    trigger = situation.workflow.on(PULL_REQUEST)
    if trigger is None:
        return "it does not run on pull requests"
    types = {text.value for key, texts in trigger.filters if key == "types" for text in texts}
    if types and "synchronize" not in types:
        return "no newer commit starts it again"
    if types & _SAME_AGAIN and _ASKS.search(situation.workflow.document.source.text):
        return "it asks what happened to the pull request, and may do something else then"
    if other := sorted(types - _NEW_COMMITS - _SAME_AGAIN):
        return f"it runs on `{other[0]}` too, when the commit is the same"
    if also := sorted(_ALSO_OF_ONE.intersection(one.event for one in situation.workflow.triggers)):
        return f"it runs on `{also[0]}` too, which is of the same pull request"
    if situation.workflow.on("workflow_call") is not None:
        return "it is called by others, whose group it would share"
    jobs = [job for job in situation.workflow.jobs if _may_run(situation, job)]
    for job in jobs:
        if job.environment is not None:
            return f"`{job.id}` works in an environment"
    return next((f"`{job.id}` {why}" for job in jobs if (why := _lasting(situation, job))), "")


def _may_run(situation: Situation, job: Job) -> bool:
    """Whether a job may run for a pull request."""
    return not _excluded(situation.conditions.get(job.id.lower(), frozenset()))


def _excluded(known: Conditions) -> bool:
    """Whether what holds where conditions do is never a pull request."""
    return bool(known) and conditions.exclusive(known, _on_pull_request())


@cache
def _on_pull_request() -> Conditions:
    # not before it is asked for: a workflow without conditions is planned without loading the parser for them
    return conditions.of_text(Text("github.event_name == 'pull_request'", Span(0, 0), condition=True))


def _lasting(situation: Situation, job: Job) -> str:
    """What the steps of a job of a pull request do that must not stop half-way, in words that follow its name."""
    if job.uses is not None:
        return _lasting_call(situation, job)
    for step in situation.steps[job.id.lower()]:
        if _excluded(conditions.joined(frozenset(), step.site.conditions)):
            continue
        for effect in step.effects:
            if effect.certain and effect.way is Way.WRITES and effect.channel in EXTERNAL - _PASSING:
                return f"changes something outside the run: it {effect.evidence.text}"
    return ""


def _lasting_call(situation: Situation, job: Job) -> str:
    """The same of a job that calls a workflow; of one that cannot be read, what it is given the means to do.

    A called workflow sees the `github` context of its caller. So a group of its own that names workflow and ref,
    as most do, can be the group of the caller, and GitHub then cancels the run as one that waits for itself.
    """
    if situation.effects[job.id.lower()].irreversible:
        return "publishes or deploys"
    called = list(_called(situation, job))
    if grouped := next((one for one in called if one is not None and _has_group(one)), None):
        return f"calls `{grouped.path}`, which has a concurrency group of its own"
    if None not in called:
        return ""
    permissions = job.permissions or situation.workflow.permissions
    if permissions is not None and (permissions.everything == "write-all" or may_write(permissions, *_MEANS)):
        return "calls a workflow that cannot be read here, with the permission to write"
    return "calls a workflow that cannot be read here, with secrets" if job.secrets or job.inherits_secrets else ""


def _called(situation: Situation, job: Job) -> Iterator[Workflow | None]:
    """The workflows that a job calls, and those that they call; None stands for one that cannot be read."""
    waiting, seen = [job], set[str]()
    while waiting:
        found = situation.repository.called_workflow(waiting.pop().uses)
        if found is None or found.path not in seen:
            yield found
        if found is not None and found.path not in seen:
            seen.add(found.path)
            waiting += (one for one in found.jobs if one.uses is not None)


def _has_group(workflow: Workflow) -> bool:
    return workflow.concurrency is not None or any(job.concurrency is not None for job in workflow.jobs)


def unseen(situation: Situation) -> str:
    """What keeps the question open whether runs for pull requests may be cancelled; `""` where nothing does."""
    for job in situation.workflow.jobs:
        if _may_run(situation, job) and (why := _unseen(situation, job)):
            return f"`{job.id}` {why}"
    return ""


def _unseen(situation: Situation, job: Job) -> str:
    """The same of one job, in words that follow its name."""
    if job.uses is not None and None in _called(situation, job):
        return "calls a workflow that cannot be read here, and may use the same group"
    if not situation.effects[job.id.lower()].capabilities:
        return ""
    if speaks_of_publishing(job.id, job.name.value if job.name is not None else ""):
        return "is named for publishing or deploying, and has the means to"
    for step in situation.steps[job.id.lower()]:
        if _signs_in_to_a_cloud(step):
            return "signs in to a cloud, in which a run that stops half-way may leave something behind"
        if step.unknown is not None and speaks_of_publishing(step.unknown.text):
            return f"{step.unknown.text}, by its name for publishing"
    return ""


def _signs_in_to_a_cloud(step: StepEffects) -> bool:
    """Whether the action of a step exchanges the identity of the run for one of a cloud, or may do so."""
    facts = facts_of(step.site) if step.site.step.uses is not None else None
    return facts is not None and facts.credential and facts.token is not None and _IDENTITY in facts.token.permissions


def others_cancelled(workflow: Workflow, group: Concurrency) -> str:
    """Why a group could cancel, or keep waiting, more than what a newer push to a pull request supersedes."""
    expressions = [part.tree for part in group.group.template.expressions]
    if not any(_is(tree, "github", "workflow") for tree in expressions):
        return "the group does not name the workflow, and may be that of another"
    alone = {trigger.event for trigger in workflow.triggers} == {PULL_REQUEST}
    if any(_is(tree, "github", "ref") for tree in expressions) and alone:
        return ""
    if any(_is_pull_request_or_run(tree) for tree in expressions):
        return ""
    return "runs that are not for a pull request would share a group"


def worth_it(situation: Situation) -> bool:
    """Whether a job of a pull request does some work: what only labels or comments is over before it is cancelled."""
    trigger = situation.workflow.on(PULL_REQUEST)
    paths = [text.value for key, texts in trigger.filters if key == "paths" for text in texts] if trigger else []
    if paths and all(path.startswith(".github/") for path in paths):
        return False
    return any(job.uses is not None or _works(situation.steps[job.id.lower()]) for job in situation.workflow.jobs)


def _works(steps: tuple[StepEffects, ...]) -> bool:
    """Whether a step checks, builds or installs anything, or does what cannot be seen."""
    return any(
        step.checks or step.opaque or any(deed.meaning.installs for deed in step.deeds) or _looks_at_code(step)
        for step in steps
    )


def _looks_at_code(step: StepEffects) -> bool:
    """Whether the action of a step works on what is checked out, and does not only talk to people."""
    if not step.works or step.site.step.uses is None or step.unknown is not None:
        return False
    talks = any(effect.channel is Channel.CONVERSATION and effect.way is Way.WRITES for effect in step.effects)
    return not talks or any(effect.channel is Channel.CHECKOUT and effect.way is Way.READS for effect in step.effects)


def _is(tree: Node, *names: str) -> bool:
    return isinstance(tree, Property) and accesses_of(tree) == (names,)


def _is_pull_request_or_run(tree: Node) -> bool:
    """`github.event.pull_request.number || github.run_id`: one group per pull request, one for each other run."""
    if not isinstance(tree, Logical) or tree.operator != "||" or len(tree.operands) != 2:
        return False
    first, second = tree.operands
    return _is(first, "github", "event", "pull_request", "number") and _is(second, "github", "run_id")


def same_name(situation: Situation) -> Iterator[Workflow]:
    """Other workflows of the repository that are called like this one, so that they would share its group."""
    own = situation.workflow
    for other in situation.repository.readable:
        named = own.name is not None and other.name is not None and own.name.value == other.name.value
        if named and other.path != own.path:
            yield other
