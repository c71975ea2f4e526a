"""What would let a job do more than its YAML shows.

A job on a fresh runner, with a read-only token, no secrets and no OIDC, cannot change anything that another job could
see, except through outputs, artifacts and caches. So whatever commands it runs, they feed no sibling.
"""

from __future__ import annotations

from collections.abc import Iterator

from needful.effects.artifacts import known
from needful.effects.model import Evidence
from needful.effects.names import Scope, is_literal, names
from needful.effects.walk import Site
from needful.facts.actions import ActionFacts
from needful.facts.runners import is_fresh
from needful.workflow.model import Job, Permissions, Step, Text, Workflow

_HARMLESS = frozenset({"read", "none"})


def of_job(workflow: Workflow, job: Job, permissions: Permissions | None, scope: Scope) -> Iterator[Evidence]:
    """The capabilities that a job's own keys give it; `permissions` are those that its token has."""
    yield from _token(workflow, job, permissions)
    yield from _runner(workflow, job, scope)
    if job.environment is not None:
        line = workflow.line(job.environment.span)
        yield Evidence(workflow.path, line, f"`{job.id}` has the secrets of its environment")
    if job.inherits_secrets:
        yield Evidence(workflow.path, workflow.line(job.span), f"`{job.id}` passes on all secrets")
    for variable in (*workflow.env, *job.env, *job.secrets):
        if secrets := _secrets(variable.value):
            yield Evidence(workflow.path, workflow.line(variable.value.span), f"`{job.id}` has the secret {secrets}")
    for container in (job.container, *job.services):
        for text in container.texts if container else ():
            if secrets := _secrets(text):
                yield Evidence(workflow.path, workflow.line(text.span), f"`{job.id}` has the secret {secrets}")


def of_step(site: Site) -> Iterator[Evidence]:
    """The secrets that a step receives, unless they only let a known action report to a service nobody reads."""
    step = site.step
    facts = known(step) or ActionFacts()
    if step.uses is not None and facts.credential:
        yield site.evidence(f"signs in with {step.uses.name}")
    if facts.reports:
        return
    for text in step.texts:
        if secrets := _secrets(text):
            yield site.evidence(f"receives the secret {secrets}", text.span)


def _token(workflow: Workflow, job: Job, permissions: Permissions | None) -> Iterator[Evidence]:
    if permissions is None:
        line = workflow.line(job.key_span)
        text = f"`{job.id}` has the repository's default token, which may write: no `permissions` are set"
        yield Evidence(workflow.path, line, text)
    elif not reads_only(permissions):
        yield Evidence(workflow.path, workflow.line(job.key_span), f"`{job.id}` has a token that may write")


def reads_only(permissions: Permissions) -> bool:
    """Whether `permissions:` gives no write access of any kind (an unlisted scope has none)."""
    if permissions.everything == "read-all":
        return True
    return not permissions.everything and all(level in _HARMLESS for _, level in permissions.scopes)


def _runner(workflow: Workflow, job: Job, scope: Scope) -> Iterator[Evidence]:
    if job.uses is not None:
        return
    line = workflow.line(job.runs_on[0].span if job.runs_on else job.key_span)
    if job.runner_group is not None or not job.runs_on:
        yield Evidence(workflow.path, line, f"`{job.id}` runs on a runner group, whose disks may be shared")
        return
    for text in job.runs_on:
        for label in names(text, scope):
            if not is_literal(label) or not is_fresh("".join(str(part) for part in label)):
                yield Evidence(
                    workflow.path, line, f"`{job.id}` may run on a self-hosted runner, whose disk outlives it"
                )
                return


def holds_token(step: Step) -> bool:
    """Whether a step is given the job's token, with which its commands can ask for artifacts."""
    reads = (access for text in step.texts for part in text.template.expressions for access in part.accesses)
    return any(
        len(access) > 1 and (access[0], str(access[1]).lower()) in (("github", "token"), ("secrets", "github_token"))
        for access in reads
    )


def _secrets(text: Text) -> str:
    """The secrets that a text reads, for people; `""` for none. The job's own token is none: permissions bound it."""
    found = set()
    for expression in text.template.expressions:
        for access in expression.accesses:
            if access[0] == "secrets" and (len(access) < 2 or str(access[1]).upper() != "GITHUB_TOKEN"):
                found.add(f"`{access[1]}`" if len(access) > 1 and access[1] else "(any)")
    return ", ".join(sorted(found))
