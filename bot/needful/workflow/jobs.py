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
    Fields,
    broken,
    condition_at,
    fields_of,
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
    fields = {item.key.text: item.value for item in mapping.entries}
    path = ("jobs", job_id)
    condition = condition_at(document, fields)
    steps = fields.get("steps")
    read = read_steps(document, steps, (*path, "steps")) if steps is not None else ()
    labels, group = _runner(document, fields.get("runs-on"))
    uses = text_at(document, fields, "uses")
    inherits = _inherits_secrets(fields)
    return Job(
        id=job_id,
        span=entry.span,
        path=path,
        key_span=entry.key.span,
        name=text_at(document, fields, "name"),
        needs=_needs(document, fields.get("needs")),
        condition=condition,
        runs_on=labels,
        runner_group=group,
        permissions=read_permissions(document, fields.get("permissions")),
        environment=_environment(document, fields.get("environment")),
        concurrency=read_concurrency(document, fields.get("concurrency")),
        outputs=variables_at(document, fields, "outputs"),
        env=variables_at(document, fields, "env"),
        defaults=read_defaults(document, fields.get("defaults")),
        strategy=_strategy(document, fields.get("strategy")),
        continue_on_error=text_at(document, fields, "continue-on-error"),
        timeout=text_at(document, fields, "timeout-minutes"),
        container=_container(document, fields.get("container"), ""),
        services=_services(document, fields.get("services")),
        steps=read,
        uses=read_uses(uses) if uses else None,
        inputs=variables_at(document, fields, "with"),
        secrets=() if inherits else variables_at(document, fields, "secrets"),
        inherits_secrets=inherits,
        cache_mode=text_at(document, fields, "cache-mode"),
        texts=_texts(document, fields, condition, read),
        extra=tuple(item for item in mapping.entries if item.key.text not in _KNOWN),
    )


def _texts(document: Document, fields: Fields, condition: Text | None, steps: tuple[Step, ...]) -> tuple[Text, ...]:
    found: list[Text] = []
    for key, node in fields.items():
        if key == "steps":
            found += (text for step in steps for text in step.texts)
        elif key == "if" and condition is not None:
            found.append(condition)
        elif key == "snapshot" and isinstance(resolve(node), Mapping):
            snapshot = fields_of(document, node, "`snapshot`")
            found += _texts(document, snapshot, condition_at(document, snapshot), ())
        else:
            found += texts_below(document, node)
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
    fields = fields_of(document, resolved, "`runs-on`")
    labels = fields.get("labels")
    return texts_of(document, labels, "`labels`") if labels is not None else (), text_at(document, fields, "group")


def read_permissions(document: Document, node: Node | None) -> Permissions | None:
    """`permissions:` of a workflow or a job. Raises `UserError` for anything but a mapping, `read-all`, `write-all`."""
    if node is None:
        return None
    resolved = resolve(node)
    if isinstance(resolved, Scalar) and resolved.text in _EVERYTHING:
        return Permissions(resolved.span, resolved.text, ())
    mapping = mapping_of(document, node, "`permissions`")
    scopes = ((entry.key.text, text_of(document, entry.value, f"`{entry.key.text}`")) for entry in mapping.entries)
    return Permissions(resolved.span, "", tuple((scope, level.value) for scope, level in scopes))


def read_concurrency(document: Document, node: Node | None) -> Concurrency | None:
    """`concurrency:` of a workflow or a job, written as a name or a mapping."""
    if node is None or is_null(node):
        return None
    resolved = resolve(node)
    if isinstance(resolved, Scalar):
        return Concurrency(resolved.span, text_of(document, resolved, "`concurrency`"))
    fields = fields_of(document, node, "`concurrency`")
    group = text_at(document, fields, "group")
    if group is None:
        raise broken(document, node, "`concurrency` has no `group`")
    cancel = text_at(document, fields, "cancel-in-progress")
    return Concurrency(resolved.span, group, cancel, text_at(document, fields, "queue"))


def read_defaults(document: Document, node: Node | None) -> Defaults | None:
    """`defaults.run:` of a workflow or a job."""
    if node is None or is_null(node):
        return None
    run = fields_of(document, node, "`defaults`").get("run")
    if run is None or is_null(run) or is_expression(run):
        return None
    fields = fields_of(document, run, "`defaults.run`")
    return Defaults(node.span, text_at(document, fields, "shell"), text_at(document, fields, "working-directory"))


def _environment(document: Document, node: Node | None) -> Environment | None:
    if node is None or is_null(node):
        return None
    resolved = resolve(node)
    if isinstance(resolved, Scalar):
        return Environment(resolved.span, text_of(document, resolved, "`environment`"))
    fields = fields_of(document, node, "`environment`")
    name = text_at(document, fields, "name")
    if name is None:
        raise broken(document, node, "`environment` has no `name`")
    deployment = text_at(document, fields, "deployment")
    deploys = deployment is None or deployment.value != "false"
    return Environment(resolved.span, name, text_at(document, fields, "url"), deploys)


def _strategy(document: Document, node: Node | None) -> Strategy | None:
    if node is None or is_null(node):
        return None
    if is_expression(node):
        return Strategy(node.span, Matrix(node.span, None))
    fields = fields_of(document, node, "`strategy`")
    matrix = fields.get("matrix")
    return Strategy(
        node.span,
        read_matrix(document, matrix) if matrix is not None else None,
        text_at(document, fields, "fail-fast"),
        text_at(document, fields, "max-parallel"),
    )


def _container(document: Document, node: Node | None, name: str) -> Container | None:
    if node is None or is_null(node):
        return None
    resolved = resolve(node)
    texts = tuple(texts_below(document, resolved))
    if isinstance(resolved, Scalar):
        return Container(resolved.span, name, text_of(document, resolved, "`container`"), texts)
    fields = fields_of(document, node, f"the service `{name}`" if name else "`container`")
    return Container(resolved.span, name, text_at(document, fields, "image"), texts)


def _services(document: Document, node: Node | None) -> tuple[Container, ...]:
    if node is None or is_null(node) or is_expression(node):
        return ()
    found = (
        _container(document, entry.value, entry.key.text) for entry in mapping_of(document, node, "`services`").entries
    )
    return tuple(service for service in found if service is not None)


def _inherits_secrets(fields: Fields) -> bool:
    node = fields.get("secrets")
    resolved = resolve(node) if node is not None else None
    return isinstance(resolved, Scalar) and resolved.text == "inherit"
