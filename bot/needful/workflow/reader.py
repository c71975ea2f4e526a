"""A document to a workflow or an action. What GitHub would refuse to read is a `UserError` with its line."""

from __future__ import annotations

import re

from needful.document.nodes import Mapping, Node, Scalar, Sequence, resolve
from needful.document.parse import Document
from needful.errors import UserError
from needful.workflow.jobs import read_concurrency, read_defaults, read_jobs, read_permissions
from needful.workflow.model import Action, Port, Text, Workflow
from needful.workflow.shapes import broken, fields_of, is_null, text_at, texts_below, variables_at
from needful.workflow.steps import read_steps
from needful.workflow.triggers import ports_of, read_ports, read_triggers

_KNOWN = frozenset(("cache-mode", "concurrency", "defaults", "env", "jobs", "name", "on", "permissions", "run-name"))


MAX_EXPRESSIONS = 5_000
"""In a file. Reading one takes up to 0.3 ms; the largest public workflow seen has about 1,000."""
_EXPRESSION = re.compile(r"""\$\{\{|\bif["']?\s*:""")


def read_workflow(document: Document, path: str = "") -> Workflow:
    """The workflow in a document; `path` is its place in the repository (default: as the document names it).

    Raises `UserError` for a file that is no workflow, for shapes that GitHub refuses and for broken expressions.
    `needs` may name jobs that are not there, or go round in a circle: that shows in the model.
    """
    _bound(document)
    top = _top(document)
    fields = {entry.key.text: entry.value for entry in top.entries}
    on, jobs = fields.get("on"), fields.get("jobs")
    if jobs is None:
        raise _no_workflow(document, top)
    if on is None:
        raise broken(document, top, "no workflow: it has no `on:`", "name the events that start it")
    call = ("workflow_call",)
    inputs, secrets, outputs = (read_ports(document, top, *call, key) for key in ("inputs", "secrets", "outputs"))
    return Workflow(
        path=path or document.source.path,
        document=document,
        name=text_at(document, fields, "name"),
        run_name=text_at(document, fields, "run-name"),
        triggers=read_triggers(document, on),
        jobs=read_jobs(document, jobs),
        permissions=read_permissions(document, fields.get("permissions")),
        env=variables_at(document, fields, "env"),
        defaults=read_defaults(document, fields.get("defaults")),
        concurrency=read_concurrency(document, fields.get("concurrency")),
        cache_mode=text_at(document, fields, "cache-mode"),
        inputs=inputs,
        secrets=secrets,
        outputs=outputs,
        dispatch_inputs=read_ports(document, top, "workflow_dispatch", "inputs"),
        texts=_texts(document, top, (*inputs, *outputs)),
        extra=tuple(entry for entry in top.entries if entry.key.text not in _KNOWN),
    )


def _bound(document: Document) -> None:
    for number, match in enumerate(_EXPRESSION.finditer(document.source.text)):
        if number == MAX_EXPRESSIONS:
            line = document.source.line(match.start())
            raise UserError(f"more than {MAX_EXPRESSIONS:,} expressions", path=document.source.path, line=line)


def read_action(document: Document, path: str = "") -> Action:
    """The action in a document; `path` as for workflows. Raises `UserError` like `read_workflow`."""
    _bound(document)
    top = _top(document)
    runs_node = top.get("runs")
    if runs_node is None:
        seems = "a workflow" if top.get("jobs") is not None else "something else"
        raise broken(document, top, f"no action: it has no `runs:` and seems to be {seems}")
    runs = fields_of(document, runs_node, "`runs`")
    using = text_at(document, runs, "using")
    inputs, outputs = (
        tuple(ports_of(document, node, f"`{key}`")) if (node := top.get(key)) is not None else ()
        for key in ("inputs", "outputs")
    )
    for port in (*inputs, *outputs):
        _check_port(document, port)
    steps = runs.get("steps")
    return Action(
        path=path or document.source.path,
        document=document,
        kind=using.value.lower() if using else "",
        inputs=inputs,
        outputs=outputs,
        steps=read_steps(document, steps, ("runs", "steps")) if steps is not None else (),
    )


def _top(document: Document) -> Mapping:
    top = resolve(document.root)
    if isinstance(top, Mapping):
        return top
    seems = "an empty file" if is_null(top) else "a list" if isinstance(top, Sequence) else "a text"
    raise UserError(f"no workflow: {seems}", path=document.source.path, line=document.line(top))


def _no_workflow(document: Document, top: Mapping) -> UserError:
    if top.get("runs") is not None:
        hint = "GitHub reads actions from `action.yml` in a folder of their own"
        return broken(document, top, "no workflow: it has no `jobs:` and seems to be an action (`runs:`)", hint)
    return broken(document, top, "no workflow: it has no `jobs:`")


def _texts(document: Document, top: Mapping, ports: tuple[Port, ...]) -> tuple[Text, ...]:
    """What holds an expression outside the jobs."""
    found: list[Text] = []
    for entry in top.entries:
        if entry.key.text not in ("on", "jobs"):
            found += texts_below(document, entry.value)
    found += (text for port in ports if (text := _check_port(document, port)) is not None)
    return tuple(found)


def _check_port(document: Document, port: Port) -> Text | None:
    """The text of a port where it holds an expression. Raises `UserError` for a broken one."""
    if port.value is None or "${{" not in port.value.value:
        return None
    scalar: Node = Scalar(port.value.span, port.value.value)
    return next(texts_below(document, scalar), None)
