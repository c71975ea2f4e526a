"""Steps of a job or of a composite action, and what `uses:` names."""

from __future__ import annotations

import posixpath
import re

from needful.document.nodes import Node, Path
from needful.document.parse import Document
from needful.workflow.model import Step, StepKind, Text, Uses, UsesKind
from needful.workflow.shapes import (
    Fields,
    broken,
    condition_at,
    flag_at,
    mapping_of,
    sequence_of,
    text_at,
    text_of,
    texts_below,
    texts_of,
    variables_at,
)

_KINDS = {kind.value: kind for kind in StepKind if kind is not StepKind.UNKNOWN}
_KNOWN = frozenset(
    (
        *_KINDS,
        *("background", "continue-on-error", "env", "id", "if", "name", "shell", "timeout-minutes", "with"),
        "working-directory",
    )
)
_REPOSITORY = re.compile(r"([\w.-]+/[\w.-]+(?:/[^@\s]*)?)@(\S+)\Z")


def read_steps(document: Document, node: Node, path: Path) -> tuple[Step, ...]:
    """The steps of a list. Raises `UserError` for shapes that GitHub refuses."""
    items = sequence_of(document, node, "`steps`" if path[-1] == "steps" else f"`{path[-1]}`").items
    return tuple(_step(document, item, (*path, index)) for index, item in enumerate(items))


def _step(document: Document, node: Node, path: Path) -> Step:
    mapping = mapping_of(document, node, "a step")
    fields = {entry.key.text: entry.value for entry in mapping.entries}
    keys = [key for key in _KINDS if key in fields]
    if len(keys) > 1:
        raise broken(document, node, f"a step with both `{keys[0]}` and `{keys[1]}`")
    kind = _KINDS[keys[0]] if keys else StepKind.UNKNOWN
    uses = text_at(document, fields, "uses")
    parallel = fields.get("parallel")
    members = read_steps(document, parallel, (*path, "parallel")) if parallel is not None else ()
    _check_members(document, members)
    condition = condition_at(document, fields)
    return Step(
        kind=kind,
        span=node.span,
        path=path,
        id=_id(document, fields),
        name=text_at(document, fields, "name"),
        condition=condition,
        run=text_at(document, fields, "run"),
        uses=read_uses(uses) if uses else None,
        inputs=variables_at(document, fields, "with"),
        env=variables_at(document, fields, "env"),
        shell=text_at(document, fields, "shell"),
        working_directory=text_at(document, fields, "working-directory"),
        continue_on_error=text_at(document, fields, "continue-on-error"),
        timeout=text_at(document, fields, "timeout-minutes"),
        background=flag_at(document, fields, "background"),
        targets=_targets(document, fields, kind),
        steps=members,
        texts=_texts(document, fields, condition, members),
        extra=tuple(entry for entry in mapping.entries if entry.key.text not in _KNOWN),
    )


def _check_members(document: Document, members: tuple[Step, ...]) -> None:
    """Refuse what GitHub refuses in a parallel group; one level of steps is all that the model has."""
    for member in members:
        if member.kind not in (StepKind.RUN, StepKind.USES):
            raise broken(document, member, "a step of a `parallel` group must have `run` or `uses`")
        if member.background:
            raise broken(document, member, "a step of a `parallel` group is in the background already")


def _id(document: Document, fields: Fields) -> str:
    text = text_at(document, fields, "id")
    return text.value if text else ""


def _targets(document: Document, fields: Fields, kind: StepKind) -> tuple[str, ...]:
    if kind is StepKind.WAIT:
        node = fields.get("wait")
        return tuple(text.value for text in texts_of(document, node, "`wait`")) if node is not None else ()
    if kind is StepKind.CANCEL:
        node = fields.get("cancel")
        return (text_of(document, node, "`cancel`").value,) if node is not None else ()
    return ()


def _texts(document: Document, fields: Fields, condition: Text | None, members: tuple[Step, ...]) -> tuple[Text, ...]:
    """What holds an expression in a step and, for a parallel group, in its members."""
    found: list[Text] = []
    for key, node in fields.items():
        if key == "if" and condition is not None:
            found.append(condition)
        elif key == "parallel":
            found += (text for member in members for text in member.texts)
        else:
            found += texts_below(document, node)
    return tuple(found)


def read_uses(text: Text) -> Uses:
    """What a `uses:` names; `OPAQUE` for what cannot be told."""
    value = text.value.strip()
    if "${{" in value:
        return Uses(text, UsesKind.OPAQUE, "", "")
    if value.startswith("docker://"):
        return Uses(text, UsesKind.DOCKER, value.removeprefix("docker://"), "")
    if value.startswith(("./", "$/")):
        path = posixpath.normpath(value[2:].lstrip("/") or ".")
        return Uses(text, UsesKind.LOCAL, "" if path == "." else path, "")
    if match := _REPOSITORY.match(value):
        return Uses(text, UsesKind.REPOSITORY, match[1].lower().rstrip("/"), match[2])
    return Uses(text, UsesKind.OPAQUE, "", "")
