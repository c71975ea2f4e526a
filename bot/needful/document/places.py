"""Places in plain data: how paths are spelled and followed, and where a new key goes."""

from __future__ import annotations

from needful.document.nodes import Path, Plain
from needful.document.operations import AddKey
from needful.errors import Refusal


def spell(path: Path) -> str:
    """A path for people: `jobs.test.steps[2].run`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "the top of the file"


def find(document: Plain, path: Path) -> Plain:
    """The value at a path. Raises `Refusal` where there is nothing."""
    for depth, part in enumerate(path):
        if isinstance(document, dict) and part in document:
            document = document[str(part)]
        elif isinstance(document, list) and isinstance(part, int) and 0 <= part < len(document):
            document = document[part]
        else:
            raise nothing(path[: depth + 1])
    return document


def nothing(path: Path) -> Refusal:
    """The refusal of a path that leads nowhere."""
    return Refusal(f"there is no {spell(path)}")


def keys_of(old: Plain, path: Path) -> dict[str, Plain]:
    """A mapping. Raises `Refusal` for anything else; `path` is where it stands."""
    if not isinstance(old, dict):
        raise Refusal(f"{spell(path)} is not a mapping")
    return old


def predecessor(operation: AddKey, document: Plain) -> str:
    """The key behind which a new key goes, `""` for the very front.

    The mappings of the same kind that have the key vote, each for the nearest key above it that this mapping has too;
    then `after`; then the last key.
    """
    mapping = keys_of(find(document, operation.path), operation.path)
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
