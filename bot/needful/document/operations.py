"""What can be done to a document, as values. Rules name paths; `writer` turns them into edits of the text.

Paths are those of the document as the rules saw it. Operations of one list are applied in order, each against the
text that the earlier ones left: `rebase` carries a path past them, and says when they conflict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from needful.document.nodes import Path, Plain


@dataclass(frozen=True)
class Noted:
    """A new value with a comment beside it (`uses: x@sha  # v4`) or above it. `beside`, `above`: text without `#`."""

    value: Plain
    beside: str = ""
    above: tuple[str, ...] = ()


@dataclass(frozen=True)
class AddKey:
    """Add `key: value` to the mapping at `path`, which must not have it.

    It goes where the sibling mappings of the file have that key (jobs among jobs, steps among steps); failing that,
    behind the first of `after` that is there (`""` stands for the very front); failing that, at the end.
    """

    path: Path
    key: str
    value: Plain | Noted
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class RemoveKey:
    """Remove the key at the end of `path`, with its value and its comments. Refused for the only key of a mapping."""

    path: Path


@dataclass(frozen=True)
class CopyKey:
    """Write what stands at `path`, which ends with a key, once more under another `key`, directly below.

    The bytes are the same, comments inside included; those above stay where they are. Later operations may change the
    copy by its new path.
    """

    path: Path
    key: str


@dataclass(frozen=True)
class CopyItem:
    """Write the item at `item` (which ends with its index) once more, at the end of the list at `path`.

    The bytes are the same, its comments included; both lists are in lines and stand in the same column. Removing the
    item itself is another operation.
    """

    path: Path
    item: Path


@dataclass(frozen=True)
class ReplaceValue:
    """Put another value at `path`: scalar for scalar keeps quotes, a list for a scalar takes the file's list style."""

    path: Path
    value: Plain


@dataclass(frozen=True)
class InsertItem:
    """Insert an item into the sequence at `path` before `index`; an index equal to its length appends."""

    path: Path
    index: int
    value: Plain | Noted


@dataclass(frozen=True)
class RemoveItem:
    """Remove the item at `path` (which ends with its index), with its comments.

    The last item left takes the key of the list along: an empty list is never what anyone means.
    """

    path: Path


@dataclass(frozen=True)
class MoveItem:
    """Move the item at `path` (which ends with its index) so that its index in the result is `to`. Bytes move along."""

    path: Path
    to: int


@dataclass(frozen=True)
class WrapItems:
    """Turn the items `start` up to, not including, `stop` of the list at `path` into one: `- key: [those items]`.

    `also` are items that earlier operations move right behind these, in that order.
    """

    path: Path
    start: int
    stop: int
    key: str
    also: tuple[int, ...] = ()


@dataclass(frozen=True)
class AddName:
    """Add a name to what may be absent, one name or a list of names (`needs`, `branches`): no change if it is there.

    Absent: the key is added (`after` as in `AddKey`). One name: it becomes a list in the file's style.
    Names compare without case.
    """

    path: Path
    name: str
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class DropName:
    """Remove a name from one name or a list of names; the last one takes the key along. Names compare without case."""

    path: Path
    name: str


@dataclass(frozen=True)
class AddComment:
    """Write a comment (`text`, without `#`) at the key or item at `path`.

    It goes beside the last line of its value, or on a line of its own directly above where a comment stands there
    already or the value is a block.
    """

    path: Path
    text: str


Operation: TypeAlias = (
    AddKey
    | RemoveKey
    | CopyKey
    | CopyItem
    | ReplaceValue
    | InsertItem
    | RemoveItem
    | MoveItem
    | WrapItems
    | AddName
    | DropName
    | AddComment
)
