"""What operations mean, on plain data. Knows nothing of text: the writer is checked against this."""

from __future__ import annotations

from collections.abc import Callable

from needful.document.nodes import Path, Plain
from needful.document.operations import (
    AddComment,
    AddKey,
    AddName,
    CopyItem,
    CopyKey,
    DropName,
    InsertItem,
    MoveItem,
    Noted,
    Operation,
    RemoveItem,
    RemoveKey,
    ReplaceValue,
    WrapItems,
)
from needful.document.places import find, keys_of, nothing, predecessor, spell
from needful.document.rebase import rebase
from needful.errors import Refusal

__all__ = ["apply", "bare", "find_or_none", "rebase", "removal", "resolve", "same", "same_name"]


def bare(value: Plain | Noted) -> Plain:
    """A new value without its comments."""
    return value.value if isinstance(value, Noted) else value


def same(one: Plain, other: Plain) -> bool:
    """Whether two values are equal in type, content and order of keys (`1`, `1.0` and `True` all differ)."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other or (one != one and other != other)


def same_name(one: Plain, name: str) -> bool:
    """Whether a value is that name; names compare without case, as job ids do."""
    return isinstance(one, str) and one.casefold() == name.casefold()


# --- the meaning of an operation -------------------------------------------------------------------------------------


def apply(operation: Operation, document: Plain) -> Plain:
    """The document after the operation; nothing is changed in place.

    Raises `Refusal` where the operation has no meaning: nothing at its path, a key that is there already, the only
    key of a mapping removed.
    """
    match operation:
        case AddKey() | RemoveKey() | CopyKey():
            return _with_other_keys(operation, document)
        case ReplaceValue(path, new):
            return _at(document, path, lambda _: new)
        case InsertItem() | CopyItem():
            return _with_one_more(operation, document)
        case RemoveItem(path):
            if len(_items(find(document, path[:-1]), path[:-1])) == 1 and path[-1] == 0:
                return apply(removal(path[:-1]), document)
            return _at(document, path[:-1], lambda old: _without_item(old, path))
        case MoveItem(path, to):
            return _at(document, path[:-1], lambda old: _moved(old, path, to))
        case AddComment(path):
            if not path:
                raise Refusal("the whole document has no place for a comment")
            find(document, path)
            return document
        case WrapItems(path, start, stop, key, also):
            if also:
                raise Refusal(f"items {start} and {also[0]} of {spell(path)} do not stand beside each other")
            return _at(document, path, lambda old: _wrapped(old, path, start, stop, key))
        case _:  # AddName, DropName
            for basic in resolve(operation, document):
                document = apply(basic, document)
            return document


def _with_one_more(operation: InsertItem | CopyItem, document: Plain) -> Plain:
    path = operation.path
    if isinstance(operation, InsertItem):
        return _at(document, path, lambda old: _with_item(old, path, operation.index, bare(operation.value)))
    others = _items(find(document, operation.item[:-1]), operation.item[:-1])
    item = others[_index(others, operation.item)]
    return _at(document, path, lambda old: [*_items(old, path), item])


def _with_other_keys(operation: AddKey | RemoveKey | CopyKey, document: Plain) -> Plain:
    match operation:
        case AddKey(path):
            return _at(document, path, lambda old: _with_key(operation, old, document))
        case RemoveKey(path):
            return _at(document, path[:-1], lambda old: _without_key(old, path))
        case CopyKey(path, key):
            return _at(document, path[:-1], lambda old: _with_copy(old, path, key))


def resolve(operation: Operation, document: Plain) -> list[Operation]:
    """The operation in terms of the basic ones, on this document.

    `AddName`, `DropName` and the removal of a last item come down to others; several are meant one after the other.
    """
    match operation:
        case AddName(path, name, after):
            return _resolve_add(path, name, after, find_or_none(document, path[:-1], path[-1]), document)
        case DropName(path, name):
            return _resolve_drop(path, name, find_or_none(document, path[:-1], path[-1]))
        case RemoveItem(path) if path and path[-1] == 0:
            items = find(document, path[:-1])
            if isinstance(items, list) and len(items) == 1:
                return resolve(removal(path[:-1]), document)
    return [operation]


def _resolve_add(path: Path, name: str, after: tuple[str, ...], old: Plain, document: Plain) -> list[Operation]:
    if isinstance(old, dict):
        raise Refusal(f"{spell(path)} is a mapping, not a name or a list of names")
    if isinstance(old, list):
        return [] if any(same_name(item, name) for item in old) else [InsertItem(path, len(old), name)]
    if old is not None:
        return [] if same_name(old, name) else [ReplaceValue(path, [old, name])]
    parent = find(document, path[:-1])
    if isinstance(parent, dict) and path[-1] in parent:
        return [ReplaceValue(path, name)]
    return [AddKey(path[:-1], str(path[-1]), name, after)]


def _resolve_drop(path: Path, name: str, old: Plain) -> list[Operation]:
    if isinstance(old, dict):
        raise Refusal(f"{spell(path)} is a mapping, not a name or a list of names")
    if not isinstance(old, list):
        return [removal(path)] if same_name(old, name) else []
    indices = [index for index, item in enumerate(old) if same_name(item, name)]
    if indices and len(indices) == len(old):
        return [removal(path)]
    return [RemoveItem((*path, index)) for index in reversed(indices)]


def removal(path: Path) -> Operation:
    """The operation that removes what is at a path."""
    if not path:
        raise Refusal("the whole document cannot be removed")
    return RemoveKey(path) if isinstance(path[-1], str) else RemoveItem(path)


def find_or_none(document: Plain, parent: Path, part: str | int) -> Plain:
    """The value of `part` in what is at `parent`, which must be there; None where it has no such part."""
    holder = find(document, parent)
    if isinstance(holder, dict) and isinstance(part, str):
        return holder.get(part)
    if isinstance(holder, list) and isinstance(part, int) and 0 <= part < len(holder):
        return holder[part]
    raise nothing((*parent, part))


def _at(document: Plain, path: Path, change: Callable[[Plain], Plain]) -> Plain:
    """The document with `change` made at a path; what lies beside the path is shared, not copied."""
    value = change(find(document, path))
    for depth in range(len(path) - 1, -1, -1):
        parent, part = find(document, path[:depth]), path[depth]
        if isinstance(parent, list) and isinstance(part, int):
            value = [*parent[:part], value, *parent[part + 1 :]]
        else:
            assert isinstance(parent, dict)  # `find` has been there
            value = {**parent, str(part): value}
    return value


def _items(old: Plain, path: Path) -> list[Plain]:
    if not isinstance(old, list):
        raise Refusal(f"{spell(path)} is not a list")
    return old


def _with_key(operation: AddKey, old: Plain, document: Plain) -> Plain:
    mapping = keys_of(old, operation.path)
    if operation.key in mapping:
        raise Refusal(f"{spell((*operation.path, operation.key))} is there already")
    before = predecessor(operation, document)
    added = {operation.key: bare(operation.value)}
    if not before:
        return {**added, **mapping}
    keys = list(mapping)
    split = keys.index(before) + 1
    return {**{key: mapping[key] for key in keys[:split]}, **added, **{key: mapping[key] for key in keys[split:]}}


def _without_key(old: Plain, path: Path) -> Plain:
    mapping = keys_of(old, path[:-1])
    if path[-1] not in mapping:
        raise nothing(path)
    if len(mapping) == 1:
        raise Refusal(f"{spell(path)} is the only key of its mapping; without it nothing would be left")
    return {key: value for key, value in mapping.items() if key != path[-1]}


def _with_copy(old: Plain, path: Path, key: str) -> Plain:
    mapping = keys_of(old, path[:-1])
    if path[-1] not in mapping:
        raise nothing(path)
    if key in mapping:
        raise Refusal(f"{spell((*path[:-1], key))} is there already")
    copied: dict[str, Plain] = {}
    for name, value in mapping.items():
        copied[name] = value
        if name == path[-1]:
            copied[key] = value
    return copied


def _index(items: list[Plain], path: Path) -> int:
    index = path[-1]
    if not isinstance(index, int) or not 0 <= index < len(items):
        raise nothing(path)
    return index


def _with_item(old: Plain, path: Path, index: int, value: Plain) -> Plain:
    items = _items(old, path)
    if not 0 <= index <= len(items):
        raise nothing((*path, index))
    return [*items[:index], value, *items[index:]]


def _without_item(old: Plain, path: Path) -> Plain:
    items = _items(old, path[:-1])
    index = _index(items, path)
    return [*items[:index], *items[index + 1 :]]


def _moved(old: Plain, path: Path, to: int) -> Plain:
    items = _items(old, path[:-1])
    index = _index(items, path)
    if not 0 <= to < len(items):
        raise nothing((*path[:-1], to))
    rest = [*items[:index], *items[index + 1 :]]
    return [*rest[:to], items[index], *rest[to:]]


def _wrapped(old: Plain, path: Path, start: int, stop: int, key: str) -> Plain:
    items = _items(old, path)
    if not 0 <= start < stop <= len(items):
        raise Refusal(f"there are no items {start} to {stop - 1} in {spell(path)}")
    return [*items[:start], {key: items[start:stop]}, *items[stop:]]
