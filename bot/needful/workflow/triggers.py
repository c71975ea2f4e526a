"""`on:` to triggers, and the inputs, secrets and outputs that it declares."""

from __future__ import annotations

from collections.abc import Iterator

from needful.document.nodes import Entry, Node, Scalar, Sequence, find, resolve
from needful.document.parse import Document
from needful.workflow.model import Port, Text, Trigger
from needful.workflow.shapes import (
    Fields,
    broken,
    fields_of,
    is_null,
    mapping_of,
    sequence_of,
    text_at,
    text_of,
    texts_of,
)

_DECLARATIONS = frozenset(("inputs", "outputs", "secrets"))
"""Keys of an event that hold mappings: they are read as ports, not as filters."""


def read_triggers(document: Document, node: Node) -> tuple[Trigger, ...]:
    """The events of `on:`, written as a name, a list or a mapping. Raises `UserError` for any other shape."""
    on = resolve(node)
    if isinstance(on, Scalar):
        if is_null(on):
            raise broken(document, node, "`on` is empty", "name the events that start the workflow")
        return (Trigger(on.text, on.span),)
    if isinstance(on, Sequence):
        events = [text_of(document, item, "an event in `on`") for item in on.items]
        return tuple(Trigger(event.value, event.span) for event in events)
    return tuple(_trigger(document, entry) for entry in on.entries)


def _trigger(document: Document, entry: Entry) -> Trigger:
    event = entry.key.text
    if is_null(entry.value):
        return Trigger(event, entry.span)
    if event == "schedule":
        return Trigger(event, entry.span, _schedule(document, entry.value))
    mapping = mapping_of(document, entry.value, f"`{event}`")
    filters = tuple(
        (item.key.text, texts_of(document, item.value, f"`{item.key.text}`"))
        for item in mapping.entries
        if item.key.text not in _DECLARATIONS
    )
    return Trigger(event, entry.span, filters)


def _schedule(document: Document, node: Node) -> tuple[tuple[str, tuple[Text, ...]], ...]:
    """`cron` and `timezone` of all entries, each under its key."""
    found: dict[str, list[Text]] = {}
    for item in sequence_of(document, node, "`schedule`").items:
        for entry in mapping_of(document, item, "an entry of `schedule`").entries:
            found.setdefault(entry.key.text, []).append(text_of(document, entry.value, f"`{entry.key.text}`"))
    return tuple((key, tuple(texts)) for key, texts in found.items())


def read_ports(document: Document, top: Node, event: str, key: str) -> tuple[Port, ...]:
    """What an event declares under `inputs`, `outputs` or `secrets`; `top` is the workflow's top mapping."""
    declared = find(top, ("on", event, key))
    return () if declared is None else tuple(ports_of(document, declared, f"`{key}`"))


def ports_of(document: Document, node: Node, what: str) -> Iterator[Port]:
    """The ports of a mapping of declarations; also those of an action."""
    if is_null(node):
        return
    for entry in mapping_of(document, node, what).entries:
        if is_null(entry.value):
            yield Port(entry.key.text, entry.span)
            continue
        declaration = fields_of(document, entry.value, f"`{entry.key.text}` in {what}")
        kind = text_at(document, declaration, "type")
        yield Port(
            entry.key.text,
            entry.span,
            _value(document, declaration),
            _required(document, declaration),
            kind.value if kind is not None else "",
        )


def _value(document: Document, declaration: Fields) -> Text | None:
    return text_at(document, declaration, "value") or text_at(document, declaration, "default")


def _required(document: Document, declaration: Fields) -> bool:
    text = text_at(document, declaration, "required")
    return text is not None and text.value.lower() == "true"
