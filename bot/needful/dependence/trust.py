"""Which jobs must not take anything from a cache: what somebody put there would reach the world, or hold their powers.

Whoever can run code in one run can leave something in a cache that a later run of the same branch restores; see
https://docs.zizmor.sh/audits/#cache-poisoning.
"""

from __future__ import annotations

from needful.dependence.situation import Situation
from needful.effects.capabilities import secrets_of
from needful.effects.channels import Channel
from needful.effects.irreversible import speaks_of_publishing
from needful.effects.permissions import may_write, written
from needful.effects.step import StepEffects
from needful.workflow.model import Permissions, Workflow

_RELEASES = ("release", "registry_package", "deployment", "deployment_status", "create")
_SAYING = frozenset({"checks", "discussions", "issues", "pull-requests", "statuses"})
"""What a job may write there is said to people: it reaches nobody who runs or installs what the project makes."""
_LOW_TRUST = ("pull_request_target", "issue_comment", "workflow_run", "fork", "watch", "discussion_comment")
"""Their cache is read-only, and who starts them need not be trusted:
https://github.blog/changelog/2026-06-26-read-only-actions-cache-for-untrusted-triggers"""


def no_caches(situation: Situation, job_id: str) -> str:
    """Why a job must not restore a cache, in words that follow its name; `""` where it may."""
    return by_events(situation) or by_powers(situation, job_id) or by_work(situation, job_id)


def by_events(situation: Situation) -> str:
    """Why no job of a workflow may restore a cache, whatever it does."""
    return _by_triggers(situation.workflow) or (
        _by_callers(situation) if situation.workflow.on("workflow_call") is not None else ""
    )


def _by_triggers(workflow: Workflow) -> str:
    for trigger in workflow.triggers:
        if trigger.event in _RELEASES:
            return f"runs on `{trigger.event}`"
        if trigger.event in _LOW_TRUST:
            return f"runs on `{trigger.event}`, which others can start"
        if trigger.event != "push":
            continue
        for key, texts in trigger.filters:
            if key == "tags" and texts:
                return "runs on tags"
            if key == "branches" and any("release" in text.value for text in texts):
                return "runs on branches of releases"
    return ""


def _by_callers(situation: Situation) -> str:
    """Why the workflows that call this one do not let it have a cache; nobody knows those of other repositories."""
    path = situation.workflow.path
    callers = [
        other
        for other in situation.repository.readable
        if any(job.uses is not None and job.uses.name == path for job in other.jobs)
    ]
    for caller in callers:
        calls = [job for job in caller.jobs if job.uses is not None and job.uses.name == path]
        why = "is called in turn" if caller.on("workflow_call") is not None else _by_triggers(caller)
        given = [permissions for job in calls if (permissions := job.permissions or caller.permissions) is not None]
        if why or any(_harmful(permissions) or may_write(permissions, "id-token") for permissions in given):
            return f"is called by {caller.path}, which {why or 'gives it write permission'}"
    return "" if callers else "is called by other workflows, which may publish"


def by_powers(situation: Situation, job_id: str) -> str:
    """Why a job may not restore a cache with the permissions that it has."""
    job = situation.job(job_id)
    permissions = job.permissions or situation.workflow.permissions
    if permissions is None:
        return ""  # the repository's default is not in the files
    if may_write(permissions, "id-token"):
        return "can ask for an OIDC token"
    scopes = _harmful(permissions)
    return f"may write: {', '.join(scopes)}" if scopes else ""


def _harmful(permissions: Permissions) -> tuple[str, ...]:
    return tuple(scope for scope in written(permissions) if scope not in _SAYING)


def by_work(situation: Situation, job_id: str) -> str:
    """Why a job may not restore a cache for what it does, or others with what it makes: that takes reading commands."""
    if why := _lasting_work(situation, job_id):
        return why
    for flow in situation.flows:
        if flow.producer == job_id and _lasting_work(situation, flow.consumer):
            return f"makes what `{situation.job(flow.consumer).id}` publishes or deploys"
    return ""


def _lasting_work(situation: Situation, job_id: str) -> str:
    """Why a job is taken to bring something into the world, in words that follow its name.

    A comment, label or check is none of it. A name is no more than a sign: of what nobody can look into.
    """
    effects, job = situation.effects[job_id], situation.job(job_id)
    said = {effect.evidence for effect in effects.effects if effect.channel is Channel.CONVERSATION}
    if not said.issuperset(effects.irreversible):
        return "publishes or deploys"
    named = speaks_of_publishing(job.id, job.name.value if job.name is not None else "")
    unseen = (named and effects.capabilities) or any(map(_publishes_unseen, situation.steps[job_id]))
    return "may publish or deploy" if unseen else ""


def _publishes_unseen(step: StepEffects) -> bool:
    """Whether a script speaks of publishing, is given a secret for it, and runs what nobody can look into."""
    own = step.site.step
    if own.run is None or not speaks_of_publishing(own.run.value):
        return False
    return any(True for text in own.texts for _ in secrets_of(text)) and bool(step.opaque)
