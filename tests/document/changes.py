"""Operations made up at random for a document, and what must hold for each of them."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from functools import reduce

from needful.document.aliases import alias_paths
from needful.document.comments import comments as comments_at
from needful.document.nodes import Alias, Mapping, Node, Path, Plain, Scalar
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
from needful.document.parse import Document, parse
from needful.document.semantics import apply, rebase, resolve, same
from needful.document.writer import lower, write
from needful.errors import Refusal
from needful.source import Source, Span, splice

_VALUES: tuple[Plain, ...] = (
    "x",
    "yes",
    "1.10",
    "a: b",
    "echo 'a' \"b\"",
    "one\ntwo\n",
    "one\n\n  two",
    " odd \n\n",
    "é\t",
    "",
    3,
    1.5,
    True,
    None,
    [],
    {},
    ["a", "b"],
    [{"a": 1}, ["x", "y"]],
    {"a": "b", "c": ["d"]},
    {"a": {"b": None}, "run": "x\ny\n"},
)
_REMOVALS = (RemoveKey, RemoveItem, DropName, ReplaceValue)
_COMMENT = re.compile(r"(?<!\S)#[^\r\n]*")


def _places(value: Plain, path: Path = ()) -> Iterator[tuple[Path, Plain]]:
    yield path, value
    children = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    for part, child in children:
        yield from _places(child, (*path, part))


def operations(document: Document, rng: random.Random, count: int) -> list[Operation]:
    """That many operations, most of them possible."""
    places = list(_places(document.plain))
    mappings = [(path, value) for path, value in places if isinstance(value, dict)]
    lists = [(path, value) for path, value in places if isinstance(value, list)]
    values: list[Plain | Noted] = [
        *_VALUES,
        Noted({"uses": "a/b@1", "name": "x: y"}, "v4", ("above", "two")),
        Noted("x", "v1"),
    ]
    found: list[Operation] = []
    while len(found) < count:
        path, mapping = rng.choice(mappings)
        key = rng.choice(list(mapping))
        kind = rng.randrange(12)
        if kind == 0:
            after = tuple(rng.sample([*mapping, "", "other"], 1))
            found.append(
                AddKey(path, rng.choice(("timeout-minutes", "if", "env", "on", "new")), rng.choice(values), after)
            )
        elif kind == 1:
            found.append(RemoveKey((*path, key)))
        elif kind == 2:
            found.append(ReplaceValue(rng.choice(places[1:])[0], rng.choice(_VALUES)))
        elif kind == 9:
            found.append(
                AddComment(rng.choice(places[1:])[0], rng.choice(("why", "needful: keep — a: b #c", "- x: 'y")))
            )
        elif kind in (3, 4):
            path = (*path, rng.choice(("needs", "branches", key)))
            found.append((AddName, DropName)[kind - 3](path, rng.choice(("build", "LINT", "test", "größe", "other"))))
        elif kind == 10:
            found.append(CopyKey((*path, key), rng.choice(("copy", "on", key))))
        elif kind == 11 and lists:
            (into, _), (path, items) = rng.choice(lists), rng.choice(lists)
            found.append(CopyItem(into, (*path, rng.randint(0, max(len(items) - 1, 0)))))
        elif lists and kind < 9:
            path, items = rng.choice(lists)
            index = rng.randint(0, max(len(items) - 1, 0))
            to = rng.randint(0, max(len(items) - 1, 0))
            found.append(
                (
                    InsertItem(path, rng.randint(0, len(items)), rng.choice(values)),
                    RemoveItem((*path, index)),
                    MoveItem((*path, index), to),
                    WrapItems(path, min(index, to), max(index, to) + 1, "parallel"),
                )[kind - 5]
            )
    return found


def leaves(node: Node) -> Iterator[Span]:
    """The spans of all keys, scalars and aliases, in order."""
    if isinstance(node, Scalar | Alias):
        yield node.span
    elif isinstance(node, Mapping):
        for entry in node.entries:
            yield entry.key.span
            yield from leaves(entry.value)
    else:
        for item in node.items:
            yield from leaves(item)


def comments(document: Document) -> list[Span]:
    """All comments, in order (one beside the `|` of a text is part of the text)."""
    found: list[Span] = []
    at, text = 0, document.source.text
    for span in [*leaves(document.root), Span(len(text), len(text))]:
        found += [Span(*match.span()) for match in _COMMENT.finditer(text, at, span.start)]
        at = max(at, span.end)
    return found


def check(document: Document, operation: Operation) -> str:
    """Carry one operation out and see that all is well; the reason where it is refused."""
    source, before = document.source, document.source.text
    try:
        written = write(document, [operation])
    except Refusal as refusal:
        assert source.text == before
        return str(refusal)
    shared = bool(alias_paths(document))
    if not shared:
        assert same(written.plain, apply(operation, document.plain))
    assert written.plain == parse(Source.from_bytes(source.path, written.source.to_bytes())).plain
    if isinstance(operation, AddComment):
        assert operation.text in comments_at(written, operation.path)
        assert len(comments(written)) == len(comments(document)) + 1
    if isinstance(operation, AddName | DropName):
        assert write(written, [operation]).source == written.source
        if len(resolve(operation, document.plain)) > 1:
            return ""
    if not shared:
        check_edits(document, written, operation)
    check_comments(document, written, operation)
    if source.newline == "\r\n" and "\n" not in before.replace("\r\n", ""):
        assert "\n" not in written.source.text.replace("\r\n", "")
    return ""


def check_edits(document: Document, written: Document, operation: Operation) -> None:
    """The texts are the same outside the edits, and nothing of a comment or text is edited without need."""
    edits = sorted(lower(document, operation), key=lambda edit: edit.span)
    old, new = document.source.text, written.source.text
    assert splice(old, edits) == new
    at = shift = 0
    for edit in edits:
        assert old[at : edit.span.start] == new[at + shift : edit.span.start + shift]
        at = edit.span.end
        shift += len(edit.text) - (edit.span.end - edit.span.start)
    assert old[at:] == new[at + shift :]


def check_comments(document: Document, written: Document, operation: Operation) -> None:
    """Comments are lost only with what is removed."""
    old, new = document.source.text, written.source.text
    kept = Counter(new[slice(*span)].strip() for span in comments(written))
    lost = Counter(old[slice(*span)].strip() for span in comments(document)) - kept
    if not lost:
        return
    assert isinstance(operation, _REMOVALS), lost
    allowed = Counter(old[slice(*span)].strip() for span in owned(document, operation))
    assert not lost - allowed, (lost, allowed)


def owned(document: Document, operation: Operation) -> list[Span]:
    """The comments in, beside, directly above and (deeper) directly below what an operation takes away."""
    found: list[Span] = []
    source = document.source
    for basic in resolve(operation, document.plain):
        node = document.find(basic.path)
        assert node is not None
        start = node.span.start
        if isinstance(basic.path[-1], str):
            parent = document.find(basic.path[:-1])
            assert isinstance(parent, Mapping)
            entry = parent.entry(basic.path[-1])
            assert entry is not None
            start = entry.key.span.start
        elif not getattr(document.find(basic.path[:-1]), "flow", True):
            while not re.match(r"\s*(- )*-", source.text[source.line_start(start) : source.line_end(start)]):
                start = source.line_start(start) - 1
        first, last = source.line(start), source.line(node.span.end)
        lines = re.split(r"\r\n|\r|\n", source.text)
        while first > 1 and re.match(r"\s*(#|-\s*(#|$|&))", lines[first - 2]):
            first -= 1
        while last < len(lines) and re.match(r"\s+#", lines[last]):
            last += 1
        found += [span for span in comments(document) if first <= source.line(span.start) <= last]
    return found


def sequence_meaning(document: Plain, operations: list[Operation]) -> Plain:
    """What operations mean one after the other."""
    done: list[Operation] = []
    for operation in operations:
        for basic in resolve(reduce(rebase, done, operation), document):
            document = apply(basic, document)
            done.append(basic)
    return document
