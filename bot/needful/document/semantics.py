"""What operations mean, on plain data and on paths. Knows nothing of text: the writer is checked against this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from needful.document.nodes import Path, Plain
from needful.document.operations import (
    AddKey,
    AddName,
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
from needful.errors import Refusal


def spell(path: Path) -> str:
    """A path for people: `jobs.test.steps[2].run`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "the top of the file"


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
        case AddKey(path, key, value):
            return _at(document, path, lambda old: _with_key(operation, old, document))
        case RemoveKey(path):
            return _at(document, path[:-1], lambda old: _without_key(old, path))
        case ReplaceValue(path, new):
            return _at(document, path, lambda _: new)
        case InsertItem(path, index, value):
            return _at(document, path, lambda old: _with_item(old, path, index, bare(value)))
        case RemoveItem(path):
            if len(_items(find(document, path[:-1]), path[:-1])) == 1 and path[-1] == 0:
                return apply(removal(path[:-1]), document)
            return _at(document, path[:-1], lambda old: _without_item(old, path))
        case MoveItem(path, to):
            return _at(document, path[:-1], lambda old: _moved(old, path, to))
        case WrapItems(path, start, stop, key):
            return _at(document, path, lambda old: _wrapped(old, path, start, stop, key))
        case AddName() | DropName():
            for basic in resolve(operation, document):
                document = apply(basic, document)
            return document


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


def find(document: Plain, path: Path) -> Plain:
    """The value at a path. Raises `Refusal` where there is nothing."""
    for depth, part in enumerate(path):
        if isinstance(document, dict) and part in document:
            document = document[str(part)]
        elif isinstance(document, list) and isinstance(part, int) and 0 <= part < len(document):
            document = document[part]
        else:
            raise _nothing(path[: depth + 1])
    return document


def find_or_none(document: Plain, parent: Path, part: str | int) -> Plain:
    """The value of `part` in what is at `parent`, which must be there; None where it has no such part."""
    holder = find(document, parent)
    if isinstance(holder, dict) and isinstance(part, str):
        return holder.get(part)
    if isinstance(holder, list) and isinstance(part, int) and 0 <= part < len(holder):
        return holder[part]
    raise _nothing((*parent, part))


def _nothing(path: Path) -> Refusal:
    return Refusal(f"there is no {spell(path)}")


def _at(document: Plain, path: Path, change: Callable[[Plain], Plain]) -> Plain:
    """The document with `change` made at a path; what lies beside the path is shared, not copied."""
    value = change(find(document, path))
    for depth in range(len(path) - 1, -1, -1):
        parent, part = find(document, path[:depth]), path[depth]
        if isinstance(parent, list) and isinstance(part, int):
            value = [*parent[:part], value, *parent[part + 1 :]]
        elif isinstance(parent, dict):
            value = {**parent, str(part): value}
    return value


def _keys(old: Plain, path: Path) -> dict[str, Plain]:
    if not isinstance(old, dict):
        raise Refusal(f"{spell(path)} is not a mapping")
    return old


def _items(old: Plain, path: Path) -> list[Plain]:
    if not isinstance(old, list):
        raise Refusal(f"{spell(path)} is not a list")
    return old


def _with_key(operation: AddKey, old: Plain, document: Plain) -> Plain:
    mapping = _keys(old, operation.path)
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
    mapping = _keys(old, path[:-1])
    if path[-1] not in mapping:
        raise _nothing(path)
    if len(mapping) == 1:
        raise Refusal(f"{spell(path)} is the only key of its mapping; without it nothing would be left")
    return {key: value for key, value in mapping.items() if key != path[-1]}


def _index(items: list[Plain], path: Path) -> int:
    index = path[-1]
    if not isinstance(index, int) or not 0 <= index < len(items):
        raise _nothing(path)
    return index


def _with_item(old: Plain, path: Path, index: int, value: Plain) -> Plain:
    items = _items(old, path)
    if not 0 <= index <= len(items):
        raise _nothing((*path, index))
    return [*items[:index], value, *items[index:]]


def _without_item(old: Plain, path: Path) -> Plain:
    items = _items(old, path[:-1])
    index = _index(items, path)
    return [*items[:index], *items[index + 1 :]]


def _moved(old: Plain, path: Path, to: int) -> Plain:
    items = _items(old, path[:-1])
    index = _index(items, path)
    if not 0 <= to < len(items):
        raise _nothing((*path[:-1], to))
    rest = [*items[:index], *items[index + 1 :]]
    return [*rest[:to], items[index], *rest[to:]]


def _wrapped(old: Plain, path: Path, start: int, stop: int, key: str) -> Plain:
    items = _items(old, path)
    if not 0 <= start < stop <= len(items):
        raise Refusal(f"there are no items {start} to {stop - 1} in {spell(path)}")
    return [*items[:start], {key: items[start:stop]}, *items[stop:]]


# --- where a new key goes --------------------------------------------------------------------------------------------


def predecessor(operation: AddKey, document: Plain) -> str:
    """The key behind which a new key goes, `""` for the very front.

    The mappings of the same kind that have the key vote, each for the nearest key above it that this mapping has too;
    then `after`; then the last key.
    """
    mapping = _keys(find(document, operation.path), operation.path)
    votes: dict[str, int] = {}
    for sibling in siblings(document, operation.path):
        if isinstance(sibling, dict) and operation.key in sibling and sibling is not mapping:
            keys = list(sibling)
            above = keys[: keys.index(operation.key)]
            vote = next((key for key in reversed(above) if key in mapping), None if above else "")
            if vote is not None:
                votes[vote] = votes.get(vote, 0) + 1
    if votes:
        return max(votes, key=lambda key: votes[key])
    for key in operation.after:
        if key in mapping or key == "":
            return key
    return list(mapping)[-1] if mapping else ""


def siblings(document: Plain, path: Path) -> list[Plain]:
    """The values at all paths of the same kind: any job for a job, any item for an item."""
    found = [document]
    for depth, part in enumerate(path):
        every = isinstance(part, int) or (depth == 1 and path[0] == "jobs")
        found = [child for value in found for child in _children(value, part, every=every)]
    return found


def _children(value: Plain, part: str | int, *, every: bool) -> list[Plain]:
    if isinstance(value, dict):
        if every:
            return list(value.values())
        return [value[part]] if part in value and isinstance(part, str) else []
    return list(value) if isinstance(value, list) and every else []


# --- carrying an operation past an earlier one -----------------------------------------------------------------------


def rebase(operation: Operation, earlier: Operation) -> Operation:
    """The same operation on the document that `earlier` left. Raises `Refusal` where the two conflict.

    `AddName` and `DropName` as `earlier` say too little for paths into their list: resolve them first.
    """
    match operation:
        case AddKey(path):
            return replace(operation, path=_carry(path, earlier))
        case AddName(path) | DropName(path):
            return replace(operation, path=(*_carry(path[:-1], earlier), path[-1]))
        case RemoveKey(path) | RemoveItem(path):
            return replace(operation, path=_carry(path, earlier))
        case ReplaceValue(path):
            if changes_inside(earlier, path):
                raise Refusal(f"{spell(path)} was changed by an earlier operation and cannot be replaced as well")
            return replace(operation, path=_carry(path, earlier))
        case InsertItem(path, index):
            path, index = _carry_gap(path, index, earlier)
            return replace(operation, path=path, index=index)
        case MoveItem(path, to):
            return _rebase_move(operation, path, to, earlier)
        case WrapItems(path, start, stop):
            return _rebase_wrap(operation, path, start, stop, earlier)


def changes_inside(earlier: Operation, path: Path) -> bool:
    """Whether an operation changes something at or below a path."""
    container = earlier.path[:-1] if isinstance(earlier, RemoveItem | MoveItem) else earlier.path
    if isinstance(earlier, RemoveKey):
        container = earlier.path[:-1]
    return container[: len(path)] == path


def _carry(path: Path, earlier: Operation) -> Path:
    """A path to something that is there, past an earlier operation."""
    match earlier:
        case AddKey():
            return path
        case RemoveKey(gone):
            if path[: len(gone)] == gone:
                raise Refusal(f"{spell(path)} was removed by an earlier operation")
            return path
        case ReplaceValue(changed):
            if path[: len(changed)] == changed:
                raise Refusal(f"{spell(path)} was replaced by an earlier operation")
            return path
        case AddName(names) | DropName(names):
            if path[: len(names)] == names:
                raise Refusal(f"{spell(names)} was changed by an earlier operation")
            return path
    container = _list_of(earlier)
    at = len(container)
    index = path[at] if len(path) > at else None
    if path[:at] != container or not isinstance(index, int):
        return path
    return container + _carry_index(path, index, earlier) + path[at + 1 :]


def _list_of(operation: InsertItem | RemoveItem | MoveItem | WrapItems) -> Path:
    return operation.path if isinstance(operation, InsertItem | WrapItems) else operation.path[:-1]


def _carry_index(path: Path, index: int, earlier: InsertItem | RemoveItem | MoveItem | WrapItems) -> Path:
    """Where the item with that index of the earlier operation's list is now, relative to the list."""
    match earlier:
        case InsertItem(_, inserted):
            return (index + (index >= inserted),)
        case RemoveItem((*_, int(removed))):
            if index == removed:
                raise Refusal(f"{spell(path)} was removed by an earlier operation")
            return (index - (index > removed),)
        case MoveItem((*_, int(moved)), to):
            if index == moved:
                return (to,)
            index -= index > moved
            return (index + (index >= to),)
        case WrapItems(_, start, stop, key):
            if start <= index < stop:
                return (start, key, index - start)
            return (index if index < start else index - (stop - start) + 1,)
    raise Refusal(f"{spell(earlier.path)} is no item of a list")


def _carry_gap(path: Path, gap: int, earlier: Operation) -> tuple[Path, int]:
    """A place between items (before the item with that index), past an earlier operation."""
    path = _carry(path, earlier)
    if not isinstance(earlier, InsertItem | RemoveItem | MoveItem | WrapItems) or _list_of(earlier) != path:
        return path, gap
    match earlier:
        case InsertItem(_, inserted):
            return path, gap + (gap >= inserted)
        case RemoveItem((*_, int(removed))):
            return path, gap - (gap > removed)
        case MoveItem((*_, int(moved)), to):
            gap -= gap > moved
            return path, gap + (gap > to)
        case WrapItems(_, start, stop, key) if start < gap < stop:
            return (*path, start, key), gap - start
        case WrapItems(_, start, stop):
            return path, gap if gap <= start else gap - (stop - start) + 1
    raise Refusal(f"{spell(earlier.path)} is no item of a list")


def _rebase_move(operation: MoveItem, path: Path, to: int, earlier: Operation) -> Operation:
    index = path[-1]
    if not isinstance(index, int):
        raise Refusal(f"{spell(path)} is no item of a list")
    carried = _carry(path, earlier)
    container, gap = _carry_gap(path[:-1], to + (to > index), earlier)
    now = carried[-1]
    if carried[:-1] != container or not isinstance(now, int):
        raise Refusal(f"{spell(path)} and the place it moves to were parted by an earlier operation")
    return MoveItem(carried, gap - (gap > now))


def _rebase_wrap(operation: WrapItems, path: Path, start: int, stop: int, earlier: Operation) -> Operation:
    carried = [_carry((*path, index), earlier) for index in range(start, stop)]
    container, first = carried[0][:-1], carried[0][-1]
    if not isinstance(first, int) or carried != [(*container, first + offset) for offset in range(stop - start)]:
        raise Refusal(f"items {start} to {stop - 1} of {spell(path)} were parted by an earlier operation")
    return replace(operation, path=container, start=first, stop=first + stop - start)
