"""`jobs:` to jobs."""

from __future__ import annotations

from needful.document.nodes import Entry, Mapping, Node, Scalar, resolve
from needful.document.parse import Document
from needful.workflow.matrix import read_matrix
from needful.workflow.model import (
    Concurrency,
    Container,
    Defaults,
    Environment,
    Job,
    Matrix,
    Need,
    Permissions,
    Step,
    Strategy,
    Text,
)
from needful.workflow.shapes import (
    broken,
    condition_in,
    is_expression,
    is_null,
    mapping_of,
    text_at,
    text_of,
    texts_below,
    texts_of,
    variables_at,
)
from needful.workflow.steps import read_steps, read_uses

_KNOWN = frozenset(
    (
        *("cache-mode", "concurrency", "container", "continue-on-error", "defaults", "env", "environment", "if"),
        *("name", "needs", "outputs", "permissions", "runs-on", "secrets", "services", "steps", "strategy"),
        *("timeout-minutes", "uses", "with"),
    )
)
_EVERYTHING = frozenset(("read-all", "write-all"))


def read_jobs(document: Document, node: Node) -> tuple[Job, ...]:
    """The jobs in the order of the file. Raises `UserError` for shapes that GitHub refuses."""
    mapping = mapping_of(document, node, "`jobs`")
    if not mapping.entries:
        raise broken(document, node, "`jobs` is empty")
    jobs: dict[str, Job] = {}
    for entry in mapping.entries:
        job = _job(document, entry)
        if job.id.lower() in jobs:
            raise broken(document, entry, f"the job `{job.id}` is there twice; ids of jobs compare without case")
        jobs[job.id.lower()] = job
    return tuple(jobs.values())


def _job(document: Document, entry: Entry) -> Job:
    job_id = entry.key.text
    mapping = mapping_of(document, entry.value, f"the job `{job_id}`")
    path = ("jobs", job_id)
    condition = condition_in(document, mapping)
    steps = mapping.get("steps")
    read = read_steps(document, steps, (*path, "steps")) if steps is not None else ()
    labels, group = _runner(document, mapping.get("runs-on"))
    uses = text_at(document, mapping, "uses")
    inherits = _inherits_secrets(mapping)
    return Job(
        id=job_id,
        span=entry.span,
        path=path,
        key_span=entry.key.span,
        name=text_at(document, mapping, "name"),
        needs=_needs(document, mapping.get("needs")),
        condition=condition,
        runs_on=labels,
        runner_group=group,
        permissions=read_permissions(document, mapping.get("permissions")),
        environment=_environment(document, mapping.get("environment")),
        concurrency=read_concurrency(document, mapping.get("concurrency")),
        outputs=variables_at(document, mapping, "outputs"),
        env=variables_at(document, mapping, "env"),
        defaults=read_defaults(document, mapping.get("defaults")),
        strategy=_strategy(document, mapping.get("strategy")),
        continue_on_error=text_at(document, mapping, "continue-on-error"),
        timeout=text_at(document, mapping, "timeout-minutes"),
        container=_container(document, mapping.get("container"), ""),
        services=_services(document, mapping.get("services")),
        steps=read,
        uses=read_uses(uses) if uses else None,
        inputs=variables_at(document, mapping, "with"),
        secrets=() if inherits else variables_at(document, mapping, "secrets"),
        inherits_secrets=inherits,
        cache_mode=text_at(document, mapping, "cache-mode"),
        texts=_texts(document, mapping, condition, read),
        extra=tuple(item for item in mapping.entries if item.key.text not in _KNOWN),
    )


def _texts(document: Document, mapping: Mapping, condition: Text | None, steps: tuple[Step, ...]) -> tuple[Text, ...]:
    found: list[Text] = []
    for entry in mapping.entries:
        key = entry.key.text
        if key == "steps":
            found += (text for step in steps for text in step.texts)
        elif key == "if" and condition is not None:
            found.append(condition)
        elif key == "snapshot" and isinstance(snapshot := resolve(entry.value), Mapping):
            if (only_if := condition_in(document, snapshot)) is not None:
                found.append(only_if)
            for item in snapshot.entries:
                found += texts_below(document, item.value) if item.key.text != "if" else ()
        else:
            found += texts_below(document, entry.value)
    return tuple(found)


def _needs(document: Document, node: Node | None) -> tuple[Need, ...]:
    if node is None:
        return ()
    if is_expression(node):
        raise broken(document, node, "`needs` cannot be an expression")
    return tuple(Need(text.value, text.span) for text in texts_of(document, node, "`needs`"))


def _runner(document: Document, node: Node | None) -> tuple[tuple[Text, ...], Text | None]:
    """The labels of `runs-on` and its group."""
    if node is None:
        return (), None
    resolved = resolve(node)
    if not isinstance(resolved, Mapping):
        return texts_of(document, resolved, "`runs-on`"), None
    labels = resolved.get("labels")
    return texts_of(document, labels, "`labels`") if labels is not None else (), text_at(document, resolved, "group")


def read_permissions(document: Document, node: Node | None) -> Permissions | None:
    """`permissions:` of a workflow or a job. Raises `UserError` for anything but a mapping, `read-all`, `write-all`."""
    if node is None:
        return None
    resolved = resolve(node)
    if isinstance(resolved, Scalar) and resolved.text in _EVERYTHING:
        return Permissions(resolved.span, resolved.text, ())
    mapping = mapping_of(document, node, "`permissions`")
    scopes = ((entry.key.text, text_of(document, entry.value, f"`{entry.key.text}`").value) for entry in mapping.entries)
    return Permissions(resolved.span, "", tuple(scopes))


def read_concurrency(document: Document, node: Node | None) -> Concurrency | None:
    """`concurrency:` of a workflow or a job, written as a name or a mapping."""
    if node is None or is_null(node):
        return None
    resolved = resolve(node)
    if isinstance(resolved, Scalar):
        return Concurrency(resolved.span, text_of(document, resolved, "`concurrency`"))
    mapping = mapping_of(document, node, "`concurrency`")
    group = text_at(document, mapping, "group")
    if group is None:
        raise broken(document, node, "`concurrency` has no `group`")
    cancel = text_at(document, mapping, "cancel-in-progress")
    return Concurrency(resolved.span, group, cancel, text_at(document, mapping, "queue"))


def read_defaults(document: Document, node: Node | None) -> Defaults | None:
    """`defaults.run:` of a workflow or a job."""
    if node is None or is_null(node):
        return None
    run = mapping_of(document, node, "`defaults`").get("run")
    if run is None or is_null(run) or is_expression(run):
        return None
    mapping = mapping_of(document, run, "`defaults.run`")
    return Defaults(node.span, text_at(document, mapping, "shell"), text_at(document, mapping, "working-directory"))


def _environment(document: Document, node: Node | None) -> Environment | None:
    if node is None or is_null(node):
        return None
    resolved = resolve(node)
    if isinstance(resolved, Scalar):
        return Environment(resolved.span, text_of(document, resolved, "`environment`"))
    mapping = mapping_of(document, node, "`environment`")
    name = text_at(document, mapping, "name")
    if name is None:
        raise broken(document, node, "`environment` has no `name`")
    deployment = text_at(document, mapping, "deployment")
    deploys = deployment is None or deployment.value != "false"
    return Environment(resolved.span, name, text_at(document, mapping, "url"), deploys)


def _strategy(document: Document, node: Node | None) -> Strategy | None:
    if node is None or is_null(node):
        return None
    if is_expression(node):
        return Strategy(node.span, Matrix(node.span, None))
    mapping = mapping_of(document, node, "`strategy`")
    matrix = mapping.get("matrix")
    return Strategy(
        node.span,
        read_matrix(document, matrix) if matrix is not None else None,
        text_at(document, mapping, "fail-fast"),
        text_at(document, mapping, "max-parallel"),
    )


def _container(document: Document, node: Node | None, name: str) -> Container | None:
    if node is None or is_null(node):
        return None
    resolved = resolve(node)
    texts = tuple(texts_below(document, resolved))
    if isinstance(resolved, Scalar):
        return Container(resolved.span, name, text_of(document, resolved, "`container`"), texts)
    mapping = mapping_of(document, node, f"the service `{name}`" if name else "`container`")
    return Container(resolved.span, name, text_at(document, mapping, "image"), texts)


def _services(document: Document, node: Node | None) -> tuple[Container, ...]:
    if node is None or is_null(node) or is_expression(node):
        return ()
    found = (
        _container(document, entry.value, entry.key.text) for entry in mapping_of(document, node, "`services`").entries
    )
    return tuple(service for service in found if service is not None)


def _inherits_secrets(mapping: Mapping) -> bool:
    node = mapping.get("secrets")
    resolved = resolve(node) if node is not None else None
    return isinstance(resolved, Scalar) and resolved.text == "inherit"
