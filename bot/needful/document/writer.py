"""Operations to text: lowered to edits one after the other, spliced, parsed again and compared with their meaning."""

from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import replace
from functools import reduce
from typing import NamedTuple

from needful.document.aliases import alias_paths, canonical, uses
from needful.document.annotate import add_comment
from needful.document.comments import comments
from needful.document.layout import ends_in_block_scalar
from needful.document.mappings import add_key, copy_key, remove_key
from needful.document.nodes import Mapping, Path, Sequence
from needful.document.nodes import resolve as target_of
from needful.document.operations import (
    AddComment,
    AddKey,
    AddName,
    CopyItem,
    CopyKey,
    DropName,
    InsertItem,
    MoveItem,
    Operation,
    RemoveItem,
    RemoveKey,
    ReplaceValue,
    WrapItems,
)
from needful.document.parse import Document, parse
from needful.document.places import spell
from needful.document.replace import place_of, replace_value
from needful.document.semantics import apply, rebase, resolve, same
from needful.document.sequences import copy_item, insert_item, move_item, remove_item, wrap_items
from needful.errors import Refusal, UserError
from needful.source import Edit, splice


class Written(NamedTuple):
    """A rewritten document, and the edits that made it: in rounds, each of the text that the one before it left."""

    document: Document
    edits: tuple[tuple[Edit, ...], ...] = ()


def write(document: Document, operations: Many[Operation]) -> Document:
    """The document after the operations, as `rewrite` makes it."""
    return rewrite(document, operations).document


def rewrite(document: Document, operations: Many[Operation]) -> Written:
    """The document after the operations, in order, each carried past those before it.

    Every byte outside the edits stays. Raises `Refusal`, with the reason, for what cannot be made that way, for
    conflicts, and for a change inside an anchored value that not all its uses share.
    """
    done: list[Operation] = []
    rounds: list[tuple[Edit, ...]] = []
    for operation in _shared(document, operations):
        for basic in resolve(reduce(rebase, done, operation), document.plain):
            edits = tuple(_lower(document, basic))
            document = _carry_out(document, basic, edits)
            done.append(basic)
            rounds.append(edits)
    return Written(document, tuple(rounds))


def lower(document: Document, operation: Operation) -> list[Edit]:
    """The edits of the text that one operation comes down to; they do not overlap. Raises `Refusal`.

    The operation must come down to one basic operation at most (`DropName` of a name that stands twice does not).
    """
    basics = resolve(operation, document.plain)
    if len(basics) > 1:
        raise Refusal(f"{spell(operation.path)} takes several steps")
    return _lower(document, basics[0]) if basics else []


def _carry_out(document: Document, operation: Operation, edits: tuple[Edit, ...]) -> Document:
    places = uses(_container(operation), alias_paths(document))
    meant = document.plain
    for place in places:
        meant = apply(_at(operation, place), meant)
    text = splice(document.source.text, edits)
    try:
        written = parse(document.source.with_text(text))
    except UserError as error:
        raise Refusal(f"{spell(operation.path)}: the text would not be readable afterwards: {error.message}") from None
    if not same(written.plain, meant):
        raise Refusal(f"{spell(operation.path)}: {_obstacle(document)}")
    if isinstance(operation, AddComment) and operation.text not in comments(written, operation.path):
        raise Refusal(f"{spell(operation.path)}: a comment there would be about something else")
    return written


def _obstacle(document: Document) -> str:
    text = document.source.text
    if not text.endswith(("\n", "\r")) and ends_in_block_scalar(document.root):
        return "the file ends in a text without a line break, which a line below it would change"
    return "the text around it does not allow the change without changing more"


def _lower(document: Document, operation: Operation) -> list[Edit]:
    apply(operation, document.plain)  # refuses what has no meaning
    _keep_anchors(document, operation)
    source = document.source
    match operation:
        case AddKey(path):
            return add_key(document, _mapping(document, path), operation)
        case RemoveKey(path):
            return remove_key(source, _mapping(document, path[:-1]), str(path[-1]))
        case CopyKey((*mapping_path, str(old)), key):
            return copy_key(document, _mapping(document, tuple(mapping_path)), tuple(mapping_path), old, key)
        case InsertItem(path, index, value):
            return insert_item(document, _sequence(document, path), _key_of(path), index, value)
        case CopyItem(path, (*list_path, int(index))):
            return copy_item(document, _sequence(document, path), _sequence(document, tuple(list_path)), index)
        case RemoveItem((*list_path, int(index))):
            return remove_item(source, _sequence(document, tuple(list_path)), index)
        case MoveItem((*list_path, int(index)), to):
            return move_item(source, _sequence(document, tuple(list_path)), index, to)
        case AddComment(path, text):
            return add_comment(document, path, text)
        case WrapItems(path, start, stop, key):
            return wrap_items(document, _sequence(document, path), start, stop, key)
        case ReplaceValue((*parent_path, part), value):
            parent, node = _collection(document, tuple(parent_path)), document.find(operation.path)
            assert node is not None
            return replace_value(document, place_of(source, parent, part, _key_of(tuple(parent_path))), node, value)
    raise Refusal(f"{spell(operation.path)} cannot be changed as a whole")


def _collection(document: Document, path: Path) -> Mapping | Sequence:
    """What stands at the path of an operation's collection; `apply` has refused everything else."""
    node = document.find(path)
    assert node is not None
    target = target_of(node)
    assert isinstance(target, Mapping | Sequence)
    return target


def _mapping(document: Document, path: Path) -> Mapping:
    node = _collection(document, path)
    assert isinstance(node, Mapping)
    return node


def _sequence(document: Document, path: Path) -> Sequence:
    node = _collection(document, path)
    assert isinstance(node, Sequence)
    return node


def _key_of(path: Path) -> str:
    """The last key in a path: what a list, or the list in a list, stands under."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")


# --- anchors and aliases ---------------------------------------------------------------------------------------------


def _container(operation: Operation) -> Path:
    """The path of the collection whose parts the operation changes."""
    return operation.path if isinstance(operation, AddKey | CopyItem | InsertItem | WrapItems) else operation.path[:-1]


def _at(operation: Operation, container: Path) -> Operation:
    """The same operation on another collection."""
    return replace(operation, path=container + operation.path[len(_container(operation)) :])


def _shared(document: Document, operations: Many[Operation]) -> list[Operation]:
    """The operations on paths without aliases.

    One inside an anchored value is kept once, if the same operation is there for every use of the value; otherwise
    this raises `Refusal`.
    """
    aliases = alias_paths(document)
    if not aliases:
        return list(operations)
    groups: list[tuple[Operation, Path, set[Path]]] = []
    kept: list[Operation] = []
    for operation in operations:
        container = _container(operation)
        if isinstance(operation, AddName | DropName) and _is_list(document, operation.path):
            container = operation.path
        place = canonical(container, aliases)
        moved = replace(operation, path=place + operation.path[len(container) :])
        group = next((group for group in groups if group[0] == moved and len(uses(place, aliases)) > 1), None)
        if group is None:
            groups.append((moved, place, {container}))
            kept.append(moved)
        else:
            group[2].add(container)
    for _, place, covered in groups:
        missing = [use for use in uses(place, aliases) if use not in covered]
        if missing:
            raise Refusal(f"an anchor shares {spell(place)} with {spell(missing[0])}, which would change too")
    return kept


def _is_list(document: Document, path: Path) -> bool:
    node = document.find(path)
    return node is not None and isinstance(target_of(node), Sequence)


def _keep_anchors(document: Document, operation: Operation) -> None:
    """Refuse to take away an anchor whose aliases stand elsewhere."""
    if not isinstance(operation, RemoveKey | RemoveItem | ReplaceValue):
        return
    for alias, anchor in alias_paths(document):
        inside = anchor[: len(operation.path)] == operation.path
        if inside and alias[: len(operation.path)] != operation.path:
            raise Refusal(f"{spell(operation.path)} holds an anchor that {spell(alias)} uses")
