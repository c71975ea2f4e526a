"""What people wrote about a part of a document: the comments above and beside it."""

from __future__ import annotations

from needful.document.layout import is_block, lead, members
from needful.document.nodes import Mapping, Path, Sequence, resolve
from needful.document.parse import Document


def comments(document: Document, path: Path) -> tuple[str, ...]:
    """The comments that belong to the key or item at `path`, each line without its `#`.

    Above it, on lines of their own, and beside its last line. For an item of a flow list, beside that list.
    """
    source = document.source
    parent = document.find(path[:-1])
    if parent is None:
        return ()
    node = resolve(parent)
    if not isinstance(node, Mapping | Sequence):
        return ()
    if not is_block(node):
        return _beside(document, node.span.end)
    keys = [entry.key.text for entry in node.entries] if isinstance(node, Mapping) else [*range(len(node.items))]
    if path[-1] not in keys:
        return ()
    member = members(source, node)[keys.index(path[-1])]
    above = source.text[lead(source, member) : source.line_start(member.start)] if member.leads else ""
    lines = (line.strip().removeprefix("#").strip() for line in above.splitlines())
    return (*(line for line in lines if line), *_beside(document, member.end))


def _beside(document: Document, end: int) -> tuple[str, ...]:
    source = document.source
    rest = source.text[end : source.line_end(end)].strip()
    return (rest.removeprefix("#").strip(),) if rest.startswith("#") and rest.strip("# ") else ()
