"""Operations on plain data, and operations past operations."""

from __future__ import annotations

import math

import pytest

from needful.document.nodes import Plain
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
from needful.document.semantics import apply, rebase, same
from needful.errors import Refusal

S = ("s",)


@pytest.mark.parametrize(
    ("operation", "before", "after"),
    [
        pytest.param(AddKey((), "b", Noted(1), ("a",)), {"a": 0, "c": 2}, {"a": 0, "b": 1, "c": 2}, id="key after"),
        pytest.param(AddKey((), "b", 1, ("x", "")), {"a": 0}, {"b": 1, "a": 0}, id="key in front"),
        pytest.param(AddKey((), "b", 1, ("x",)), {"a": 0}, {"a": 0, "b": 1}, id="key at the end"),
        pytest.param(AddKey(("a",), "b", 1), {"a": {}}, {"a": {"b": 1}}, id="first key"),
        pytest.param(
            AddKey(("s", 0), "n", 1),
            {"s": [{"a": 1, "b": 1}, {"n": 1, "a": 1}, {"z": 1, "n": 2}]},
            {"s": [{"n": 1, "a": 1, "b": 1}, {"n": 1, "a": 1}, {"z": 1, "n": 2}]},
            id="key where siblings have it: in front",
        ),
        pytest.param(
            CopyKey(("a", "b"), "n"),
            {"a": {"b": [1], "c": 2}},
            {"a": {"b": [1], "n": [1], "c": 2}},
            id="copy key",
        ),
        pytest.param(CopyItem(S, ("t", 0)), {"s": [1], "t": [2, 3]}, {"s": [1, 2], "t": [2, 3]}, id="copy item"),
        pytest.param(RemoveKey(("a", "b")), {"a": {"b": 1, "c": 2}}, {"a": {"c": 2}}, id="remove key"),
        pytest.param(ReplaceValue((*S, 0), [1]), {"s": [1, 2]}, {"s": [[1], 2]}, id="replace"),
        pytest.param(ReplaceValue((), 1), {"s": 1}, 1, id="replace all"),
        pytest.param(InsertItem(S, 1, Noted("x")), {"s": [1, 2]}, {"s": [1, "x", 2]}, id="insert"),
        pytest.param(RemoveItem((*S, 1)), {"s": [1, 2]}, {"s": [1]}, id="remove item"),
        pytest.param(RemoveItem((*S, 0)), {"s": [1], "t": 2}, {"t": 2}, id="remove the last item"),
        pytest.param(MoveItem((*S, 0), 2), {"s": [1, 2, 3]}, {"s": [2, 3, 1]}, id="move"),
        pytest.param(WrapItems(S, 1, 3, "p"), {"s": [1, 2, 3]}, {"s": [1, {"p": [2, 3]}]}, id="wrap"),
        pytest.param(AddComment((*S, 1), "x"), {"s": [1, 2]}, {"s": [1, 2]}, id="comment"),
        pytest.param(AddName(("a", "n"), "x"), {"a": {"b": 1}}, {"a": {"b": 1, "n": "x"}}, id="name to nothing"),
        pytest.param(AddName(("n",), "x"), {"n": None}, {"n": "x"}, id="name to null"),
        pytest.param(AddName(("n",), "x"), {"n": 1}, {"n": [1, "x"]}, id="name to a number"),
        pytest.param(AddName(("s", 0), "x"), {"s": ["a"]}, {"s": [["a", "x"]]}, id="name to an item"),
        pytest.param(AddName(("n",), "x"), {"n": ["X"]}, {"n": ["X"]}, id="name that is there"),
        pytest.param(DropName(("n",), "x"), {"n": ["X", "y", "x"]}, {"n": ["y"]}, id="drop twice"),
        pytest.param(DropName(("n",), "x"), {"n": ["X", "x"], "m": 1}, {"m": 1}, id="drop all"),
        pytest.param(DropName(("s", 0), "x"), {"s": ["x", "y"]}, {"s": ["y"]}, id="drop an item that is the name"),
    ],
)
def test_meaning(operation: Operation, before: Plain, after: Plain) -> None:
    was = repr(before)
    assert same(apply(operation, before), after)
    assert repr(before) == was


@pytest.mark.parametrize(
    ("operation", "earlier", "expected"),
    [
        pytest.param(RemoveItem((*S, 1)), InsertItem(S, 1, 0), RemoveItem((*S, 2)), id="index behind an insertion"),
        pytest.param(RemoveItem((*S, 0)), InsertItem(S, 1, 0), RemoveItem((*S, 0)), id="index before an insertion"),
        pytest.param(
            RemoveKey((*S, 2, "a")), RemoveItem((*S, 1)), RemoveKey((*S, 1, "a")), id="index behind a removal"
        ),
        pytest.param(RemoveItem((*S, 0)), MoveItem((*S, 0), 2), RemoveItem((*S, 2)), id="index that moved"),
        pytest.param(RemoveItem((*S, 2)), MoveItem((*S, 0), 2), RemoveItem((*S, 1)), id="index another passed"),
        pytest.param(RemoveItem((*S, 0)), MoveItem((*S, 2), 0), RemoveItem((*S, 1)), id="index another came before"),
        pytest.param(RemoveItem((*S, 1)), WrapItems(S, 1, 3, "p"), RemoveItem((*S, 1, "p", 0)), id="index wrapped"),
        pytest.param(RemoveItem((*S, 3)), WrapItems(S, 1, 3, "p"), RemoveItem((*S, 2)), id="index behind a wrap"),
        pytest.param(RemoveItem((*S, 0)), WrapItems(S, 1, 3, "p"), RemoveItem((*S, 0)), id="index before a wrap"),
        pytest.param(AddComment((*S, 1), "x"), InsertItem(S, 0, 0), AddComment((*S, 2), "x"), id="comment moves"),
        pytest.param(RemoveItem((*S, 1)), AddComment((*S, 0), "x"), RemoveItem((*S, 1)), id="index past a comment"),
        pytest.param(InsertItem(S, 1, 0), AddComment((*S, 0), "x"), InsertItem(S, 1, 0), id="gap past a comment"),
        pytest.param(CopyKey((*S, 1), "n"), RemoveItem((*S, 0)), CopyKey((*S, 0), "n"), id="copy past a removal"),
        pytest.param(RemoveKey(("n", "x")), CopyKey(("a",), "n"), RemoveKey(("n", "x")), id="key of a copy"),
        pytest.param(CopyItem(S, ("t", 1)), RemoveItem(("t", 0)), CopyItem(S, ("t", 0)), id="item past a removal"),
        pytest.param(RemoveItem((*S, 1)), CopyItem(S, ("t", 1)), RemoveItem((*S, 1)), id="index past a copied item"),
        pytest.param(CopyKey(("a",), "m"), CopyKey(("a",), "n"), CopyKey(("a",), "m"), id="two copies"),
        pytest.param(AddKey(("a",), "x", 1), AddKey(("a",), "y", 1), AddKey(("a",), "x", 1), id="two keys"),
        pytest.param(AddKey(("a",), "x", 1), RemoveKey(("a", "y")), AddKey(("a",), "x", 1), id="key past a removal"),
        pytest.param(AddKey(("a",), "x", 1), ReplaceValue(("b",), 1), AddKey(("a",), "x", 1), id="key past a value"),
        pytest.param(
            AddName(("a", "n"), "x"), RemoveKey(("a", "n")), AddName(("a", "n"), "x"), id="name past a removal"
        ),
        pytest.param(DropName(("a", "n"), "x"), AddName(("a", "n"), "y"), DropName(("a", "n"), "x"), id="two names"),
        pytest.param(ReplaceValue(("a",), 1), AddKey(("b",), "c", 1), ReplaceValue(("a",), 1), id="value past a key"),
        pytest.param(
            ReplaceValue((*S, 1), 1), RemoveKey((*S, 0, "a")), ReplaceValue((*S, 1), 1), id="value past a key"
        ),
        pytest.param(
            InsertItem(S, 2, "x"), InsertItem(S, 2, "y"), InsertItem(S, 3, "x"), id="two insertions keep order"
        ),
        pytest.param(InsertItem(S, 2, "x"), RemoveItem((*S, 1)), InsertItem(S, 1, "x"), id="gap behind a removal"),
        pytest.param(InsertItem(S, 2, "x"), MoveItem((*S, 0), 2), InsertItem(S, 1, "x"), id="gap another passed"),
        pytest.param(InsertItem(S, 1, "x"), MoveItem((*S, 3), 0), InsertItem(S, 2, "x"), id="gap another came before"),
        pytest.param(
            InsertItem(S, 2, "x"), WrapItems(S, 1, 3, "p"), InsertItem((*S, 1, "p"), 1, "x"), id="gap wrapped"
        ),
        pytest.param(InsertItem(S, 1, "x"), WrapItems(S, 1, 3, "p"), InsertItem(S, 1, "x"), id="gap before a wrap"),
        pytest.param(InsertItem(S, 4, "x"), WrapItems(S, 1, 3, "p"), InsertItem(S, 3, "x"), id="gap behind a wrap"),
        pytest.param(InsertItem(S, 1, "x"), RemoveItem(("t", 0)), InsertItem(S, 1, "x"), id="gap in another list"),
        pytest.param(MoveItem((*S, 0), 2), RemoveItem((*S, 1)), MoveItem((*S, 0), 1), id="move past a removal"),
        pytest.param(MoveItem((*S, 2), 0), InsertItem(S, 0, "x"), MoveItem((*S, 3), 1), id="move past an insertion"),
        pytest.param(
            WrapItems(S, 1, 3, "p"), InsertItem(S, 0, 1), WrapItems(S, 2, 4, "p"), id="wrap past an insertion"
        ),
        pytest.param(
            WrapItems(S, 1, 3, "p"),
            WrapItems(S, 1, 4, "q"),
            WrapItems((*S, 1, "q"), 0, 2, "p"),
            id="wrap inside a wrap",
        ),
    ],
)
def test_rebase(operation: Operation, earlier: Operation, expected: Operation) -> None:
    assert rebase(operation, earlier) == expected


@pytest.mark.parametrize(
    ("operation", "earlier", "reason"),
    [
        pytest.param(RemoveKey(("a", "b")), RemoveKey(("a",)), "a.b was removed", id="key below a removed one"),
        pytest.param(RemoveItem((*S, 1)), RemoveItem((*S, 1)), "was removed", id="item twice"),
        pytest.param(
            AddKey(("a",), "b", 1), ReplaceValue(("a",), {}), "a was replaced", id="key of a replaced mapping"
        ),
        pytest.param(
            ReplaceValue(("a",), 1), AddKey(("a",), "b", 1), "was changed", id="value that was changed inside"
        ),
        pytest.param(ReplaceValue(("s",), 1), RemoveItem((*S, 1)), "was changed", id="list that was changed"),
        pytest.param(CopyKey(("s",), "n"), RemoveItem((*S, 1)), "was changed", id="copy of what was changed"),
        pytest.param(CopyItem(S, ("t", 0)), RemoveKey(("t", 0, "a")), "was changed", id="copy of a changed item"),
        pytest.param(CopyItem(S, ("t", 0)), RemoveItem(("t", 0)), "was removed", id="copy of a removed item"),
        pytest.param(CopyKey(("a", "b"), "n"), RemoveKey(("a",)), "was removed", id="copy of what was removed"),
        pytest.param(
            ReplaceValue((), 1), CopyKey(("a",), "n"), "was changed", id="value in which something was copied"
        ),
        pytest.param(RemoveItem(("n", 1)), DropName(("n",), "a"), "n was changed", id="index past a name"),
        pytest.param(WrapItems(S, 1, 3, "p"), InsertItem(S, 2, "x"), "parted", id="wrap with an insertion inside"),
        pytest.param(WrapItems(S, 1, 3, "p"), WrapItems(S, 2, 4, "q"), "parted", id="wraps that overlap"),
        pytest.param(MoveItem((*S, 0), 3), WrapItems(S, 2, 5, "p"), "parted", id="move into a wrap"),
        pytest.param(MoveItem(("a", "b"), 3), RemoveKey(("c",)), "no item of a list", id="move of a key"),
        pytest.param(RemoveItem((*S, 0)), RemoveItem((*S, "x")), "no item of a list", id="past an item without index"),
        pytest.param(InsertItem(S, 0, 1), RemoveItem((*S, "x")), "no item of a list", id="gap past one without index"),
    ],
)
def test_conflicts(operation: Operation, earlier: Operation, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        rebase(operation, earlier)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1, 1.0, False),
        (True, 1, False),
        (math.nan, math.nan, True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, False),
        ({"a": [1]}, {"a": [1]}, True),
        ([1], [1, 2], False),
        ("a", "b", False),
    ],
)
def test_same_looks_at_types_and_order(one: Plain, other: Plain, equal: bool) -> None:
    assert same(one, other) is equal
