"""Carrying an operation past an earlier one: indices shift, and what was taken away is a conflict."""

from __future__ import annotations

from dataclasses import replace

from needful.document.nodes import Path
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
from needful.document.places import spell
from needful.errors import Refusal


def rebase(operation: Operation, earlier: Operation) -> Operation:
    """The same operation on the document that `earlier` left. Raises `Refusal` where the two conflict.

    `AddName` and `DropName` as `earlier` say too little for paths into their list: resolve them first.
    """
    match operation:
        case AddKey(path):
            return replace(operation, path=_carry(path, earlier))
        case AddName(path) | DropName(path):
            return replace(operation, path=(*_carry(path[:-1], earlier), path[-1]))
        case CopyKey(path):
            if changes_inside(earlier, path):
                raise Refusal(f"{spell(path)} was changed by an earlier operation and cannot be copied as it was")
            return replace(operation, path=_carry(path, earlier))
        case CopyItem(path, item):
            if changes_inside(earlier, item):
                raise Refusal(f"{spell(item)} was changed by an earlier operation and cannot be copied as it was")
            return CopyItem(_carry(path, earlier), _carry(item, earlier))
        case RemoveKey(path) | RemoveItem(path) | AddComment(path):
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
        case _:
            return _rebase_wrap(operation, earlier)


def changes_inside(earlier: Operation, path: Path) -> bool:
    """Whether an operation changes something at or below a path."""
    container = earlier.path[:-1] if isinstance(earlier, RemoveItem | MoveItem) else earlier.path
    if isinstance(earlier, RemoveKey | CopyKey):
        container = earlier.path[:-1]
    return container[: len(path)] == path


def _carry(path: Path, earlier: Operation) -> Path:
    """A path to something that is there, past an earlier operation."""
    match earlier:
        case AddKey() | CopyKey() | CopyItem() | AddComment():  # what is new stands behind all that was there
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


def _rebase_wrap(operation: WrapItems, earlier: Operation) -> Operation:
    path, start, stop = operation.path, operation.start, operation.stop
    carried = [_carry((*path, index), earlier) for index in range(start, stop)]
    container, first = carried[0][:-1], carried[0][-1]
    if not isinstance(first, int) or carried != [(*container, first + offset) for offset in range(stop - start)]:
        raise Refusal(f"items {start} to {stop - 1} of {spell(path)} were parted by an earlier operation")
    stop = first + stop - start
    also = [_carry((*path, index), earlier) for index in operation.also]
    while also and also[0] == (*container, stop):
        stop, also = stop + 1, also[1:]
    if any(len(item) != len(container) + 1 or item[:-1] != container for item in also):
        raise Refusal(f"items {start} to {stop - 1} of {spell(path)} were parted by an earlier operation")
    return replace(
        operation,
        path=container,
        start=first,
        stop=stop,
        also=tuple(item[-1] for item in also if isinstance(item[-1], int)),
    )
